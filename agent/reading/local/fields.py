"""Clause and intent to signals: day, amount, invoices, contact, reference."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import replace

from agent.reading.bare_amounts import bare_amount
from agent.reading.dates import FoundDate
from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import Clause
from agent.reading.local.neighbours import contested_part, stated_amounts
from agent.reading.local.payment_days import REST, days_of_payment
from agent.reading.local.payment_references import payment_reference
from agent.reading.local.scorer import ClauseSays, is_sent
from agent.reading.local.topics import Topic, contested
from agent.reading.reference_words import INVOICE_WORDS
from agent.signals import ReplyToRead
from core.money import Money
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal

#: These are never about an invoice (docs/formats/replies.md).
WITHOUT_INVOICES = frozenset(
    {
        Intent.STOP_CONTACT, Intent.CONTACT_CHANGE, Intent.OUT_OF_OFFICE, Intent.AUTO_REPLY, Intent.DELIVERY_FAILURE,
        Intent.UNRELATED,
    }
)  # fmt: skip
_DATED = frozenset({Intent.PROMISE_TO_PAY, Intent.PAYMENT_SENT, Intent.EXTENSION_REQUEST})
_WITH_AMOUNT = frozenset({Intent.PROMISE_TO_PAY, Intent.PAYMENT_SENT, Intent.DISPUTE})

EMAIL = re.compile(r"(?<![\w.+-])[\w+-][\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?![\w@])")
_PORTALS = re.compile(
    r"\b(ariba|coupa|tradeshift|basware|tungsten|taulia|jaggaer|opentext|avalara|billentis|pagero|docuware|workday|oracle"
    r"|supplierportal|lieferantenportal|chorus pro|peppol|ivalua|esker|sharepoint|netsuite|bill\.com|avidxchange|paymode"
    r"|textura|procore|nipendo|zycus|proactis|tipalti|concur|transcepta|ksef|zugferd)\b",
    re.IGNORECASE,
)
_NAMED_PORTAL = re.compile(r"\b((?:[A-Z][\w&.-]{1,30} ){0,3}(?:[Pp]ortal|[Hh]ub|[Nn]etwork))\b")


def signals_of(clause: Clause, intent: Intent, says: ClauseSays, reply: ReplyToRead, topic: Topic) -> list[Signal]:
    """The signals that `intent` makes of this clause: one, or for part payments on several days one a day."""
    if intent is Intent.PAYMENT_SENT and _lies_ahead(clause, reply):
        intent, says = Intent.PROMISE_TO_PAY, replace(says, scores={Intent.PROMISE_TO_PAY: says.scores[intent]})
    reason = says.reason or DisputeReason.OTHER if intent is Intent.DISPUTE else None
    numbers = later_of_twins(invoices_for(intent, says, clause, topic), reason, reply)
    base = Signal(
        intent,
        Evidence(clause.text, clause.start, clause.end),
        round(says.scores[intent], 2),
        invoices=numbers,
        conditional=intent is Intent.PROMISE_TO_PAY and clause.has("condition"),
        reason=reason,
    )
    if intent is Intent.DOCUMENT_REQUEST:
        kinds = tuple(kind for kind in says.documents if kind is not DocumentKind.BANK_DETAILS)
        return _requests(base, kinds)
    if intent is Intent.CONTACT_CHANGE:
        return [replace(base, contact=contact_in(clause.text, reply))]
    if intent not in _WITH_AMOUNT and intent not in _DATED:
        return [base]
    return _with_figures(base, clause, reply)


def later_of_twins(numbers: tuple[str, ...], reason: DisputeReason | None, reply: ReplyToRead) -> tuple[str, ...]:
    """Of two invoices that are one and the same, the later one is the duplicate."""
    if reason is not DisputeReason.DUPLICATE or len(numbers) != 2:
        return numbers
    issued = {invoice.number: invoice.issued for invoice in reply.invoices if invoice.number in numbers}
    if len(set(issued.values())) != len(numbers):
        return numbers
    return (max(numbers, key=lambda number: issued[number]),)


def _lies_ahead(clause: Clause, reply: ReplyToRead) -> bool:
    """Whether "it goes out on Thursday" only looks like a payment that was made."""
    today = reply.received_at.date()
    days = clause.ahead(today)
    done = is_sent(clause) and _THEN_DONE.search(clause.folded) is None
    return bool(days) and all(each.ahead > today for each in days) and not clause.behind(today) and not done


#: "Count on three days, then it is paid": done by then, not now.
_THEN_DONE = phrase_pattern(
    r"""
    (?:then|and) (?:it|that)(?:'s| is|'ll be| will be) (?:\w+ )?(?:paid|settled|done)|dann (?:ist|sind) (?:\S+ ){0,3}(?:bezahlt|beglichen|überwiesen|erledigt)
    (?:alors|et|puis) (?:c'est|ce sera|elle (?:est|sera)) (?:\w+ )?(?:payée?|réglée?)|(?:y|entonces) (?:está|queda|quedará) (?:\w+ )?(?:pagad[ao]|abonad[ao]|liquidad[ao])
    (?:e|poi|allora) (?:è|sarà) (?:\w+ )?(?:pagat[ao]|saldat[ao])|dan (?:is|staat|zijn) (?:\S+ ){0,3}(?:betaald|voldaan|overgemaakt)|(?:e|então|aí) (?:está|fica|fic[ao]u) (?:\w+ )?(?:pag[ao]|liquidad[ao])
    (?:i|wtedy|potem) (?:będzie|jest) (?:\w+ )?(?:zapłacon\w|opłacon\w|uregulowan\w)|(?:då|sedan|så) (?:är|blir) (?:\S+ ){0,3}(?:betald|betalt|betalat|klart)
    """
)


def _requests(base: Signal, kinds: tuple[DocumentKind, ...]) -> list[Signal]:
    """A request for a statement is about no invoice, and stands apart from one for other documents."""
    others = tuple(kind for kind in kinds if kind is not DocumentKind.STATEMENT)
    found = [replace(base, documents=others)] if others else []
    if DocumentKind.STATEMENT in kinds:
        found.append(replace(base, documents=(DocumentKind.STATEMENT,), invoices=()))
    return found


def invoices_for(intent: Intent, says: ClauseSays, clause: Clause, topic: Topic) -> tuple[str, ...]:
    """The invoices of a signal: those named in the clause, those of its topic, or those of the conversation."""
    if intent in WITHOUT_INVOICES:
        return ()
    if intent is Intent.LEGAL_NOTICE:
        return topic.written or (_if_one(topic.scope) if INVOICE_WORDS.search(clause.folded) else ())
    numbers = clause.numbers
    if intent is Intent.DISPUTE and says.reason is DisputeReason.DUPLICATE:
        numbers = contested(clause)
    if numbers:
        return numbers
    if intent is Intent.BANK_DETAILS_QUERY:
        return topic.before or topic.written or _if_one(topic.scope)
    if intent is Intent.QUESTION:
        return _if_one(topic.before or topic.scope)
    if intent is Intent.DOCUMENT_REQUEST and set(says.documents) <= _OF_THE_SELLER:
        return topic.before or _if_one(topic.scope)
    if not topic.before and not topic.scope and _THE_INVOICES.search(clause.folded):
        return topic.every
    return topic.before or topic.scope


#: In an answer to a mail about the account these are all that is open.
_THE_INVOICES = phrase_pattern(
    r"""
    (?:the|your|these|those|our) (?:\w{1,12} )?(?:invoices|bills)|(?:die|der|den|diese|ihre|unsere) (?:\w{1,12} )?rechnungen|(?:les|des|vos|ces) (?:\w{1,12} )?factures
    (?:las|sus|estas) (?:\w{1,12} )?facturas|(?:le|delle|queste) (?:\w{1,12} )?fatture|(?:de|uw|deze) (?:\w{1,12} )?facturen|(?:as|das|suas) (?:\w{1,12} )?faturas
    (?:te|tych|tymi|wasze) faktur(?:y|ami)?|fakturorna|era fakturor
    """
)
#: Papers about us, not about an invoice.
_OF_THE_SELLER = frozenset({DocumentKind.TAX_FORM, DocumentKind.BANK_DETAILS, DocumentKind.STATEMENT})


def _if_one(numbers: tuple[str, ...]) -> tuple[str, ...]:
    return numbers if len(numbers) == 1 else ()


# Days and amounts


def _with_figures(base: Signal, clause: Clause, reply: ReplyToRead) -> list[Signal]:
    today = reply.received_at.date()
    amounts = _amounts(base, clause, reply)
    if base.intent is Intent.DISPUTE:
        return [replace(base, amount=_sole(amounts))]
    if base.intent is Intent.PAYMENT_SENT:
        behind = clause.behind(today)
        day = behind[0].back if behind else None
        reference = payment_reference(clause.text)
        return [replace(base, day=day, amount=_sole(amounts), reference=reference)]
    ahead = _exact(clause.ahead(today))
    if base.intent is Intent.EXTENSION_REQUEST:
        return [replace(base, day=ahead[-1].ahead if ahead else None)]
    if len(ahead) > 1 and (split := _split_promise(base, clause, ahead, reply)):
        return split
    ahead = days_of_payment(clause, ahead)
    day = ahead[-1].ahead if ahead else None
    return [replace(base, day=day, amount=_sole(amounts))]


def _exact(ahead: tuple[FoundDate, ...]) -> tuple[FoundDate, ...]:
    """Days where any is named, else the periods: "on the 12th with our mid-month vendors" is the 12th."""
    exact = tuple(each for each in ahead if each.rule not in ("period", "in_month"))
    return exact or ahead


def _sole(amounts: list[Money]) -> Money | None:
    return amounts[0] if len(set(amounts)) == 1 else None


def _amounts(base: Signal, clause: Clause, reply: ReplyToRead) -> list[Money]:
    if base.intent is Intent.DISPUTE:
        part = contested_part(clause, base.reason)
        return [part] if part else []
    if base.intent not in _WITH_AMOUNT:
        return []
    stated = [each.money for each in stated_amounts(clause)]
    if stated or any(each.marked for each in clause.amounts):
        return stated
    bare = bare_amount(clause.folded, _taken(clause), [each.open_balance for each in reply.invoices])
    return [bare] if bare else []


def _taken(clause: Clause) -> list[tuple[int, int]]:
    """Places of the clause that are days or numbers of invoices."""
    spans = [(each.start, each.end) for each in clause.dates]
    spans += [(each.start, each.end) for each in clause.references if each.how != "full amount"]
    return [(start - clause.start, end - clause.start) for start, end in spans]


def _split_promise(base: Signal, clause: Clause, ahead: tuple[FoundDate, ...], reply: ReplyToRead) -> list[Signal]:
    """One promise a day, where each day comes with its own amount or its own invoices."""
    spans = _before_and_after_the_rest(clause, ahead) or _stretches(clause, ahead)
    named = [
        tuple(sorted({n for ref in clause.references if a <= ref.start < b for n in ref.numbers})) for a, b in spans
    ]
    money = [[each for each in clause.amounts if a <= each.start < b and not each.rough] for a, b in spans]
    by_invoice = all(named) and len(set(named)) == len(named)
    rest = [not each and _names_the_rest(clause, *span) for each, span in zip(money, spans, strict=True)]
    by_amount = all(len(each) == 1 or left for each, left in zip(money, rest, strict=True)) and not all(rest)
    if not by_invoice and not by_amount:
        return []
    return [
        replace(
            base,
            day=found.ahead,
            invoices=named[index] if by_invoice else base.invoices,
            amount=money[index][0].money if by_amount and not by_invoice and money[index] else None,
        )
        for index, found in enumerate(ahead)
    ]


def _before_and_after_the_rest(clause: Clause, ahead: tuple[FoundDate, ...]) -> list[tuple[int, int]]:
    """The two parts of "I pay 600 tomorrow and the rest on the 30th", each with its day; none where it has others."""
    rest = REST.search(clause.folded)
    if rest is None or len(ahead) != 2:
        return []
    cut = clause.start + rest.start()
    return [(clause.start, cut), (cut, clause.end)] if ahead[0].end <= cut <= ahead[1].start else []


def _names_the_rest(clause: Clause, start: int, end: int) -> bool:
    """Whether the stretch speaks of what the amounts before it leave: "600 tomorrow and the rest on the 30th"."""
    return REST.search(clause.folded[start - clause.start : end - clause.start]) is not None


def _stretches(clause: Clause, ahead: tuple[FoundDate, ...]) -> list[tuple[int, int]]:
    """The part of the clause that belongs to each day: what leads up to it, or what follows it."""
    things = [each.start for each in clause.references] + [each.start for each in clause.amounts]
    leads = not things or min(things) < ahead[0].start
    if leads:
        starts = [clause.start, *(each.end for each in ahead[:-1])]
        return list(zip(starts, (each.end for each in ahead), strict=True))
    ends = [*(each.start for each in ahead[1:]), clause.end]
    return list(zip((each.start for each in ahead), ends, strict=True))


# Contacts and references


def contact_in(text: str, reply: ReplyToRead) -> str | None:
    """The address to write to instead, or else the portal's name; None where the text states neither."""
    ours = {address for message in reply.thread if message.outbound for address in (message.sender.lower(),)}
    for match in EMAIL.finditer(text):
        address = match[0].rstrip(".").lower()
        if address not in ours:
            return address
    known = _PORTALS.search(text)
    if known:
        return known[1]
    named = _NAMED_PORTAL.search(text)
    return named[1] if named and " " in named[1] else None

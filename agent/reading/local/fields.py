"""Clause and intent to signals: day, amount, invoices, contact, reference."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import dataclass, replace

from agent.reading.amounts import FoundAmount
from agent.reading.dates import FoundDate
from agent.reading.local.clauses import Clause
from agent.reading.local.scorer import ClauseSays, is_sent
from agent.reading.references import identifies
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
_PAYMENT_REFERENCE = re.compile(
    r"(?:trace(?: number| no\.?)?|imad|utr|swift ref\.?|ref(?:erence|erenz|\.|erencia|erence de virement|erentie|erens)?|verwendungszweck"
    r"|cheque(?: number| no\.?| nr\.?)?|check(?: number| no\.?)?|chq|transaction(?: id| number| no\.?)?|confirmation(?: number| no\.?| #)?"
    r"|last four|ending(?: in)?|cro|trn|operazione|n\. operazione|transakt\w{0,6}|payment id|under|betreff|kenmerk|tytul\w{0,3})"
    r"(?: is| was| ist| est| es)?[ :.#]{1,3}((?:[A-Z]{2,12} )?[A-Z0-9][A-Z0-9/-]{2,39})(?![\w])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a clause is about when it names nothing: the invoices named before it, and those of the conversation."""

    before: tuple[str, ...]
    scope: tuple[str, ...]


def signals_of(clause: Clause, intent: Intent, says: ClauseSays, reply: ReplyToRead, topic: Topic) -> list[Signal]:
    """The signals that `intent` makes of this clause: one, or for part payments on several days one a day."""
    if intent is Intent.PAYMENT_SENT and _lies_ahead(clause, reply):
        intent, says = Intent.PROMISE_TO_PAY, replace(says, scores={Intent.PROMISE_TO_PAY: says.scores[intent]})
    reason = says.reason or DisputeReason.OTHER if intent is Intent.DISPUTE else None
    base = Signal(
        intent,
        Evidence(clause.text, clause.start, clause.end),
        round(says.scores[intent], 2),
        invoices=_contested(invoices_for(intent, reason, clause, topic), reason, reply),
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


def _contested(numbers: tuple[str, ...], reason: DisputeReason | None, reply: ReplyToRead) -> tuple[str, ...]:
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
    return (
        bool(days) and all(each.ahead > today for each in days) and not clause.behind(today) and not is_sent(clause)
    )


def _requests(base: Signal, kinds: tuple[DocumentKind, ...]) -> list[Signal]:
    """A request for a statement is about no invoice, and stands apart from one for other documents."""
    others = tuple(kind for kind in kinds if kind is not DocumentKind.STATEMENT)
    found = [replace(base, documents=others)] if others else []
    if DocumentKind.STATEMENT in kinds:
        found.append(replace(base, documents=(DocumentKind.STATEMENT,), invoices=()))
    return found


def invoices_for(intent: Intent, reason: DisputeReason | None, clause: Clause, topic: Topic) -> tuple[str, ...]:
    """The invoices of a signal: those named in the clause, before it, or those of the conversation."""
    if intent in WITHOUT_INVOICES:
        return ()
    numbers = clause.numbers
    if reason is DisputeReason.DUPLICATE:
        numbers = _without_originals(clause)
    if numbers:
        return numbers
    if intent in (Intent.LEGAL_NOTICE, Intent.QUESTION, Intent.BANK_DETAILS_QUERY):
        if intent is Intent.LEGAL_NOTICE and "invoice" not in clause.folded and not topic.before:
            return ()
        about = topic.before or topic.scope
        return about if len(about) == 1 else ()
    return topic.before or topic.scope


#: "Same as 5521", "duplicate of 4471": the number after these is the right invoice, not the contested one.
_COMPARED_WITH = re.compile(
    r"(?:as|of|to|with|in|wie|mit|zu|que|de|del|avec|a|al|come|alla|als|met|van|om|som|co|z|do|na|fatura|invoice|rechnung"
    r"|facture|factura|fattura|factuur|faktura|die|der|la|le|el|the) {1,2}(?:inv\w{0,5}\.? |no\.? |nr\.? |#)?$"
)


def _without_originals(clause: Clause) -> tuple[str, ...]:
    """The invoices of the clause that are not named only to compare with; empty where all are."""
    contested: set[str] = set()
    for each in clause.references:
        before = clause.folded[max(0, each.start - clause.start - 24) : each.start - clause.start]
        if not _COMPARED_WITH.search(before) or (each is clause.references[0] and len(clause.references) > 1):
            contested.update(each.numbers)
    return tuple(sorted(contested))


# Days and amounts


def _with_figures(base: Signal, clause: Clause, reply: ReplyToRead) -> list[Signal]:
    today = reply.received_at.date()
    amounts = _amounts(base.intent, clause)
    if base.intent is Intent.DISPUTE:
        return [replace(base, amount=amounts[0] if len(amounts) == 1 else None)]
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
    day = ahead[-1].ahead if ahead else None
    return [replace(base, day=day, amount=_sole(amounts))]


def _exact(ahead: tuple[FoundDate, ...]) -> tuple[FoundDate, ...]:
    """Days where any is named, else the periods: "on the 12th with our mid-month vendors" is the 12th."""
    exact = tuple(each for each in ahead if each.rule not in ("period", "in_month"))
    return exact or ahead


def _sole(amounts: list[Money]) -> Money | None:
    return amounts[0] if len(set(amounts)) == 1 else None


def _amounts(intent: Intent, clause: Clause) -> list[Money]:
    if intent not in _WITH_AMOUNT:
        return []
    return [
        each.money
        for each in clause.amounts
        if not each.rough and each.money.amount > 0 and not _only_identifies(clause, each)
    ]


def _only_identifies(clause: Clause, amount: FoundAmount) -> bool:
    shifted = replace(amount, start=amount.start - clause.start, end=amount.end - clause.start)
    return identifies(clause.folded, shifted)


def _split_promise(base: Signal, clause: Clause, ahead: tuple[FoundDate, ...], reply: ReplyToRead) -> list[Signal]:
    """One promise a day, where each day comes with its own amount or its own invoices."""
    spans = _stretches(clause, ahead)
    named = [
        tuple(sorted({n for ref in clause.references if a <= ref.start < b for n in ref.numbers})) for a, b in spans
    ]
    money = [[each for each in clause.amounts if a <= each.start < b and not each.rough] for a, b in spans]
    by_invoice = all(named) and len(set(named)) == len(named)
    by_amount = all(len(each) == 1 for each in money)
    if not by_invoice and not by_amount:
        return []
    return [
        replace(
            base,
            day=found.ahead,
            invoices=named[index] if by_invoice else base.invoices,
            amount=money[index][0].money if by_amount and not by_invoice else None,
        )
        for index, found in enumerate(ahead)
    ]


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


def payment_reference(text: str) -> str | None:
    """The payment's own reference, such as a trace number; None where none with a digit is stated."""
    for match in _PAYMENT_REFERENCE.finditer(text):
        if any(character.isdigit() for character in match[1]):
            return match[1]
    return None

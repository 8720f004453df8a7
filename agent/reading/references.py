"""Which invoices a text is about: by number, part of a number, order, amount, month, or words like "both".

A number that looks like an invoice and that the ledger does not know is reported, never guessed.
"""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from agent.reading import date_words
from agent.reading.amounts import FoundAmount
from agent.reading.folding import fold
from agent.reading.reference_words import ALL_OF_THEM, BOTH_OF_THEM, INVOICE_WORDS, PICKS, THE_OTHERS
from agent.signals import InvoiceFact, ReplyToRead
from ledger.rules.matching.document_numbers import compact, core_digits, last_group
from ledger.rules.matching.document_numbers import folded as look_alike

MAX_CHARS = 40_000
#: A partial number needs this many digits, unless "invoice" or "#" stands before it.
MIN_PARTIAL_DIGITS = 3
#: "Unknown" is said of at most this many numbers.
MAX_UNKNOWN = 20
MAX_TOKENS = 2_000


@dataclass(frozen=True, slots=True)
class FoundReference:
    """Words at `text[start:end]` that mean `numbers`. `how`: number, part, order, amount, month, all, both, ..."""

    start: int
    end: int
    numbers: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class References:
    """What a text points at, in reading order, and the numbers that look like invoices but are none of ours."""

    found: tuple[FoundReference, ...]
    unknown: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """All invoices pointed at, sorted."""
        return tuple(sorted({number for each in self.found for number in each.numbers}))


#: Letters and digits with at most single joints; every token is looked at once.
_TOKEN = re.compile(r"[a-z0-9]+(?:[-/._][a-z0-9]+)*")
_ORDER_BEFORE = re.compile(
    r"(?:p\.?o\.?|purchase order|order|bestellung|bestell-?nr|auftrag|commande|bon de commande|pedido|orden de compra|oc"
    r"|ordine|oda|bestelling|inkooporder|encomenda|zamowieni\w{1,3}|order|bestallning|inkopsorder)(?: ?(?:no|nr|number|num|numero))?[.:# ]{0,3}$"
)
_LABEL_BEFORE = re.compile(r"(?:no|nr|nro|num|number|numero|nummer|#|n°|nº|o)[.: ]{0,3}$|#$")
_PHONE_BEFORE = re.compile(r"(?:\+\d|(?<!\d)0\d)[\d /().-]{0,14}$")
_OTHER_LABEL_BEFORE = re.compile(
    r"(?:tel|phone|mobile|fax|ext|po box|iban|account|acct|konto|trace|imad|utr|cheque|check|chq|ticket|case|ref|reference"
    r"|referenz|reference|referencia|riferimento|kenmerk|clause|section|room|suite|docket|vendor|supplier|job|delivery note"
    r"|pod|lieferschein|bol|awb|cro|tid|card|ending|ending in|tracking)[.:# ]{0,3}(?:no|nr|number|num)?[.:# ]{0,3}$"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """The customer's invoices under every form a reply may name them in."""

    whole: dict[str, str]
    digits: dict[str, tuple[str, ...]]
    orders: dict[str, tuple[str, ...]]
    prefixes: frozenset[str]
    cores: tuple[tuple[str, str], ...]


def _known(invoices: Sequence[InvoiceFact]) -> _Known:
    whole: dict[str, str] = {}
    digits: dict[str, set[str]] = {}
    orders: dict[str, set[str]] = {}
    prefixes = set()
    cores = []
    for invoice in invoices:
        whole[look_alike(invoice.number)] = invoice.number
        core = core_digits(invoice.number)
        for form in {core, last_group(invoice.number)} - {""}:
            digits.setdefault(form, set()).add(invoice.number)
        cores.append((core, invoice.number))
        if invoice.po_number:
            orders.setdefault(compact(invoice.po_number), set()).add(invoice.number)
            orders.setdefault(core_digits(invoice.po_number) or compact(invoice.po_number), set()).add(invoice.number)
        letters = re.match(r"[A-Za-z]{1,6}", invoice.number)
        if letters:
            prefixes.add(letters[0].lower())
    return _Known(whole, _frozen(digits), _frozen(orders), frozenset(prefixes), tuple(cores))


def _frozen(sets: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(numbers)) for key, numbers in sets.items()}


def find_references(
    text: str,
    invoices: Sequence[InvoiceFact],
    *,
    dates: Sequence[tuple[int, int]] = (),
    amounts: Sequence[FoundAmount] = (),
    scope: Sequence[str] = (),
) -> References:
    """References in `text` to `invoices`; `dates` are places already read as dates.

    `scope` are the invoices that the conversation is about; "both" and "the other one" mean these.
    """
    folded = fold(text[:MAX_CHARS])
    known = _known(invoices)
    found: list[FoundReference] = []
    unknown: list[str] = []
    for count, match in enumerate(_TOKEN.finditer(folded)):
        if count >= MAX_TOKENS:
            break
        if any(character.isdigit() for character in match[0]):
            _read_token(match, text, folded, known, dates, found, unknown)
    found += _by_amount(folded, invoices, amounts)
    found += _by_month(folded, invoices)
    found = _without_overlaps(found)
    found += _by_words(folded, invoices, found, scope)
    found.sort(key=lambda each: each.start)
    return References(tuple(found), tuple(dict.fromkeys(unknown))[:MAX_UNKNOWN])


def _read_token(
    match: re.Match[str],
    text: str,
    folded: str,
    known: _Known,
    dates: Sequence[tuple[int, int]],
    found: list[FoundReference],
    unknown: list[str],
) -> None:
    start, end = match.span()
    token = match[0]
    before = folded[max(0, start - 24) : start]
    whole = known.whole.get(look_alike(token))
    if whole is None and start > 1:
        whole = _with_word_before(folded, start, token, known)
    if whole is not None:
        found.append(FoundReference(start, end, (whole,), "number"))
        return
    if any(a < end and start < b for a, b in dates) or _is_part_of_figure(folded, start, end):
        return
    order = known.orders.get(compact(token)) or (
        known.orders.get(core_digits(token)) if _ORDER_BEFORE.search(before) else None
    )
    if order and not INVOICE_WORDS.search(before[-12:]):
        found.append(FoundReference(start, end, order, "order"))
        return
    if _PHONE_BEFORE.search(before) or _OTHER_LABEL_BEFORE.search(before) or _ORDER_BEFORE.search(before):
        return
    labelled = bool(INVOICE_WORDS.search(before[-14:]) or _LABEL_BEFORE.search(before))
    part = _by_part(token, known, labelled=labelled)
    if part:
        found.append(FoundReference(start, end, part, "part"))
    elif _looks_like_invoice(token, known, before):
        unknown.append(text[start:end])


def _with_word_before(folded: str, start: int, token: str, known: _Known) -> str | None:
    word = re.search(r"([a-z]{1,6})[ .#:-]{1,2}$", folded[max(0, start - 9) : start])
    return known.whole.get(look_alike(word[1] + token)) if word else None


def _is_part_of_figure(folded: str, start: int, end: int) -> bool:
    after = folded[end : end + 3]
    before = folded[max(0, start - 2) : start]
    return bool(re.match(r"[,]\d|%| ?€|:\d", after)) or bool(re.search(r"[\d][,']$|[€£$] ?$|[@+]$", before))


def _by_part(token: str, known: _Known, *, labelled: bool) -> tuple[str, ...]:
    letters = re.match(r"[a-z]*", token)
    if (
        letters
        and letters[0]
        and letters[0] not in known.prefixes | {"inv", "re", "rg", "no", "nr", "fv", "f", "fac", "ft", "in"}
    ):
        return ()
    digits = core_digits(token)
    if not digits:
        return ()
    exact = known.digits.get(digits)
    enough = len(re.sub(r"\D", "", token)) >= MIN_PARTIAL_DIGITS
    if exact and len(exact) == 1 and (enough or labelled):
        return exact
    if not enough:
        return ()
    ending = [number for core, number in known.cores if core.endswith(digits)]
    return tuple(ending) if len(ending) == 1 else ()


def _looks_like_invoice(token: str, known: _Known, before: str) -> bool:
    digits = re.sub(r"\D", "", token)
    if len(digits) < MIN_PARTIAL_DIGITS or len(digits) > 20:
        return False
    letters = re.match(r"[a-z]+(?=[-/_.]?\d)", token)
    if letters and letters[0] in known.prefixes:
        return True
    if re.fullmatch(r"(?:19|20)\d\d", token):
        return False
    found = list(INVOICE_WORDS.finditer(before))
    last = found[-1] if found else None
    return (
        last is not None
        and re.fullmatch(r"[ .:#]{0,3}(?:no|nr|number|num|nummer|numero|n°|nº)?[ .:#]{0,3}", before[last.end() :])
        is not None
    )


# By amount and by month

_ONE_AFTER = re.compile(r" ?(?:one|invoice|inv|bill|rechnung|facture|factura|fattura|factuur|fatura|faktura)(?!\w)")
_INVOICE_BEFORE = re.compile(
    r"(?:invoice|bill|one|rechnung|facture|factura|fattura|factuur|fatura|faktur[aeyn]{1,2})(?: ~?(?:for|of|over|uber|de|di|van|na|pa|por|von|om|for|per|i ho(?:e)?he von|d'un montant de|ter hoogte van|no valor de|na kwote|pa belopp)){1,2} (?:the |la |el )?$".replace(
        "~?", ""
    )
)


def identifies(folded: str, amount: FoundAmount) -> bool:
    """Whether the figure only tells which invoice is meant ("the 4,200 one")."""
    if _ONE_AFTER.match(folded, amount.end):
        return True
    return _INVOICE_BEFORE.search(folded[max(0, amount.start - 40) : amount.start]) is not None


def _by_amount(folded: str, invoices: Sequence[InvoiceFact], amounts: Sequence[FoundAmount]) -> list[FoundReference]:
    found = []
    for amount in amounts:
        numbers = [invoice.number for invoice in invoices if _is_of(invoice, amount)]
        if len(numbers) == 1:
            how = "amount" if identifies(folded, amount) or amount.rough else "full amount"
            found.append(FoundReference(amount.start, amount.end, (numbers[0],), how))
    return found


def _is_of(invoice: InvoiceFact, amount: FoundAmount) -> bool:
    value = amount.money.amount
    if amount.money.currency != invoice.amount.currency:
        return False
    if amount.rough:
        return any(
            abs(whole - value) <= Decimal(50) for whole in (invoice.amount.amount, invoice.open_balance.amount)
        )
    if value in (invoice.amount.amount, invoice.open_balance.amount):
        return True
    return value == value.to_integral_value() and value == invoice.amount.amount.to_integral_value() and value >= 100


@lru_cache(maxsize=1)
def _month_words() -> tuple[tuple[int, re.Pattern[str]], ...]:
    months: list[list[str]] = [[] for _ in range(12)]
    for language in date_words.MONTHS:
        for index, alternatives in enumerate(date_words.top_level(date_words.MONTHS[language])):
            months[index].append(f"(?:{alternatives})")
    invoice = r"(?:invoices?|bills?|one|ones|inv|statement)"
    before = r"(?:invoices?|bills?|one|rechnung(?:en)?|factures?|facturas?|fattur[ae]|factu(?:ur|ren)|faturas?|faktur(?:a|y|e|or|an|orna)?|that)"
    link = r"(?: (?:from|for|of|dated|in|aus|vom|von|fur|fuer|des monats|de|du|du mois de|del|del mes de|di|van|da|do mes de|z|ze|za|fran|for|av|uit|per))"
    return tuple(
        (
            index + 1,
            re.compile(
                rf"(?<!\w)(?:(?:{'|'.join(words)})(?:'s)?[ -]?(?:{invoice}|rechnung(?:en)?|factu(?:ur|ren)|faktur(?:a|an|or)?)(?!\w)"
                rf"|(?:{'|'.join(words)})'s(?= (?:was|is|has|one|will|went|got|and)(?!\w))"
                rf"|(?:{'|'.join(words)})(?= (?:and|&|,|und|et|y|e|en|i|och) [a-z]{{3,9}} (?:ones|invoices|bills)(?!\w))"
                rf"|{before}{link}{{1,2}} ?(?:d')?(?:{'|'.join(words)})(?!\w))"
            ),
        )
        for index, words in enumerate(months)
    )


def _by_month(folded: str, invoices: Sequence[InvoiceFact]) -> list[FoundReference]:
    issued = {invoice.issued.month for invoice in invoices}
    found = []
    for month, pattern in _month_words():
        if month not in issued:
            continue
        numbers = tuple(sorted(invoice.number for invoice in invoices if invoice.issued.month == month))
        found += [FoundReference(each.start(), each.end(), numbers, "month") for each in pattern.finditer(folded)]
    return found


# By words


def _by_words(
    folded: str, invoices: Sequence[InvoiceFact], found: Sequence[FoundReference], scope: Sequence[str]
) -> list[FoundReference]:
    every = tuple(sorted(invoice.number for invoice in invoices if invoice.open_balance.amount > 0))
    about = tuple(scope) if len(scope) > 1 else every
    named = {number for each in found for number in each.numbers}
    result = []
    for match in ALL_OF_THEM.finditer(folded):
        result.append(FoundReference(match.start(), match.end(), every, "all"))
    for match in BOTH_OF_THEM.finditer(folded):
        pair = about if len(about) == 2 else every if len(every) == 2 else ()
        if pair:
            result.append(FoundReference(match.start(), match.end(), pair, "both"))
    if len(about) > 1:
        by_number = {invoice.number: invoice for invoice in invoices}
        candidates = [by_number[number] for number in about if number in by_number]
        for key, pattern in PICKS.items():
            for match in pattern.finditer(folded):
                picked = _picked(key, candidates)
                named.add(picked)
                result.append(FoundReference(match.start(), match.end(), (picked,), key))
        rest = tuple(number for number in about if number not in named)
        if named and rest:
            result += [FoundReference(m.start(), m.end(), rest, "others") for m in THE_OTHERS.finditer(folded)]
    return _without_overlaps(result)


def _picked(key: str, invoices: Sequence[InvoiceFact]) -> str:
    if key in ("largest", "smallest"):
        ordered = sorted(invoices, key=lambda each: each.open_balance.amount)
        return ordered[-1 if key == "largest" else 0].number
    ordered = sorted(invoices, key=lambda each: (each.issued, each.number))
    return ordered[-1 if key == "newest" else 0].number


def _without_overlaps(found: list[FoundReference]) -> list[FoundReference]:
    kept: list[FoundReference] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept and each.start < kept[-1].end:
            continue
        kept.append(each)
    return kept


# What the conversation is about


def conversation_scope(reply: ReplyToRead) -> tuple[str, ...]:
    """The invoices that the message answered is about, sorted: by our last mail's subject and text, then earlier.

    Falls back on the reply's own subject, then on the account's only open invoice; empty where it is about none
    in particular.
    """
    texts = [reply.subject]
    for message in reversed(reply.thread[-10:]):
        if message.outbound:
            texts += [f"{message.subject}\n{message.text[:4000]}"]
    best: tuple[str, ...] = ()
    for text in texts:
        found = find_references(text, reply.invoices).found
        numbers = tuple(
            sorted({n for each in found if each.how in ("number", "part", "order") for n in each.numbers})
        )
        if numbers and (not best or set(best) < set(numbers)) and len(numbers) > len(best):
            best = numbers
            if text is not texts[0]:
                break
    if best:
        return best
    open_ones = tuple(sorted(i.number for i in reply.invoices if i.open_balance.amount > 0))
    if len(open_ones) == 1:
        return open_ones
    return ()

"""Invoices named by their number: whole, in part, with or without letters, or by the customer's own order."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.reading.found_reference import FoundReference
from agent.reading.reference_words import INVOICE_WORDS
from agent.signals import InvoiceFact
from ledger.rules.matching.document_numbers import compact, core_digits, last_group
from ledger.rules.matching.document_numbers import folded as look_alike

#: A partial number needs this many digits, unless "invoice" or "#" stands before it.
MIN_PARTIAL_DIGITS = 3
MAX_TOKENS = 2_000


#: Letters and digits with at most single joints; every token is looked at once.
_TOKEN = re.compile(r"[a-z0-9]+(?:[-/._][a-z0-9]+)*")
_ORDER_BEFORE = re.compile(
    r"(?:p\.?o\.?|purchase order|order|bestellung|bestell-?nr|auftrag|commande|bon de commande|pedido|orden de compra|oc"
    r"|ordine|oda|bestelling|inkooporder|encomenda|zamowieni\w{1,3}|order|bestallning|inkopsorder)(?: ?(?:no|nr|number|num|numero))?[.:# ]{0,3}$"
)
_LABEL_BEFORE = re.compile(r"(?<!\w)(?:no|nr|nro|num|number|numero|nummer|n°|nº)[.: ]{0,3}$|#$")
#: Not after a full stop or a comma: the cents of "3,360.00" begin no telephone number.
_PHONE_BEFORE = re.compile(r"(?:\+\d|(?<![\d.,])0\d)[\d /().-]{0,14}$")
_OTHER_LABEL_BEFORE = re.compile(
    r"(?<!\w)(?:tel|phone|mobile|fax|ext|po box|iban|account|acct|konto|trace|imad|utr|eft|cheque|check|chq|chk|ticket|case|ref|reference"
    r"|referenz|reference|referencia|referencja|riferimento|kenmerk|clause|section|room|suite|docket|vendor|supplier|job|delivery note|batch"
    r"|comprobante|justificante|folgesedel|bon de livraison|albaran|ddt|wz|operacion|operazione|op|cheque|scheck|assegno|verwendungszweck"
    r"|pod|lieferschein|bol|awb|cro|trn|tid|card|ending|ending in|tracking)[.:# ]{0,3}(?:no|nr|number|num)?[.:# ]{0,3}$"
)


@dataclass(frozen=True, slots=True)
class KnownNumbers:
    """The customer's invoices under every form a reply may name them in."""

    whole: dict[str, str]
    #: All digits, and each group of them, without leading zeros.
    digits: dict[str, tuple[str, ...]]
    orders: dict[str, tuple[str, ...]]
    #: The letters of the numbers.
    letters: frozenset[str]
    cores: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, invoices: Sequence[InvoiceFact]) -> "KnownNumbers":
        whole: dict[str, str] = {}
        digits: dict[str, set[str]] = {}
        orders: dict[str, set[str]] = {}
        letters: set[str] = set()
        cores = []
        for invoice in invoices:
            whole[look_alike(invoice.number)] = invoice.number
            core = core_digits(invoice.number)
            for form in {core, last_group(invoice.number), *_groups(invoice.number)} - {""}:
                digits.setdefault(form, set()).add(invoice.number)
            cores.append((core, invoice.number))
            if invoice.po_number:
                for form in {compact(invoice.po_number), core_digits(invoice.po_number)} - {""}:
                    orders.setdefault(form, set()).add(invoice.number)
            letters.update(word.lower() for word in re.findall(r"[A-Za-z]{1,6}", invoice.number))
        return cls(whole, _frozen(digits), _frozen(orders), frozenset(letters), tuple(cores))


def _groups(number: str) -> list[str]:
    """Groups of digits that may stand for the whole number; a year never does."""
    groups = re.findall(r"\d{3,}", number)
    return [group.lstrip("0") for group in groups if not re.fullmatch(r"(?:19|20)\d\d", group)]


def _frozen(sets: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(numbers)) for key, numbers in sets.items()}


def numbers_in(
    text: str, folded: str, known: KnownNumbers, dates: Sequence[tuple[int, int]]
) -> tuple[list[FoundReference], list[str]]:
    """The invoices that `text` names by number, and what looks like a number of ours and is none."""
    found: list[FoundReference] = []
    unknown: list[str] = []
    for count, match in enumerate(_TOKEN.finditer(folded)):
        if count >= MAX_TOKENS:
            break
        if any(character.isdigit() for character in match[0]):
            _read_token(match, text, folded, known, dates, found, unknown)
    return [*found, *_short_forms(folded, known, dates)], unknown


#: "A 33 e a 35": two short numbers with articles are numbers of invoices; one alone may count anything.
_SHORT = re.compile(
    r"(?<!\w)(?:the|die|der|la|le|el|de|den|a|as|ta|te|quella|celle) (\d{1,2})(?![\w%€$£]|[.,:/-]\d|\.(?: [a-z]))"
)


def _short_forms(folded: str, known: KnownNumbers, dates: Sequence[tuple[int, int]]) -> list[FoundReference]:
    found = [
        FoundReference(match.start(1), match.end(1), numbers, "part")
        for match in _SHORT.finditer(folded)
        if len(numbers := known.digits.get(match[1].lstrip("0"), ())) == 1
        and not any(a < match.end() and match.start() < b for a, b in dates)
    ]
    return found if len({each.numbers for each in found}) > 1 else []


def _read_token(
    match: re.Match[str],
    text: str,
    folded: str,
    known: KnownNumbers,
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


def _with_word_before(folded: str, start: int, token: str, known: KnownNumbers) -> str | None:
    word = re.search(r"([a-z]{1,6})[ .#:-]{1,2}$", folded[max(0, start - 9) : start])
    return known.whole.get(look_alike(word[1] + token)) if word else None


def _is_part_of_figure(folded: str, start: int, end: int) -> bool:
    after = folded[end : end + 3]
    before = folded[max(0, start - 2) : start]
    return bool(re.match(r"[,]\d|%| ?€|:\d", after)) or bool(re.search(r"[\d][,']$|[€£$] ?$|[@+]$", before))


_WORDS_FOR_INVOICE = frozenset({"inv", "re", "rg", "no", "nr", "fv", "f", "fac", "ft", "in"})


def _by_part(token: str, known: KnownNumbers, *, labelled: bool) -> tuple[str, ...]:
    letters = re.match(r"[a-z]*", token)
    prefix = letters[0] if letters else ""
    if prefix and prefix not in known.letters | _WORDS_FOR_INVOICE:
        return ()
    labelled = labelled or prefix in known.letters
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


def _looks_like_invoice(token: str, known: KnownNumbers, before: str) -> bool:
    digits = re.sub(r"\D", "", token)
    if len(digits) < MIN_PARTIAL_DIGITS or len(digits) > 20:
        return False
    letters = re.match(r"[a-z]+(?=[-/_.]?\d)", token)
    if letters and letters[0] in known.letters:
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

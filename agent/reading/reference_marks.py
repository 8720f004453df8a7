"""Invoices told by what stands on them: their amount, the month or the day of their issue."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from agent.reading import date_words
from agent.reading.amounts import FoundAmount
from agent.reading.found_reference import FoundReference
from agent.signals import InvoiceFact

_ONE_AFTER = re.compile(r" ?(?:one|invoice|inv|bill|rechnung|facture|factura|fattura|factuur|fatura|faktura)(?!\w)")
_INVOICE_BEFORE = re.compile(
    r"(?:invoice|bill|one|rechnung|facture|factura|fattura|factuur|fatura|faktur[aeyn]{1,2}|fakturan|(?<!\w)(?:die|der|celle|la|quella|de|a|ta|te|tej|den))"
    r"(?: (?:for|of|over|uber|ueber|de|di|da|van|na|pa|por|von|om|per|i hohe von|d'un montant de|ter hoogte van|no valor de|na kwote|pa belopp)){1,2} (?:the |la |el )?$"
)


def identifies(folded: str, amount: FoundAmount) -> bool:
    """Whether the figure only tells which invoice is meant ("the 4,200 one")."""
    if _ONE_AFTER.match(folded, amount.end):
        return True
    return _INVOICE_BEFORE.search(folded[max(0, amount.start - 40) : amount.start]) is not None


def by_amount(
    folded: str, invoices: Sequence[InvoiceFact], amounts: Sequence[FoundAmount]
) -> Iterator[FoundReference]:
    """Amounts that are those of exactly one invoice."""
    for amount in amounts:
        numbers = [invoice.number for invoice in invoices if _is_of(invoice, amount)]
        if len(numbers) == 1:
            how = "amount" if identifies(folded, amount) or amount.rough else "full amount"
            yield FoundReference(amount.start, amount.end, (numbers[0],), how)


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


#: "The 875 is ...", "die 1377 geht ...": a bare figure after an article, with no unit behind it.
_BARE_FIGURE = re.compile(
    r"(?<!\w)(?:the|that|your|die|der|la|celle de|de|quella da|a|ta|te|den)(?: (?:for|uber|de|di|da|van|na|pa|por|om))? (\d{2,7})"
    r"(?= ?(?:[,.;:)](?!\d)|$)| (?:one|is|was|will|goes|went|has|ist|wird|war|wurde|geht|est|sera|part|es|esta|sera|se|e|va|is|wordt|gaat|foi|vai|sera|jest|idzie|ar|blir)(?!\w))"
)


def by_bare_figure(folded: str, invoices: Sequence[InvoiceFact]) -> Iterator[FoundReference]:
    """Bare figures that are the whole amount of exactly one invoice."""
    matches = list(_BARE_FIGURE.finditer(folded))
    whole: dict[str, set[str]] = {}
    for invoice in invoices if matches else ():
        for amount in {invoice.amount.amount, invoice.open_balance.amount}:
            whole.setdefault(str(int(amount)), set()).add(invoice.number)
    for match in matches:
        numbers = whole.get(match[1], set())
        if len(numbers) == 1:
            yield FoundReference(match.start(1), match.end(1), tuple(numbers), "amount")


# By month

_INVOICE_AFTER = re.compile(
    r"[ -]?(?:invoices?|bills?|ones?|inv|statement|rechnung(?:en)?|factures?|facturas?|fattur[ae]|factu(?:ur|ren)|faturas?|faktur(?:a|y|e|or|an|orna)?)(?!\w)"
)
_INVOICE_OF = re.compile(
    r"(?<!\w)(?:(?:invoices?|bills?|ones?|that|those) (?:from|for|of|dated)|(?:visits?|deliver(?:y|ies)|call-?outs?|services?|jobs?|orders?|loads?|shipments?|rentals?) (?:from|for|of|in)"
    r"|(?:rechnung(?:en)?|die|der|lieferung|einsatz) (?:aus|aus dem|vom|von|fur|fuer|des monats)|(?:factures?|celles?|livraison|intervention) (?:de|du mois de|du mois|pour)"
    r"|(?:facturas?|las?|entrega|visita) (?:de|del mes de)|(?:fattur[ae]|quell[ae]|consegna|intervento) (?:di|del mese di)|(?:factu(?:ur|ren)|die|levering) (?:van|uit|voor)"
    r"|(?:faturas?|as?|entrega|visita) (?:de|do mes de)|(?:faktur[aey]?|t[aey]|tych|dostaw[aey]) (?:z|ze|za)|(?:faktura|fakturan|fakturor|fakturorna|den|leveransen) (?:fran|for|av))"
    r"(?: d')? ?$"
)
_AS_FOR = re.compile(
    r"(?<!\w)(?:as for|regarding|quanto ad?|quant a|en cuanto a|respecto a|was (?:den )?|zu den|wat|co do|vad galler|betraffande) (?:the |le |il |o |den )?$"
)
#: A sentence, a line or a clause begins here, or after an article that does.
_HEAD = re.compile(r"(?:^|[.!?;:] {1,3}|[*-] {1,3})(?:(?:the|a|o|el|le|il|der) )?$")
#: After a month at the head of a sentence these say something of its invoice.
_SAYS = re.compile(
    r" (?:is|are|was|were|has|have|got|gets|went|goes|will|can|ist|sind|war|wurde|wird|werden|haben|geht|ging|kommt|est|sont|a ete|sera|part|esta|estan|fue"
    r"|sale|va|es|e|sono|parte|staat|staan|wordt|worden|werd|gaat|gaan|foi|foram|estao|vai|sai|jest|sa|byl|zostal|idzie|poszedl|ar|ligger|gar|blev|betalas)(?!\w)| ?:"
)
_POSSESSIVE = re.compile(r" (?:was|is|has|will|went|got|and|goes|bill|one)(?!\w)| ?,")
_AND = re.compile(r"(?:'s)? ?(?:,|&|and|und|et|y|e|en|i|och|oraz) (?:the |de |di |do |da |die |l'|la )?")
_DAY_BEFORE = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|\.|er|o)? (?:de |of |d')?$")
_DAY_AFTER = re.compile(r"\.? \d")
_POLISH_ADJECTIVE = re.compile(
    r"(?<!\w)(styczni|lut|marc|kwietni|maj|czerwc|lip|sierpni|wrzesni|pazdzierni|listopad|grudni)ow\w{1,3}(?= (?:faktur|fv|fs|pozycj))"
)
_POLISH_MONTHS = (
    "styczni", "lut", "marc", "kwietni", "maj", "czerwc", "lip", "sierpni", "wrzesni", "pazdzierni", "listopad", "grudni",
)  # fmt: skip
_AROUND = 40


def by_month(folded: str, invoices: Sequence[InvoiceFact], line_starts: frozenset[int]) -> Iterator[FoundReference]:
    """Months that name invoices: "the May one", "July and August are with the owner", "February's"."""
    issued: dict[int, list[str]] = {}
    for invoice in invoices:
        issued.setdefault(invoice.issued.month, []).append(invoice.number)
    for match in _POLISH_ADJECTIVE.finditer(folded):
        numbers = issued.get(_POLISH_MONTHS.index(match[1]) + 1)
        if numbers:
            yield FoundReference(match.start(), match.end(), tuple(sorted(numbers)), "month")
    for group in _groups(folded):
        if not _names_invoices(folded, group[0], group[-1], line_starts):
            continue
        for each in group:
            numbers = issued.get(_month_of(each))
            if numbers:
                yield FoundReference(each.start(), each.end(), tuple(sorted(numbers)), "month")


def _groups(folded: str) -> Iterator[list[re.Match[str]]]:
    """Months that stand together: "June", "July and August"; those of a date stand apart."""
    group: list[re.Match[str]] = []
    for match in _month_names().finditer(folded):
        if group and _AND.fullmatch(folded, group[-1].end(), match.start()):
            group.append(match)
            continue
        if group:
            yield group
        group = [match]
    if group:
        yield group


def _names_invoices(folded: str, first: re.Match[str], last: re.Match[str], line_starts: frozenset[int]) -> bool:
    start, end = first.start(), last.end()
    from_ = max(0, start - _AROUND)
    if _DAY_BEFORE.search(folded, from_, start) or _DAY_AFTER.match(folded, end):
        return False
    if folded.startswith("'s", end):
        return _POSSESSIVE.match(folded, end + 2) is not None
    if _INVOICE_AFTER.match(folded, end):
        return True
    if _INVOICE_OF.search(folded, from_, start) or _AS_FOR.search(folded, from_, start):
        return True
    at_head = start in line_starts or _HEAD.search(folded, max(0, start - 8), start) is not None
    return at_head and _SAYS.match(folded, end) is not None


@lru_cache(maxsize=1)
def _month_names() -> re.Pattern[str]:
    names: list[list[str]] = [[] for _ in range(12)]
    for language in date_words.MONTHS:
        for index, alternatives in enumerate(date_words.top_level(date_words.MONTHS[language])):
            names[index].append(alternatives)
    # "Augustusfactuur" and "Maj-fakturan" are one word.
    glued = "rechnung|factuur|facturen|faktur"
    return re.compile(r"(?<!\w)(?:" + "|".join(f"({'|'.join(each)})" for each in names) + rf")(?={glued}|\W|$)")


def compile_months() -> None:
    """Compiles the names of the months."""
    _month_names()


def _month_of(match: re.Match[str]) -> int:
    return match.lastindex or 0


# By day

#: "The visit of the 16th", "die Rechnung vom 7.4.", "la del 12".
_OF_A_DAY = re.compile(
    r"(?<!\w)(?:(?:visit|one|invoice|bill|delivery|job|call-?out|service|load|order|shipment|rental)s? (?:of|from|on|dated) (?:the )?(\d{1,2})(?:st|nd|rd|th)"
    r"|(?:rechnung|die|lieferung|einsatz|besuch) vom (\d{1,2})|(?:facture|celle|livraison|intervention|visite) du (\d{1,2})(?:er)?"
    r"|(?:factura|la|visita|entrega|albaran) del (?:dia )?(\d{1,2})|(?:fattura|quella|consegna|visita|intervento) del (\d{1,2})"
    r"|(?:factuur|die|bezoek|levering) van (?:de )?(\d{1,2})|(?:fatura|a|visita|entrega) (?:do dia|de) (\d{1,2})"
    r"|(?:faktur[aey]|ta|te|dostaw[aey]) z (?:dnia )?(\d{1,2})|(?:fakturan|den|besoket|leveransen) (?:fran|av) (?:den )?(\d{1,2}))(?!\d|[.,:/]?\d{3}|,\d| ?%)"
    r"(?:[./-] ?(\d{1,2})(?!\d))?"
)
#: An invoice is written on the day of the service or a few days after it.
_WRITTEN_WITHIN_DAYS = 3


def by_day(folded: str, invoices: Sequence[InvoiceFact]) -> Iterator[FoundReference]:
    """Days on or shortly after which exactly one invoice was issued."""
    for match in _OF_A_DAY.finditer(folded):
        *days, month = match.groups()
        day = int(next(each for each in days if each))
        numbers = _issued_on(day, int(month) if month else None, invoices)
        if numbers:
            yield FoundReference(match.start(), match.end(), numbers, "day")


def _issued_on(day: int, month: int | None, invoices: Sequence[InvoiceFact]) -> tuple[str, ...]:
    for late in range(_WRITTEN_WITHIN_DAYS + 1):
        found = [
            each.number
            for each in invoices
            if (served := each.issued - timedelta(days=late)).day == day and month in (None, served.month)
        ]
        if found:
            return tuple(found) if len(found) == 1 else ()
    return ()

"""Stories from the amounts that a text states line by line: gross, deductions, net, in columns of any order."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.money import Money, total
from ledger.model.match import MatchPart, OpenInvoice, PartKind
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.hypothesis import Fit, Hypothesis, invoice_parts
from ledger.rules.matching.named_case import NamedCase
from ledger.rules.matching.withheld_tax import with_tax_withheld

_COLUMNS = (0, 1, 2, 3, -1)


def stated_lines(case: NamedCase) -> Iterator[Hypothesis]:
    """The amounts of one column add up to the payment, none above what is open."""
    for lines in _readings(case):
        lacking = [i.open_balance - line for i, line in zip(case.invoices, lines, strict=True)]
        if any(gap < case.zero for gap in lacking):
            continue
        parts = [*invoice_parts(case.invoices, lacking), *_credit_parts(case, lines)]
        kinds = []
        for invoice, gap in zip(case.invoices, lacking, strict=True):
            kind = _kind_of(case, invoice, gap) if gap else None
            if kind is not None:
                parts.append(MatchPart(kind, invoice.number, gap))
                kinds.append(kind)
        why = "The text states the amount for each invoice; they add up."
        if kinds:
            why = f"The text states the amount for each invoice, less {_words(kinds)}; they add up."
        as_tax = with_tax_withheld(parts) if Cue.TAX in case.evidence.cues and PartKind.SHORT_PAY in kinds else ()
        yield case.story(Fit.STATED_LINES, parts, why, as_tax=as_tax)
        return


def _readings(case: NamedCase) -> Iterator[list[Money]]:
    """Amounts by invoice: net of what each line takes off, then each column behind the numbers or before them."""
    for figures in (case.naming.behind, case.naming.before):
        rows = [_without_total(case, figures.get(invoice.number, ())) for invoice in case.invoices]
        if not all(rows) or _says_nothing(case, rows):
            continue
        seen = set()
        net = tuple(_net_of(invoice, row) for invoice, row in zip(case.invoices, rows, strict=True))
        for amounts in (net, *(tuple(_at(row, column) for row in rows) for column in _COLUMNS)):
            if amounts in seen:
                continue
            seen.add(amounts)
            lines = [Money(amount, case.currency) for amount in amounts if amount]
            if (
                len(lines) == len(rows)
                and total(lines, case.currency) - _credits_taken(case) - case.given_back == case.paid
            ):
                yield lines


def _says_nothing(case: NamedCase, rows: Sequence[Sequence[Decimal]]) -> bool:
    """One number with the payment's own amount beside it, and not what was billed."""
    return len(rows) == 1 and not case.credits and case.invoices[0].open_balance.amount not in rows[0]


def _without_total(case: NamedCase, row: Sequence[Decimal]) -> Sequence[Decimal]:
    """The amounts of a line without the whole payment, which may stand behind the last one."""
    if len(case.invoices) == 1:
        return row
    return tuple(amount for amount in row if amount != case.paid.amount)


def _net_of(invoice: OpenInvoice, row: Sequence[Decimal]) -> Decimal:
    """The open balance less what the line takes off it; its last amount where the line does not state the balance."""
    whole = invoice.open_balance.amount
    if whole not in row:
        return row[-1]
    taken = [amount for amount in row if 0 < amount < whole]
    return next((whole - amount for amount in taken if whole - amount in row), whole)


def _at(row: Sequence[Decimal], column: int) -> Decimal:
    """The amount of a column; a shorter line has fewer, and then its last one counts."""
    return row[column] if -len(row) <= column < len(row) else row[-1]


def _credits_taken(case: NamedCase) -> Money:
    return total([credit.open_balance for credit in case.credits], case.currency)


def _credit_parts(case: NamedCase, lines: Sequence[Money]) -> list[MatchPart]:
    return [MatchPart(PartKind.CREDIT, credit.number, -credit.open_balance) for credit in case.credits]


def _kind_of(case: NamedCase, invoice: OpenInvoice, gap: Money) -> PartKind | None:
    """What lacks on one line: a discount of its terms, a fee, something deducted; None where it is just less."""
    cues = case.evidence.cues
    discount, until = discount_of(invoice), discount_until(invoice)
    if discount is not None and abs((discount - gap).amount) <= Decimal("0.01") and until is not None:
        return PartKind.DISCOUNT if case.evidence.payment.received_on <= until else PartKind.SHORT_PAY
    fees = case.evidence.book.fees
    kept = case.evidence.through_processor and fees.allows_processor(gap, invoice.open_balance, 1)
    called_a_fee = Cue.FEE in cues and Cue.DEDUCTION not in cues and fees.allows_said(gap, invoice.open_balance)
    if kept or called_a_fee:
        return PartKind.FEE
    if cues.writes(gap.amount) or cues.words & {Cue.DEDUCTION, Cue.DISCOUNT, Cue.TAX, Cue.FEE, Cue.LESS}:
        return PartKind.SHORT_PAY
    return None


def _words(kinds: Sequence[PartKind]) -> str:
    words = {PartKind.DISCOUNT: "early-payment discount", PartKind.FEE: "fees", PartKind.SHORT_PAY: "deductions"}
    return " and ".join(dict.fromkeys(words[kind] for kind in kinds))

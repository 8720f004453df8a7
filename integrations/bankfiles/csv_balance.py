"""The running balance of a CSV: each row's balance is the one before it and the row's amount, in one direction."""

from collections.abc import Sequence
from decimal import Decimal

from core.money import Money
from integrations.bankfiles.drafts import DraftLine
from integrations.bankfiles.fault import Fault
from integrations.ports.bank_statement import LineStatus


def check_balance(
    rows: Sequence[tuple[DraftLine, Decimal | None]], currency: str
) -> tuple[Money | None, Money | None]:
    """Opening and closing balance by the running one; None where the rows state none.

    Raises:
        Fault: it adds up neither from the first row to the last nor back.
    """
    stated = [(line, balance) for line, balance in rows if balance is not None and line.status is LineStatus.POSTED]
    # Some banks state the balance once a day, on its last or first row: then there is nothing to follow.
    posted = sum(1 for line, _ in rows if line.status is LineStatus.POSTED)
    if not stated or len(stated) < posted:
        return None, None
    oldest_first = _first_break(stated)
    backwards = stated[::-1]
    newest_first = _first_break(backwards)
    if oldest_first is not None and newest_first is not None:
        goes_back = stated[0][0].booked_on > stated[-1][0].booked_on
        (_, line) = newest_first if goes_back else oldest_first
        raise Fault("the running balance does not follow from the row before and the amount", line.line_number)
    ordered = stated if oldest_first is None else backwards
    (first, first_balance), (_, last_balance) = ordered[0], ordered[-1]
    return Money(first_balance - first.amount.amount, currency), Money(last_balance, currency)


def _first_break(rows: Sequence[tuple[DraftLine, Decimal]]) -> tuple[int, DraftLine] | None:
    """Place and line of the first row that does not follow from the one before it."""
    for at in range(1, len(rows)):
        line, balance = rows[at]
        if rows[at - 1][1] + line.amount.amount != balance:
            return at, line
    return None

"""What becomes of a promise as cash lands or is taken back."""

from core.money import Money
from ledger.model.promise import PromiseState

#: States that cash moves; what a person or a newer promise ended stays.
MOVED_BY_CASH = frozenset({PromiseState.OPEN, PromiseState.PARTLY_KEPT, PromiseState.KEPT})


def promise_status(promised: Money | None, paid: Money, still_open: Money) -> PromiseState:
    """`paid` is what came on the invoices named since the promise was made, `still_open` their open balances.

    A promise without an amount is about all that is open. It depends on balances alone, so that undoing a payment
    undoes this.
    """
    zero = Money.zero(paid.currency)
    if paid <= zero:
        return PromiseState.OPEN
    if not still_open or (promised is not None and paid >= promised):
        return PromiseState.KEPT
    return PromiseState.PARTLY_KEPT

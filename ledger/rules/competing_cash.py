"""Which payments may want the same documents, so that they are assigned together."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from ledger.model.cash import CashToMatch
from ledger.rules.cash_keys import payer_keys

_Mark = str | tuple[str, Decimal]


def competing_with(cash: Iterable[CashToMatch], others: Sequence[CashToMatch], *, most: int) -> list[CashToMatch]:
    """Those of `others` that are of the amount or of the payer of one of `cash`, in their order; at most `most`."""
    wanted = {mark for one in cash for mark in _marks(one)}
    return list(islice((one for one in others if not wanted.isdisjoint(_marks(one))), most))


def _marks(one: CashToMatch) -> Iterator[_Mark]:
    amount = one.payment.amount
    yield amount.currency, abs(amount.amount)
    yield from payer_keys(one.payment)

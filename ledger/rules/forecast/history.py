"""What a forecast learns from: invoices with the day from which they were known and the day they were paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.money import Money

Days = NDArray[np.int64]
#: Stands for "not paid" among day numbers; later than any calendar day.
UNPAID = 10_000_000


@dataclass(frozen=True, slots=True)
class BilledInvoice:
    """An invoice of the past or present. `paid_on` is None while it is open."""

    number: str
    customer_id: str
    known_from: date
    due: date
    amount: Money
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Invoices as columns of day numbers (proleptic Gregorian ordinals), one row each in the order given."""

    invoices: tuple[BilledInvoice, ...]
    #: Position of the row's customer in `customer_ids`.
    customer: Days
    customer_ids: tuple[str, ...]
    known_from: Days
    due: Days
    paid: Days

    def known_on(self, as_of: date) -> NDArray[np.bool_]:
        """Rows known on that day."""
        return np.asarray(self.known_from <= as_of.toordinal())

    def paid_before(self, as_of: date) -> NDArray[np.bool_]:
        """Rows known on that day and paid before it: a payment of the day itself is still to come."""
        return np.asarray(self.known_on(as_of) & (self.paid < as_of.toordinal()))

    def open_on(self, as_of: date) -> NDArray[np.bool_]:
        """Rows known on that day and not paid before it."""
        return np.asarray(self.known_on(as_of) & (self.paid >= as_of.toordinal()))


def history_of(invoices: Sequence[BilledInvoice]) -> History:
    """The columns of these invoices."""
    ids = {customer_id: i for i, customer_id in enumerate(dict.fromkeys(row.customer_id for row in invoices))}
    return History(
        tuple(invoices),
        np.array([ids[row.customer_id] for row in invoices], dtype=np.int64),
        tuple(ids),
        np.array([row.known_from.toordinal() for row in invoices], dtype=np.int64),
        np.array([row.due.toordinal() for row in invoices], dtype=np.int64),
        np.array([row.paid_on.toordinal() if row.paid_on else UNPAID for row in invoices], dtype=np.int64),
    )

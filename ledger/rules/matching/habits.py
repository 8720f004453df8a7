"""What payers habitually take off, as people taught it: by amount or by share."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import Money
from ledger.model.cash import HabitKind, PayerHabit
from ledger.model.match import PartKind

_CENT = Decimal("0.01")
_KINDS = {
    HabitKind.FEE: (PartKind.FEE, "this payer's usual fee"),
    HabitKind.WITHHOLDING: (PartKind.SHORT_PAY, "the tax that this payer usually withholds; it stays open"),
    HabitKind.DISCOUNT: (PartKind.SHORT_PAY, "the discount that this payer usually takes; it stays open"),
}


@dataclass(frozen=True, slots=True)
class UsualDeduction:
    """A deduction that agrees with a habit, in words for the reasons."""

    kind: PartKind
    words: str
    #: It is tax withheld, which an adjustment of its own kind may book.
    is_tax: bool = False


class Habits:
    """Deductions by customer, each taught by a person: what Duly booked by itself teaches none."""

    def __init__(self) -> None:
        self._taught: dict[str, list[PayerHabit]] = {}

    def add(self, habit: PayerHabit) -> None:
        """Makes a deduction known; habits that say who a payer is are the payer index's."""
        if habit.kind in _KINDS:
            self._taught.setdefault(habit.customer_id, []).append(habit)

    def remove(self, habit: PayerHabit) -> None:
        """Forgets it."""
        taught = self._taught.get(habit.customer_id, [])
        if habit in taught:
            taught.remove(habit)

    def deduction(self, customer_ids: Iterable[str], gap: Money, whole: Money) -> UsualDeduction | None:
        """The habit of one of these customers that `gap`, taken off `whole`, agrees with; None without one."""
        for customer_id in customer_ids:
            for habit in self._taught.get(customer_id, ()):
                if _agrees(habit, gap, whole):
                    return UsualDeduction(*_KINDS[habit.kind], is_tax=habit.kind is HabitKind.WITHHOLDING)
        return None


def _agrees(habit: PayerHabit, gap: Money, whole: Money) -> bool:
    if habit.amount is not None:
        return habit.amount == gap
    return habit.rate is not None and abs(whole.amount * habit.rate - gap.amount) <= _CENT

"""`FoundReference`: words of a text that mean invoices."""

from dataclasses import dataclass

#: `how` of a reference that is written out: in full, in part, or by the customer's order.
WRITTEN = frozenset({"number", "part", "order"})


@dataclass(frozen=True, slots=True)
class FoundReference:
    """Words at `text[start:end]` that mean `numbers`, sorted.

    `how`: number, part, order, amount, full amount, month, day, all, all but, both, others, or the rank that picks
    them (place 0, last, largest, ...).
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    how: str

    @property
    def written(self) -> bool:
        """Whether the number itself stands there, not words that describe the invoice."""
        return self.how in WRITTEN

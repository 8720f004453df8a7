"""Which of a customer's open documents add up to an amount: an exact search with stated bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: Amounts that are searched at all, and steps that one search may take.
MAX_DOCUMENTS = 40
MAX_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class SubsetSums:
    """Up to `limit` different solutions, as counts by group of equal amounts; `complete` when all were looked at."""

    #: One tuple a solution: how many documents are taken of each group, in the order of the groups given.
    solutions: tuple[tuple[int, ...], ...]
    complete: bool


def subset_sums(groups: Sequence[tuple[Decimal, int]], target: Decimal, *, limit: int = 3) -> SubsetSums:
    """Solutions over `groups` of (amount, how many documents have it); all amounts positive.

    Documents of equal amount are one group, so that swapping them is not another solution. Amounts are counted
    in the smallest unit that occurs, hence exact. More than `MAX_DOCUMENTS` documents or `MAX_STEPS` steps end the
    search with `complete` false.
    """
    if target <= 0 or sum(count for _, count in groups) > MAX_DOCUMENTS:
        return SubsetSums((), complete=False)
    places = max(-int(amount.as_tuple().exponent) for amount in (target, *(a for a, _ in groups)))
    units = [int(amount.scaleb(places)) for amount, _ in groups]
    order = sorted(range(len(groups)), key=lambda i: -units[i])
    search = _Search([units[i] for i in order], [groups[i][1] for i in order], limit)
    search.run(int(target.scaleb(places)))
    solutions = []
    for found in search.found:
        counts = [0] * len(groups)
        for position, count in zip(order, found, strict=True):
            counts[position] = count
        solutions.append(tuple(counts))
    return SubsetSums(tuple(solutions), complete=search.steps < MAX_STEPS and len(solutions) < limit)


class _Search:
    """Depth first over groups, largest amount first, cut where the rest cannot reach the target."""

    def __init__(self, units: list[int], counts: list[int], limit: int) -> None:
        self._units, self._counts, self._limit = units, counts, limit
        self._reach = [0] * (len(units) + 1)
        for i in range(len(units) - 1, -1, -1):
            self._reach[i] = self._reach[i + 1] + units[i] * counts[i]
        self.steps = 0
        self.found: list[tuple[int, ...]] = []

    def run(self, target: int) -> None:
        """A step is one place in the order of groups with one sum left to reach."""
        units, counts, reach = self._units, self._counts, self._reach
        steps = 0
        pending: list[tuple[int, int, _Taken]] = [(0, target, None)]
        while pending and steps < MAX_STEPS and len(self.found) < self._limit:
            position, left, taken = pending.pop()
            steps += 1
            while 0 < left <= reach[position] and steps < MAX_STEPS:
                # As many of this group as fit; fewer wait until all that follows from it is looked at.
                unit, here = units[position], position
                position += 1
                steps += 1
                if unit <= left:
                    most = min(counts[here], left // unit)
                    pending.append((position, left, taken))
                    for n in range(1, most):
                        pending.append((position, left - n * unit, (here, n, taken)))
                    left -= most * unit
                    taken = (here, most, taken)
            if left == 0:
                self.found.append(self._counts_of(taken))
        self.steps = steps

    def _counts_of(self, taken: "_Taken") -> tuple[int, ...]:
        found = [0] * len(self._units)
        while taken is not None:
            position, count, taken = taken
            found[position] = count
        return tuple(found)


#: What is taken so far: of which group, how many, and what before it.
_Taken = tuple[int, int, "_Taken | None"] | None

"""Sets of open invoices with one sum: an exact search with bounds, and how likely a sum is by chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import comb, gcd

from core.money import Money
from ledger.model.match import OpenInvoice
from ledger.rules.matching.book import due_order
from ledger.rules.matching.hypothesis import Sign, chance_sign
from ledger.rules.matching.subset_sum import subset_sums

#: Different sets that are told at most.
MOST_SETS = 4
#: Documents among which runs in the order of their days are looked for.
_MOST_IN_RUNS = 500
_MOST_SHOWN_WAYS = 10**9


@dataclass(frozen=True, slots=True)
class FoundSet:
    """Some invoices, due first, whose payable amounts add up; `signs` weigh how telling that is."""

    invoices: tuple[OpenInvoice, ...]
    #: What each is paid: its open balance, or less its discount.
    payable: tuple[Money, ...]
    signs: tuple[Sign, ...]
    #: No other set of these invoices has this sum.
    unique: bool
    #: All sets were looked at.
    complete: bool


def sets_with_sum(
    invoices: Sequence[OpenInvoice], target: Money, payable: Sequence[Money], *, least: int = 1
) -> list[FoundSet]:
    """Sets of at least `least` invoices whose `payable` amounts sum to `target`, fewest invoices first.

    Of invoices alike in what is payable the one due first is taken. Too many for an exact search: only those in a
    row by their due days, and none of them counts as complete.
    """
    if target <= Money.zero(target.currency) or not invoices:
        return []
    pairs = sorted(zip(invoices, payable, strict=True), key=lambda pair: (pair[1].amount, due_order(pair[0])))
    groups = [list(same) for _, same in groupby(pairs, key=lambda pair: pair[1].amount)]
    found = subset_sums([(group[0][1].amount, len(group)) for group in groups], target.amount, limit=MOST_SETS)
    chosen = [
        tuple(pair for group, count in zip(groups, solution, strict=True) for pair in group[:count])
        for solution in found.solutions
    ]
    chosen = [some for some in chosen if len(some) >= least]
    if not found.complete:
        chosen += _runs(invoices, target, payable, least)
        chosen += _two(invoices, target, payable)
    unit = _unit(target, payable)
    unique = len(found.solutions) == 1 and found.complete
    sets = {}
    for some in chosen:
        ordered = sorted(some, key=lambda pair: due_order(pair[0]))
        key = tuple(invoice.number for invoice, _ in ordered)
        signs = [chance_sign(_ways(len(invoices), len(ordered)), target, unit)]
        if _in_a_row(key, invoices):
            signs.append(Sign.IN_A_ROW)
        paid = tuple(amount for _, amount in ordered)
        sets[key] = FoundSet(tuple(i for i, _ in ordered), paid, tuple(signs), unique, found.complete)
    return sorted(sets.values(), key=lambda one: (len(one.invoices), due_order(one.invoices[0])))[:MOST_SETS]


def _runs(
    invoices: Sequence[OpenInvoice], target: Money, payable: Sequence[Money], least: int
) -> list[tuple[tuple[OpenInvoice, Money], ...]]:
    """Those in a row by due day that add up."""
    pairs = sorted(zip(invoices, payable, strict=True), key=lambda pair: due_order(pair[0]))[:_MOST_IN_RUNS]
    seen = {target.amount * 0: 0}
    so_far = target.amount * 0
    found = []
    for position, (_, amount) in enumerate(pairs, 1):
        so_far += amount.amount
        start = seen.get(so_far - target.amount)
        if start is not None and position - start >= least:
            found.append(tuple(pairs[start:position]))
        seen.setdefault(so_far, position)
    return found[:MOST_SETS]


def _two(
    invoices: Sequence[OpenInvoice], target: Money, payable: Sequence[Money]
) -> list[tuple[tuple[OpenInvoice, Money], ...]]:
    """Two of very many that add up."""
    seen: dict[object, tuple[OpenInvoice, Money]] = {}
    found: list[tuple[tuple[OpenInvoice, Money], ...]] = []
    for pair in sorted(zip(invoices, payable, strict=True), key=lambda pair: due_order(pair[0]))[:_MOST_IN_RUNS]:
        other = seen.get(target.amount - pair[1].amount)
        if other is not None:
            found.append((other, pair))
        seen.setdefault(pair[1].amount, pair)
    return found[:MOST_SETS]


def _in_a_row(numbers: tuple[str, ...], invoices: Sequence[OpenInvoice]) -> bool:
    """Whether they are the ones due first, or neighbours in the order of their due days."""
    ordered = [invoice.number for invoice in sorted(invoices, key=due_order)]
    first = ordered.index(numbers[0])
    return tuple(ordered[first : first + len(numbers)]) == numbers


def _ways(documents: int, size: int) -> int:
    """How many sets of at most `size` of the documents there are."""
    ways = sum(comb(documents, k) for k in range(1, min(size, documents) + 1))
    return min(ways, _MOST_SHOWN_WAYS)


def _unit(target: Money, payable: Sequence[Money]) -> int:
    """Largest number of hundredths of which all amounts are multiples: sums of round amounts agree more often."""
    return gcd(*(int(amount.amount.scaleb(2)) for amount in (target, *payable))) or 1

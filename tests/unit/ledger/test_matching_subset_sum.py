"""Subset sums are exact, complete within their bound, and honest where they stop."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.matching.subset_sum import MAX_DOCUMENTS, subset_sums

CENTS = st.integers(min_value=1, max_value=20_000).map(lambda cents: Decimal(cents).scaleb(-2))


def test_the_only_set_is_found() -> None:
    found = subset_sums([(Decimal("10.00"), 1), (Decimal("7.50"), 2), (Decimal("3.20"), 1)], Decimal("18.20"))
    assert (found.solutions, found.complete) == (((0, 2, 1),), True)


def test_equal_documents_are_one_group_and_not_two_solutions() -> None:
    assert subset_sums([(Decimal("5.00"), 3)], Decimal("10.00")).solutions == ((2,),)


def test_different_sets_of_one_sum_are_all_told() -> None:
    groups = [(Decimal(amount), 1) for amount in ("6.00", "4.00", "7.00", "3.00")]
    assert sorted(subset_sums(groups, Decimal("10.00")).solutions) == [(0, 0, 1, 1), (1, 1, 0, 0)]


def test_too_many_documents_are_not_searched_and_said_so() -> None:
    found = subset_sums([(Decimal("1.00"), MAX_DOCUMENTS + 1)], Decimal("3.00"))
    assert (found.solutions, found.complete) == ((), False)


def test_a_search_that_runs_out_of_steps_is_not_complete() -> None:
    groups = [(Decimal(1000 + 2 * i), 1) for i in range(MAX_DOCUMENTS)]
    assert not subset_sums(groups, Decimal("20001")).complete


@given(st.lists(CENTS, min_size=1, max_size=9, unique=True), st.data())
def test_every_solution_adds_up_and_a_real_one_is_found(amounts: list[Decimal], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(amounts), min_size=1, unique=True))
    target = sum(chosen, Decimal(0))
    found = subset_sums([(amount, 1) for amount in amounts], target, limit=600)
    sums = {sum((a * n for a, n in zip(amounts, counts, strict=True)), Decimal(0)) for counts in found.solutions}
    assert sums == {target}
    assert tuple(int(amount in chosen) for amount in amounts) in found.solutions

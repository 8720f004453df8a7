"""The index of numbers finds the same by comparing a customer's few documents and by filing its many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.matching.document_numbers import NumberIndex, damaged_forms, folded

NUMBERS = st.from_regex(r"(INV-|RE-2026/|)0?[1-4]{3,5}", fullmatch=True)


def an_index(numbers: list[str], *, others: int = 0) -> NumberIndex:
    """`others` further documents of the customer have numbers far from all that is asked for."""
    index = NumberIndex()
    for number in (*numbers, *(f"X{9 * 10**15 + at * 10**4}" for at in range(others))):
        index.add(number, document=number, customer_id="C1")
    return index


@given(st.lists(NUMBERS, unique=True, max_size=12), st.from_regex(r"[1-4]{3,6}", fullmatch=True))
def test_few_documents_are_found_as_among_many(numbers: list[str], asked: str) -> None:
    few, many = an_index(numbers), an_index(numbers, others=150)
    assert few.ending_in(asked, "C1") == many.ending_in(asked, "C1")
    assert few.one_slip_from(asked, "C1") == many.one_slip_from(asked, "C1")


@pytest.mark.parametrize("others", [0, 150])
def test_one_that_comes_after_somebody_asked_is_found_too(others: int) -> None:
    index = an_index(["INV-4213"], others=others)
    assert index.one_slip_from("4219", "C1") == ("INV-4213",)
    index.add("INV-4210", document="INV-4210", customer_id="C1")
    assert index.one_slip_from("4219", "C1") == ("INV-4213", "INV-4210")
    assert index.ending_in("210", "C1") == ("INV-4210",)


@given(st.from_regex(r"[1-9][0-9]{3,6}", fullmatch=True))
def test_every_damaged_form_is_one_slip_away(digits: str) -> None:
    index = an_index([digits])
    assert all(index.one_slip_from(form, "C1") == (digits,) for form in damaged_forms(digits) if form != digits)


def test_what_is_left_for_later_is_found_once_its_customer_is_asked_about() -> None:
    index = NumberIndex()
    index.add_later("INV-004213", document="INV-004213", customer_id="C1")
    before = (index.whole("1NV004213"), index.by_digits("4213"))
    index.file("C2")
    index.file("C1")
    assert before == ((), ())
    assert (index.whole("1NV004213"), index.by_digits("4213")) == (("INV-004213",), ("INV-004213",))


@pytest.mark.parametrize(
    ("text", "form"),
    [("inv-OO4213", "1NV004213"), ("RE 2026/00417", "RE202600417"), ("SI_0008558", "510008558"), ("№ 12-é", "N012É")],
)
def test_a_number_is_folded_however_it_is_written(text: str, form: str) -> None:
    assert folded(text) == form

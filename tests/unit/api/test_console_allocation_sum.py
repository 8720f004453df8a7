"""What the form of an allocation adds up to: cut to what is left, and refused with words at the field."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.allocation_form import AllocationForm, TypedLine, read_allocation
from api.console.allocation_sum import Allocation, work_out
from core.errors import InvalidInput
from core.ids import new_id
from core.money import Money, plain
from ledger.model.cash import CannotPost
from ledger.queries.open_documents import OpenDocument
from ledger.rules.posting_plan import plan_posting


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def a_document(number: str, is_open: str, *, credit: bool = False) -> OpenDocument:
    return OpenDocument(new_id(), credit, number, number, date(2026, 4, 1), gbp(is_open))


def worked(
    paid: str, *lines: tuple[OpenDocument, str | None], on_account: bool = False, shown: str | None = None
) -> Allocation:
    """The form with an amount a ticked document, empty where the page's own was left; None is not ticked."""
    typed = {
        one.document_id: TypedLine(amount is not None, amount or "", shown or plain(one.open_balance.amount, "GBP"))
        for one, amount in lines
    }
    form = AllocationForm(on_account=on_account, lines=typed)
    return work_out(gbp(paid), [one for one, _ in lines], form)


def amounts(allocation: Allocation) -> list[str]:
    return [line.amount for line in allocation.lines]


ONE, TWO, CREDIT = a_document("INV-1", "100.00"), a_document("INV-2", "50.00"), a_document("CN-1", "20", credit=True)


def test_before_anything_is_ticked_each_field_holds_what_is_open_cut_to_the_payment() -> None:
    fresh = work_out(gbp("70.00"), [CREDIT, ONE, TWO], AllocationForm())
    assert amounts(fresh) == ["20.00", "70.00", "50.00"]
    assert (fresh.left, fresh.parts("C-1")) == (gbp("70"), (fresh.parts("C-1")[0],))


def test_what_is_ticked_is_cut_to_what_is_left_in_order_and_said() -> None:
    done = worked("130.00", (ONE, ""), (TWO, ""))
    assert (amounts(done), done.left, done.wrong, done.changed) == (["100.00", "30.00"], gbp("0"), (), ("INV-2",))
    assert [(part.kind, part.document, part.amount) for part in done.parts("C-1")] == [
        ("invoice", "INV-1", gbp("100")),
        ("invoice", "INV-2", gbp("30")),
    ]


def test_a_credit_note_adds_to_what_is_there_for_invoices() -> None:
    done = worked("130.00", (CREDIT, ""), (ONE, ""), (TWO, ""))
    assert (amounts(done), done.left, done.wrong, done.changed) == (["20.00", "100.00", "50.00"], gbp("0"), (), ())
    assert [part.amount for part in done.parts("C-1")] == [gbp("-20"), gbp("100"), gbp("50")]


def test_what_a_person_wrote_is_kept_and_the_others_follow() -> None:
    done = worked("130.00", (ONE, "90.00"), (TWO, ""))
    assert (amounts(done), done.left) == (["90.00", "40.00"], gbp("0"))


def test_what_is_left_goes_on_account_only_where_it_is_said() -> None:
    silent, said = worked("130.00", (ONE, "")), worked("130.00", (ONE, ""), on_account=True)
    assert silent.wrong == ("30.00 GBP is left: leave it on account, or tick more",)
    assert said.wrong == ()
    assert [(part.kind, part.document, part.amount) for part in said.parts("C-1")][-1] == (
        "on_account", "C-1", gbp("30")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("1,00", "INV-1: write an amount like 1250.00, without grouping"),
        ("ten", "INV-1: write an amount like 1250.00, without grouping"),
        ("0", "INV-1: write more than nothing, or untick it"),
        ("-5.00", "INV-1: write more than nothing, or untick it"),
        ("100.01", "INV-1: only 100.00 GBP is open"),
        ("10.005", "INV-1: GBP has fewer decimals"),
        ("95.00", "INV-1: 25.00 GBP more than the payment has"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(typed: str, wrong: str) -> None:
    done = worked("70.00", (ONE, typed), on_account=True)
    assert done.wrong == (wrong,)
    assert done.lines[0].amount == typed


def test_a_second_document_without_money_left_says_so() -> None:
    done = worked("100.00", (ONE, ""), (TWO, ""))
    assert done.wrong == ("INV-2: nothing is left for it: untick it, or lower another amount",)


def test_a_credit_note_alone_pays_nothing() -> None:
    done = worked("130.00", (CREDIT, ""), (ONE, None), on_account=True)
    assert done.wrong == ("CN-1: a credit note pays invoices: tick invoices of 20.00 GBP more",)


def test_money_that_left_is_explained_by_credit_notes_and_the_rest_by_cash_on_account() -> None:
    exact, more = worked("-20.00", (CREDIT, "")), worked("-50.00", (CREDIT, ""), on_account=True)
    assert (exact.wrong, [part.amount for part in exact.parts("C-1")]) == ((), [gbp("-20")])
    assert [(part.kind, part.amount) for part in more.parts("C-1")] == [
        ("credit", gbp("-20")), ("on_account", gbp("-30"))
    ]  # fmt: skip
    assert worked("-50.00", (CREDIT, "")).wrong == (
        "30.00 GBP is not explained: take it from what is on account, or tick more",
    )
    assert worked("-15.00", (CREDIT, "20.00"), shown="15.00").wrong == ("CN-1: 5.00 GBP more than was paid out",)


@given(
    st.integers(-3_000, 30_000).filter(bool),
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 9_000), st.booleans(), st.one_of(st.none(), st.integers(1, 9_500))),
        max_size=6,
    ),
    st.booleans(),
)
def test_whatever_is_ticked_is_refused_or_adds_up_and_can_be_posted(
    paid: int, lines: list[tuple[bool, int, bool, int | None]], on_account: bool
) -> None:
    amount = gbp(f"{paid / 100:.2f}")
    documents = {
        a_document(f"D-{place}", f"{pence // 100}.{pence % 100:02}", credit=credit or paid < 0): (ticked, typed)
        for place, (credit, pence, ticked, typed) in enumerate(sorted(lines, reverse=True, key=lambda one: one[0]))
    }
    form = AllocationForm(
        on_account=on_account,
        lines={
            one.document_id: TypedLine(ticked, "" if typed is None else f"{typed // 100}.{typed % 100:02}")
            for one, (ticked, typed) in documents.items()
        },
    )
    done = work_out(amount, list(documents), form)
    if done.wrong:
        return
    parts = done.parts("C-1")
    assert sum((part.amount for part in parts), gbp("0")) == amount
    try:
        plan_posting(amount, parts, {})
    except CannotPost as error:  # pragma: no cover - the words are what a failing example is read by
        pytest.fail(str(error))


def test_a_form_without_a_version_or_with_a_document_that_is_none_is_refused() -> None:
    for fields in ({}, {"version": "x"}, {"version": "1", "amount.abc": "1.00"}, {"version": "1", "page": "-1"}):
        with pytest.raises(InvalidInput):
            read_allocation(fields)
    many = {f"{name}.{UUID(int=n)}": value for n in range(201) for name, value in (("take", "yes"), ("amount", "1"))}
    with pytest.raises(InvalidInput, match="at most 200"):
        read_allocation({"version": "1", **many})


def test_the_same_form_is_the_same_decision_and_another_amount_is_another() -> None:
    def key(amount: str, do: str = "apply") -> str:
        sent = {"version": "1", "key": "k", "do": do, f"take.{UUID(int=1)}": "yes", f"amount.{UUID(int=1)}": amount}
        return read_allocation(sent).decision_key

    assert key("1.00") == key("1.00")
    assert key("1.00") != key("1.01")

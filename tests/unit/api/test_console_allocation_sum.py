"""What the form of an allocation adds up to: cut to what is left, and refused with words at the field."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.allocation_form import AllocationForm, TypedLine, read_allocation
from api.console.allocation_sum import Allocation, work_out
from api.console.deductions import BY_CODE
from core.errors import InvalidInput
from core.ids import new_id
from core.money import Money, plain
from ledger.model.cash import CannotPost
from ledger.model.signal import DisputeReason
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


# Deductions


def deducted(
    paid: str, amount: str, less: str, why: str, *, less_shown: str = "", on_account: bool = False
) -> Allocation:
    """ONE alone, ticked, with what is typed into its fields."""
    typed = TypedLine(True, amount, "100.00", less, less_shown, BY_CODE.get(why))
    return work_out(gbp(paid), [ONE], AllocationForm(on_account=on_account, lines={ONE.document_id: typed}))


@pytest.mark.parametrize(
    ("paid", "amount", "less", "why", "parts"),
    [
        pytest.param(
            "98.00", "100.00", "2.00", "discount", [("98.00", "invoice"), ("2.00", "discount")], id="written"
        ),
        pytest.param("98.00", "100.00", "", "fee", [("98.00", "invoice"), ("2.00", "fee")], id="what-is-lacking"),
        pytest.param(
            "90.00",
            "90.00",
            "4.00",
            "withholding_tax",
            [("90.00", "invoice"), ("4.00", "withholding_tax")],
            id="less-than-lacks",
        ),
        pytest.param("98.00", "100.00", "", "", [("98.00", "invoice")], id="none"),
    ],
)
def test_a_deduction_is_a_part_of_its_own(
    paid: str, amount: str, less: str, why: str, parts: list[tuple[str, str]]
) -> None:
    done = deducted(paid, amount, less, why)
    assert (done.wrong, done.left) == ((), gbp("0"))
    assert [(part.amount, part.kind) for part in done.parts("C-1")] == [(gbp(money), kind) for money, kind in parts]
    plan_posting(gbp(paid), done.parts("C-1"), {})


def test_a_short_pay_carries_the_reason_that_a_person_states() -> None:
    _, short = deducted("90.00", "100.00", "", "short_pay.quality").parts("C-1")
    assert (short.kind, short.amount, short.reason) == ("short_pay", gbp("10"), DisputeReason.QUALITY)


@pytest.mark.parametrize(
    ("amount", "less", "why", "wrong"),
    [
        pytest.param("90.00", "10.01", "fee", "INV-1: only 10.00 GBP is open beside the amount", id="too-much"),
        pytest.param("90.00", "ten", "fee", "INV-1: write an amount like 1250.00, without grouping", id="no-amount"),
        pytest.param("90.00", "0", "fee", "INV-1: write more than nothing, or empty the field", id="nothing"),
        pytest.param("90.00", "5.00", "", "INV-1: choose what is deducted for", id="no-kind"),
        pytest.param(
            "100.0", "", "fee", "INV-1: nothing is lacking: lower the amount, or choose no deduction", id="whole"
        ),
    ],
)
def test_a_deduction_that_cannot_be_is_said_at_its_field(amount: str, less: str, why: str, wrong: str) -> None:
    assert deducted(amount, amount, less, why, on_account=True).wrong == (wrong,)


def test_a_deduction_that_the_page_worked_out_is_shown_before_it_is_applied() -> None:
    seen = [deducted("98.00", "100.00", *fields) for fields in (("", "fee"), ("2.00", "fee"))]
    again = deducted("98.00", "98.00", "2.00", "fee", less_shown="2.00")
    assert [one.changed for one in (*seen, again)] == [("INV-1",), ("INV-1",), ()]


def test_of_a_document_that_is_not_ticked_no_deduction_counts() -> None:
    typed = TypedLine(False, "100.00", "100.00", "5.00", "", BY_CODE["fee"])
    done = work_out(gbp("50.00"), [ONE], AllocationForm(on_account=True, lines={ONE.document_id: typed}))
    assert ([part.kind for part in done.parts("C-1")], done.wrong, done.lines[0].less) == (["on_account"], (), "5.00")


def test_another_deduction_is_another_decision() -> None:
    keys = {
        AllocationForm(
            version=1, key="k", lines={ONE.document_id: TypedLine(True, "98.00", "", less, "", BY_CODE[why])}
        ).decision_key
        for less, why in (("2.00", "fee"), ("2.00", "discount"), ("1.00", "fee"))
    }
    assert len(keys) == 3


def test_a_deduction_that_no_form_offers_is_refused() -> None:
    with pytest.raises(InvalidInput, match="names no deduction"):
        read_allocation(
            {"version": "1", f"amount.{new_id()}": "1"}
            | {f"why.{ONE.document_id}": "bribe", f"amount.{ONE.document_id}": ""}
        )

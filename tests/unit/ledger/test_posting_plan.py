"""The plan of a posting: what pays what, and what is refused. Property tests over many payments."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money, total
from ledger.model.cash import CannotPost, PostedPart
from ledger.model.signal import DisputeReason
from ledger.rules.posting_plan import SourceKind, plan_posting


def eur(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


def part(kind: str, document: str, amount: str | Decimal) -> PostedPart:
    return PostedPart(kind, document, eur(amount))


def test_a_credit_note_pays_the_invoice_that_it_is_about() -> None:
    parts = [part("invoice", "A", "600"), part("invoice", "B", "400"), part("credit", "C", "-100")]
    plan = plan_posting(eur("900"), parts, {"C": "A"})
    assert {(use.source, use.document, use.invoice, use.amount) for use in plan.uses} == {
        (SourceKind.CREDIT, "C", "A", eur("100")),
        (SourceKind.PAYMENT, "", "A", eur("500")),
        (SourceKind.PAYMENT, "", "B", eur("400")),
    }


def test_a_return_pays_itself_out_of_what_it_takes_back() -> None:
    plan = plan_posting(eur("-100"), [part("reversal", "P1", "-100")], {})
    assert [(use.source, use.document, use.invoice) for use in plan.uses] == [(SourceKind.EARLIER, "P1", "")]
    assert plan.reversed == ("P1",)


@pytest.mark.parametrize(
    ("amount", "parts", "why"),
    [
        ("100", [part("invoice", "A", "99")], "add up to"),
        ("100", [part("invoice", "A", "110"), part("invoice", "B", "-10")], "no amount for invoice"),
        ("100", [part("invoice", "A", "0"), part("invoice", "B", "100")], "no amount for invoice"),
        ("100", [part("unidentified", "", "100")], "nothing that can be posted"),
        ("100", [PostedPart("invoice", "A", eur("100"), DisputeReason.TAX)], "only a short pay has a reason"),
        ("-100", [part("duplicate", "P", "-100")], "no amount for duplicate"),
        ("100", [PostedPart("invoice", "A", Money.of("100", "USD"))], "own currency"),
        ("-100", [part("on_account", "K", "50"), part("credit", "C", "-150")], "leave money over"),
    ],
)
def test_what_does_not_add_up_is_refused(amount: str, parts: list[PostedPart], why: str) -> None:
    with pytest.raises(CannotPost, match=why):
        plan_posting(eur(amount), parts, {})


_CENTS = st.integers(min_value=1, max_value=10**9).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def postings(draw: st.DrawFn) -> tuple[Money, list[PostedPart], dict[str, str]]:
    """A payment with its parts, right by construction."""
    invoices = draw(st.lists(_CENTS, min_size=1, max_size=8))
    parts = [part("invoice", f"I{n}", amount) for n, amount in enumerate(invoices)]
    left = sum(invoices, Decimal(0))
    linked = {}
    for n in range(draw(st.integers(0, 3))):
        credit = draw(st.integers(1, 10**7).map(lambda cents: Decimal(cents).scaleb(-2)))
        if credit < left:
            left -= credit
            kind = draw(st.sampled_from(["credit", "reversal"]))
            parts.append(part(kind, f"C{n}", -credit))
            if kind == "credit" and draw(st.booleans()):
                linked[f"C{n}"] = f"I{draw(st.integers(0, len(invoices) - 1))}"
    over = draw(st.one_of(st.none(), _CENTS))
    if over:
        parts.append(part("on_account", "K", over))
        left += over
    if draw(st.booleans()):
        parts.append(part("fee", "I0", draw(_CENTS)))
    return eur(left), draw(st.permutations(parts)), linked


@given(postings())
def test_sums_are_conserved(posting: tuple[Money, list[PostedPart], dict[str, str]]) -> None:
    amount, parts, linked = posting
    plan = plan_posting(amount, parts, linked)
    for one in parts:
        if one.kind == "invoice":
            assert total([use.amount for use in plan.uses if use.invoice == one.document], "EUR") == one.amount
        if one.kind in ("credit", "reversal"):
            assert total([use.amount for use in plan.uses if use.document == one.document], "EUR") == -one.amount
    stays = total([one.amount for one in parts if one.kind == "on_account"], "EUR")
    of_payment = total([use.amount for use in plan.uses if use.source is SourceKind.PAYMENT], "EUR")
    assert of_payment + stays == amount
    assert all(use.amount > eur(0) for use in plan.uses)


@given(postings(), _CENTS)
def test_a_cent_more_or_less_is_refused(
    posting: tuple[Money, list[PostedPart], dict[str, str]], difference: Decimal
) -> None:
    amount, parts, linked = posting
    with pytest.raises(CannotPost):
        plan_posting(amount + eur(difference), parts, linked)

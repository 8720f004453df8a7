"""Balances that show whether two statements hold the same lines."""

from datetime import date, timedelta

import pytest

from core.money import Money
from ledger.model.statement import StatementSpan
from ledger.rules.statement_chain import stands_apart

DAY = date(2026, 4, 17)


def a_span(opening: str, closing: str, *, days: int = 0, on: date = DAY) -> StatementSpan:
    return StatementSpan(Money.of(opening, "GBP"), Money.of(closing, "GBP"), on, on + timedelta(days=days))


@pytest.mark.parametrize(
    ("others", "apart"),
    [
        pytest.param([], False, id="none-before"),
        pytest.param([a_span("100", "600")], True, id="leads-up-to-it"),
        pytest.param([a_span("1100", "1600")], True, id="goes-on-from-it"),
        pytest.param([a_span("0", "100"), a_span("100", "600"), a_span("1100", "900")], True, id="a-chain"),
        pytest.param([a_span("100", "600"), a_span("0", "90")], False, id="one-beside-the-chain"),
        pytest.param([a_span("100", "500")], False, id="a-gap"),
        pytest.param([a_span("100", "1100")], False, id="a-whole-that-ends-with-it"),
        pytest.param([a_span("600", "600")], False, id="nothing-moved-before-it"),
        pytest.param([a_span("600", "700"), a_span("700", "600")], False, id="the-balance-came-back"),
        pytest.param([a_span("100", "600", days=2)], False, id="ends-behind-its-first-day"),
        pytest.param([a_span("1100", "1600", on=DAY - timedelta(days=1), days=1)], False, id="begins-before-it-ends"),
    ],
)
def test_a_statement_stands_apart_where_the_others_lead_up_to_it_or_go_on_from_it(
    others: list[StatementSpan], apart: bool
) -> None:
    assert stands_apart(a_span("600", "1100"), others) is apart

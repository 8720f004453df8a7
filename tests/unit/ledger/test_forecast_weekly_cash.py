"""Weekly cash: chances become money exactly, by currency, within what is open."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Money
from ledger.rules.forecast.payment_day import WEEKS, PaymentDayForecast
from ledger.rules.forecast.weekly_cash import OpenItem, expected_by_week, weekly_cash

AS_OF = date(2025, 6, 1)


def an_item(amount: str, currency: str, *weeks: float, customer: str = "K1") -> OpenItem:
    chances = tuple(weeks) + (0.0,) * (WEEKS - len(weeks))
    return OpenItem(customer, Money.of(amount, currency), PaymentDayForecast(0, AS_OF, AS_OF, AS_OF, chances))


def test_expected_cash_is_amount_times_chance_by_currency_and_week() -> None:
    found = expected_by_week([an_item("1000.00", "EUR", 0.25, 0.5), an_item("40", "JPY", 1.0)])
    assert [str(week) for week in found["EUR"][:3]] == ["250.00 EUR", "500.00 EUR", "0.00 EUR"]
    assert [str(week) for week in found["JPY"][:2]] == ["40 JPY", "0 JPY"]


def test_a_certain_receipt_has_no_range() -> None:
    first = weekly_cash([an_item("1000.00", "EUR", 1.0)], AS_OF)[0]
    assert (str(first.expected), str(first.p10), str(first.p90)) == ("1000.00 EUR", "1000.00 EUR", "1000.00 EUR")


def test_an_uncertain_receipt_lies_between_nothing_and_all() -> None:
    first = weekly_cash([an_item("1000.00", "EUR", 0.5)], AS_OF)[0]
    assert (str(first.expected), str(first.p10), str(first.p90)) == ("500.00 EUR", "0.00 EUR", "1000.00 EUR")


def test_weeks_begin_on_the_as_of_day_and_follow_by_currency() -> None:
    weeks = weekly_cash([an_item("1.00", "USD", 1.0), an_item("1.00", "EUR", 1.0)], AS_OF)
    assert [(w.expected.currency, w.week_start.isoformat()) for w in weeks][:2] == [
        ("EUR", "2025-06-01"),
        ("EUR", "2025-06-08"),
    ]
    assert len(weeks) == 2 * WEEKS


def test_amounts_beyond_machine_integers_stay_exact() -> None:
    items = [an_item("99999999999999.99", "EUR", 1.0, customer=f"K{i}") for i in range(1000)]
    assert str(weekly_cash(items, AS_OF)[0].p90) == "99999999999999990.00 EUR"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**8), st.floats(0, 0.5), st.floats(0, 0.5)), min_size=1, max_size=8))
def test_no_week_expects_or_ranges_beyond_what_is_open(rows: list[tuple[int, float, float]]) -> None:
    items = [
        an_item(str(Decimal(cents).scaleb(-2)), "EUR", first, second, customer=f"K{i % 3}")
        for i, (cents, first, second) in enumerate(rows)
    ]
    whole = sum((item.open_balance.amount for item in items), Decimal(0))
    weeks = weekly_cash(items, AS_OF)
    assert all(Decimal(0) <= week.p10.amount <= week.p90.amount <= whole for week in weeks)
    assert sum((week.expected.amount for week in weeks), Decimal(0)) <= whole + Decimal("0.07")

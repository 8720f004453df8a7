"""Weekends and public holidays of the customer's country."""

from datetime import date

import pytest

from ledger.rules.business_days import is_business_day, is_overdue, next_business_day, why_off


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("GB", "2026-04-17", "2026-04-17"),
        ("GB", "2026-04-18", "2026-04-20"),
        ("DE", "2026-05-01", "2026-05-04"),
        ("DE", "2026-12-25", "2026-12-28"),
        ("US", "2026-11-26", "2026-11-27"),
        ("FR", "2026-07-14", "2026-07-15"),
        ("PL", "2026-11-11", "2026-11-12"),
        ("SE", "2026-06-06", "2026-06-08"),
        ("JP", "2026-05-04", "2026-05-07"),
        # The weekend of Saudi Arabia is Friday and Saturday.
        ("SA", "2026-04-24", "2026-04-26"),
        ("SA", "2026-04-26", "2026-04-26"),
        # A country that nobody knows has weekends.
        ("", "2026-04-18", "2026-04-20"),
        ("XX", "2026-12-25", "2026-12-25"),
        ("gb", "2026-12-25", "2026-12-29"),
    ],
)
def test_the_first_business_day(country: str, day: str, expected: str) -> None:
    assert next_business_day(date.fromisoformat(day), country).isoformat() == expected


def test_a_due_day_off_lasts_until_the_next_business_day() -> None:
    saturday = date(2026, 4, 18)
    assert [is_overdue(saturday, date(2026, 4, day), "GB") for day in (18, 19, 20, 21)] == [False, False, False, True]
    assert is_overdue(date(2026, 4, 17), date(2026, 4, 18), "GB")


def test_a_day_off_says_why() -> None:
    assert (why_off(date(2026, 12, 25), "GB"), why_off(date(2026, 4, 18), "GB")) == ("Christmas Day", "a weekend")


@pytest.mark.parametrize("day", [date.max, date.min, date(2500, 6, 1)])
def test_days_that_no_calendar_holds_are_answered(day: date) -> None:
    assert next_business_day(day, "GB") >= day
    assert isinstance(is_business_day(day, "GB"), bool)

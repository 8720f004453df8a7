"""Money, days and ages as the console writes them; when a draft comes back; where a link may lead."""

from datetime import UTC, date, datetime, timedelta

import pytest

from api.console.guard import safe_path
from api.console.pages import _age, _bytes, _day, _late, _moment, _money
from api.console.snoozing import snooze_until
from api.console.words import intent_words, language_name
from core.errors import InvalidInput
from core.money import Money
from ledger.model.signal import Intent

MONDAY = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1250", "EUR", "1,250.00\N{NO-BREAK SPACE}EUR"),
        ("-1234567.8", "USD", "-1,234,567.80\N{NO-BREAK SPACE}USD"),
        ("-0.5", "GBP", "-0.50\N{NO-BREAK SPACE}GBP"),
        ("1500", "JPY", "1,500\N{NO-BREAK SPACE}JPY"),
        ("12.3456", "EUR", "12.3456\N{NO-BREAK SPACE}EUR"),
    ],
)
def test_money_has_its_currencys_decimals_and_groups_of_three(amount: str, currency: str, shown: str) -> None:
    assert _money(Money.of(amount, currency)) == shown


def test_days_and_moments_are_written_out_in_utc() -> None:
    assert _day(date(2026, 4, 2)) == "2\N{NO-BREAK SPACE}Apr\N{NO-BREAK SPACE}2026"
    moment = datetime.fromisoformat("2026-04-02T00:30:00+02:00")
    assert _moment(moment) == "1\N{NO-BREAK SPACE}Apr\N{NO-BREAK SPACE}2026, 22:30 UTC"


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=3), "3\N{NO-BREAK SPACE}min ago"),
        (timedelta(hours=26), "1\N{NO-BREAK SPACE}day ago"),
        (timedelta(days=-2), "in 2\N{NO-BREAK SPACE}days"),
        (timedelta(hours=-5), "in 5\N{NO-BREAK SPACE}h"),
    ],
)
def test_ages_are_told_in_one_unit(before: timedelta, shown: str) -> None:
    assert _age(MONDAY - before, MONDAY) == shown


def test_days_past_due_are_told_in_words() -> None:
    assert [_late(days) for days in (1, 12, 0, -3)] == [
        "1 day past due",
        "12 days past due",
        "due today",
        "due in 3 days",
    ]


def test_sizes_are_told_as_mail_programs_do() -> None:
    assert [_bytes(size) for size in (12, 1_500, 40_000_000)] == [
        "12\N{NO-BREAK SPACE}bytes",
        "1.5\N{NO-BREAK SPACE}kB",
        "40.0\N{NO-BREAK SPACE}MB",
    ]


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ("tomorrow", "2026-04-21T09:00:00+02:00"),
        ("three_days", "2026-04-23T09:00:00+02:00"),
        ("next_week", "2026-04-27T09:00:00+02:00"),
    ],
)
def test_presets_mean_nine_in_the_morning_in_the_organisations_zone(choice: str, until: str) -> None:
    assert snooze_until(choice, "", zone_name="Europe/Berlin", now=MONDAY).isoformat() == until


def test_the_day_is_the_organisations_not_utcs() -> None:
    late = datetime(2026, 4, 20, 23, 0, tzinfo=UTC)
    assert snooze_until("tomorrow", "", zone_name="Asia/Tokyo", now=late).isoformat() == "2026-04-22T09:00:00+09:00"


def test_a_typed_time_is_meant_in_the_organisations_zone() -> None:
    until = snooze_until("at", "2026-05-04T14:30", zone_name="Europe/Berlin", now=MONDAY)
    assert until.isoformat() == "2026-05-04T14:30:00+02:00"


@pytest.mark.parametrize("typed", ["", "soon", "9999-12-31T23:59", "2026-05-04T14:30+02:00", "2027-04-25T09:00"])
def test_a_time_that_cannot_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        snooze_until("at", typed, zone_name="Europe/Berlin", now=MONDAY)


@pytest.mark.parametrize(
    "path",
    ["", "queue", "//evil.example", "https://evil.example", "/\\evil.example", "/sign-out", "/a\nb", "/" + "x" * 400],
)
def test_only_a_path_of_the_console_is_gone_on_to(path: str) -> None:
    assert safe_path(path) == "/queue"


def test_a_path_of_the_console_is_kept() -> None:
    assert safe_path("/cases/0190b0b0-0000-7000-8000-000000000000") == "/cases/0190b0b0-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("tag", "name"),
    [("de", "German"), ("pt-BR", "Portuguese (Brazil)"), ("und", ""), ("", ""), ("x" * 35, "x" * 35), ("<b>", "<b>")],
)
def test_languages_have_english_names(tag: str, name: str) -> None:
    assert language_name(tag) == name


def test_every_intent_has_words_of_its_own() -> None:
    assert len({intent_words(intent.value) for intent in Intent}) == len(Intent)

"""When a mail may go out by the customer's clock and calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from ledger.model.sending import SendingHours, SendingPolicy
from ledger.rules.business_days import is_business_day
from ledger.rules.sending_times import customer_zone, next_sending_time, why_not_now

BERLIN, NEW_YORK, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
HOURS = SendingHours()


def at(text: str, zone: ZoneInfo = UTC_ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-04-20 08:00", "2026-04-20 08:00"),
        ("2026-04-20 17:59:59", "2026-04-20 17:59:59"),
        ("2026-04-20 07:59:59", "2026-04-20 08:00"),
        ("2026-04-20 18:00", "2026-04-21 08:00"),
        # Friday evening, Saturday, Sunday night.
        ("2026-04-24 18:00", "2026-04-27 08:00"),
        ("2026-04-25 12:00", "2026-04-27 08:00"),
        ("2026-04-26 23:59", "2026-04-27 08:00"),
        # Good Friday, the weekend and Easter Monday.
        ("2026-04-02 19:00", "2026-04-07 08:00"),
        # Christmas and the weekend after it.
        ("2026-12-24 20:00", "2026-12-28 08:00"),
    ],
)
def test_a_mail_waits_for_the_next_hour_of_business_at_the_customers(now: str, expected: str) -> None:
    assert next_sending_time(at(now, BERLIN), BERLIN, "DE", HOURS) == at(expected, BERLIN)


def test_the_customers_clock_counts_and_not_ours() -> None:
    # Nine in London is four in the morning in New York.
    found = next_sending_time(at("2026-04-20 09:00", ZoneInfo("Europe/London")), NEW_YORK, "US", HOURS)
    assert found == at("2026-04-20 08:00", NEW_YORK)
    # Monday evening in London is Tuesday morning in Tokyo already.
    tokyo = ZoneInfo("Asia/Tokyo")
    assert next_sending_time(at("2026-04-20 23:30"), tokyo, "JP", HOURS) == at("2026-04-20 23:30")


def test_the_weekend_is_the_countrys_own() -> None:
    dubai, cairo = ZoneInfo("Asia/Dubai"), ZoneInfo("Africa/Cairo")
    assert next_sending_time(at("2026-04-24 10:00", cairo), cairo, "EG", HOURS) == at("2026-04-26 08:00", cairo)
    assert next_sending_time(at("2026-04-25 10:00", dubai), dubai, "AE", HOURS) == at("2026-04-27 08:00", dubai)


def test_every_day_knows_no_weekend_but_keeps_the_hours() -> None:
    hours = SendingHours(8 * 60, 18 * 60, every_day=True)
    assert next_sending_time(at("2026-04-25 12:00", BERLIN), BERLIN, "DE", hours) == at("2026-04-25 12:00", BERLIN)
    assert next_sending_time(at("2026-04-25 19:00", BERLIN), BERLIN, "DE", hours) == at("2026-04-26 08:00", BERLIN)


def test_hours_of_the_whole_day_are_always_open() -> None:
    hours = SendingHours(0, 1440, every_day=True)
    now = at("2026-03-29 02:30")
    assert next_sending_time(now, BERLIN, "DE", hours) == now


def test_an_opening_that_the_clocks_jump_over_is_when_they_have_jumped() -> None:
    # On 29 March 2026 the wall clock in Berlin goes from 2:00 to 3:00.
    hours = SendingHours(150, 1080, every_day=True)
    assert next_sending_time(at("2026-03-29 00:30"), BERLIN, "DE", hours) == at("2026-03-29 01:00")


def test_an_opening_that_comes_twice_counts_the_first_time_and_again() -> None:
    # On 25 October 2026 the hour from 2:00 to 3:00 comes twice in Berlin; the first 2:30 is 0:30 UTC.
    hours = SendingHours(150, 1080, every_day=True)
    assert next_sending_time(at("2026-10-25 00:00"), BERLIN, "DE", hours) == at("2026-10-25 00:30")
    assert next_sending_time(at("2026-10-25 01:10"), BERLIN, "DE", hours) == at("2026-10-25 01:30")


def test_hours_that_closed_are_open_again_when_the_clocks_go_back() -> None:
    hours = SendingHours(60, 165, every_day=True)
    assert next_sending_time(at("2026-10-25 00:50"), BERLIN, "DE", hours) == at("2026-10-25 01:00")


def test_the_day_that_a_country_left_out_is_not_waited_for() -> None:
    # Samoa had no 30 December 2011.
    apia = ZoneInfo("Pacific/Apia")
    hours = SendingHours(480, 1080, every_day=True)
    found = next_sending_time(at("2011-12-29 19:00", apia), apia, "WS", hours)
    assert found == at("2011-12-31 08:00", apia)


def test_eight_o_clock_stays_eight_o_clock_over_a_change_of_the_clocks() -> None:
    found = next_sending_time(at("2026-03-27 18:30", BERLIN), BERLIN, "DE", HOURS)
    assert found == at("2026-03-30 06:00")


_ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Havana",
     "Africa/Casablanca", "UTC"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)).map(  # noqa: DTZ001 - made aware below
        lambda naive: naive.replace(tzinfo=UTC, second=0, microsecond=0)
    ),
    name=_ZONES,
    opens=st.integers(0, 1439),
    length=st.integers(1, 1440),
    country=st.sampled_from(["DE", "US", "AE", "", "XX"]),
    every_day=st.booleans(),
)
def test_the_instant_is_open_and_none_before_it_is(
    now: datetime, name: str, opens: int, length: int, country: str, every_day: bool
) -> None:
    zone, hours = ZoneInfo(name), SendingHours(opens, min(1440, opens + length), every_day=every_day)

    def is_open(instant: datetime) -> bool:
        local = instant.astimezone(zone)
        in_hours = hours.opens <= local.hour * 60 + local.minute < hours.closes
        return in_hours and (every_day or is_business_day(local.date(), country))

    found = next_sending_time(now, zone, country, hours)
    assert found >= now
    assert is_open(found)
    minutes = int((found - now).total_seconds()) // 60
    # Each minute of the last two days before it, and the quarters of an hour before those.
    for back in [*range(1, min(minutes, 2_880) + 1), *range(2_880, minutes, 15)]:
        step = found - timedelta(minutes=back)
        if step >= now:
            assert not is_open(step)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "UTC+2", "Europe/Berlin\x00"])
def test_a_zone_that_nobody_knows_falls_back_to_the_organisations(name: str) -> None:
    assert customer_zone(name, "Europe/Berlin").key == "Europe/Berlin"
    assert customer_zone(name, name).key == "UTC"


def test_the_most_specific_zone_wins() -> None:
    assert customer_zone("Asia/Tokyo", "Europe/Berlin").key == "Asia/Tokyo"


def test_why_a_mail_waits_is_said_in_the_customers_time() -> None:
    assert why_not_now(at("2026-04-24 19:05", BERLIN), BERLIN, "DE", HOURS) == (
        "it is Friday 19:05 at the customer's; mail goes out from 8:00 to 18:00"
    )
    assert why_not_now(at("2026-04-25 12:00", BERLIN), BERLIN, "DE", HOURS) == "today is a weekend at the customer's"
    assert "Easter Monday" in why_not_now(at("2026-04-06 12:00", BERLIN), BERLIN, "DE", HOURS)
    assert why_not_now(at("2026-04-24 12:00", BERLIN), BERLIN, "DE", HOURS) == ""


@pytest.mark.parametrize(("opens", "closes"), [(600, 600), (700, 600), (-1, 600), (0, 1441)])
def test_hours_that_never_open_are_refused(opens: int, closes: int) -> None:
    with pytest.raises(InvalidInput):
        SendingHours(opens, closes)


@pytest.mark.parametrize(
    ("cap", "undo"),
    [(0, timedelta(0)), (1_001, timedelta(0)), (3, timedelta(seconds=-1)), (3, timedelta(hours=2))],
    ids=["no cap", "endless cap", "negative delay", "two hours"],
)
def test_a_policy_that_cannot_be_meant_is_refused(cap: int, undo: timedelta) -> None:
    with pytest.raises(InvalidInput):
        SendingPolicy(contact_cap=cap, undo=undo)

"""The only place that asks the system for the time."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Clock(Protocol):
    """Gives the present instant, aware, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands at one instant until it is moved; for tests, replays and evals."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


def day_in(zone: tzinfo, at: datetime) -> date:
    """The calendar day in `zone` at the instant `at`."""
    return at.astimezone(zone).date()


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name, or UTC for a name that the zone database does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The first instant after `day` in `zone`, in UTC."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)

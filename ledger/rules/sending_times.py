"""When a mail may go out: within the sending hours, on business days, by the customer's clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.clock import zone_of
from ledger.model.sending import SendingHours
from ledger.rules.business_days import is_business_day, why_off

#: The longest run of days off anywhere is about two weeks; a calendar that has none for longer is broken.
_LONGEST_SEARCH_DAYS = 31
_SECOND = timedelta(seconds=1)


def next_sending_time(now: datetime, zone: ZoneInfo, country: str, hours: SendingHours) -> datetime:
    """The first instant from `now` on, in UTC, at which the customer's clock and calendar allow a mail.

    What counts is the clock on the customer's wall: an hour that a change of the clocks leaves out is never waited
    for, and one that comes twice counts twice. Where the calendar knows no business day at all within a month, it is
    taken for broken, and the hours alone decide.
    """
    now = now.astimezone(UTC)
    if _is_open(now, zone, country, hours):
        return now
    found = _first_open(now, zone, country, hours)
    if found is not None:
        return found
    any_day = SendingHours(hours.opens, hours.closes, every_day=True)
    return _first_open(now, zone, country, any_day) or now


def why_not_now(now: datetime, zone: ZoneInfo, country: str, hours: SendingHours) -> str:
    """What keeps a mail back at `now`, in words; empty where nothing does."""
    now = now.astimezone(UTC)
    if _is_open(now, zone, country, hours):
        return ""
    local = now.astimezone(zone)
    off = "" if hours.every_day else why_off(local.date(), country)
    if off:
        return f"today is {off} at the customer's"
    return f"it is {local:%A} {local.hour}:{local.minute:02d} at the customer's; mail goes out from {hours}"


def customer_zone(*names: str) -> ZoneInfo:
    """The first of these IANA names that the zone database knows, most specific first; UTC where it knows none."""
    for name in names:
        if name and (zone := zone_of(name)).key == name:
            return zone
    return zone_of("UTC")


def _is_open(at: datetime, zone: ZoneInfo, country: str, hours: SendingHours) -> bool:
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if not hours.opens <= minute < hours.closes:
        return False
    return hours.every_day or is_business_day(local.date(), country)


def _first_open(now: datetime, zone: ZoneInfo, country: str, hours: SendingHours) -> datetime | None:
    today = now.astimezone(zone).date()
    for ahead in range(-1, _LONGEST_SEARCH_DAYS):
        if today.toordinal() + ahead + 1 >= date.max.toordinal():
            break
        for instant in _openings(today + timedelta(days=ahead), zone, hours):
            if instant >= now and _is_open(instant, zone, country, hours):
                return instant
    return None


def _openings(day: date, zone: ZoneInfo, hours: SendingHours) -> Iterator[datetime]:
    """Instants of a local day at which the hours may begin, in order: the opening (twice where it comes twice), and
    the moment after a change of the clocks, which may jump over the opening or back before the closing."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=hours.opens)
    starts = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    changed = _clock_change(_midnight(day, zone), _midnight(day + timedelta(days=1), zone), zone)
    yield from sorted(starts if changed is None else {*starts, changed})


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=zone).astimezone(UTC)


def _clock_change(after: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
    """The first second of the new offset, where it differs between the two instants; None where it does not."""
    before = after.astimezone(zone).utcoffset()
    if until.astimezone(zone).utcoffset() == before:
        return None
    while until - after > _SECOND:
        middle = after + timedelta(seconds=int((until - after).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            after = middle
        else:
            until = middle
    return until

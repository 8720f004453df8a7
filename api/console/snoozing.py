"""When a draft that is put off comes back."""

from datetime import datetime, time, timedelta

from core.clock import zone_of
from core.errors import InvalidInput

_MORNING = time(9, 0)
#: Later than this is a slip of the keyboard; and what the calendar cannot hold must not reach the database.
_LONGEST = timedelta(days=366)
#: Code of the form, its words.
PRESETS = (
    ("tomorrow", "Tomorrow, 9:00"),
    ("three_days", "In three days, 9:00"),
    ("next_week", "Monday next week, 9:00"),
    ("at", "At the time below"),
)


def snooze_until(choice: str, typed: str, *, zone_name: str, now: datetime) -> datetime:
    """The instant that a choice of the form means, in the organisation's zone; aware.

    Raises:
        InvalidInput: no choice, or no time like 2026-04-20T09:00.
    """
    zone = zone_of(zone_name)
    today = now.astimezone(zone).date()
    match choice:
        case "tomorrow":
            day = today + timedelta(days=1)
        case "three_days":
            day = today + timedelta(days=3)
        case "next_week":
            day = today + timedelta(days=7 - today.weekday())
        case "at":
            moment = _typed(typed)
            if moment.date() > today + _LONGEST:
                raise InvalidInput("put it off for a year at most")
            return moment.replace(tzinfo=zone)
        case _:
            raise InvalidInput("say until when it is put off")
    return datetime.combine(day, _MORNING, tzinfo=zone)


def _typed(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput("give the day and time to come back, like 2026-04-20T09:00") from error
    if moment.tzinfo is not None:
        raise InvalidInput("give the time without a zone: it is meant in your organisation's")
    return moment

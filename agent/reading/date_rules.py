"""The calendar behind the date table: what "next Friday" or "mid-April" is, counted from a day of receipt."""

import calendar
from datetime import date, timedelta

_FRIDAY = 4
#: Two-digit years are of this century.
_CENTURY = 2000
#: Farther ahead than this a span of time is a slip or an attack.
_MAX_SPAN_DAYS = 1100
_MIDDLE_OF_MONTH = 15


def day_or_none(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day or no clerk would mean that year."""
    if not 1990 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_and_month(first: str, second: str, year: int, *, month_first: bool) -> date | None:
    """The day of two numbers in either order; where only the other order is a day, that one."""
    full = year + _CENTURY if year < 100 else year
    one, two = int(first), int(second)
    month, day = (one, two) if month_first else (two, one)
    if month > 12 and day <= 12:
        month, day = day, month
    return day_or_none(full, month, day)


def month_day_ahead(today: date, month: int, day: int) -> date:
    """The first such day on or after `today`; 29 February waits for a leap year."""
    return next(found for year in range(today.year, today.year + 9) if (found := _in_year(year, month, day)) >= today)


def month_day_back(today: date, month: int, day: int) -> date:
    """The last such day on or before `today`."""
    return next(
        found
        for year in range(today.year, today.year - 10, -1)
        if date.min < (found := _in_year(year, month, day)) <= today
    )


def _in_year(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def bare_day_ahead(today: date, day: int) -> date:
    """The first such day of a month on or after `today`."""
    year, month = today.year, today.month
    while True:
        found = day_or_none(year, month, day)
        if found is not None and found >= today:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def bare_day_back(today: date, day: int) -> date:
    """The last such day of a month on or before `today`."""
    year, month = today.year, today.month
    while True:
        found = day_or_none(year, month, day)
        if found is not None and found <= today:
            return found
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)


def weekday_days(rule: str, today: date, weekday: int) -> tuple[date, date]:
    """What a weekday means ahead and back; Monday is 0."""
    monday = today - timedelta(days=today.weekday())
    if rule == "next_weekday":
        day = monday + timedelta(days=7 + weekday)
        return day, day
    if rule == "last_weekday":
        day = _weekday_before(today, weekday)
        return day, day
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1), _weekday_before(today, weekday)


def _weekday_before(today: date, weekday: int) -> date:
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def last_of_month(year: int, month: int) -> date:
    """The last calendar day; `month` may run past 12 by up to a year."""
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    return date(year, month, calendar.monthrange(year, month)[1])


def named_month_days(rule: str, today: date, month: int) -> tuple[date, date]:
    """End, middle, start or whole of a month by its name, ahead and back."""

    def of_year(year: int) -> date:
        if rule == "mid_named_month":
            return date(year, month, _MIDDLE_OF_MONTH)
        if rule == "early_named_month":
            return date(year, month, 7)
        return last_of_month(year, month)

    this_year = of_year(today.year)
    ahead = this_year if this_year >= today else of_year(today.year + 1)
    return ahead, this_year if this_year <= today else of_year(today.year - 1)


def fixed_days(rule: str, today: date) -> tuple[date, date]:
    """The day of a phrase without a number, ahead and back."""
    friday = today + timedelta(days=_FRIDAY - today.weekday())
    coming_friday = friday if friday >= today else friday + timedelta(days=7)
    next_monday = today + timedelta(days=7 - today.weekday())
    year, month = today.year, today.month
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    day = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "after_tomorrow": today + timedelta(days=2),
        "yesterday": today - timedelta(days=1),
        "before_yesterday": today - timedelta(days=2),
        "early_next_week": next_monday + timedelta(days=1),
        "mid_next_week": next_monday + timedelta(days=2),
        "end_next_week": next_monday + timedelta(days=_FRIDAY),
        "week_after_next": next_monday + timedelta(days=7 + _FRIDAY),
        "end_week": coming_friday,
        "last_week": friday - timedelta(days=7),
        "end_month": last_of_month(year, month),
        "mid_month": date(year, month, _MIDDLE_OF_MONTH)
        if today.day <= _MIDDLE_OF_MONTH
        else date(*following, _MIDDLE_OF_MONTH),
        "end_next_month": last_of_month(*following),
        "mid_next_month": date(*following, _MIDDLE_OF_MONTH),
        "early_next_month": date(*following, 1),
        "end_year": date(year, 12, 31),
    }[rule]
    return day, day


def kind_of(rule: str) -> str:
    """The coarse kind that `FoundDate.rule` tells."""
    if rule in ("yesterday", "before_yesterday", "last_week"):
        return "past"
    if rule in ("today", "tomorrow", "after_tomorrow"):
        return rule
    return "period"


def friday_of_week_number(today: date, week: int) -> date | None:
    """Friday of the ISO week of that number, this year's or, when long past, next year's."""
    for year in (today.year, today.year + 1):
        try:
            found = date.fromisocalendar(year, week, _FRIDAY + 1)
        except ValueError:
            continue
        if found >= today - timedelta(days=60):
            return found
    return None


def days_on(today: date, count: int, units: dict[str, str | None]) -> date | None:
    """`count` days, business days, weeks, months or hours after `today`; None where that is absurdly far."""
    if units.get("business"):
        return _business_days_on(today, count) if count <= 250 else None
    if units.get("weeks"):
        count *= 7
    if units.get("hours"):
        count = -(-count // 24)
    if units.get("months"):
        return _months_on(today, count) if count <= 36 else None
    return today + timedelta(days=count) if count <= _MAX_SPAN_DAYS else None


def _business_days_on(today: date, count: int) -> date:
    day = today
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def _months_on(today: date, count: int) -> date:
    months = today.month - 1 + count
    year, month = today.year + months // 12, months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))

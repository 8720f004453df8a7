"""The calendar behind the date table: what "next Friday" or "mid-April" is, counted from a day of receipt."""

import calendar
from datetime import date, datetime, timedelta

_WEDNESDAY = 2
_FRIDAY = 4
_SATURDAY = 5
#: Two-digit years are of this century.
_CENTURY = 2000
#: Farther ahead than this a span of time is a slip or an attack.
_MAX_SPAN_DAYS = 1100
#: "90 weeks ago" tells an age, not a day.
_MAX_DAYS_AGO = 60
#: No month has more business days.
_MAX_BUSINESS_DAY = 23
_MIDDLE_OF_MONTH = 15
#: Rules of a phrase with a weekday in it, with a month, with a day of the month.
WEEKDAY_RULES = frozenset(
    {
        "weekday", "next_weekday", "last_weekday", "weekday_after_next", "last_weekday_of_month",
        "first_weekday_next_month", "weekday_last_week",
    }
)  # fmt: skip
MONTH_RULES = frozenset(
    {
        "end_of_named_month", "mid_named_month", "early_named_month", "in_month", "end_named_month_business",
        "second_week_of_month", "third_week_of_month",
    }
)  # fmt: skip
NUMBERED_RULES = frozenset(
    {"day_next_month", "day_last_month", "business_day", "business_day_next_month", "end_of_quarter"}
)

#: Rules of a phrase with a weekday and a month in it.
WEEKDAY_IN_MONTH_RULES = frozenset({"first_weekday_in_month", "last_weekday_in_month"})
WEEKEND_RULES = frozenset({"weekend", "next_weekend", "last_weekend"})


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


#: A weekday with a number is looked for in so many months to either side.
_NEAR_MONTHS = 2


def days_with_weekday(today: date, number: int, weekday: int) -> tuple[date, date, date] | None:
    """The near day of that number on that weekday: ahead, back, and the nearer; None where there is none."""
    months = (today.year * 12 + today.month - 1 + shift for shift in range(-_NEAR_MONTHS, _NEAR_MONTHS + 1))
    days = [day_or_none(month // 12, month % 12 + 1, number) for month in months]
    fitting = [day for day in days if day is not None and day.weekday() == weekday]
    if not fitting:
        return None
    ahead = min((day for day in fitting if day >= today), default=fitting[-1])
    back = max((day for day in fitting if day <= today), default=fitting[0])
    return ahead, back, min(ahead, back, key=lambda day: abs((day - today).days))


def weekday_days(rule: str, today: date, weekday: int) -> tuple[date, date]:
    """What a weekday means ahead and back; Monday is 0."""
    monday = today - timedelta(days=today.weekday())
    if rule == "next_weekday":
        day = monday + timedelta(days=7 + weekday)
        return day, day
    if rule == "weekday_after_next":
        day = monday + timedelta(days=14 + weekday)
        return day, day
    if rule == "last_weekday":
        day = _weekday_before(today, weekday)
        return day, day
    if rule == "weekday_last_week":
        day = monday + timedelta(days=weekday - 7)
        return day, day
    if rule in ("last_weekday_of_month", "first_weekday_next_month"):
        day = _weekday_of_month(rule, today, weekday)
        return day, day
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1), _weekday_before(today, weekday)


def _weekday_of_month(rule: str, today: date, weekday: int) -> date:
    year, month = _following_month(today)
    if rule == "first_weekday_next_month":
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7)
    for end in (last_of_month(today.year, today.month), last_of_month(year, month)):
        day = end - timedelta(days=(end.weekday() - weekday) % 7)
        if day >= today:
            return day
    return day


def _following_month(today: date) -> tuple[int, int]:
    return (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)


def _weekday_before(today: date, weekday: int) -> date:
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def last_of_month(year: int, month: int) -> date:
    """The last calendar day; `month` may run past 12 by up to a year."""
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    return date(year, month, calendar.monthrange(year, month)[1])


#: The last day of the first seven, of the second seven, ...
_WEEKS_OF_MONTH = {"early_named_month": 1, "second_week_of_month": 2, "third_week_of_month": 3}


def named_month_days(rule: str, today: date, month: int) -> tuple[date, date]:
    """End, middle, start or whole of a month by its name, ahead and back."""

    def of_year(year: int) -> date:
        if rule == "mid_named_month":
            return date(year, month, _MIDDLE_OF_MONTH)
        if rule in _WEEKS_OF_MONTH:
            return date(year, month, 7 * _WEEKS_OF_MONTH[rule])
        if rule == "end_named_month_business":
            end = last_of_month(year, month)
            return end - timedelta(days=max(0, end.weekday() - _FRIDAY))
        return last_of_month(year, month)

    this_year = of_year(today.year)
    ahead = this_year if this_year >= today else of_year(today.year + 1)
    return ahead, this_year if this_year <= today else of_year(today.year - 1)


def weekend_days(rule: str, today: date) -> tuple[date, date]:
    """A weekend by its Saturday, ahead and back; on a Saturday or Sunday this one's Sunday lies ahead."""
    saturday = today + timedelta(days=_SATURDAY - today.weekday())
    if rule == "next_weekend":
        saturday += timedelta(days=7)
    elif rule == "last_weekend":
        saturday -= timedelta(days=7)
    elif today < saturday:
        return saturday, saturday - timedelta(days=7)
    else:
        return saturday + timedelta(days=1), saturday
    return saturday, saturday


def fixed_days(rule: str, today: date) -> tuple[date, date]:
    """The day of a phrase without a number, ahead and back."""
    if rule in WEEKEND_RULES:
        return weekend_days(rule, today)
    if rule == "in_the_morning":
        return today + timedelta(days=1), today
    friday = today + timedelta(days=_FRIDAY - today.weekday())
    coming_friday = friday if friday >= today else friday + timedelta(days=7)
    next_monday = today + timedelta(days=7 - today.weekday())
    year, month = today.year, today.month
    following = _following_month(today)
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
        "mid_week": today + timedelta(days=(_WEDNESDAY - today.weekday()) % 7),
        "early_week": next_monday + timedelta(days=1),
        "end_week": coming_friday,
        "week_from_today": today + timedelta(days=7),
        "week_from_tomorrow": today + timedelta(days=8),
        "month_from_today": _months_on(today, 1),
        "after_weekend": next_monday,
        "later_today": today,
        "last_week": friday - timedelta(days=7),
        "end_month": last_of_month(year, month),
        "mid_month": date(year, month, _MIDDLE_OF_MONTH)
        if today.day <= _MIDDLE_OF_MONTH
        else date(*following, _MIDDLE_OF_MONTH),
        "end_next_month": last_of_month(*following),
        "mid_next_month": date(*following, _MIDDLE_OF_MONTH),
        "early_next_month": date(*following, 1),
        "early_month": today if today.day == 1 else date(*following, 1),
        "half_month": date(year, month, _MIDDLE_OF_MONTH)
        if today.day <= _MIDDLE_OF_MONTH
        else last_of_month(year, month),
        "end_month_business": _last_business_day(today),
        "end_quarter": last_of_month(year, -(-month // 3) * 3),
        "end_year": date(year, 12, 31),
        "end_of_day": today,
        "just_now": today,
        "now": today,
    }[rule]
    return day, day


def _last_business_day(today: date) -> date:
    """The last one of this month, or of the next where that is over."""
    for end in (last_of_month(today.year, today.month), last_of_month(*_following_month(today))):
        day = end - timedelta(days=max(0, end.weekday() - _FRIDAY))
        if day >= today:
            return day
    return day


def weekday_in_month(rule: str, today: date, month: int, weekday: int) -> tuple[date, date]:
    """The first or last such weekday of a month by its name, ahead and back."""

    def of_year(year: int) -> date:
        if rule == "first_weekday_in_month":
            first = date(year, month, 1)
            return first + timedelta(days=(weekday - first.weekday()) % 7)
        end = last_of_month(year, month)
        return end - timedelta(days=(end.weekday() - weekday) % 7)

    this_year = of_year(today.year)
    ahead = this_year if this_year >= today else of_year(today.year + 1)
    return ahead, this_year if this_year <= today else of_year(today.year - 1)


def numbered_day(rule: str, today: date, number: int) -> date | None:
    """ "The 5th of next month", "the fifth working day": the first such day ahead; None where there is none."""
    following = _following_month(today)
    if rule == "day_next_month":
        return day_or_none(*following, number)
    if rule == "day_last_month":
        before = date(today.year, today.month, 1) - timedelta(days=1)
        return day_or_none(before.year, before.month, number)
    if rule == "end_of_quarter":
        return _end_of_quarter(today, number)
    if not 1 <= number <= _MAX_BUSINESS_DAY:
        return None
    if rule == "business_day":
        day = _business_days_on(date(today.year, today.month, 1) - timedelta(days=1), number)
        if day >= today:
            return day
    return _business_days_on(date(*following, 1) - timedelta(days=1), number)


def _end_of_quarter(today: date, quarter: int) -> date | None:
    if not 1 <= quarter <= 4:
        return None
    end = last_of_month(today.year, 3 * quarter)
    return end if end >= today else last_of_month(today.year + 1, 3 * quarter)


#: What `FoundDate.rule` calls a rule of the phrase lists; a rule that is not named here is a `period`.
_KINDS = {
    "yesterday": "past", "before_yesterday": "past", "last_week": "past", "just_now": "past",
    "today": "today", "tomorrow": "tomorrow", "after_tomorrow": "after_tomorrow",
    "weekday": "weekday", "next_weekday": "next_weekday", "weekday_after_next": "next_weekday",
    "last_weekday": "last_weekday", "last_weekday_of_month": "day", "first_weekday_next_month": "day",
    "end_month_business": "day", "in_month": "in_month", "now": "now", "end_of_day": "end_of_day",
    "weekday_last_week": "last_weekday", "first_weekday_in_month": "day", "last_weekday_in_month": "day",
    "weekend": "weekend", "next_weekend": "next_weekday", "last_weekend": "past",
    "after_weekend": "next_weekday", "in_the_morning": "morning", "end_named_month_business": "day",
    "later_today": "today", "week_from_today": "span", "week_from_tomorrow": "span", "month_from_today": "span",
}  # fmt: skip


def kind_of(rule: str) -> str:
    """The coarse kind that `FoundDate.rule` tells."""
    return _KINDS.get(rule, "period")


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


def days_on(received_at: datetime, count: int, units: dict[str, str | None]) -> date | None:
    """`count` days, business days, weeks, months or hours on; None where that is absurdly far."""
    today = received_at.date()
    if units.get("business"):
        return _business_days_on(today, count) if count <= 250 else None
    if units.get("weeks"):
        count *= 7
    if units.get("hours"):
        return (received_at + timedelta(hours=count)).date()
    if units.get("months"):
        return _months_on(today, count) if count <= 36 else None
    return today + timedelta(days=count) if count <= _MAX_SPAN_DAYS else None


def days_back(received_at: datetime, count: int, units: dict[str, str | None]) -> date | None:
    """The day `count` days, weeks or hours ago; None for what is no day: "three months ago", business days."""
    if units.get("business") or units.get("months") or count > _MAX_DAYS_AGO:
        return None
    if units.get("hours"):
        return (received_at - timedelta(hours=count)).date()
    return received_at.date() - timedelta(days=count * (7 if units.get("weeks") else 1))


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

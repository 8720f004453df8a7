"""Days on which people work at the customer's: for sending, for looking again, and for what counts as late.

Public holidays are the whole country's; those of a state or a canton are unknown, because an account has a country
only. "10 business days" in a customer's mail is another count (`agent/reading`): Saturdays and Sundays alone.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays

_WEEKEND = frozenset({5, 6})
#: Years for which calendars are asked; beyond them only weekends are known.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
#: The longest run of days off anywhere is about two weeks; a search that goes on is a broken calendar.
_LONGEST_SEARCH_DAYS = 31
#: Countries and years that stay in memory, a few kilobytes each.
_KEPT_CALENDARS = 512


@lru_cache(maxsize=_KEPT_CALENDARS)
def _days_off(country: str, year: int) -> tuple[frozenset[int], dict[date, str]]:
    """The weekend's weekdays (Monday is 0) and the public holidays by day; weekends alone for an unknown country."""
    if not (_FIRST_YEAR <= year <= _LAST_YEAR):
        return _WEEKEND, {}
    try:
        calendar = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return _WEEKEND, {}
    return frozenset(calendar.weekend), {day: name for day, name in calendar.items() if day.year == year}


def why_off(day: date, country: str) -> str:
    """The holiday's name, or `a weekend`; empty on a business day. `country` is ISO 3166-1 alpha-2, may be empty."""
    weekend, named = _days_off(country.upper(), day.year)
    if day in named:
        return named[day]
    return "a weekend" if day.weekday() in weekend else ""


def is_business_day(day: date, country: str) -> bool:
    """Whether people work there on that day."""
    return not why_off(day, country)


def next_business_day(day: date, country: str) -> date:
    """`day` itself, or the first business day after it."""
    for ahead in range(_LONGEST_SEARCH_DAYS):
        if day.toordinal() + ahead >= date.max.toordinal():
            break
        found = day + timedelta(days=ahead)
        if is_business_day(found, country):
            return found
    return day


def is_overdue(due: date, today: date, country: str) -> bool:
    """Whether a due or promised day is over: one that nobody works on lasts until the next business day."""
    return today > due and today > next_business_day(due, country)

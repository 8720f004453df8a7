"""Finds the days that a text names: in words and digits, in nine languages, relative ones too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from agent.checks import calendar_words as words

_MONTH = words.month_pattern()
_BLANK = r"[ \n]{1,2}"
_YEAR = rf"(?:,?{_BLANK}(?:del?{_BLANK})?(\d{{4}})(?!\d))?"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(r"(?<![\w-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\w-])")),
    ("numeric", re.compile(r"(?<![\w.,/-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4}|\d{2})(?!\w)")),
    (
        "dmy",
        re.compile(
            rf"(?<![\w.,])(\d{{1,2}})(?:st|nd|rd|th|er|:[ae]|e|\.?[ºoª])?\.?[ \n]{{0,2}}"
            rf"(?:(?:of|de|d')[ \n]{{0,2}})?({_MONTH})(?!\w)\.?{_YEAR}",
            re.IGNORECASE,
        ),
    ),
    (
        "mdy",
        re.compile(rf"(?<!\w)({_MONTH})\.?{_BLANK}(\d{{1,2}})(?:st|nd|rd|th)?(?!\w)(?![.,]\d){_YEAR}", re.IGNORECASE),
    ),
    ("my", re.compile(rf"(?<!\w)({_MONTH})\.?{_BLANK}(?:del?{_BLANK})?(\d{{4}})(?!\d)", re.IGNORECASE)),
    ("dm", re.compile(r"(?<![\w.,/-])(\d{1,2})(?:(/)(\d{1,2})(?![\w/])|(\.) ?(\d{1,2})\.(?!\d))")),
)
_WEEKDAY_BEFORE = re.compile(r"([^\W\d_]+(?:-feira)?),?(?: (?:the|den|le|il|el|dem|de|dnia|dia))? $")
#: How far from today a weekday without a date can lie.
_WEEKDAY_REACH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class DayReading:
    """One thing a figure may mean; None leaves that part open."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def fits(self, day: date, today: date) -> bool:
        """Whether `day` is one that this reading names; a weekday alone reaches a month from `today`."""
        if self.month is None and abs(day - today) > _WEEKDAY_REACH:
            return False
        parts = ((self.year, day.year), (self.month, day.month), (self.day, day.day), (self.weekday, day.weekday()))
        return all(wanted is None or wanted == actual for wanted, actual in parts)


@dataclass(frozen=True, slots=True)
class DayFigure:
    """A day as a text names it; `relative` where it depends on the day of reading."""

    start: int
    end: int
    readings: tuple[DayReading, ...]
    relative: bool = False


def find_days(text: str, today: date, *, lone_words: bool = True) -> tuple[DayFigure, ...]:
    """All days that the normal text names, in order. With `lone_words`, also "Friday", "April" and "tomorrow"."""
    found: list[DayFigure] = []
    rest = text
    for form, pattern in _FORMS:
        for match in pattern.finditer(rest):
            readings = tuple(_readings(form, match))
            if readings:
                found.append(_with_weekday(rest, match, readings))
        rest = blank_out(rest, [(figure.start, figure.end) for figure in found])
    if lone_words:
        found.extend(_lone(rest, today))
    return tuple(sorted(found, key=lambda figure: figure.start))


def blank_out(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with the spans replaced by characters that no pattern reads, of the same length."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if end <= position:
            continue
        start = max(start, position)
        pieces.append(text[position:start])
        pieces.append("\x1f" * (end - start))
        position = end
    return "".join(pieces) + text[position:]


def _readings(form: str, match: re.Match[str]) -> Iterator[DayReading]:
    if form == "ymd":
        yield from _valid(int(match[1]), {(int(match[3]), int(match[4])), (int(match[4]), int(match[3]))})
    elif form == "numeric":
        year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
        yield from _valid(year, {(int(match[3]), int(match[1])), (int(match[1]), int(match[3]))})
    elif form == "dm":
        first, second = int(match[1]), int(match[3] or match[5])
        yield from _valid(None, {(second, first), (first, second)})
    elif form == "dmy":
        yield from _valid(_year(match[3]), {(month, int(match[1])) for month in words.months()[match[2].lower()]})
    elif form == "mdy":
        yield from _valid(_year(match[3]), {(month, int(match[2])) for month in words.months()[match[1].lower()]})
    else:
        for month in words.months()[match[1].lower()]:
            yield DayReading(year=int(match[2]), month=month)


def _year(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _valid(year: int | None, pairs: set[tuple[int, int]]) -> Iterator[DayReading]:
    for month, day in sorted(pairs):
        try:
            date(year or 2024, month, day)
        except ValueError:
            continue
        yield DayReading(year=year, month=month, day=day)


def _with_weekday(text: str, match: re.Match[str], readings: tuple[DayReading, ...]) -> DayFigure:
    start, end = match.span()
    if text[end - 1] in ". \n" and match.re is not _FORMS[5][1]:
        end -= 1
    before = _WEEKDAY_BEFORE.search(text[max(0, start - 24) : start])
    weekday = words.weekdays().get(before.group(1).lower().removesuffix("-feira")) if before else None
    if before is None or weekday is None:
        return DayFigure(start, end, readings)
    named = tuple(DayReading(reading.year, reading.month, reading.day, weekday) for reading in readings)
    return DayFigure(start - (before.end() - before.start()), end, named)


def _lone(text: str, today: date) -> Iterator[DayFigure]:
    for match in words.weekday_words().finditer(text):
        yield DayFigure(*match.span(), (DayReading(weekday=words.weekdays()[match[1].lower()]),))
    for match in words.lone_months().finditer(text):
        named = words.months().get(match.group().lower(), frozenset())
        yield DayFigure(*match.span(), tuple(DayReading(month=month) for month in sorted(named)))
    for match in words.relative_words().finditer(text):
        day = today + timedelta(days=words.RELATIVE_DAYS[match[1].lower()])
        yield DayFigure(*match.span(), (DayReading(day.year, day.month, day.day),), relative=True)

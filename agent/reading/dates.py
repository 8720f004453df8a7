"""Phrases to days, in nine languages, by the table of `docs/formats/replies.md`.

A phrase is read relative to the day of receipt in the sender's zone. Most phrases point either way ("on Friday"
said of a promise lies ahead, said of a payment it lies behind), so that each hit carries both days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent.reading import date_rules
from agent.reading.date_digits import dates_in_digits
from agent.reading.date_hits import Hit, settled, yearless
from agent.reading.date_holidays import named_days
from agent.reading.date_number_words import number_of
from agent.reading.date_patterns import Patterns, Phrase, patterns_of
from agent.reading.date_words import WEEKDAYS
from agent.reading.folding import fold

#: Longer text is cut here: a date that far down a mail is not the customer's answer.
MAX_CHARS = 40_000
#: More dates than this make a table, not a statement.
MAX_DATES = 200
LANGUAGES = tuple(WEEKDAYS)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A phrase at `text[start:end]`, the day it means looking `ahead`, and the one looking `back`.

    Both are equal where the phrase leaves no choice. `rule` names how it was read: `day`, `weekday`, `span`,
    `period` (a week or a month, of which the last day counts) or `past`. `nearest` is what a day without a year
    most likely means.
    """

    start: int
    end: int
    ahead: date
    back: date
    rule: str
    nearest: date


def find_dates(
    text: str, received_at: datetime, country: str, languages: tuple[str, ...] = LANGUAGES
) -> tuple[FoundDate, ...]:
    """Every date phrase of `text` in reading order, without overlaps; the longest reading of a place wins.

    `received_at` is aware, in the sender's zone; `country` (ISO 3166-1 alpha-2) decides what 03/04 means.
    """
    folded = _with_paragraphs_ended(text[:MAX_CHARS])
    today = received_at.date()
    hits = dates_in_digits(folded, today, month_first=country.upper() == "US")
    for language in languages:
        if language in WEEKDAYS:
            patterns = patterns_of(language)
            hits += _with_months(folded, today, patterns)
            hits += _bare_days(folded, today, patterns)
            hits += _numbered_weekdays(folded, today, patterns)
            hits += _phrases(folded, today, patterns)
            hits += _spans(folded, received_at, patterns)
            hits += (
                Hit(each.start, each.end, each.ahead, each.back, "day")
                for each in named_days(folded, today, language)
            )
        if len(hits) > MAX_DATES * 4:
            break
    return tuple(
        FoundDate(hit.start, hit.end, hit.ahead, hit.back, hit.rule, hit.nearest or hit.ahead)
        for hit in settled(hits, folded)[:MAX_DATES]
    )


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
#: The next row of a list: "4417 - the 24th", and below it "4430 - the same"; a year may stand on a line of its own.
_NEXT_ROW = re.compile(r"\n(?=[ \t]{0,4}(?:[-*•] |(?!(?:19|20)\d\d(?!\d))[A-Za-z]{0,6}[/#.-]{0,2}\d[\d/-]{2,}))")


def _with_paragraphs_ended(text: str) -> str:
    """`text` folded, as long as before; no phrase goes on after a blank line or in the next row of a list."""
    return fold(_NEXT_ROW.sub(";", _BLANK_LINE.sub(lambda match: ";" * len(match[0]), text)))


# Dates with month names, and bare days


#: No clerk names a day so many years away.
_YEARS_BACK, _YEARS_AHEAD = 12, 2
#: "We may first check": a verb.
_NO_DAYS = frozenset({"may first", "may second", "march second", "mar second", "mar first", "dec second"})


def _with_months(folded: str, today: date, patterns: Patterns) -> list[Hit]:
    if not patterns.any_month.search(folded):
        return []
    hits: list[Hit] = []
    for match in patterns.day_month.finditer(folded):
        hits += _day_of_named_month(match, match[2], int(match[1]), match[3], today, patterns)
    for match in patterns.month_day.finditer(folded):
        hits += _day_of_named_month(match, match[1], int(match[2]), match[3], today, patterns)
    for match in patterns.worded_month_day.finditer(folded) if patterns.worded_month_day else ():
        number = number_of(match[2], patterns.ordinals)
        if number is not None and f"{match[1]} {match[2]}" not in _NO_DAYS:
            hits += _day_of_named_month(match, match[1], number, None, today, patterns)
    for match in patterns.worded_day_month.finditer(folded):
        number = number_of(match[1], patterns.ordinals)
        if number is not None:
            hits += _day_of_named_month(match, match[2], number, match[3], today, patterns)
    return hits


def _day_of_named_month(
    match: re.Match[str], month_word: str, number: int, year: str | None, today: date, patterns: Patterns
) -> list[Hit]:
    month = next((index for index, each in enumerate(patterns.months) if each.fullmatch(month_word)), None)
    if month is None or not 1 <= number <= 31:
        return []
    if year is not None:
        full = int(year.lstrip("'"))
        if full > 100 and not -_YEARS_BACK <= full - today.year <= _YEARS_AHEAD:
            # "9 Oct" at the end of a line, and an invoice number on the next.
            end = match.start() + match[0].rindex(year)
            return [yearless(match.start(), end, month + 1, number, today)]
        exact = date_rules.day_or_none(full + 2000 if full < 100 else full, month + 1, number)
        return [Hit(match.start(), match.end(), exact, exact, "day")] if exact else []
    if date_rules.day_or_none(2024, month + 1, number) is None:
        return []
    return [yearless(match.start(), match.end(), month + 1, number, today)]


def _bare_days(folded: str, today: date, patterns: Patterns) -> list[Hit]:
    hits = []
    for match in (*patterns.bare_day.finditer(folded), *patterns.worded_bare_day.finditer(folded)):
        worded = match.groupdict().get("day")
        number = number_of(worded, patterns.ordinals) if worded else _digits(match[0])
        if number is not None and 1 <= number <= 31:
            ahead, back = date_rules.bare_day_ahead(today, number), date_rules.bare_day_back(today, number)
            hits.append(Hit(match.start(), match.end(), ahead, back, "bare_day"))
    return hits


def _numbered_weekdays(folded: str, today: date, patterns: Patterns) -> list[Hit]:
    """ "Monday 20": a day where a near 20th is a Monday; else the number counts something else."""
    hits = []
    if patterns.any_weekday.search(folded):
        for match in patterns.weekday_number.finditer(folded):
            weekday = _first_of(patterns.weekdays, match[0])
            days = date_rules.days_with_weekday(today, int(match[1]), weekday) if weekday is not None else None
            if days is not None:
                hits.append(Hit(match.start(), match.end(), days[0], days[1], "day", days[2]))
    return hits


def _digits(words: str) -> int | None:
    digits = re.search(r"\d{1,2}", words)
    return int(digits[0]) if digits else None


# Phrases


def _phrases(folded: str, today: date, patterns: Patterns) -> list[Hit]:
    hits = []
    for phrase in _tried(folded, patterns):
        for match in phrase.pattern.finditer(folded):
            hit = _phrase_hit(phrase.rule, match, today, patterns)
            if hit is not None:
                hits.append(hit)
    for match in patterns.short_weekday.finditer(folded):
        weekday = next(index for index, each in enumerate(patterns.short_weekdays) if each.fullmatch(match[1]))
        ahead, back = date_rules.weekday_days("weekday", today, weekday)
        hits.append(Hit(match.start(), match.end(), ahead, back, "weekday"))
    return hits


def _tried(folded: str, patterns: Patterns) -> Iterator[Phrase]:
    """The phrases that can occur at all."""
    month = patterns.any_month.search(folded) is not None
    weekday = patterns.any_weekday.search(folded) is not None
    for phrase in patterns.phrases:
        if (phrase.with_month and not month) or (phrase.with_weekday and not weekday):
            continue
        if not phrase.anchors or any(anchor in folded for anchor in phrase.anchors):
            yield phrase


def _phrase_hit(rule: str, match: re.Match[str], today: date, patterns: Patterns) -> Hit | None:
    start, end = match.span()
    if rule in date_rules.WEEKDAY_RULES:
        day = _first_of(patterns.weekdays, match[0])
        if day is None:
            return None
        ahead, back = date_rules.weekday_days(rule, today, day)
        return Hit(start, end, ahead, back, date_rules.kind_of(rule))
    if rule in date_rules.WEEKDAY_IN_MONTH_RULES:
        day, month = _first_of(patterns.weekdays, match[0]), _first_of(patterns.months, match[0])
        if day is None or month is None:
            return None
        return Hit(start, end, *date_rules.weekday_in_month(rule, today, month + 1, day), "day")
    if rule in date_rules.MONTH_RULES:
        month = _first_of(patterns.months, match[0])
        if month is None:
            return None
        ahead, back = date_rules.named_month_days(rule, today, month + 1)
        return Hit(start, end, ahead, back, date_rules.kind_of(rule))
    if rule in date_rules.NUMBERED_RULES:
        number = _number_in(match[0], patterns)
        found = date_rules.numbered_day(rule, today, number) if number else None
        return Hit(start, end, found, found, "day") if found else None
    ahead, back = date_rules.fixed_days(rule, today)
    return Hit(start, end, ahead, back, date_rules.kind_of(rule))


#: German writes "Aprilwoche" and "Maimitte".
_JOINED_TO_MONTHS = ("woche", "halfte", "mitte", "ende")


def _first_of(patterns: tuple[re.Pattern[str], ...], words: str) -> int | None:
    """The index of the pattern that occurs in `words` as a word, the last occurrence deciding."""
    best: tuple[int, int] | None = None
    for index, pattern in enumerate(patterns):
        for match in pattern.finditer(words):
            after = words[match.end() :]
            ends = not after[:1].isalpha() or after.startswith(_JOINED_TO_MONTHS)
            whole = ends and not words[: match.start()][-1:].isalpha()
            if whole and (best is None or match.start() > best[0]):
                best = match.start(), index
    return None if best is None else best[1]


def _number_in(words: str, patterns: Patterns) -> int | None:
    digits = _digits(words)
    if digits is not None:
        return digits
    numbers = (number_of(word, patterns.day_ordinals) for word in words.replace(",", " ").split())
    return next((number for number in numbers if number is not None), None)


# Spans


def _spans(folded: str, received_at: datetime, patterns: Patterns) -> list[Hit]:
    hits: list[Hit] = []
    if patterns.any_unit.search(folded):
        for match in patterns.ago.finditer(folded):
            hits += _ago(match, received_at, patterns)
        for match in patterns.span.finditer(folded):
            if match["before"] or match["after"] or match["more"]:
                hits += _span(match, received_at, patterns)
    for match in patterns.fortnight.finditer(folded):
        day = received_at.date() + timedelta(days=14)
        hits.append(Hit(match.start(), match.end(), day, day, "span"))
    return hits


def _span(match: re.Match[str], received_at: datetime, patterns: Patterns) -> list[Hit]:
    count = _count(match["count"], patterns)
    day = date_rules.days_on(received_at, count, match.groupdict()) if count else None
    return [Hit(match.start(), match.end(), day, day, "span")] if day is not None else []


def _ago(match: re.Match[str], received_at: datetime, patterns: Patterns) -> list[Hit]:
    count = _count(match["count"], patterns)
    day = date_rules.days_back(received_at, count, match.groupdict()) if count else None
    return [Hit(match.start(), match.end(), day, day, "past")] if day is not None else []


def _count(words: str, patterns: Patterns) -> int | None:
    digits = re.findall(r"\d{1,3}", words)
    if digits:
        # "3-5 days": the day by which it is done is the last.
        return int(digits[-1])
    whole = number_of(words, patterns.counts)
    return whole if whole is not None else number_of(words.rsplit(" ", 1)[-1], patterns.counts)

"""Phrases to days, in nine languages, by the table of `docs/formats/replies.md`.

A phrase is read relative to the day of receipt in the sender's zone. Most phrases point either way ("on Friday"
said of a promise lies ahead, said of a payment it lies behind), so that each hit carries both days.
"""
# ruff: noqa: E501 - patterns are not wrapped

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from agent.reading import date_rules
from agent.reading.date_words import DAY_OF_MONTH, MONTHS, NUMBERS, PHRASES, SPANS, WEEKDAYS, top_level
from agent.reading.folding import fold, phrase_source

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


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    ahead: date
    back: date
    rule: str
    nearest: date | None = None


def find_dates(
    text: str, received_at: datetime, country: str, languages: tuple[str, ...] = LANGUAGES
) -> tuple[FoundDate, ...]:
    """Every date phrase of `text` in reading order, without overlaps; the longest reading of a place wins.

    `received_at` is aware, in the sender's zone; `country` (ISO 3166-1 alpha-2) decides what 03/04 means.
    """
    folded = fold(text[:MAX_CHARS])
    today = received_at.date()
    hits: list[_Hit] = []
    hits += _numeric(folded, today, month_first=country.upper() == "US")
    for language in languages:
        if language in WEEKDAYS:
            hits += _named(folded, today, language)
            hits += _phrases(folded, today, language)
            hits += _spans(folded, today, language)
        if len(hits) > MAX_DATES * 4:
            break
    return tuple(
        FoundDate(hit.start, hit.end, hit.ahead, hit.back, hit.rule, hit.nearest or hit.ahead)
        for hit in _without_overlaps(_absorb_weekdays(hits, folded))[:MAX_DATES]
    )


def _without_overlaps(hits: list[_Hit]) -> list[_Hit]:
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        if kept and hit.start < kept[-1].end:
            if _rank(hit) > _rank(kept[-1]):
                kept[-1] = hit
            continue
        kept.append(hit)
    return kept


def _rank(hit: _Hit) -> tuple[bool, int]:
    """The longer reading of a place is the better one; "the 30" is less than "30 April" even where it is longer."""
    return hit.rule != "bare_day", hit.end - hit.start


_ONLY_JOINT = re.compile(r"[ ,.(]{0,3}(?:the |den |dem |der |le |el |il |de |dia |dnia |d\. |on |am )?")


def _absorb_weekdays(hits: list[_Hit], folded: str) -> list[_Hit]:
    """ "Friday 17 July" is one date, and the number decides; so is "tomorrow, Friday"."""
    firm = sorted((hit for hit in hits if hit.rule in ("day", "bare_day", "tomorrow")), key=lambda each: each.start)
    result: list[_Hit] = []
    replaced: dict[int, _Hit] = {}
    for hit in hits:
        if hit.rule != "weekday":
            continue
        neighbour = _joined(hit, firm, folded)
        if neighbour is not None:
            start, end = min(hit.start, neighbour.start), max(hit.end, neighbour.end)
            replaced[id(hit)] = replaced[id(neighbour)] = _Hit(
                start, end, neighbour.ahead, neighbour.back, "day", neighbour.nearest
            )
    for hit in hits:
        result.append(replaced.get(id(hit), hit))
    return result


def _joined(weekday: _Hit, firm: list[_Hit], folded: str) -> _Hit | None:
    for other in firm:
        between = (weekday.end, other.start) if other.start >= weekday.end else (other.end, weekday.start)
        gap = folded[between[0] : between[1]] if between[0] <= between[1] else "overlap"
        if len(gap) < 8 and _ONLY_JOINT.fullmatch(gap):
            return other
        if other.start > weekday.end + 8:
            return None
    return None


# Dates in digits

_ISO = re.compile(r"(?<![\w.,/-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\w/-])")
_TRIPLE = re.compile(r"(?<![\w.,/-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4}|\d{2})(?![\w/-])")
_PAIR = re.compile(r"(?<![\w.,/-])(\d{1,2})([./])(\d{1,2})(\.?)(?![\w/%€$£-])(?!,\d|\.\d)")
_MONEY_AHEAD = re.compile(r" {0,2}(?:€|\$|£|eur|usd|gbp|k\b|hours?\b|h\b|hrs?\b|uhr|%|std)")


def _numeric(folded: str, today: date, *, month_first: bool) -> list[_Hit]:
    hits = []
    for match in _ISO.finditer(folded):
        day = date_rules.day_or_none(int(match[1]), int(match[2]), int(match[3]))
        if day is not None:
            hits.append(_Hit(match.start(), match.end(), day, day, "day"))
    for match in _TRIPLE.finditer(folded):
        # Dots and dashes are day first everywhere; only slashes follow the country, dashes in the US too.
        first = month_first and match[2] in "/-"
        day = date_rules.day_and_month(match[1], match[3], int(match[4]), month_first=first)
        if day is not None:
            hits.append(_Hit(match.start(), match.end(), day, day, "day"))
    for match in _PAIR.finditer(folded):
        if match[2] == "." and not match[4] and not _dotted_day(folded, match):
            continue
        if _MONEY_AHEAD.match(folded, match.end()) or (match[1] == "24" and match[3] == "7"):
            continue
        hits += _pair(match, today, month_first=month_first and match[2] == "/")
    return hits


_DAY_BEFORE = re.compile(
    r"(?:am|bis|zum|vom|den|dem|per|ab|der|op|voor|do|dnia|dniu|senast|until|by|og) {1,2}$|[,:(] {0,2}$"
)


def _dotted_day(folded: str, match: re.Match[str]) -> bool:
    """14.8 without a last dot is a day only after "am", "bis", ...: else it is a figure."""
    return _DAY_BEFORE.search(folded, max(0, match.start() - 8), match.start()) is not None


def _pair(match: re.Match[str], today: date, *, month_first: bool) -> list[_Hit]:
    day = date_rules.day_and_month(match[1], match[3], today.year, month_first=month_first)
    if day is None:
        return []
    end = match.end()
    return [_yearless(match.start(), end, day.month, day.day, today)]


def _yearless(start: int, end: int, month: int, day: int, today: date) -> _Hit:
    ahead = date_rules.month_day_ahead(today, month, day)
    back = date_rules.month_day_back(today, month, day)
    nearest = ahead if abs((ahead - today).days) <= abs((today - back).days) else back
    return _Hit(start, end, ahead, back, "day", nearest)


# Dates with month names, and bare days


@dataclass(frozen=True, slots=True)
class _Patterns:
    """All that is compiled for one language."""

    months: tuple[re.Pattern[str], ...]
    weekdays: tuple[re.Pattern[str], ...]
    numbers: tuple[re.Pattern[str], ...]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    bare_day: re.Pattern[str]
    phrases: tuple[tuple[str, re.Pattern[str]], ...]
    span: re.Pattern[str]
    fortnight: re.Pattern[str]
    week_number: re.Pattern[str]


_ORDINAL = r"(?:st|nd|rd|th|\.|\.o|o|er|e|ste|de|-?(?:go|ego|tego|stego)|:e|:a)?"
_WEEK_NUMBER = r"(?<!\w)(?:week|wk|kw|kalenderwoche|semaine|semana|settimana|tydzien|tygodniu|vecka|v\.|w) {0,2}(?:nr\.? )?(\d{1,2})(?![\w/.-])"


@lru_cache(maxsize=16)
def _patterns(language: str) -> _Patterns:
    months = top_level(MONTHS[language])
    weekdays = top_level(WEEKDAYS[language])
    numbers = top_level(NUMBERS[language])
    month = "(?:" + "|".join(months) + ")"
    weekday = "(?:" + "|".join(weekdays) + ")"
    words = SPANS[language]
    count = r"(?:\d{1,3}(?: ?(?:-|to|bis|a|ou|or|of|o|do) ?\d{1,3})?|" + "|".join(numbers) + ")"
    units = "|".join(f"(?P<{unit}>{words[unit]})" for unit in ("business", "days", "weeks", "months", "hours"))
    number_in_parentheses = r"(?: ?\(\w{1,12}\))?"
    tail = r"(?:,? (?:de |del )?(\d{4}|'\d{2})(?!\w))?"
    return _Patterns(
        months=tuple(re.compile(each) for each in months),
        weekdays=tuple(re.compile(each) for each in weekdays),
        numbers=tuple(re.compile(each) for each in numbers),
        day_month=re.compile(
            rf"(?<![\w.,/])(\d{{1,2}}){_ORDINAL} {{0,2}}(?:of |de |den |-|d')?({month})(?!\w)\.?{tail}"
        ),
        month_day=re.compile(
            rf"(?<!\w)({month})\.? {{0,2}}(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?![\w/.:]\d|\w){tail}"
        ),
        bare_day=re.compile(
            r"(?<![\w.,/])(?:"
            + DAY_OF_MONTH[language].replace(" ", " {1,2}").replace("D", r"(?:\d{1,2})")
            + r")(?![\w%€$£/]|[.,:]\d)"
        ),
        phrases=tuple(
            (rule, re.compile(_phrase_regex(source, weekday, month))) for rule, source in PHRASES[language].items()
        ),
        span=re.compile(
            rf"(?<!\w)(?:(?P<before>{phrase_source(words['before'])}) {{1,2}})?(?P<count>{count}){number_in_parentheses} {{0,2}}(?:more |prochains |proximos |weiteren |prossimi |komende |najblizszych )?(?:{units})(?!\w)(?P<after> (?:{phrase_source(words['after'])}))?"
        ),
        fortnight=re.compile(rf"(?<!\w)(?:{words['fortnight']})(?!\w)"),
        week_number=re.compile(_WEEK_NUMBER),
    )


def _phrase_regex(source: str, weekday: str, month: str) -> str:
    spaced = re.sub(r" (?!\?)", " {1,2}", source)
    named = re.sub(r"(?<![\w\[])W(?![\w\]])", f"(?:{weekday})", spaced)
    named = re.sub(r"(?<![\w\[])M(?![\w\]])", month, named)
    return rf"(?<!\w)(?:{named})(?!\w)"


def _index_in(patterns: tuple[re.Pattern[str], ...], word: str) -> int | None:
    for index, pattern in enumerate(patterns):
        if pattern.fullmatch(word):
            return index
    return None


def _search_index(patterns: tuple[re.Pattern[str], ...], words: str) -> int | None:
    for word in re.split(r"[ ,-]", words):
        index = _index_in(patterns, word) if word else None
        if index is not None:
            return index
    return _index_in(patterns, words)


def _named(folded: str, today: date, language: str) -> list[_Hit]:
    patterns = _patterns(language)
    hits: list[_Hit] = []
    for match in patterns.day_month.finditer(folded):
        hits += _day_of_named_month(match, match[2], match[1], match[3], today, patterns)
    for match in patterns.month_day.finditer(folded):
        hits += _day_of_named_month(match, match[1], match[2], match[3], today, patterns)
    for match in patterns.bare_day.finditer(folded):
        digits = re.search(r"\d{1,2}", match[0])
        number = int(digits[0]) if digits else 0
        if 1 <= number <= 31:
            ahead, back = date_rules.bare_day_ahead(today, number), date_rules.bare_day_back(today, number)
            hits.append(_Hit(match.start(), match.end(), ahead, back, "bare_day"))
    return hits


def _day_of_named_month(
    match: re.Match[str], month_word: str, day: str, year: str | None, today: date, patterns: _Patterns
) -> list[_Hit]:
    month = _index_in(patterns.months, month_word)
    number = int(day)
    if month is None or not 1 <= number <= 31:
        return []
    if year is not None:
        full = int(year.lstrip("'"))
        exact = date_rules.day_or_none(full + 2000 if full < 100 else full, month + 1, number)
        return [_Hit(match.start(), match.end(), exact, exact, "day")] if exact else []
    if date_rules.day_or_none(2024, month + 1, number) is None:
        return []
    return [_yearless(match.start(), match.end(), month + 1, number, today)]


# Phrases


def _phrases(folded: str, today: date, language: str) -> list[_Hit]:
    patterns = _patterns(language)
    hits = []
    for rule, pattern in patterns.phrases:
        for match in pattern.finditer(folded):
            hit = _phrase_hit(rule, match, today, patterns)
            if hit is not None:
                hits.append(hit)
    for match in patterns.week_number.finditer(folded):
        friday = date_rules.friday_of_week_number(today, int(match[1]))
        if friday is not None:
            hits.append(_Hit(match.start(), match.end(), friday, friday, "period"))
    return hits


def _phrase_hit(rule: str, match: re.Match[str], today: date, patterns: _Patterns) -> _Hit | None:
    start, end = match.span()
    if rule in ("weekday", "next_weekday", "last_weekday"):
        day = _search_index(patterns.weekdays, match[0])
        if day is None:
            return None
        ahead, back = date_rules.weekday_days(rule, today, day)
        return _Hit(start, end, ahead, back, "weekday" if rule == "weekday" else rule)
    if rule in ("end_of_named_month", "mid_named_month", "early_named_month", "in_month"):
        month = _search_index(patterns.months, match[0].replace("'", " "))
        if month is None:
            return None
        ahead, back = date_rules.named_month_days(rule, today, month + 1)
        return _Hit(start, end, ahead, back, "in_month" if rule == "in_month" else "period")
    ahead, back = date_rules.fixed_days(rule, today)
    return _Hit(start, end, ahead, back, date_rules.kind_of(rule))


def _spans(folded: str, today: date, language: str) -> list[_Hit]:
    patterns = _patterns(language)
    hits = []
    for match in patterns.span.finditer(folded):
        if not match["before"] and not match["after"]:
            continue
        count = _count(match["count"], patterns)
        day = date_rules.days_on(today, count, match.groupdict()) if count else None
        if day is not None:
            hits.append(_Hit(match.start(), match.end(), day, day, "span"))
    for match in patterns.fortnight.finditer(folded):
        day = today + timedelta(days=14)
        hits.append(_Hit(match.start(), match.end(), day, day, "span"))
    return hits


def _count(words: str, patterns: _Patterns) -> int | None:
    digits = re.findall(r"\d{1,3}", words)
    if digits:
        # "3-5 days": the day by which it is done is the last.
        return int(digits[-1])
    index = _index_in(patterns.numbers, words)
    return None if index is None else index + 1

"""A place in a text that may be a date, and how several at one place become one."""
# ruff: noqa: E501 - patterns are not wrapped

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date

from agent.reading import date_rules
from agent.reading.date_words import INSTEAD_OF


@dataclass(frozen=True, slots=True)
class Hit:
    """`folded[start:end]` read by `rule`: the day ahead, the day back, and the nearest where that is neither's say."""

    start: int
    end: int
    ahead: date
    back: date
    rule: str
    nearest: date | None = None


def yearless(start: int, end: int, month: int, day: int, today: date) -> Hit:
    """A day of a month without a year."""
    ahead = date_rules.month_day_ahead(today, month, day)
    back = date_rules.month_day_back(today, month, day)
    nearest = ahead if abs((ahead - today).days) <= abs((today - back).days) else back
    return Hit(start, end, ahead, back, "day", nearest)


def settled(hits: list[Hit], folded: str) -> list[Hit]:
    """`hits` in reading order, one a place."""
    joined = _absorb_months(_absorb_weekdays(hits, folded), folded)
    single = _stated(_without_overlaps(joined), folded)
    return _without_weak(_ranges_joined(_without_starts(single, folded), folded))


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda each: (each.start, -each.end)):
        if kept and hit.start < kept[-1].end:
            if _rank(hit) > _rank(kept[-1]):
                kept[-1] = hit
            continue
        kept.append(hit)
    return kept


def _rank(hit: Hit) -> tuple[bool, int]:
    """The longer reading of a place is the better one; "the 30" is less than "30 April" even where it is longer."""
    return hit.rule not in ("bare_day", "in_month", "weekday"), hit.end - hit.start


_INSTEAD = re.compile(
    rf"(?<!\w)(?:{INSTEAD_OF})(?: (?:on|the|am|zum|den|dem|le|la|el|il|de|do|dia|na|w|pa|op|von|vom|del|das)){{0,2}} {{0,2}}$"
)
_INSTEAD_CHARS = 40


def _stated(hits: list[Hit], folded: str) -> list[Hit]:
    """Without the days that are named only to say that they do not hold."""
    return [
        hit for hit in hits if not _INSTEAD.search(folded, max(0, hit.start - _INSTEAD_CHARS), hit.start)
    ]  # fmt: skip


#: "Five business days from approval, so count from today": today is where the count begins.
_COUNTED_FROM = re.compile(
    r"(?<!\w)(?:from|of|starting|ab|seit|nach|a compter d[eu']|a partir d[eoi']|depuis|desde|a contar d[aeo]|contando desde|dal?|dalla data|na|vanaf|od|fran)"
    r"(?: (?:the date of|date of|dem|den|le|el|il|de|do|da data de|dnia|daty)){0,2} {0,2}$"
)
_START_CHARS = 30


def _without_starts(hits: list[Hit], folded: str) -> list[Hit]:
    """Without a today from which a span of the same sentence is counted."""
    result: list[Hit] = []
    for hit in hits:
        spans = [each for each in result[-2:] if each.rule == "span" and hit.start - each.end < _SENTENCE_CHARS]
        counted = _COUNTED_FROM.search(folded, max(0, hit.start - _START_CHARS), hit.start)
        if not (hit.rule == "today" and spans and counted):
            result.append(hit)
    return result


#: "Between the 14th and the 16th", as the text before the first day and the text between the two.
_RANGE_OPENS = re.compile(
    r"(?<!\w)(?:between|zwischen|entre|tra|fra|tussen|(?:po)?miedzy|mellan)(?: (?:the|dem|den|le|el|il|de|o|o dia|os dias))? {0,2}$"
)
_RANGE_GOES_ON = re.compile(r" {1,2}(?:and|to|und|et|y|e|en|a|i|och)(?: (?:the|dem|den|le|el|il|de|o|o dia))? {1,2}")
_RANGED = frozenset({"day", "bare_day", "weekday", "next_weekday", "today", "tomorrow", "after_tomorrow"})


def _ranges_joined(hits: list[Hit], folded: str) -> list[Hit]:
    """Two days that bound a range are its end: by then it is done."""
    result: list[Hit] = []
    for hit in hits:
        before = result[-1] if result else None
        if before is not None and _are_bounds(before, hit, folded):
            result[-1] = replace(hit, start=before.start, rule="span")
        else:
            result.append(hit)
    return result


def _are_bounds(first: Hit, last: Hit, folded: str) -> bool:
    return (
        {first.rule, last.rule} <= _RANGED
        and last.start - first.end < _JOINT_CHARS
        and _RANGE_GOES_ON.fullmatch(folded, first.end, last.start) is not None
        and _RANGE_OPENS.search(folded, max(0, first.start - _START_CHARS), first.start) is not None
    )


#: "Now" and "by close of business" say a day only where no other stands in the same sentence.
_SENTENCE_CHARS = 80
_WEAK = {"now": "today", "end_of_day": "today", "morning": "weekday"}


def _without_weak(hits: list[Hit]) -> list[Hit]:
    result: list[Hit] = []
    held_back: list[Hit] = []
    for hit in hits:
        if hit.rule in _WEAK:
            if not result or hit.start - result[-1].end >= _SENTENCE_CHARS:
                held_back.append(hit)
            continue
        result += _unless_near(held_back, hit.start)
        held_back = []
        result.append(hit)
    return result + [replace(hit, rule=_WEAK[hit.rule]) for hit in held_back]


def _unless_near(weak: list[Hit], start: int) -> list[Hit]:
    return [replace(hit, rule=_WEAK[hit.rule]) for hit in weak if start - hit.end >= _SENTENCE_CHARS]


_ONLY_JOINT = re.compile(
    r"[ ,(]{0,3}(?:the |den |dem |der |le |el |il |de |dia |dnia |d\. |on |am |op |pa |al |em |do |o )?(?:dia )?"
)
#: A stop between the two belongs to a short weekday: "Fr. 17.7.", but not "today. Monday".
_JOINT_CHARS = 10
#: So many dates before and beside a weekday are looked at.
_MOST_BESIDE = 60
#: No phrase is longer.
_LONGEST_HIT = 120
_STOP = re.compile(r"\. ?")
_SHORT_WEEKDAY_CHARS = 4
_FIRM = ("day", "bare_day", "tomorrow", "today")


def _absorb_weekdays(hits: list[Hit], folded: str) -> list[Hit]:
    """ "Friday 17 July" is one date, and the number decides; so is "tomorrow, Friday"."""
    firm = sorted((hit for hit in hits if hit.rule in _FIRM), key=lambda each: each.start)
    periods = sorted((hit for hit in hits if hit.rule == "period"), key=lambda each: each.start)
    replaced: dict[int, Hit] = {}
    for hit in hits:
        if hit.rule not in ("weekday", "next_weekday", "last_weekday"):
            continue
        neighbour = _joined(hit, firm, folded)
        if neighbour is not None:
            start, end = min(hit.start, neighbour.start), max(hit.end, neighbour.end)
            kept = Hit(start, end, neighbour.ahead, neighbour.back, "day", neighbour.nearest)
            replaced[id(hit)] = replaced[id(neighbour)] = kept
            continue
        week = _joined(hit, periods, folded) if hit.rule == "weekday" else None
        if week is not None and week.start < hit.start and _is_weekday_of(hit, week):
            # "Next week, by Friday at the latest" is that week's Friday.
            replaced[id(hit)] = replace(hit, ahead=week.ahead, back=week.ahead, rule="next_weekday")
    return [replaced.get(id(hit), hit) for hit in hits]


def _is_weekday_of(hit: Hit, week: Hit) -> bool:
    return hit.ahead.weekday() == week.ahead.weekday() and 0 <= (week.ahead - hit.ahead).days <= 7


def _joined(weekday: Hit, firm: list[Hit], folded: str) -> Hit | None:
    """The date beside a weekday, one with a month before a bare number: "måndag den 3 augusti"."""
    found: Hit | None = None
    near = bisect_left(firm, weekday.start - _LONGEST_HIT, key=lambda each: each.start)
    for other in firm[near : near + _MOST_BESIDE]:
        if other.start > weekday.end + _JOINT_CHARS:
            break
        if (found is None or other.rule == "day") and _is_beside(weekday, other, folded):
            found = other
    return found


def _is_beside(weekday: Hit, other: Hit, folded: str) -> bool:
    between = (weekday.end, other.start) if other.start >= weekday.end else (other.end, weekday.start)
    if not 0 <= between[1] - between[0] < _JOINT_CHARS:
        return False
    gap = folded[between[0] : between[1]]
    if _STOP.match(gap) and other.start >= weekday.end and _is_short(folded, weekday):
        gap = _STOP.sub("", gap, count=1)
    if _ONLY_JOINT.fullmatch(gap) is None:
        return False
    if other.rule in ("today", "tomorrow") and not _same_weekday(weekday, other):
        # "I pay on Monday, today I am away."
        return False
    # "Thursday of next week, 1 May is a holiday": two days, where a comma parts them and the week is told.
    return not (weekday.rule == "next_weekday" and "," in gap and not _same_weekday(weekday, other))


def _is_short(folded: str, weekday: Hit) -> bool:
    return len(folded[weekday.start : weekday.end].rsplit(" ", 1)[-1]) <= _SHORT_WEEKDAY_CHARS


def _same_weekday(one: Hit, other: Hit) -> bool:
    return one.ahead.weekday() == (other.nearest or other.ahead).weekday()


#: "In October, around the 10th".
_MONTH_TO_DAY = re.compile(
    r"[ ,:(]{1,3}(?:(?:on|around|about|by|am|um|gegen|le|vers|autour|du|el|il|al|op|rond|de|no|dia|den|runt|kring|kolo|okolo|the|verso)\x20){0,2}"
)
_MONTH_TO_DAY_CHARS = 16


def _absorb_months(hits: list[Hit], folded: str) -> list[Hit]:
    """A month with the bare day that follows it is one date."""
    months = {hit.end: hit for hit in hits if hit.rule == "in_month"}
    if not months:
        return hits
    result: list[Hit] = []
    for hit in hits:
        month = _month_before(hit, months, folded) if hit.rule == "bare_day" else None
        day = hit.ahead.day
        if month is None or date_rules.day_or_none(month.ahead.year, month.ahead.month, day) is None:
            result.append(hit)
        else:
            result.append(yearless_on(month, hit.end, day))
    return result


def _month_before(hit: Hit, months: dict[int, Hit], folded: str) -> Hit | None:
    for end in range(hit.start, max(0, hit.start - _MONTH_TO_DAY_CHARS), -1):
        if end in months and _MONTH_TO_DAY.fullmatch(folded[end : hit.start]):
            return months[end]
    return None


def yearless_on(month: Hit, end: int, day: int) -> Hit:
    """That day of the month, ahead and back as the month itself."""
    ahead, back = date(month.ahead.year, month.ahead.month, day), date(month.back.year, month.back.month, day)
    return Hit(month.start, end, ahead, back, "day", ahead)

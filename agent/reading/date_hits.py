"""A place in a text that may be a date, and how several at one place become one."""
# ruff: noqa: E501 - patterns are not wrapped

import re
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
    return _without_weak(_stated(_without_overlaps(_absorb_weekdays(hits, folded)), folded))


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
    return hit.rule not in ("bare_day", "in_month"), hit.end - hit.start


_INSTEAD = re.compile(
    rf"(?<!\w)(?:{INSTEAD_OF})(?: (?:on|the|am|zum|den|dem|le|la|el|il|de|do|dia|na|w|pa|op|von|vom|del|das)){{0,2}} {{0,2}}$"
)
_INSTEAD_CHARS = 40


def _stated(hits: list[Hit], folded: str) -> list[Hit]:
    """Without the days that are named only to say that they do not hold."""
    return [
        hit for hit in hits if not _INSTEAD.search(folded, max(0, hit.start - _INSTEAD_CHARS), hit.start)
    ]  # fmt: skip


#: "Now" and "by close of business" say a day only where no other stands in the same sentence.
_SENTENCE_CHARS = 80
_WEAK = ("now", "end_of_day")


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
    return result + [replace(hit, rule="today") for hit in held_back]


def _unless_near(weak: list[Hit], start: int) -> list[Hit]:
    return [replace(hit, rule="today") for hit in weak if start - hit.end >= _SENTENCE_CHARS]


_ONLY_JOINT = re.compile(
    r"[ ,.(]{0,3}(?:the |den |dem |der |le |el |il |de |dia |dnia |d\. |on |am |op |pa |al |em |do |o )?(?:dia )?"
)
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
    for other in firm:
        between = (weekday.end, other.start) if other.start >= weekday.end else (other.end, weekday.start)
        gap = folded[between[0] : between[1]] if between[0] <= between[1] else "overlap"
        if len(gap) < 10 and _ONLY_JOINT.fullmatch(gap):
            return other
        if other.start > weekday.end + 10:
            return None
    return None

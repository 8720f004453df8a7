"""Where sentences begin and end, so that a figure and the words that attribute it are read together."""

import re
from collections.abc import Sequence

_ENDS = re.compile(r"[.!?;]+[\"')\]]{0,3}(?=\s)|\n[ \t]*\n|\n(?![ \t]*[a-z0-9(])|\n(?=[ \t]*[-*][ \t])")
#: Words whose full stop ends no sentence.
_ABBREVIATIONS = frozenset(
    (
        "nr no n z b d h ca st art ref inv approx e.g i.e sr sra mr mrs ms dr bzw inkl zzgl ul tj np bl.a t.ex p núm"
    ).split()
)
_LAST_WORD = re.compile(r"[\w.]{1,8}$")


def sentence_spans(text: str, figures: Sequence[tuple[int, int]] = ()) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence of a normal text, in order, covering all of it. A full stop inside one of
    the `figures` ("24. April") ends nothing."""
    inside = {position for start, end in figures for position in range(start, end)}
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _ENDS.finditer(text):
        if match.start() in inside or _is_abbreviation(text, match.start()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    if start < len(text) or not spans:
        spans.append((start, len(text)))
    return tuple(spans)


def _is_abbreviation(text: str, stop: int) -> bool:
    if text[stop] != ".":
        return False
    word = _LAST_WORD.search(text[max(0, stop - 8) : stop])
    return word is not None and word.group().casefold() in _ABBREVIATIONS

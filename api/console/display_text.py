"""Text of strangers made fit to be shown: bounded, without characters that deceive the eye, evidence marked.

Escaping is the templates' work; nothing here makes HTML.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

#: Characters of one text that a page shows; the rest is in the mailbox and in the raw message.
MOST_SHOWN = 20_000
_MOST_SPANS = 200
_DECEIVING = "\N{REPLACEMENT CHARACTER}"
#: Embeddings and overrides turn the reading order of what follows; tag characters and the other controls are seen
#: by no reader but copied along. One for one, so that offsets still fit.
_REPLACED = {
    code: _DECEIVING
    for code in (
        *(c for c in range(0x20) if c not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0080),
    )
}


@dataclass(frozen=True, slots=True)
class ShownText:
    """Text that may be shown; `cut` says how many characters were left out."""

    text: str
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Where evidence stands: characters `start` to `end` of the text; `meaning` in words, `tone` its colour."""

    start: int
    end: int
    meaning: str
    tone: str = "calm"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text with the meanings that rest on it; none for plain text. `tone` is the gravest."""

    text: str
    meanings: tuple[str, ...] = ()
    tone: str = ""


_GRAVITY = ("doubt", "calm", "good", "warn", "bad")


def visible(text: str) -> str:
    """The same number of characters, with those that deceive the eye replaced."""
    return text.translate(_REPLACED)


def bounded(text: str, most: int = MOST_SHOWN) -> ShownText:
    """At most `most` characters of it, fit to be shown."""
    return ShownText(visible(text[:most]), max(0, len(text) - most))


def stands_in(text: str, quote: str, start: int, end: int) -> bool:
    """Whether the quote stands where the signal says, within what is shown."""
    return 0 <= start < end <= min(len(text), MOST_SHOWN) and text[start:end] == quote


def highlighted(text: str, spans: Iterable[Span]) -> tuple[Segment, ...]:
    """The text in runs between the edges of spans; where spans overlap, a run carries all their meanings.

    Spans outside the text are cut to it. Takes `visible` text or raw; joins back to the text given.
    """
    kept = [
        Span(max(0, s.start), min(len(text), s.end), s.meaning, s.tone)
        for s in list(spans)[:_MOST_SPANS]
        if s.start < s.end and s.end > 0 and s.start < len(text)
    ]
    edges = sorted({0, len(text), *(s.start for s in kept), *(s.end for s in kept)})
    return tuple(
        _segment(text[left:right], [s for s in kept if s.start <= left and s.end >= right])
        for left, right in pairwise(edges)
    )


def _segment(text: str, covering: list[Span]) -> Segment:
    if not covering:
        return Segment(text)
    meanings = tuple(dict.fromkeys(span.meaning for span in covering))
    tone = max((span.tone for span in covering), key=lambda t: _GRAVITY.index(t) if t in _GRAVITY else 0)
    return Segment(text, meanings, tone)

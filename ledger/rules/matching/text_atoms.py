"""A remittance text torn into words and the runs of them that may be one number; read once for each text."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ledger.rules.matching.cues import plain_upper
from ledger.rules.matching.document_numbers import folded, holds_digit

_ATOM = re.compile(r"[^\W_]+")
_PREFIX = re.compile(r"^[^\W\d_]+")
_GLUE = re.compile(r"[\s\-/._#:°]{0,3}")
#: Not behind a slash or a point: `A/06/08/09` is a shortened list.
_DATE = re.compile(
    r"(?<![\d/.])(?:\d{4}-\d{2}-\d{2}|(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])[./](?:\d{4}|\d{2})"
    r"|(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:\d{4}|\d{2}))(?![\d/])",
    re.ASCII,
)
#: `4213-4217`, `4213 bis 4217`.
RANGE_GLUE = re.compile(r"\s{0,2}(?:-|\u2013|(?<=\s)(?:TO|BIS|THRU|THROUGH|T/M|AU|AL|ATE|TOT|TILL|DO)(?=\s))\s{0,2}")
_MAX_ATOMS = 4000
#: `RE 2026 / 00417 - 2` is the longest that a number is torn apart.
_MAX_JOINED = 5
#: Longer texts are read anew each time: few are, and what is kept of them is large.
_KEPT_UP_TO = 1000


class Run(NamedTuple):
    """Neighbouring words that may be one number: positions of the first and the last, and what they say together."""

    first: int
    last: int
    #: As `folded`.
    key: str
    #: Digits of a number with at most a word before it, as written; empty for anything else.
    digits: str


@dataclass(frozen=True, slots=True)
class TextAtoms:
    """The words of a text in upper case without accents, and their runs with a digit in them."""

    plain: str
    #: Where each word begins and ends.
    spans: Sequence[tuple[int, int]]
    #: Longest first at each place.
    runs: Sequence[Run]
    #: Positions that belong to a date.
    in_dates: Set[int]

    def glued(self, position: int) -> bool:
        """Whether nothing but a little punctuation stands between a word and the one before it."""
        return _is_glue(self.plain, self.spans, position)


def read_atoms(text: str) -> TextAtoms:
    """The words of `text` and their runs; linear in its length, and the first 4,000 words only."""
    return _kept(text) if len(text) <= _KEPT_UP_TO else _read(text)


def _read(text: str) -> TextAtoms:
    plain = plain_upper(text)
    spans = [found.span() for found in _ATOM.finditer(plain)][:_MAX_ATOMS]
    in_dates = {position for day in _DATE.finditer(plain) for position in range(*day.span())}
    return TextAtoms(plain, spans, list(_runs(plain, spans)), in_dates)


_kept = lru_cache(maxsize=512)(_read)


def _runs(plain: str, spans: Sequence[tuple[int, int]]) -> Iterator[Run]:
    words = [plain[start:end] for start, end in spans]
    digits_until = list(accumulate(map(holds_digit, words), initial=0))
    if not digits_until[-1]:
        return
    keys = [folded(word) for word in words]
    heads = [_head_digits(word) for word in words]
    tails = [word if word.isdigit() and word.isascii() else "" for word in words]
    glued = [False, *(_is_glue(plain, spans, position) for position in range(1, len(spans)))]
    for first in range(len(spans)):
        last = first
        while last + 1 < len(spans) and glued[last + 1] and last + 1 - first < _MAX_JOINED:
            last += 1
        for end in range(last, first - 1, -1):
            if digits_until[end + 1] == digits_until[first]:
                continue
            if end == first:
                yield Run(first, first, keys[first], heads[first])
                continue
            rest = tails[first + 1 : end + 1]
            is_number = "" not in rest and (heads[first] or words[first].isalpha())
            digits = heads[first] + "".join(rest) if is_number else ""
            yield Run(first, end, "".join(keys[first : end + 1]), digits)


def _is_glue(plain: str, spans: Sequence[tuple[int, int]], position: int) -> bool:
    gap = plain[spans[position - 1][1] : spans[position][0]]
    return gap == " " or _GLUE.fullmatch(gap) is not None


def _head_digits(word: str) -> str:
    """`RE2026` is `2026`, `INV0O42` is `0042`; empty where something else than a number stands behind the letters."""
    if word.isdigit() and word.isascii():
        return word
    head = "" if word.isalpha() else _PREFIX.sub("", word)
    if not head[:1].isdigit():
        return ""
    digits = folded(head)
    return digits if digits.isdigit() and digits.isascii() else ""

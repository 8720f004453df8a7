"""`NormalText`: a text in the one form that all checks read, with the way back to the text as written."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Characters of other categories than Cf that show nothing.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")
_QUOTES = frozenset("\u2018\u2019\u201b\u02bc\u2032\u00b4\u0060")

#: Texts up to this length are remembered.
_SHORT = 200
#: ASCII characters that do not stand for themselves: controls, and quotes that are written in several ways.
_ASCII_CHANGED = re.compile(r"[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\x7f\"'`]")


@dataclass(frozen=True, slots=True)
class NormalText:
    """`text` is compatibility-normalised (NFKC), with ASCII digits, one kind of dash, quote and blank, and nothing
    invisible. `origin[i]` is where its character `i` came from; one entry more than characters.
    `invisible` holds the places of what was dropped."""

    text: str
    origin: tuple[int, ...]
    invisible: tuple[int, ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the text as written."""
        if start >= end:
            return self.origin[start], self.origin[start]
        return self.origin[start], self.origin[end - 1] + 1


def normalise(written: str) -> NormalText:
    """`written` for comparison. Linear in its length."""
    # The ledger's values are asked for again with every figure; most texts need no change at all.
    return _normalised(written) if len(written) <= _SHORT else _normalise(written)


@lru_cache(maxsize=4096)
def _normalised(written: str) -> NormalText:
    return _normalise(written)


def _normalise(written: str) -> NormalText:
    if written.isascii() and not _ASCII_CHANGED.search(written):
        return NormalText(written, tuple(range(len(written) + 1)))
    letters: list[str] = []
    origin: list[int] = []
    invisible: list[int] = []
    position = 0
    while position < len(written):
        end = position + 1
        while end < len(written) and unicodedata.combining(written[end]):
            end += 1
        if _is_invisible(written[position]):
            invisible.append(position)
        else:
            for char in _plain(written[position:end]):
                letters.append(char)
                origin.append(position)
        position = end
    origin.append(len(written))
    return NormalText("".join(letters), tuple(origin), tuple(invisible))


def fold(written: str) -> str:
    """`written` in the form that two spellings of one number are compared in: normal, without case or blanks."""
    return "".join(normalise(written).text.split()).casefold()


def _is_invisible(char: str) -> bool:
    return char in _BLANK_LETTERS or (unicodedata.category(char) in ("Cf", "Cc") and char not in "\n\t\r")


def _plain(cluster: str) -> str:
    if cluster == "\r":
        return ""
    if cluster in "\n\t":
        return cluster
    return "".join(_one(char) for char in unicodedata.normalize("NFKC", cluster) if not unicodedata.combining(char))


def _one(char: str) -> str:
    if char in _DASHES:
        return "-"
    if char in _QUOTES:
        return "'"
    if unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return " "
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)

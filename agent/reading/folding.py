"""Text folded for comparison, character by character, so that every offset still fits the original."""

import re
import unicodedata
from functools import lru_cache

#: Letters that Unicode does not take apart, and marks that mail programs put in place of plain ones.
_SPECIAL = {
    "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "ß": "s", "æ": "a", "Æ": "a", "đ": "d", "Đ": "d", "ı": "i", "œ": "o",
    "Œ": "o", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " ",
    "\r": " ", "\t": " ", "…": ".",
}  # fmt: skip
#: Above this code point nothing is folded: the table stays small whatever a stranger writes.
_LAST_FOLDED = 0x2200


class _Folding(dict[int, str]):
    """Filled as characters come, at most `_LAST_FOLDED` of them."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code > _LAST_FOLDED:
            return character
        folded = _SPECIAL.get(character)
        if folded is None:
            plain = unicodedata.normalize("NFKD", character)[:1].lower()
            folded = plain if len(plain) == 1 else character
        self[code] = folded
        return folded


_TABLE = _Folding()


def fold(text: str) -> str:
    """Lower case, without accents, line breaks as spaces; exactly as long as `text`."""
    return text.translate(_TABLE)


#: In a phrase, "~" stands for up to four words between its parts.
_GAP = r"(?:[\w'.&/-]{1,30}[ ,]{1,2}){0,4}"
#: A umlaut or sharp s is often typed as two plain letters.
_SPELLINGS = (("ä", "ae?"), ("ö", "oe?"), ("ü", "ue?"), ("ß", "ss?"))

#: A word of any characters that does not end a clause ("1,260" but not "boxes,").
_GAP_WORD = r"[^\x20]{0,39}[^\x20,;:!?.]"


def phrase_source(phrase: str) -> str:
    """The regular expression for a phrase written with accents, plain spaces, and "~" for a few words."""
    for letter, spelled in _SPELLINGS:
        phrase = phrase.replace(letter, spelled)
    # Folding would turn \S into \s, and the blank of a plain class would be stretched: hence the code point.
    phrase = phrase.replace(r"\w+ )", r"\S+ )").replace(r"\S+", _GAP_WORD).replace(r"\w+", r"\w{1,40}")
    spaced = re.sub(r" (?![?}])", " {1,3}", fold(phrase).replace("~ ", "~"))
    return spaced.replace("~", _GAP)


def phrase_pattern(phrases: str) -> re.Pattern[str]:
    """Matches any of `phrases`, one a line, as whole words of folded text."""
    sources = [phrase_source(line.strip()) for line in phrases.strip().splitlines() if line.strip()]
    return re.compile(r"(?<!\w)(?:" + "|".join(sources) + r")(?!\w)")


@lru_cache(maxsize=512)
def pattern_of(phrases: str) -> re.Pattern[str]:
    """`phrase_pattern`, compiled once a text."""
    return phrase_pattern(phrases)

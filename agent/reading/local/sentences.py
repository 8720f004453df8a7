"""A reply cut into sentences and these into clauses, with offsets into the reply."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import dataclass

from agent.reading import date_words
from agent.reading.folding import fold, phrase_pattern

#: Later text is not read: what a customer has to say stands in the first pages.
MAX_CHARS = 20_000
MAX_SENTENCES = 300
#: A line this long was wrapped by the mail program; a shorter one ended where the writer wanted.
_WRAP_CHARS = 60

_ABBREVIATION = re.compile(
    r"(?:^|[ (])(?:mr|mrs|ms|dr|inc|ltd|co|nr|no|inv|rg|re|ca|approx|bzw|z\.b|d\.h|evtl|ggf|inkl|incl|zzgl|bspw|s\.g|sra?|sig"
    r"|art|ref|tel|usw|etc|vs|st|str|fact|fatt|dott|p\.a|n|np|ul|tzn|m\.in|ok|t\.ex|bl\.a|resp|ev|jan|feb|mar|apr|aug|sept?|oct|okt"
    r"|nov|dec|dez|mme|sto|a\.s|kl|sgr|geehrte|autor|i\.e|e\.g|a\.m|p\.m|\d{1,2}|[a-z])\.$"
    # "(op. 4410927)"; without the bracket it may be Dutch: "Dat lost het op."
    r"|\(op\.$"
)
#: "am 15. April" goes on after the stop, "by January 9. Now ..." does not.
_MONTHS = "|".join(word for names in date_words.MONTHS.values() for word in date_words.top_level(names))
_AFTER_A_DAY = re.compile(rf"\s{{0,2}}(?:{_MONTHS})(?!\w)")
#: "am 30.01. überwiesen" goes on, "am 30.01. Danke" does not.
_DAY_AND_MONTH = re.compile(r"(?:^|[ (])\d{1,2}\.\d{1,2}\.$")
_DAY_AT_END = re.compile(rf"(?:{_MONTHS}) \d{{1,2}}\.$")
_END = re.compile(r"[.!?]{1,6}[\"')\]]{0,2}(?=\s)|\n[ \t]*\n|\n|[!?]{1,6}(?=\w)")
#: A line that begins with a number is a line of a list or of a table.
_NUMBER_FIRST = re.compile(r"\s{0,4}[A-Za-z]{0,6}[ /#.-]{0,2}\d[\d/-]{2,}")
_BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at `text[start:end]`; `paragraph` counts from 0. `question` where it ends in a question mark."""

    start: int
    end: int
    text: str
    folded: str
    paragraph: int
    question: bool


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Sentences of the first `MAX_CHARS` characters, without surrounding white space."""
    text = text[:MAX_CHARS]
    result: list[Sentence] = []
    start, paragraph = 0, 0
    for match in _END.finditer(text):
        if not _ends_here(text, start, match):
            continue
        start = _append(result, text, start, match.end(), paragraph)
        if match[0].startswith("\n") and match[0].count("\n") > 1:
            paragraph += 1
        if len(result) >= MAX_SENTENCES:
            return tuple(result)
    _append(result, text, start, len(text), paragraph)
    return tuple(result)


def _append(result: list[Sentence], text: str, start: int, end: int, paragraph: int) -> int:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + len(piece) - len(piece.lstrip())
        stop = begin + len(stripped)
        result.append(
            Sentence(begin, stop, stripped, fold(stripped), paragraph, stripped.rstrip("\"') ").endswith("?"))
        )
    return end


def _ends_here(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match[0]
    if mark == "\n":
        line_start = text.rfind("\n", 0, match.start()) + 1
        line = text[line_start : match.start()].rstrip()
        following = text[match.end() : match.end() + 80]
        if _BULLET.match(following) or _NUMBER_FIRST.match(following) or line.endswith(":"):
            return True
        if "|" in line and "|" in following:
            # Rows of a table.
            return True
        return len(line) < _WRAP_CHARS and not line.endswith(",")
    if mark[0] == ".":
        before = fold(text[max(start, match.start() - 12) : match.start() + 1])
        if _DAY_AND_MONTH.search(before):
            return not text[match.end() : match.end() + 3].strip()[:1].islower()
        if _ABBREVIATION.search(before) is None:
            return True
        return _AFTER_A_DAY.match(fold(text[match.end() : match.end() + 24])) is None and _is_day_and_new_sentence(
            before, text[match.end() : match.end() + 4]
        )
    return True


def _is_day_and_new_sentence(before: str, after: str) -> bool:
    return _DAY_AT_END.search(before) is not None and after.strip()[:1].isupper()


#: Words that turn the sentence: what follows says something else.
_TURN = phrase_pattern(
    r"""
    but|however|whereas|although|though|while the|except|however,
    aber|jedoch|allerdings|wahrend|hingegen|sondern|dagegen|doch
    mais|cependant|toutefois|par contre|en revanche|tandis que
    pero|sin embargo|no obstante|mientras que|en cambio|aunque
    pero'|tuttavia|invece|mentre|ma|pero
    maar|echter|terwijl|daarentegen
    mas|porem|contudo|no entanto|enquanto
    ale|jednak|natomiast|zas|lecz
    men|dock|daremot|medan
    """
)
_JOINT = phrase_pattern(r"""and|und|et|y|e|en|i|oraz|och|plus|sowie|&|as for|on the other hand""")
_BREAK = re.compile(r";|:(?= )| - | -- |, |\. ")


def turning_points(folded: str) -> tuple[tuple[int, bool], ...]:
    """Where a sentence may be cut: the offset, and whether the cut holds by itself (else both sides must act)."""
    points = {match.start(): True for match in _TURN.finditer(folded)}
    for match in _JOINT.finditer(folded):
        points.setdefault(match.start(), False)
    for match in _BREAK.finditer(folded):
        points.setdefault(match.end(), match[0] == ";")
    return tuple(sorted((at, firm) for at, firm in points.items() if 3 < at < len(folded) - 3))[:60]

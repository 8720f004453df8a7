"""What the trained heads see of a clause: its words with figures masked, and marks that the rules found."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from agent.reading.folding import fold
from agent.reading.local.clauses import Clause, ReadText
from agent.reading.local.cues import LEXICONS
from agent.reading.local.fields import EMAIL
from agent.reading.local.scorer import rule_scores
from ledger.model.signal import Intent

#: A clause longer than this says what it says before; every character costs.
MAX_CHARS = 600
_GRAMS = (3, 4, 5)
_NUMBER = re.compile(r"\w{0,12}\d[\w./-]{2,24}|#\d{1,12}")
_DIGIT = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+|_[a-z]+_|[?!€$£%]")
_LINK = re.compile(r"(?:https?://|www\.)\S{1,200}")

#: The phrase lists in a fixed order: places of the dense vector.
CUES = tuple(sorted({name for lexicon in LEXICONS.values() for name in lexicon}))


def masked(clause: Clause, today: date) -> str:
    """The clause folded, its days, amounts, numbers, addresses and links replaced by what kind of thing they are."""
    text = clause.text[:MAX_CHARS]
    spans = [(each.start, each.end, _kind_of_day(each.ahead, each.rule, today)) for each in clause.dates]
    spans += [(each.start, each.end, "_sum_") for each in clause.amounts if each.marked]
    spans += [(clause.start + m.start(), clause.start + m.end(), "_address_") for m in EMAIL.finditer(text)]
    spans += [(clause.start + m.start(), clause.start + m.end(), "_link_") for m in _LINK.finditer(text)]
    pieces: list[str] = []
    at = 0
    for start, end, name in sorted(spans):
        begin, stop = start - clause.start, min(end - clause.start, len(text))
        if begin < at or begin >= len(text):
            continue
        pieces += [text[at:begin], f" {name} "]
        at = stop
    pieces.append(text[at:])
    return _DIGIT.sub("0", _NUMBER.sub(" _number_ ", fold("".join(pieces))))


def _kind_of_day(ahead: date, rule: str, today: date) -> str:
    if rule in ("past", "last_weekday"):
        return "_before_"
    if rule in ("period", "in_month", "span"):
        return "_period_"
    return "_day_" if ahead >= today else "_before_"


#: No word of the nine languages, no number and no address is so long; keys, encoded files and damaged bytes are.
_RUN = re.compile(r"\S{41,}")


def is_of_words(clause: Clause) -> bool:
    """Whether most of the clause is words; what a machine wrote for machines states nothing."""
    text = clause.text[:MAX_CHARS]
    runs = sum(m.end() - m.start() for m in _RUN.finditer(text))
    return 2 * runs < len(text)


def grams_of(text: str) -> set[str]:
    """Words, pairs of words and pieces of words of a masked text."""
    words = _WORD.findall(text)
    found = {f"{word}" for word in words}
    found.update(f"{first} {second}" for first, second in zip(["^", *words], [*words, "$"], strict=False))
    found.update(f"{first} * {third}" for first, third in zip(words, words[2:], strict=False))
    for word in words:
        if len(word) > 3 and word[0] != "_":
            found.update(_pieces(word))
    return found


def _pieces(word: str) -> Iterator[str]:
    framed = f"<{word[:24]}>"
    for size in _GRAMS:
        for start in range(len(framed) - size + 1):
            yield framed[start : start + size]


def marks_of(index: int, read: ReadText, today: date) -> list[float]:
    """From 0 to 1: cues and shape of clause `index`, what the phrase rules say, and the cues of the one before it."""
    clause = read.clauses[index]
    before = read.clauses[index - 1] if index else None
    marks = [float(name in clause.cues) for name in CUES]
    marks += _shape(clause, index, read, today)
    rules = rule_scores(clause, read, today)
    marks += [rules.get(intent, 0.0) for intent in Intent]
    marks += [float(before is not None and name in before.cues) for name in CUES]
    return marks


def _shape(clause: Clause, index: int, read: ReadText, today: date) -> Sequence[float]:
    words = len(clause.folded.split())
    ahead = clause.ahead(today)
    return [
        float(each)
        for each in (
            clause.question,
            len(read.clauses) == 1,
            index == 0,
            index == len(read.clauses) - 1,
            bool(ahead),
            bool(clause.behind(today)),
            any(each.rule in ("period", "in_month", "span") for each in clause.dates),
            any(each.marked for each in clause.amounts),
            _NUMBER.search(clause.folded) is not None,
            "@" in clause.folded,
            _LINK.search(clause.folded) is not None,
            words <= 3,
            words >= 20,
            clause.folded[:2] in ("- ", "* ", "• ") or clause.folded.rstrip().endswith(":"),
            len({each.ahead for each in ahead}) > 1,
        )
    ]

"""`Page`: one part of a mail with its sentences and all figures found in it, read once for all checks."""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from agent.checks.attribution import attributes_to_customer
from agent.checks.day_figures import DayFigure, blank_out, find_days
from agent.checks.facts import STATEMENT, Fact, Facts
from agent.checks.normal_text import NormalText, fold, normalise
from agent.checks.number_figures import NumberFigure, find_numbers
from agent.checks.sentences import sentence_spans
from ledger.model.draft import Finding

#: A word with a digit in it: what an invoice number can look like.
_TOKEN = re.compile(r"(?<![\w/])[^\W_](?:[\w/#-]|\.(?=\w))*")


@dataclass(frozen=True, slots=True)
class ReferenceFigure:
    """A number of a document that the ledger or a signal knows."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, whether it words the customer's statement, and the invoices that it names."""

    start: int
    end: int
    attributed: bool
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is `text` or `subject`. Figures do not overlap; what is ours (address, telephone) is no figure."""

    name: str
    normal: NormalText
    sentences: tuple[Sentence, ...]
    references: tuple[ReferenceFigure, ...]
    amounts: tuple[NumberFigure, ...]
    days: tuple[DayFigure, ...]
    numbers: tuple[NumberFigure, ...]
    #: The normal text with every figure above blanked out.
    rest: str
    #: The normal text with names, our address and the like blanked out.
    nameless: str

    def sentence_at(self, position: int) -> Sentence:
        index = bisect_right([sentence.start for sentence in self.sentences], position) - 1
        return self.sentences[max(index, 0)]

    def written(self, start: int, end: int) -> str:
        return self.normal.text[start:end].strip()

    def finding(self, check: str, message: str, start: int, end: int) -> Finding:
        """An objection to `normal.text[start:end]`, placed in the draft's text where this is the text."""
        shown = self.written(start, end)[:120]
        if self.name != "text":
            return Finding(check, f"{message} (in the {self.name})", shown)
        first, last = self.normal.place(start, end)
        return Finding(check, message, shown, first, last)


def read_page(name: str, written: str, facts: Facts) -> Page:
    """Reads one part of a mail. Linear in its length, but for the number of known references."""
    normal = normalise(written)
    nameless = blank_out(normal.text, _own_spans(normal.text, facts.own_words))
    mixed = _references(nameless, facts, digits_only=False)
    rest = blank_out(nameless, [(found.start, found.end) for found in mixed])
    days = find_days(rest, facts.today)
    rest = blank_out(rest, [(figure.start, figure.end) for figure in days])
    amounts = tuple(number for number in find_numbers(rest) if number.is_amount or number.percent)
    rest = blank_out(rest, [(figure.start, figure.end) for figure in amounts])
    bare = _references(rest, facts, digits_only=True)
    rest = blank_out(rest, [(found.start, found.end) for found in bare])
    references = tuple(sorted((*mixed, *bare), key=lambda found: found.start))
    numbers = find_numbers(rest)
    spans = [(figure.start, figure.end) for figure in references]
    spans += [(figure.start, figure.end) for figure in days]
    spans += [(figure.start, figure.end) for figure in (*amounts, *numbers)]
    sentences = _sentences(normal.text, spans, references, facts)
    return Page(name, normal, sentences, references, amounts, days, numbers, rest, nameless)


def choose(facts: Sequence[Fact], sentence: Sentence) -> Fact | None:
    """The fact that lets a figure stand in `sentence`; None where none does.

    A figure of one invoice does not stand in a sentence about others, and a statement only where the sentence
    gives it as the customer's.
    """
    for fact in facts:
        if fact.kind == STATEMENT:
            continue
        if not fact.about or not sentence.about or fact.about & sentence.about:
            return fact
    if sentence.attributed:
        return next((fact for fact in facts if fact.kind == STATEMENT), None)
    return None


def _own_spans(text: str, own_words: tuple[str, ...]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for words in own_words:
        needle = normalise(words).text
        position = text.find(needle)
        while position >= 0:
            end = position + len(needle)
            if not _touches_word(text, position, end):
                spans.append((position, end))
            position = text.find(needle, end)
    return spans


def _touches_word(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return before.isalnum() or after.isalnum()


def _references(text: str, facts: Facts, *, digits_only: bool) -> tuple[ReferenceFigure, ...]:
    """Known numbers in `text`; those of digits alone are looked for after amounts and days."""
    found: list[ReferenceFigure] = []
    for match in _TOKEN.finditer(text):
        end = match.end()
        token = match.group().rstrip(".-/#")
        end = match.start() + len(token)
        key = fold(token)
        if key in facts.references and key.isdigit() == digits_only:
            found.append(ReferenceFigure(match.start(), end, key))
    spaced = [key for key in facts.references if key not in {figure.key for figure in found}]
    found.extend(_spaced(text, spaced, digits_only=digits_only, taken=found))
    return tuple(sorted(found, key=lambda figure: figure.start))


def _spaced(
    text: str, keys: Sequence[str], *, digits_only: bool, taken: Sequence[ReferenceFigure]
) -> list[ReferenceFigure]:
    """Numbers that are written with a blank inside, such as `INV 1001`."""
    places = [index for index, char in enumerate(text) if not char.isspace()]
    small = (text[index].lower() for index in places)
    squeezed = "".join(char if len(char) == 1 else "?" for char in small)
    busy = {position for figure in taken for position in range(figure.start, figure.end)}
    found: list[ReferenceFigure] = []
    for key in sorted(keys, key=len, reverse=True):
        if key.isdigit() or digits_only or len(key) < 4:
            continue
        position = squeezed.find(key)
        while position >= 0:
            start, end = places[position], places[position + len(key) - 1] + 1
            if end - start <= len(key) + 3 and start not in busy and not _touches_word(text, start, end):
                found.append(ReferenceFigure(start, end, key))
                busy.update(range(start, end))
            position = squeezed.find(key, position + len(key))
    return found


def _sentences(
    text: str, spans: list[tuple[int, int]], references: tuple[ReferenceFigure, ...], facts: Facts
) -> tuple[Sentence, ...]:
    made: list[Sentence] = []
    waiting = deque(references)
    for start, end in sentence_spans(text, spans):
        named: set[str] = set()
        while waiting and waiting[0].start < end:
            for fact in facts.references[waiting.popleft().key]:
                named |= fact.about
        made.append(Sentence(start, end, attributes_to_customer(text[start:end]), frozenset(named)))
    return tuple(made)

"""What a clause is about when it names no invoice: that of its row, its paragraph, or the question it answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.reading.local.clauses import Clause, ReadText
from agent.reading.reference_words import COMPARED_WITH
from agent.reading.references import ReferenceFinder
from agent.signals import ReplyToRead

#: Nobody answers more questions inline in one mail; each costs a search.
_MOST_QUESTIONS = 40
_MOST_QUESTION_CHARS = 500
#: "1. ", "(2) ", "3) " at the head of a line.
_NUMBERED = re.compile(r"^[ \t>]{0,8}\(?(\d{1,2})[.):](?!\d)[ \t]{0,4}", re.MULTILINE)
_MOST_ITEMS = 60
_MOST_LINE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Topic:
    """What a clause is about when it names nothing.

    `before` are the invoices of its row, its paragraph or the question above it; `scope` those of the conversation;
    `written` those whose numbers stand anywhere in the reply; `every` all that are open.
    """

    before: tuple[str, ...]
    scope: tuple[str, ...]
    written: tuple[str, ...] = ()
    every: tuple[str, ...] = ()


def topics_of(read: ReadText, reply: ReplyToRead) -> tuple[Topic, ...]:
    """The topic of every clause, in order."""
    written = tuple(sorted({n for each in read.references.found if each.written for n in each.numbers}))
    scope = tuple(sorted(read.scope))
    every = tuple(sorted(each.number for each in reply.invoices if each.open_balance.amount > 0))
    finder = ReferenceFinder(reply.invoices, read.scope)
    stretches = sorted([*_answered(reply, finder), *_numbered(read, reply, finder)], key=lambda each: each[0])
    result: list[Topic] = []
    about: tuple[str, ...] = ()
    in_row = False
    paragraph = -1
    at = 0
    for clause in read.clauses:
        if in_row and clause.paragraph != paragraph:
            about, in_row = (), False
        while at < len(stretches) and stretches[at][0] <= clause.start:
            about, in_row = stretches[at][1], stretches[at][2]
            at += 1
        paragraph = clause.paragraph
        result.append(Topic(about, scope, written, every))
        spoken_of = contested(clause) if clause.has("dispute_duplicate") else clause.numbers
        if spoken_of:
            about = spoken_of
            in_row = in_row or _opens_a_row(clause, reply.text)
    return tuple(result)


def contested(clause: Clause) -> tuple[str, ...]:
    """The invoices of the clause that are not named only to compare with; empty where all are."""
    found: set[str] = set()
    for each in clause.references:
        at = each.start - clause.start
        compared = COMPARED_WITH.search(clause.folded, max(0, at - 24), max(0, at))
        if not compared or (each is clause.references[0] and len(clause.references) > 1):
            found.update(each.numbers)
    return tuple(sorted(found))


#: An invoice this near the head of a line makes it a row about that invoice.
_HEAD_CHARS = 14


def _opens_a_row(clause: Clause, text: str) -> bool:
    line = text.rfind("\n", 0, clause.start) + 1
    return clause.start - line <= _HEAD_CHARS and clause.references[0].start - line <= _HEAD_CHARS


_Stretch = tuple[int, tuple[str, ...], bool]


def _answered(reply: ReplyToRead, finder: ReferenceFinder) -> Iterator[_Stretch]:
    """Where the inline answers begin, and the invoices of their questions."""
    for each in reply.answered[:_MOST_QUESTIONS]:
        question = each.question[:_MOST_QUESTION_CHARS]
        yield each.start, finder.find(question).numbers, False


def _numbered(read: ReadText, reply: ReplyToRead, finder: ReferenceFinder) -> Iterator[_Stretch]:
    """Where the answers "1. ... 2. ..." begin, and the invoices of our numbered lines, else of our list in order."""
    answers = _items(reply.text)
    if len(answers) < 2:
        return
    ours = next((message.text for message in reversed(reply.thread) if message.outbound), "")
    asked = dict(_named_in_items(ours, finder))
    if not asked and len(answers) == len(read.scope):
        asked = {number: (invoice,) for (number, _, _), invoice in zip(answers, read.scope, strict=True)}
    for number, start, _ in answers:
        if number in asked:
            yield start, asked[number], True


def _items(text: str) -> list[tuple[int, int, int]]:
    """The numbered lines of a text that count from 1 on: number, start of the line and of what it says."""
    found: list[tuple[int, int, int]] = []
    for match in _NUMBERED.finditer(text[: _MOST_ITEMS * 1000]):
        if int(match[1]) == len(found) + 1 and len(found) < _MOST_ITEMS:
            found.append((int(match[1]), match.start(), match.end()))
    return found


def _named_in_items(text: str, finder: ReferenceFinder) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, _, start in _items(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)][:_MOST_LINE_CHARS]
        numbers = finder.find(line).numbers
        if numbers:
            yield number, numbers

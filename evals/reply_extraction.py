"""How well the customer's own words are taken from a mail, beside other libraries in the same run.

Tokens are `\\w+` in lower case. All figures are means over mails, each mail counting the same.
"""

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.reply_fixtures import ExtractionCase, own_cases, public_cases
from evals.reply_peers import Extractor, extractors

_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ExtractionRow:
    """One library on one set. Shares are 0 to 1.

    `exact`: equal but for white space. `lost`: of the customer's tokens, those that are missing (the dangerous
    error). `junk`: of the tokens kept, those that are not his. `questions`: of the questions that inline answers
    stand under, those given back word for word; None where there are none or the library has no notion of them.
    `failed`: mails on which the library raised; they count as an empty reply.
    """

    fixture_set: str
    tool: str
    version: str
    licence: str
    mails: int
    exact: float
    token_f1: float
    lost: float
    junk: float
    questions: float | None
    failed: int
    milliseconds_a_mail: float


@dataclass(frozen=True, slots=True)
class MailScore:
    """The figures of one mail."""

    exact: bool
    token_f1: float
    lost: float
    junk: float


def extraction_rows(shared: Path | None = None) -> list[ExtractionRow]:
    """Every extractor on every set: Duly's own in its two halves, and the public ones where `shared` has them.

    `shared` is the folder that holds `reply-crisp` and its neighbours.
    """
    sets: dict[str, Sequence[ExtractionCase]] = {
        "own, development": own_cases(half="development"),
        "own, held": own_cases(half="held"),
    }
    sets |= public_cases(shared) if shared is not None else {}
    return measure(sets, extractors())


def measure(sets: Mapping[str, Sequence[ExtractionCase]], tools: Sequence[Extractor]) -> list[ExtractionRow]:
    """A row for each set and each tool, in the order given; empty sets have none."""
    return [_row(name, cases, tool) for name, cases in sets.items() if cases for tool in tools]


def as_markdown(rows: Sequence[ExtractionRow]) -> str:
    """The rows as a table, best of each set not marked: the reader compares."""
    lines = [
        "| set | mails | library | licence | exact | token F1 | lost | junk kept | questions | ms a mail |",
        "| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        questions = "" if row.questions is None else f"{row.questions:.1%}"
        failed = f" ({row.failed} failed)" if row.failed else ""
        lines.append(
            f"| {row.fixture_set} | {row.mails} | {row.tool} {row.version}{failed} | {row.licence} | {row.exact:.1%} "
            f"| {row.token_f1:.3f} | {row.lost:.2%} | {row.junk:.1%} | {questions} | {row.milliseconds_a_mail:.2f} |"
        )
    return "\n".join(lines) + "\n"


def score_mail(expected: str, got: str) -> MailScore:
    """How far `got` is the customer's own words. Two empty replies agree in full."""
    wanted, found = _tokens(expected), _tokens(got)
    both = (wanted & found).total()
    sizes = wanted.total() + found.total()
    return MailScore(
        exact=expected.split() == got.split(),
        token_f1=2 * both / sizes if sizes else 1.0,
        lost=1 - both / wanted.total() if wanted else 0.0,
        junk=1 - both / found.total() if found else 0.0,
    )


def _row(name: str, cases: Sequence[ExtractionCase], tool: Extractor) -> ExtractionRow:
    scores: list[MailScore] = []
    failed, seconds = 0, 0.0
    for case in cases:
        started = time.perf_counter()
        reply = _reply(tool, case)
        seconds += time.perf_counter() - started
        failed += reply is None
        scores.append(score_mail(case.reply, reply or ""))
    count = len(scores)
    return ExtractionRow(
        fixture_set=name,
        tool=tool.name,
        version=tool.version,
        licence=tool.licence,
        mails=count,
        exact=sum(one.exact for one in scores) / count,
        token_f1=sum(one.token_f1 for one in scores) / count,
        lost=sum(one.lost for one in scores) / count,
        junk=sum(one.junk for one in scores) / count,
        questions=_questions_found(cases, tool),
        failed=failed,
        milliseconds_a_mail=seconds * 1000 / count,
    )


def _reply(tool: Extractor, case: ExtractionCase) -> str | None:
    """The reply, or None where the library raised: a peer may raise anything, and the run goes on."""
    try:
        return tool.reply_from_html(case.html) if case.html else tool.reply(case.text)
    except Exception:
        return None


def _questions_found(cases: Sequence[ExtractionCase], tool: Extractor) -> float | None:
    if tool.questions is None:
        return None
    wanted = found = 0
    for case in cases:
        if case.questions and case.text:
            given = Counter(" ".join(each.split()) for each in tool.questions(case.text))
            expected = Counter(" ".join(each.split()) for each in case.questions)
            wanted += expected.total()
            found += (expected & given).total()
    return found / wanted if wanted else None


def _tokens(text: str) -> Counter[str]:
    return Counter(_TOKEN.findall(text.lower()))

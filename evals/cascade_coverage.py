"""How many replies the local reader answers alone at each threshold of the cascade, and how right it is on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.reading.cascade import CascadeReader
from agent.signals import ReplySignals, ReplyToRead
from evals.replies import ReadReply, RepliesRun
from evals.reply_costs import figure
from evals.reply_files import reply_to_read

THRESHOLDS = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One threshold. Shares are 0 to 1, None where the local reader answers nothing (or everything) alone.

    `alone`: of all replies, those that no model is asked about. `exact`: of these, those whose set of intents is
    exactly right. `missed_for_person`: of these, those that a person should see and that the reader keeps from him.
    `exact_rest`: the share exactly right where the model would be asked: what it can better.
    """

    threshold: float
    alone: float
    micro_f1: float | None
    exact: float | None
    missed_for_person: float | None
    exact_rest: float | None


class _Answered:
    """Implements `Reader` with an answer that is there already."""

    def __init__(self, answer: ReplySignals) -> None:
        self._answer = answer

    async def read(self, _: ReplyToRead) -> ReplySignals:
        return self._answer


async def coverage(run: RepliesRun, thresholds: Sequence[float] = THRESHOLDS) -> list[CoverageRow]:
    """A row a threshold, over the replies of a local `run` that state what is expected."""
    read = [each for each in run.read if each.case.expected is not None]
    given = [reply_to_read(each.case) for each in read]
    rows = []
    for threshold in thresholds:
        alone, rest = RepliesRun(run.loaded), RepliesRun(run.loaded)
        for each, reply in zip(read, given, strict=True):
            (alone if await _is_alone(each.result, reply, threshold) else rest).read.append(each)
        rows.append(_row(threshold, alone, rest))
    return rows


async def _is_alone(result: ReplySignals, reply: ReplyToRead, threshold: float) -> bool:
    """Whether the cascade takes the local answer: asked of the cascade itself, so that its rule stands once."""
    nobody = ReplySignals((), needs_human=True, reader="nobody")
    cascade = CascadeReader(_Answered(result), _Answered(nobody), sure_enough=threshold)
    return (await cascade.read(reply)).reader != nobody.reader


def _row(threshold: float, alone: RepliesRun, rest: RepliesRun) -> CoverageRow:
    scores = alone.scores()
    return CoverageRow(
        threshold=threshold,
        alone=alone.cases / max(1, alone.cases + rest.cases),
        micro_f1=scores.get("intent_micro_f1"),
        exact=_share([is_exact(each) for each in alone.read]),
        missed_for_person=_share([_is_missed(each) for each in alone.read]),
        exact_rest=_share([is_exact(each) for each in rest.read]),
    )


def is_exact(each: ReadReply) -> bool:
    """Whether exactly the expected intents were read."""
    expected = each.case.expected
    return expected is not None and expected.intents == {signal.intent.value for signal in each.result.signals}


def _is_missed(each: ReadReply) -> bool:
    expected = each.case.expected
    return expected is not None and expected.needs_human and not (each.result.needs_human or each.result.abstained)


def _share(outcomes: list[bool]) -> float | None:
    return sum(outcomes) / len(outcomes) if outcomes else None


def as_markdown(rows: Sequence[CoverageRow]) -> str:
    """The rows as a table."""
    lines = [
        "| sure enough from | answered alone | intent micro F1 | intents exactly right | a person's missed "
        "| exactly right of the rest |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        cells = [figure(value, 3) for value in (row.micro_f1, row.exact, row.missed_for_person, row.exact_rest)]
        lines.append(f"| {row.threshold:.2f} | {row.alone:.1%} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"

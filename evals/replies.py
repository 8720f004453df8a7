"""`duly eval replies`: reads every reply of a file with a reader and scores what was read."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.reading.port import Reader
from agent.signals import ReplySignals
from core.money import plain
from evals.reply_files import LoadedReplies, ReplyCase, load_replies, reply_to_read
from evals.signals_score import ReadCase, by_intent, scores_of
from ledger.model.signal import Signal

__all__ = ["LoadedReplies", "RepliesRun", "load_replies", "run_replies"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ReadReply:
    """What was read in one reply and how long that took, parsing included."""

    case: ReplyCase
    result: ReplySignals
    latency_ms: float
    cpu_seconds: float


@dataclass(slots=True)
class RepliesRun:
    """All replies of one run, in the order of the file."""

    loaded: LoadedReplies
    read: list[ReadReply] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """Replies read."""
        return len(self.read)

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """Lines that could not be read: line, id, reason."""
        return list(self.loaded.left_out)

    def scores(self) -> dict[str, Any]:
        """All scores of the format, over the lines that state what is expected, and the run's cost."""
        latencies = sorted(each.latency_ms for each in self.read)
        spent = sum(each.cpu_seconds for each in self.read)
        return {
            **(scores_of(_scored(self.read)) if _scored(self.read) else {}),
            "latency_ms": {"p50": _percentile(latencies, 50), "p99": _percentile(latencies, 99)},
            "model_tokens": sum(each.result.usage.tokens for each in self.read) / len(self.read) if self.read else 0,
            "replies_per_second": len(self.read) / spent if spent else None,
        }

    def by(self) -> dict[str, dict[str, Any]]:
        """The scores by primary language (`lang`), and precision, recall and F1 by `intent`."""
        languages = sorted({_primary(each.case.lang) for each in self.read})
        return {
            "lang": {
                language: {
                    "cases": sum(_primary(each.case.lang) == language for each in self.read),
                    **scores_of(_scored([each for each in self.read if _primary(each.case.lang) == language])),
                }
                for language in languages
            },
            "intent": by_intent(_scored(self.read)),
        }

    def timing(self) -> dict[str, Any]:
        """Latency a reply and replies a second of one core, parsing included."""
        scores = self.scores()
        return {"latency_ms": scores["latency_ms"], "replies_per_second": scores["replies_per_second"]}

    def answers(self) -> Iterator[str]:
        """Lines of the answers file, one JSON object a reply."""
        for each in self.read:
            signals = [
                {**signal_fields(one), "evidence": one.evidence.quote, "confidence": one.confidence}
                for one in each.result.signals
            ]
            line = {
                "id": each.case.case_id,
                "intents": _intents(each.result),
                "signals": signals,
                "needs_human": _needs_human(each.result),
                "latency_ms": round(each.latency_ms, 3),
            }
            yield json.dumps(line, ensure_ascii=False) + "\n"


async def run_replies(loaded: LoadedReplies, reader: Reader, progress: Progress | None = None) -> RepliesRun:
    """Reads every reply, one after another; `progress` is told how many of how many are done."""
    run = RepliesRun(loaded)
    for done, case in enumerate(loaded.cases, start=1):
        started, cpu = time.perf_counter(), time.process_time()
        result = await reader.read(reply_to_read(case))
        run.read.append(ReadReply(case, result, (time.perf_counter() - started) * 1000, time.process_time() - cpu))
        if progress is not None:
            progress(done, len(loaded.cases))
    return run


def signal_fields(signal: Signal) -> dict[str, Any]:
    """The signal in the form of the dataset: days as YYYY-MM-DD, amounts as decimal strings in major units."""
    fields: dict[str, Any] = {"intent": signal.intent.value, "invoices": list(signal.invoices)}
    optional = {
        "date": signal.day.isoformat() if signal.day else None,
        "amount": plain(signal.amount.amount, signal.amount.currency) if signal.amount else None,
        "reference": signal.reference,
        "conditional": signal.conditional or None,
        "reason": signal.reason.value if signal.reason else None,
        "documents": [kind.value for kind in signal.documents] or None,
        "contact": signal.contact,
        "until": signal.until.isoformat() if signal.until else None,
    }
    return fields | {name: value for name, value in optional.items() if value is not None}


def _scored(read: list[ReadReply]) -> list[ReadCase]:
    return [
        ReadCase(
            expected_intents=each.case.expected.intents,
            expected_signals=each.case.expected.signals,
            expected_needs_human=each.case.expected.needs_human,
            intents=frozenset(_intents(each.result)),
            signals=tuple(signal_fields(one) for one in each.result.signals),
            needs_human=_needs_human(each.result),
        )
        for each in read
        if each.case.expected is not None
    ]


def _intents(result: ReplySignals) -> list[str]:
    return sorted({signal.intent.value for signal in result.signals})


def _needs_human(result: ReplySignals) -> bool:
    return result.needs_human or result.abstained


def _primary(lang: str) -> str:
    return lang.split("-")[0].lower()


def _percentile(ordered: list[float], percent: int) -> float | None:
    """The nearest-rank percentile of sorted values."""
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100)
    return round(ordered[max(0, rank - 1)], 3)

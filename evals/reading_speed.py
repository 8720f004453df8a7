"""How long the local reader takes a reply: at the median, at the worst, on one core, and by length."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from agent.reading.local.reader import LocalReader
from agent.signals import ReplyToRead
from evals.replies import RepliesRun
from evals.reply_costs import figure
from evals.reply_files import LoadedReplies, reply_to_read

LENGTHS = (500, 1_000, 2_000, 4_000, 8_000, 16_000)
#: Of several readings the quickest counts: what others do on the machine only ever adds.
_TIMES = 3
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One reader on one set. Milliseconds a reply are of processor time, parsing included; `wall_p50_ms` as a clock
    shows. `resident_mib` is the whole process after the run."""

    reader: str
    replies: int
    p50_ms: float
    p99_ms: float
    wall_p50_ms: float | None
    replies_per_second: float | None
    resident_mib: float


@dataclass(frozen=True, slots=True)
class LengthRow:
    """Milliseconds of processor time for a reply text of so many characters."""

    characters: int
    milliseconds: float


def speed_of(reader: str, run: RepliesRun) -> SpeedRow:
    """The times of a run that has just ended in this process."""
    spent = sorted(each.cpu_seconds * 1000 for each in run.read)
    timing = run.timing()
    return SpeedRow(
        reader=reader,
        replies=run.cases,
        p50_ms=percentile(spent, 50),
        p99_ms=percentile(spent, 99),
        wall_p50_ms=timing["latency_ms"]["p50"],
        replies_per_second=timing["replies_per_second"],
        resident_mib=psutil.Process().memory_info().rss / _MIB,
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile of sorted values; 0 where there are none."""
    if not ordered:
        return 0.0
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def times_by_length(reader: LocalReader, texts: ReplyToRead, lengths: Sequence[int] = LENGTHS) -> list[LengthRow]:
    """A row a length; the reply is the beginning of `texts`, which must be as long as the longest."""
    reader.read_now(replace(texts, text=texts.text[:1000]))
    rows = []
    for length in lengths:
        reply = replace(texts, text=texts.text[:length])
        best = min(_seconds(reader, reply) for _ in range(_TIMES))
        rows.append(LengthRow(len(reply.text), best * 1000))
    return rows


def _seconds(reader: LocalReader, reply: ReplyToRead) -> float:
    started = time.process_time()
    reader.read_now(reply)
    return time.process_time() - started


def one_long_reply(loaded: LoadedReplies, characters: int) -> ReplyToRead:
    """A reply that says all that the replies of the set say, one after the other, at least so long.

    Automatic mail is left out, since little of it is read.
    """
    replies = [reply for reply in map(reply_to_read, loaded.cases) if reply.automatic is None and reply.text.strip()]
    text = "\n\n".join(reply.text for reply in replies)
    whole = "\n\n".join([text] * (characters // max(1, len(text)) + 1))
    return replace(replies[0], text=whole[:characters])


def growth(rows: Sequence[LengthRow]) -> float:
    """How many times as long the longest takes a character as the shortest; 1 is linear, below 1 is better."""
    first, last = rows[0], rows[-1]
    return (last.milliseconds / last.characters) / (first.milliseconds / first.characters)


def speeds_as_markdown(rows: Sequence[SpeedRow]) -> str:
    """The speed rows as a table."""
    lines = [
        "| reader | replies | p50 ms | p99 ms | p50 ms by the clock | replies a second and core | resident MiB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        lines.append(
            f"| {row.reader} | {row.replies} | {row.p50_ms:.1f} | {row.p99_ms:.1f} | {figure(row.wall_p50_ms, 1)} "
            f"| {figure(row.replies_per_second, 1)} | {row.resident_mib:.0f} |"
        )
    return "\n".join(lines) + "\n"


def lengths_as_markdown(by_reader: Sequence[tuple[str, Sequence[LengthRow]]]) -> str:
    """A line a length, a column a reader, and below it how the time grows a character."""
    names = " | ".join(f"{name}, ms" for name, _ in by_reader)
    lines = [f"| characters | {names} |", f"| ---: |{' ---: |' * len(by_reader)}"]
    for at, row in enumerate(by_reader[0][1]):
        times = " | ".join(f"{rows[at].milliseconds:.1f}" for _, rows in by_reader)
        lines.append(f"| {row.characters:,} | {times} |")
    ratios = " | ".join(f"{growth(rows):.2f}" for _, rows in by_reader)
    lines.append(f"| a character, longest over shortest | {ratios} |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The processor, its cores, the memory."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        named = [
            line for line in info.read_text(encoding="utf-8", errors="replace").splitlines() if "model name" in line
        ]
        model = named[0].partition(":")[2].strip() if named else ""
    memory = psutil.virtual_memory().total / 2**30
    return f"{model or 'processor not named'}, {psutil.cpu_count()} cores, {memory:.0f} GiB"

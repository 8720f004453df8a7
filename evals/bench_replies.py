"""`make bench-replies`: measures the reading of replies and writes "Reading replies" of `docs/benchmarks.md`.

Every figure comes from this one run, on this machine. Other sets than our own are measured where they are: named by
`--replies FILE`, or in the folder of public sets. Only of our own set single sentences are written down.
"""

import argparse
import asyncio
import logging
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.reading.cascade import SURE_ENOUGH
from agent.reading.local.reader import LocalReader
from agent.reading.local.scorer import LexiconScorer
from agent.reading.local.trained import TrainedScorer
from core.clock import SystemClock
from evals import automatic_mail, cascade_coverage, confusions, reply_extraction
from evals.doc_section import with_section
from evals.reading_speed import (
    LENGTHS,
    LengthRow,
    SpeedRow,
    lengths_as_markdown,
    machine,
    one_long_reply,
    speed_of,
    speeds_as_markdown,
    times_by_length,
)
from evals.replies import RepliesRun, run_replies
from evals.reply_costs import score_cells
from evals.reply_files import LoadedReplies, load_replies
from jobs.readers import ENCODER

SECTION = "Reading replies"
_ROOT = Path(__file__).parents[1]
_OWN = _ROOT / "evals" / "datasets" / "replies.jsonl"
_SHARED = _ROOT.parent / "shared" / "data"
_PRACTICE = "replies-practice.jsonl"
_WITH_ENCODER = "local"


@dataclass(frozen=True, slots=True)
class Measured:
    """One reader on one set."""

    dataset: str
    reader: str
    run: RepliesRun


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the section; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=Path, action="append", default=[], help="a further set; may be repeated")
    parser.add_argument("--shared", type=Path, default=_SHARED, help="the folder of public sets")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--confusions", type=Path, help="write the confusions of every set to this file")
    parser.add_argument("--first", type=int, default=0, help="only so many replies of each set: for a quick look")
    options = parser.parse_args(arguments)
    # A peer that logs every mail it stumbles over; what it stumbles over shows in its figures.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    section = _measure(options)
    before = options.out.read_text(encoding="utf-8") if options.out.is_file() else "# Benchmarks\n"
    options.out.write_text(with_section(before, SECTION, section), encoding="utf-8")
    _say(f"written: {options.out}")


def _measure(options: argparse.Namespace) -> str:
    sets = _sets(options.replies, options.shared, options.first)
    readers = _readers()
    measured: list[Measured] = []
    speeds: list[SpeedRow] = []
    for reader_name, reader in readers.items():
        for set_name, loaded in sets.items():
            run = asyncio.run(run_replies(loaded, reader, _progress(f"{reader_name} on {set_name}")))
            measured.append(Measured(set_name, reader_name, run))
        speeds.append(speed_of(reader_name, _together([each.run for each in measured if each.reader == reader_name])))
    _say("time by length")
    own = sets[_OWN.name]
    long_reply = one_long_reply(own, max(LENGTHS))
    lengths = [(name, times_by_length(reader, long_reply)) for name, reader in readers.items()]
    if options.confusions is not None:
        options.confusions.write_text(_all_confusions(measured), encoding="utf-8")
    shared = options.shared if options.shared.is_dir() else None
    _say("reply extraction")
    extraction = reply_extraction.as_markdown(reply_extraction.extraction_rows(shared))
    _say("automatic mail")
    automatic = automatic_mail.as_markdown(automatic_mail.automatic_rows(shared))
    return section_of(Findings(measured, speeds, lengths, extraction, automatic), _circumstances())


def _readers() -> dict[str, LocalReader]:
    """From the least to the most: what a reader keeps in memory stays for those after it."""
    found = {"rules only": LocalReader(LexiconScorer()), "local, words only": LocalReader(TrainedScorer())}
    if ENCODER is not None:
        found[_WITH_ENCODER] = LocalReader(TrainedScorer(ENCODER))
    return found


def _sets(further: Sequence[Path], shared: Path, first: int) -> dict[str, LoadedReplies]:
    paths = [_OWN, *(path for path in [shared / _PRACTICE] if path.is_file()), *further]
    loaded = {path.name: load_replies(path) for path in paths}
    return {name: replace(each, cases=each.cases[: first or None]) for name, each in loaded.items()}


def _together(runs: Sequence[RepliesRun]) -> RepliesRun:
    return RepliesRun(runs[0].loaded, [each for run in runs for each in run.read])


def _circumstances() -> str:
    day = SystemClock().now().date()
    return f"{machine()}; Python {platform.python_version()}; {day.isoformat()}"


def _progress(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done == total or done % 25 == 0:
            _say(f"{what}: {done} of {total}")

    return tell


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def _all_confusions(measured: Sequence[Measured]) -> str:
    parts = [
        f"# {each.dataset}, {each.reader}\n\n{confusions.as_markdown(confusions.confusions(each.run))}"
        for each in measured
        if each.reader.startswith("local")
    ]
    return "\n".join(parts)


# The section


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was measured; tables that other modules make come as Markdown."""

    measured: Sequence[Measured]
    speeds: Sequence[SpeedRow]
    lengths: Sequence[tuple[str, Sequence[LengthRow]]]
    extraction: str
    automatic: str


def section_of(found: Findings, circumstances: str) -> str:
    """The section's Markdown, without its heading."""
    best = found.measured[-1].reader
    local = [each for each in found.measured if each.reader == best]
    pieces = [
        f"Measured by `make bench-replies` on {circumstances}.\n",
        _SCORES_SAY,
        _score_table(found.measured),
        f"### By language\n\nThe reader `{best}`.\n",
        _language_table(local),
        f"### The cascade's threshold\n\n{_COVERAGE_SAYS.format(now=SURE_ENOUGH)}",
        *(f"`{each.dataset}`, {each.reader}:\n\n{_coverage(each.run)}" for each in local),
        f"### Time and memory\n\n{_SPEED_SAYS}",
        speeds_as_markdown(found.speeds),
        lengths_as_markdown(found.lengths),
        f"### Taking the reply from the mail\n\n{_EXTRACTION_SAYS}",
        found.extraction,
        "### Automatic mail\n",
        found.automatic,
        *_own_confusions(local),
    ]
    return "\n".join(pieces)


_SCORES_SAY = (
    "Scores as `docs/formats/replies.md` defines them. `rules only` is the baseline: phrase lists without a trained\n"
    "part. Our own set was written beside the rules, so its figures say how well they are kept, not how an unseen\n"
    "company's mail is read.\n"
)
_COVERAGE_SAYS = (
    "With `cascade:NAME` the local reader answers alone where it is sure enough ({now} as shipped); the model is\n"
    "asked about the rest. A person's missed: replies for a person that would go without one.\n"
)
_EXTRACTION_SAYS = "Beside other libraries in the same run; `lost` is the dangerous error.\n"
_SPEED_SAYS = (
    "One reply after another in one thread; milliseconds of processor time, parsing included. Resident is the whole\n"
    "process, which keeps what earlier lines loaded. The reader stops at 20,000 characters.\n"
)
_HEAD = "replies | intent micro F1 | macro F1 | signal F1 | promise dates | needs_human recall | precision |"
_RULE = "---: | ---: | ---: | ---: | ---: | ---: | ---: |"


def _score_table(measured: Sequence[Measured]) -> str:
    lines = [f"| set | reader | {_HEAD}", f"| --- | --- | {_RULE}"]
    for each in sorted(measured, key=lambda one: one.dataset != _OWN.name):
        lines.append(_score_line([each.dataset, each.reader], each.run.cases, each.run.scores()))
    return "\n".join(lines) + "\n"


def _language_table(local: Sequence[Measured]) -> str:
    lines = [f"| set | language | {_HEAD}", f"| --- | --- | {_RULE}"]
    for each in local:
        for language, scores in each.run.by()["lang"].items():
            lines.append(_score_line([each.dataset, language], scores["cases"], scores))
    return "\n".join(lines) + "\n"


def _score_line(names: list[str], cases: int, scores: dict[str, Any]) -> str:
    return f"| {' | '.join(names)} | {cases} | {' | '.join(score_cells(scores))} |"


def _coverage(run: RepliesRun) -> str:
    return cascade_coverage.as_markdown(asyncio.run(cascade_coverage.coverage(run)))


def _own_confusions(local: Sequence[Measured]) -> list[str]:
    own = [each for each in local if each.dataset == _OWN.name]
    return [
        f"<details><summary>Confused intents in `{each.dataset}`, {each.reader}</summary>\n\n"
        f"{confusions.as_markdown(confusions.confusions(each.run))}\n</details>\n"
        for each in own
    ]


if __name__ == "__main__":
    main()

"""`make bench-matching`: measures cash application and writes "Cash application" of `docs/benchmarks.md`.

Every figure comes from this one run, on this machine: streams of our own generator by several seeds, the stock rules
of an ERP beside them, problems by other hands where they are, and the speed against a real database.
"""

import argparse
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.clock import SystemClock
from evals.baselines.matching_stock_rules import run_stock_rules
from evals.doc_section import with_section
from evals.matching import MatchingRun, load_matching, run_matching
from evals.matching_files import LoadedMatching
from evals.matching_public import PublicScore, Work, public_scores
from evals.matching_speed import MatchingSpeeds, speeds_of_matching
from evals.matching_tables import cases_as_markdown, curve_as_markdown, share_as_text, streams_as_markdown
from evals.reading_speed import machine
from evals.streams.files import write_stream
from evals.streams.settings import StreamSettings
from evals.streams.stream import make_stream

SECTION = "Cash application"
OURS, STOCK = "duly", "stock rules"
_ROOT = Path(__file__).parents[1]
_SHARED = _ROOT.parent / "shared" / "data"
#: Matching is never tuned on these.
_SEEDS = (101, 102, 103, 104, 105)
#: The knobs turned up, to see how much of the figures hangs on them; on so many of the seeds.
_HARDER = StreamSettings(name_noise=0.6, reference_noise=0.7, known_accounts=0.15, alike=0.4)
_HARDER_SEEDS = 2
_SIZES = (100_000, 1_000_000)


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the section; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=_numbers, default=_SEEDS, help="seeds of the streams, 101,102,...")
    parser.add_argument("--invoices", type=int, default=2000, help="invoices of a stream")
    parser.add_argument("--payments", type=int, default=1500, help="payments of a stream")
    parser.add_argument("--sizes", type=_numbers, default=_SIZES, help="open invoices to measure the speed against")
    parser.add_argument("--timed", type=int, default=2000, help="payments whose proposals are timed")
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--no-speed", action="store_true", help="scores only: a quick look")
    parts.add_argument("--only-speed", action="store_true", help="speed only: the scores stay as they are")
    parser.add_argument("--shared", type=Path, default=_SHARED, help="the folder of public sets")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args(arguments)
    before = options.out.read_text(encoding="utf-8") if options.out.is_file() else "# Benchmarks\n"
    if options.only_speed:
        scores = scores_in(before)
        if not scores:
            parser.error(
                f"{options.out} has no section {SECTION!r} whose scores could stay: run without --only-speed first"
            )
        speeds = speeds_of_matching(options.sizes, options.timed, _say)
        section = f"{scores}\n\n{speed_section(speeds, _circumstances())}"
    else:
        section = _measure(options)
    options.out.write_text(with_section(before, SECTION, section), encoding="utf-8")
    _say(f"written: {options.out}")


def _measure(options: argparse.Namespace) -> str:
    usual = StreamSettings(invoices=options.invoices, payments=options.payments)
    streams = [_stream(replace(usual, seed=seed)) for seed in options.seeds]
    hard = replace(_HARDER, invoices=options.invoices, payments=options.payments)
    harder = [_stream(replace(hard, seed=seed)) for seed in options.seeds[:_HARDER_SEEDS]]
    works: dict[str, Work] = {OURS: run_matching, STOCK: run_stock_rules}
    runs: dict[str, list[MatchingRun]] = {}
    for name, work in works.items():
        runs[name] = []
        for seed, loaded in zip(options.seeds, streams, strict=True):
            _say(f"{name} on the stream of seed {seed}")
            runs[name].append(work(loaded))
    for name, work in works.items():
        _say(f"{name} on harder streams")
        runs[f"{name}, harder"] = [work(loaded) for loaded in harder]
    shared = options.shared if options.shared.is_dir() else None
    public = [(name, each) for name, work in works.items() if shared for each in public_scores(shared, work)]
    speeds = None if options.no_speed else speeds_of_matching(options.sizes, options.timed, _say)
    return section_of(runs, options.seeds, public, speeds, _circumstances())


def _stream(settings: StreamSettings) -> LoadedMatching:
    """By way of its files, as anybody else would read them."""
    world = make_stream(settings)
    with TemporaryDirectory(prefix="duly-stream-") as folder:
        write_stream(world, Path(folder))
        return load_matching(Path(folder))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _circumstances() -> str:
    day = SystemClock().now().date()
    return f"{machine()}; Python {platform.python_version()}; {day.isoformat()}"


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


# The section


def section_of(
    runs: Mapping[str, Sequence[MatchingRun]],
    seeds: Sequence[int],
    public: Sequence[tuple[str, PublicScore]],
    speeds: MatchingSpeeds | None,
    circumstances: str,
) -> str:
    """The section's Markdown, without its heading."""
    ours = runs[OURS]
    crossing = [each.scores() for each in ours]
    pieces = [
        f"Measured by `make bench-matching` on {circumstances}.\n",
        _STREAMS_SAY.format(seeds=", ".join(map(str, seeds))),
        streams_as_markdown(runs),
        "",
        _CROSSING_SAYS.format(
            found=sum(int(str(each["other_currency"])) for each in crossing),
            applied=sum(int(str(each["other_currency_applied"])) for each in crossing),
        ),
        f"### Coverage and precision\n\n{_CURVE_SAYS}",
        curve_as_markdown(ours),
        "\n### By case\n",
        cases_as_markdown(ours, runs[STOCK]),
        f"\n### Problems by other hands\n\n{_PUBLIC_SAYS}",
        public_as_markdown(public) if public else "Not on this machine.",
    ]
    if speeds is not None:
        pieces += ["", speed_section(speeds)]
    return "\n".join(pieces)


def scores_in(document: str) -> str:
    """What stands in the section before its speed, without the heading; empty where there is no such section."""
    found = re.search(rf"^## {SECTION}[ \t]*\n(.*?)(?=^##? |^{_SPEED_TITLE}|\Z)", document, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def speed_section(speeds: MatchingSpeeds, circumstances: str = "") -> str:
    """Speed and memory with their heading. `circumstances` are told where they are not those of the scores."""
    apart = f"Measured apart from the scores by `--only-speed` on {circumstances}.\n\n" if circumstances else ""
    return f"{_SPEED_TITLE}\n\n{apart}{_SPEED_SAYS}\n{speeds_as_markdown(speeds)}"


_STREAMS_SAY = (
    "Scores as `docs/formats/matching.md` defines them, on streams of our own generator, seeds {seeds}:\n"
    "their mean and range (`python -m evals.streams`). It was written without sight of the matching rules, and\n"
    "adjusted after first results: the largest customers' share, how often invoices are alike, the mix of cases.\n"
    "The rules were worked on with it and their weights are fitted on other seeds of it, so that these figures are\n"
    "not those of streams never seen. `harder` has more damaged names and idle words, fewer known accounts and\n"
    "more alike invoices. `stock rules` is what an ERP ships: a number in the reference, or a unique exact amount\n"
    "at a partner known by name or account. What was only suggested is not confirmed on the way: one missed\n"
    "payment may cost later ones.\n"
)
_CROSSING_SAYS = (
    "Payments in another currency than their invoice, which a person decides: {found}, of which {applied} were\n"
    "applied.\n"
)
_CURVE_SAYS = (
    "Were every best candidate posted from a confidence on, whatever else holds it back; the mean of the seeds.\n"
)
_PUBLIC_SAYS = (
    "Scored over pairs of a payment and a document. `best` counts each payment's first candidate, `applied` what is\n"
    "posted without a person. The remittance lines of `match-cash-application` stand in the payment's reference.\n"
)
_SPEED_TITLE = "### Speed and memory"
_SPEED_SAYS = (
    "Candidates to scores in batches of 200, from PostgreSQL with all its indexes, row-level security on; one core\n"
    "holds both the database and Python, and the times are of its work for the two together, each batch in the\n"
    "quickest of five rounds. Beside them what each of the two would do alone. By the clock it is less where the\n"
    "machine has other work too. Memory is of the whole Python process, which also makes the streams.\n"
)


def public_as_markdown(scores: Sequence[tuple[str, PublicScore]]) -> str:
    """A line for each problem, matcher, and way to count."""
    lines = [
        "| problem | matcher | counted | payments | pair F1 | pair precision | pair recall | right amounts "
        "| of what fits nothing, placed | the money of it |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for matcher, each in scores:
        shares = (
            each.pair_f1, each.pair_precision, each.pair_recall, each.amount_accuracy, each.nothing_placed,
            each.nothing_money_placed,
        )  # fmt: skip
        cells = " | ".join(share_as_text(share) for share in shares)
        lines.append(f"| {each.name} | {matcher} | {each.counted} | {each.payments} | {cells} |")
    return "\n".join(lines)


def speeds_as_markdown(speeds: MatchingSpeeds) -> str:
    """Proposing by size of the book, and posting."""
    lines = [
        "| open invoices | customers | payments | proposals a second | by the clock | of Python alone "
        "| of the database alone | p50 ms | slowest batch, ms each | peak MiB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in speeds.proposing:
        lines.append(
            f"| {each.open_invoices:,} | {each.customers:,} | {each.payments:,} | {each.proposals_per_second:.0f} "
            f"| {each.wall_per_second:.0f} | {each.python_per_second:.0f} | {each.database_per_second:.0f} "
            f"| {each.p50_ms:.2f} | {each.slowest_ms:.2f} | {each.peak_mib:.0f} |"
        )
    posted = speeds.posting
    lines += [
        "",
        f"A payment against the largest book costs {speeds.growth:.2f} times what it costs against the smallest. "
        f"Proposing and posting, one transaction a payment: {posted.payments_per_second:.0f} payments a second of "
        f"processor time, {posted.wall_per_second:.0f} by the clock ({posted.payments} payments, the largest book).",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

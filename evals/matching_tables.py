"""Scores of matching as tables of Markdown, which a person reads on a terminal as well."""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from evals.matching import MatchingRun

Scores = Mapping[str, Any]

_HEAD = "| payments | match rate | precision | top1 | wrong cash |"
_RULE = "| ---: | ---: | ---: | ---: | ---: |"
_NAMES = ("match_rate", "precision", "top1", "wrong_cash")


def run_as_text(run: MatchingRun) -> str:
    """Everything that one run scored: overall, by case, and by how sure it was; empty without a truth."""
    scores = run.scores()
    if not scores:
        return ""
    left_over = (
        f"unidentified: {scores['unidentified']}, applied: {scores['unidentified_applied']}; "
        f"in another currency than the invoice: {scores['other_currency']}, "
        f"applied: {scores['other_currency_applied']}"
    )
    overall = f"{_HEAD}\n{_RULE}\n{_line([], scores)}"
    return "\n\n".join([overall, left_over, cases_as_markdown([run]), curve_as_markdown([run])]) + "\n"


def cases_as_markdown(runs: Sequence[MatchingRun], baseline: Sequence[MatchingRun] = ()) -> str:
    """A line a case over all runs together; beside it what the baseline matches, where there is one."""
    ours, theirs = _by_case(runs), _by_case(baseline)
    beside = bool(theirs)
    lines = [f"| case {_HEAD}{' stock match rate | stock precision |' if beside else ''}"]
    lines.append(f"| --- {_RULE}{' ---: | ---: |' if beside else ''}")
    for case, scores in sorted(ours.items()):
        other = theirs.get(case, {})
        more = (
            f" {share_as_text(other.get('match_rate'))} | {share_as_text(other.get('precision'))} |" if beside else ""
        )
        lines.append(_line([case], scores) + more)
    return "\n".join(lines)


def curve_as_markdown(runs: Sequence[MatchingRun]) -> str:
    """What would be posted, and how much of it right, were a confidence all that is asked for."""
    curves = [run.scores()["coverage_precision"] for run in runs]
    lines = ["| from confidence | coverage | precision |", "| ---: | ---: | ---: |"]
    for steps in zip(*curves, strict=True):
        coverage = mean(step["coverage"] for step in steps)
        known = [step["precision"] for step in steps if step["precision"] is not None]
        precision = share_as_text(mean(known) if known else None)
        lines.append(f"| {steps[0]['from_confidence']:.3f} | {coverage:.3f} | {precision} |")
    return "\n".join(lines)


def streams_as_markdown(matchers: Mapping[str, Sequence[MatchingRun]]) -> str:
    """A line a matcher: mean and range over its runs, each of one seed."""
    lines = [f"| matcher {_HEAD} unidentified applied |", f"| --- {_RULE} ---: |"]
    for name, runs in matchers.items():
        scores = [run.scores() for run in runs]
        cells = [_spread([each[key] for each in scores]) for key in _NAMES]
        applied = sum(each["unidentified_applied"] for each in scores)
        unknown = sum(each["unidentified"] for each in scores)
        payments = sum(each["payments"] for each in scores)
        lines.append(f"| {name} | {payments} | {' | '.join(cells)} | {applied} of {unknown} |")
    return "\n".join(lines)


def _by_case(runs: Sequence[MatchingRun]) -> dict[str, dict[str, Any]]:
    """The tallies of all runs added up, so that a rare case is not a mean of means."""
    return {name: tally.scores() for name, tally in MatchingRun.tallies_by_case(runs).items()}


def _line(names: list[str], scores: Scores) -> str:
    shares = [share_as_text(scores[key], places=4 if key == "wrong_cash" else 3) for key in _NAMES]
    return "| " + " | ".join([*names, str(scores["payments"]), *shares]) + " |"


def _spread(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    if not known:
        return "–"
    return f"{mean(known):.3f} ({min(known):.3f} to {max(known):.3f})"


def share_as_text(share: float | None, *, places: int = 3) -> str:
    """A dash where there is nothing to divide by."""
    return "–" if share is None else f"{share:.{places}f}"

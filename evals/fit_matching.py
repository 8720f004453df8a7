"""`python -m evals.fit_matching`: fits the matcher's weights on streams of their own and writes them.

A conditional logit: of the stories weighed for a payment, the right one shall be likely against the others and
against "something else" (log odds 0). Weights are drawn towards those that stand, so that what occurs rarely keeps
what was set by hand. The seeds here are measured nowhere else.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import ledger.rules.matching.weights as kept
from evals.matching import in_order
from evals.matching_files import LoadedMatching, load_matching
from evals.matching_scores import scored_rows
from evals.streams.files import write_stream
from evals.streams.settings import StreamSettings
from evals.streams.stream import make_stream
from ledger.model.match import MatchPart, PartKind
from ledger.rules.matching.book import Book
from ledger.rules.matching.evidence import gather
from ledger.rules.matching.hypotheses import hypotheses_for
from ledger.rules.matching.hypothesis import Hypothesis
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex
from ledger.rules.matching.scoring import features

FIRST_SEED = 7001
#: Noisier than what is measured, and each different.
_NOISE = ((0.25, 0.35, 0.55, 0.15), (0.6, 0.6, 0.3, 0.4), (0.4, 0.5, 0.2, 0.6), (0.8, 0.3, 0.1, 0.3))
_STEPS = 600
_RATE = 0.05
#: How strongly weights are drawn to those that stand: as this many payments that say so.
_HELD = 2.0
_DECAY = (0.9, 0.999)

#: Features of each story of a payment, and which of them is right (None: none of those weighed).
Example = tuple[list[tuple[str, ...]], int | None]


def examples(loaded: LoadedMatching) -> Iterator[Example]:
    """One for each payment, worked in order as the eval works them."""
    book = Book()
    for debtor in loaded.debtors:
        book.add_debtor(debtor)
    remittances = RemittanceIndex(book.payers)
    invoices = sorted(loaded.invoices, key=lambda invoice: invoice.issued, reverse=True)
    credits = sorted(loaded.credits, key=lambda credit: credit.issued, reverse=True)
    advices = sorted(loaded.remittances, key=lambda advice: advice.received_on, reverse=True)
    for payment in in_order(loaded.payments):
        day = payment.received_on
        while invoices and invoices[-1].issued <= day:
            book.add_invoice(invoices.pop())
        while credits and credits[-1].issued <= day:
            book.add_credit(credits.pop())
        while advices and advices[-1].received_on <= day:
            remittances.add(advices.pop())
        stories = hypotheses_for(gather(payment, book, remittances))
        truth = loaded.truth.get(payment.payment_id)
        if truth:
            right = next((at for at, story in enumerate(stories) if _is_right(story, truth)), None)
            yield [features(story) for story in stories], right
        settle(payment, propose(payment, book, remittances), book, remittances)


def _is_right(story: Hypothesis, truth: Sequence[MatchPart]) -> bool:
    if any(part.kind is PartKind.UNIDENTIFIED for part in truth):
        return any(part.kind is PartKind.UNIDENTIFIED for part in story.parts)
    return scored_rows(story.parts) == scored_rows(truth)


def fitted(given: Sequence[Example], start: dict[str, float]) -> dict[str, float]:
    """Weights that make the right stories likely, from `start` on; rounded to three places."""
    names = {name: at for at, name in enumerate(start)}
    rows, cases, right = _matrices(given, names)
    count = int(cases.max()) + 1 if len(cases) else 0
    weights = first = np.array([start[name] for name in names])
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        odds = np.exp(np.minimum(rows @ weights, 40.0))
        whole = 1.0 + np.bincount(cases, odds, minlength=count)
        slope = rows.T @ (right - odds / whole[cases]) - _HELD * (weights - first)
        mean = _DECAY[0] * mean + (1 - _DECAY[0]) * slope
        spread = _DECAY[1] * spread + (1 - _DECAY[1]) * slope**2
        weights = weights + _RATE * (mean / (1 - _DECAY[0] ** step)) / (
            np.sqrt(spread / (1 - _DECAY[1] ** step)) + 1e-8
        )
    return {name: round(float(weights[at]), 3) for name, at in names.items()}


def _matrices(
    given: Sequence[Example], names: dict[str, int]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """A row a story, the payment that it is of, and whether it is right."""
    flat = [
        (case, found, at == right) for case, (stories, right) in enumerate(given) for at, found in enumerate(stories)
    ]
    rows = np.zeros((len(flat), len(names)))
    for at, (_, found, _) in enumerate(flat):
        for name in found:
            rows[at, names[name]] += 1
    return rows, np.array([case for case, _, _ in flat]), np.array([float(right) for _, _, right in flat])


def write_weights(weights: dict[str, float], path: Path) -> None:
    """Rewrites the module, in its order."""
    lines = "".join(f'    "{name}": {value},\n' for name, value in weights.items())
    path.write_text(f'"""{kept.__doc__}"""\n\nWEIGHTS: dict[str, float] = {{\n{lines}}}\n', encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the streams, fits, and writes `ledger/rules/matching/weights.py`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=8)
    parser.add_argument("--payments", type=int, default=1000)
    parser.add_argument("--dry-run", action="store_true", help="print what would change, write nothing")
    options = parser.parse_args(arguments)
    given: list[Example] = []
    for position in range(options.streams):
        names, references, accounts, alike = _NOISE[position % len(_NOISE)]
        settings = StreamSettings(
            seed=FIRST_SEED + position,
            payments=options.payments,
            name_noise=names,
            reference_noise=references,
            known_accounts=accounts,
            alike=alike,
        )
        with tempfile.TemporaryDirectory() as folder:
            write_stream(make_stream(settings), Path(folder))
            given.extend(examples(load_matching(Path(folder))))
        sys.stderr.write(f"stream {settings.seed}: {len(given)} payments so far\n")
    weights = fitted(given, kept.WEIGHTS)
    for name, value in weights.items():
        sys.stdout.write(f"{name:32} {kept.WEIGHTS[name]:7.3f} {value:7.3f}\n")
    if not options.dry_run:
        write_weights(weights, Path(kept.__file__))


if __name__ == "__main__":
    main()

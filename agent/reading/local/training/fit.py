"""Fits the heads: cheap ones over words and marks, a network over vectors, thresholds by whole mails."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agent.reading.local.heads import DOCUMENT, LABELS, REASON, SAID, Heads, mail_input, meaning_input
from agent.reading.local.network import Floats, Network
from agent.reading.local.training.logistic import Matrix, fit
from agent.reading.local.training.network import fit_network
from agent.reading.local.training.rows import Rows, gram_table, vocabulary
from ledger.model.signal import Intent

FOLDS = 4
#: Found by cross-validation on whole replies.
WORDS_STRENGTH = 1.0
MAIL_STRENGTH = 10.0
#: The share of labelled clauses that may be taken for quiet ones.
_LOST = 0.02
_STEPS = np.linspace(-3.5, 1.5, 51)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """Logits of clauses and mails that were not in their own training; clauses in the order of the rows."""

    words: Matrix
    clauses: Matrix
    quiet: NDArray[np.bool_]
    mails: Matrix


def fit_heads(rows: Rows, vectors: NDArray[np.float32], say: Say) -> tuple[Heads, Judged]:
    """The heads fitted on all rows, and what cross-validation said of each row."""
    places = vocabulary(rows.grams)
    counted = _counted(rows.targets)
    inputs = sparse.hstack([gram_table(rows.grams, places), rows.marks]).tocsr()
    say(f"{len(rows.texts)} clauses, {len(places)} grams; the cheap heads")
    cheap = _fitted(inputs, rows.targets, rows.mails, counted, WORDS_STRENGTH)
    say("the costly heads")
    centre = vectors.mean(axis=0)
    wide = meaning_input(vectors - centre, cheap.judged.astype(np.float32), rows.marks)
    network, judged = _fitted_network(wide, rows.targets, rows.mails, counted)
    clause_from = _thresholds(judged, rows.targets)
    distance = (cheap.judged[:, :SAID] - clause_from[:SAID]).max(axis=1)
    quiet = float(np.quantile(distance[rows.targets[:, :SAID].any(axis=1)], _LOST))
    clauses = np.where((distance < quiet)[:, None], cheap.judged, judged)
    say("the heads of whole mails")
    mails = _fit_mails(rows, cheap.judged, clauses)
    gram_weights, scales = _eight_bits(cheap.weights[: len(places)])
    heads = Heads(
        grams=places,
        gram_weights=gram_weights,
        gram_scales=scales,
        mark_weights=cheap.weights[len(places) :].astype(np.float32),
        bias=cheap.bias.astype(np.float32),
        centre=centre.astype(np.float32),
        meaning_network=network,
        mail_weights=mails.weights.astype(np.float32),
        mail_bias=mails.bias.astype(np.float32),
        clause_from=clause_from.astype(np.float32),
        mail_from=_thresholds(mails.judged, said_by_mail(rows)).astype(np.float32),
        quiet=np.array(quiet, np.float32),
    )
    return heads, Judged(cheap.judged, clauses, distance < quiet, mails.judged)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Weights from all rows, and the logits that folds without the row gave it; both calibrated."""

    weights: Matrix
    bias: Matrix
    judged: Matrix


def _fit_mails(rows: Rows, words: Matrix, clauses: Matrix) -> _Fitted:
    ends = np.searchsorted(rows.mails, np.arange(int(rows.mails.max()) + 2))
    seen = np.array(
        [
            mail_input(words[start:end].astype(np.float32), clauses[start:end].astype(np.float32))
            for start, end in pairwise(ends)
        ],
        dtype=np.float64,
    )
    targets = said_by_mail(rows)
    return _fitted(seen, targets, np.arange(len(seen)), np.ones_like(targets), MAIL_STRENGTH)


def said_by_mail(rows: Rows) -> Matrix:
    """Zeros and ones: what any clause of each mail says."""
    said = np.zeros((int(rows.mails.max()) + 1, SAID))
    np.maximum.at(said, rows.mails, rows.targets[:, :SAID])
    return said


def _fitted(inputs: Any, targets: Matrix, groups: NDArray[np.int64], counted: Matrix, strength: float) -> _Fitted:
    logits = np.zeros_like(targets)
    for fold in range(FOLDS):
        aside = groups % FOLDS == fold
        weights, bias = fit(inputs[~aside], targets[~aside], strength=strength, weights=counted[~aside])
        logits[aside] = np.asarray(inputs[aside] @ weights) + bias
    slope, level = _calibration(logits, targets, counted)
    weights, bias = fit(inputs, targets, strength=strength, weights=counted)
    return _Fitted(weights * slope, bias * slope + level, logits * slope + level)


def _fitted_network(
    inputs: Floats, targets: Matrix, groups: NDArray[np.int64], counted: Matrix
) -> tuple[Network, Matrix]:
    """The network from all rows, and the logits that folds without the row gave it; both calibrated."""
    wanted, weights = targets.astype(np.float32), counted.astype(np.float32)
    logits = np.zeros_like(targets)
    for fold in range(FOLDS):
        aside = groups % FOLDS == fold
        logits[aside] = fit_network(inputs[~aside], wanted[~aside], weights[~aside]).logits(inputs[aside])
    slope, level = _calibration(logits, targets, counted)
    network = fit_network(inputs, wanted, weights)
    return network.calibrated(slope.astype(np.float32), level.astype(np.float32)), logits * slope + level


def _counted(targets: Matrix) -> Matrix:
    """Reasons are learned from disputes only, kinds of documents from requests only."""
    counted = np.ones_like(targets)
    for prefix, owner in ((REASON, Intent.DISPUTE), (DOCUMENT, Intent.DOCUMENT_REQUEST)):
        columns = [place for place, label in enumerate(LABELS) if label.startswith(prefix)]
        counted[:, columns] = targets[:, [LABELS.index(owner.value)]]
    return counted


def _calibration(logits: Matrix, targets: Matrix, counted: Matrix) -> tuple[Matrix, Matrix]:
    """Platt's slope and level by label, so that a logit says how likely its label is."""
    slopes, levels = np.ones(targets.shape[1]), np.zeros(targets.shape[1])
    for place in range(targets.shape[1]):
        used = counted[:, place] > 0
        # Too few to say anything.
        if targets[used, place].sum() < 10:
            continue
        slope, level = fit(logits[used][:, [place]], targets[used][:, [place]], strength=1.0)
        slopes[place], levels[place] = max(float(slope[0, 0]), 0.2), float(level[0])
    return slopes, levels


def _thresholds(logits: Matrix, targets: Matrix) -> Matrix:
    """The logit from which a label is said, by the best F1; 0 for reasons and kinds of documents."""
    best = np.zeros(targets.shape[1])
    for place in range(SAID):
        scores = [_f1(logits[:, place] >= step, targets[:, place] > 0) for step in _STEPS]
        smooth = np.convolve(scores, np.ones(7) / 7, mode="same")[3:-3]
        best[place] = _STEPS[3:-3][int(np.argmax(smooth))]
    return best


def _f1(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return 2 * float((said & true).sum()) / max(1.0, float(said.sum() + true.sum()))


def _eight_bits(weights: Matrix) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)

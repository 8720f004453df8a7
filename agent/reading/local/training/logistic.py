"""Logistic regression for many labels at once, by L-BFGS; the same answer every time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Matrix = NDArray[np.float64]


def fit(
    inputs: Any, targets: Matrix, *, strength: float, weights: Matrix | None = None, steps: int = 150
) -> tuple[Matrix, Matrix]:
    """Weights and biases that minimise the log loss plus `strength` times half the squared weights.

    `inputs` is a dense or a sparse matrix, a row a clause; `targets` zeros and ones, a column a label; `weights`
    counts each target (0 leaves it out).
    """
    labels = targets.shape[1]
    columns = inputs.shape[1]
    counted = np.ones_like(targets) if weights is None else weights

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        table = flat.reshape(columns + 1, labels)
        logits = np.asarray(inputs @ table[:-1]) + table[-1]
        value = float((counted * (np.logaddexp(0, logits) - targets * logits)).sum())
        error = counted * (1 / (1 + np.exp(-np.clip(logits, -40, 40))) - targets)
        slope = np.vstack([np.asarray(inputs.T @ error) + strength * table[:-1], error.sum(axis=0)])
        return value + strength * float((table[:-1] ** 2).sum()) / 2, slope.ravel()

    start = np.zeros((columns + 1, labels))
    share = (counted * targets).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
    start[-1] = np.log(np.clip(share, 1e-4, 1 - 1e-4) / (1 - np.clip(share, 1e-4, 1 - 1e-4)))
    found = minimize(
        loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxfun": steps * 2}
    )
    table = found.x.reshape(columns + 1, labels)
    return table[:-1], table[-1]

"""What one has without a forecast: the due date, or the customer's mean, median and quantiles of lateness."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ledger.rules.forecast.history import History

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LatenessBaselines:
    """Day numbers by row asked for; a day before the as-of day counts as the as-of day."""

    due_date: Floats
    customer_mean: Floats
    customer_median: Floats
    own_p10: Floats
    own_p90: Floats

    def days(self) -> dict[str, Floats]:
        """The three baselines that name one day, by name."""
        return {
            "due_date": self.due_date,
            "customer_mean": self.customer_mean,
            "customer_median": self.customer_median,
        }


def lateness_baselines(history: History, rows: NDArray[np.int64], as_of: date) -> LatenessBaselines:
    """The baselines for these rows, from invoices paid before `as_of`; a customer without any takes the file's."""
    known = np.flatnonzero(history.paid_before(as_of))
    lateness = history.paid[known] - history.due[known]
    order = np.argsort(history.customer[known], kind="stable")
    customers, sorted_lateness = history.customer[known][order], lateness[order]
    everyone = _figures(lateness)
    cached: dict[int, Floats] = {}
    figures = np.empty((len(rows), 4))
    for position, row in enumerate(rows):
        customer = int(history.customer[row])
        if customer not in cached:
            first, last = np.searchsorted(customers, (customer, customer + 1))
            cached[customer] = _figures(sorted_lateness[first:last]) if last > first else everyone
        figures[position] = cached[customer]
    due = history.due[rows].astype(np.float64)
    today = float(as_of.toordinal())
    mean, median, p10, p90 = (np.maximum(due + figures[:, i], today) for i in range(4))
    return LatenessBaselines(np.maximum(due, today), mean, median, p10, p90)


def _figures(lateness: NDArray[np.int64]) -> Floats:
    """Mean, median, 10 and 90 % quantile (linear between neighbours); zeros where nothing was paid yet."""
    if not len(lateness):
        return np.zeros(4)
    return np.array([lateness.mean(), *np.quantile(lateness, (0.5, 0.1, 0.9))])

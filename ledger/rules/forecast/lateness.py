"""How late a customer pays: daily payment hazards by days past due, shrunk towards what all customers do.

Invoices still open count too, as paid no earlier than today (Kaplan and Meier): leaving them out would make
every customer look faster than it is. Older payments weigh less.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ledger.rules.forecast.history import Days, History

Floats = NDArray[np.float64]
#: Days past due that are told apart; what lies outside counts as the nearest of them.
FIRST_DAY, LAST_DAY = -120, 480
_GRID = LAST_DAY - FIRST_DAY + 1
#: How many of all customers' invoices a customer's own history is weighed against.
PRIOR_INVOICES = 2.0
#: After so many days a payment says half as much about the next one.
HALF_LIFE_DAYS = 365.0
#: With fewer invoices at risk, hazards of single days are noise: the mean of the tail stands for each.
_TAIL_AT_RISK = 30.0
_LEAST_HAZARD, _MOST_HAZARD = 1e-5, 0.995


@dataclass(slots=True)
class LatenessModel:
    """Fitted on one day. `curve` gives the cumulative hazard that quantiles are read from."""

    #: Hazard of each day past due over all customers.
    overall: Floats
    #: Payments on each weekday (Monday first) against what the hazards alone would give.
    weekday_factors: Floats
    _events: "_ByCustomer"
    _curves: dict[tuple[int, int], Floats] = field(default_factory=dict)

    def curve(self, customer: int, due_weekday: int) -> Floats:
        """Cumulative hazard by day past due for invoices of this customer due on this weekday (Monday 0).

        Entry 0 is zero, entry i+1 includes day `FIRST_DAY + i`; the chance that an invoice is still open after
        that day is exp(-entry).
        """
        key = (customer, due_weekday)
        if key not in self._curves:
            hazard = self._hazard(customer) * self.weekday_factors[_weekdays(due_weekday)]
            steps = -np.log1p(-np.clip(hazard, _LEAST_HAZARD, _MOST_HAZARD))
            self._curves[key] = np.concatenate(([0.0], np.cumsum(steps)))
        return self._curves[key]

    def _hazard(self, customer: int) -> Floats:
        paid, at_risk = self._events.counts(customer)
        shrunk: Floats = (paid + PRIOR_INVOICES * self.overall) / (at_risk + PRIOR_INVOICES)
        return shrunk


class _ByCustomer:
    """Lateness, weight and whether paid, of each known invoice, found by customer."""

    def __init__(self, customer: Days, lateness: Days, paid: NDArray[np.bool_], weight: Floats) -> None:
        order = np.argsort(customer, kind="stable")
        self._customer = customer[order]
        self._lateness, self._paid, self._weight = lateness[order], paid[order], weight[order]

    def counts(self, customer: int) -> tuple[Floats, Floats]:
        """Weighted payments, and invoices at risk, by day past due."""
        first, last = np.searchsorted(self._customer, (customer, customer + 1))
        return weighted_counts(self._lateness[first:last], self._paid[first:last], self._weight[first:last])


def fit_lateness(history: History, as_of: date) -> LatenessModel:
    """The model of what was known on `as_of` alone: later payments, and later invoices, do not exist for it."""
    today = as_of.toordinal()
    known = history.known_on(as_of)
    due = history.due[known]
    paid = history.paid[known] < today
    until = np.where(paid, history.paid[known], today)
    lateness = np.clip(until - due - FIRST_DAY, 0, _GRID - 1)
    age = np.maximum(today - np.maximum(until, due), 0)
    weight = np.where(paid, 0.5 ** (age / HALF_LIFE_DAYS), 1.0)
    overall = _overall_hazard(*weighted_counts(lateness, paid, weight))
    factors = _weekday_factors(due, lateness, paid, weight, overall)
    return LatenessModel(overall, factors, _ByCustomer(history.customer[known], lateness, paid, weight))


def weighted_counts(lateness: Days, paid: NDArray[np.bool_], weight: Floats) -> tuple[Floats, Floats]:
    """Payments on each day of the grid, and what was at risk on it.

    A paid invoice was at risk until the day it was paid; an open one until yesterday.
    """
    events: Floats = np.bincount(lateness[paid], weights=weight[paid], minlength=_GRID)[:_GRID].astype(np.float64)
    open_until = np.bincount(lateness[~paid], weights=weight[~paid], minlength=_GRID)[:_GRID].astype(np.float64)
    still: Floats = np.cumsum((events + open_until)[::-1])[::-1] - open_until
    return events, still


def _overall_hazard(paid: Floats, at_risk: Floats) -> Floats:
    hazard = (paid + _LEAST_HAZARD) / (at_risk + 1.0)
    thin = np.flatnonzero(at_risk < _TAIL_AT_RISK)
    tail = thin[thin > -FIRST_DAY]
    if tail.size:
        first = tail[0]
        hazard[first:] = (paid[first:].sum() + 0.5) / (at_risk[first:].sum() + 25.0)
    return np.clip(hazard, _LEAST_HAZARD, _MOST_HAZARD)


def _weekday_factors(due: Days, lateness: Days, paid: NDArray[np.bool_], weight: Floats, overall: Floats) -> Floats:
    """Banks book on working days: how far each weekday is above or below the hazards, 1 where little is known."""
    booked, expected = np.zeros(7), np.zeros(7)
    weekday = (due + 6) % 7
    for due_weekday in range(7):
        rows = weekday == due_weekday
        events, at_risk = weighted_counts(lateness[rows], paid[rows], weight[rows])
        days = _weekdays(due_weekday)
        booked += np.bincount(days, weights=events, minlength=7)
        expected += np.bincount(days, weights=at_risk * overall, minlength=7)
    factors: Floats = (booked + 5.0) / (expected + 5.0)
    return factors


def _weekdays(due_weekday: int) -> Days:
    """Weekday of each day of the grid for an invoice due on `due_weekday`; Monday is 0."""
    return (np.arange(FIRST_DAY, LAST_DAY + 1) + due_weekday) % 7

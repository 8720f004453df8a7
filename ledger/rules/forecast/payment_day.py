"""The day on which each open invoice will be paid: 10, 50 and 90 % quantiles, and its chance by week."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ledger.rules.forecast.history import History
from ledger.rules.forecast.lateness import FIRST_DAY, LAST_DAY, Floats, LatenessModel

WEEKS = 13
#: Beyond this an overdue invoice is taken to behave as one this late: history knows too few older ones.
_OLDEST = 365
_QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class PaymentDayForecast:
    """Days in ascending order, none before the as-of day. `weeks` are chances of payment in each coming week."""

    row: int
    p10: date
    p50: date
    p90: date
    #: Chance of payment in days 0 to 6, 7 to 13, ... from the as-of day; `WEEKS` of them.
    weeks: tuple[float, ...]


def forecast_payment_days(
    model: LatenessModel, history: History, rows: Sequence[int], as_of: date
) -> list[PaymentDayForecast]:
    """A forecast for each of these rows of the history, all of them open on `as_of`."""
    return [_forecast(model, history, int(row), as_of) for row in rows]


def _forecast(model: LatenessModel, history: History, row: int, as_of: date) -> PaymentDayForecast:
    due = int(history.due[row])
    curve = model.curve(int(history.customer[row]), (due + 6) % 7)
    past_due = as_of.toordinal() - due
    start = min(max(past_due, FIRST_DAY), _OLDEST) - FIRST_DAY
    # Before the grid begins nothing is ever paid; those days are added to what the grid says.
    wait = max(FIRST_DAY - past_due, 0)
    p10, p50, p90 = (_day(curve, start, quantile) + wait for quantile in _QUANTILES)
    today = as_of.toordinal()
    return PaymentDayForecast(
        row,
        date.fromordinal(today + p10),
        date.fromordinal(today + p50),
        date.fromordinal(today + p90),
        _weeks(curve, start, wait),
    )


def _day(curve: Floats, start: int, quantile: float) -> int:
    """Days from now until the invoice is paid with this chance, given that it is open now."""
    wanted = curve[start] - math.log(1.0 - quantile)
    position = int(np.searchsorted(curve, wanted, side="left"))
    return min(max(position - 1, start), LAST_DAY - FIRST_DAY) - start


def _weeks(curve: Floats, start: int, wait: int) -> tuple[float, ...]:
    ends = np.arange(WEEKS + 1) * 7 - wait
    positions = np.clip(start + ends, start, len(curve) - 1)
    still_open = np.exp(curve[start] - curve[positions])
    return tuple((still_open[:-1] - still_open[1:]).tolist())

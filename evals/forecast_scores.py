"""Scores of a payment forecast exactly as docs/formats/forecast.md says, for one as-of day or several pooled."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_QUANTILES = {"pinball_10": 0.1, "pinball_50": 0.5, "pinball_90": 0.9}


@dataclass(frozen=True, slots=True)
class DayRows:
    """One as-of day's forecasts whose payment day is known in the end; all are day numbers."""

    actual: Floats
    p10: Floats
    p50: Floats
    p90: Floats
    baselines: dict[str, Floats]
    own_p10: Floats
    own_p90: Floats


@dataclass(slots=True)
class CashErrors:
    """Sums over weeks and currencies: absolute error of each forecast by name, and what really came."""

    errors: dict[str, Decimal]
    actual: Decimal


def score(days: Iterable[DayRows], cash: Iterable[CashErrors]) -> dict[str, object]:
    """All scores over these as-of days pooled, rounded to six places; a mean of nothing is null."""
    rows = pooled(list(days))
    sums = _summed(list(cash))
    actual = rows.actual
    scores: dict[str, object] = {"rows": len(actual), "mae_days": _mean(np.abs(actual - rows.p50))}
    scores.update(
        {
            name: _mean(pinball(actual, forecast, _QUANTILES[name]))
            for name, forecast in zip(_QUANTILES, (rows.p10, rows.p50, rows.p90), strict=True)
        }
    )
    scores["coverage_80"] = _mean((rows.p10 <= actual) & (actual <= rows.p90))
    scores["interval_days"] = _mean(rows.p90 - rows.p10)
    scores["weekly_cash_wape"] = _wape(sums, "forecast")
    scores["baselines"] = {
        **{
            name: {"mae_days": _mean(np.abs(actual - day)), "weekly_cash_wape": _wape(sums, name)}
            for name, day in rows.baselines.items()
        },
        "own_quantiles": {
            "pinball_10": _mean(pinball(actual, rows.own_p10, 0.1)),
            "pinball_90": _mean(pinball(actual, rows.own_p90, 0.9)),
            "coverage_80": _mean((rows.own_p10 <= actual) & (actual <= rows.own_p90)),
            "interval_days": _mean(rows.own_p90 - rows.own_p10),
        },
    }
    return scores


def pinball(actual: Floats, forecast: Floats, quantile: float) -> Floats:
    """Pinball loss in days."""
    error = actual - forecast
    return np.maximum(quantile * error, (quantile - 1.0) * error)


def pooled(days: list[DayRows]) -> DayRows:
    """All rows of several days, each counting once."""
    return DayRows(
        np.concatenate([day.actual for day in days]),
        np.concatenate([day.p10 for day in days]),
        np.concatenate([day.p50 for day in days]),
        np.concatenate([day.p90 for day in days]),
        {name: np.concatenate([day.baselines[name] for day in days]) for name in days[0].baselines},
        np.concatenate([day.own_p10 for day in days]),
        np.concatenate([day.own_p90 for day in days]),
    )


def _summed(cash: list[CashErrors]) -> CashErrors:
    names = cash[0].errors if cash else {}
    errors = {name: sum((one.errors[name] for one in cash), Decimal(0)) for name in names}
    return CashErrors(errors, sum((one.actual for one in cash), Decimal(0)))


def _wape(cash: CashErrors, name: str) -> float | None:
    return round(float(cash.errors[name] / cash.actual), 6) if cash.actual else None


def _mean(values: Floats | NDArray[np.bool_]) -> float | None:
    return round(float(np.mean(values)), 6) if len(values) else None

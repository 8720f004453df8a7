"""Cash of the coming weeks from open invoices: expected, and the range that eight of ten weeks stay in.

Chances are floats, money is not: a chance becomes a whole number of millionths before it meets an amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.currency import exponent
from core.money import Money
from ledger.rules.forecast.payment_day import WEEKS, PaymentDayForecast

_MILLION = 1_000_000
_DRAWS = 400
#: How often a customer's invoices share one fate: they are paid in one run, or none of them is.
_TOGETHER = 0.4
_INT64_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open invoice as cash to come: whose, how much, and its chance in each week."""

    customer_id: str
    open_balance: Money
    forecast: PaymentDayForecast


@dataclass(frozen=True, slots=True)
class WeekOfCash:
    """Receipts of the seven days from `week_start`, in one currency."""

    week_start: date
    expected: Money
    p10: Money
    p90: Money


def expected_by_week(items: Sequence[OpenItem]) -> dict[str, list[Money]]:
    """Expected receipts of each of the 13 weeks by currency, rounded half up to its minor unit."""
    sums: dict[str, list[Decimal]] = {}
    for item in items:
        weeks = sums.setdefault(item.open_balance.currency, [Decimal(0)] * WEEKS)
        for week, chance in enumerate(item.forecast.weeks):
            weeks[week] += item.open_balance.amount * round(chance * _MILLION)
    return {
        currency: [Money(amount / _MILLION, currency).rounded_half_up() for amount in weeks]
        for currency, weeks in sorted(sums.items())
    }


def weekly_cash(items: Sequence[OpenItem], as_of: date, *, seed: int = 0) -> list[WeekOfCash]:
    """Thirteen weeks from `as_of` by currency, then week; the range is drawn, repeatably for a seed."""
    weeks: list[WeekOfCash] = []
    for currency, expected in expected_by_week(items).items():
        own = [item for item in items if item.open_balance.currency == currency]
        low, high = _range(own, currency, np.random.default_rng(seed))
        for week, amount in enumerate(expected):
            start = as_of + timedelta(days=7 * week)
            weeks.append(WeekOfCash(start, amount, low[week], high[week]))
    return weeks


def _range(items: Sequence[OpenItem], currency: str, random: np.random.Generator) -> tuple[list[Money], list[Money]]:
    places = max(exponent(currency), *(-int(item.open_balance.amount.as_tuple().exponent) for item in items))
    units = [int(item.open_balance.amount.scaleb(places)) for item in items]
    whole = np.int64 if sum(units) < _INT64_SAFE else object
    totals: NDArray[np.int64] = np.zeros((_DRAWS, WEEKS + 1), dtype=whole)
    draws = np.arange(_DRAWS)
    shared: dict[str, NDArray[np.float64]] = {}
    for item, amount in zip(items, units, strict=True):
        fate = shared.setdefault(item.customer_id, random.random(_DRAWS))
        own = np.where(random.random(_DRAWS) < _TOGETHER, fate, random.random(_DRAWS))
        week = np.searchsorted(np.cumsum(item.forecast.weeks), own, side="right")
        totals[draws, week] += amount
    totals.sort(axis=0)
    low, high = totals[_DRAWS // 10], totals[_DRAWS - 1 - _DRAWS // 10]
    return [_money(n, places, currency) for n in low[:WEEKS]], [_money(n, places, currency) for n in high[:WEEKS]]


def _money(units: int, places: int, currency: str) -> Money:
    return Money(Decimal(int(units)).scaleb(-places), currency).rounded_half_up()

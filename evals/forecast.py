"""`duly eval forecast`: walks a payment history month by month, forecasts what is open and scores it.

On each as-of day the rules see what was known on its morning alone: payments of the day itself are to come.
"""

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.money import plain
from evals.baselines.forecast_by_lateness import LatenessBaselines, lateness_baselines
from evals.forecast_files import LoadedForecast, load_forecast
from evals.forecast_scores import CashErrors, DayRows, score
from ledger.rules.forecast.history import UNPAID, BilledInvoice, History, history_of
from ledger.rules.forecast.lateness import fit_lateness
from ledger.rules.forecast.payment_day import WEEKS, PaymentDayForecast, forecast_payment_days
from ledger.rules.forecast.weekly_cash import OpenItem, expected_by_week, weekly_cash

__all__ = ["ForecastRun", "LoadedForecast", "load_forecast", "run_forecast"]

#: The last as-of day has thirteen weeks before the last known payment.
_DAYS_BEFORE_THE_END = 91


@dataclass(slots=True)
class AsOfDay:
    """One as-of day: its forecasts, and what they are measured with."""

    as_of: date
    forecasts: list[PaymentDayForecast]
    rows: DayRows
    cash: CashErrors


@dataclass(slots=True)
class ForecastRun:
    """All as-of days in order."""

    loaded: LoadedForecast
    history: History
    days: list[AsOfDay] = field(default_factory=list)
    fitted: int = 0
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0

    @property
    def cases(self) -> int:
        """Forecasts made: invoices open on each as-of day."""
        return sum(len(day.forecasts) for day in self.days)

    @property
    def left_out(self) -> list[dict[str, object]]:
        """Rows that could not be read: line, id, reason."""
        return self.loaded.left_out

    def scores(self) -> dict[str, object]:
        """Scores pooled over all as-of days; empty when the span of payments holds no as-of day."""
        if not self.days:
            return {}
        pooled = score([day.rows for day in self.days], [day.cash for day in self.days])
        return {"as_of_days": len(self.days), **pooled}

    def by(self) -> dict[str, dict[str, object]]:
        """Scores of each as-of day, as cases."""
        cases: dict[str, object] = {day.as_of.isoformat(): score([day.rows], [day.cash]) for day in self.days}
        return {"lang": {}, "intent": {}, "case": cases}

    def timing(self) -> dict[str, object]:
        """Invoices a second, for fitting (known invoices) and for predicting (open ones)."""
        return {
            "fit_invoices_per_second": _rate(self.fitted, self.fit_seconds),
            "predict_invoices_per_second": _rate(self.cases, self.predict_seconds),
            "seconds": round(self.fit_seconds + self.predict_seconds, 6),
        }

    def answers(self) -> Iterator[str]:
        """Lines of the answers file, header first: dates by as-of day and invoice."""
        yield "as_of,invoice_number,p10,p50,p90"
        for day in self.days:
            for forecast in day.forecasts:
                number = self.history.invoices[forecast.row].number
                yield _csv_line((day.as_of, number, forecast.p10, forecast.p50, forecast.p90))

    def cash(self) -> Iterator[str]:
        """Lines of the cash file, header first: thirteen weeks by as-of day and currency."""
        yield "as_of,week_start,currency,expected,p10,p90"
        for day in self.days:
            for week in weekly_cash(_items(self.history, day.forecasts), day.as_of):
                currency = week.expected.currency
                amounts = (plain(amount.amount, currency) for amount in (week.expected, week.p10, week.p90))
                yield _csv_line((day.as_of, week.week_start, currency, *amounts))


def run_forecast(loaded: LoadedForecast, *, progress: Callable[[int, int], None] | None = None) -> ForecastRun:
    """Fits and forecasts on every as-of day of the file."""
    run = ForecastRun(loaded, history_of(loaded.invoices))
    days = as_of_days(loaded.invoices)
    for position, as_of in enumerate(days):
        run.days.append(_work(run, as_of))
        if progress is not None:
            progress(position + 1, len(days))
    return run


def as_of_days(invoices: Sequence[BilledInvoice]) -> list[date]:
    """Month firsts from one third of the span of payments to 91 days before its last day."""
    paid = [invoice.paid_on for invoice in invoices if invoice.paid_on is not None]
    if not paid:
        return []
    first, last = min(paid), max(paid)
    days = []
    day = date(first.year, first.month, 1)
    while day <= last - timedelta(days=_DAYS_BEFORE_THE_END):
        if (day - first).days * 3 >= (last - first).days:
            days.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return days


def _work(run: ForecastRun, as_of: date) -> AsOfDay:
    history = run.history
    began = time.perf_counter()
    model = fit_lateness(history, as_of)
    fitted = time.perf_counter()
    rows = np.flatnonzero(history.open_on(as_of))
    forecasts = forecast_payment_days(model, history, rows.tolist(), as_of)
    run.predict_seconds += time.perf_counter() - fitted
    run.fit_seconds += fitted - began
    run.fitted += int(np.count_nonzero(history.known_on(as_of)))
    baselines = lateness_baselines(history, rows, as_of)
    cash = _cash_errors(history, rows, forecasts, baselines, as_of)
    return AsOfDay(as_of, forecasts, _day_rows(history, rows, forecasts, baselines), cash)


def _day_rows(
    history: History, rows: NDArray[np.int64], forecasts: list[PaymentDayForecast], baselines: LatenessBaselines
) -> DayRows:
    """The rows whose payment day is known in the end."""
    known = history.paid[rows] < UNPAID
    quantiles = np.array(
        [(f.p10.toordinal(), f.p50.toordinal(), f.p90.toordinal()) for f in forecasts], dtype=np.float64
    ).reshape(len(rows), 3)[known]
    return DayRows(
        history.paid[rows][known].astype(np.float64),
        quantiles[:, 0],
        quantiles[:, 1],
        quantiles[:, 2],
        {name: day[known] for name, day in baselines.days().items()},
        baselines.own_p10[known],
        baselines.own_p90[known],
    )


def _cash_errors(
    history: History,
    rows: NDArray[np.int64],
    forecasts: list[PaymentDayForecast],
    baselines: LatenessBaselines,
    as_of: date,
) -> CashErrors:
    today = as_of.toordinal()
    currencies = [history.invoices[row].amount.currency for row in rows]
    actual = _by_week(_amounts_of(history, rows), currencies, history.paid[rows] - today)
    forecast = {
        (currency, week): amount.amount
        for currency, weeks in expected_by_week(_items(history, forecasts)).items()
        for week, amount in enumerate(weeks)
    }
    by_name = {"forecast": forecast}
    for name, day in baselines.days().items():
        by_name[name] = _by_week(_amounts_of(history, rows), currencies, np.rint(day).astype(np.int64) - today)
    errors = {
        name: sum(
            (abs(weeks.get(key, Decimal(0)) - actual.get(key, Decimal(0))) for key in {*weeks, *actual}), Decimal(0)
        )
        for name, weeks in by_name.items()
    }
    return CashErrors(errors, sum(actual.values(), Decimal(0)))


def _amounts_of(history: History, rows: NDArray[np.int64]) -> list[Decimal]:
    """Amounts of these rows in their own currencies."""
    return [history.invoices[row].amount.amount for row in rows]


def _by_week(
    amounts: list[Decimal], currencies: list[str], days_ahead: NDArray[np.int64]
) -> dict[tuple[str, int], Decimal]:
    """Whole amounts in the week of their day, by currency and week; what lies beyond thirteen weeks is left out."""
    weeks: dict[tuple[str, int], Decimal] = {}
    for amount, currency, ahead in zip(amounts, currencies, days_ahead.tolist(), strict=True):
        if 0 <= ahead < 7 * WEEKS:
            key = (currency, ahead // 7)
            weeks[key] = weeks.get(key, Decimal(0)) + amount
    return weeks


def _items(history: History, forecasts: list[PaymentDayForecast]) -> list[OpenItem]:
    return [OpenItem(history.invoices[f.row].customer_id, history.invoices[f.row].amount, f) for f in forecasts]


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 1) if seconds > 0 else 0.0


def _csv_line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()

"""`eval forecast`: its as-of days, its scores on figures worked out by hand, and what it leaves out."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidInput
from evals.baselines.forecast_by_lateness import lateness_baselines
from evals.forecast import as_of_days, load_forecast, run_forecast
from evals.forecast_scores import CashErrors, DayRows, pinball, score
from ledger.rules.forecast.history import history_of

HEADER = "invoice_number,customer_id,issued,due,amount,currency,paid_on\n"


def a_file(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "history.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def a_history(tmp_path: Path, days: int = 400) -> Path:
    """An invoice every third day, paid five days late by K1 and fifteen by K2."""
    rows = []
    for position in range(days // 3):
        due = date(2024, 1, 1) + timedelta(days=3 * position)
        paid = due + timedelta(days=5 if position % 2 else 15)
        rows.append(f"F{position},K{1 if position % 2 else 2},,{due},100.00,EUR,{paid}")
    return a_file(tmp_path, "\n".join(rows) + "\n")


def test_as_of_days_run_from_one_third_of_the_span_to_91_days_before_its_end(tmp_path: Path) -> None:
    rows = "A,K,,2024-01-01,1.00,EUR,2024-01-10\nB,K,,2024-12-01,1.00,EUR,2024-12-31\n"
    days = as_of_days(load_forecast(a_file(tmp_path, rows)).invoices)
    assert [day.isoformat() for day in days] == [
        "2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01",
    ]  # fmt: skip


def test_an_invoice_without_an_issue_day_is_known_thirty_days_before_it_is_due(tmp_path: Path) -> None:
    (invoice,) = load_forecast(a_file(tmp_path, "A,K,,2024-03-31,1.00,EUR,\n")).invoices
    assert (invoice.known_from, invoice.paid_on) == (date(2024, 3, 1), None)


def test_a_regular_payer_is_forecast_to_the_day(tmp_path: Path) -> None:
    run = run_forecast(load_forecast(a_history(tmp_path)))
    scores = run.scores()
    assert float(str(scores["mae_days"])) < 1.0
    assert float(str(scores["coverage_80"])) >= 0.8
    assert next(iter(run.answers())) == "as_of,invoice_number,p10,p50,p90"
    assert sum(1 for _ in run.answers()) == run.cases + 1
    assert set(run.by()["case"]) == {day.as_of.isoformat() for day in run.days}


def test_the_cash_file_has_thirteen_weeks_a_currency_and_as_of_day(tmp_path: Path) -> None:
    run = run_forecast(load_forecast(a_history(tmp_path)))
    lines = list(run.cash())
    assert lines[0] == "as_of,week_start,currency,expected,p10,p90"
    assert len(lines) - 1 == 13 * len(run.days)


def test_a_file_too_short_for_an_as_of_day_has_no_scores(tmp_path: Path) -> None:
    run = run_forecast(load_forecast(a_file(tmp_path, "A,K,,2024-01-01,1.00,EUR,2024-01-10\n")))
    assert (run.scores(), run.cases, run.by()["case"]) == ({}, 0, {})


def test_what_an_invoice_did_later_changes_no_earlier_forecast(tmp_path: Path) -> None:
    text = a_history(tmp_path).read_text(encoding="utf-8")
    first = run_forecast(load_forecast(a_file(tmp_path, text.removeprefix(HEADER))))
    last_row = text.strip().splitlines()[-1]
    changed = text.replace(last_row, last_row.replace(",K1,", ",K2,").replace(",K2,", ",K9,")).removeprefix(HEADER)
    second = run_forecast(load_forecast(a_file(tmp_path, changed)))
    assert list(second.answers())[:20] == list(first.answers())[:20]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("X,K,,,1.00,EUR,", "due '' is not a date like 2026-04-30"),
        ("X,K,,2024-03-31,one,EUR,", "amount 'one' is not an amount like 1250.00"),
        ("X,K,,2024-03-31,1.00,EUR,soon", "paid_on 'soon' is not a date like 2026-04-30"),
        ("X,,,2024-03-31,1.00,EUR,", "customer_id is empty"),
        ("A,K,,2024-03-31,1.00,EUR,", "invoice_number 'A' occurs twice; the first row stands"),
    ],
)
def test_an_unreadable_row_is_left_out_with_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    loaded = load_forecast(a_file(tmp_path, "A,K,,2024-03-31,1.00,EUR,\n" + row + "\n"))
    assert loaded.left_out == [{"line": 3, "id": row[0], "reason": f"history.csv: {reason}"}]
    assert len(loaded.invoices) == 1


def test_an_absent_file_and_a_missing_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_forecast(tmp_path / "absent.csv")
    (tmp_path / "bad.csv").write_text("invoice_number,due\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="lacks the columns customer_id, issued, amount, currency, paid_on"):
        load_forecast(tmp_path / "bad.csv")


def test_baselines_are_the_customers_or_the_files_and_never_before_the_as_of_day(tmp_path: Path) -> None:
    rows = (
        "A,K1,,2024-01-01,1.00,EUR,2024-01-03\nB,K1,,2024-01-01,1.00,EUR,2024-01-11\n"
        "C,K2,,2024-01-01,1.00,EUR,2024-01-31\n"
        "D,K1,,2024-02-10,1.00,EUR,\nE,new,,2024-02-10,1.00,EUR,\nF,K1,,2024-01-20,1.00,EUR,\n"
    )
    history = history_of(load_forecast(a_file(tmp_path, rows)).invoices)
    as_of = date(2024, 2, 1)
    found = lateness_baselines(history, np.array([3, 4, 5]), as_of)
    ahead = {name: (days - as_of.toordinal()).tolist() for name, days in found.days().items()}
    assert ahead == {
        "due_date": [9.0, 9.0, 0.0],
        "customer_mean": [15.0, 23.0, 0.0],
        "customer_median": [15.0, 19.0, 0.0],
    }


def test_pinball_weighs_late_and_early_as_its_quantile_says() -> None:
    assert pinball(np.array([10.0, 10.0]), np.array([6.0, 14.0]), 0.9).tolist() == pytest.approx([3.6, 0.4])


def test_scores_of_rows_worked_out_by_hand() -> None:
    def days(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.array(values, dtype=np.float64)

    rows = DayRows(
        days(10, 20), days(8, 21), days(12, 25), days(15, 30), {"due_date": days(4, 20)}, days(0, 0), days(9, 30)
    )
    cash = CashErrors({"forecast": Decimal("25.00"), "due_date": Decimal("50.00")}, Decimal("100.00"))
    scores = score([rows], [cash])
    assert (scores["mae_days"], scores["coverage_80"], scores["interval_days"]) == (3.5, 0.5, 8.0)
    assert scores["weekly_cash_wape"] == 0.25
    assert scores["baselines"] == {
        "due_date": {"mae_days": 3.0, "weekly_cash_wape": 0.5},
        "own_quantiles": {"pinball_10": 1.5, "pinball_90": 0.95, "coverage_80": 0.5, "interval_days": 19.5},
    }

"""Reads a file in the payment forecast format (docs/formats/forecast.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from evals.csv_rows import CsvFile, LeftOut, day, money, read_rows, required
from ledger.rules.forecast.history import BilledInvoice

_COLUMNS = ("invoice_number", "customer_id", "issued", "due", "amount", "currency", "paid_on")
#: Where `issued` is empty the invoice is known from so many days before it is due.
KNOWN_BEFORE_DUE = timedelta(days=30)
#: Other years are slips of the pen, and a calendar cannot count on from its first or last day.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(slots=True)
class LoadedForecast:
    """The file's invoices in its order."""

    invoices: list[BilledInvoice]
    left_out: list[dict[str, object]] = field(default_factory=list)


def load_forecast(path: Path) -> LoadedForecast:
    """The file's rows.

    Raises:
        InvalidInput: the file is absent or lacks a column.
    """
    left_out = LeftOut()
    seen: set[str] = set()

    def invoice(row: Mapping[str, str]) -> BilledInvoice:
        number = required(row["invoice_number"], "invoice_number")
        if number in seen:
            raise ValueError(f"invoice_number {number!r} occurs twice; the first row stands")
        due = _day(row["due"], "due")
        billed = BilledInvoice(
            number,
            required(row["customer_id"], "customer_id"),
            _day(row["issued"], "issued") if row["issued"].strip() else due - KNOWN_BEFORE_DUE,
            due,
            money(row["amount"], row["currency"], "amount"),
            _day(row["paid_on"], "paid_on") if row["paid_on"].strip() else None,
        )
        seen.add(number)
        return billed

    file = CsvFile(path, _COLUMNS, "invoice_number")
    return LoadedForecast(list(read_rows(file, invoice, left_out)), left_out.rows)


def _day(text: str, column: str) -> date:
    found = day(text, column)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"{column} {text[:40]!r} is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    return found

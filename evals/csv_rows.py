"""Reads RFC 4180 files row by row; what cannot be read is left out with its line and the reason."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeVar

from core.currency import is_currency
from core.errors import InvalidInput
from core.money import Money, parse_amount

Row = TypeVar("Row")
#: A longer cell is no cell of these formats.
_MAX_CELL = 200_000


class _Reader(Protocol):
    """What `csv.reader` gives: rows, and how many lines of the file they took."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...


@dataclass(slots=True)
class LeftOut:
    """Rows that were not read; the reason begins with the file's name."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, file: str, line: int, row_id: str, reason: str) -> None:
        """Notes one row."""
        self.rows.append({"line": line, "id": row_id, "reason": f"{file}: {reason}"})


@dataclass(frozen=True, slots=True)
class CsvFile:
    """Which file, which columns it must have, and which of them names a row in reports."""

    path: Path
    columns: Sequence[str]
    id_column: str


def read_rows(file: CsvFile, parse: Callable[[Mapping[str, str]], Row], left_out: LeftOut) -> Iterator[Row]:
    """The rows that `parse` accepts, in the order of the file; others go to `left_out`.

    Raises:
        InvalidInput: the file is absent or lacks a column.
    """
    name = file.path.name
    try:
        handle = file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise InvalidInput(f"{file.path} cannot be read: {error.strerror}") from error
    with handle:
        csv.field_size_limit(_MAX_CELL)
        reader = csv.reader(handle)
        header = _header(file, reader)
        for line, cells in _lines(reader, name, left_out):
            row = dict(zip(header, cells, strict=False))
            row_id = _printable(row.get(file.id_column, ""))
            try:
                yield parse(_checked(cells, header, row))
            except ValueError as error:
                left_out.add(name, line, row_id, str(error))


def _header(file: CsvFile, reader: _Reader) -> list[str]:
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise InvalidInput(f"{file.path}: the header row cannot be read: {error}") from error
    missing = [column for column in file.columns if column not in header]
    if missing:
        raise InvalidInput(f"{file.path} lacks the columns {', '.join(missing)}; found {', '.join(header)[:200]}")
    return header


def _lines(reader: _Reader, name: str, left_out: LeftOut) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they begin on; blank lines are skipped."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            left_out.add(name, line, "", f"not a CSV row: {error}")
            continue
        if cells is None:
            return
        if cells:
            yield line, cells


def _checked(cells: list[str], header: list[str], row: dict[str, str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise ValueError(f"{len(cells)} cells, the header has {len(header)}")
    if any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
        raise ValueError("the row is not UTF-8")
    return row


def _printable(text: str) -> str:
    return text[:80].encode("utf-8", "replace").decode()


def day(text: str, column: str) -> date:
    """A date as `YYYY-MM-DD`.

    Raises:
        ValueError: anything else.
    """
    stripped = text.strip()
    try:
        if len(stripped) == 10 and stripped[4] == stripped[7] == "-":
            return date.fromisoformat(stripped)
    except ValueError:
        pass
    raise ValueError(f"{column} {text[:40]!r} is not a date like 2026-04-30")


def money(text: str, currency: str, column: str) -> Money:
    """An amount in `currency`.

    Raises:
        ValueError: no decimal string, or no ISO 4217 code.
    """
    code = currency.strip()
    if not is_currency(code):
        raise ValueError(f"currency {currency[:20]!r} is not an ISO 4217 code")
    try:
        amount: Decimal = parse_amount(text)
    except ValueError:
        raise ValueError(f"{column} {text[:40]!r} is not an amount like 1250.00") from None
    return Money(amount, code)


def required(text: str, column: str) -> str:
    """The cell without blanks around it.

    Raises:
        ValueError: it is empty or longer than any id.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > 200:
        raise ValueError(f"{column} is {'empty' if not stripped else 'longer than 200 characters'}")
    return stripped


def listed(text: str) -> tuple[str, ...]:
    """Entries of a cell separated by `;`, without blanks and empty ones."""
    return tuple(entry.strip() for entry in text.split(";") if entry.strip())

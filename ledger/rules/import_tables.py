"""Cuts the text of a ledger file, CSV or JSON, into rows with their line numbers, or says why it cannot be read."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.model.import_records import SourceRow
from ledger.model.import_report import RefusedFile, RefusedRow

_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns that a file must have, and those that it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.required, *self.optional))


@dataclass(frozen=True, slots=True)
class ReadTable:
    """Rows in the order of the file; a row whose shape is wrong is refused, the others are read on."""

    rows: tuple[SourceRow, ...]
    refused: tuple[RefusedRow, ...]


def read_table(file: str, text: str, layout: Layout) -> ReadTable | RefusedFile:
    """The rows of a file; its name ends in `.csv` or `.json`. Blank rows are passed over."""
    body = text.removeprefix("\ufeff")
    if file.endswith(".json"):
        return _read_json(file, body, layout)
    return _read_csv(file, body, layout)


def json_items(text: str) -> Iterator[tuple[int, object]]:
    """Each item of the JSON list `text` with the 1-based line at which it begins; numbers come as written.

    Raises:
        ValueError: not a JSON list; what could be read was given before.
        RecursionError: nested beyond reason.
    """
    decoder = json.JSONDecoder(
        parse_float=str, parse_int=str, parse_constant=_no_constant, object_pairs_hook=_unique_names
    )
    text = text.removeprefix("\ufeff")
    position = _after_blanks(text, 0)
    if text[position : position + 1] != "[":
        raise ValueError("a JSON list of objects is needed: [{...}, {...}]")
    position, line, counted = _after_blanks(text, position + 1), 1, 0
    while text[position : position + 1] != "]":
        line, counted = line + text.count("\n", counted, position), position
        item, end = decoder.raw_decode(text, position)
        yield line, item
        position = _after_blanks(text, end)
        if text[position : position + 1] == ",":
            position = _after_blanks(text, position + 1)
        elif text[position : position + 1] != "]":
            raise ValueError("a comma or the end of the list is missing after this object")
    if _after_blanks(text, position + 1) != len(text):
        raise ValueError("there is more text after the end of the list")


def unreadable_json(file: str, line: int, error: Exception) -> RefusedFile:
    """The refusal of a JSON file that could not be read after the item at `line`."""
    if isinstance(error, json.JSONDecodeError):
        return RefusedFile(file, error.lineno, f"this is not JSON: {error.msg} at column {error.colno}")
    if isinstance(error, RecursionError):
        return RefusedFile(file, line, "this JSON is nested too deeply")
    return RefusedFile(file, line, str(error))


def header_problem(names: Sequence[str], layout: Layout) -> str:
    """What is wrong with these column names, or empty."""
    problems = []
    missing = [column for column in layout.required if column not in names]
    unknown = [name for name in names if name not in layout.columns]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if missing:
        problems.append(f"missing: {', '.join(missing)}")
    if unknown:
        problems.append(f"unknown: {', '.join(name[:60] or '(no name)' for name in unknown[:20])}")
    if repeated:
        problems.append(f"twice: {', '.join(name[:60] for name in repeated[:20])}")
    if not problems:
        return ""
    optional = f"; these may follow: {','.join(layout.optional)}" if layout.optional else ""
    hint = " (columns are separated by commas)" if len(names) == 1 and ";" in names[0] else ""
    return f"wrong columns, {'; '.join(problems)}{hint}. Needed: {','.join(layout.required)}{optional}"


#: Characters; beyond it quotes are missing somewhere.
_LONGEST_CELL = 131_072


def _read_csv(file: str, text: str, layout: Layout) -> ReadTable | RefusedFile:
    # The module's limit is the process's; whatever else set it, a cell of a ledger is no longer than this.
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[SourceRow] = []
    refused: list[RefusedRow] = []
    names: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip() for cell in cells]
                problem = header_problem(names, layout)
                if problem:
                    return RefusedFile(file, begins, problem)
            elif len(cells) != len(names):
                refused.append(_misshapen(file, begins, line - 1, cells, names))
            else:
                rows.append(SourceRow(file, begins, dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        return RefusedFile(file, line, f"the quotes do not match from here on ({error}); RFC 4180 quoting is needed")
    if names is None:
        return RefusedFile(file, 1, f"the file is empty. Needed: {','.join(layout.required)}")
    return ReadTable(tuple(rows), tuple(refused))


def _misshapen(file: str, begins: int, ends: int, cells: list[str], names: list[str]) -> RefusedRow:
    span = f", over lines {begins} to {ends}: is a quote not closed?" if ends > begins else ""
    reason = f"has {len(cells)} cells where the header has {len(names)}{span}"
    return RefusedRow(file, begins, reason, {f"cell {number}": cell for number, cell in enumerate(cells, 1)})


def _read_json(file: str, text: str, layout: Layout) -> ReadTable | RefusedFile:
    rows: list[SourceRow] = []
    refused: list[RefusedRow] = []
    line = 1
    try:
        for line, item in json_items(text):
            if not isinstance(item, dict):
                refused.append(RefusedRow(file, line, "is not an object", {"value": json.dumps(item)}))
                continue
            unknown = [name for name in item if name not in layout.columns]
            if unknown:
                problem = header_problem([*layout.required, *unknown], layout)
                return RefusedFile(file, line, problem)
            cells = {name: _as_cell(value) for name, value in item.items()}
            if any(cell is None for cell in cells.values()):
                refused.append(_not_text(file, line, item, cells))
            else:
                rows.append(SourceRow(file, line, {name: cell or "" for name, cell in cells.items()}))
    except (ValueError, RecursionError) as error:
        return unreadable_json(file, line, error)
    return ReadTable(tuple(rows), tuple(refused))


def _not_text(file: str, line: int, item: dict[str, object], cells: dict[str, str | None]) -> RefusedRow:
    wrong = ", ".join(name for name, cell in cells.items() if cell is None)
    received = {name: json.dumps(item[name]) if cell is None else cell for name, cell in cells.items()}
    return RefusedRow(
        file, line, f"{wrong}: text, a number or a list of texts without semicolons is needed", received
    )


def _as_cell(value: object) -> str | None:
    """The value as a CSV cell would hold it; None where no cell could."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) and ";" not in item for item in value):
        return ";".join(value)
    return None


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same name twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no value that a ledger holds")


def _after_blanks(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return position if found is None else found.end()

"""XLSX -> text: each visible row of each visible sheet in one line. Runs in the child only.

openpyxl (MIT) is chosen because it tells how a cell is shown: without that, an amount of 1250 is only a number.
"""

import io
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from integrations.attachments.limits import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS
from integrations.attachments.ooxml import open_package
from integrations.attachments.read_text import TextSoFar
from integrations.attachments.tables import table_line
from integrations.attachments.xlsx_hidden import Unseen, unseen_in

_CURRENCY = re.compile(r"\[\$([^\]\-]{1,5})|\"([^\"]{1,5})\"|([€£$])")
_PLACES = re.compile(r"[.,](0{1,4})(?!.*[#0])")
#: Sheet names that the program gave.
_GIVEN_NAME = re.compile(r"\w{3,12} ?\d{1,2}")


def xlsx_text(content: bytes) -> TextSoFar:
    """The rows with their values as they were last computed; dates as 2026-03-02, amounts with the places shown.

    Raises:
        Unreadable: it would unpack to more than is read.
    """
    archive = open_package(content)
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    found = TextSoFar()
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    found.is_cut = len(sheets) > MOST_SHEETS
    for sheet in sheets[:MOST_SHEETS]:
        if not _GIVEN_NAME.fullmatch(sheet.title):
            found.add(sheet.title)
        # What a sheet says of its own size is often wrong, and may be a trap.
        sheet.reset_dimensions()
        # openpyxl does not tell what a streamed sheet hides; only its own way to the member is private.
        unseen = unseen_in(archive, sheet._worksheet_path)
        if not _add_rows(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS), unseen, found):
            break
    return found


def _add_rows(rows: Iterable[tuple[Any, ...]], unseen: Unseen, found: TextSoFar) -> bool:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            found.is_cut = True
            break
        cells = [cell for column, cell in enumerate(row, start=1) if unseen.shows(number, column)]
        line = table_line(_shown(cell.value, str(getattr(cell, "number_format", ""))) for cell in cells)
        if line and not found.add(line):
            return False
    return True


def _shown(value: object, number_format: str) -> str:
    """A cell's value as its reader sees it, in plain figures with a point for the decimals."""
    match value:
        case None | bool():
            return ""
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
        case int() | float():
            return _number(value, number_format)
        case _:
            return str(value)


def _number(value: int | float, number_format: str) -> str:
    shown = number_format.partition(";")[0]
    number = Decimal(repr(value)) if abs(value) < 1e15 else Decimal(0)
    if abs(value) >= 1e15 or not number.is_finite():
        return str(value)
    if "%" in shown:
        return f"{(number * 100).normalize():f}%"
    places = _PLACES.search(shown)
    currency = _CURRENCY.search(shown)
    if places:
        figures = f"{number:.{len(places[1])}f}"
    elif number == number.to_integral_value():
        figures = f"{number:.2f}" if currency else f"{number:.0f}"
    else:
        # No format says how many places it has; what is not whole is most often an amount.
        figures = f"{number:.2f}"
    unit = next((one for one in currency.groups() if one), "").strip() if currency else ""
    return f"{figures} {unit}" if unit else figures

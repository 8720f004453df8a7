"""Rows of a table -> lines, so that number, amount and day of a row stay together."""

from collections.abc import Iterable

from integrations.attachments.limits import MOST_CELL_CHARACTERS

CELL_END = " | "


def table_line(cells: Iterable[str]) -> str:
    """One row as a line: empty cells left out, a lone label joined to its value by a colon; may be empty."""
    filled = [cleaned for cell in cells if (cleaned := " ".join(cell[:MOST_CELL_CHARACTERS].split()))]
    if len(filled) == 2 and not filled[0].endswith(":") and not filled[0][-1].isdigit():
        return f"{filled[0]}: {filled[1]}"
    line = CELL_END.join(filled)
    return line.replace(f":{CELL_END}", ": ")

"""CSV and its relatives -> lines."""

import csv

from integrations.attachments.limits import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS
from integrations.attachments.read_text import TextSoFar
from integrations.attachments.tables import table_line

_SEPARATORS = (";", "\t", "|", ",")
_LOOKED_AT = 30


def separated_text(content: str) -> TextSoFar:
    """The rows as lines; the separator is the one that splits most lines into equally many cells."""
    found = TextSoFar()
    lines = content[: MOST_CHARACTERS * 4].split("\n")
    found.is_cut = len(content) > MOST_CHARACTERS * 4
    separator = _separator([line for line in lines if line.strip()][:_LOOKED_AT])
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=separator)):
            if number >= MOST_ROWS:
                found.is_cut = True
                break
            line = table_line(row[:MOST_COLUMNS])
            if line and not found.add(line):
                break
    except csv.Error:
        # A field without an end, or with a NUL: the lines as they stand say more than nothing.
        return _as_lines(lines)
    return found


def _as_lines(lines: list[str]) -> TextSoFar:
    found = TextSoFar()
    for line in lines:
        if not found.add(line.rstrip()):
            break
    return found


def _separator(lines: list[str]) -> str:
    """A comma also stands inside amounts; so the one of which the lines hold an equal number wins."""

    def fits(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=fits)

"""Rows and columns of a sheet that its reader does not see: hidden, filtered away, or of no size."""

import zipfile
from dataclasses import dataclass, field

from integrations.attachments.limits import MOST_COLUMNS, MOST_ROWS
from integrations.attachments.ooxml import parse_member

_ON = frozenset({"1", "true", "on"})


@dataclass(slots=True)
class Unseen:
    """Numbers from 1, as the sheet counts them."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    _row: int = 0

    def shows(self, row: int, column: int) -> bool:
        return row not in self.rows and column not in self.columns

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "row":
            # A row without a number follows the one before it.
            self._row = _number(attributes.get("r", ""), self._row + 1)
            if _is_unseen(attributes, "ht") and self._row <= MOST_ROWS:
                self.rows.add(self._row)
        elif local == "col" and _is_unseen(attributes, "width"):
            first, last = _number(attributes.get("min", ""), 1), _number(attributes.get("max", ""), 0)
            self.columns.update(range(max(first, 1), min(last, MOST_COLUMNS) + 1))


def unseen_in(archive: zipfile.ZipFile, member: str) -> Unseen:
    """What the sheet in this member hides. Raises Unreadable for XML that no Office program writes."""
    found = Unseen()
    parse_member(archive, member, on_start=found.start, on_end=lambda _: None, on_text=lambda _: None)
    return found


def _is_unseen(attributes: dict[str, str], size: str) -> bool:
    if attributes.get("hidden", "").lower() in _ON:
        return True
    try:
        return float(attributes.get(size, "1")) == 0
    except ValueError:
        return False


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise

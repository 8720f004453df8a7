"""DOCX -> text: paragraphs as lines, a table's row in one line. Runs in the child only.

The format is read here with the standard library: `python-docx` brings lxml, and needs the whole document in memory.
"""

from dataclasses import dataclass, field

from integrations.attachments.limits import MOST_COLUMNS
from integrations.attachments.ooxml import open_package, parse_member
from integrations.attachments.read_text import TextSoFar
from integrations.attachments.tables import table_line

_DOCUMENT = "word/document.xml"
_BREAKS = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-"}


class _Enough(Exception):
    """The limit is reached; the rest need not be parsed."""


@dataclass(slots=True)
class _Reading:
    found: TextSoFar
    words: list[str] = field(default_factory=list)
    #: The cells of each row that is open; tables stand in cells of tables.
    rows: list[list[str]] = field(default_factory=list)
    in_text: bool = False
    hidden: bool = False
    #: How deep inside a second version of the same text, kept for older programs.
    fallback: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "Fallback" or self.fallback:
            self.fallback += 1
        elif local == "t":
            self.in_text = True
        elif local == "r":
            self.hidden = False
        elif local == "vanish":
            self.hidden = not any(value in {"0", "false", "off"} for value in attributes.values())
        elif local in _BREAKS and not self.hidden:
            self.words.append(_BREAKS[local])
        elif local == "tr":
            self.rows.append([])

    def end(self, name: str) -> None:
        if self.fallback:
            self.fallback -= 1
            return
        local = name.rpartition(" ")[2]
        if local == "t":
            self.in_text = False
        elif local == "p":
            self._end_paragraph()
        elif local == "tc" and self.rows:
            self._end_cell()
        elif local == "tr" and self.rows:
            self._end_row()

    def text(self, words: str) -> None:
        if self.in_text and not self.hidden and not self.fallback:
            self.words.append(words)

    def _end_paragraph(self) -> None:
        if self.rows:
            self.words.append("\n")
            return
        self._add("".join(self.words))
        self.words.clear()

    def _end_cell(self) -> None:
        if len(self.rows[-1]) < MOST_COLUMNS:
            self.rows[-1].append("".join(self.words))
        self.words.clear()

    def _end_row(self) -> None:
        line = table_line(self.rows.pop())
        if self.rows:
            self.words.append(f"{line}\n")
        else:
            self._add(line)

    def _add(self, line: str) -> None:
        if not self.found.add(line):
            raise _Enough


def docx_text(content: bytes) -> TextSoFar:
    """The visible text of the document's body.

    Raises:
        Unreadable: it would unpack to more than is read, or holds a document type.
    """
    found = TextSoFar()
    reading = _Reading(found)
    with open_package(content) as archive:
        try:
            parse_member(archive, _DOCUMENT, on_start=reading.start, on_end=reading.end, on_text=reading.text)
        except _Enough:
            found.is_cut = True
    return found

"""CSV bytes -> header, rows and what stands before them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from integrations.bankfiles.csv_words import CURRENCY_WORDS, HEADERS, folded
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.limits import MOST_CELL, MOST_COLUMNS, MOST_PREAMBLE
from integrations.bankfiles.text import decoded

DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}
#: Code pages of western and Polish Windows, DOS and Unix.
_CODE_PAGES = ["cp1252", "cp1250", "iso8859_2", "iso8859_15", "cp850", "cp852"]
_SAMPLE_BYTES = 64 * 1024
_HEADER_OF = {word: field for field, words in HEADERS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line of the table, trimmed; `line` is where it ends in the file."""

    cells: tuple[str, ...]
    line: int

    def at(self, column: int) -> str:
        return self.cells[column] if 0 <= column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """`header` is empty where the file has none."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    preamble: tuple[Row, ...]
    delimiter: str
    columns: int


def csv_text(content: bytes) -> str:
    """Raises:
    Fault: no text.
    """
    sample = content[:_SAMPLE_BYTES]
    if sample.isascii() or not content.isascii():
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            guess = from_bytes(_with_letters(content), cp_isolation=_CODE_PAGES).best()
            return decoded(content, ("utf-8", guess.encoding) if guess else ("utf-8",))
    return decoded(content)


def _with_letters(content: bytes) -> bytes:
    """The lines that tell code pages apart."""
    lines = [line for line in content.split(b"\n", 20_000)[:20_000] if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE_BYTES]


def table_of(text: str, delimiter: str = "", named: frozenset[str] = frozenset()) -> Table:
    """By the delimiter under which the header is understood best. `named` are headers that a person gave, folded.

    Raises:
        Fault: no table, or quotes that do not close.
    """
    head = "\n".join(text.split("\n", MOST_PREAMBLE + 20)[: MOST_PREAMBLE + 20])
    choices = [delimiter] if delimiter else list(DELIMITERS.values())
    (known, columns), _, best = max((_score(head, one, named), -at, one) for at, one in enumerate(choices))
    rows = list(_rows(text, best))
    if columns < 2 or not rows:
        what_to_do = "export it as CAMT.053, MT940, BAI2, OFX or CSV"
        raise Fault("it is no bank statement of a kind that is known", 0, what_to_do)
    if known < 2:
        widest = max(len(row.cells) for row in rows)
        return Table((), tuple(rows), (), best, widest)
    at = max(
        range(min(len(rows), MOST_PREAMBLE)), key=lambda number: (_understood(rows[number].cells, named), -number)
    )
    return Table(rows[at].cells, tuple(rows[at + 1 :]), tuple(rows[:at]), best, len(rows[at].cells))


def _score(head: str, delimiter: str, named: frozenset[str]) -> tuple[int, int]:
    """Headers that are understood in one row, and columns of the usual row."""
    try:
        rows = list(_rows(head, delimiter, is_part=True))[:MOST_PREAMBLE]
    except Fault:
        return 0, 0
    widths = sorted(len(row.cells) for row in rows)
    return max((_understood(row.cells, named) for row in rows), default=0), widths[len(widths) // 2] if widths else 0


def _understood(cells: tuple[str, ...], named: frozenset[str]) -> int:
    """One header that a person named makes a row the header, before all that are guessed."""
    return len(HEADERS) * len(named & set(map(folded, cells))) + _known(cells)


def _known(cells: tuple[str, ...]) -> int:
    """Fields that the row would head; none where no date and no amount is among them."""
    found = {_HEADER_OF[word] for word in map(header_word, cells) if word in _HEADER_OF}
    has_amount = bool(found & {"amount", "debit", "credit"})
    return len(found) if has_amount and found & {"booked_on", "value_on"} else 0


def header_word(cell: str) -> str:
    """The header without a currency behind it and without what stands in parentheses, where it is known so."""
    outside = folded(cell.split("(")[0].split("[")[0])
    words = outside.split()
    while words and words[-1] in CURRENCY_WORDS:
        words.pop()
    for word in (folded(cell), outside, " ".join(words)):
        if word in _HEADER_OF:
            return word
    return outside or folded(cell)


def _rows(text: str, delimiter: str, *, is_part: bool = False) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=not is_part)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise Fault(f"it has {len(cells):,} columns in a row", reader.line_num)
            trimmed = tuple(_trimmed(cell) for cell in cells)
            if any(trimmed):
                yield Row(trimmed, reader.line_num)
    except csv.Error as error:
        raise Fault(f"its quotes do not close, so it is cut off or damaged ({error})", reader.line_num) from error


def _trimmed(cell: str) -> str:
    if len(cell) > MOST_CELL:
        raise Fault(f"a cell of {len(cell):,} characters: {quoted(cell)}")
    # A formula guard of spreadsheets, and the blanks that banks pad with.
    return cell.strip().strip("\u200b\ufeff").strip().strip("'").strip()

"""BAI2 -> records: continuations joined, ends of lines and of fields told apart.

Own, because `bai2` (MIT) takes time in the square of a record's fields (16 s for 400 kB), refuses whole files for the
bank's own type codes (900 to 999), and cannot say on which line it stumbled.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.bankfiles.fault import Fault, quoted

_CODES = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
#: Physical lines of one logical record; an account's summaries fill some ten, an addenda list some hundred.
_MOST_CONTINUATIONS = 20_000


@dataclass(frozen=True, slots=True)
class Record:
    """A logical record; `rows` physical lines made it. `body` is what follows the code of the first line."""

    code: str
    #: The text of each physical line after its code, and whether a slash ended it.
    parts: tuple[tuple[str, bool], ...]
    line: int

    @property
    def rows(self) -> int:
        return len(self.parts)

    def fields(self) -> list[str]:
        """Its fields where it has no text: a slash ends a line's last field, and no field goes over two lines."""
        return [field.strip() for text, _ in self.parts for field in text.split(",")]


def records(text: str) -> Iterator[Record]:
    """The records in order; blank lines do not count.

    Raises:
        Fault: a line that is no record.
    """
    parts: list[tuple[str, bool]] = []
    code, started = "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        row = raw.strip(" \t\x1a")
        if not row:
            continue
        found, body = row[:2], row[3:]
        if found not in _CODES or row[2:3] not in (",", "/", ""):
            raise Fault(f"{quoted(row)} is no BAI2 record", number)
        body, ended = (body[:-1], True) if body.endswith("/") else (body, row[2:3] == "/")
        if found != "88":
            if code:
                yield Record(code, tuple(parts), started)
            code, started, parts = found, number, [(body, ended)]
            continue
        if not code or len(parts) >= _MOST_CONTINUATIONS:
            raise Fault("a continuation record (88) continues nothing, or never ends", number)
        parts.append((body, ended))
    if code:
        yield Record(code, tuple(parts), started)

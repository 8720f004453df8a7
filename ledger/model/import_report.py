"""What an import did: rows taken, rows refused and why, customers that may be one, in words and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: Refused rows, duplicates and notes that the words list one by one; the rest is counted.
_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken. `line` is the 1-based line at which it begins, `received` its cells as they came."""

    file: str
    line: int
    #: What is wrong and what would be right.
    reason: str
    received: Mapping[str, str]
    #: Well formed, but against what the ledger already holds: a person has a review item about it.
    conflict: bool = False

    def words(self) -> str:
        """`invoices.csv line 7: ...`"""
        return f"{self.file} line {self.line}: {self.reason}"

    def as_json(self) -> dict[str, object]:
        """JSON-ready, with the cells as received."""
        return {
            "file": self.file,
            "line": self.line,
            "reason": shown_safely(self.reason),
            "conflict": self.conflict,
            "row": {shown_safely(name): shown_safely(cell) for name, cell in self.received.items()},
        }


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that cannot be read as what its name says. While there is one, nothing of any file is imported."""

    file: str
    line: int
    reason: str

    def words(self) -> str:
        return f"{self.file} line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FileCount:
    """Rows of one file; their sum is the rows that the file holds."""

    file: str
    added: int
    changed: int
    unchanged: int
    refused: int

    @property
    def taken(self) -> int:
        """Rows that changed the ledger."""
        return self.added + self.changed

    def words(self) -> str:
        rows = self.taken + self.unchanged + self.refused
        return (
            f"{self.file}: {rows:,} rows, {self.added:,} new, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {self.refused:,} refused"
        )


@dataclass(frozen=True, slots=True)
class DuplicateCustomers:
    """Two customers that are likely one, and what says so. Nothing is merged: a person decides."""

    first_id: str
    first_name: str
    second_id: str
    second_name: str
    reason: str

    def words(self) -> str:
        first, second = f"{self.first_id} ({self.first_name})", f"{self.second_id} ({self.second_name})"
        return f"{first} and {second} may be one customer: {self.reason}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Outcome of one import. `imported` is false where a refused file or a trial run left the ledger as it was."""

    imported: bool
    dry_run: bool
    files: tuple[FileCount, ...]
    refused_files: tuple[RefusedFile, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    duplicates: tuple[DuplicateCustomers, ...] = ()
    notes: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Lines for a person, without control characters: the outcome, the counts, what was refused, doubts."""
        lines = [self._outcome(), *(count.words() for count in self.files)]
        lines += [refused.words() for refused in self.refused_files]
        lines += _listed([row.words() for row in self.refused], "refused rows")
        lines += _listed([pair.words() for pair in self.duplicates], "pairs of customers")
        lines += _listed(self.notes, "notes")
        return tuple(shown_safely(line) for line in lines)

    def _outcome(self) -> str:
        if self.refused_files:
            return "Nothing was imported: a file cannot be read. Mend it and import again."
        if self.dry_run:
            return "Trial run: nothing was written. An import would do this:"
        return "The ledger was imported."

    def as_json(self) -> dict[str, object]:
        """JSON-ready. Refused rows are counted here; `refused_as_json` gives them with their cells."""
        return {
            "imported": self.imported,
            "dry_run": self.dry_run,
            "files": [
                {
                    "file": count.file,
                    "taken": count.taken,
                    "added": count.added,
                    "changed": count.changed,
                    "unchanged": count.unchanged,
                    "refused": count.refused,
                }
                for count in self.files
            ],
            "refused_files": [
                {"file": one.file, "line": one.line, "reason": shown_safely(one.reason)} for one in self.refused_files
            ],
            "refused_rows": len(self.refused),
            "likely_duplicates": [
                {"customers": [pair.first_id, pair.second_id], "reason": pair.reason} for pair in self.duplicates
            ],
            "notes": [shown_safely(note) for note in self.notes],
        }

    def refused_as_json(self, *, most_characters: int) -> list[dict[str, object]]:
        """The refused rows as received, in order, as many as fit into `most_characters` of cells."""
        rows: list[dict[str, object]] = []
        left = most_characters
        for row in self.refused:
            left -= sum(map(len, row.received)) + sum(map(len, row.received.values())) + len(row.reason)
            if left < 0:
                break
            rows.append(row.as_json())
        return rows


def shown_safely(text: str) -> str:
    """The text with control characters and lone surrogates written as `\\uXXXX`: no terminal obeys them, and
    PostgreSQL keeps them. Line breaks and tabs too, so that one message stays one line."""
    if text.isprintable():
        return text
    return "".join(_spelt(text))


def _spelt(text: str) -> Iterator[str]:
    for char in text:
        if char.isprintable() or char in "\u00a0\u202f\u3000":
            yield char
        else:
            yield f"\\u{ord(char):04x}"


def _listed(lines: Sequence[str], what: str) -> list[str]:
    shown = list(lines[:_MOST_LISTED])
    if len(lines) > _MOST_LISTED:
        shown.append(f"and {len(lines) - _MOST_LISTED:,} more {what}")
    return shown

"""`MboxSource`: an mbox file as a mailbox, read as a stream: memory is bounded by the largest message allowed."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import InvalidInput
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage

#: Longer lines are read in pieces, so that a file without line ends cannot fill the memory.
_LINE_PIECE = 65_536
#: Bytes before the cursor that prove, by their checksum, that the file is still the one that it was.
_PROOF_BYTES = 4_096
_CLOCK_TIME = re.compile(rb"\d{1,2}:\d{2}(:\d{2})?")
_YEAR = re.compile(rb"\d{4}")
_QUOTED_FROM = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class _Message:
    """`end` is the offset behind the message; `raw` is None where it is over the limit.
    `proof` is a checksum of what stands before `end`."""

    start: int
    end: int
    size: int
    raw: bytes | None
    proof: str


class MboxSource:
    """`MailSource` over one mbox file (mboxrd quoting; mboxo reads the same but for lines that began with `>From `).

    A message begins with a `From ` line, at the beginning or after an empty line. Where the file's first such line
    carries a date, as all common writers do, the others must too: a sentence that begins with "From" is no message.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`. A file that was rewritten since the cursor is read from its beginning.

        Raises:
            TemporarilyUnavailable: the file is missing or cannot be read.
            InvalidInput: the file is no mbox.
        """
        try:
            file = await asyncio.to_thread(self._path.open, "rb")
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            reader = await asyncio.to_thread(_MboxReader, file, self._max_bytes, cursor)
            for _ in range(limit):
                message = await asyncio.to_thread(reader.next_message)
                if message is None:
                    return
                yield _incoming(message)
        except OSError as error:
            raise self._unreadable(error) from error
        finally:
            file.close()

    def _unreadable(self, error: OSError) -> TemporarilyUnavailable:
        return TemporarilyUnavailable(f"mbox file {self._path}: {error.strerror or error}")


def _incoming(message: _Message) -> IncomingMessage:
    provider_id = f"{message.start}:{message.proof}"
    cursor = json.dumps({"start": message.start, "end": message.end, "proof": message.proof})
    if message.raw is None:
        return IncomingMessage(provider_id, b"", cursor, too_large_bytes=message.size)
    return IncomingMessage(provider_id, message.raw, cursor)


class _MboxReader:
    """Walks through the file message by message. Blocking."""

    def __init__(self, file: BinaryIO, max_bytes: int, cursor: str | None) -> None:
        self._file = file
        self._max_bytes = max_bytes
        first = file.readline(_LINE_PIECE)
        while first and not first.strip():
            first = file.readline(_LINE_PIECE)
        if first and not first.startswith(b"From "):
            raise InvalidInput('this is no mbox file: its first line does not begin with "From "')
        self._dated = _has_date(first)
        self._beginning = file.tell() - len(first)
        file.seek(self._resume(cursor))

    def next_message(self) -> _Message | None:
        """The message whose `From ` line comes next; None at the end."""
        start = self._file.tell()
        line = self._file.readline(_LINE_PIECE)
        while line and not self._begins_message(line):
            start = self._file.tell()
            line = self._file.readline(_LINE_PIECE)
        if not line:
            return None
        self._finish_line(line)
        return self._body(start)

    def _proof_before(self, offset: int) -> str:
        """A checksum of what stands before `offset`; the reading position stays."""
        here = self._file.tell()
        begin = max(0, offset - _PROOF_BYTES)
        self._file.seek(begin)
        digest = hashlib.blake2b(self._file.read(offset - begin), digest_size=12).hexdigest()
        self._file.seek(here)
        return digest

    def _body(self, start: int) -> _Message:
        """Reads up to the next `From ` line and stands before it."""
        kept: list[bytes] = []
        size, held, line_begins = 0, b"", True
        end = self._file.tell()
        while line := self._file.readline(_LINE_PIECE):
            if line_begins and held and self._begins_message(line):
                self._file.seek(end)
                break
            size = self._keep(kept, size, held)
            held = b""
            if line_begins and not line.strip(b"\r\n"):
                # The empty line before the next message belongs to the format, not to the message.
                held = line
            else:
                size = self._keep(kept, size, _unquoted(line) if line_begins else line)
            line_begins = line.endswith(b"\n")
            end = self._file.tell()
        raw = b"".join(kept) if size <= self._max_bytes else None
        return _Message(start, end, size, raw, self._proof_before(end))

    def _keep(self, kept: list[bytes], size: int, piece: bytes) -> int:
        size += len(piece)
        if size <= self._max_bytes:
            kept.append(piece)
        else:
            kept.clear()
        return size

    def _begins_message(self, line: bytes) -> bool:
        return line.startswith(b"From ") and (not self._dated or _has_date(line))

    def _finish_line(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self._file.readline(_LINE_PIECE)

    def _resume(self, cursor: str | None) -> int:
        """Where to go on: behind the cursor's message; at it, where it has grown since; else at the beginning."""
        try:
            fields = json.loads(cursor or "{}")
            start, end, proof = int(fields["start"]), int(fields["end"]), fields["proof"]
        except (ValueError, KeyError, TypeError):
            return self._beginning
        if not self._beginning <= start < end or self._proof_before(end) != proof:
            return self._beginning
        self._file.seek(end)
        line = self._file.readline(_LINE_PIECE)
        while line and not line.strip(b"\r\n"):
            line = self._file.readline(_LINE_PIECE)
        return end if not line or self._begins_message(line) else start


def _has_date(line: bytes) -> bool:
    """Whether a `From ` line carries a time and a year behind the sender."""
    words = line[:1_000].split()[2:]
    return any(_CLOCK_TIME.fullmatch(word) for word in words) and any(_YEAR.fullmatch(word) for word in words)


def _unquoted(line: bytes) -> bytes:
    return line[1:] if _QUOTED_FROM.match(line) else line

"""`FolderSource` and `FolderSender`: a folder of `.eml` files, or a Maildir, as a mailbox."""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import structlog

from integrations.files.listing import FileChanged, FoundFile, Listing, directory_times, list_folder, read_file
from integrations.files.seen_files import SeenFiles
from integrations.ports.errors import OutcomeUnknown, TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage, OutgoingMessage

#: A folder whose directories did not change is looked through again after so long, for files written to in place.
_FULL_LOOK_SECONDS = 30.0
#: Younger than this, a directory's time stamp cannot tell two changes apart.
_STAMP_GRAIN_NS = 2_000_000_000

_log = structlog.get_logger()


class FolderSource:
    """`MailSource` over a folder. One object a folder: it remembers what it delivered.

    A file counts once its size and time have not changed for `settle_seconds`, so that a mail that is being
    copied in is not read half; a file that is renamed into place with an older time counts at once. A writer that
    pauses longer should write to a dot file and rename it.
    """

    def __init__(self, folder: Path, max_bytes: int, *, settle_seconds: float = 0.5) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._settle_seconds = settle_seconds
        self._seen = SeenFiles()
        self._listing: Listing | None = None
        self._listed_at = 0.0
        self._stamps_are_firm = False
        #: Undelivered files, oldest first; of those still being written, when this version was first seen.
        self._waiting: list[FoundFile] = []
        self._unsettled: dict[FoundFile, float] = {}

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`. Waits up to `settle_seconds` for files that are just being written.

        Raises:
            TemporarilyUnavailable: the folder is missing or cannot be read.
        """
        await self._look(cursor)
        if self._unsettled and len(self._waiting) < limit:
            await asyncio.sleep(self._settle_seconds)
            await self._look(cursor)
        for found in self._waiting[: max(0, limit)]:
            message = await self._message(found)
            if message is None:
                continue
            yield message
            # Only now: whoever failed to keep it does not come back here, and it is delivered again.
            self._seen.add(found)

    async def _look(self, cursor: str | None) -> None:
        try:
            await asyncio.to_thread(self._refresh, cursor)
        except OSError as error:
            raise TemporarilyUnavailable(f"folder {self._folder}: {error.strerror or error}") from error

    def _refresh(self, cursor: str | None) -> None:
        listing = self._listing
        if listing is None or self._unsettled or not self._is_unchanged(listing):
            listing = self._list()
        elif self._seen.is_at(cursor):
            self._waiting = [found for found in self._waiting if found not in self._seen]
            return
        if not self._seen.is_at(cursor):
            self._seen.go_to(cursor, listing.files)
        self._seen.keep_only(listing.files)
        self._sort_out(listing)

    def _list(self) -> Listing:
        started_at, now_ns = time.monotonic(), time.time_ns()
        listing = list_folder(self._folder)
        self._listing, self._listed_at = listing, started_at
        self._stamps_are_firm = now_ns - max(listing.directories) > _STAMP_GRAIN_NS
        return listing

    def _is_unchanged(self, listing: Listing) -> bool:
        if not self._stamps_are_firm or time.monotonic() - self._listed_at > _FULL_LOOK_SECONDS:
            return False
        return directory_times(self._folder) == listing.directories

    def _sort_out(self, listing: Listing) -> None:
        """Parts what is not delivered into what is ready and what may still be being written."""
        now, now_ns = time.monotonic(), time.time_ns()
        settled_before_ns = now_ns - int(self._settle_seconds * 1e9)
        earlier, self._unsettled, self._waiting = self._unsettled, {}, []
        for found in listing.files.values():
            if found in self._seen:
                continue
            # A Maildir file is renamed into place when it is complete.
            first_seen = earlier.get(found, now)
            if found.place or found.mtime_ns <= settled_before_ns or now - first_seen >= self._settle_seconds:
                self._waiting.append(found)
            else:
                self._unsettled[found] = first_seen
        self._waiting.sort()

    async def _message(self, found: FoundFile) -> IncomingMessage | None:
        """None where the file cannot be read now; it is tried again with the next look."""
        try:
            raw = await asyncio.to_thread(read_file, self._folder, found, self._max_bytes)
        except FileChanged:
            self._listing = None
            return None
        except OSError as error:
            # One unreadable file must not hold up the others.
            _log.warning("mail_file_unreadable", file=found.name, error=error.strerror)
            self._listing = None
            return None
        cursor = self._seen.cursor_after(found)
        if raw is None:
            return IncomingMessage(found.name, b"", cursor, too_large_bytes=found.size)
        return IncomingMessage(found.name, raw, cursor)


class FolderSender:
    """`MailSender` that leaves each mail as one `.eml` file in a folder; the file there is the proof of sending.

    The file's name comes from the Message-ID, so a mail that is sent twice is one file. Whoever takes files away
    takes the proof with them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def prepare(self, message: OutgoingMessage) -> "PreparedFile":
        """See `MailSender.prepare`: the mail is on disk, under a name that no reader looks at.

        Raises:
            TemporarilyUnavailable: the folder is missing, full or not writable.
        """
        try:
            written = await asyncio.to_thread(_write_aside, self._folder, message.raw)
        except OSError as error:
            raise TemporarilyUnavailable(f"folder {self._folder}: {error.strerror or error}") from error
        return PreparedFile(written, self._folder / file_name(message.message_id))

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """True or False, never None.

        Raises:
            TemporarilyUnavailable: the folder is missing or cannot be read.
        """
        return await asyncio.to_thread(self._holds, file_name(message_id))

    def _holds(self, name: str) -> bool:
        try:
            (self._folder / name).lstat()
        except FileNotFoundError as error:
            # A missing folder proves nothing about its files.
            if self._folder.is_dir():
                return False
            raise TemporarilyUnavailable(f"folder {self._folder} is missing") from error
        except OSError as error:
            raise TemporarilyUnavailable(f"folder {self._folder}: {error.strerror or error}") from error
        return True


class PreparedFile:
    """`PreparedSend` of a file that only needs its name."""

    def __init__(self, written: Path, target: Path) -> None:
        self._written = written
        self._target = target

    async def send(self) -> str:
        """See `PreparedSend.send`; returns the file's name.

        Raises:
            TemporarilyUnavailable: it could not be put in place, and was not sent.
            OutcomeUnknown: it is in place, but a power cut now could still undo it.
        """
        try:
            await asyncio.to_thread(_put_in_place, self._written, self._target)
        except OSError as error:
            raise TemporarilyUnavailable(f"{self._target}: {error.strerror or error}") from error
        try:
            await asyncio.to_thread(_make_durable, self._target.parent)
        except OSError as error:
            raise OutcomeUnknown(f"{self._target}: {error.strerror or error}") from error
        return self._target.name

    async def abandon(self) -> None:
        """See `PreparedSend.abandon`."""
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._written.unlink, missing_ok=True)


def file_name(message_id: str) -> str:
    """The `.eml` name for a Message-ID: readable, safe on every file system, different for different ids."""
    readable = re.sub(r"[^A-Za-z0-9@._-]", "_", message_id)[:80].lstrip(".")
    digest = hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{readable}-{digest}.eml"


def _write_aside(folder: Path, raw: bytes) -> Path:
    path = folder / f".sending-{secrets.token_hex(16)}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _put_in_place(written: Path, target: Path) -> None:
    if target.exists():
        # Sent before. Writing it anew would make it a new file to whoever reads the folder.
        written.unlink(missing_ok=True)
        return
    written.replace(target)


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""`HandOverTickets`: who ends a message, or that nobody does, among the processes of one machine.

Between the committed hand-over and the end of a message a worker may be killed, and over SMTP nobody could tell
afterwards. A file decides it: the worker renames it right before the end, whoever looks for the mail removes it, and
one of them succeeds. Where another machine has the file, or nobody has, nothing is known, as without tickets.
"""

import asyncio
import contextlib
import hashlib
import os
import time
from itertools import islice
from pathlib import Path

import structlog

from integrations.ports.errors import TemporarilyUnavailable

#: Only within one start of the machine a file is where it was put: a power cut may take a renaming back.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UNUSED, _USED = "unused", "used"
#: What dead workers left is kept for so long, and so much of it is looked through at once.
_KEPT_SECONDS = 86_400.0
_MOST_SWEPT = 10_000

_log = structlog.get_logger()


class Ticket:
    """The right to end one message, once."""

    def __init__(self, unused: Path) -> None:
        self._unused = unused
        self._used = unused.with_suffix(f".{_USED}")

    def use(self) -> None:
        """Returns where the message may be ended now. Blocks for no longer than renaming a file takes: nothing may
        come between it and the end.

        Raises:
            TemporarilyUnavailable: it was withdrawn, or cannot be used; the message must not be ended.
        """
        try:
            self._unused.rename(self._used)
        except FileNotFoundError as error:
            raise TemporarilyUnavailable("another worker made sure that this mail is not sent by this one") from error
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise TemporarilyUnavailable(f"{self._unused.parent}: {words}; this mail was not sent") from error

    def forget(self) -> None:
        """What became of the message is known, or it is given up."""
        for path in (self._unused, self._used):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


class HandOverTickets:
    """The tickets in one folder, which the workers of a machine share. Without a way to tell that the machine has not
    been started anew, there are none."""

    def __init__(self, folder: Path, *, boot_id: Path = _BOOT_ID) -> None:
        self._folder = folder
        self._boot_id = boot_id
        self._swept = False

    async def issue(self, attempt: str) -> Ticket | None:
        """A ticket for this attempt; None where none can be made, which hinders no sending."""
        return await asyncio.to_thread(self._issue, attempt)

    async def withdraw(self, attempt: str) -> bool:
        """Whether the attempt ended no message and never will. False: it did, or nobody here can tell."""
        return await asyncio.to_thread(self._withdraw, attempt)

    def _issue(self, attempt: str) -> Ticket | None:
        path = self._path(attempt)
        if path is None:
            return None
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._swept:
                self._sweep()
            path.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            _log.warning("hand_over_without_ticket", folder=str(self._folder), error=error.strerror)
            return None
        return Ticket(path)

    def _withdraw(self, attempt: str) -> bool:
        path = self._path(attempt)
        try:
            if path is not None:
                path.unlink()
                return True
        except OSError:
            pass
        return False

    def _path(self, attempt: str) -> Path | None:
        try:
            boot = self._boot_id.read_text().strip()
        except OSError:
            return None
        name = hashlib.sha256(f"{boot} {attempt}".encode()).hexdigest()[:40]
        return self._folder / f"{name}.{_UNUSED}" if boot else None

    def _sweep(self) -> None:
        """Removes what dead workers left. Of an attempt so old, that proves nothing and hinders only its sending."""
        self._swept = True
        before = time.time() - _KEPT_SECONDS
        with os.scandir(self._folder) as found:
            for entry in islice(found, _MOST_SWEPT):
                if entry.name.endswith((_UNUSED, _USED)) and entry.stat().st_mtime < before:
                    Path(entry.path).unlink(missing_ok=True)

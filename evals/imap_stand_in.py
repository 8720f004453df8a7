"""A small IMAP server with one folder of made-up messages, as large as one likes, for the bench and the tests.

It holds no message: each is made when it is asked for. It knows the commands that Duly reads mail with, and no more;
how Duly stands with real servers, the contract tests say.
"""

import asyncio
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

CAPABILITIES = "IMAP4rev1 IDLE AUTH=PLAIN"
_FIRST_DAY = date(2026, 1, 1)
_A_DAY = 100
_LONGEST_LINE = 2**20


def plain_message(uid: int) -> bytes:
    """A short mail of its own."""
    return (
        f"Message-ID: <{uid:07}@customer.example>\r\nFrom: Ann <ann@customer.example>\r\nTo: ar@supplier.example\r\n"
        f"Subject: Invoice {uid}\r\n\r\nWe pay invoice {uid} on Friday.\r\n"
    ).encode()


def day_of(uid: int) -> date:
    """A hundred messages a day."""
    return _FIRST_DAY + timedelta(days=(uid - 1) // _A_DAY)


@dataclass
class Folder:
    """What the folder holds. `uids` ascend; a `range` of any length will do."""

    uids: Sequence[int]
    raw: Callable[[int], bytes] = plain_message
    arrived: Callable[[int], date] = day_of
    uid_validity: int = 7


@dataclass
class ImapStandIn:
    """Serves `folder` to whoever signs in, and keeps count."""

    folder: Folder
    capabilities: str = CAPABILITIES
    commands: list[str] = field(default_factory=list)
    largest_answer: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation, to its end."""
        writer.write(b"* OK ready\r\n")
        try:
            while line := (await reader.readline()).decode():
                tag, _, command = line.strip().partition(" ")
                self.commands.append(command)
                await self._obey(tag, command, reader, writer)
                await writer.drain()
                if command == "LOGOUT":
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _obey(self, tag: str, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb = command.removeprefix("UID ").partition(" ")[0]
        if verb == "AUTHENTICATE":
            writer.write(b"+ \r\n")
            await reader.readline()
        elif verb == "IDLE":
            await self._idle(reader, writer)
        elif verb == "FETCH":
            for uid in _named(command, self.folder.uids):
                await self._say(writer, self._message(uid, with_body="BODY" in command))
        else:
            await self._say(writer, self._answer(verb, command))
        writer.write(f"{tag} OK done\r\n".encode())

    async def _say(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        self.largest_answer = max(self.largest_answer, len(answer))
        writer.write(answer)
        await writer.drain()

    def _answer(self, verb: str, command: str) -> bytes:
        folder = self.folder
        match verb:
            case "CAPABILITY":
                return f"* CAPABILITY {self.capabilities}\r\n".encode()
            case "EXAMINE":
                following = (folder.uids[-1] if folder.uids else 0) + 1
                return (
                    f"* {len(folder.uids)} EXISTS\r\n* OK [UIDVALIDITY {folder.uid_validity}] x\r\n"
                    f"* OK [UIDNEXT {following}] x\r\n"
                ).encode()
            case "SEARCH":
                since = re.search(r"SINCE (\d+-\w+-\d+)", command)
                day = datetime.strptime(since[1], "%d-%b-%Y").replace(tzinfo=UTC).date() if since else date.min
                uids = (str(uid) for uid in _named(command, folder.uids) if folder.arrived(uid) >= day)
                return f"* SEARCH {' '.join(uids)}\r\n".encode()
            case "LOGOUT":
                return b"* BYE\r\n"
            case _:
                return b""

    def _message(self, uid: int, *, with_body: bool) -> bytes:
        raw, number = self.folder.raw(uid), bisect_left(self.folder.uids, uid) + 1
        if with_body:
            return f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        arrived = self.folder.arrived(uid)
        stamp = f'INTERNALDATE "{arrived:%d-%b-%Y} 12:00:00 +0000"'
        return f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)} {stamp})\r\n".encode()

    async def _idle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+ idling\r\n")
        known, done = len(self.folder.uids), asyncio.ensure_future(reader.readline())
        while not done.done():
            if len(self.folder.uids) != known:
                known = len(self.folder.uids)
                writer.write(f"* {known} EXISTS\r\n".encode())
            await asyncio.wait([done], timeout=0.01)


def _named(command: str, uids: Sequence[int]) -> list[int]:
    """The UIDs of a command's sequence set, `UID` or not, that are there."""
    found = re.search(r"(?:SEARCH UID|FETCH) ([\d:,*]+)", command)
    if found is None:
        return list(uids)
    named: list[int] = []
    highest = uids[-1] if uids else 0
    for part in found[1].split(","):
        first, _, last = part.partition(":")
        low, high = (highest if end == "*" else int(end) for end in (first, last or first))
        low, high = min(low, high), max(low, high)
        named += uids[bisect_left(uids, low) : bisect_right(uids, high)]
    return named


async def start(stand_in: ImapStandIn, *, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
    """Listens; the caller closes it."""
    return await asyncio.start_server(stand_in.serve, host, port, limit=_LONGEST_LINE)

"""How long an IMAP server may keep us, numbers that are none, and how much of a folder lies ahead."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from imap_scripts import ScriptedImap, listening
from mailservers import HOST, PASSWORD, MailDevel

from integrations.imap.adapter import ImapSource
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage
from integrations.ports.mailbox_gap import CountsAhead
from jobs.readers import MOST_MESSAGE_BYTES

FOLDER = "* 1 EXISTS\r\n* OK [UIDVALIDITY {validity}] x\r\n* OK [UIDNEXT 2] x\r\nOK done"


async def fetched(source: ImapSource, cursor: str | None = None, limit: int = 100) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


def source_at(port: int, *, seconds: float = 5.0, max_bytes: int = 1_000) -> ImapSource:
    return ImapSource(MailServer(HOST, port, "u", "p", "plain", timeout_seconds=seconds), max_bytes)


@pytest.mark.parametrize(
    "answers",
    [
        {"UID SEARCH": f"* SEARCH 1 {'9' * 5_000}\r\nOK done"},
        {"UID SEARCH": "* SEARCH 1 99999999999\r\nOK done"},
        {"EXAMINE": FOLDER.format(validity="9" * 5_000)},
        {"EXAMINE": FOLDER.format(validity="99999999999")},
        {"EXAMINE": f"* {'9' * 5_000} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\nOK done"},
    ],
    ids=["endless uid", "long uid", "endless validity", "long validity", "endless count"],
)
async def test_a_number_that_is_none_is_an_answer_that_makes_no_sense(answers: dict[str, str]) -> None:
    server = ScriptedImap(dict(answers))
    async with listening(server.serve) as port:
        source = source_at(port)
        with pytest.raises(TemporarilyUnavailable):
            await fetched(source)
        server.answers.clear()
        assert [message.raw for message in await fetched(source)] == [b"0123456789"]


class TricklingImap(ScriptedImap):
    """Announces a message of 10 bytes and gives one of 60 MB, byte by byte, never silent for long."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        await super().serve(reader, writer)

    def _answer(self, command: str) -> str:
        if "BODY.PEEK" not in command:
            return super()._answer(command)
        self.trickling = asyncio.create_task(self._trickle(self._writer))
        return "* 1 FETCH (UID 1 BODY[] {60000000}"

    async def _trickle(self, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                await asyncio.sleep(0.05)
                writer.write(b"x")
                await writer.drain()


async def test_a_message_may_take_as_long_as_its_announced_size_and_no_longer() -> None:
    server = TricklingImap()
    async with listening(server.serve) as port:
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable, match=r"no answer in time.*reading stops before message 7:1"):
            await fetched(source_at(port, seconds=0.5, max_bytes=MOST_MESSAGE_BYTES))
        # Half a second, and two for what the server says around the message.
        assert time.monotonic() - started < 6
        server.trickling.cancel()


@pytest.fixture(scope="module")
def boxes() -> Iterator[MailDevel]:
    server = MailDevel()
    server.start()
    yield server
    server.stop()


async def test_what_lies_ahead_is_counted_by_the_place_in_the_folder(boxes: MailDevel) -> None:
    user = f"ar-{uuid4().hex}@supplier.example"
    source = ImapSource(MailServer(HOST, boxes.imap_port, user, PASSWORD, "plain", timeout_seconds=10), 1_000)
    assert isinstance(source, CountsAhead)
    assert await source.ahead("1:1") is None, "an empty folder has another UIDVALIDITY"
    for number in range(6):
        boxes.append(user, f"Subject: {number}\r\n\r\nHello\r\n".encode())
    cursors = [message.cursor for message in await fetched(source)]
    uids = [int(cursor.split(":")[1]) for cursor in cursors]
    for gone in (1, 3):
        boxes.delete(user, uids[gone])
    assert [await source.ahead(cursor) for cursor in cursors] == [3, 3, 2, 2, 1, 0]
    assert await source.ahead(None) is None
    for gone in (0, 2, 4, 5):
        boxes.delete(user, uids[gone])
    assert await source.ahead(cursors[2]) == 0
    await source.close()

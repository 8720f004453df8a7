"""mbox files: where messages begin, quoting, bounded memory, and cursors into a file that changes."""

import mailbox
import time
import tracemalloc
from email.message import Message
from pathlib import Path

import pytest

from core.errors import InvalidInput
from integrations.files.mbox import MboxSource
from integrations.ports.mailbox import IncomingMessage

FROM = b"From ann@customer.example Mon Apr 20 09:00:00 2026\n"


async def fetched(path: Path, cursor: str | None = None, *, largest: int = 100_000) -> list[IncomingMessage]:
    return [message async for message in MboxSource(path, largest).fetch(cursor, limit=1000)]


async def raws(path: Path, cursor: str | None = None) -> list[bytes]:
    return [message.raw for message in await fetched(path, cursor)]


def an_mbox(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "mail.mbox"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Apr 20 09:00:00 2026\n",
        b"From 1234567@xxx Mon Apr 20 09:00:00 +0000 2026\r\n",
        b"From MAILER-DAEMON Mon Apr 20 9:00 2026\n",
        b"From ann@customer.example  Mon Apr 20 09:00:00 2026 remote from host\n",
    ],
)
async def test_each_writer_s_from_line_begins_a_message(tmp_path: Path, line: bytes) -> None:
    path = an_mbox(tmp_path, line + b"Subject: 1\n\none\n\n" + line + b"Subject: 2\n\ntwo\n\n")
    assert await raws(path) == [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]


async def test_a_sentence_that_begins_with_from_is_no_message(tmp_path: Path) -> None:
    body = b"Subject: 1\n\nHello\n\nFrom what I see, invoice 4711 of 2026 is paid.\n\nFrom 9:00 on we are open\n"
    assert await raws(an_mbox(tmp_path, FROM + body + b"\n")) == [body]


async def test_a_from_line_needs_an_empty_line_before_it(tmp_path: Path) -> None:
    content = FROM + b"Subject: 1\n\nHe wrote\n" + FROM + b"end\n\n"
    assert await raws(an_mbox(tmp_path, content)) == [b"Subject: 1\n\nHe wrote\n" + FROM + b"end\n"]


async def test_from_lines_without_a_date_count_where_the_first_has_none(tmp_path: Path) -> None:
    content = b"From ann\nSubject: 1\n\none\n\nFrom bob\nSubject: 2\n\ntwo\n"
    assert await raws(an_mbox(tmp_path, content)) == [b"Subject: 1\n\none\n", b"Subject: 2\n\ntwo\n"]


async def test_what_python_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "python.mbox"
    written = mailbox.mbox(path)
    for number in range(3):
        message = Message()
        message["Subject"] = str(number)
        message.set_payload("Hello\n\nFrom here on\n")
        written.add(message)
    written.close()
    assert await raws(path) == [f"Subject: {number}\n\nHello\n\nFrom here on\n".encode() for number in range(3)]


@pytest.mark.parametrize("content", [b"", b"\n\n\n"])
async def test_a_file_without_messages_gives_none(tmp_path: Path, content: bytes) -> None:
    assert await raws(an_mbox(tmp_path, content)) == []


@pytest.mark.parametrize("content", [b"Subject: this is one mail\n\nhello\n", b"\x00\x01", b">From x\n"])
async def test_a_file_that_is_no_mbox_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        await raws(an_mbox(tmp_path, content))


async def test_mail_that_is_appended_comes_from_the_cursor_on(tmp_path: Path) -> None:
    path = an_mbox(tmp_path, FROM + b"Subject: 1\n\none\n")
    cursor = (await fetched(path))[-1].cursor
    with path.open("ab") as file:
        file.write(b"\n" + FROM + b"Subject: 2\n\ntwo\n\n")
    assert await raws(path, cursor) == [b"Subject: 2\n\ntwo\n"]


async def test_a_message_that_was_still_being_written_comes_again_whole(tmp_path: Path) -> None:
    path = an_mbox(tmp_path, FROM + b"Subject: 1\n\none\n\n" + FROM + b"Subject: 2\n\nhal")
    cursor = (await fetched(path))[-1].cursor
    with path.open("ab") as file:
        file.write(b"f\n\n")
    assert await raws(path, cursor) == [b"Subject: 2\n\nhalf\n"]


async def test_a_file_that_was_rewritten_is_read_from_its_beginning(tmp_path: Path) -> None:
    first, second = FROM + b"Subject: 1\n\none\n\n", FROM + b"Subject: 2\n\ntwo\n\n"
    path = an_mbox(tmp_path, first + second)
    cursor = (await fetched(path))[-1].cursor
    path.write_bytes(second + FROM + b"Subject: 3\n\nthree\n\n")
    assert await raws(path, cursor) == [b"Subject: 2\n\ntwo\n", b"Subject: 3\n\nthree\n"]


async def test_a_huge_message_takes_no_more_memory_than_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "huge.mbox"
    piece = b"no line end " * 100_000
    with path.open("wb") as file:
        file.write(FROM)
        for _ in range(30):
            file.write(piece)
        file.write(b"\n\n" + FROM + b"Subject: 2\n\ntwo\n\n")
    tracemalloc.start()
    messages = await fetched(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [message.too_large_bytes for message in messages] == [30 * len(piece) + 1, 0]
    assert peak < 3_000_000


async def test_a_million_from_lines_are_read_in_linear_time(tmp_path: Path) -> None:
    content = FROM + b"Subject: 1\n\n" + b"From : : : : 99 \n\n" * 100_000
    started = time.monotonic()
    (message,) = await fetched(an_mbox(tmp_path, content), largest=10_000_000)
    assert len(message.raw) == len(content) - len(FROM) - 1
    assert time.monotonic() - started < 10

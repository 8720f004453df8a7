"""What is IMAP's own: TLS, UIDVALIDITY, deletions while we fetch, servers that lie or say nothing."""

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from mailservers import HOST, PASSWORD, Certificate, MailDevel, StartTlsImap, make_certificate

from core.errors import NotConfigured
from integrations.imap.adapter import ImapSentLookup, ImapSource
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def secure(certificate: Certificate) -> Iterator[StartTlsImap]:
    server = StartTlsImap(certificate=certificate.certificate, key=certificate.key)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def boxes() -> Iterator[MailDevel]:
    server = MailDevel()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def user() -> str:
    return f"ar-{uuid4().hex}@supplier.example"


def at(boxes: MailDevel, user: str, **changes: object) -> MailServer:
    settings: dict[str, object] = {"security": "plain", "password": PASSWORD, "timeout_seconds": 10.0}
    return MailServer(HOST, boxes.imap_port, user, **(settings | changes))  # type: ignore[arg-type]


async def fetched(source: ImapSource, cursor: str | None = None, limit: int = 100) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


async def test_a_wrong_password_needs_a_person(boxes: MailDevel, user: str) -> None:
    with pytest.raises(AuthExpired) as refused:
        await fetched(ImapSource(at(boxes, user, password="wrong\u00fc"), 1000))
    assert "wrong" not in str(refused.value)


async def test_starttls_is_used_with_a_trusted_certificate(secure: StartTlsImap, certificate: Certificate) -> None:
    secure.append(secure.USER, b"Subject: one\n\n1\n")
    server = at(secure, secure.USER, security="starttls", ca_file=certificate.certificate)
    assert [message.raw for message in await fetched(ImapSource(server, 1000))] == [b"Subject: one\n\n1\n"]


async def test_a_certificate_that_nobody_vouches_for_ends_the_connection(
    secure: StartTlsImap, tmp_path: Path
) -> None:
    others = make_certificate(tmp_path / "others")
    for ca_file in (None, others.certificate):
        with pytest.raises(TemporarilyUnavailable, match="certificate verify failed"):
            await fetched(ImapSource(at(secure, secure.USER, security="starttls", ca_file=ca_file), 1000))


async def test_a_server_without_starttls_gets_no_password(boxes: MailDevel, user: str) -> None:
    with pytest.raises(TemporarilyUnavailable, match="TLS not supported"):
        await fetched(ImapSource(at(boxes, user, security="starttls"), 1000))


async def test_tls_from_the_first_byte(boxes: MailDevel, user: str, certificate: Certificate) -> None:
    boxes.append(user, b"Subject: one\n\n1\n")
    async with tls_front(boxes.imap_port, certificate) as port:
        server = MailServer(HOST, port, user, PASSWORD, ca_file=certificate.certificate)
        source = ImapSource(server, 1000)
        assert [message.raw for message in await fetched(source)] == [b"Subject: one\n\n1\n"]
        await source.close()
        with pytest.raises(TemporarilyUnavailable):
            await fetched(ImapSource(MailServer(HOST, port, user, PASSWORD), 1000))


@pytest.mark.parametrize("host", ["imap.example", "10.0.0.7", "localhost.example", "::2"])
def test_a_password_never_leaves_this_machine_in_the_clear(host: str) -> None:
    with pytest.raises(NotConfigured):
        MailServer(host, 143, "ar@supplier.example", PASSWORD, "plain")
    assert MailServer(host, 143, "a", PASSWORD, "plain", allow_plain=True).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "::1"])
def test_plain_is_for_this_machine(host: str) -> None:
    assert MailServer(host, 143, "a", PASSWORD, "plain").security == "plain"


def test_a_password_is_not_shown() -> None:
    assert "hush" not in repr(MailServer("imap.example", 993, "a", "hush"))


async def test_fetching_marks_nothing_as_read(boxes: MailDevel, user: str) -> None:
    boxes.append(user, b"Subject: one\n\n1\n")
    await fetched(ImapSource(at(boxes, user), 1000))
    assert [b"\\Seen" in line for line in boxes.flags(user)] == [False]


async def test_new_uids_for_all_messages_mean_that_all_are_read_again(boxes: MailDevel, user: str) -> None:
    boxes.append(user, b"Subject: one\n\n1\n", "Archive")
    boxes.append(user, b"Subject: two\n\n2\n", "Archive")
    source = ImapSource(at(boxes, user), 1000, folder="Archive")
    cursor = (await fetched(source))[-1].cursor
    boxes.renew_folder(user, "Archive")
    boxes.append(user, b"Subject: one\n\n1\n", "Archive")
    renewed = await fetched(source, cursor)
    assert [message.raw for message in renewed] == [b"Subject: one\n\n1\n"]
    assert renewed[0].cursor.partition(":")[0] != cursor.partition(":")[0]


async def test_a_start_date_leaves_older_mail_out_also_after_new_uids(boxes: MailDevel, user: str) -> None:
    source = ImapSource(at(boxes, user), 1000, folder="Archive", since=date(2026, 4, 1))
    for _ in range(2):
        boxes.renew_folder(user, "Archive")
        boxes.append(user, b"Subject: old\n\n1\n", "Archive", datetime(2026, 3, 1, 12, tzinfo=UTC))
        boxes.append(user, b"Subject: new\n\n2\n", "Archive", datetime(2026, 4, 2, 12, tzinfo=UTC))
        assert [message.raw for message in await fetched(source, "1:1")] == [b"Subject: new\n\n2\n"]


async def test_a_large_folder_is_searched_in_spans(boxes: MailDevel, user: str) -> None:
    expected = [f"Subject: {number}\n\n{number}\n".encode() for number in range(8)]
    for raw in expected:
        boxes.append(user, raw)
    source = ImapSource(at(boxes, user), 1000, batch=2, search_span=3)
    messages = await fetched(source)
    assert [message.raw for message in messages] == expected
    assert [message.raw for message in await fetched(source, messages[4].cursor, limit=2)] == expected[5:7]
    assert await fetched(source, messages[-1].cursor) == []


async def test_a_message_that_is_deleted_while_we_fetch_is_left_out(boxes: MailDevel, user: str) -> None:
    for number in range(1, 4):
        boxes.append(user, f"Subject: {number}\n\n{number}\n".encode())
    got = []
    async for message in ImapSource(at(boxes, user), 1000, batch=1).fetch(None, limit=10):
        got.append(message.raw[9:10])
        if len(got) == 1:
            boxes.delete(user, int(message.cursor.partition(":")[2]) + 1)
    assert got == [b"1", b"3"]


async def test_a_lost_connection_is_made_anew(certificate: Certificate, user: str) -> None:
    server = MailDevel()
    server.start()
    source = ImapSource(at(server, user), 1000)
    try:
        server.append(user, b"Subject: one\n\n1\n")
        assert len(await fetched(source)) == 1
        server.stop()
        with pytest.raises(TemporarilyUnavailable):
            await fetched(source)
        server.start()
        server.append(user, b"Subject: two\n\n2\n")
        assert [message.raw for message in await fetched(source)] == [b"Subject: two\n\n2\n"]
    finally:
        server.stop()


async def test_one_connection_serves_many_fetches(boxes: MailDevel, user: str) -> None:
    async with counting_front(boxes.imap_port) as (port, connections):
        source = ImapSource(MailServer(HOST, port, user, PASSWORD, "plain"), 1000)
        for _ in range(3):
            await fetched(source)
        await source.close()
    assert len(connections) == 1


async def test_a_copy_is_found_in_the_inbox_by_its_whole_id(boxes: MailDevel, user: str) -> None:
    boxes.append(user, b"Message-ID: <abc.def@supplier.example>\r\n\r\nx\r\n")
    lookup = ImapSentLookup(at(boxes, user))
    assert await lookup.was_sent("abc.def@supplier.example") is True
    assert await lookup.was_sent("def@supplier.example") is False
    assert await lookup.was_sent("abc.def@supplier") is False


async def test_a_reply_to_a_mail_is_no_proof_that_it_was_sent(boxes: MailDevel, user: str) -> None:
    boxes.append(user, b"Message-ID: <r@customer.example>\r\nIn-Reply-To: <abc@supplier.example>\r\n\r\nx\r\n")
    assert await ImapSentLookup(at(boxes, user)).was_sent("abc@supplier.example") is False


async def test_a_copy_is_found_among_sent_mail(boxes: MailDevel, user: str) -> None:
    boxes.append(user, b"Message-ID: <abc@supplier.example>\r\n\r\nx\r\n", "Sent")
    assert await ImapSentLookup(at(boxes, user)).was_sent("abc@supplier.example") is True


async def test_an_id_that_would_break_out_of_the_command_is_refused(boxes: MailDevel, user: str) -> None:
    with pytest.raises(ValueError, match="IMAP string"):
        await ImapSentLookup(at(boxes, user)).was_sent('a"\r\nA1 DELETE INBOX')


async def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)
        writer.close()

    async with a_server(say_nothing) as port:
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable):
            await fetched(ImapSource(MailServer(HOST, port, "a", "b", "plain", timeout_seconds=0.3), 1000))
        assert time.monotonic() - started < 3


async def test_a_server_that_drips_is_given_up_in_time() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)

    async with a_server(drip) as port:
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable):
            await fetched(ImapSource(MailServer(HOST, port, "a", "b", "plain", timeout_seconds=0.3), 1000))
        assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"LOGIN": "NO [UNAVAILABLE] come back later"}, TemporarilyUnavailable),
        ({"LOGIN": "NO [LIMIT] Too many simultaneous connections"}, RateLimited),
        ({"LOGIN": "NO [AUTHENTICATIONFAILED] no"}, AuthExpired),
        ({"LOGIN": "BYE"}, TemporarilyUnavailable),
        ({"EXAMINE": "NO no such folder"}, TemporarilyUnavailable),
        ({"EXAMINE": "OK without its UIDVALIDITY"}, TemporarilyUnavailable),
        ({"UID SEARCH": "BAD what"}, TemporarilyUnavailable),
        ({"UID FETCH": "* 1 FETCH (UID 1 RFC822.SIZE 10 BODY[] {999999999}"}, TemporarilyUnavailable),
        ({"UID FETCH": "* 1 FETCH (UID 1 RFC822.SIZE 10 BODY[] {-5}"}, TemporarilyUnavailable),
    ],
)
async def test_what_a_server_s_refusals_mean(answers: dict[str, str], error: type[Exception]) -> None:
    async with a_server(Script(answers)) as port:
        with pytest.raises(error):
            await fetched(ImapSource(MailServer(HOST, port, "a", "b", "plain", timeout_seconds=1), 1000))


async def test_a_body_larger_than_its_stated_size_is_too_large() -> None:
    body = b"x" * 3000
    script = Script({"BODY.PEEK": f"* 1 FETCH (BODY[] {{{len(body)}}}\r\n{body.decode()} UID 1)\r\nOK done"})
    async with a_server(script) as port:
        messages = await fetched(ImapSource(MailServer(HOST, port, "a", "b", "plain", timeout_seconds=2), 1000))
    assert [(message.provider_id, message.too_large_bytes, message.raw) for message in messages] == [
        ("7:1", 3000, b"")
    ]


class Script:
    """A small IMAP server with one message of 10 bytes, whose answers can be replaced."""

    usual = (
        ("CAPABILITY", "* CAPABILITY IMAP4rev1\r\nOK done"),
        ("LOGIN", "OK done"),
        ("EXAMINE", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\nOK done"),
        ("UID SEARCH", "* SEARCH 1\r\nOK done"),
        ("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {10}\r\n0123456789)\r\nOK done"),
        ("UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 10)\r\nOK done"),
        ("", "OK done"),
    )

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = (*answers.items(), *self.usual)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := (await reader.readline()).decode():
            tag, _, command = line.strip().partition(" ")
            answer = next(answer for words, answer in self._answers if words in command)
            *untagged, last = answer.split("\r\n")
            known = re.match("(OK|NO|BAD) ", last)
            lines = [*untagged, f"{tag} {last}" if known else last]
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
            if answer == "BYE":
                break
        writer.close()


@asynccontextmanager
async def a_server(handle: object, **options: object) -> AsyncIterator[int]:
    server = await asyncio.start_server(handle, HOST, 0, **options)  # type: ignore[arg-type]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def tls_front(port: int, certificate: Certificate) -> AsyncIterator[int]:
    """A port that speaks TLS and passes on to a port that does not."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    async with a_server(lambda reader, writer: passed_on(reader, writer, port), ssl=context) as front:
        yield front


@asynccontextmanager
async def counting_front(port: int) -> AsyncIterator[tuple[int, list[int]]]:
    connections: list[int] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        await passed_on(reader, writer, port)

    async with a_server(handle) as front:
        yield front, connections


async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there, back = await asyncio.open_connection(HOST, port)

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await source.read(65_536):
            target.write(piece)
        target.close()

    await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

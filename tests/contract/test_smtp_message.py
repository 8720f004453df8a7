"""A message that the server has all of but its end: it is not sent before `send`, whatever happens in between."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import pytest
from mailservers import HOST, PASSWORD, Certificate, EnvelopeServer, MailDevel, make_certificate

from integrations.ports.errors import OutcomeUnknown, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import OutgoingMessage
from integrations.smtp.adapter import PreparedTransaction, SmtpSender
from integrations.smtp.tickets import HandOverTickets

OWN = "ar@supplier.example"
#: More than both kernels' buffers take in while nobody reads.
_LINE = b"x" * 76 + b"\r\n"
_LINES = 300_000

_Behaviour = Callable[["Heard", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def boxes() -> Iterator[MailDevel]:
    server = MailDevel()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def envelope_server(boxes: MailDevel) -> Iterator[EnvelopeServer]:
    server = EnvelopeServer(into=boxes)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("ours"))


@dataclass
class Heard:
    """What a scripted server got after it had asked for the message."""

    wire: bytearray = field(default_factory=bytearray)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    port: int = 0

    async def hear(self, reader: asyncio.StreamReader) -> bytes:
        """Something more; empty where the connection went away."""
        try:
            got = await reader.read(65_536)
        except ConnectionError:
            got = b""
        async with self.news:
            self.wire += got
            self.news.notify_all()
        return got

    async def until(self, end: bytes) -> None:
        """Returns when all up to `end` has come."""
        async with asyncio.timeout(5), self.news:
            await self.news.wait_for(lambda: bytes(self.wire).endswith(end))


@asynccontextmanager
async def scripted(behave: _Behaviour, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Heard]:
    """An SMTP server that takes everybody, and behaves as it is told once it has asked for the message."""
    heard, ended = Heard(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                await behave(heard, reader, writer)
                break
            writer.write(b"250 OK\r\n")
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking = asyncio.create_task(talk(reader, writer))
        await asyncio.wait({talking, asyncio.create_task(ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
        talking.cancel()
        writer.transport.abort()

    server = await asyncio.start_server(serve, HOST, 0, ssl=tls)
    heard.port = server.sockets[0].getsockname()[1]
    try:
        yield heard
    finally:
        ended.set()
        server.close()
        await server.wait_closed()


async def reads_all(heard: Heard, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    while await heard.hear(reader):
        pass


async def takes_it(heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not heard.wire.endswith(b"\r\n.\r\n"):
        if not await heard.hear(reader):
            return
    writer.write(b"250 queued as 1\r\n")
    await reads_all(heard, reader, writer)


async def stops_reading(_heard: Heard, _reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def hangs_up(heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await heard.hear(reader)
    writer.transport.abort()


def answers_early(answer: bytes, *, hangs_up: bool = False) -> _Behaviour:
    async def behave(heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard.hear(reader)
        writer.write(answer)
        await writer.drain()
        if not hangs_up:
            await reads_all(heard, reader, writer)

    return behave


def a_message(*, lines: int = 1) -> OutgoingMessage:
    message_id = f"{uuid4().hex}@supplier.example"
    customer = f"ann-{uuid4().hex}@customer.example"
    header = f"Message-ID: <{message_id}>\r\nFrom: {OWN}\r\nTo: {customer}\r\nSubject: Invoice 4711\r\n\r\n".encode()
    return OutgoingMessage(message_id, header + _LINE * lines, OWN, (customer,))


def a_sender(port: int, *, user: str = "", password: str = "", **options: float) -> SmtpSender:
    at = MailServer(HOST, port, user, password, "plain", timeout_seconds=5.0)
    return SmtpSender(at, OWN, None, **options)


def with_tickets(port: int, home: Path) -> SmtpSender:
    """A worker of this machine."""
    at = MailServer(HOST, port, security="plain", timeout_seconds=5.0)
    tickets = HandOverTickets(home / "hand-overs")
    return SmtpSender(at, OWN, None, data_timeout_seconds=0.3, tickets=tickets)


def a_try(attempt: str) -> OutgoingMessage:
    return replace(a_message(), attempt=attempt)


async def prepared_at(port: int, *, lines: int = 1, **options: float) -> PreparedTransaction:
    return await a_sender(port, **options).prepare(a_message(lines=lines))


async def test_all_but_the_end_is_with_the_server_before_it_is_sent() -> None:
    message = a_message(lines=1_000)
    async with scripted(takes_it) as heard:
        prepared = await a_sender(heard.port).prepare(message)
        await heard.until(_LINE)
        assert bytes(heard.wire) == message.raw
        assert await prepared.send() == "queued as 1"
        await heard.until(b"QUIT\r\n")
    assert bytes(heard.wire) == message.raw + b".\r\nQUIT\r\n"


@pytest.mark.parametrize("how", ["abandon", "lost"])
@pytest.mark.parametrize("which", ["envelope", "mail-devel"])
async def test_a_connection_that_ends_before_the_end_of_the_message_delivers_nothing(
    boxes: MailDevel, envelope_server: EnvelopeServer, which: str, how: str
) -> None:
    envelope_server.reset()
    port = boxes.smtp_port if which == "mail-devel" else envelope_server.port
    message, sender = a_message(lines=5), a_sender(port, user=OWN, password=PASSWORD)
    prepared = await sender.prepare(message)
    if how == "abandon":
        await prepared.abandon()
    else:
        prepared._connection.drop()  # As the system does it for a process that is killed.
    await asyncio.sleep(0.5)
    assert boxes.read(message.envelope_to[0]) == []
    assert envelope_server.deliveries == []
    await (await sender.prepare(message)).send()
    assert len(boxes.read(message.envelope_to[0])) == 1


async def test_an_abandoned_message_gets_neither_an_end_nor_a_goodbye() -> None:
    async with scripted(takes_it) as heard:
        prepared = await prepared_at(heard.port)
        await heard.until(_LINE)
        await prepared.abandon()
        await asyncio.sleep(0.1)
        assert bytes(heard.wire).endswith(_LINE)


@pytest.mark.parametrize("hangs_up", [True, False], ids=["hangs-up", "reads-on"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"552 5.3.4 too large\r\n", Rejected),
        (b"452 4.3.1 no room now\r\n", TemporarilyUnavailable),
        # A server that takes what has not ended may deliver it: a person has to look before it is tried again.
        (b"250 2.0.0 taken\r\n", Rejected),
    ],
    ids=["552", "452", "250"],
)
async def test_an_answer_while_the_message_is_written_is_reported_as_what_it_is(
    answer: bytes, error: type[Exception], hangs_up: bool
) -> None:
    async with scripted(answers_early(answer, hangs_up=hangs_up)) as heard:
        with pytest.raises(error, match=answer[:3].decode()):
            await prepared_at(heard.port, lines=_LINES)
        assert b"\r\n.\r\n" not in heard.wire


@pytest.mark.parametrize(
    ("answer", "error"),
    [(b"552 5.3.4 too large\r\n", Rejected), (b"421 4.4.2 timeout\r\n", TemporarilyUnavailable)],
    ids=["552", "421"],
)
async def test_an_answer_between_the_message_and_its_end_is_reported_and_the_end_is_not_written(
    answer: bytes, error: type[Exception]
) -> None:
    async with scripted(answers_early(answer)) as heard:
        prepared = await prepared_at(heard.port)
        await heard.until(_LINE)
        await asyncio.sleep(0.1)
        with pytest.raises(error, match=answer[:3].decode()):
            await prepared.send()
        await asyncio.sleep(0.1)
        assert bytes(heard.wire).endswith(_LINE)


async def test_a_server_that_hangs_up_while_the_message_is_written_sent_nothing() -> None:
    async with scripted(hangs_up) as heard:
        with pytest.raises(TemporarilyUnavailable):
            await prepared_at(heard.port, lines=_LINES)


async def test_a_server_that_stops_reading_is_given_up_in_time() -> None:
    async with scripted(stops_reading) as heard:
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable, match="stopped reading"):
            await prepared_at(heard.port, lines=_LINES, data_timeout_seconds=0.5)
        assert time.monotonic() - started < 15


async def test_a_server_that_stops_reading_below_tls_is_given_up_in_time(certificate: Certificate) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    async with scripted(stops_reading, tls=context) as heard:
        at = MailServer(HOST, heard.port, security="tls", ca_file=certificate.certificate, timeout_seconds=5.0)
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable, match="stopped reading"):
            await SmtpSender(at, OWN, None, data_timeout_seconds=0.5).prepare(a_message(lines=_LINES))
        assert time.monotonic() - started < 15


async def test_a_worker_that_stood_still_does_not_end_its_message() -> None:
    async with scripted(takes_it) as heard:
        prepared = await prepared_at(heard.port, hand_over_seconds=0.05)
        await heard.until(_LINE)
        await asyncio.sleep(0.1)
        with pytest.raises(TemporarilyUnavailable, match="stood still"):
            await prepared.send()
        await asyncio.sleep(0.1)
        assert bytes(heard.wire).endswith(_LINE)


async def test_of_a_worker_that_died_before_the_end_it_is_certain_that_it_sends_nothing(tmp_path: Path) -> None:
    async with scripted(takes_it) as heard:
        sender, other = (with_tickets(heard.port, tmp_path) for _ in range(2))
        await sender.prepare(a_try("first"))
        assert await other.withdraw("first") is True
        assert await other.withdraw("first") is False
        # The next try has nothing to do with it.
        assert await (await other.prepare(a_try("second"))).send() == "queued as 1"


async def test_a_worker_that_wakes_up_after_its_mail_was_withdrawn_does_not_end_it(tmp_path: Path) -> None:
    async with scripted(takes_it) as heard:
        prepared = await with_tickets(heard.port, tmp_path).prepare(a_try("first"))
        await heard.until(_LINE)
        assert await with_tickets(heard.port, tmp_path).withdraw("first") is True
        with pytest.raises(TemporarilyUnavailable, match="another worker"):
            await prepared.send()
        await asyncio.sleep(0.1)
        assert bytes(heard.wire).endswith(_LINE)


@pytest.mark.parametrize("answers", [True, False], ids=["sent", "no-answer"])
async def test_of_a_message_that_was_ended_nothing_can_be_withdrawn(tmp_path: Path, answers: bool) -> None:
    async with scripted(takes_it if answers else reads_all) as heard:
        sender = with_tickets(heard.port, tmp_path)
        prepared = await sender.prepare(a_try("first"))
        with contextlib.nullcontext() if answers else pytest.raises(OutcomeUnknown):
            await prepared.send()
        assert await sender.withdraw("first") is False


async def test_what_is_known_leaves_no_ticket(tmp_path: Path) -> None:
    async with scripted(takes_it) as heard:
        sender = with_tickets(heard.port, tmp_path)
        await (await sender.prepare(a_try("sent"))).send()
        await (await sender.prepare(a_try("abandoned"))).abandon()
    assert list((tmp_path / "hand-overs").iterdir()) == []


async def test_a_server_that_never_answers_the_goodbye_holds_up_nothing() -> None:
    async with scripted(takes_it) as heard:
        prepared = await prepared_at(heard.port)
        started = time.monotonic()
        await prepared.send()
        assert time.monotonic() - started < 1


async def test_without_an_answer_to_the_end_nobody_can_tell() -> None:
    async with scripted(reads_all) as heard:
        prepared = await prepared_at(heard.port, data_timeout_seconds=0.3)
        with pytest.raises(OutcomeUnknown):
            await prepared.send()
        assert bytes(heard.wire).endswith(b"\r\n.\r\n")

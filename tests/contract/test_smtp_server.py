"""What is SMTP's own: refusals at each step, connections that are cut at each step, the copy to ourselves, TLS."""

import asyncio
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from uuid import uuid4

import pytest
from mailservers import HOST, PASSWORD, Certificate, EnvelopeServer, MailDevel, make_certificate

from integrations.imap.adapter import ImapSentLookup
from integrations.ports.errors import (
    AuthExpired,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TemporarilyUnavailable,
)
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import OutgoingMessage
from integrations.smtp.adapter import SmtpSender

OWN = "ar@supplier.example"
ANN = "ann@customer.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def boxes(certificate: Certificate) -> Iterator[MailDevel]:
    server = MailDevel(certificate=certificate.certificate, key=certificate.key)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(boxes: MailDevel) -> Iterator[EnvelopeServer]:
    server = EnvelopeServer(into=boxes)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(running: EnvelopeServer) -> EnvelopeServer:
    running.reset()
    return running


class KnownCopies:
    """A `SentLookup` that knows these ids."""

    def __init__(self, *message_ids: str) -> None:
        self._message_ids = message_ids

    async def was_sent(self, message_id: str) -> bool:
        return message_id in self._message_ids


def a_message(*recipients: str, body: bytes = b"Dear Ann\r\n") -> OutgoingMessage:
    message_id = f"{uuid4().hex}@supplier.example"
    header = f"Message-ID: <{message_id}>\r\nFrom: {OWN}\r\nTo: {ANN}\r\nSubject: Invoice 4711\r\n\r\n".encode()
    return OutgoingMessage(message_id, header + body, OWN, recipients or (ANN,))


def a_sender(server: EnvelopeServer, *, password: str = PASSWORD, **options: float) -> SmtpSender:
    at = MailServer(HOST, server.port, OWN, password, "plain", timeout_seconds=options.pop("timeout_seconds", 10.0))
    return SmtpSender(at, OWN, None, **options)


def sent_ids(server: EnvelopeServer) -> list[str]:
    return [message_from_bytes(delivery.raw)["Message-ID"].strip("<>") for delivery in server.deliveries]


async def test_our_own_copy_is_in_the_envelope_and_in_no_header(server: EnvelopeServer) -> None:
    message = a_message()
    await (await a_sender(server).prepare(message)).send()
    (delivery,) = server.deliveries
    assert delivery.recipients == (ANN, OWN)
    parsed = message_from_bytes(delivery.raw)
    assert {name: parsed[name] for name in ("To", "Cc", "Bcc", "X-RcptTo")} == {
        "To": ANN, "Cc": None, "Bcc": None, "X-RcptTo": None
    }  # fmt: skip


async def test_what_is_sent_is_byte_for_byte_what_was_given(server: EnvelopeServer) -> None:
    message = a_message(body="Grüße\r\n.\r\n..\r\n".encode())
    await (await a_sender(server).prepare(message)).send()
    assert server.deliveries[0].raw == message.raw


async def test_a_mail_to_ourselves_names_us_once(server: EnvelopeServer) -> None:
    await (await a_sender(server).prepare(a_message("AR@supplier.example"))).send()
    assert server.deliveries[0].recipients == ("AR@supplier.example",)


async def test_nothing_in_a_mail_can_end_it_early(server: EnvelopeServer) -> None:
    smuggled = b"one\n.\nMAIL FROM:<evil@x.example>\r.\r\ntwo\r.\rthree\n"
    await (await a_sender(server).prepare(a_message(body=smuggled))).send()
    assert len(server.deliveries) == 1
    assert server.deliveries[0].raw.endswith(
        b"\r\none\r\n.\r\nMAIL FROM:<evil@x.example>\r\n.\r\ntwo\r\n.\r\nthree\r\n"
    )


async def test_a_wrong_password_needs_a_person(server: EnvelopeServer) -> None:
    with pytest.raises(AuthExpired) as refused:
        await a_sender(server, password="not this one").prepare(a_message())
    assert "not this one" not in str(refused.value)
    assert server.deliveries == []


async def test_a_sign_in_that_fails_for_now_is_for_later(server: EnvelopeServer) -> None:
    server.misbehave.no_sign_in = "454 4.7.0 Temporary authentication failure"
    with pytest.raises(TemporarilyUnavailable):
        await a_sender(server).prepare(a_message())


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({ANN: "450 4.2.0 greylisted"}, TemporarilyUnavailable),
        ({ANN: "451 4.7.1 rate limit exceeded"}, RateLimited),
        ({ANN: "550 5.1.1 unknown"}, Rejected),
        ({"bob@customer.example": "550 5.1.1 unknown"}, Rejected),
        ({ANN: "450 4.2.0 greylisted", "bob@customer.example": "550 5.1.1 unknown"}, Rejected),
    ],
)
async def test_a_recipient_that_is_refused_stops_the_mail(
    server: EnvelopeServer, answers: dict[str, str], error: type[Exception]
) -> None:
    server.misbehave.refused.update(answers)
    with pytest.raises(error):
        await a_sender(server).prepare(a_message(ANN, "bob@customer.example"))
    assert server.deliveries == []


async def test_a_refused_copy_to_ourselves_does_not_stop_the_mail(server: EnvelopeServer) -> None:
    server.misbehave.refused[OWN] = "550 5.7.1 no"
    message = a_message()
    await (await a_sender(server).prepare(message)).send()
    assert [delivery.recipients for delivery in server.deliveries] == [(ANN,)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("554 5.7.1 looks like spam", Rejected),
        ("535 5.7.8 odd, but for good", Rejected),
        ("451 4.3.0 try later", TemporarilyUnavailable),
        ("452 4.3.1 too many messages", RateLimited),
        ("354 what", OutcomeUnknown),
    ],
)
async def test_what_the_answer_to_the_message_means(
    server: EnvelopeServer, answer: str, error: type[Exception]
) -> None:
    server.misbehave.answer_to_data = answer
    prepared = await a_sender(server).prepare(a_message())
    with pytest.raises(error):
        await prepared.send()


async def test_a_connection_cut_before_the_message_began_sent_nothing(server: EnvelopeServer) -> None:
    server.misbehave.cut = "before_go_ahead"
    with pytest.raises(TemporarilyUnavailable):
        await a_sender(server).prepare(a_message())
    assert server.deliveries == []


async def test_a_connection_lost_while_we_wait_to_send_sent_nothing(boxes: MailDevel) -> None:
    server = EnvelopeServer()
    server.start()
    prepared = await a_sender(server).prepare(a_message())
    server.stop()
    await asyncio.sleep(0.05)  # As long as it takes to put on record that it is handed over.
    with pytest.raises(TemporarilyUnavailable):
        await prepared.send()
    assert server.deliveries == []


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_connection_cut_after_the_message_leaves_the_outcome_unknown(
    server: EnvelopeServer, boxes: MailDevel, delivered: bool
) -> None:
    server.misbehave.cut = "after_message"
    server.misbehave.deliver_before_cut = delivered
    message = a_message()
    lookup = ImapSentLookup(MailServer(HOST, boxes.imap_port, OWN, PASSWORD, "plain"))
    sender = SmtpSender(MailServer(HOST, server.port, OWN, PASSWORD, "plain"), OWN, lookup)
    with pytest.raises(OutcomeUnknown):
        await (await sender.prepare(message)).send()
    assert await sender.was_sent(message.message_id) is (True if delivered else None)


async def test_silence_after_the_message_leaves_the_outcome_unknown(server: EnvelopeServer) -> None:
    server.misbehave.cut = "silent_after_message"
    prepared = await a_sender(server, data_timeout_seconds=0.3).prepare(a_message())
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        await prepared.send()
    assert time.monotonic() - started < 5


async def test_a_cancelled_hand_over_ends_the_connection(server: EnvelopeServer) -> None:
    server.misbehave.cut = "silent_after_message"
    prepared = await a_sender(server).prepare(a_message())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await prepared.send()
    # Its end was written: nobody can tell, and a second end would be a second mail.
    with pytest.raises(OutcomeUnknown):
        await prepared.send()


async def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)
        writer.close()

    silent = await asyncio.start_server(say_nothing, HOST, 0)
    port = silent.sockets[0].getsockname()[1]
    started = time.monotonic()
    sender = SmtpSender(MailServer(HOST, port, OWN, PASSWORD, "plain", timeout_seconds=0.3), OWN, None)
    with pytest.raises(TemporarilyUnavailable):
        await sender.prepare(a_message())
    assert time.monotonic() - started < 3
    silent.close()


@pytest.mark.parametrize(
    ("found", "answer"), [(("a@supplier.example",), True), ((), None), (("b@supplier.example",), None)]
)
async def test_only_a_copy_proves_and_its_absence_does_not(
    server: EnvelopeServer, found: tuple[str, ...], answer: bool | None
) -> None:
    at = MailServer(HOST, server.port, OWN, PASSWORD, "plain")
    assert await SmtpSender(at, OWN, KnownCopies(*found)).was_sent("a@supplier.example") is answer
    assert await SmtpSender(at, OWN, None).was_sent("a@supplier.example") is None


@pytest.mark.parametrize(
    "recipients",
    [
        ("ann@customer.example\r\nRCPT TO:<x@y.example>",),
        ("a b", "\x00@x"),
        ("ann>@x <b",),
        ("a,b@x.example",),
        ("ann",),
        ("",),
        ("Ann <ann@x.example>",),
    ],
)
async def test_an_address_that_would_break_out_of_the_command_is_refused(
    server: EnvelopeServer, recipients: tuple[str, ...]
) -> None:
    with pytest.raises(Rejected):
        await a_sender(server).prepare(a_message(*recipients))
    assert server.deliveries == []


async def test_a_mail_without_recipients_is_refused(server: EnvelopeServer) -> None:
    message = a_message()
    with pytest.raises(Rejected):
        await a_sender(server).prepare(OutgoingMessage(message.message_id, message.raw, OWN, ()))


async def test_a_mail_over_the_server_s_limit_is_refused_before_it_is_sent(server: EnvelopeServer) -> None:
    with pytest.raises(Rejected, match="over the server's limit of"):
        await a_sender(server).prepare(a_message(body=b"x" * 78 * 500_000))


async def test_an_address_beyond_ascii_is_sent_where_the_server_can() -> None:
    server = EnvelopeServer()
    server.start()
    await (await a_sender(server).prepare(a_message("jörg@kunde.example"))).send()
    server.stop()
    assert server.deliveries[0].recipients == ("jörg@kunde.example", OWN)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_tls_with_a_trusted_certificate(boxes: MailDevel, certificate: Certificate, security: str) -> None:
    port = boxes.smtps_port if security == "tls" else boxes.smtp_port
    server = MailServer(HOST, port, OWN, PASSWORD, security, ca_file=certificate.certificate)  # type: ignore[arg-type]
    message = a_message()
    await (await SmtpSender(server, OWN, None).prepare(message)).send()
    assert any(message.message_id.encode() in raw for raw in boxes.read(ANN))


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_ends_the_connection(
    boxes: MailDevel, tmp_path: Path, security: str
) -> None:
    port = boxes.smtps_port if security == "tls" else boxes.smtp_port
    for ca_file in (None, make_certificate(tmp_path / "others").certificate):
        server = MailServer(HOST, port, OWN, PASSWORD, security, ca_file=ca_file)  # type: ignore[arg-type]
        with pytest.raises(TemporarilyUnavailable):
            await SmtpSender(server, OWN, None).prepare(a_message())


async def test_a_server_without_starttls_gets_no_password(server: EnvelopeServer) -> None:
    at = MailServer(HOST, server.port, OWN, PASSWORD, "starttls")
    with pytest.raises(TemporarilyUnavailable, match="STARTTLS"):
        await SmtpSender(at, OWN, None).prepare(a_message())

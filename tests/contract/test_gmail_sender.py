"""What is Gmail's own as a way out: threads, recipients, each answer to a hand-over, and proof of sending."""

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest
from emulators import FixedTokens, GmailEmulator
from faultproxy import Fault, FaultProxy, google_error

from integrations.gmail import sender as gmail_sender
from integrations.gmail.client import send_seconds
from integrations.gmail.sender import GmailSender
from integrations.hand_over import HandOverLimit
from integrations.ports.errors import (
    AuthExpired,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TemporarilyUnavailable,
)
from integrations.ports.mailbox import OutgoingMessage

ANN = "ann@customer.example"


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(tmp_path_factory.mktemp("gmail"))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def running_proxy(gmail: GmailEmulator) -> Iterator[FaultProxy]:
    proxy = FaultProxy(gmail.endpoint)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def proxy(running_proxy: FaultProxy) -> FaultProxy:
    running_proxy.reset()
    return running_proxy


class Outbox:
    """Senders of one mailbox behind the proxy, and what went out of it."""

    def __init__(self, gmail: GmailEmulator, proxy: FaultProxy) -> None:
        self._gmail, self._proxy = gmail, proxy
        self.address = gmail.mailbox()
        self.tokens = gmail.tokens(self.address)

    def sender(self, **options: object) -> GmailSender:
        options = {"pause_seconds": 0.01, "timeout_seconds": 5.0, "settle_seconds": 0.0, **options}
        options = {"hand_over_seconds": 30.0, **options}
        return GmailSender(self.tokens, self.address, api_endpoint=self._proxy.endpoint, **options)  # type: ignore[arg-type]

    def message(self, *lines: str, to: tuple[str, ...] = (ANN,), envelope: tuple[str, ...] = ()) -> OutgoingMessage:
        message_id = f"{uuid4().hex}@supplier.example"
        header = [f"Message-ID: <{message_id}>", f"From: {self.address}", f"To: {', '.join(to)}", *lines]
        raw = "\r\n".join([*header, "Subject: Invoice 4711", "", "Dear Ann", ""]).encode()
        return OutgoingMessage(message_id, raw, self.address, envelope or to)

    def sent_ids(self) -> list[str]:
        return [message_from_bytes(raw)["Message-ID"].strip("<>") for raw in self._gmail.sent_raw(self.address)]

    def handed_over(self) -> list[dict[str, str]]:
        """The bodies of the requests that could have sent a mail."""
        return [json.loads(one.body) for one in self._proxy.seen("/messages/send", "POST")]


@pytest.fixture
def outbox(gmail: GmailEmulator, proxy: FaultProxy) -> Outbox:
    return Outbox(gmail, proxy)


async def test_an_answer_goes_into_the_thread_of_what_it_answers(outbox: Outbox, gmail: GmailEmulator) -> None:
    received = gmail.deliver(
        outbox.address, b"From: ann@customer.example\r\nMessage-ID: <q1@customer.example>\r\n\r\nhi"
    )
    thread_id = gmail.call(outbox.address, "GET", f"messages/{received}")["threadId"]
    await (await outbox.sender().prepare(outbox.message("In-Reply-To: <q1@customer.example>"))).send()
    assert [body["threadId"] for body in outbox.handed_over()] == [thread_id]


async def test_a_second_reminder_goes_into_the_thread_of_the_first(outbox: Outbox, gmail: GmailEmulator) -> None:
    first = outbox.message()
    await (await outbox.sender().prepare(first)).send()
    (thread_id,) = [one["threadId"] for one in gmail.sent(outbox.address)]
    await (await outbox.sender().prepare(outbox.message(f"References: <x@y.example> <{first.message_id}>"))).send()
    assert [body.get("threadId") for body in outbox.handed_over()] == [None, thread_id]


async def test_an_answer_to_what_is_not_in_the_mailbox_starts_a_thread(outbox: Outbox) -> None:
    await (await outbox.sender().prepare(outbox.message("In-Reply-To: <unknown@customer.example>"))).send()
    assert [body.get("threadId") for body in outbox.handed_over()] == [None]


@pytest.mark.parametrize(
    "fault", [google_error(404, "notFound"), google_error(400, "invalidArgument")], ids=["404", "400"]
)
async def test_a_thread_that_is_deleted_meanwhile_does_not_stop_the_mail(
    outbox: Outbox, gmail: GmailEmulator, proxy: FaultProxy, fault: Fault
) -> None:
    gmail.deliver(outbox.address, b"From: ann@customer.example\r\nMessage-ID: <q1@customer.example>\r\n\r\nhi")
    message = outbox.message("In-Reply-To: <q1@customer.example>")
    proxy.add(fault, path="/messages/send", times=1)
    await (await outbox.sender().prepare(message)).send()
    assert outbox.sent_ids() == [message.message_id]
    assert ["threadId" in body for body in outbox.handed_over()] == [True, False]


async def test_the_mail_carries_our_id_in_a_header_of_ours_and_is_else_as_it_was(outbox: Outbox) -> None:
    message = outbox.message()
    await (await outbox.sender().prepare(message)).send()
    (body,) = outbox.handed_over()
    raw = base64.urlsafe_b64decode(body["raw"])
    assert raw == f"X-Duly-Message-ID: <{message.message_id}>\r\n".encode() + message.raw


async def test_a_mail_that_gmail_gave_another_message_id_is_known_by_our_header(
    outbox: Outbox, proxy: FaultProxy
) -> None:
    message = outbox.message()
    provider_id = await (await outbox.sender().prepare(message)).send()
    renamed = {
        "id": provider_id,
        "threadId": "t1",
        "internalDate": "1776000000000",
        "payload": {
            "headers": [
                {"name": "Message-Id", "value": "<CAxyz@mail.gmail.com>"},
                {"name": "X-Duly-Message-ID", "value": f"<{message.message_id}>"},
            ]
        },
    }
    proxy.add(Fault("replace", body=json.dumps(renamed).encode()), path="format=metadata", times=9)
    assert await outbox.sender().was_sent(message.message_id) is True
    assert "X-Duly-Message-ID" in proxy.seen("format=metadata")[0].path


async def test_who_is_in_the_envelope_alone_becomes_a_hidden_recipient(outbox: Outbox) -> None:
    message = outbox.message(envelope=(ANN.upper(), "boss@customer.example"))
    await (await outbox.sender().prepare(message)).send()
    parsed = message_from_bytes(base64.urlsafe_b64decode(outbox.handed_over()[0]["raw"]))
    assert (parsed["To"], parsed["Bcc"]) == (ANN, "boss@customer.example")


@pytest.mark.parametrize(
    "line", ["Cc: eve@other.example", "Bcc: eve@other.example", 'To: "A, B" <eve@other.example>']
)
async def test_nobody_gets_the_mail_who_is_not_in_the_envelope(outbox: Outbox, line: str) -> None:
    with pytest.raises(Rejected, match=r"eve@other\.example"):
        await outbox.sender().prepare(outbox.message(line))
    assert outbox.handed_over() == []


@pytest.mark.parametrize(
    "recipients", [(), (ANN, "x@y.example\r\nTo: z@y.example"), (ANN, "a b@c"), (ANN, "a@b,c@d")], ids=str
)
async def test_a_recipient_that_would_break_out_of_the_header_is_refused(
    outbox: Outbox, recipients: tuple[str, ...]
) -> None:
    message = outbox.message()
    with pytest.raises(Rejected):
        await outbox.sender().prepare(OutgoingMessage(message.message_id, message.raw, outbox.address, recipients))
    assert outbox.handed_over() == []


@pytest.mark.parametrize("message_id", ["a\r\nTo: z@y.example", "a b@c", "", "ü@c"])
async def test_a_message_id_that_would_break_out_of_the_header_is_refused(outbox: Outbox, message_id: str) -> None:
    with pytest.raises(Rejected):
        await outbox.sender().prepare(OutgoingMessage(message_id, outbox.message().raw, outbox.address, (ANN,)))


@pytest.mark.parametrize(
    ("fault", "error", "sent"),
    [
        (Fault("lose"), OutcomeUnknown, True),
        (Fault("drop"), OutcomeUnknown, False),
        (Fault("halve"), OutcomeUnknown, True),
        (Fault("silent", seconds=1.5), OutcomeUnknown, True),
        (Fault("replace", body=b"<html>"), OutcomeUnknown, True),
        (Fault("replace", body=b"{}"), OutcomeUnknown, True),
        (Fault("replace", status=503), OutcomeUnknown, True),
        (Fault("replace", status=500), OutcomeUnknown, True),
        (Fault("answer", status=408), OutcomeUnknown, False),
        (Fault("answer", status=302, headers={"Location": "http://elsewhere.example/"}), OutcomeUnknown, False),
        (google_error(400, "invalidArgument"), Rejected, False),
        (google_error(400, "failedPrecondition"), Rejected, False),
        (google_error(404, "notFound"), Rejected, False),
        (google_error(413, "uploadTooLarge"), Rejected, False),
        (google_error(401, "authError"), TemporarilyUnavailable, False),
        (google_error(403, "insufficientPermissions"), TemporarilyUnavailable, False),
        (google_error(403, "rateLimitExceeded"), RateLimited, False),
        (google_error(429, "userRateLimitExceeded", Retry_After="90"), RateLimited, False),
    ],
    ids=[
        "lost", "dropped", "halved", "silent", "no JSON", "no id", "503", "500", "408", "redirect", "bad request",
        "precondition", "404", "too large", "401", "403", "403 rate", "429",
    ],
)  # fmt: skip
async def test_what_each_answer_to_a_hand_over_means_and_that_it_is_made_once(
    outbox: Outbox, proxy: FaultProxy, fault: Fault, error: type[Exception], sent: bool
) -> None:
    message = outbox.message()
    sender = outbox.sender(timeout_seconds=1.0)
    prepared = await sender.prepare(message)
    proxy.add(fault, path="/messages/send", times=9)
    with pytest.raises(error) as refused:
        await prepared.send()
    assert len(outbox.handed_over()) == 1
    assert outbox.address in str(refused.value)
    assert outbox.sent_ids() == ([message.message_id] if sent else [])
    assert await sender.was_sent(message.message_id) is sent


async def test_no_connection_at_the_hand_over_means_that_nothing_was_sent(gmail: GmailEmulator) -> None:
    proxy = FaultProxy(gmail.endpoint)
    proxy.start()
    outbox = Outbox(gmail, proxy)
    prepared = await outbox.sender().prepare(outbox.message())
    proxy.stop()
    await asyncio.sleep(0.1)
    with pytest.raises(TemporarilyUnavailable):
        await prepared.send()
    assert outbox.sent_ids() == []


async def test_absence_proves_nothing_until_a_lost_request_must_have_ended(outbox: Outbox, proxy: FaultProxy) -> None:
    message = outbox.message()
    sender = outbox.sender(settle_seconds=0.4)
    prepared = await sender.prepare(message)
    proxy.add(Fault("drop"), path="/messages/send", times=1)
    with pytest.raises(OutcomeUnknown):
        await prepared.send()
    assert await sender.was_sent(message.message_id) is None
    assert await sender.was_sent(message.message_id) is None
    await asyncio.sleep(0.5)
    assert await sender.was_sent(message.message_id) is False


async def test_a_worker_that_stood_still_hands_nothing_over(outbox: Outbox) -> None:
    """What `was_sent` says after `settle_seconds` must hold for whoever wakes up later."""
    message = outbox.message()
    asleep, awake = (outbox.sender(settle_seconds=0.2, hand_over_seconds=None) for _ in range(2))
    prepared = await asleep.prepare(message)
    assert await awake.was_sent(message.message_id) is None
    await asyncio.sleep(0.25)
    assert await awake.was_sent(message.message_id) is False
    await (await outbox.sender().prepare(message)).send()
    with pytest.raises(TemporarilyUnavailable, match="stood still"):
        await prepared.send()
    assert outbox.sent_ids() == [message.message_id]


def test_no_hand_over_ends_after_its_absence_may_prove_something() -> None:
    begins_at_the_latest = gmail_sender.SETTLE_SECONDS * gmail_sender._BEGINS_WITHIN
    assert begins_at_the_latest + send_seconds(gmail_sender._MOST_BYTES) < gmail_sender.SETTLE_SECONDS


@pytest.mark.parametrize(("passed", "arrives"), [(40.0, 1), (400.0, 0)], ids=["in-time", "late"])
async def test_a_large_mail_may_go_on_for_as_long_as_a_hand_over_takes(
    outbox: Outbox, passed: float, arrives: int
) -> None:
    large = outbox.message()
    large = OutgoingMessage(large.message_id, large.raw + b"x" * 200_000, large.envelope_from, large.envelope_to)
    times = iter([0.0, 29.0, *[passed] * 1_000])
    limit = HandOverLimit("Gmail", 30.0, clocks=[lambda: next(times)])
    prepared = replace(await outbox.sender().prepare(large), limit=limit)
    with contextlib.nullcontext() if arrives else pytest.raises(TemporarilyUnavailable):
        await prepared.send()
    assert len(outbox.sent_ids()) == arrives


async def test_a_mail_that_arrives_late_among_the_sent_ones_is_found_in_time(
    outbox: Outbox, gmail: GmailEmulator
) -> None:
    message = outbox.message()
    sender = outbox.sender(settle_seconds=0.4)
    assert await sender.was_sent(message.message_id) is None
    gmail.deliver(outbox.address, message.raw, labels=["SENT"])
    await asyncio.sleep(0.5)
    assert await sender.was_sent(message.message_id) is True


async def test_a_request_of_our_own_that_is_under_way_proves_nothing(outbox: Outbox, proxy: FaultProxy) -> None:
    message = outbox.message()
    sender = outbox.sender()
    prepared = await sender.prepare(message)
    proxy.add(Fault("hold", seconds=1.0), path="/messages/send", times=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await prepared.send()
    other = outbox.message().message_id
    assert await sender.was_sent(other) is False
    assert await sender.was_sent(message.message_id) is None
    await asyncio.sleep(1.5)
    assert await sender.was_sent(message.message_id) is True


async def test_a_mailbox_with_more_sent_mail_than_is_compared_proves_nothing(
    outbox: Outbox, gmail: GmailEmulator
) -> None:
    for _ in range(101):
        gmail.deliver(outbox.address, outbox.message().raw, labels=["SENT"])
    sender = outbox.sender(most_compared=100)
    assert await sender.was_sent("absent@supplier.example") is None
    assert await outbox.sender(most_compared=200).was_sent("absent@supplier.example") is False


async def test_sent_mail_since_the_hand_over_is_all_that_must_be_compared(
    outbox: Outbox, gmail: GmailEmulator, proxy: FaultProxy
) -> None:
    long_ago = int((time.time() - 30 * 86_400) * 1000)
    for number in range(101):
        gmail.deliver(outbox.address, outbox.message().raw, labels=["SENT"], at_ms=long_ago + number)
    sender = outbox.sender(most_compared=100)
    just_now = datetime.now(UTC) - timedelta(minutes=5)
    assert await sender.was_sent("absent@supplier.example") is None
    assert await sender.was_sent("absent@supplier.example", handed_over_at=just_now) is False
    months_ago = datetime.now(UTC) - timedelta(days=60)
    assert await sender.was_sent("absent@supplier.example", handed_over_at=months_ago) is None


async def test_a_second_look_asks_for_no_headers_again(
    outbox: Outbox, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    for _ in range(10):
        gmail.deliver(outbox.address, outbox.message().raw, labels=["SENT"])
    sender = outbox.sender()
    await sender.was_sent("absent@supplier.example")
    proxy.requests.clear()
    await sender.was_sent("absent@supplier.example")
    assert proxy.seen("format=metadata") == []


@pytest.mark.parametrize("trap", ["x@y.example OR in:sent", 'a"b@y.example', "{a}@y.example", "-in:inbox", ""])
async def test_an_id_that_would_be_another_search_is_not_searched_for(
    outbox: Outbox, proxy: FaultProxy, trap: str
) -> None:
    await outbox.sender().was_sent(trap)
    assert proxy.seen("rfc822msgid") == []


async def test_a_look_that_fails_says_so(outbox: Outbox, proxy: FaultProxy) -> None:
    proxy.add(Fault("answer", status=500), times=99)
    with pytest.raises(TemporarilyUnavailable):
        await outbox.sender().was_sent("a@supplier.example")


async def test_a_token_that_is_refused_is_replaced_before_the_hand_over(
    outbox: Outbox, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    good = gmail.sign_in(outbox.address).access_token
    outbox.tokens = FixedTokens("stale", good)
    proxy.add(google_error(401, "authError"), path="/labels/", times=1)
    message = outbox.message()
    await (await outbox.sender().prepare(message)).send()
    assert proxy.seen("/messages/send")[0].headers["authorization"] == f"Bearer {good}"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (google_error(401, "authError"), AuthExpired),
        (google_error(403, "insufficientPermissions"), AuthExpired),
        (google_error(429, "rateLimitExceeded", Retry_After="100"), RateLimited),
        (Fault("lose"), TemporarilyUnavailable),
    ],
    ids=["401", "403", "429", "lost"],
)
async def test_what_fails_before_the_hand_over_sends_nothing(
    outbox: Outbox, proxy: FaultProxy, fault: Fault, error: type[Exception]
) -> None:
    proxy.add(fault, times=99)
    with pytest.raises(error):
        await outbox.sender().prepare(outbox.message())
    assert outbox.handed_over() == []


async def test_a_large_mail_is_uploaded_byte_for_byte(
    outbox: Outbox, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    gmail.deliver(outbox.address, b"From: ann@customer.example\r\nMessage-ID: <q1@customer.example>\r\n\r\nhi")
    small = outbox.message("In-Reply-To: <q1@customer.example>")
    raw = small.raw + bytes(range(256)) * 20_000
    proxy.add(Fault("answer", body=b'{"id": "m1"}'), path="/upload/gmail/v1/users/me/messages/send", times=1)
    sender = outbox.sender()
    assert await (await sender.prepare(OutgoingMessage(small.message_id, raw, outbox.address, (ANN,)))).send() == "m1"
    (request,) = proxy.seen("/upload/")
    assert "uploadType=multipart" in request.path
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    boundary = head.decode().split("boundary=")[1].strip().encode()
    fields, message = request.body.split(b"--" + boundary)[1:3]
    assert "threadId" in json.loads(fields.split(b"\r\n\r\n", 1)[1])
    assert message.split(b"\r\n\r\n", 1)[1] == f"X-Duly-Message-ID: <{small.message_id}>\r\n".encode() + raw + b"\r\n"


async def test_a_mail_over_gmail_s_limit_is_refused(outbox: Outbox) -> None:
    message = outbox.message()
    raw = message.raw + b"x" * 35_000_000
    with pytest.raises(Rejected, match="over the limit"):
        await outbox.sender().prepare(OutgoingMessage(message.message_id, raw, outbox.address, (ANN,)))


def test_neither_token_nor_mail_shows_in_what_is_logged(gmail: GmailEmulator, proxy: FaultProxy) -> None:
    async def prepared() -> tuple[str, str]:
        outbox = Outbox(gmail, proxy)
        return repr(await outbox.sender().prepare(outbox.message())), await outbox.tokens.current()

    shown, token = asyncio.run(prepared())
    assert token not in shown
    assert "Dear Ann" not in shown

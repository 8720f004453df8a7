"""One suite for every `MailSender`: files, SMTP against two servers, Gmail and Outlook against stand-ins."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from graph_stand_in import GraphTokens
from mailbox_cases import Servers
from mailservers import HOST, PASSWORD, free_port

from integrations.fakes.mailbox import FakeMailbox, FakeSender
from integrations.files.folder import FolderSender
from integrations.gmail.sender import GmailSender
from integrations.imap.adapter import ImapSentLookup
from integrations.outlook.place import GraphPlace
from integrations.outlook.sender import OutlookSender
from integrations.ports.errors import OutcomeUnknown, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import MailSender, OutgoingMessage
from integrations.smtp.adapter import SmtpSender


class Outbox(Protocol):
    """A way out under test."""

    #: What `was_sent` answers for a mail that did not go out: False where that can be proven.
    absent: bool | None

    def sender(self) -> MailSender: ...

    def unreachable(self) -> MailSender: ...

    def refuse(self, recipient: str) -> bool:
        """From now on this recipient is refused; False where this way out refuses nobody."""
        ...

    def arrived(self, message: OutgoingMessage) -> list[bytes]:
        """What the first recipient, or whoever collects the mail, now holds of this message."""
        ...


class FakeCase:
    absent = False

    def __init__(self, _folder: Path, _servers: Servers, _message: OutgoingMessage) -> None:
        self._mailbox = FakeMailbox()

    def sender(self) -> MailSender:
        return FakeSender(self._mailbox)

    def unreachable(self) -> MailSender:
        self._mailbox.fail_next("prepare", TemporarilyUnavailable("down"))
        return FakeSender(self._mailbox)

    def refuse(self, recipient: str) -> bool:
        self._mailbox.refused_recipients.add(recipient)
        return True

    def arrived(self, message: OutgoingMessage) -> list[bytes]:
        return [sent.raw for sent in self._mailbox.sent if sent.message_id == message.message_id]


class FolderCase:
    absent = False

    def __init__(self, folder: Path, _servers: Servers, _message: OutgoingMessage) -> None:
        self._folder = folder

    def sender(self) -> MailSender:
        return FolderSender(self._folder)

    def unreachable(self) -> MailSender:
        return FolderSender(self._folder / "missing")

    def refuse(self, recipient: str) -> bool:
        return False

    def arrived(self, message: OutgoingMessage) -> list[bytes]:
        return [path.read_bytes() for path in self._folder.glob("*.eml")]


class SmtpCase:
    """aiosmtpd, which delivers by envelope into mail-devel, where our own copy is looked for by IMAP."""

    absent = None

    def __init__(self, _folder: Path, servers: Servers, _message: OutgoingMessage) -> None:
        self._server = servers.envelope()
        self._server.reset()
        self._boxes = servers.mail_devel()
        self._own = f"ar-{uuid4().hex}@supplier.example"

    def sender(self) -> MailSender:
        return self._at(self._server.port)

    def unreachable(self) -> MailSender:
        return self._at(free_port())

    def refuse(self, recipient: str) -> bool:
        self._server.misbehave.refused[recipient] = "550 5.1.1 no such user"
        return True

    def arrived(self, message: OutgoingMessage) -> list[bytes]:
        return self._boxes.read(message.envelope_to[0])

    def _at(self, port: int) -> MailSender:
        lookup = ImapSentLookup(MailServer(HOST, self._boxes.imap_port, self._own, PASSWORD, "plain"))
        return SmtpSender(MailServer(HOST, port, self._own, PASSWORD, "plain"), self._own, lookup)


class MailDevelSmtpCase(SmtpCase):
    """mail-devel's own SMTP server. It delivers by header, so the copy is looked for where the customer's mail is."""

    def __init__(self, _folder: Path, servers: Servers, message: OutgoingMessage) -> None:
        self._boxes = servers.mail_devel()
        self._own = message.envelope_to[0]

    def sender(self) -> MailSender:
        return self._at(self._boxes.smtp_port)

    def refuse(self, recipient: str) -> bool:
        return False


class GmailCase:
    """`emulate`, which keeps what is sent and delivers it nowhere."""

    absent = False

    def __init__(self, _folder: Path, servers: Servers, _message: OutgoingMessage) -> None:
        self._gmail = servers.gmail()
        self._address = self._gmail.mailbox()

    def sender(self) -> MailSender:
        return self._at(self._gmail.endpoint)

    def unreachable(self) -> MailSender:
        return self._at(f"http://{HOST}:{free_port()}")

    def refuse(self, recipient: str) -> bool:
        return False

    def arrived(self, message: OutgoingMessage) -> list[bytes]:
        return self._gmail.sent_raw(self._address)

    def _at(self, endpoint: str) -> MailSender:
        tokens = self._gmail.tokens(self._address)
        times = {"pause_seconds": 0.01, "settle_seconds": 0.0, "hand_over_seconds": 0.3}
        return GmailSender(tokens, self._address, api_endpoint=endpoint, **times)  # type: ignore[arg-type]


class OutlookCase:
    """Our own stand-in for Microsoft Graph. Exchange takes any recipient; whom it cannot reach it reports by mail."""

    absent = None

    def __init__(self, _folder: Path, servers: Servers, _message: OutgoingMessage) -> None:
        self._graph = servers.graph()
        self._address = f"ar-{uuid4().hex}@supplier.example"
        self._mailbox = self._graph.mailbox(self._address)

    def sender(self) -> MailSender:
        return self._at(self._graph.base_url)

    def unreachable(self) -> MailSender:
        return self._at(f"http://{HOST}:{free_port()}/v1.0")

    def refuse(self, recipient: str) -> bool:
        return False

    def arrived(self, message: OutgoingMessage) -> list[bytes]:
        return [raw for recipients, raw in self._mailbox.delivered if message.envelope_to[0] in recipients]

    def _at(self, base_url: str) -> MailSender:
        tokens = GraphTokens(self._graph, self._address)
        return OutlookSender(tokens, self._address, place=GraphPlace(base_url), pause=tokens.pause)


CASES = (FakeCase, FolderCase, SmtpCase, MailDevelSmtpCase, GmailCase, OutlookCase)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.stop()


@pytest.fixture
def message() -> OutgoingMessage:
    customer, message_id = f"ann-{uuid4().hex}@customer.example", f"{uuid4().hex}@supplier.example"
    raw = (
        f"Message-ID: <{message_id}>\r\nFrom: ar@supplier.example\r\nTo: {customer}\r\nSubject: Invoice 4711\r\n\r\n"
        "Dear Ann,\r\n.\r\n..two dots\r\n"
    ).encode()
    return OutgoingMessage(message_id, raw, "ar@supplier.example", (customer,))


@pytest.fixture(params=CASES, ids=lambda case: case.__name__.removesuffix("Case").lower())
def outbox(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers, message: OutgoingMessage) -> Outbox:
    return request.param(tmp_path, servers, message)


def message_ids(raws: list[bytes]) -> list[str]:
    return [message_from_bytes(raw)["Message-ID"].strip("<>") for raw in raws]


async def test_a_sent_mail_arrives_once_and_is_known_as_sent(outbox: Outbox, message: OutgoingMessage) -> None:
    sender = outbox.sender()
    provider_id = await (await sender.prepare(message)).send()
    assert isinstance(provider_id, str)
    assert message_ids(outbox.arrived(message)) == [message.message_id]
    assert await sender.was_sent(message.message_id) is True


async def test_its_body_arrives_unchanged(outbox: Outbox, message: OutgoingMessage) -> None:
    await (await outbox.sender().prepare(message)).send()
    arrived = message_from_bytes(outbox.arrived(message)[0]).get_payload()
    assert arrived.replace("\r\n", "\n") == "Dear Ann,\n.\n..two dots\n"


async def test_after_a_restart_it_is_still_known_as_sent(outbox: Outbox, message: OutgoingMessage) -> None:
    await (await outbox.sender().prepare(message)).send()
    assert await outbox.sender().was_sent(message.message_id) is True


async def test_a_mail_that_was_only_prepared_is_not_sent(outbox: Outbox, message: OutgoingMessage) -> None:
    prepared = await outbox.sender().prepare(message)
    assert outbox.arrived(message) == []
    await prepared.abandon()
    assert outbox.arrived(message) == []
    assert await outbox.sender().was_sent(message.message_id) is outbox.absent


async def test_an_abandoned_mail_can_be_sent_later(outbox: Outbox, message: OutgoingMessage) -> None:
    sender = outbox.sender()
    await (await sender.prepare(message)).abandon()
    await (await sender.prepare(message)).send()
    assert message_ids(outbox.arrived(message)) == [message.message_id]


async def test_a_hand_over_that_comes_after_the_proof_of_its_absence_sends_no_second_mail(
    outbox: Outbox, message: OutgoingMessage
) -> None:
    late, other = outbox.sender(), outbox.sender()
    prepared = await late.prepare(message)
    handed_over_at = datetime.now(UTC)
    await asyncio.sleep(0.4)  # Its worker stands still, and another one looks for the mail.
    if await other.was_sent(message.message_id, handed_over_at=handed_over_at) is not False:
        pytest.skip("this way out never says that a mail was not sent")
    await (await other.prepare(message)).send()
    with contextlib.suppress(TemporarilyUnavailable, OutcomeUnknown, Rejected):
        await prepared.send()
    assert message_ids(outbox.arrived(message)) == [message.message_id]


async def test_another_mail_s_id_is_not_known_as_sent(outbox: Outbox, message: OutgoingMessage) -> None:
    sender = outbox.sender()
    await (await sender.prepare(message)).send()
    assert await sender.was_sent("x" + message.message_id) is outbox.absent
    assert await sender.was_sent(message.message_id[1:]) is outbox.absent


async def test_one_refused_recipient_means_that_nothing_is_sent(outbox: Outbox, message: OutgoingMessage) -> None:
    refused = f"gone-{uuid4().hex}@customer.example"
    if not outbox.refuse(refused):
        pytest.skip("this way out refuses nobody")
    two = OutgoingMessage(message.message_id, message.raw, message.envelope_from, (*message.envelope_to, refused))
    with pytest.raises(Rejected):
        await outbox.sender().prepare(two)
    assert outbox.arrived(message) == []
    assert await outbox.sender().was_sent(message.message_id) is outbox.absent


async def test_a_way_out_that_cannot_be_reached_is_for_later(outbox: Outbox, message: OutgoingMessage) -> None:
    with pytest.raises(TemporarilyUnavailable):
        await outbox.unreachable().prepare(message)
    assert outbox.arrived(message) == []

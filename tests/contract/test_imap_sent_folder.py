"""The copy in the folder for sent mail: which folder, once, and never the sending's trouble."""

import asyncio
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from imap_scripts import CUT, ScriptedImap, listening
from mailservers import HOST, PASSWORD, EnvelopeServer, MailDevel
from structlog.testing import capture_logs

from integrations.imap import mapping
from integrations.imap.sent import ImapSentFolder
from integrations.ports.errors import RateLimited, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import OutgoingMessage
from integrations.ports.sent_folder import SentFolder
from integrations.smtp import adapter as smtp
from integrations.smtp.adapter import SmtpSender

ANN = "ann@customer.example"


@pytest.fixture(scope="module")
def boxes() -> Iterator[MailDevel]:
    server = MailDevel()
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


@pytest.fixture
def user() -> str:
    return f"ar-{uuid4().hex}@supplier.example"


def a_mail(sender: str) -> OutgoingMessage:
    message_id = f"{uuid4().hex}@supplier.example"
    header = f"Message-ID: <{message_id}>\r\nFrom: {sender}\r\nTo: {ANN}\r\nSubject: Invoice 4711\r\n\r\n"
    return OutgoingMessage(message_id, (header + "Grüße\r\n").encode(), sender, (ANN,))


def box(boxes: MailDevel, user: str) -> MailServer:
    return MailServer(HOST, boxes.imap_port, user, PASSWORD, "plain", timeout_seconds=10)


def scripted(port: int) -> ImapSentFolder:
    return ImapSentFolder(MailServer(HOST, port, "ar@supplier.example", "x", "plain", timeout_seconds=1))


async def test_a_sent_mail_lies_once_and_as_read_in_the_folder_for_it(
    server: EnvelopeServer, boxes: MailDevel, user: str
) -> None:
    boxes.append(user, b"Subject: old\r\n\r\nx\r\n", "Sent Items")
    mail, folder = a_mail(user), ImapSentFolder(box(boxes, user))
    sender = SmtpSender(MailServer(HOST, server.port, user, PASSWORD, "plain"), user, None, sent_folder=folder)
    await (await sender.prepare(mail)).send()
    assert boxes.read(user, "Sent Items")[1:] == []
    for _ in range(2):
        await sender.file_copy(mail)
    await folder.close()
    assert boxes.read(user, "Sent Items")[1:] == [mail.raw]
    assert b"\\Seen" in boxes.flags(user, "Sent Items")[1]


async def test_a_folder_that_is_named_and_not_there_is_made(boxes: MailDevel, user: str) -> None:
    mail = a_mail(user)
    for _ in range(2):
        folder = ImapSentFolder(box(boxes, user), folder="Éléments envoyés")
        await folder.file(mail.message_id, mail.raw)
        await folder.close()
    assert boxes.read(user, "&AMk-l&AOk-ments envoy&AOk-s") == [mail.raw]


async def test_many_copies_at_once_are_each_filed_once(boxes: MailDevel, user: str) -> None:
    folder = ImapSentFolder(box(boxes, user), folder="Sent")
    mails = [a_mail(user) for _ in range(5)]
    await asyncio.gather(*(folder.file(mail.message_id, mail.raw) for mail in mails * 2))
    await folder.close()
    assert sorted(boxes.read(user, "Sent")) == sorted(mail.raw for mail in mails)


async def test_without_a_folder_for_sent_mail_none_is_made_up(boxes: MailDevel, user: str) -> None:
    folder, mail = ImapSentFolder(box(boxes, user)), a_mail(user)
    with pytest.raises(Rejected, match="no folder for sent mail was found; name one"):
        await folder.file(mail.message_id, mail.raw)
    await folder.close()


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        (['(\\HasNoChildren) "/" Sent', '(\\Sent) "/" "Verzonden"'], '"Verzonden"'),
        (['() "/" Sent', '(\\Sent \\NonExistent) "/" "Gone"'], '"Sent"'),
        (['() "." "INBOX.Gesendete Elemente"', '() "." INBOX.Entw&APw-rfe'], '"INBOX.Gesendete Elemente"'),
        (['() "/" "[Gmail]/Messages envoy&AOk-s"'], '"[Gmail]/Messages envoy&AOk-s"'),
        (['() "/" "[Google Mail]/Gesendet"'], '"[Google Mail]/Gesendet"'),
        (['() "/" "&AMk-l&AOk-ments envoy&AOk-s"'], '"&AMk-l&AOk-ments envoy&AOk-s"'),
        (['() "/" "Elementos enviados"'], '"Elementos enviados"'),
        (['() "/" "Posta inviata"'], '"Posta inviata"'),
        (['() "/" "Itens Enviados"'], '"Itens Enviados"'),
        (['() "/" "Verzonden items"'], '"Verzonden items"'),
        (['() "/" "Elementy wys&AUI-ane"'], '"Elementy wys&AUI-ane"'),
        (['() "/" Skickat'], '"Skickat"'),
        (['() "/" "Sendte elementer"'], '"Sendte elementer"'),
        (['() "/" "Gesendet"', '() "/" "Sent"'], '"Sent"'),
        (['() "/" "Archive/2024/Sent"', '() "/" "Archive/Sent"', '() "/" "Consent"'], None),
        (['() NIL Sent'], '"Sent"'),
    ],
    ids=[
        "marked-first", "marked-but-gone", "german-below-inbox", "gmail-french", "google-mail-german", "french",
        "spanish", "italian", "portuguese", "dutch", "polish", "swedish", "danish", "english-first", "archives",
        "flat",
    ],
)  # fmt: skip
def test_which_folder_is_for_sent_mail(listed: list[str], chosen: str | None) -> None:
    assert next(iter(mapping.sent_folders([line.encode() for line in listed])), None) == chosen


async def test_a_copy_that_the_server_filed_itself_is_not_filed_again() -> None:
    server = ScriptedImap(
        {
            "LIST": '* LIST (\\Sent) "/" "[Gmail]/Sent Mail"\r\nOK done',
            "HEADER.FIELDS": "* 1 FETCH (UID 1 BODY[] {17}\r\nMessage-ID: <a@b>)\r\nOK done",
        }
    )
    async with listening(server.serve) as port:
        await scripted(port).file("a@b", b"x")
    assert [command for command in server.commands if command.startswith("APPEND")] == []


async def test_a_copy_lost_with_its_connection_is_looked_for_before_it_is_tried_again() -> None:
    server = ScriptedImap(
        {
            "LIST": '* LIST (\\Sent) "/" "Sent"\r\nOK done',
            "UID SEARCH": ["* SEARCH\r\nOK done", "* SEARCH 1\r\nOK done"],
            "HEADER.FIELDS": "* 1 FETCH (UID 1 BODY[] {17}\r\nMessage-ID: <a@b>)\r\nOK done",
            "APPEND": "+ go on\r\n" + CUT,
        }
    )
    async with listening(server.serve) as port:
        await scripted(port).file("a@b", b"x")
    assert len([command for command in server.commands if command.startswith("APPEND")]) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("NO [OVERQUOTA] the mailbox is full", RateLimited),
        ("NO [TOOBIG] too large", TemporarilyUnavailable),
        ("BAD what", TemporarilyUnavailable),
    ],
    ids=["full", "too-large", "nonsense"],
)
async def test_a_refused_copy_says_why(answer: str, error: type[Exception]) -> None:
    server = ScriptedImap(
        {
            "LIST": '* LIST (\\Sent) "/" "Sent"\r\nOK done',
            "UID SEARCH": "* SEARCH\r\nOK done",
            "APPEND": answer,
        }
    )
    async with listening(server.serve) as port:
        with pytest.raises(error, match=r"ar@supplier\.example"):
            await scripted(port).file("a@b", b"x")
    assert len([command for command in server.commands if command.startswith("APPEND")]) <= 2


class Troubled:
    """A `SentFolder` that fails, or never ends."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error
        self.filed = 0

    async def file(self, message_id: str, raw: bytes) -> None:
        self.filed += 1
        if self._error is None:
            await asyncio.sleep(60)
        else:
            raise self._error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TemporarilyUnavailable("the server is away"), "the server is away"),
        (Rejected("no folder for sent mail was found"), "no folder for sent mail was found"),
        (ValueError("not expressible"), "not expressible"),
        (None, "no answer in time"),
    ],
    ids=["away", "no-folder", "odd-id", "endless"],
)
async def test_a_copy_that_fails_is_reported_and_given_up_in_time(
    server: EnvelopeServer, user: str, error: Exception | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_FILING_SECONDS", 0.2)
    folder: SentFolder = Troubled(error)
    sender = SmtpSender(MailServer(HOST, server.port, user, PASSWORD, "plain"), user, None, sent_folder=folder)
    mail, started = a_mail(user), time.monotonic()
    with capture_logs() as logs:
        await sender.file_copy(mail)
    assert time.monotonic() - started < 5
    assert [(log["event"], log["mailbox"], log["message_id"], log["error"]) for log in logs] == [
        ("sent_copy_not_filed", user, mail.message_id, words)
    ]


async def test_sending_waits_for_no_copy(server: EnvelopeServer, user: str) -> None:
    folder = Troubled(None)
    sender = SmtpSender(MailServer(HOST, server.port, user, PASSWORD, "plain"), user, None, sent_folder=folder)
    await (await sender.prepare(a_mail(user))).send()
    assert folder.filed == 0


@pytest.mark.parametrize("host", ["smtp.gmail.com", "SMTP.Office365.com.", "smtp-mail.outlook.com"])
def test_providers_that_file_what_they_send_get_no_second_copy(host: str) -> None:
    sender = SmtpSender(
        MailServer(host, 587, "a", security="starttls"), "a@x.example", None, sent_folder=Troubled(None)
    )
    assert sender._sent_folder is None


@pytest.mark.parametrize("host", ["smtp-relay.gmail.com", "smtp.example", "notsmtp.gmail.com.example"])
def test_other_providers_do(host: str) -> None:
    sender = SmtpSender(
        MailServer(host, 587, "a", security="starttls"), "a@x.example", None, sent_folder=Troubled(None)
    )
    assert sender._sent_folder is not None

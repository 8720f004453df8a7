"""What the intake makes of attachments: their words, and why a person must look at some of them."""

from collections.abc import Sequence
from email.message import EmailMessage

from agent.reading.unread import with_unread
from agent.signals import ReplySignals
from integrations.ports.attachment_text import ReadAttachment
from jobs.attached import MOST_ATTACHMENTS, read_attached
from jobs.intake import parse
from mail.message import Attachment
from mail.parse_mime import parse_mime
from mail.split_reply import split_reply


class ScriptedReader:
    """An `AttachmentReader` that answers by name."""

    def __init__(self, **answers: ReadAttachment) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def read(self, attachments: Sequence[Attachment]) -> tuple[ReadAttachment, ...]:
        self.asked += [one.filename for one in attachments]
        return tuple(
            self.answers.get(one.filename.partition(".")[0], ReadAttachment(one.text)) for one in attachments
        )


SCAN = ReadAttachment(for_person="it is a picture")


def a_raw_mail(*names: str, text: str = "See attached.", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jo@harbour.example", "ar@tidewater.example", "4711"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name in names:
        mail.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def test_words_of_attachments_are_kept_and_unread_ones_are_reasons() -> None:
    reader = ScriptedReader(advice=ReadAttachment("Remittance advice"), scan=SCAN)
    attached = parse(a_raw_mail("advice.pdf", "scan.jpg"), reader).attached
    assert [one.text for one in attached.read] == ["Remittance advice", ""]
    assert attached.for_person == ("the attachment scan.jpg must be looked at: it is a picture",)


def test_an_encrypted_mail_is_a_reason_by_itself() -> None:
    raw = a_raw_mail(text="-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----")
    assert parse(raw, ScriptedReader()).attached.for_person == ("the message is encrypted (PGP)",)


def test_files_beyond_the_limit_are_a_reason() -> None:
    reader = ScriptedReader()
    attached = parse(a_raw_mail(*(f"a{n}.bin" for n in range(MOST_ATTACHMENTS + 1))), reader).attached
    assert len(reader.asked) == MOST_ATTACHMENTS
    assert attached.for_person == ("it has 51 attachments; 50 were read",)


def test_what_hangs_on_a_bounce_is_not_read() -> None:
    reader = ScriptedReader(scan=SCAN)
    raw = a_raw_mail("scan.jpg", text="Delivery has failed.", Auto_Submitted="auto-replied", Return_Path="<>")
    message = parse_mime(raw.replace(b"From: jo@harbour.example", b"From: MAILER-DAEMON@harbour.example"))
    reply = split_reply(message)
    assert reply.automatic == "bounce"
    assert read_attached(message, reply, reader).for_person == ()
    assert reader.asked == []


def test_unread_files_send_a_reading_to_a_person_and_change_nothing_else() -> None:
    read = ReplySignals((), needs_human=False, reasons=("unsure",))
    assert with_unread(read, []) is read
    told = with_unread(read, ["a scan"])
    assert (told.needs_human, told.reasons, told.signals) == (True, ("a scan", "unsure"), ())

"""A composed mail reads back as what it was made of, and nothing can be smuggled into it."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import InvalidInput
from mail.compose import MailToSend, OutgoingAttachment, compose, new_message_id
from mail.message import Address
from mail.mime_charset import decoded_once
from mail.parse_mime import parse_mime

MAIL = MailToSend(
    sender=Address("ar@tidewater.example", "Tidewater, AR"),
    to=(Address("jo@harbour.example", "Jörg Hafen"),),
    subject="Überfällig: Rechnung 4711",
    text="Guten Tag,\n\nbitte zahlen Sie 1.250,00 € bis Freitag.\n\n-- \nTidewater",
    message_id="duly.abc.1@tidewater.example",
    date=datetime(2026, 3, 2, 9, 14, tzinfo=timezone(timedelta(hours=1))),
)
VISIBLE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"))
LINE = st.text(VISIBLE, max_size=200).filter(
    lambda line: "\u115f" not in line and "\u1160" not in line and "\u3164" not in line and "\u034f" not in line
)


def test_everything_reads_back() -> None:
    mail = replace(
        MAIL, cc=(Address("kim@harbour.example"),), in_reply_to="a@harbour.example", references=("0@x.example", "a@harbour.example"),
        html=True, attachments=(OutgoingAttachment("Rechnung ü.pdf", "application/pdf", b"%PDF\x00\xff"),),
    )  # fmt: skip
    message = parse_mime(compose(mail))
    assert (message.sender, message.to, message.cc) == (mail.sender, mail.to, mail.cc)
    assert (message.subject, message.text, message.sent_at) == (mail.subject, mail.text, mail.date)
    assert (message.message_id, message.in_reply_to, message.references) == (
        mail.message_id,
        ("a@harbour.example",),
        mail.references,
    )
    assert [(one.filename, one.content) for one in message.attachments] == [("Rechnung ü.pdf", b"%PDF\x00\xff")]
    assert message.problems == ()


def test_the_standard_library_reads_the_same() -> None:
    parsed = message_from_bytes(compose(replace(MAIL, html=True)), policy=policy.default)
    assert (parsed["subject"], parsed["to"].addresses[0].display_name) == (MAIL.subject, "Jörg Hafen")
    body = parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.text + "\n"


@given(LINE, st.lists(LINE, min_size=1, max_size=8), LINE)
def test_subject_text_and_names_survive(subject: str, lines: list[str], name: str) -> None:
    # A reader mends text that looks as if it was encoded twice; nobody writes "AÂ\xa0" himself.
    assume(decoded_once("\n".join(lines)) == "\n".join(lines))
    text = "\n".join(lines).strip("\n")
    raw = compose(replace(MAIL, subject=subject, text=text, to=(Address("jo@harbour.example", name),)))
    message = parse_mime(raw)
    assert message.subject == " ".join(subject.split())
    assert message.text.strip("\n") == text
    assert [one.email for one in message.to] == ["jo@harbour.example"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_no_value_adds_a_header_or_a_recipient(subject: str, name: str, filename: str) -> None:
    hostile = "\r\nBcc: x@evil.example\r\n\r\n"
    mail = replace(
        MAIL, subject=subject + hostile, sender=Address("ar@tidewater.example", name + hostile),
        quoted=("wrote:" + hostile, "a"), attachments=(OutgoingAttachment(filename + hostile, "a/b\r\nX: y", b"x"),),
    )  # fmt: skip
    raw = compose(mail)
    parsed = message_from_bytes(raw)
    expected = {"Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Thread-Topic"}
    assert set(parsed.keys()) == expected
    assert [one.email for one in parse_mime(raw).to] == ["jo@harbour.example"]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "jo",
        "jo@x\r\nBcc: a@b",
        "jo@x.example>, <a@b.example",
        "jo@ex ample",
        "a@b@c",
        "jö@x.example",
        "a,b@x.example",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput):
        compose(replace(MAIL, to=(Address(email),)))


@pytest.mark.parametrize("message_id", ["", "a b@c", "a@b>\r\nBcc: x@y", "<a@b>"])
def test_what_is_no_id_is_refused(message_id: str) -> None:
    with pytest.raises(InvalidInput):
        compose(replace(MAIL, message_id=message_id))


def test_only_listed_headers_may_be_added() -> None:
    raw = compose(replace(MAIL, headers={"X-Auto-Response-Suppress": "OOF, AutoReply"}))
    assert b"\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n" in raw
    with pytest.raises(InvalidInput):
        compose(replace(MAIL, headers={"Bcc": "x@evil.example"}))


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("Invoice 4711", "Invoice 4711"),
        ("Re: AW: Invoice 4711", "Invoice 4711"),
        ("SV: [EXTERNAL] Überfällig: 4711", "Überfällig: 4711"),
    ],
)
def test_the_topic_of_the_thread_is_the_subject_without_marks_of_answers(subject: str, topic: str) -> None:
    parsed = message_from_bytes(compose(replace(MAIL, subject=subject)), policy=policy.default)
    assert (parsed["Subject"], parsed["Thread-Topic"]) == (subject, topic)


def test_a_mail_without_a_topic_names_none_and_the_callers_own_counts() -> None:
    assert b"Thread-Topic" not in compose(replace(MAIL, subject="Re: "))
    raw = compose(replace(MAIL, subject="Re: 4711", headers={"thread-topic": "Invoice 4711"}))
    assert raw.count(b"Thread-Topic: ") == 1
    assert b"\r\nThread-Topic: Invoice 4711\r\n" in raw


def test_an_answer_names_its_thread_in_every_header_that_clients_go_by() -> None:
    mail = replace(MAIL, subject="Re: 4711", in_reply_to="b@x.example", references=("a@x.example", "b@x.example"))
    parsed = message_from_bytes(compose(mail), policy=policy.default)
    names = ("Message-ID", "In-Reply-To", "References", "Thread-Topic", "Subject")
    assert [" ".join(str(parsed[name]).split()) for name in names] == [
        "<duly.abc.1@tidewater.example>", "<b@x.example>", "<a@x.example> <b@x.example>", "4711", "Re: 4711",
    ]  # fmt: skip


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
def test_nothing_in_a_mail_tells_us_that_it_was_opened(html: bool) -> None:
    mail = replace(MAIL, html=html, headers={"X-Auto-Response-Suppress": "RN, NRN"})
    parsed = message_from_bytes(compose(mail), policy=policy.default)
    assert not {"disposition-notification-to", "return-receipt-to", "x-confirm-reading-to"} & {
        name.lower() for name in parsed
    }
    for part in parsed.walk():
        if part.get_content_maintype() == "text":
            words = part.get_content().lower()
            assert not any(
                one in words for one in ("<img", "src=", "url(", "<link", "<script", "http://", "https://")
            )


def test_the_same_draft_gives_the_same_bytes() -> None:
    mail = replace(MAIL, html=True, attachments=(OutgoingAttachment("a.pdf", "application/pdf", b"1"),))
    assert compose(mail) == compose(mail)


def test_html_escapes_the_text_and_loads_nothing() -> None:
    message = parse_mime(compose(replace(MAIL, text='<img src="http://t.example/p.gif">\n& more', html=True)))
    assert "<img" not in message.html
    assert message.text == '<img src="http://t.example/p.gif">\n& more'


def test_quoted_history_is_marked() -> None:
    message = parse_mime(compose(replace(MAIL, text="Thanks.", quoted=("On 1 March Jo wrote:", "When?\n> before"))))
    assert message.text == "Thanks.\n\nOn 1 March Jo wrote:\n> When?\n>> before"


def test_long_references_keep_the_first_and_the_newest() -> None:
    ids = [f"{n}@x.example" for n in range(100)]
    message = parse_mime(compose(replace(MAIL, references=ids)))
    assert message.references == (ids[0], *ids[-19:])


def test_date_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput):
        compose(replace(MAIL, date=datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)))


def test_message_id_parts_are_checked() -> None:
    assert new_message_id("abc", "tidewater.example", "1") == "duly.abc.1@tidewater.example"
    with pytest.raises(InvalidInput):
        new_message_id("abc", "tidewater.example>\r\n", "1")

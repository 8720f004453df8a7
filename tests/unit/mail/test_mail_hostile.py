"""No bytes whatever stop the reading of a message, or slow it down."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.parse_mime import parse_mime
from mail.split_reply import split_reply, split_text

SEED = (
    b'From: "J\xc3\xb6rg" <jo@harbour.example>\r\nTo: a@b.example, =?utf-8?Q?Z?= <z@b.example>\r\nSubject: =?iso-8859-1?B?/w==?=\r\n'
    b'Date: Mon, 2 Mar 2026 09:14:00 +0100\r\nMessage-ID: <1@h.example>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nPay=20=C3=BC \r\n> On 2 March 2026, AR <a@b.example> wrote:\r\n--c\r\n"
    b"Content-Type: text/html\r\n\r\n<style>.a{color:#fff}</style><p class=a>x</p><blockquote>y</blockquote>\r\n--c--\r\n--b\r\n"
    b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner\r\n--b\r\nContent-Type: application/pdf; name*0=a; name*1=b\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n"
)
TOKENS = [b"\r\n", b"\n", b"\r", b"\x00", b"--b", b"--c--", b"=?", b"?=", b"<", b">", b'"', b"(", b"\\", b"=", b";", b"\xff\xfe",
          b"charset=", b"boundary=", b"*0*=", b"base64", b"utf-7", b"Content-Type:", b"<blockquote>", b"&#x0;", b"-- \n"]  # fmt: skip


@settings(max_examples=150, deadline=5000)
@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.sampled_from(TOKENS), st.integers(0, 40)), max_size=12))
def test_mutated_messages_are_read(changes: list[tuple[int, bytes, int]]) -> None:
    raw = SEED
    for at, token, dropped in changes:
        raw = raw[:at] + token + raw[at + dropped :]
    reply = split_reply(parse_mime(raw))
    assert "\x00" not in reply.reply


@settings(max_examples=100, deadline=5000)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    message = parse_mime(raw)
    assert message.message_id
    assert "\n" not in message.subject


WORDS = [
    "> ",
    "On 2 March 2026 wrote:",
    "From: a@b.example",
    "Sent: x",
    "Subject: y",
    "-- ",
    "____",
    "Regards",
    "We pay",
    "",
    "PS: x",
    "a | b",
]


@settings(max_examples=200, deadline=5000)
@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_no_line_is_lost_between_reply_quotation_and_signature(lines: list[str]) -> None:
    parsed = split_text("\n".join(lines))
    kept = f"{parsed.reply}\n{parsed.quoted}\n{parsed.signature}".split("\n")
    for line in set(lines) - {"", "> "}:
        assert sum(one.strip() == line.strip() for one in kept) == lines.count(line)


@pytest.mark.parametrize(
    "text",
    ["a\n" * 200_000, "On 3 May 2026 at 10:00 x\n" * 10_000, "---\n" * 50_000, "x\nRegards\n" * 20_000, "From: a\nSent: b\n\n" * 10_000,
     ">" * 500_000, "> a\nb\n" * 50_000, "On 1 " + "a " * 200_000 + "wrote:", "a@" * 200_000, "This email is confidential\n\n" * 5_000],
)  # fmt: skip
def test_hostile_text_takes_bounded_time(text: str) -> None:
    begun = time.process_time()
    split_text(text)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))
        + b"\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000,
        b"Content-Type: message/rfc822\r\n\r\n" * 5000,
        b"X-A: b\r\n" * 100_000 + b"\r\nx",
        b"Subject: a\r\n" + b" b\r\n" * 100_000 + b"\r\nx",
        b"To: " + b"(" * 100_000 + b"\r\n\r\nx",
        b"To: " + b"a@b.example, " * 50_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?a?q?" * 50_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain; " + b'a="' * 20_000 + b"\r\n\r\nx",
    ],
)
def test_hostile_structure_takes_bounded_time(raw: bytes) -> None:
    begun = time.process_time()
    message = parse_mime(raw)
    assert time.process_time() - begun < 10
    assert len(message.to) <= 500
    assert len(message.attachments) <= 200

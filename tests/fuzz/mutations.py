"""Damage done to a mail: in its bytes, its structure, its headers and its words."""

# ruff: noqa: E501 - one costly thing a line.

import re
from base64 import b64encode
from collections.abc import Callable

from hypothesis import strategies as st

Mutation = Callable[[bytes], bytes]

_TOKENS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"--b1", b"--b1--", b"--b2", b"==", b"=?", b"?=", b"<", b">", b'"', b"(", b"\\", b"=",
    b";", b"\xff\xfe", b"\x1b$B", b"+AGE-", b"*0*=", b"&#x0;", b"&#8203;", b"<!--", b"<blockquote>", b"</div>", b"-- \r\n", b"> ",
    b"\xed\xa0\x80", b"\xe2\x80\x8b", b"\xe2\x80\xae", b"\xf3\xa0\x81\xa1", b"\xcc\x81", b"\xef\xbb\xbf", b"\xc2\xad",
    b"Content-Type: text/html\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"begin 644 a.txt\r\n", b"-----BEGIN PGP MESSAGE-----\r\n", b"On Mon, 20 Apr 2026 AR wrote:\r\n", b"From: x\r\nSent: y\r\n",
)  # fmt: skip
_CHARSETS = (
    b"utf-8", b"us-ascii", b"iso-8859-1", b"windows-1252", b"utf-7", b"utf-16", b"utf-32", b"iso-2022-jp", b"hz", b"big5", b"idna",
    b"punycode", b"rot13", b"unicode_escape", b"raw-unicode-escape", b"klingon", b"", b"\x00", b"utf-8\xff", b"cp037", b"base64", b"a" * 300,
)  # fmt: skip
_ENCODINGS = (b"base64", b"quoted-printable", b"7bit", b"binary", b"x-uuencode", b"uuencode", b"8bit", b"none")
_KINDS = (
    b"text/plain", b"text/html", b"text/calendar", b"multipart/mixed", b"multipart/alternative", b"multipart/report", b"message/rfc822",
    b"message/delivery-status", b"application/ms-tnef", b"application/pkcs7-mime", b"application/rtf", b"text/enriched", b"/", b"text",
    b"message/partial", b"message/external-body", b"multipart/signed", b"text/csv", b"application/pdf",
)  # fmt: skip
_NAMES = (
    b"From", b"To", b"Cc", b"Reply-To", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To", b"Content-Type", b"Auto-Submitted",
    b"Content-Disposition", b"Return-Path", b"Precedence", b"X-Failed-Recipients", b"MIME-Version", b"List-Id", b"X", b"",
)  # fmt: skip
_VALUES = (
    b"", b" ", b"a" * 5000, b"<" * 300, b"(" * 300, b'"' * 300, b"=?utf-8?B?////?=", b"=?utf-8?Q?=ED=A0=80?=", b"=?x?x?x?=" * 40, b"@", b"a@b",
    b"<>", b"Fri, 31 Dec 9999 23:59:59 -9999", b"Mon, 0 Foo 0000 99:99:99 +0000", b"\xff\xfe\x00", b"multipart/mixed", b"auto-replied",
    b"text/plain; charset*=utf-16''%D8%00", b"multipart/mixed; boundary=", b'multipart/mixed; boundary="b1"', b"a@b.example, " * 200,
    b"\xe2\x80\xae\xe2\x80\x8bmoc", b"x\r\n y\r\n\tz", b"<a@b.example> " * 200,
)  # fmt: skip
#: Words that readers look for, in lengths that lists have in no mail by a person.
_RUNS = (
    b"am 03.04.2026, 5 May or next Friday ", b"1.250,00 EUR and $12.50 ", b"INV-20417 INV-20422 RE-2026-0411 ", b"kim@buyer.example ",
    b"the 0417 one ", b"+49 30 123 456 ", b"https://a.example/?q=1 ", b"> ", b">", b"> > ", b"| ", b"\t", b" ", b"-", b"_", b".", b",", b"1",
    b"1,", b"1.", b"a.", b"\n", b"> \n", b"\n> a\nb\n", b"On 1 May 2026 wrote:\n", b"From: a\nSent: b\n\n", b"-- \n", b"Regards\n", b"we will be able to ",
    b"wir werden die ", b"not ", b"and but ", b"(", b"[", b"<div>", b"<td>", b"&amp;", b"&#1;", b"=\n", b"=20", b"\xcc\x81", b"\xe2\x80\x8b",
    b"\xd7\x90\xe2\x80\x8f ", b"\xf0\x9f\x92\xb6", b"\xed\xa0\x80", b"\x00", b"within 10 business days ", b"if you ", b"? ", b"!", b"\xc2\xa0",
)  # fmt: skip
_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]{1,70})')


def mutations(most_repeats: int) -> st.SearchStrategy[Mutation]:
    """One change; repeated words stand up to `most_repeats` times."""
    at = st.floats(0, 1)
    return st.one_of(
        st.builds(_put, at, st.sampled_from(_TOKENS), st.integers(0, 60)),
        st.builds(_put, at, st.binary(max_size=12), st.integers(0, 12)),
        st.builds(_cut, at),
        st.builds(_copied, at, at, at, st.integers(1, 30)),
        st.builds(_moved, at, at, at),
        st.builds(_flipped, at, st.integers(1, 255)),
        st.builds(_field, st.sampled_from((rb"charset=\"?[^\s\";]{1,40}", rb"charset=")), st.sampled_from(_CHARSETS)),
        st.builds(_field, st.just(rb"(?i)content-transfer-encoding:[^\r\n]{0,80}"), st.sampled_from(_ENCODINGS)),
        st.builds(_field, st.just(rb"(?i)content-type: ?[\w/.-]{0,60}"), st.sampled_from(_KINDS)),
        st.builds(_header, st.sampled_from(_NAMES), st.sampled_from(_VALUES), st.integers(1, 40)),
        st.builds(_other_boundary, st.sampled_from((b"b2", b"b1", b"", b" ", b"--", b"x" * 200, b"\xff"))),
        st.builds(_nested, st.sampled_from((b"mixed", b"alternative", b"rfc822")), st.integers(1, 60)),
        st.builds(_encoded, st.booleans()),
        st.builds(_repeated, at, st.sampled_from(_RUNS), st.integers(1, most_repeats)),
    )


def _place(raw: bytes, at: float) -> int:
    return int(len(raw) * at)


def _put(at: float, token: bytes, dropped: int) -> Mutation:
    return lambda raw: raw[: _place(raw, at)] + token + raw[_place(raw, at) + dropped :]


def _cut(at: float) -> Mutation:
    return lambda raw: raw[: _place(raw, at)]


def _copied(start: float, end: float, to: float, times: int) -> Mutation:
    def change(raw: bytes) -> bytes:
        piece = raw[_place(raw, min(start, end)) : _place(raw, max(start, end))][:4000]
        return raw[: _place(raw, to)] + piece * times + raw[_place(raw, to) :]

    return change


def _moved(start: float, end: float, to: float) -> Mutation:
    def change(raw: bytes) -> bytes:
        first, last = _place(raw, min(start, end)), _place(raw, max(start, end))
        left = raw[:first] + raw[last:]
        return left[: _place(left, to)] + raw[first:last] + left[_place(left, to) :]

    return change


def _flipped(at: float, bits: int) -> Mutation:
    def change(raw: bytes) -> bytes:
        place = min(_place(raw, at), len(raw) - 1)
        return raw[:place] + bytes([raw[place] ^ bits]) + raw[place + 1 :] if raw else raw

    return change


def _field(pattern: bytes, value: bytes) -> Mutation:
    """Another value in a field that says how to read the rest."""
    name = {ord("c"): b"charset="}.get(pattern[0]) or (
        b"Content-Transfer-Encoding: " if b"transfer" in pattern else b"Content-Type: "
    )
    return lambda raw: re.sub(pattern, lambda _: name + value, raw, count=1)


def _header(name: bytes, value: bytes, times: int) -> Mutation:
    return lambda raw: (name + b": " + value + b"\r\n") * times + raw


def _other_boundary(boundary: bytes) -> Mutation:
    return lambda raw: _BOUNDARY.sub(lambda _: b'boundary="' + boundary, raw, count=1)


def _nested(kind: bytes, depth: int) -> Mutation:
    if kind == b"rfc822":
        return lambda raw: b"Content-Type: message/rfc822\r\n\r\n" * depth + raw

    def change(raw: bytes) -> bytes:
        for level in range(depth):
            mark = b"n%d" % level
            head = b"Content-Type: multipart/" + kind + b"; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n"
            raw = head + raw + b"\r\n--" + mark + b"--\r\n"
        return raw

    return change


def _encoded(as_html: bool) -> Mutation:
    """The whole mail as the base64 body of another."""
    kind = b"text/html" if as_html else b"text/plain"
    head = b"From: a@b.example\r\nContent-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return lambda raw: head + b64encode(raw)


def _repeated(at: float, run: bytes, times: int) -> Mutation:
    return lambda raw: raw[: _place(raw, at)] + run * times + raw[_place(raw, at) :]

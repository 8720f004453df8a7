"""Messages that are built to be costly: each shape grows with `size` bytes and is valid enough to be read."""

# ruff: noqa: E501 - one costly thing a line.

from collections.abc import Callable

from factories.seed_mails import HEAD, PLAIN, a_file, a_mail_of, parts

Shape = Callable[[int], bytes]


def _said(unit: str, *, before: str = "", after: str = "") -> Shape:
    """A plain mail that repeats `unit`."""
    coded = unit.encode("utf-8", "surrogatepass")

    def shape(size: int) -> bytes:
        return a_mail_of(PLAIN, before.encode() + coded * max(1, size // len(coded)) + after.encode() + b"\r\n")

    return shape


def _html(unit: bytes, *, after: bytes = b"") -> Shape:
    return lambda size: a_mail_of(
        b"Content-Type: text/html; charset=utf-8\r\n", unit * max(1, size // len(unit)) + after
    )


def _header(name: bytes, unit: bytes) -> Shape:
    def shape(size: int) -> bytes:
        return name + b": " + unit * max(1, size // len(unit)) + b"\r\n" + HEAD + PLAIN + b"\r\nWe pay on Friday.\r\n"

    return shape


def _numbered(head: Callable[[int], str]) -> Shape:
    """A plain mail of lines that all differ."""

    def shape(size: int) -> bytes:
        each = len(head(size).encode()) + 1
        return a_mail_of(PLAIN, "\n".join(head(number) for number in range(max(1, size // each))).encode())

    return shape


def _nested(kind: bytes) -> Shape:
    def shape(size: int) -> bytes:
        levels = range(max(1, size // 70))
        heads = (b"Content-Type: " + kind + b"; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in levels)
        return HEAD + b"".join(heads) + b"\r\nWe pay on Friday."

    return shape


def _coded(encoding: bytes, unit: bytes) -> Shape:
    head = PLAIN + b"Content-Transfer-Encoding: " + encoding + b"\r\n"
    return lambda size: a_mail_of(head, unit * max(1, size // len(unit)))


def _charset(name: bytes, unit: bytes) -> Shape:
    head = b"Content-Type: text/plain; charset=" + name + b"\r\n"
    return lambda size: a_mail_of(head, unit * max(1, size // len(unit)))


_WORDS = "We will pay INV-20417 over 1,840.00 GBP on Friday 24 April 2026. "

SHAPES: dict[str, Shape] = {
    # Words and figures
    "one line of words": _said(_WORDS),
    "one line of one letter": _said("a"),
    "digits without end": _said("1"),
    "digits and commas": _said("1,"),
    "digits and dots": _said("1."),
    "blanks": _said(" ", before="Hi", after="x"),
    "tabs and blanks": _said("\t ", before="Hi", after="x"),
    "no-break blanks": _said("\u00a0", before="Hi", after="x"),
    "dots": _said("."),
    "hyphens": _said("a-"),
    "brackets": _said("(["),
    "dates": _said("am 03.04.2026, 5 May, next Friday or within 10 business days "),
    "numbered days": _numbered(lambda n: f"{n % 31 + 1} May {2000 + n % 90}"),
    "amounts": _said("1.250,00 EUR, $12.50, 4.2k "),
    "invoice numbers": _numbered(lambda n: f"INV-{n:06} is paid"),
    "addresses": _numbered(lambda n: f"write to kim{n}@buyer.example"),
    "telephone numbers": _said("+49 (30) 123-456 / 78 "),
    "links": _said("https://a.example/?q=1&r=2 "),
    "gaps between phrases": _said("we will not be able to have the payment of it "),
    "turns of phrase": _said("but and however whereas "),
    "questions": _said("why? "),
    "combining accents": _said("e\u0301\u0301\u0301"),
    "zero width": _said("pa\u200by\u200c \u200d"),
    "right to left": _said("\u202e\u05d0\u05d1 pay \u202c"),
    "tag characters": _said("\U000e0061\U000e0062 "),
    "lone surrogates": _said("\ud800 pay "),
    "NULs": _said("p\x00ay "),
    "four-byte letters": _said("\U0001f4b6 "),
    # Lines, quotations and signatures
    "short lines": _said("x\n"),
    "empty lines": _said("\n", before="Hi", after="We pay on Friday."),
    "carriage returns": _said("\r", before="Hi", after="We pay on Friday."),
    "levels of quotation": _said(">"),
    "spaced levels of quotation": _said("> "),
    "quotation and answer in turns": _said("> when?\non Friday\n"),
    "wrapped quotations": _said("> a line that is long enough to have been wrapped by a program that\nwraps and goes on\n"),
    "attributions": _said("On 20 April 2026 at 09:00, AR <ar@seller.example> wrote:\n"),
    "attributions without end": _said("On 20 April 2026 at 09:00 "),
    "history headers": _said("From: a\nSent: b\nTo: c\nSubject: d\n\n"),
    "rules": _said("-----\n_____\n"),
    "closings": _said("Regards\n\nTom\n"),
    "signature marks": _said("-- \nTom\n"),
    "contact lines": _said("Tel: +44 20 7946 0001 | tom@brightwater.example | www.a.example\n"),
    "confidentiality": _said("This email is confidential and intended for the addressee only.\n"),
    "banners": _said("CAUTION: This email originated from outside of the organization.\n"),
    "lists": _said("- INV-20417: please send a copy\n"),
    "pipes": _said("INV-20417 | 1,840.00 | 24.04.2026\n"),
    # HTML
    "open tags": _html(b"<div>", after=b"We pay on Friday."),
    "spans": _html(b"<span style='color:#fff;font-size:0'>a</span>"),
    "cells": _html(b"<table><tr><td>"),
    "rows": _html(b"<tr><td>INV-20417</td><td>1,840.00</td></tr>"),
    "unclosed comment": _html(b"<!--"),
    "angle brackets": _html(b"<"),
    "attributes": _html(b"<p a=b c='d' "),
    "entities": _html(b"&nbsp;&#8203;&#x1f4b6;&bogus;"),
    "style sheets": _html(b"<style>.a1 p > b{display:none}</style>"),
    "many rules of style": _html(b"<style>.a{color:#fff}.b{display:none}</style><p class='a b'>x</p>"),
    "quotations in HTML": _html(b"<blockquote>"),
    "one long line in HTML": _html(_WORDS.encode()),
    # Structure
    "parts in parts": _nested(b"multipart/mixed"),
    "choices in choices": _nested(b"multipart/alternative"),
    "messages in messages": lambda size: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * max(1, size // 32) + b"x",
    "many parts": lambda size: HEAD + parts(b"mixed", *[PLAIN + b"\r\nWe pay."] * max(1, size // 60)),
    "many bodies of HTML": lambda size: HEAD + parts(b"mixed", *[b"Content-Type: text/html\r\n\r\n" + b"<p>a" * 50] * max(1, size // 240)),
    "many files": lambda size: HEAD + parts(b"mixed", *[a_file(b"a.txt", b"text/plain", b"We pay.")] * max(1, size // 180)),
    "a large text file": lambda size: HEAD + parts(b"mixed", PLAIN + b"\r\nSee file.", a_file(b"a.csv", b"text/csv", b"INV-1;2.00\n" * max(1, size // 15))),
    "a large table": lambda size: HEAD + parts(b"mixed", PLAIN + b"\r\nSee file.", a_file(b"a.csv", b"text/csv", b";" * max(1, size // 2))),
    "a large calendar": lambda size: a_mail_of(b"Content-Type: text/calendar\r\n", b"BEGIN:VEVENT\r\nSUMMARY:pay\r\n" * max(1, size // 28)),
    "a large Rich Text": lambda size: HEAD + parts(b"mixed", a_file(b"a.rtf", b"application/rtf", b"{\\rtf1 " + b"{\\b a}" * max(1, size // 9))),
    "a report of many recipients": lambda size: HEAD.replace(b"Tom Reed <tom@", b"<mailer-daemon@") + parts(
        b"report; report-type=delivery-status", PLAIN + b"\r\nfailed",
        b"Content-Type: message/delivery-status\r\n\r\n" + b"\r\nFinal-Recipient: rfc822; kim@buyer.example\r\nAction: failed\r\n" * max(1, size // 63),
    ),
    "a bounce in words": lambda size: HEAD.replace(b"Tom Reed <tom@", b"<mailer-daemon@") + PLAIN + b"\r\n" + b"<kim@buyer.example>: 550 5.1.1 User unknown\r\n" * max(1, size // 45),
    "base64": _coded(b"base64", b"V2UgcGF5IG9uIEZyaWRheS4g"),
    "broken base64": _coded(b"base64", b"V2%="),
    "quoted-printable": _coded(b"quoted-printable", b"=C3=BC="),
    "uuencoded": _coded(b"x-uuencode", b"begin 644 a\nM86%A\n"),
    "PGP armour": _coded(b"7bit", b"-----BEGIN PGP SIGNED MESSAGE-----\n\n- - a\n"),
    "UTF-7": _charset(b"utf-7", b"+AGE-"),
    "UTF-16": _charset(b"utf-16", b"\xff\xfea\x00"),
    "unknown bytes": _charset(b"klingon", b"\xfc\xe9\x80 pay "),
    "ISO-2022": _charset(b"iso-2022-jp", b"\x1b$B$\"\x1b(B"),
    # Headers
    "a long subject": _header(b"Subject", b"Re: "),
    "encoded words": _header(b"Subject", b"=?utf-8?Q?=C3=BC?= "),
    "broken encoded words": _header(b"Subject", b"=?a?q?"),
    "many recipients": _header(b"To", b"a@b.example, "),
    "comments in an address": _header(b"To", b"("),
    "quotes in an address": _header(b"To", b'"'),
    "angles in an address": _header(b"From", b"<"),
    "many references": _header(b"References", b"<a@b.example> "),
    "a long date": _header(b"Date", b"Mon, 20 Apr 2026 "),
    "parameters": _header(b"Content-Type", b'text/plain; a*0*="b"; '),
    "folded lines": _header(b"X-Long", b"a\r\n "),
    "many headers": lambda size: b"X-A: b\r\n" * max(1, size // 8) + HEAD + PLAIN + b"\r\nWe pay on Friday.",
    "only a colon": lambda size: b":" * size,
    "only bytes": lambda size: bytes(range(256)) * max(1, size // 256),
    "only NULs": lambda size: bytes(size),
}  # fmt: skip

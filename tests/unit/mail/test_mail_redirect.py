"""The same mail to one other address, and to nobody whom it was written to."""

from email import message_from_bytes, policy

import pytest

from core.errors import InvalidInput
from mail.redirect import INSTEAD_OF, plain_address, redirected

TO = "sandbox@seller.example"
RAW = (
    b"From: Seller <ar@seller.example>\r\nTo: Tom <tom@buyer.example>,\r\n\tann@buyer.example\r\n"
    b"Cc: boss@buyer.example\r\nBCC : hidden@buyer.example\r\nSubject: Re: To: somebody\r\n"
    b"Message-ID: <duly.a.b@seller.example>\r\nResent-To: x@buyer.example\r\nX-Note: a\r\n To: not@a.header\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nTo: tom@buyer.example\r\n\r\nHi\r\n"
)


def test_only_the_sandbox_is_left_among_the_recipients() -> None:
    raw = redirected(RAW, to=TO, instead_of=("tom@buyer.example", "ann@buyer.example", "boss@buyer.example"))
    message = message_from_bytes(raw, policy=policy.default)
    assert message.get_all("To") == [TO]
    for name in ("Cc", "Bcc", "Resent-To"):
        assert message.get_all(name) is None
    assert message[INSTEAD_OF] == "tom@buyer.example, ann@buyer.example, boss@buyer.example"
    assert message["Message-ID"] == "<duly.a.b@seller.example>"
    assert message["Subject"] == "Re: To: somebody"
    assert "buyer.example" not in str(message["X-Note"]) + str(message["From"])


def test_the_body_and_every_other_header_stay_byte_for_byte() -> None:
    raw = redirected(RAW, to=TO, instead_of=("tom@buyer.example",))
    head, _, body = raw.partition(b"\r\n\r\n")
    assert body == RAW.partition(b"\r\n\r\n")[2]
    assert b"\r\nX-Note: a\r\n To: not@a.header\r\n" in head
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_line_feeds_alone_stay_so() -> None:
    raw = redirected(b"To: a@b.example\nSubject: x\n\nHi\n", to=TO, instead_of=("a@b.example",))
    assert raw == b"Subject: x\nTo: sandbox@seller.example\nX-Duly-Sandbox-Recipients: a@b.example\n\nHi\n"


def test_a_recipient_adds_no_header() -> None:
    raw = redirected(RAW, to=TO, instead_of=("tom@buyer.example\r\nBcc: thief@evil.example", "jörg@kunde.example"))
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Bcc"] is None
    assert "j?rg@kunde.example" in message[INSTEAD_OF]


@pytest.mark.parametrize(
    "raw", [b"", b"To: a@b.example", b"To: a@b.example\r\nHi"], ids=["empty", "no end", "no body"]
)
def test_a_mail_without_an_end_to_its_headers_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        redirected(raw, to=TO, instead_of=())


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b\r\nBcc: c@d.example", "a b@c.example", "<a@b.example>", "a@b.example, c@d.example"]
)
def test_what_is_no_plain_address_is_no_sandbox(address: str) -> None:
    with pytest.raises(InvalidInput):
        plain_address(address)

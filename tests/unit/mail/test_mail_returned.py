"""Which of our mails a bounce gives back."""

import pytest

from mail.parse_mime import parse_mime
from mail.returned_mail import returned_ids

HEAD = (
    b"From: MAILER-DAEMON@mx.example\r\nTo: ar@seller.example\r\nMIME-Version: 1.0\r\n"
    b"Message-ID: <own@mx.example>\r\n"
)
PLAIN = HEAD + b"\r\nIt failed.\r\n"
RETURNED = b"To: a@b.example\r\nMessage-ID: <one@seller.example>\r\n"


def a_report(kind: bytes, part: bytes) -> bytes:
    head = HEAD + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nIt did not arrive.\r\n--b\r\n"
    return head + b"Content-Type: " + kind + b"\r\n\r\n" + part + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        pytest.param(a_report(b"text/rfc822-headers", RETURNED), ("one@seller.example",), id="headers"),
        pytest.param(a_report(b"message/rfc822", RETURNED + b"\r\nHi\r\n"), ("one@seller.example",), id="message"),
        pytest.param(PLAIN + b"\r\n> Message-ID: <two@seller.example>\r\n", ("two@seller.example",), id="quoted"),
        pytest.param(PLAIN + b"Message-ID:\r\n <two@seller.example>\r\n", ("two@seller.example",), id="folded"),
        pytest.param(
            HEAD + b"In-Reply-To: <two@seller.example>\r\n\r\nNo.\r\n", ("two@seller.example",), id="answer"
        ),
        pytest.param(PLAIN + b"Our message-id <six@seller.example>\r\n", (), id="in a sentence"),
    ],
)
def test_the_returned_message_is_found_wherever_systems_put_it(raw: bytes, found: tuple[str, ...]) -> None:
    assert returned_ids(parse_mime(raw)) == found


def test_thousands_of_ids_are_cut_short() -> None:
    lines = b"".join(b"Message-ID: <%d@seller.example>\r\n" % number for number in range(5_000))
    assert len(returned_ids(parse_mime(HEAD + b"\r\n" + lines))) == 10

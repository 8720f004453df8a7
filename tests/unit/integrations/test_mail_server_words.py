"""What IMAP and SMTP servers say, in our words."""

from datetime import date

import pytest

from integrations.imap import mapping as imap
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable
from integrations.smtp import mapping as smtp


@pytest.mark.parametrize(
    ("cursor", "expected"),
    [("7:9", imap.Cursor(7, 9)), (None, None), ("", None), ("7", None), ("7:", None), ("x:1", None), ("٣:1", None)],
)
def test_a_cursor_is_two_numbers_or_none(cursor: str | None, expected: imap.Cursor | None) -> None:
    assert imap.read_cursor(cursor) == expected


def test_a_start_date_is_widened_by_a_day_in_english() -> None:
    assert imap.search_since(date(2026, 3, 1)) == "28-Feb-2026"


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("INBOX", '"INBOX"'),
        ("Sent Items", '"Sent Items"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("Éléments envoyés", '"&AMk-l&AOk-ments envoy&AOk-s"'),
        ("Trash & Co", '"Trash &- Co"'),
        ("台北", '"&U,BTFw-"'),
    ],
)
def test_folder_names_are_written_in_modified_utf7(name: str, argument: str) -> None:
    assert imap.folder_argument(name) == argument


@pytest.mark.parametrize("name", ["a\r\nb", "a\x00b", "a\x7fb"])
def test_a_name_that_would_break_out_of_the_line_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="IMAP string"):
        imap.folder_argument(name)


def test_the_folder_marked_for_sent_mail_comes_before_those_only_named_so() -> None:
    answer = [
        b'(\\HasNoChildren) "/" INBOX',
        b'(\\HasNoChildren) "/" "Sent"',
        b'(\\HasNoChildren \\Sent) "/" "[Gmail]/Sent Mail"',
        b'(\\Noselect \\Sent) "/" "[Gmail]"',
        (b'(\\Sent) "." {9}', b"Gesendete"),
        None,
        b"garbage",
    ]
    assert imap.sent_folders(answer) == ['"[Gmail]/Sent Mail"', '"Gesendete"', '"Sent"']


def test_a_body_s_uid_may_stand_before_or_behind_it() -> None:
    answer = [(b"1 (UID 5 BODY[] {3}", b"abc"), b")", (b"2 (BODY[] {2}", b"de"), b" UID 6)", b"3 (FLAGS () UID 7)"]
    assert imap.bodies(answer) == {5: b"abc", 6: b"de"}


def test_sizes_are_read_whatever_else_the_server_says() -> None:
    assert imap.sizes([b"1 (UID 5 RFC822.SIZE 10)", b"2 (RFC822.SIZE 11 UID 6 FLAGS ())", b"3 (FLAGS ())", None]) == {
        5: 10,
        6: 11,
    }


@pytest.mark.parametrize(
    ("code", "words", "error"),
    [
        (550, "no such user", Rejected),
        (552, "too large", Rejected),
        (535, "bad credentials", AuthExpired),
        (530, "authentication required", AuthExpired),
        (450, "greylisted", TemporarilyUnavailable),
        (421, "closing", TemporarilyUnavailable),
        (421, "too many connections", RateLimited),
        (-1, "malformed", TemporarilyUnavailable),
    ],
)
def test_what_an_smtp_answer_means(code: int, words: str, error: type[Exception]) -> None:
    assert type(smtp.refusal(code, words, server="smtp.example:587", what="recipient")) is error


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        (b"", b""),
        (b"a", b"a\r\n"),
        (b"a\n", b"a\r\n"),
        (b".\n..\n.a", b"..\r\n...\r\n..a\r\n"),
        (b"a\r.\rb\n.\r\n", b"a\r\n..\r\nb\r\n..\r\n"),
        (b"a\n\n", b"a\r\n\r\n"),
    ],
)
def test_the_wire_form_has_whole_line_ends_doubled_dots_and_no_end(raw: bytes, wire: bytes) -> None:
    assert smtp.wire_form(raw) == wire


@pytest.mark.parametrize("address", ["ann@x.example", "o'neil+ar@x-y.example", "jörg@kunde.example"])
def test_plain_addresses_pass(address: str) -> None:
    assert smtp.checked_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "", "ann", "@x", "a@", "a b@x", "a,b@x", "<a@x>", "a@x>", "a@x\r\nDATA", "a@x\u2028", '"a"@x', "a@x@y",
        "a" * 300 + "@x",
    ],
)  # fmt: skip
def test_what_could_be_read_as_another_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        smtp.checked_address(address)

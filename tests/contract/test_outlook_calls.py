"""Calls to Graph as such: where they may go, how long they wait, and that they fit Microsoft's description."""

import json
from datetime import UTC, datetime

import graph_spec
import pytest

from core.errors import NotConfigured
from integrations.outlook.place import GraphPlace, mailbox_path, quoted
from integrations.outlook.refusals import error_of, refusal, retry_after
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
GRAPH = GraphPlace()
described = pytest.mark.skipif(not graph_spec.SPECIFICATION.exists(), reason=graph_spec.WHY_NOT)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Mon, 20 Apr 2026 09:00:30 GMT", 30.0),
        ("Mon, 20 Apr 2026 08:00:00 GMT", 0.0),
        ("999999999999", 86_400.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
    ],
    ids=["seconds", "now", "date", "past", "years", "none", "word", "negative", "arabic"],
)
def test_retry_after_is_seconds_or_a_date_and_never_years(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, now=NOW) == seconds


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "ErrorInvalidRecipients", Rejected),
        (401, "InvalidAuthenticationToken", AuthExpired),
        (403, "ErrorAccessDenied", AuthExpired),
        (403, "ErrorSendAsDenied", Rejected),
        (404, "MailboxNotEnabledForRESTAPI", AuthExpired),
        (404, "ErrorItemNotFound", Rejected),
        (400, "ErrorMailboxMoveInProgress", TemporarilyUnavailable),
        (412, "ErrorIrresolvableConflict", TemporarilyUnavailable),
        (413, "RequestBodyTooLarge", Rejected),
        (429, "", RateLimited),
        (403, "ErrorExceededMessageLimit", RateLimited),
        (503, "", TemporarilyUnavailable),
        (507, "", TemporarilyUnavailable),
    ],
    ids=lambda value: str(value) if isinstance(value, int | str) else value.__name__,
)
def test_each_refusal_says_what_to_do(status: int, code: str, expected: type[Exception]) -> None:
    body = json.dumps({"error": {"code": code, "message": "words\nof Graph's"}}).encode()
    error = error_of(refusal(status, {}, body, now=NOW), what="sending", mailbox="ar@supplier.example")
    assert type(error) is expected
    assert str(error).startswith(f"Outlook mailbox ar@supplier.example: sending: {status}")
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"error": 3}', b"\xff", b'{"error": {"code": []}}']
)
def test_a_refusal_may_have_any_body(body: bytes) -> None:
    assert str(refusal(500, {}, body, now=NOW)).startswith("500")


@pytest.mark.parametrize(
    "link",
    [
        "https://outlook.office.com/api/v2.0/Users('a@b')/Messages('c')/AttachmentSessions('d')?authtoken=e",
        "https://outlook.office365.com/api/x?authtoken=e",
        "https://graph.microsoft.com/v1.0/x",
    ],
    ids=["office", "office365", "graph"],
)
def test_uploads_go_to_exchange_s_hosts_and_graph_s(link: str) -> None:
    assert GRAPH.upload_link(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "http://outlook.office.com/x",
        "https://outlook.office.com:8443/x",
        "https://outlook.office.com.evil.example/x",
        "https://outlook.office.com@evil.example/x",
        "https://user:pw@outlook.office.com/x",
        "https://evil.example/outlook.office.com",
        "https://outlook.office.com\\@evil.example/",
        "x" * 30_000,
    ],
    ids=["plain", "port", "suffix", "user", "password", "path", "backslash", "long"],
)
def test_uploads_go_nowhere_else(link: str) -> None:
    with pytest.raises(TemporarilyUnavailable) as caught:
        GRAPH.upload_link(link)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.microsoft.com/beta/x",
        "https://graph.microsoft.com/v1.0/../../evil",
        "https://graph.microsoft.com:444/v1.0/x",
        "https://graph.microsoft.com.evil.example/v1.0/x",
    ],
    ids=["version", "dots", "port", "suffix"],
)
def test_links_stay_below_graph_s_address(link: str) -> None:
    with pytest.raises(TemporarilyUnavailable):
        GRAPH.link(link)


@pytest.mark.parametrize(
    "address", ["http://graph.example/v1.0", "https://g.example/?a=b", "ftp://x", "", "https://"]
)
def test_the_address_of_graph_is_https(address: str) -> None:
    with pytest.raises(NotConfigured):
        GraphPlace(address)


def test_a_mailbox_is_me_or_an_address() -> None:
    assert mailbox_path("me") == "/me"
    assert mailbox_path("ar+x'y@supplier.example") == "/users/ar%2Bx%27y@supplier.example"
    for wrong in ("", "ar", "a@b/messages", "a@b?x", "a@b\n", "../a@b"):
        with pytest.raises(NotConfigured):
            mailbox_path(wrong)


def test_a_quoted_word_cannot_leave_its_quotes() -> None:
    assert quoted("a' or 'b") == "'a'' or ''b'"
    with pytest.raises(ValueError, match="unprintable"):
        quoted("a\nb")


@described
@pytest.mark.parametrize(
    ("method", "target", "body", "answer"),
    [
        ("GET", "/me/mailFolders/inbox/messages?$expand=nonsense", b"", b"{}"),
        ("GET", "/me/mailFolders/inbox/messages?changed=1", b"", b"{}"),
        ("GET", "/me/mailFolders/inbox/messages?$select=subjects", b"", b"{}"),
        ("GET", "/me/nowhere", b"", b"{}"),
        ("PATCH", "/me/messages/1", b'{"toRecipients": ["ann@customer.example"]}', b"{}"),
        ("PATCH", "/me/messages/1", b'{"recipients": []}', b"{}"),
        ("POST", "/subscriptions", b'{"changeType": 5}', b"{}"),
        ("GET", "/me/messages/1", b"", b'{"isDraft": "yes"}'),
        ("GET", "/me/messages/1", b"", b'{"receivedDateTime": "yesterday"}'),
    ],
    ids=["expand", "option", "select", "path", "recipients", "field", "type", "answer", "date"],
)
def test_the_check_against_microsoft_s_description_finds_faults(
    method: str, target: str, body: bytes, answer: bytes
) -> None:
    assert graph_spec.faults_in(method, target, body, "application/json", 200, answer) != []


@described
def test_the_check_against_microsoft_s_description_lets_pass_what_fits() -> None:
    body = b'{"toRecipients": [{"emailAddress": {"address": "ann@customer.example"}}], "internetMessageId": "<a@b>"}'
    answer = b'{"id": "1", "@odata.etag": "2", "isDraft": true, "subject": null}'
    assert graph_spec.faults_in("PATCH", "/users/a@b/messages/1", body, "application/json", 200, answer) == []

"""Which settings lead to one inbox: whatever signs in there, and however the secret is sealed."""

from typing import Any

import pytest

from ledger.model.inbox import inbox_of

IMAP: dict[str, Any] = {
    "kind": "imap",
    "host": "imap.x.example",
    "port": 993,
    "user": "shared",
    "sealed_password": "a",
}
GMAIL = {"kind": "gmail", "grant_id": "1"}
FOLDER = {"kind": "folder", "path": "/mail"}

SAME = {
    "another seal": (IMAP, {**IMAP, "sealed_password": "b"}),
    "another first day": ({**IMAP, "since": "2026-01-01"}, IMAP),
    "the folder left out": (IMAP, {**IMAP, "folder": "inbox"}),
    "a host is written in any case": (IMAP, {**IMAP, "host": "IMAP.x.example"}),
    "another security": (IMAP, {**IMAP, "security": "starttls"}),
    "a folder of files": (FOLDER, {**FOLDER, "since": "2026-01-01"}),
    "a grant": (GMAIL, {**GMAIL, "since": "2026-01-01"}),
}
OTHERS = {
    "kind": (FOLDER, {**FOLDER, "kind": "maildir"}),
    "host": (IMAP, {**IMAP, "host": "imap.y.example"}),
    "port": (IMAP, {**IMAP, "port": 143}),
    "user": (IMAP, {**IMAP, "user": "Shared"}),
    "folder": (IMAP, {**IMAP, "folder": "AR"}),
    "grant": (GMAIL, {**GMAIL, "grant_id": "2"}),
    "grant of an IMAP login": (IMAP, {**IMAP, "grant_id": "2"}),
    "path": (FOLDER, {**FOLDER, "path": "/other"}),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_addresses_share_an_inbox_whatever_else_differs(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert inbox_of(one, "ar@x.example") == inbox_of(other, "billing@x.example") != ()


@pytest.mark.parametrize(("one", "other"), OTHERS.values(), ids=OTHERS)
def test_another_place_is_another_inbox(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert inbox_of(one, "ar@x.example") != inbox_of(other, "ar@x.example")


@pytest.mark.parametrize("kind", ["gmail", "outlook"])
def test_where_all_mailboxes_are_allowed_each_address_is_an_inbox(kind: str) -> None:
    allowed = {"kind": kind, "permission": "application"}
    assert inbox_of(allowed, "ar@x.example") == inbox_of(allowed, "AR@x.example")
    assert inbox_of(allowed, "ar@x.example") != inbox_of(allowed, "billing@x.example")


def test_a_mailbox_that_nothing_is_fetched_from_has_none() -> None:
    assert inbox_of({}, "ar@x.example") == ()

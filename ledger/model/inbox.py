"""`inbox_of`: which inbox the settings of a mailbox lead to, whoever signs in and however the secret is sealed."""

from collections.abc import Mapping
from typing import Any

#: Words that are equal where, and only where, it is the same inbox.
Inbox = tuple[str, ...]


def inbox_of(source: Mapping[str, Any], address: str) -> Inbox:
    """The inbox of a mailbox by its `source` and its address; empty where it has none to fetch from.

    Several addresses may share a folder or an IMAP inbox. At Google and Microsoft a grant is for one mailbox, and
    where an administrator allowed all of them the address alone tells them apart.
    """
    kind = str(source.get("kind") or "")
    grant = str(source.get("grant_id") or "")
    if not kind:
        return ()
    if kind == "imap":
        folder = str(source.get("folder") or "INBOX")
        return (
            kind,
            str(source.get("host") or "").lower(),
            str(source.get("port") or ""),
            str(source.get("user") or ""),
            "INBOX" if folder.upper() == "INBOX" else folder,
            grant,
        )
    if "path" in source:
        return kind, str(source["path"])
    return kind, grant or address.lower()

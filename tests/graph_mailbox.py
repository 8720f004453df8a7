"""`GraphMailbox`: what our stand-in for Microsoft Graph keeps of one mailbox.

Written by us: no proof of Graph's ways. It does what Microsoft's pages say: changes by state tokens, moves that
keep the id, drafts, sent copies.
"""

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import getaddresses
from itertools import count
from typing import Any

Json = dict[str, Any]
RECIPIENTS = {"toRecipients": "To", "ccRecipients": "Cc", "bccRecipients": "Bcc"}
_numbers = count(1)


@dataclass
class GraphMessage:
    """A message of the mailbox, a draft or not."""

    id: str
    folder: str
    received_at: datetime
    modified_at: datetime
    change: int
    raw: bytes = b""
    is_draft: bool = False
    message_id: str | None = None
    recipients: dict[str, list[Json]] = field(default_factory=lambda: {key: [] for key in RECIPIENTS})
    subject: str = ""
    body: Json = field(default_factory=lambda: {"contentType": "text", "content": ""})
    properties: dict[str, str] = field(default_factory=dict)
    attachments: list[Json] = field(default_factory=list)
    answers: str = ""

    @property
    def everybody(self) -> list[str]:
        return [one["emailAddress"]["address"] for key in RECIPIENTS for one in self.recipients[key]]

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "isDraft": self.is_draft,
            "internetMessageId": self.message_id,
            "parentFolderId": f"folder-{self.folder}",
            "receivedDateTime": written(self.received_at),
            "lastModifiedDateTime": written(self.modified_at),
            "subject": self.subject,
            "body": self.body,
            "from": {"emailAddress": {"address": _from(self.raw)}},
            "hasAttachments": bool(self.attachments),
            **self.recipients,
        }


class GraphMailbox:
    """One mailbox. Each delivery and each change takes a second of the mailbox's own clock."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.now = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
        self.messages: dict[str, GraphMessage] = {}
        #: What left, as the recipients have it; a mail that was sent twice is here twice.
        self.delivered: list[tuple[tuple[str, ...], bytes]] = []
        #: Exchange gives drafts a Message-ID of its own, until it is set.
        self.renames_drafts = False
        #: Recipients stay as they were drafted, whatever is asked for.
        self.keeps_recipients = False
        #: Graph forgets all positions that it gave before.
        self.epoch = 1
        self.gone: dict[str, list[tuple[int, str]]] = {}
        self._changes = count(1)
        self.last_change = 0

    def deliver(self, raw: bytes, *, folder: str = "inbox", received_at: datetime | None = None) -> str:
        """A message arrives, byte for byte; returns its id."""
        made = self._new(folder, raw)
        made.received_at = received_at or made.received_at
        parsed = message_from_bytes(raw)
        made.message_id, made.subject = _one_line(parsed["Message-ID"]) or None, _one_line(parsed["Subject"])
        return made.id

    def move(self, message_id: str, folder: str) -> None:
        """It keeps its id and the day it arrived."""
        message = self.messages[message_id]
        source = message.folder
        self.touch(message)
        self.gone.setdefault(source, []).append((message.change, message.id))
        message.folder = folder

    def delete(self, message_id: str) -> None:
        """Out of the mailbox for good."""
        message = self.messages.pop(message_id)
        self.touch(message)
        self.gone.setdefault(message.folder, []).append((message.change, message.id))

    def touch(self, message: GraphMessage) -> None:
        """It is marked as read, or changed otherwise."""
        self.now += timedelta(seconds=1)
        message.modified_at = self.now
        message.change = self.last_change = next(self._changes)

    def forget_positions(self) -> None:
        """Every link that was given before is expired."""
        self.epoch += 1

    def draft_from_mime(self, raw: bytes) -> GraphMessage:
        parsed = message_from_bytes(raw)
        draft = self._new("drafts", raw)
        draft.is_draft, draft.subject = True, _one_line(parsed["Subject"])
        draft.message_id = _one_line(parsed["Message-ID"]) or None
        if self.renames_drafts or draft.message_id is None:
            draft.message_id = f"<{draft.id}@exchange.example>"
        for key, header in RECIPIENTS.items():
            draft.recipients[key] = [
                {"emailAddress": {"address": address}}
                for _, address in getaddresses([_one_line(value) for value in parsed.get_all(header, [])])
            ]
        return draft

    def draft_from_fields(self, fields: Json) -> GraphMessage:
        draft = self._new("drafts", b"")
        draft.is_draft, draft.message_id = True, f"<{draft.id}@exchange.example>"
        self.change(draft, fields)
        if self.renames_drafts:
            draft.message_id = f"<{draft.id}@exchange.example>"
        return draft

    def change(self, message: GraphMessage, fields: Json) -> None:
        """PATCH. Most fields of a message that is no draft stay as they are."""
        self.touch(message)
        for entry in fields.get("singleValueExtendedProperties", []):
            message.properties[entry["id"]] = entry["value"]
        if not message.is_draft:
            return
        message.message_id = fields.get("internetMessageId", message.message_id)
        message.subject = fields.get("subject", message.subject)
        message.body = fields.get("body", message.body)
        for key in RECIPIENTS if not self.keeps_recipients else ():
            message.recipients[key] = fields.get(key, message.recipients[key])

    def send(self, draft: GraphMessage) -> None:
        """The draft leaves, and its copy is kept."""
        self.move(draft.id, "sentitems")
        draft.is_draft = False
        draft.raw = _as_sent(draft)
        self.delivered.append((tuple(draft.everybody), draft.raw))

    def _new(self, folder: str, raw: bytes) -> GraphMessage:
        self.now += timedelta(seconds=1)
        self.last_change = next(self._changes)
        # With the letters that ids of Graph's have.
        name = f"AAkALg{next(_numbers):06}-_A="
        made = GraphMessage(name, folder, self.now, self.now, self.last_change, raw)
        self.messages[name] = made
        return made


def written(moment: datetime) -> str:
    """A time as Graph writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_sent(draft: GraphMessage) -> bytes:
    if draft.raw:
        line = f"Message-ID: {draft.message_id}".encode()
        return re.sub(rb"(?im)^message-id:[^\r\n]*", lambda _: line, draft.raw, count=1)
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = draft.message_id, draft.subject
    for name, key in (("In-Reply-To", "String 0x1042"), ("References", "String 0x1039")):
        if key in draft.properties:
            mail[name] = draft.properties[key]
    for key in ("toRecipients", "ccRecipients"):
        if draft.recipients[key]:
            mail[RECIPIENTS[key]] = ", ".join(one["emailAddress"]["address"] for one in draft.recipients[key])
    mail.set_content(draft.body["content"], subtype="html" if draft.body["contentType"] == "html" else "plain")
    for one in draft.attachments:
        main, _, sub = one.get("contentType", "application/octet-stream").partition("/")
        content = base64.b64decode(one["contentBytes"])
        mail.add_attachment(content, maintype=main, subtype=sub, filename=one["name"])
    return mail.as_bytes()


def _from(raw: bytes) -> str:
    addresses = getaddresses([_one_line(message_from_bytes(raw)["From"])])
    return addresses[0][1] if addresses else ""


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())

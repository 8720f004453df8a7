"""A finished mail as a draft of Graph's: its recipients, its thread, what is too large for one call. Pure."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import getaddresses
from typing import Any

from integrations.outlook.place import quoted
from integrations.ports.errors import Rejected
from integrations.ports.mailbox import OutgoingMessage

#: Graph takes calls of 4 MB, and MIME travels in base64, a third larger.
MOST_MIME_BYTES = 2_900_000
#: An Outlook message with its attachments, by Exchange's limit for Graph.
MOST_ATTACHED_BYTES = 150_000_000
#: A property of ours on each draft: it finds the sent copy even where Exchange gave it another Message-ID.
STAMP = "String {6f1c6a1e-5b0e-4c57-9a1d-2d8f3b7e90c4} Name DulyMessageId"
#: PidTagInReplyToId and PidTagInternetReferences: JSON cannot set these headers otherwise.
_IN_REPLY_TO, _REFERENCES = "String 0x1042", "String 0x1039"
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
#: Graph takes five headers in JSON, and only those that begin with X-.
_MOST_HEADERS = 5
_MOST_REFERENCES = 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the mail."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What the draft is made of. `mime` is the mail as it is, in base64; empty where it is too large for one call,
    and then `fields` and `attachments` say the same in parts."""

    message_id: str
    recipients: frozenset[str]
    addressed: dict[str, Any]
    parents: tuple[str, ...]
    properties: list[dict[str, str]]
    mime: bytes = field(repr=False, default=b"")
    fields: dict[str, Any] = field(repr=False, default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


def draft_of(message: OutgoingMessage) -> Draft:
    """The draft for a finished mail. It goes to the envelope's recipients and nobody else.

    Raises:
        Rejected: it has no recipients, no Message-ID that can be looked for, or is too large.
    """
    # In base64, with line ends; to parse more than that would only cost memory.
    if len(message.raw) > MOST_ATTACHED_BYTES * 1.4:
        raise Rejected(f"{len(message.raw):,} bytes are over Outlook's limit of {MOST_ATTACHED_BYTES:,} attached")
    parsed = message_from_bytes(message.raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    if not message.envelope_to:
        raise Rejected("a mail without recipients")
    if not _MESSAGE_ID.fullmatch(f"<{message.message_id}>") or not message.message_id.isprintable():
        raise Rejected(f"a mail whose Message-ID is none: {message.message_id[:80]!r}")
    parents = _parents(parsed)
    common = (
        message.message_id,
        frozenset(address.lower() for address in message.envelope_to),
        _addressed(parsed, message.envelope_to),
        parents,
        _properties(message.message_id, parsed, parents),
    )
    if len(message.raw) <= MOST_MIME_BYTES:
        return Draft(*common, mime=base64.b64encode(message.raw))
    attachments = tuple(_attachments(parsed))
    size = sum(len(attachment.content) for attachment in attachments)
    if size > MOST_ATTACHED_BYTES:
        raise Rejected(f"{size:,} bytes of attachments are over Outlook's limit of {MOST_ATTACHED_BYTES:,}")
    return Draft(*common, fields=_fields(parsed), attachments=attachments)


def by_message_id(message_id: str) -> str:
    """The filter that finds messages with this Message-ID (no brackets)."""
    return f"internetMessageId eq {quoted(f'<{message_id}>')}"


def by_stamp(message_id: str) -> str:
    """The filter that finds messages with our own stamp for this Message-ID."""
    return f"singleValueExtendedProperties/Any(ep: ep/id eq {quoted(STAMP)} and ep/value eq {quoted(message_id)})"


def _parents(parsed: EmailMessage) -> tuple[str, ...]:
    """The Message-IDs (no brackets) that this mail answers, the nearest first."""
    answered = _MESSAGE_ID.findall(_header(parsed, "In-Reply-To"))
    thread = _MESSAGE_ID.findall(_header(parsed, "References"))[-_MOST_REFERENCES:]
    ids = [found.strip("<>") for found in (*answered, *reversed(thread))]
    return tuple(dict.fromkeys(found for found in ids if found.isprintable()))


def _properties(message_id: str, parsed: EmailMessage, parents: tuple[str, ...]) -> list[dict[str, str]]:
    properties = [{"id": STAMP, "value": message_id}]
    if parents:
        thread = _MESSAGE_ID.findall(_header(parsed, "References"))[-_MOST_REFERENCES:]
        properties.append({"id": _IN_REPLY_TO, "value": f"<{parents[0]}>"})
        properties.append({"id": _REFERENCES, "value": " ".join(thread) or f"<{parents[0]}>"})
    return properties


def _addressed(parsed: EmailMessage, envelope_to: tuple[str, ...]) -> dict[str, Any]:
    """The recipients as Graph names them. Graph delivers by these, so they are the envelope's: a header's address
    that is not in it is left out, and one that is in no header is a blind copy."""
    left = {address.lower(): address for address in envelope_to}
    named: dict[str, list[dict[str, Any]]] = {}
    for header, key in (("To", "toRecipients"), ("Cc", "ccRecipients")):
        named[key] = []
        for name, address in getaddresses([_header(parsed, header)]):
            if left.pop(address.lower(), None) is not None:
                named[key].append(_recipient(name, address))
    named["bccRecipients"] = [_recipient("", address) for address in left.values()]
    return named


def _recipient(name: str, address: str) -> dict[str, Any]:
    return {"emailAddress": {"address": address, **({"name": name} if name else {})}}


def _fields(parsed: EmailMessage) -> dict[str, Any]:
    body = parsed.get_body(("html", "plain"))
    own = [
        {"name": name, "value": str(value)[:990]}
        for name, value in parsed.items()
        if name.lower().startswith("x-") and str(value).isprintable()
    ]
    return {
        "subject": _header(parsed, "Subject"),
        "body": {
            "contentType": "html" if body is not None and body.get_content_subtype() == "html" else "text",
            "content": _text(body) if body is not None else "",
        },
        **({"internetMessageHeaders": own[:_MOST_HEADERS]} if own else {}),
    }


def _attachments(parsed: EmailMessage) -> Iterator[Attachment]:
    shown = {id(part) for kind in ("html", "plain") if (part := parsed.get_body((kind,))) is not None}
    for number, part in enumerate(_leaves(parsed), start=1):
        if id(part) in shown:
            continue
        content_id = _header(part, "Content-ID").strip("<> ")
        name = part.get_filename() or (f"message-{number}.eml" if part.get_content_maintype() == "message" else "")
        yield Attachment(
            name=" ".join((name or f"attachment-{number}").split())[:250],
            content_type=part.get_content_type(),
            content=_bytes(part),
            content_id=content_id,
            is_inline=bool(content_id) and not part.is_attachment(),
        )


def _leaves(part: MIMEPart) -> Iterator[MIMEPart]:
    """The parts that hold something; a mail within the mail is one of them."""
    if not part.is_multipart() or part.get_content_maintype() == "message":
        yield part
        return
    for below in part.iter_parts():
        yield from _leaves(below)


def _bytes(part: MIMEPart) -> bytes:
    if part.get_content_maintype() == "message":
        return b"".join(below.as_bytes() for below in part.iter_parts())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: MIMEPart) -> str:
    charset = part.get_content_charset("utf-8")
    try:
        return _bytes(part).decode(charset, "replace")
    except LookupError:
        return _bytes(part).decode("utf-8", "replace")


def _header(part: MIMEPart, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())

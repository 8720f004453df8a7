"""Raw bytes to `InboundMessage`: parsing, our token, and what is kept of the attachments."""

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.ids import ConversationId, MailboxId
from integrations.ports.attachment_text import AttachmentReader, ReadAttachment
from jobs.attached import Attached, read_attached
from jobs.sender_checks import SenderChecks
from ledger.model.inbound import InboundMessage
from mail.authentication import NOT_CHECKED, SenderTrust
from mail.auto_reply import delayed_addresses
from mail.conversation import normalise_subject, read_reply_token, token_in
from mail.message import Attachment, ParsedMessage, ParsedReply
from mail.parse_mime import parse_mime
from mail.returned_mail import returned_ids
from mail.split_reply import split_reply

#: Readable characters of one attachment and of one message that are kept beside the raw bytes.
_ATTACHMENT_CHARACTERS = 40_000
_TEXT_CHARACTERS = 200_000
_SUBJECT_CHARACTERS = 1_000
#: Longest text that is looked up by: a third of what a page of an index holds.
_KEY_BYTES = 800
_MOST_ADDRESSES = 200
_MOST_REFERENCES = 100
#: A Date header further ahead than this is wrong; the clock of the sender may be a little fast.
_CLOCK_SKEW = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message taken apart: the costly part of the intake, which needs nothing but the bytes."""

    message: ParsedMessage
    reply: ParsedReply
    attached: Attached
    content_digest: str
    trust: SenderTrust = NOT_CHECKED


def parse(raw: bytes, reader: AttachmentReader | None = None, checks: SenderChecks | None = None) -> Parsed:
    """Never raises for what a stranger sent: what cannot be read is kept raw. Blocks while attachments are read and
    the sender's key is looked up. Without `checks`, nothing is known of where the mail comes from."""
    message = parse_mime(raw)
    reply = split_reply(message)
    trust = checks.check(message, raw) if checks is not None else NOT_CHECKED
    return Parsed(message, reply, read_attached(message, reply, reader), _content_digest(message), trust)


def read_message(raw: bytes, *, mailbox_id: MailboxId, reply_secret: bytes, now: datetime) -> InboundMessage:
    """The message as the ledger keeps it; for mail of ours, whose attachments need no reading."""
    return to_inbound(parse(raw), raw, mailbox_id=mailbox_id, reply_secret=reply_secret, now=now)


def to_inbound(
    taken_apart: Parsed, raw: bytes, *, mailbox_id: MailboxId, reply_secret: bytes, now: datetime
) -> InboundMessage:
    """The message as the ledger keeps it, with our token read from its references."""
    parsed, reply = taken_apart.message, taken_apart.reply
    at, offset = _received(parsed, now)
    references = tuple(dict.fromkeys(_key(one) for one in [*parsed.in_reply_to, *reversed(parsed.references)]))
    message = InboundMessage(
        mailbox_id=mailbox_id,
        header_message_id=_key(parsed.message_id),
        references=references[:_MOST_REFERENCES],
        token_conversation=_token(references, reply_secret),
        sender=parsed.sender.email if parsed.sender else "",
        sender_name=parsed.sender.name if parsed.sender else "",
        recipients=tuple(address.email for address in parsed.to[:_MOST_ADDRESSES]),
        cc=tuple(address.email for address in parsed.cc[:_MOST_ADDRESSES]),
        subject=parsed.subject[:_SUBJECT_CHARACTERS],
        subject_key=_key(normalise_subject(parsed.subject)),
        text=parsed.text[:_TEXT_CHARACTERS],
        reply_text=reply.reply[:_TEXT_CHARACTERS],
        signature=reply.signature[:5_000],
        automatic=reply.automatic,
        raw=raw,
        at=at,
        sender_offset_minutes=offset,
        details=_details(parsed, reply, taken_apart.attached) | {"sender_checks": _checks(taken_apart.trust)},
        unreadable="" if parsed.sender else "the message names no sender",
        content_digest=taken_apart.content_digest,
    )
    return replace(
        message,
        **{field.name: storable(getattr(message, field.name)) for field in fields(message) if field.name != "raw"},
    )


def _content_digest(parsed: ParsedMessage) -> str:
    """Of what the mail says and brings. Two deliveries of one mail differ in their trace headers, their white space
    and the encoding of their parts, and not in this; a part too large to be decoded counts by its size."""
    attachments = [
        (part.filename, part.size_bytes, hashlib.sha256(part.content).hexdigest()) for part in parsed.attachments
    ]
    sender = parsed.sender.email if parsed.sender else ""
    said = (sender, " ".join(parsed.subject.split()), " ".join(parsed.text.split()), attachments)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _key(text: str) -> str:
    """The text, or its digest where it is longer than an index of the database takes."""
    stored = storable(text)
    if len(stored.encode()) <= _KEY_BYTES:
        return str(stored)
    return f"sha256-{hashlib.sha256(stored.encode()).hexdigest()}@missing.duly"


def storable(value: Any) -> Any:
    """The value without what PostgreSQL's text and JSON refuse: NUL characters and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {str(key): storable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(storable(one) for one in value)
    return value


def _received(parsed: ParsedMessage, now: datetime) -> tuple[datetime, int | None]:
    """The sender's own time, unless it lies in the future: then the time of arrival."""
    if parsed.sent_at is None:
        return now, None
    offset = parsed.sent_at.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    return (parsed.sent_at if parsed.sent_at <= now + _CLOCK_SKEW else now), minutes


def _token(references: tuple[str, ...], reply_secret: bytes) -> ConversationId | None:
    token = token_in(references, reply_secret)
    key = None if token is None else read_reply_token(reply_secret, token)
    try:
        return None if key is None else ConversationId(UUID(key))
    except ValueError:
        return None


def _details(parsed: ParsedMessage, reply: ParsedReply, attached: Attached) -> dict[str, object]:
    hidden = list(dict.fromkeys((*parsed.hidden, *reply.hidden)))
    return {
        "attachments": [
            _attachment(part, read) for part, read in zip(parsed.attachments, attached.read, strict=False)
        ],
        "for_person": list(attached.for_person),
        "hidden": [{"how": one.how, "text": one.text[:500]} for one in hidden[:20]],
        "failed": list(reply.failed[:10]),
        "delayed": list(delayed_addresses(parsed)[:10]),
        "returned": [_key(one) for one in returned_ids(parsed)] if reply.automatic == "bounce" else [],
        "answered": [{"start": each.start, "question": each.question[:500]} for each in reply.answered[:20]],
        "problems": list(parsed.problems[:20]),
        "quoted": reply.quoted[:20_000],
        "sender_name": parsed.sender.name[:200] if parsed.sender else "",
        "reply_to": [address.email for address in parsed.reply_to[:5]],
    }


def _checks(trust: SenderTrust) -> dict[str, str]:
    return {"verdict": trust.verdict.value, "by": trust.by[:200], "words": trust.words[:500]}


def _attachment(part: Attachment, read: ReadAttachment) -> dict[str, object]:
    return {
        "filename": part.filename[:200],
        "content_type": part.content_type,
        "size_bytes": part.size_bytes,
        "text": read.text[:_ATTACHMENT_CHARACTERS],
        "inline": part.inline,
    }

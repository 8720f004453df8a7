"""Messages that came in: which are kept already, and the rows of new ones, many at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, CaseId, ConversationId, MailboxId, MessageId
from ledger.model.inbound import Identified, InboundMessage
from ledger.store.driver_rows import Row, driver_rows
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWork

#: Its count of rows tells whether all were new.
_NEW_MESSAGES = insert(MessageRow).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
#: What a message says is read where it must be compared: an earlier release kept no digest of it.
_KEPT = text(
    """
    SELECT m.id, m.header_message_id, m.mailbox_id, m.direction, m.content_digest, m.account_id, c.id AS case_id,
           m.sender, m.subject, CASE WHEN m.content_digest = '' THEN m.text END AS said,
           CASE WHEN m.content_digest = '' THEN m.details -> 'attachments' END AS attachments
    FROM messages m LEFT JOIN cases c ON c.message_id = m.id AND c.org_id = :org
    WHERE m.org_id = :org AND m.header_message_id = ANY(CAST(:header_ids AS text[]))
    ORDER BY m.header_message_id, m.stored_at, m.id
    """
)


class TakenMeanwhile(Exception):
    """Another worker stored one of the messages since we looked. Nothing of this transaction stands; look again."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that is kept, or about to be: as much as tells another delivery of it from another mail."""

    message_id: MessageId
    mailbox_id: MailboxId
    case_id: CaseId | None
    account_id: AccountId | None
    is_ours: bool
    content_digest: str
    #: Sender, subject, text, and names and sizes of attachments; only where there is no digest.
    said: tuple[object, ...] = ()

    def is_same(self, message: InboundMessage) -> bool:
        """Whether `message` is this one, delivered once more: trace headers differ then, what it says does not."""
        if self.is_ours:
            return True
        if self.content_digest:
            return self.content_digest == message.content_digest
        return self.said == _said(message.sender, message.subject, message.text, message.details.get("attachments"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new message with all that its rows say."""

    message_id: MessageId
    case_id: CaseId
    message: InboundMessage
    identified: Identified
    conversation_id: ConversationId


async def kept_messages(uow: UnitOfWork, header_ids: Sequence[str]) -> dict[str, list[KeptMessage]]:
    """Those of the organisation with these Message-IDs, in whichever mailbox, oldest first."""
    kept: dict[str, list[KeptMessage]] = defaultdict(list)
    for row in await driver_rows(uow, _KEPT, header_ids=sorted(set(header_ids))):
        kept[row["header_message_id"]].append(_kept(row))
    return dict(kept)


def keeping(message_id: MessageId, case_id: CaseId, message: InboundMessage) -> KeptMessage:
    """A message that is being stored; whose it is shows later."""
    attachments = message.details.get("attachments")
    return KeptMessage(
        message_id=message_id,
        mailbox_id=message.mailbox_id,
        case_id=case_id,
        account_id=None,
        is_ours=False,
        content_digest=message.content_digest,
        said=_said(message.sender, message.subject, message.text, attachments),
    )


async def add_arrivals(
    uow: UnitOfWork, arrivals: Sequence[Arrival], raw_blob_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Writes the messages and their cases; `raw_blob_ids` in the order of `arrivals`.

    Raises:
        TakenMeanwhile: another worker was quicker with one of them.
    """
    rows = [_message_row(uow, one, blob_id, now) for one, blob_id in zip(arrivals, raw_blob_ids, strict=True)]
    # In one order everywhere, so that two workers with the same mails cannot wait for each other.
    rows.sort(key=lambda row: str(row["header_message_id"]))
    connection = await uow.session.connection()
    written = await connection.execute(_NEW_MESSAGES, rows)
    if written.rowcount != len(rows):
        raise TakenMeanwhile
    await connection.execute(insert(CaseRow), [_case_row(uow, one, now) for one in arrivals])


def _message_row(uow: UnitOfWork, arrival: Arrival, raw_blob_id: UUID, now: datetime) -> dict[str, Any]:
    message, identified = arrival.message, arrival.identified
    details = {**message.details, "found_by": identified.how, "trouble": identified.trouble}
    if message.unreadable:
        details["unreadable"] = message.unreadable
    return {
        "id": arrival.message_id,
        "org_id": uow.org_id,
        "mailbox_id": message.mailbox_id,
        "conversation_id": arrival.conversation_id,
        "account_id": identified.account_id,
        "direction": "inbound",
        "header_message_id": message.header_message_id,
        "content_digest": message.content_digest,
        "references": list(message.references),
        "sender": message.sender,
        "sender_name": message.sender_name,
        "recipients": list(message.recipients),
        "cc": list(message.cc),
        "subject": message.subject,
        "text": message.text,
        "reply_text": message.reply_text,
        "signature": message.signature,
        "automatic": message.automatic,
        "details": details,
        "raw_blob_id": raw_blob_id,
        "at": message.at,
        "sender_offset_minutes": message.sender_offset_minutes,
        "state": "received",
        "stored_at": now,
    }


def _case_row(uow: UnitOfWork, arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "id": arrival.case_id,
        "org_id": uow.org_id,
        "message_id": arrival.message_id,
        "account_id": arrival.identified.account_id,
        "conversation_id": arrival.conversation_id,
        "mailbox_id": arrival.message.mailbox_id,
        "state": "running",
        "opened_at": now,
    }


def _kept(row: Row) -> KeptMessage:
    return KeptMessage(
        message_id=MessageId(row["id"]),
        mailbox_id=MailboxId(row["mailbox_id"]),
        case_id=None if row["case_id"] is None else CaseId(row["case_id"]),
        account_id=None if row["account_id"] is None else AccountId(row["account_id"]),
        is_ours=row["direction"] == "outbound",
        content_digest=row["content_digest"],
        said=() if row["content_digest"] else _said(row["sender"], row["subject"], row["said"], row["attachments"]),
    )


def _said(sender: str, subject: str, words: str, attachments: object) -> tuple[object, ...]:
    files = [one for one in attachments if isinstance(one, dict)] if isinstance(attachments, list) else []
    return (sender, subject, words, tuple((one.get("filename"), one.get("size_bytes")) for one in files))

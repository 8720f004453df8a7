"""Keeps a raw message once, ties it to its thread and customer, opens its case and requests its processing."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, CaseId, ConversationId, MailboxId, MessageId, OrgId, new_id
from ledger.model.inbound import Identified, InboundMessage, Recorded
from ledger.model.job_request import ProcessInbound
from ledger.rules.identify_sender import identify_sender
from ledger.store.blobs import BlobStore
from ledger.store.conversations import sender_candidates, thread_by_subject, thread_of
from ledger.store.review_items import open_item
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.mail import ConversationRow, MessageRow
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


async def record_inbound_message(
    uows: UnitOfWorkFactory, blobs: BlobStore, org_id: OrgId, message: InboundMessage, *, now: datetime
) -> Recorded:
    """Stores the message and requests its run, in one transaction; delivered twice is stored once.

    A message that could not be read as one is kept as well, and goes to a person. Its case exists from here on,
    so that nothing that arrived can be forgotten.
    """
    async with uows(org_id) as uow:
        message_id = MessageId(new_id())
        if not await _insert(uow, blobs, message_id, message, now):
            existing = await _existing(uow, message)
            if _is_same(existing, message):
                return Recorded(MessageId(existing.id), is_new=False)
            message = _under_another_id(message)
            if not await _insert(uow, blobs, message_id, message, now):
                return Recorded(MessageId((await _existing(uow, message)).id), is_new=False)
        identified, conversation = await _tie(uow, message, now)
        row = await uow.session.get_one(MessageRow, message_id)
        row.account_id = identified.account_id
        row.conversation_id = conversation
        row.details = {**row.details, "found_by": identified.how, "trouble": identified.trouble}
        case_id = _open_case(uow, row, now)
        await uow.session.flush()
        await append_event(
            uow,
            kind="message_received",
            words=f"Mail from {message.sender or 'an unreadable sender'}: {message.subject[:200]}",
            cause_key=f"received:{message_id}",
            at=now,
            actor="customer",
            account_id=identified.account_id,
            case_id=case_id,
            facts={"message_id": str(message_id)},
        )
        await uow.request(ProcessInbound(org_id, message_id, _lock(identified, message)))
        return Recorded(message_id, is_new=True, case_id=case_id)


async def record_unstorable(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    mailbox_id: MailboxId,
    *,
    provider_id: str,
    cursor: str,
    why: str,
    now: datetime,
) -> None:
    """A message that the ledger cannot keep stays in its mailbox; a person is told, once, and fetching goes on."""
    name = provider_id.encode("utf-8", "replace")
    async with uows(org_id) as uow:
        await open_item(
            uow,
            kind="message_not_stored",
            words=f"A message could not be stored ({why}) and was left in the mailbox "
            f"({name.decode()[:200]}). Read it there.",
            cause_key=f"not_stored:{mailbox_id}:{hashlib.sha256(name).hexdigest()}",
            at=now,
        )
        (await uow.session.get_one(MailboxRow, mailbox_id)).source_cursor = cursor


async def _existing(uow: UnitOfWork, message: InboundMessage) -> MessageRow:
    rows = await uow.session.scalars(
        select(MessageRow).where(
            MessageRow.mailbox_id == message.mailbox_id, MessageRow.header_message_id == message.header_message_id
        )
    )
    return rows.one()


def _is_same(existing: MessageRow, message: InboundMessage) -> bool:
    """Whether it is the same mail delivered twice: trace headers differ then, sender and words do not."""
    if existing.direction == "outbound":
        return True
    return (existing.sender, existing.subject, existing.text) == (message.sender, message.subject, message.text)


def _under_another_id(message: InboundMessage) -> InboundMessage:
    """Another mail under a Message-ID that is taken: using an id first makes nobody else's mail vanish."""
    digest = hashlib.sha256(message.raw).hexdigest()[:16]
    return replace(message, header_message_id=f"{message.header_message_id}+{digest}@missing.duly")


async def record_too_large(
    uows: UnitOfWorkFactory, org_id: OrgId, mailbox_id: MailboxId, *, provider_id: str, size_bytes: int, now: datetime
) -> None:
    """A message over the limit stays in its mailbox; a person is told, once."""
    async with uows(org_id) as uow:
        await open_item(
            uow,
            kind="message_too_large",
            words=f"A message of {size_bytes:,} bytes was left in the mailbox ({provider_id}): it is over the limit. "
            "Read it there.",
            cause_key=f"too_large:{mailbox_id}:{hashlib.sha256(provider_id.encode('utf-8', 'replace')).hexdigest()}",
            at=now,
        )


async def _insert(
    uow: UnitOfWork, blobs: BlobStore, message_id: MessageId, message: InboundMessage, now: datetime
) -> bool:
    inserted = await uow.session.scalar(
        insert(MessageRow)
        .values(
            id=message_id,
            org_id=uow.org_id,
            mailbox_id=message.mailbox_id,
            direction="inbound",
            header_message_id=message.header_message_id,
            references=list(message.references),
            sender=message.sender,
            sender_name=message.sender_name,
            recipients=list(message.recipients),
            cc=list(message.cc),
            subject=message.subject,
            text=message.text,
            reply_text=message.reply_text,
            signature=message.signature,
            automatic=message.automatic,
            details=_details(message),
            at=message.at,
            sender_offset_minutes=message.sender_offset_minutes,
            state="received",
            stored_at=now,
        )
        .on_conflict_do_nothing()
        .returning(MessageRow.id)
    )
    if inserted is None:
        return False
    row = await uow.session.get_one(MessageRow, message_id)
    row.raw_blob_id = await blobs.keep(uow, message.raw, now)
    return True


def _details(message: InboundMessage) -> dict[str, Any]:
    return {**message.details, "unreadable": message.unreadable} if message.unreadable else dict(message.details)


async def _tie(uow: UnitOfWork, message: InboundMessage, now: datetime) -> tuple[Identified, ConversationId]:
    thread = await thread_of(uow, message)
    candidates = await sender_candidates(uow, message, thread)
    identified = identify_sender(candidates, bounce=message.automatic == "bounce")
    if thread is not None and identified.account_id != thread.account_id:
        # Somebody else's words never enter a customer's conversation.
        thread = None
    if thread is None and identified.account_id is not None:
        thread = await thread_by_subject(uow, message, identified.account_id)
    if thread is not None:
        return identified, ConversationId(thread.id)
    conversation = ConversationRow(
        id=new_id(),
        mailbox_id=message.mailbox_id,
        account_id=identified.account_id,
        subject_key=message.subject_key,
        created_at=now,
    )
    uow.session.add(conversation)
    await uow.session.flush()
    return identified, ConversationId(conversation.id)


def _open_case(uow: UnitOfWork, row: MessageRow, now: datetime) -> CaseId:
    case = CaseRow(
        id=new_id(),
        message_id=row.id,
        account_id=row.account_id,
        conversation_id=row.conversation_id,
        mailbox_id=row.mailbox_id,
        state="running",
        opened_at=now,
    )
    uow.session.add(case)
    return CaseId(case.id)


def _lock(identified: Identified, message: InboundMessage) -> str:
    if identified.account_id is not None:
        return account_lock(identified.account_id)
    return f"sender:{hashlib.sha256(message.sender.encode()).hexdigest()[:32]}"


def account_lock(account_id: AccountId) -> str:
    """Jobs about one account run one after the other."""
    return f"account:{account_id}"

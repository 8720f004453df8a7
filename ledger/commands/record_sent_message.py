"""Keeps a mail that we sent before Duly knew of it, so that answers to it find their thread and customer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.ids import ConversationId, OrgId, new_id
from ledger.model.inbound import InboundMessage
from ledger.store.blobs import BlobStore
from ledger.store.conversations import thread_of
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.mail import ConversationRow, MessageRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


async def record_sent_message(
    uows: UnitOfWorkFactory, blobs: BlobStore, org_id: OrgId, message: InboundMessage, *, now: datetime
) -> bool:
    """Stores it as outbound, in the conversation of the one customer it was sent to; whether it was new.

    Nothing is processed and nothing is sent.
    """
    async with uows(org_id) as uow:
        conversation = await _conversation(uow, message, now)
        inserted = await uow.session.scalar(
            insert(MessageRow)
            .values(
                id=new_id(),
                org_id=org_id,
                mailbox_id=message.mailbox_id,
                conversation_id=conversation.id,
                account_id=conversation.account_id,
                direction="outbound",
                header_message_id=message.header_message_id,
                references=list(message.references),
                sender=message.sender,
                sender_name=message.sender_name,
                recipients=list(message.recipients),
                cc=list(message.cc),
                subject=message.subject,
                text=message.text,
                reply_text=message.text,
                signature="",
                details={},
                raw_blob_id=await blobs.keep(uow, message.raw, now),
                at=message.at,
                state="processed",
                stored_at=now,
            )
            .on_conflict_do_nothing()
            .returning(MessageRow.id)
        )
        return inserted is not None


async def _conversation(uow: UnitOfWork, message: InboundMessage, now: datetime) -> ConversationRow:
    thread = await thread_of(uow, message)
    if thread is not None:
        return thread
    accounts = list(
        await uow.session.scalars(
            select(ContactRow.account_id).where(ContactRow.email.in_(message.recipients)).distinct().limit(2)
        )
    )
    row = ConversationRow(
        id=ConversationId(new_id()),
        mailbox_id=message.mailbox_id,
        account_id=accounts[0] if len(accounts) == 1 else None,
        subject_key=message.subject_key,
        created_at=now,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row

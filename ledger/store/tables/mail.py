"""Tables for raw bytes, conversations and messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, Instant, OrgScoped, PrimaryKey, WordList, Words


class BlobRow(OrgScoped, Base):
    """Bytes kept as received or as sent, once an organisation and content."""

    __tablename__ = "blobs"
    __table_args__ = (UniqueConstraint("org_id", "sha256"),)

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]


class ConversationRow(OrgScoped, Base):
    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_org_id_subject_key", "org_id", "mailbox_id", "subject_key"),)

    id: Mapped[PrimaryKey]
    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    subject_key: Mapped[Words]
    created_at: Mapped[Instant]


class MessageRow(OrgScoped, Base):
    """A message in or out. `state`: `received` until its run ended, then `processed`; `unreadable` went to a
    person."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("org_id", "mailbox_id", "header_message_id"),
        Index("ix_messages_org_id_header", "org_id", "header_message_id"),
        # A mail that came to several of our mailboxes is one message.
        Index(
            "uq_messages_org_id_arrived",
            *("org_id", "header_message_id"),
            unique=True,
            postgresql_where=text("content_digest <> ''"),
        ),
        Index("ix_messages_conversation_id_at", "conversation_id", "at"),
        Index("ix_messages_account_id_at", "account_id", "at"),
    )

    id: Mapped[PrimaryKey]
    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    direction: Mapped[str] = mapped_column(String(10))
    header_message_id: Mapped[Words]
    #: Of what an incoming mail says (`jobs.intake`); empty for mail of ours, and where an earlier release stored it.
    content_digest: Mapped[str] = mapped_column(String(64), server_default="")
    references: Mapped[WordList]
    sender: Mapped[Words]
    sender_name: Mapped[Words]
    recipients: Mapped[WordList]
    cc: Mapped[WordList]
    subject: Mapped[Words]
    text: Mapped[Words]
    reply_text: Mapped[Words]
    signature: Mapped[Words]
    automatic: Mapped[str | None] = mapped_column(String(20))
    #: Failed addresses, hidden words, attachments' names and sizes, problems, how the account was found.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    raw_blob_id: Mapped[UUID | None] = mapped_column(ForeignKey("blobs.id"))
    at: Mapped[Instant]
    sender_offset_minutes: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20), server_default="received")
    stored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

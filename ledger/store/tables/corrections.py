"""Tables for what people corrected in a reading, and for the sentences that this taught."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Boolean, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, Instant, OrgScoped, PrimaryKey, WordList, Words
from ledger.store.tables.drafts import EMBEDDING_DIMENSIONS


class CorrectionRow(OrgScoped, Base):
    """What a person says that a mail says, beside what had been read in it; once a case and run.

    Appended. Only that it was taken back is written later.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("case_id", "generation"),
        Index("ix_corrections_org_id_corrected_at", "org_id", "corrected_at", "id"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    #: The run whose reading was corrected.
    generation: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[Words]
    #: The request's Idempotency-Key; empty where it had none.
    request_key: Mapped[Words]
    language: Mapped[str] = mapped_column(String(35))
    #: Signals before and after, as `ledger.store.signal_codec` writes them.
    was_read: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    correct: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    needs_human: Mapped[bool] = mapped_column(Boolean)
    #: The account as it stood: `account` of `docs/formats/replies.md`.
    account: Mapped[dict[str, Any]] = mapped_column(JSONB)
    corrected_at: Mapped[Instant]
    retracted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    retracted_by: Mapped[Words]


class TaughtSentenceRow(OrgScoped, Base):
    """A sentence that was read wrongly, its place in the embedder's space, and what it says."""

    __tablename__ = "taught_sentences"
    __table_args__ = (
        Index(
            "ix_taught_sentences_counting",
            "org_id",
            "embedder",
            "taught_at",
            postgresql_where=text("retracted_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    correction_id: Mapped[UUID] = mapped_column(ForeignKey("corrections.id"), index=True)
    sentence: Mapped[Words]
    language: Mapped[str] = mapped_column(String(35))
    #: Empty where the sentence states nothing.
    intents: Mapped[WordList]
    reason: Mapped[str | None] = mapped_column(String(20))
    documents: Mapped[WordList]
    embedder: Mapped[Words]
    embedding: Mapped[Any] = mapped_column(VECTOR(EMBEDDING_DIMENSIONS))
    taught_at: Mapped[Instant]
    retracted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

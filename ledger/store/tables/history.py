"""Tables for what customers said and for the append-only timeline."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, Instant, OrgScoped, PrimaryKey, WordList, Words


class Said(OrgScoped):
    """What one signal of one message put on the ledger; unique by both, so that a rerun adds nothing."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    position: Mapped[int]
    quote: Mapped[Words]
    said_at: Mapped[Instant]


class PromiseRow(Said, Base):
    __tablename__ = "promises"
    __table_args__ = (
        UniqueConstraint("message_id", "position"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_with_currency"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint(
            "state IN ('open', 'kept', 'partly_kept', 'broken', 'superseded', 'withdrawn')", name="state_known"
        ),
    )

    id: Mapped[PrimaryKey]
    invoice_numbers: Mapped[WordList]
    promised_for: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    currency: Mapped[str | None] = mapped_column(String(3))
    conditional: Mapped[bool] = mapped_column(Boolean, server_default="false")
    state: Mapped[str] = mapped_column(String(20), server_default="open")


class DisputeRow(Said, Base):
    """A contested amount: said in a message, or shown by a payment that was short with a stated reason."""

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("message_id", "position"),
        UniqueConstraint("payment_id", "position"),
        CheckConstraint("num_nonnulls(message_id, payment_id) = 1", name="one_cause"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_with_currency"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        CheckConstraint("state IN ('open', 'accepted', 'refused', 'withdrawn')", name="state_known"),
    )

    id: Mapped[PrimaryKey]
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))  # type: ignore[assignment]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    invoice_numbers: Mapped[WordList]
    reason: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    currency: Mapped[str | None] = mapped_column(String(3))
    owner: Mapped[Words]
    state: Mapped[str] = mapped_column(String(20), server_default="open")


class PaymentClaimRow(Said, Base):
    __tablename__ = "payment_claims"
    __table_args__ = (UniqueConstraint("message_id", "position"),)

    id: Mapped[PrimaryKey]
    invoice_numbers: Mapped[WordList]
    paid_on: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    currency: Mapped[str | None] = mapped_column(String(3))
    reference: Mapped[Words]
    found: Mapped[WordList]
    #: When a person said that the mail claims no such thing.
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ContactProposalRow(Said, Base):
    """A contact named in a mail; nobody writes to it before a person accepted it."""

    __tablename__ = "contact_proposals"
    __table_args__ = (UniqueConstraint("message_id", "position"),)

    id: Mapped[PrimaryKey]
    contact: Mapped[Words]
    state: Mapped[str] = mapped_column(String(20), server_default="proposed")


class AbsenceRow(Said, Base):
    __tablename__ = "absences"
    __table_args__ = (UniqueConstraint("message_id", "position"),)

    id: Mapped[PrimaryKey]
    email: Mapped[Words]
    until: Mapped[date | None]
    #: When a person said that nobody is away.
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TimelineEventRow(OrgScoped, Base):
    """Everything that happened, in words and with its ids. The application may insert and read, nothing else."""

    __tablename__ = "timeline_events"
    __table_args__ = (
        UniqueConstraint("org_id", "cause_key"),
        Index("ix_timeline_events_account_id_at", "account_id", "at"),
        Index("ix_timeline_events_case_id", "case_id"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[Words]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    #: `duly`, `customer`, `ledger`, or a user's name.
    actor: Mapped[Words]
    cause_key: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ReviewItemRow(OrgScoped, Base):
    """Something that only a person may settle, once a cause."""

    __tablename__ = "review_items"
    __table_args__ = (
        UniqueConstraint("org_id", "cause_key"),
        Index("ix_review_items_org_id_state", "org_id", "state"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[Words]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    owner: Mapped[str] = mapped_column(String(20), server_default="collector")
    cause_key: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), server_default="open")
    opened_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_by: Mapped[Words]
    settled_words: Mapped[Words]


class ImportRunRow(OrgScoped, Base):
    """One import of files and its report; rows against our constraints are kept here as received."""

    __tablename__ = "import_runs"

    id: Mapped[PrimaryKey]
    source: Mapped[Words]
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    actor: Mapped[Words]
    at: Mapped[Instant]

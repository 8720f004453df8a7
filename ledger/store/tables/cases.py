"""Tables for cases (one run of the agent on one message), their signals and tool calls, and model use."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Float, ForeignKey, Index, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, Instant, OrgScoped, PrimaryKey, WordList, Words


class CaseRow(OrgScoped, Base):
    """What became of one inbound message.

    `state`: `running`, `awaiting_approval`, `with_person` (a review item holds it), `waiting` (until
    `next_step_on`), `closed`.
    """

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("message_id"), Index("ix_cases_org_id_state", "org_id", "state"))

    id: Mapped[PrimaryKey]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"))
    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id"))
    state: Mapped[str] = mapped_column(String(20))
    #: Counts the runs of the graph; each has its own checkpoint thread.
    generation: Mapped[int] = mapped_column(Integer, server_default="1")
    language: Mapped[str] = mapped_column(String(35), server_default="und")
    reader: Mapped[Words]
    needs_human: Mapped[bool] = mapped_column(Boolean, server_default="false")
    reading_reasons: Mapped[WordList]
    unknown_references: Mapped[WordList]
    #: Action, reasons, owner, as decided last.
    decision: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: Who corrected the reading last; empty where nobody did. It is not read by machine again.
    corrected_by: Mapped[Words]
    next_step_on: Mapped[date | None]
    opened_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignalRow(OrgScoped, Base):
    __tablename__ = "signals"
    __table_args__ = (UniqueConstraint("message_id", "position"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    position: Mapped[int]
    intent: Mapped[str] = mapped_column(String(30))
    invoices: Mapped[WordList]
    day: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    currency: Mapped[str | None] = mapped_column(String(3))
    reference: Mapped[Words]
    conditional: Mapped[bool] = mapped_column(Boolean, server_default="false")
    reason: Mapped[str | None] = mapped_column(String(20))
    documents: Mapped[WordList]
    contact: Mapped[Words]
    until: Mapped[date | None]
    quote: Mapped[Words]
    span_start: Mapped[int] = mapped_column(server_default="-1")
    span_end: Mapped[int] = mapped_column(server_default="-1")
    confidence: Mapped[float] = mapped_column(Float)
    #: Why it is only shown and not acted on; empty where it is grounded.
    ungrounded: Mapped[Words]


class ToolCallRow(OrgScoped, Base):
    """Every call through the catalogue, by the graph or by a model."""

    __tablename__ = "tool_calls"

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    tool: Mapped[str] = mapped_column(String(60))
    caller: Mapped[str] = mapped_column(String(20))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    outcome: Mapped[Words]
    called_at: Mapped[Instant]
    milliseconds: Mapped[int]


class ModelUseRow(OrgScoped, Base):
    """Tokens that a chat model took for a case; the month's sum is the budget."""

    __tablename__ = "model_use"
    __table_args__ = (Index("ix_model_use_org_id_used_at", "org_id", "used_at"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    model: Mapped[Words]
    input_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(14, 6))
    used_at: Mapped[Instant]

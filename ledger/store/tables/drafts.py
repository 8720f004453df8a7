"""Tables for drafts, approvals, sends, precedents and idempotency keys."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, Instant, OrgScoped, PrimaryKey, WordList, Words

#: Length of the vectors in `precedents`; the embedder in `jobs.wiring` must give as many.
EMBEDDING_DIMENSIONS = 384


class DraftRow(OrgScoped, Base):
    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    subject: Mapped[Words]
    text: Mapped[Words]
    recipients: Mapped[WordList]
    cc: Mapped[WordList]
    language: Mapped[str] = mapped_column(String(35))
    marked_language: Mapped[str] = mapped_column(String(35), server_default="")
    #: `[{"kind", "name", "blob_id", "content_type"}]`; a kind without a blob could not be found.
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    supports: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    #: SHA-256 over `facts`, the state of the ledger that the text rests on.
    fingerprint: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    written_by: Mapped[Words]
    #: Why an earlier version was replaced, in words.
    why_again: Mapped[Words]
    created_at: Mapped[Instant]


class ApprovalRow(OrgScoped, Base):
    """One request to a person, for the newest draft of one case. `version` rises with every change.

    `status`: `pending`, `snoozed`, `redrafting`, `approved`, `rejected`, `closed`.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index("ix_approvals_org_id_status", "org_id", "status", "id"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    status: Mapped[str] = mapped_column(String(20))
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    snoozed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: Open balance that the draft is about, in the account's currency.
    expected_cash: Mapped[Decimal] = mapped_column(Numeric(20, 6), server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class ApprovalDecisionRow(OrgScoped, Base):
    """What a person did with a request; appended, never changed."""

    __tablename__ = "approval_decisions"

    id: Mapped[PrimaryKey]
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), index=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    version: Mapped[int]
    decision: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Words]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    decided_at: Mapped[Instant]


class SendRow(OrgScoped, Base):
    """The outbox: one row a mail, written in the transaction of the decision.

    Message-ID and bytes are made with the first claim, from the send's own id, so that a second claim makes the
    same. `claim_token` is the fence: only the newest claim may hand over. `state`: `queued`, `claimed` (a worker
    prepares it), `sending` (being handed over), `sent`, `known_sent` (proven, and not yet recorded), `failed`,
    `cancelled` (the facts moved), `withdrawn` (a person took it back), `outcome_unknown`. One that is `queued` and
    has a `handed_over_at` is to be sent again by a person's word: it is looked for first.
    """

    __tablename__ = "sends"
    __table_args__ = (
        UniqueConstraint("draft_id"),
        UniqueConstraint("org_id", "header_message_id"),
        Index("ix_sends_mailbox_id_claimed_at", "mailbox_id", "claimed_at"),
        Index("ix_sends_waiting", "mailbox_id", "created_at", postgresql_where=text("state = 'queued'")),
        Index(
            "ix_sends_under_way",
            *("org_id", "created_at", "id"),
            postgresql_where=text("state IN ('queued', 'claimed', 'sending', 'known_sent')"),
        ),
    )

    id: Mapped[PrimaryKey]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("drafts.id"))
    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id"))
    header_message_id: Mapped[str | None]
    raw_blob_id: Mapped[UUID | None] = mapped_column(ForeignKey("blobs.id"))
    claim_token: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(server_default="0")
    #: How many workers in a row that had its job were taken for dead.
    takeovers: Mapped[int] = mapped_column(server_default="0")
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    handed_over_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    provider_id: Mapped[Words]
    last_error: Mapped[Words]
    #: Since when every try was refused for now; None once it went out.
    refused_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: Nobody writes to answer: a mail that we start. The contact cap counts these.
    started_by_us: Mapped[bool] = mapped_column(Boolean, server_default="false")
    #: Until then it is not claimed, so that a person may take it back.
    undo_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: What it waits for while it is `queued` (`ledger.model.sending.WaitKind`, empty for nothing), until when, why,
    #: and the customer's zone that this was counted in.
    wait_kind: Mapped[str] = mapped_column(String(10), server_default="")
    not_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    wait_words: Mapped[Words]
    time_zone: Mapped[str] = mapped_column(String(60), server_default="")
    #: The address that it was handed over to instead of its recipients, where the sandbox was on.
    sandboxed_to: Mapped[Words]
    created_at: Mapped[Instant]


class PrecedentRow(OrgScoped, Base):
    """An approved answer and the reply that it answered, for likeness search within one organisation."""

    __tablename__ = "precedents"
    __table_args__ = (UniqueConstraint("case_id"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    language: Mapped[str] = mapped_column(String(35))
    intents: Mapped[WordList]
    reply_text: Mapped[Words]
    answer_text: Mapped[Words]
    embedder: Mapped[Words]
    embedding: Mapped[Any] = mapped_column(VECTOR(EMBEDDING_DIMENSIONS))
    created_at: Mapped[Instant]


class IdempotencyKeyRow(OrgScoped, Base):
    """The answer that was given to a request with this key; asked again, it is given again."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("org_id", "user_id", "key"),)

    id: Mapped[PrimaryKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str] = mapped_column(String(200))
    request_sha256: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    finished: Mapped[bool] = mapped_column(Boolean, server_default="false")
    created_at: Mapped[Instant]

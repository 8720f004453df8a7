"""Tables of cash application: bank lines, proposals, habits of payers, remittance advices, and money that left.

Balances are kept by triggers here too (migration 0003): a row of `cash_offsets` lowers its source and what it pays
out. `payer_marks` is derived from `accounts` by a trigger; the application may only read it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, CurrencyColumn, Instant, MoneyColumn, OrgScoped, PrimaryKey, WordList, Words

_OF_PAYMENT = ["org_id", "payment_id", "currency"]
_PAYMENT = ["payments.org_id", "payments.id", "payments.currency"]


class BankStatementRow(OrgScoped, Base):
    """A statement that stated its balances. What begins and ends otherwise on these days may show other lines."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        UniqueConstraint("org_id", "id"),
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        Index(
            "uq_bank_statements_span",
            *("org_id", "bank_account", "currency", "last_on", "first_on", "opening", "closing"),
            unique=True,
        ),
    )

    id: Mapped[PrimaryKey]
    bank_account: Mapped[str] = mapped_column(String(120))
    currency: Mapped[CurrencyColumn]
    opening: Mapped[MoneyColumn]
    closing: Mapped[MoneyColumn]
    #: Days of its booked lines.
    first_on: Mapped[date]
    last_on: Mapped[date]
    source_file: Mapped[Words]
    recorded_at: Mapped[Instant]


class BankLineRow(OrgScoped, Base):
    """One line of a bank statement, once: the same file, or one that overlaps it, adds nothing.

    `pending` lines are no money yet and have no payment; booked later, the same row becomes `posted`.
    """

    __tablename__ = "bank_lines"
    __table_args__ = (
        UniqueConstraint("org_id", "bank_account", "external_key"),
        UniqueConstraint("payment_id"),
        ForeignKeyConstraint(_OF_PAYMENT, _PAYMENT),
        ForeignKeyConstraint(["org_id", "statement_id"], ["bank_statements.org_id", "bank_statements.id"]),
        CheckConstraint("status IN ('pending', 'posted')", name="status_known"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("status = 'posted' OR payment_id IS NULL", name="pending_is_no_money"),
        Index(
            "ix_bank_lines_pending",
            *("org_id", "bank_account", "currency", "amount"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_bank_lines_pending_key",
            *("org_id", "bank_account", "pending_key"),
            postgresql_where=text("pending_key <> ''"),
        ),
        Index(
            "ix_bank_lines_statement_id",
            *("statement_id", "booked_on"),
            postgresql_where=text("statement_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    #: Our own account, as the statement writes it, without blanks.
    bank_account: Mapped[str] = mapped_column(String(120))
    #: The entity that holds the account; empty where no entity names it.
    entity_id: Mapped[UUID | None] = mapped_column(ForeignKey("entities.id"))
    external_key: Mapped[str] = mapped_column(String(200))
    #: Its key while it was pending, where the bank booked it under another: the pending file may come again.
    pending_key: Mapped[str] = mapped_column(String(200), server_default="")
    #: What it says, where the bank gives it no number: lines of a day that say the same are counted.
    content_key: Mapped[str] = mapped_column(String(40), server_default="")
    #: The first statement with balances that showed it.
    statement_id: Mapped[UUID | None]
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    payer_name: Mapped[Words]
    payer_account: Mapped[Words]
    reference: Mapped[Words]
    bank_id: Mapped[Words]
    status: Mapped[str] = mapped_column(String(10))
    source_file: Mapped[Words]
    line_number: Mapped[int | None]
    payment_id: Mapped[UUID | None]
    recorded_at: Mapped[Instant]


class MatchProposalRow(OrgScoped, Base):
    """What was proposed for a payment and what became of it; at most one of a payment is open.

    `status`: `applied` (posted), `suggested` (before a person), `undone`, `rejected`, `ignored` (nothing of
    the customers').
    """

    __tablename__ = "match_proposals"
    __table_args__ = (
        UniqueConstraint("payment_id", "attempt"),
        ForeignKeyConstraint(_OF_PAYMENT, _PAYMENT),
        CheckConstraint("status IN ('applied', 'suggested', 'undone', 'rejected', 'ignored')", name="status_known"),
        CheckConstraint("(status IN ('applied', 'undone')) = (parts IS NOT NULL)", name="posted_has_parts"),
        Index(
            "uq_match_proposals_open",
            "payment_id",
            unique=True,
            postgresql_where=text("status IN ('applied', 'suggested')"),
        ),
        Index("ix_match_proposals_org_id_status", "org_id", "status", "id"),
        Index(
            "ix_match_proposals_put_away",
            *("org_id", "status", "payment_id"),
            postgresql_where=text("status IN ('rejected', 'ignored') AND decided_by <> 'duly'"),
        ),
        Index(
            "ix_match_proposals_rejected",
            *("org_id", "payment_id"),
            postgresql_where=text(
                "status = 'rejected' AND (decided_by <> 'duly' OR "
                "decided_words NOT IN ('looked at again', 'looked at again, and posted'))"
            ),
        ),
    )

    id: Mapped[PrimaryKey]
    payment_id: Mapped[UUID]
    currency: Mapped[CurrencyColumn]
    #: Counts the proposals of a payment, from 1.
    attempt: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(server_default="1")
    #: At most three, best first, as `ledger.store.proposal_codec` writes them.
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    held_because: Mapped[Words]
    #: Kinds of `ledger.model.cash.FlagKind`.
    flags: Mapped[WordList]
    #: What was posted; null where nothing was.
    parts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    #: Why it was posted, in whole sentences.
    explanation: Mapped[Words]
    #: Ids of the rows that the posting made, and what it found: what undoing it needs.
    effects: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    decided_by: Mapped[Words]
    #: The request's Idempotency-Key of the last decision.
    decided_key: Mapped[Words]
    decided_words: Mapped[Words]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[Instant]


class PayerHabitRow(OrgScoped, Base):
    """What a person's decision taught about a payer, in this organisation, until `removed_at`.

    `kind`: `account` and `alias` (this payer is the customer), `agent` and `parent` (it pays for the customer),
    `fee`, `withholding` and `discount` (it habitually pays less).
    """

    __tablename__ = "payer_habits"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('account', 'alias', 'agent', 'parent', 'fee', 'withholding', 'discount')", name="kind_known"
        ),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_with_currency"),
        Index(
            "uq_payer_habits_standing",
            *("org_id", "account_id", "kind", "payer_key", text("coalesce(amount, rate, 0)")),
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_payer_habits_payer_key", "org_id", "payer_key", postgresql_where=text("removed_at IS NULL")),
        Index("ix_payer_habits_org_id_taught_at", "org_id", "taught_at", "id"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    #: `account:` or `name:` and the payer's account or name without blanks and punctuation, upper case.
    payer_key: Mapped[str] = mapped_column(String(200))
    #: As the bank wrote it.
    shown: Mapped[Words]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    currency: Mapped[str | None] = mapped_column(String(3))
    #: Share of the invoice, 0 to 1, of a deduction that is no fixed amount.
    rate: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("match_proposals.id"))
    taught_by: Mapped[Words]
    taught_at: Mapped[Instant]
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_by: Mapped[Words]


class CashOffsetRow(OrgScoped, Base):
    """Money that left again (`outgoing_id`, a negative payment) and the money or credit note that it takes back.

    Negative rows undo: `reverses_id` names what they undo.
    """

    __tablename__ = "cash_offsets"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "outgoing_id", "currency"], _PAYMENT),
        ForeignKeyConstraint(_OF_PAYMENT, _PAYMENT),
        ForeignKeyConstraint(
            ["org_id", "credit_note_id", "currency"],
            ["credit_notes.org_id", "credit_notes.id", "credit_notes.currency"],
        ),
        ForeignKeyConstraint(["reverses_id"], ["cash_offsets.id"]),
        UniqueConstraint("reverses_id"),
        UniqueConstraint("org_id", "cause_key"),
        CheckConstraint("num_nonnulls(payment_id, credit_note_id) = 1", name="one_source"),
        CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)", name="sign"
        ),
    )

    id: Mapped[PrimaryKey]
    outgoing_id: Mapped[UUID] = mapped_column(index=True)
    payment_id: Mapped[UUID | None] = mapped_column(index=True)
    credit_note_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None]
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    cause_key: Mapped[str] = mapped_column(String(200))
    actor: Mapped[Words]
    created_at: Mapped[Instant]


class RemittanceAdviceRow(OrgScoped, Base):
    """A mail that says what money is for, apart from the money; `used_by` is the payment that it explained."""

    __tablename__ = "remittance_advices"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index("ix_remittance_advices_account_id", "account_id", "received_on"),
    )

    id: Mapped[PrimaryKey]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    from_email: Mapped[Words]
    received_on: Mapped[date]
    text: Mapped[Words]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    recorded_at: Mapped[Instant]


class AdviceAmountRow(OrgScoped, Base):
    """An amount that an advice writes: what it is found by where nobody knows the sender."""

    __tablename__ = "advice_amounts"
    __table_args__ = (UniqueConstraint("advice_id", "amount"), Index("ix_advice_amounts_amount", "org_id", "amount"))

    id: Mapped[PrimaryKey]
    advice_id: Mapped[UUID] = mapped_column(ForeignKey("remittance_advices.id"))
    #: Without currency and without zeros at the end; text, for the reason that `PayerMarkRow` gives.
    amount: Mapped[str] = mapped_column(String(40))


class PayerMarkRow(OrgScoped, Base):
    """What a customer is found by: its accounts, names and aliases, and pieces of names for the mangled ones.

    Equality only: under row-level security PostgreSQL does not let a trigram operator use its index, because it is
    not leakproof.
    """

    __tablename__ = "payer_marks"
    __table_args__ = (Index("ix_payer_marks_key", "org_id", "key", "account_id"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    #: `a:` account, `n:` name or alias, `b:` and `e:` begin and end of a word, `p:` begin of the whole name.
    key: Mapped[str] = mapped_column(String(200))

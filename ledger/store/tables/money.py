"""Tables for invoices, credit notes, payments, adjustments and the allocations between them.

Balances are kept by triggers (migration 0001): a row of `allocations` lowers its invoice's `open_balance` and its
source's remaining amount, and the CHECK constraints refuse what would go below zero. The application may not
write those columns, and may only insert allocations, never change them.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, CurrencyColumn, Instant, MoneyColumn, OrgScoped, PrimaryKey, Words


class InvoiceRow(OrgScoped, Base):
    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("org_id", "entity_id", "number"),
        UniqueConstraint("org_id", "id", "currency"),
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        ForeignKeyConstraint(["entity_id"], ["entities.id"]),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("opening_balance >= 0 AND opening_balance <= amount", name="opening_balance_in_amount"),
        CheckConstraint("open_balance >= 0 AND open_balance <= opening_balance", name="open_balance_in_range"),
        Index("ix_invoices_account_id_open", "account_id", "due", postgresql_where="open_balance > 0"),
        Index("ix_invoices_org_id_number", "org_id", "number"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID] = mapped_column(index=True)
    entity_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(120))
    issued: Mapped[date]
    due: Mapped[date]
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    #: What was open when the ledger handed the invoice to us, before any payment that we know.
    opening_balance: Mapped[MoneyColumn]
    open_balance: Mapped[MoneyColumn]
    po_number: Mapped[Words]
    terms: Mapped[Words]


class CreditNoteRow(OrgScoped, Base):
    __tablename__ = "credit_notes"
    __table_args__ = (
        UniqueConstraint("org_id", "number"),
        UniqueConstraint("org_id", "id", "currency"),
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("opening_balance >= 0 AND opening_balance <= amount", name="opening_balance_in_amount"),
        CheckConstraint("open_balance >= 0 AND open_balance <= opening_balance", name="open_balance_in_range"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(String(120))
    issued: Mapped[date]
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    opening_balance: Mapped[MoneyColumn]
    open_balance: Mapped[MoneyColumn]
    invoice_number: Mapped[Words]


class PaymentRow(OrgScoped, Base):
    """Money as received, negative for refunds and chargebacks. `account_id` is empty while the payer is unknown."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("org_id", "external_id"),
        UniqueConstraint("org_id", "id", "currency"),
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint(
            "(amount > 0 AND unapplied >= 0 AND unapplied <= amount)"
            " OR (amount < 0 AND unapplied <= 0 AND unapplied >= amount)",
            name="unapplied_in_amount",
        ),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    external_id: Mapped[str] = mapped_column(String(120))
    received_on: Mapped[date]
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    unapplied: Mapped[MoneyColumn]
    payer_name: Mapped[Words]
    payer_account: Mapped[Words]
    remittance: Mapped[Words]
    method: Mapped[Words]


class AdjustmentRow(OrgScoped, Base):
    """Lowers an invoice without money: `discount`, `bank_fee`, `withholding_tax` or `write_off`."""

    __tablename__ = "adjustments"
    __table_args__ = (
        UniqueConstraint("org_id", "id", "currency"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("kind IN ('discount', 'bank_fee', 'withholding_tax', 'write_off')", name="kind_known"),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(20))
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    reason: Mapped[Words]
    allowed_by: Mapped[Words]
    erp_account: Mapped[Words]
    created_at: Mapped[Instant]


class AllocationRow(OrgScoped, Base):
    """The part of one payment, credit note or adjustment applied to one invoice.

    Exactly one source; the same currency on both sides by the composite keys. Negative rows undo: `reverses_id`
    names what they undo.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "invoice_id", "currency"], ["invoices.org_id", "invoices.id", "invoices.currency"]
        ),
        ForeignKeyConstraint(
            ["org_id", "payment_id", "currency"], ["payments.org_id", "payments.id", "payments.currency"]
        ),
        ForeignKeyConstraint(
            ["org_id", "credit_note_id", "currency"],
            ["credit_notes.org_id", "credit_notes.id", "credit_notes.currency"],
        ),
        ForeignKeyConstraint(
            ["org_id", "adjustment_id", "currency"],
            ["adjustments.org_id", "adjustments.id", "adjustments.currency"],
        ),
        ForeignKeyConstraint(["reverses_id"], ["allocations.id"]),
        UniqueConstraint("reverses_id"),
        UniqueConstraint("org_id", "cause_key"),
        CheckConstraint("num_nonnulls(payment_id, credit_note_id, adjustment_id) = 1", name="one_source"),
        CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)", name="sign"
        ),
    )

    id: Mapped[PrimaryKey]
    invoice_id: Mapped[UUID] = mapped_column(index=True)
    payment_id: Mapped[UUID | None] = mapped_column(index=True)
    credit_note_id: Mapped[UUID | None] = mapped_column(index=True)
    adjustment_id: Mapped[UUID | None] = mapped_column(index=True)
    reverses_id: Mapped[UUID | None]
    currency: Mapped[CurrencyColumn]
    amount: Mapped[MoneyColumn]
    #: Makes posting twice the same as once: an import's row, a proposal, ...
    cause_key: Mapped[str] = mapped_column(String(200))
    reason: Mapped[Words]
    actor: Mapped[Words]
    created_at: Mapped[Instant]

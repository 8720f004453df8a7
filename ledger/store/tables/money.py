"""Tables for invoices, credit notes, payments, adjustments and the allocations between them.

Balances are kept by triggers (migration 0001): a row of `allocations` lowers its invoice's `open_balance` and its
source's remaining amount, and the CHECK constraints refuse what would go below zero. The application may not
write those columns, and may only insert allocations, never change them.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, CurrencyColumn, Instant, MoneyColumn, OrgScoped, PrimaryKey, Words


def _folded(column: str) -> str:
    """SQL of `ledger.rules.matching.document_numbers.folded`, for columns that the database keeps itself."""
    plain = f"regexp_replace(upper(normalize({column}, NFKC)), '[^[:alnum:]]', '', 'g')"
    return f"translate({plain}, 'OQILSBZ', '0011582')"


def _digits(column: str) -> str:
    """SQL of `document_numbers.core_digits`."""
    return f"ltrim(regexp_replace({column}, '[^0-9]', '', 'g'), '0')"


def _last_group(column: str) -> str:
    """SQL of `document_numbers.last_group`."""
    return f"ltrim(coalesce(substring({column} from '([0-9]+)[^0-9]*$'), ''), '0')"


def _payer(column: str) -> str:
    """A payer's account or name without blanks and punctuation, upper case."""
    return f"left(upper(regexp_replace({column}, '[^[:alnum:]]', '', 'g')), 140)"


#: What the database computes is read back with every write: an expired column cannot be loaded later, in async code.
_READ_BACK = {"eager_defaults": True}
_OF_PAYER_ACCOUNT = ("org_id", "payer_account_key", "received_on")
_OF_PAYER_NAME = ("org_id", "payer_name_key", "received_on")


_OPEN_KEY = "CASE WHEN open_balance > 0 THEN currency || ' ' || trim_scale(open_balance)::text END"


def _kept(expression: str) -> Any:
    return mapped_column(Text, Computed(expression, persisted=True))


class InvoiceRow(OrgScoped, Base):
    __tablename__ = "invoices"
    __mapper_args__ = _READ_BACK
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
        Index("ix_invoices_number_key", "org_id", "number_key"),
        Index("ix_invoices_number_digits", "org_id", "number_digits"),
        Index("ix_invoices_number_group", "org_id", "number_group"),
        Index("ix_invoices_number_end", "account_id", "number_end"),
        Index("ix_invoices_po_key", "org_id", "po_key", postgresql_where=text("po_key <> ''")),
        Index("ix_invoices_po_digits", "org_id", "po_digits", postgresql_where=text("po_digits <> ''")),
        Index("ix_invoices_open_key", "org_id", "open_key", postgresql_where=text("open_key IS NOT NULL")),
        Index("ix_invoices_account_id_open_key", "account_id", "due", postgresql_where=text("open_key IS NOT NULL")),
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
    #: Forms of the numbers that payments are matched by; the database keeps them.
    number_key: Mapped[str] = _kept(_folded("number"))
    number_digits: Mapped[str] = _kept(_digits("number"))
    number_group: Mapped[str] = _kept(_last_group("number"))
    number_end: Mapped[str] = _kept(f"right({_digits('number')}, 3)")
    po_key: Mapped[str] = _kept(f"left({_folded('po_number')}, 120)")
    #: Currency and open balance as text, null once closed. Row-level security lets an index be used by operators that
    #: are leakproof only: those of text are, those of numbers are not.
    open_key: Mapped[str | None] = mapped_column(Text, Computed(_OPEN_KEY, persisted=True))
    po_digits: Mapped[str] = _kept(f"left({_digits('po_number')}, 120)")


class CreditNoteRow(OrgScoped, Base):
    __tablename__ = "credit_notes"
    __mapper_args__ = _READ_BACK
    __table_args__ = (
        UniqueConstraint("org_id", "number"),
        UniqueConstraint("org_id", "id", "currency"),
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("opening_balance >= 0 AND opening_balance <= amount", name="opening_balance_in_amount"),
        CheckConstraint("open_balance >= 0 AND open_balance <= opening_balance", name="open_balance_in_range"),
        Index("ix_credit_notes_account_id_open", "account_id", "issued", postgresql_where=text("is_open")),
        Index("ix_credit_notes_number_key", "org_id", "number_key"),
        Index("ix_credit_notes_number_digits", "org_id", "number_digits"),
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
    number_key: Mapped[str] = _kept(_folded("number"))
    number_digits: Mapped[str] = _kept(_digits("number"))
    is_open: Mapped[bool] = mapped_column(Boolean, Computed("open_balance > 0", persisted=True))


class PaymentRow(OrgScoped, Base):
    """Money as received, negative for refunds and chargebacks. `account_id` is empty while the payer is unknown."""

    __tablename__ = "payments"
    __mapper_args__ = _READ_BACK
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
        Index("ix_payments_payer_account", *_OF_PAYER_ACCOUNT, postgresql_where=text("payer_account_key <> ''")),
        Index("ix_payments_payer_name", *_OF_PAYER_NAME, postgresql_where=text("payer_name_key <> ''")),
        Index("ix_payments_org_id_received_on", "org_id", "received_on", "id"),
        Index("ix_payments_waiting", "org_id", "received_on", "id", postgresql_where=text("is_waiting")),
        Index("ix_payments_account_id_waiting", "account_id", postgresql_where=text("is_waiting")),
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
    #: Some of it is not applied.
    is_waiting: Mapped[bool] = mapped_column(Boolean, Computed("unapplied <> 0", persisted=True))
    payer_account_key: Mapped[str] = _kept(_payer("payer_account"))
    payer_name_key: Mapped[str] = _kept(_payer("payer_name"))


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

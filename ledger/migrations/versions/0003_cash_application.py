"""cash application: bank lines, proposals, habits, remittance advices, and keys that payments are matched by"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ledger.migrations import cash_guards, guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _folded(column: str) -> str:
    plain = f"regexp_replace(upper(normalize({column}, NFKC)), '[^[:alnum:]]', '', 'g')"
    return f"translate({plain}, 'OQILSBZ', '0011582')"


def _digits(column: str) -> str:
    return f"ltrim(regexp_replace({column}, '[^0-9]', '', 'g'), '0')"


def _last_group(column: str) -> str:
    return f"ltrim(coalesce(substring({column} from '([0-9]+)[^0-9]*$'), ''), '0')"


def _payer(column: str) -> str:
    return f"left(upper(regexp_replace({column}, '[^[:alnum:]]', '', 'g')), 140)"


_TEXT, _BOOLEAN, _MAYBE = "TEXT NOT NULL", "BOOLEAN NOT NULL", "TEXT"
#: Columns that the database keeps: forms of numbers, payers and balances that matching looks up by. One statement a
#: table, because each writes the whole table anew.
_KEPT = {
    "credit_notes": (
        ("number_key", _TEXT, _folded("number")),
        ("number_digits", _TEXT, _digits("number")),
        ("is_open", _BOOLEAN, "open_balance > 0"),
    ),
    "invoices": (
        ("number_key", _TEXT, _folded("number")),
        ("number_digits", _TEXT, _digits("number")),
        ("number_group", _TEXT, _last_group("number")),
        ("number_end", _TEXT, f"right({_digits('number')}, 3)"),
        ("po_key", _TEXT, f"left({_folded('po_number')}, 120)"),
        ("po_digits", _TEXT, f"left({_digits('po_number')}, 120)"),
        ("open_key", _MAYBE, "CASE WHEN open_balance > 0 THEN currency || ' ' || trim_scale(open_balance)::text END"),
    ),
    "payments": (
        ("is_waiting", _BOOLEAN, "unapplied <> 0"),
        ("payer_account_key", _TEXT, _payer("payer_account")),
        ("payer_name_key", _TEXT, _payer("payer_name")),
    ),
}


def upgrade() -> None:
    for table, columns in _KEPT.items():
        added = ", ".join(
            f"ADD COLUMN {name} {kind.split()[0]} GENERATED ALWAYS AS ({expression}) STORED {kind.partition(' ')[2]}"
            for name, kind, expression in columns
        )
        op.execute(f"ALTER TABLE {table} {added}")
    op.create_table(
        "payer_marks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_payer_marks_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_payer_marks_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_marks")),
    )
    op.create_index(op.f("ix_payer_marks_account_id"), "payer_marks", ["account_id"], unique=False)
    op.create_index("ix_payer_marks_key", "payer_marks", ["org_id", "key", "account_id"], unique=False)
    op.create_index(op.f("ix_payer_marks_org_id"), "payer_marks", ["org_id"], unique=False)
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_account", sa.String(length=120), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("external_key", sa.String(length=200), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("payer_name", sa.Text(), server_default="", nullable=False),
        sa.Column("payer_account", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("bank_id", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("source_file", sa.Text(), server_default="", nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("status = 'posted' OR payment_id IS NULL", name=op.f("ck_bank_lines_pending_is_no_money")),
        sa.CheckConstraint("status IN ('pending', 'posted')", name=op.f("ck_bank_lines_status_known")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_bank_lines_amount_not_zero")),
        sa.ForeignKeyConstraint(["entity_id"], ["entities.id"], name=op.f("fk_bank_lines_entity_id")),
        sa.ForeignKeyConstraint(
            ["org_id", "payment_id", "currency"],
            ["payments.org_id", "payments.id", "payments.currency"],
            name=op.f("fk_bank_lines_org_id_payment_id_currency"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_bank_lines_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint(
            "org_id", "bank_account", "external_key", name=op.f("uq_bank_lines_org_id_bank_account_external_key")
        ),
        sa.UniqueConstraint("payment_id", name=op.f("uq_bank_lines_payment_id")),
    )
    op.create_index(op.f("ix_bank_lines_org_id"), "bank_lines", ["org_id"], unique=False)
    op.create_index(
        "ix_bank_lines_pending",
        "bank_lines",
        ["org_id", "bank_account", "currency", "amount"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "cash_offsets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outgoing_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("cause_key", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)",
            name=op.f("ck_cash_offsets_sign"),
        ),
        sa.CheckConstraint("num_nonnulls(payment_id, credit_note_id) = 1", name=op.f("ck_cash_offsets_one_source")),
        sa.ForeignKeyConstraint(
            ["org_id", "credit_note_id", "currency"],
            ["credit_notes.org_id", "credit_notes.id", "credit_notes.currency"],
            name=op.f("fk_cash_offsets_org_id_credit_note_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "outgoing_id", "currency"],
            ["payments.org_id", "payments.id", "payments.currency"],
            name=op.f("fk_cash_offsets_org_id_outgoing_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "payment_id", "currency"],
            ["payments.org_id", "payments.id", "payments.currency"],
            name=op.f("fk_cash_offsets_org_id_payment_id_currency"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_cash_offsets_org_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["cash_offsets.id"], name=op.f("fk_cash_offsets_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_offsets")),
        sa.UniqueConstraint("org_id", "cause_key", name=op.f("uq_cash_offsets_org_id_cause_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_cash_offsets_reverses_id")),
    )
    op.create_index(op.f("ix_cash_offsets_org_id"), "cash_offsets", ["org_id"], unique=False)
    op.create_index(op.f("ix_cash_offsets_outgoing_id"), "cash_offsets", ["outgoing_id"], unique=False)
    op.create_index(op.f("ix_cash_offsets_payment_id"), "cash_offsets", ["payment_id"], unique=False)
    op.create_table(
        "match_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("candidates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("held_because", sa.Text(), server_default="", nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("parts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("explanation", sa.Text(), server_default="", nullable=False),
        sa.Column("effects", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_key", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_words", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('applied', 'undone')) = (parts IS NOT NULL)",
            name=op.f("ck_match_proposals_posted_has_parts"),
        ),
        sa.CheckConstraint(
            "status IN ('applied', 'suggested', 'undone', 'rejected')", name=op.f("ck_match_proposals_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "payment_id", "currency"],
            ["payments.org_id", "payments.id", "payments.currency"],
            name=op.f("fk_match_proposals_org_id_payment_id_currency"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_match_proposals_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_proposals")),
        sa.UniqueConstraint("payment_id", "attempt", name=op.f("uq_match_proposals_payment_id_attempt")),
    )
    op.create_index(op.f("ix_match_proposals_org_id"), "match_proposals", ["org_id"], unique=False)
    op.create_index("ix_match_proposals_org_id_status", "match_proposals", ["org_id", "status", "id"], unique=False)
    op.create_index(
        "uq_match_proposals_open",
        "match_proposals",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('applied', 'suggested')"),
    )
    op.create_table(
        "payer_habits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payer_key", sa.String(length=200), nullable=False),
        sa.Column("shown", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("rate", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("taught_by", sa.Text(), server_default="", nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('account', 'alias', 'agent', 'parent', 'fee', 'withholding', 'discount')",
            name=op.f("ck_payer_habits_kind_known"),
        ),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_payer_habits_amount_with_currency")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_payer_habits_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_payer_habits_org_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["match_proposals.id"], name=op.f("fk_payer_habits_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_habits")),
    )
    op.create_index(op.f("ix_payer_habits_account_id"), "payer_habits", ["account_id"], unique=False)
    op.create_index(op.f("ix_payer_habits_org_id"), "payer_habits", ["org_id"], unique=False)
    op.create_index("ix_payer_habits_org_id_taught_at", "payer_habits", ["org_id", "taught_at", "id"], unique=False)
    op.create_index(
        "ix_payer_habits_payer_key",
        "payer_habits",
        ["org_id", "payer_key"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_payer_habits_standing",
        "payer_habits",
        ["org_id", "account_id", "kind", "payer_key", sa.literal_column("coalesce(amount, rate, 0)")],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "remittance_advices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("from_email", sa.Text(), server_default="", nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_remittance_advices_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_remittance_advices_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_remittance_advices_org_id")),
        sa.ForeignKeyConstraint(["used_by"], ["payments.id"], name=op.f("fk_remittance_advices_used_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance_advices")),
        sa.UniqueConstraint("message_id", name=op.f("uq_remittance_advices_message_id")),
    )
    op.create_index(
        "ix_remittance_advices_account_id", "remittance_advices", ["account_id", "received_on"], unique=False
    )
    op.create_index(op.f("ix_remittance_advices_org_id"), "remittance_advices", ["org_id"], unique=False)
    op.create_table(
        "advice_amounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("advice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["advice_id"], ["remittance_advices.id"], name=op.f("fk_advice_amounts_advice_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_advice_amounts_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_amounts")),
        sa.UniqueConstraint("advice_id", "amount", name=op.f("uq_advice_amounts_advice_id_amount")),
    )
    op.create_index("ix_advice_amounts_amount", "advice_amounts", ["org_id", "amount"], unique=False)
    op.create_index(op.f("ix_advice_amounts_org_id"), "advice_amounts", ["org_id"], unique=False)
    op.create_index(
        "ix_accounts_parent",
        "accounts",
        ["org_id", "parent_external_id"],
        unique=False,
        postgresql_where=sa.text("parent_external_id <> ''"),
    )
    op.create_index(
        "ix_credit_notes_account_id_open",
        "credit_notes",
        ["account_id", "issued"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )
    op.create_index("ix_credit_notes_number_digits", "credit_notes", ["org_id", "number_digits"], unique=False)
    op.create_index("ix_credit_notes_number_key", "credit_notes", ["org_id", "number_key"], unique=False)
    op.add_column("disputes", sa.Column("payment_id", sa.Uuid(), nullable=True))
    op.alter_column("disputes", "message_id", existing_type=sa.UUID(), nullable=True)
    op.create_unique_constraint(op.f("uq_disputes_payment_id_position"), "disputes", ["payment_id", "position"])
    op.create_foreign_key(op.f("fk_disputes_payment_id"), "disputes", "payments", ["payment_id"], ["id"])
    op.create_check_constraint(op.f("ck_disputes_one_cause"), "disputes", "num_nonnulls(message_id, payment_id) = 1")
    op.create_index("ix_invoices_number_digits", "invoices", ["org_id", "number_digits"], unique=False)
    op.create_index("ix_invoices_number_end", "invoices", ["account_id", "number_end"], unique=False)
    op.create_index("ix_invoices_number_group", "invoices", ["org_id", "number_group"], unique=False)
    op.create_index("ix_invoices_number_key", "invoices", ["org_id", "number_key"], unique=False)
    op.create_index(
        "ix_invoices_open_key",
        "invoices",
        ["org_id", "open_key"],
        unique=False,
        postgresql_where=sa.text("open_key IS NOT NULL"),
    )
    op.create_index(
        "ix_invoices_account_id_open_key",
        "invoices",
        ["account_id", "due"],
        unique=False,
        postgresql_where=sa.text("open_key IS NOT NULL"),
    )
    op.create_index(
        "ix_invoices_po_digits",
        "invoices",
        ["org_id", "po_digits"],
        unique=False,
        postgresql_where=sa.text("po_digits <> ''"),
    )
    op.create_index(
        "ix_invoices_po_key", "invoices", ["org_id", "po_key"], unique=False, postgresql_where=sa.text("po_key <> ''")
    )
    op.create_index(
        "ix_payments_payer_account",
        "payments",
        ["org_id", "payer_account_key", "received_on"],
        unique=False,
        postgresql_where=sa.text("payer_account_key <> ''"),
    )
    op.create_index(
        "ix_payments_payer_name",
        "payments",
        ["org_id", "payer_name_key", "received_on"],
        unique=False,
        postgresql_where=sa.text("payer_name_key <> ''"),
    )
    op.create_index(
        "ix_payments_waiting",
        "payments",
        ["org_id", "received_on", "id"],
        unique=False,
        postgresql_where=sa.text("is_waiting"),
    )
    op.create_index(
        "ix_payments_account_id_waiting",
        "payments",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("is_waiting"),
    )
    _guards()


_APPEND_ONLY = ("cash_offsets", "advice_amounts")
_CHANGEABLE = {
    "bank_lines": (
        *("external_key", "booked_on", "value_on", "payer_name", "payer_account", "reference", "bank_id"),
        *("status", "source_file", "line_number", "payment_id"),
    ),
    "match_proposals": (
        *("status", "version", "parts", "explanation", "effects"),
        *("decided_by", "decided_key", "decided_words", "decided_at"),
    ),
    "payer_habits": ("removed_at", "removed_by"),
    "remittance_advices": ("account_id", "used_by"),
}


def _guards() -> None:
    for table in (*_APPEND_ONLY, *_CHANGEABLE, "payer_marks"):
        guards.keep_organisations_apart(table)
    for table in _APPEND_ONLY:
        guards.grant_append_only(table)
    for table, changeable in _CHANGEABLE.items():
        guards.grant_with_changeable(table, changeable)
    op.execute(f"GRANT SELECT ON payer_marks TO {guards.APP}")
    cash_guards.keep_payer_marks()
    cash_guards.mark_payers_that_are_there()
    cash_guards.keep_offsets()
    cash_guards.close_what_was_decided()


def downgrade() -> None:
    raise NotImplementedError("where money went is not thrown away: restore a backup instead")

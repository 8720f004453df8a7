"""the first tables"""

import sqlalchemy as sa
import pgvector.sqlalchemy
from alembic import op

from ledger.migrations import guards
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=35), server_default="en", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column("reply_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("allowed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("erp_account", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('discount', 'bank_fee', 'withholding_tax', 'write_off')", name=op.f("ck_adjustments_kind_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_adjustments_amount_positive")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_adjustments_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
        sa.UniqueConstraint("org_id", "id", "currency", name=op.f("uq_adjustments_org_id_id_currency")),
    )
    op.create_index(op.f("ix_adjustments_org_id"), "adjustments", ["org_id"], unique=False)
    op.create_table(
        "blobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_blobs_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
        sa.UniqueConstraint("org_id", "sha256", name=op.f("uq_blobs_org_id_sha256")),
    )
    op.create_index(op.f("ix_blobs_org_id"), "blobs", ["org_id"], unique=False)
    op.create_table(
        "entities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column("tax_id", sa.Text(), server_default="", nullable=False),
        sa.Column("base_currency", sa.String(length=3), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("bank_accounts", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_entities_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entities")),
        sa.UniqueConstraint("org_id", "code", name=op.f("uq_entities_org_id_code")),
    )
    op.create_index(op.f("ix_entities_org_id"), "entities", ["org_id"], unique=False)
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("refused", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_import_runs_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    op.create_index(op.f("ix_import_runs_org_id"), "import_runs", ["org_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_users_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("org_id", "email", name=op.f("uq_users_org_id_email")),
    )
    op.create_index(op.f("ix_users_org_id"), "users", ["org_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("email_domains", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("bank_accounts", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("parent_external_id", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=35), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entities.id"], name=op.f("fk_accounts_entity_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_accounts_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("org_id", "external_id", name=op.f("uq_accounts_org_id_external_id")),
    )
    op.create_index(
        "ix_accounts_name_trgm",
        "accounts",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_accounts_org_id"), "accounts", ["org_id"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_credentials_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_credentials_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_credentials_secret_sha256")),
    )
    op.create_index(op.f("ix_credentials_org_id"), "credentials", ["org_id"], unique=False)
    op.create_index(op.f("ix_credentials_user_id"), "credentials", ["user_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_idempotency_keys_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("org_id", "user_id", "key", name=op.f("uq_idempotency_keys_org_id_user_id_key")),
    )
    op.create_index(op.f("ix_idempotency_keys_org_id"), "idempotency_keys", ["org_id"], unique=False)
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("source", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("sender", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("source_cursor", sa.String(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entities.id"], name=op.f("fk_mailboxes_entity_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_mailboxes_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("org_id", "address", name=op.f("uq_mailboxes_org_id_address")),
    )
    op.create_index(op.f("ix_mailboxes_org_id"), "mailboxes", ["org_id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=35), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("status", sa.String(length=20), server_default="active", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_contacts_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("org_id", "account_id", "email", name=op.f("uq_contacts_org_id_account_id_email")),
    )
    op.create_index(op.f("ix_contacts_account_id"), "contacts", ["account_id"], unique=False)
    op.create_index(op.f("ix_contacts_org_id"), "contacts", ["org_id"], unique=False)
    op.create_index("ix_contacts_org_id_email", "contacts", ["org_id", "email"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("subject_key", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_conversations_account_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_conversations_mailbox_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_conversations_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_account_id"), "conversations", ["account_id"], unique=False)
    op.create_index(op.f("ix_conversations_org_id"), "conversations", ["org_id"], unique=False)
    op.create_index(
        "ix_conversations_org_id_subject_key", "conversations", ["org_id", "mailbox_id", "subject_key"], unique=False
    )
    op.create_table(
        "credit_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("opening_balance", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("open_balance", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("invoice_number", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_credit_notes_amount_positive")),
        sa.CheckConstraint(
            "open_balance >= 0 AND open_balance <= opening_balance",
            name=op.f("ck_credit_notes_open_balance_in_range"),
        ),
        sa.CheckConstraint(
            "opening_balance >= 0 AND opening_balance <= amount",
            name=op.f("ck_credit_notes_opening_balance_in_amount"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_credit_notes_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_credit_notes_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_notes")),
        sa.UniqueConstraint("org_id", "id", "currency", name=op.f("uq_credit_notes_org_id_id_currency")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_credit_notes_org_id_number")),
    )
    op.create_index(op.f("ix_credit_notes_account_id"), "credit_notes", ["account_id"], unique=False)
    op.create_index(op.f("ix_credit_notes_org_id"), "credit_notes", ["org_id"], unique=False)
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("opening_balance", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("open_balance", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("po_number", sa.Text(), server_default="", nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoices_amount_positive")),
        sa.CheckConstraint(
            "open_balance >= 0 AND open_balance <= opening_balance", name=op.f("ck_invoices_open_balance_in_range")
        ),
        sa.CheckConstraint(
            "opening_balance >= 0 AND opening_balance <= amount", name=op.f("ck_invoices_opening_balance_in_amount")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_invoices_account_id")),
        sa.ForeignKeyConstraint(["entity_id"], ["entities.id"], name=op.f("fk_invoices_entity_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_invoices_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("org_id", "entity_id", "number", name=op.f("uq_invoices_org_id_entity_id_number")),
        sa.UniqueConstraint("org_id", "id", "currency", name=op.f("uq_invoices_org_id_id_currency")),
    )
    op.create_index(op.f("ix_invoices_account_id"), "invoices", ["account_id"], unique=False)
    op.create_index(
        "ix_invoices_account_id_open",
        "invoices",
        ["account_id", "due"],
        unique=False,
        postgresql_where="open_balance > 0",
    )
    op.create_index(op.f("ix_invoices_org_id"), "invoices", ["org_id"], unique=False)
    op.create_index("ix_invoices_org_id_number", "invoices", ["org_id", "number"], unique=False)
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("unapplied", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("payer_name", sa.Text(), server_default="", nullable=False),
        sa.Column("payer_account", sa.Text(), server_default="", nullable=False),
        sa.Column("remittance", sa.Text(), server_default="", nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(amount > 0 AND unapplied >= 0 AND unapplied <= amount) OR (amount < 0 AND unapplied <= 0 AND unapplied >= amount)",
            name=op.f("ck_payments_unapplied_in_amount"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payments_amount_not_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_payments_account_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_payments_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("org_id", "external_id", name=op.f("uq_payments_org_id_external_id")),
        sa.UniqueConstraint("org_id", "id", "currency", name=op.f("uq_payments_org_id_id_currency")),
    )
    op.create_index(op.f("ix_payments_account_id"), "payments", ["account_id"], unique=False)
    op.create_index(op.f("ix_payments_org_id"), "payments", ["org_id"], unique=False)
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("adjustment_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("cause_key", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND amount > 0) OR (reverses_id IS NOT NULL AND amount < 0)",
            name=op.f("ck_allocations_sign"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(payment_id, credit_note_id, adjustment_id) = 1", name=op.f("ck_allocations_one_source")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "adjustment_id", "currency"],
            ["adjustments.org_id", "adjustments.id", "adjustments.currency"],
            name=op.f("fk_allocations_org_id_adjustment_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "credit_note_id", "currency"],
            ["credit_notes.org_id", "credit_notes.id", "credit_notes.currency"],
            name=op.f("fk_allocations_org_id_credit_note_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "invoice_id", "currency"],
            ["invoices.org_id", "invoices.id", "invoices.currency"],
            name=op.f("fk_allocations_org_id_invoice_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "payment_id", "currency"],
            ["payments.org_id", "payments.id", "payments.currency"],
            name=op.f("fk_allocations_org_id_payment_id_currency"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_allocations_org_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["allocations.id"], name=op.f("fk_allocations_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
        sa.UniqueConstraint("org_id", "cause_key", name=op.f("uq_allocations_org_id_cause_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_allocations_reverses_id")),
    )
    op.create_index(op.f("ix_allocations_adjustment_id"), "allocations", ["adjustment_id"], unique=False)
    op.create_index(op.f("ix_allocations_credit_note_id"), "allocations", ["credit_note_id"], unique=False)
    op.create_index(op.f("ix_allocations_invoice_id"), "allocations", ["invoice_id"], unique=False)
    op.create_index(op.f("ix_allocations_org_id"), "allocations", ["org_id"], unique=False)
    op.create_index(op.f("ix_allocations_payment_id"), "allocations", ["payment_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("header_message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("references", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("sender_name", sa.Text(), server_default="", nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("cc", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("reply_text", sa.Text(), server_default="", nullable=False),
        sa.Column("signature", sa.Text(), server_default="", nullable=False),
        sa.Column("automatic", sa.String(length=20), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("raw_blob_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender_offset_minutes", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), server_default="received", nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_messages_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_messages_conversation_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_messages_mailbox_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_messages_org_id")),
        sa.ForeignKeyConstraint(["raw_blob_id"], ["blobs.id"], name=op.f("fk_messages_raw_blob_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "org_id", "mailbox_id", "header_message_id", name=op.f("uq_messages_org_id_mailbox_id_header_message_id")
        ),
    )
    op.create_index("ix_messages_account_id_at", "messages", ["account_id", "at"], unique=False)
    op.create_index("ix_messages_conversation_id_at", "messages", ["conversation_id", "at"], unique=False)
    op.create_index(op.f("ix_messages_org_id"), "messages", ["org_id"], unique=False)
    op.create_index("ix_messages_org_id_header", "messages", ["org_id", "header_message_id"], unique=False)
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_absences_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_absences_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_absences_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_absences_message_id_position")),
    )
    op.create_index(op.f("ix_absences_account_id"), "absences", ["account_id"], unique=False)
    op.create_index(op.f("ix_absences_org_id"), "absences", ["org_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("generation", sa.Integer(), server_default="1", nullable=False),
        sa.Column("language", sa.String(length=35), server_default="und", nullable=False),
        sa.Column("reader", sa.Text(), server_default="", nullable=False),
        sa.Column("needs_human", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reading_reasons", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("unknown_references", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("decision", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_cases_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_cases_conversation_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_cases_mailbox_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_cases_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_cases_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("message_id", name=op.f("uq_cases_message_id")),
    )
    op.create_index(op.f("ix_cases_account_id"), "cases", ["account_id"], unique=False)
    op.create_index(op.f("ix_cases_org_id"), "cases", ["org_id"], unique=False)
    op.create_index("ix_cases_org_id_state", "cases", ["org_id", "state"], unique=False)
    op.create_table(
        "contact_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="proposed", nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_proposals_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_contact_proposals_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_contact_proposals_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_proposals")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_contact_proposals_message_id_position")),
    )
    op.create_index(op.f("ix_contact_proposals_account_id"), "contact_proposals", ["account_id"], unique=False)
    op.create_index(op.f("ix_contact_proposals_org_id"), "contact_proposals", ["org_id"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_numbers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="open", nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_disputes_state_known")
        ),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_disputes_amount_with_currency")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_disputes_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_disputes_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_disputes_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_disputes_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_disputes_message_id_position")),
    )
    op.create_index(op.f("ix_disputes_account_id"), "disputes", ["account_id"], unique=False)
    op.create_index(op.f("ix_disputes_org_id"), "disputes", ["org_id"], unique=False)
    op.create_table(
        "payment_claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_numbers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("found", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_payment_claims_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_payment_claims_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_payment_claims_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_claims")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_payment_claims_message_id_position")),
    )
    op.create_index(op.f("ix_payment_claims_account_id"), "payment_claims", ["account_id"], unique=False)
    op.create_index(op.f("ix_payment_claims_org_id"), "payment_claims", ["org_id"], unique=False)
    op.create_table(
        "promises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_numbers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("promised_for", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("conditional", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="open", nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'partly_kept', 'broken', 'superseded', 'withdrawn')",
            name=op.f("ck_promises_state_known"),
        ),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_promises_amount_with_currency")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_promises_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_promises_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_promises_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_promises_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_promises_message_id_position")),
    )
    op.create_index(op.f("ix_promises_account_id"), "promises", ["account_id"], unique=False)
    op.create_index(op.f("ix_promises_org_id"), "promises", ["org_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("cc", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("marked_language", sa.String(length=35), server_default="", nullable=False),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("supports", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_by", sa.Text(), server_default="", nullable=False),
        sa.Column("why_again", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_drafts_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_drafts_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_drafts_case_id_version")),
    )
    op.create_index(op.f("ix_drafts_account_id"), "drafts", ["account_id"], unique=False)
    op.create_index(op.f("ix_drafts_org_id"), "drafts", ["org_id"], unique=False)
    op.create_table(
        "model_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_model_use_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_model_use_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_use")),
    )
    op.create_index(op.f("ix_model_use_case_id"), "model_use", ["case_id"], unique=False)
    op.create_index(op.f("ix_model_use_org_id"), "model_use", ["org_id"], unique=False)
    op.create_index("ix_model_use_org_id_used_at", "model_use", ["org_id", "used_at"], unique=False)
    op.create_table(
        "precedents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("intents", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("reply_text", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_text", sa.Text(), server_default="", nullable=False),
        sa.Column("embedder", sa.Text(), server_default="", nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.vector.VECTOR(dim=384), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_precedents_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_precedents_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precedents")),
        sa.UniqueConstraint("case_id", name=op.f("uq_precedents_case_id")),
    )
    op.create_index(op.f("ix_precedents_org_id"), "precedents", ["org_id"], unique=False)
    op.create_table(
        "review_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("owner", sa.String(length=20), server_default="collector", nullable=False),
        sa.Column("cause_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="open", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_words", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_review_items_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_review_items_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_review_items_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_items")),
        sa.UniqueConstraint("org_id", "cause_key", name=op.f("uq_review_items_org_id_cause_key")),
    )
    op.create_index(op.f("ix_review_items_case_id"), "review_items", ["case_id"], unique=False)
    op.create_index(op.f("ix_review_items_org_id"), "review_items", ["org_id"], unique=False)
    op.create_index("ix_review_items_org_id_state", "review_items", ["org_id", "state"], unique=False)
    op.create_table(
        "signals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=30), nullable=False),
        sa.Column("invoices", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("conditional", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("documents", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column("span_start", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("span_end", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("ungrounded", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_signals_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_signals_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_signals_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_signals_message_id_position")),
    )
    op.create_index(op.f("ix_signals_case_id"), "signals", ["case_id"], unique=False)
    op.create_index(op.f("ix_signals_org_id"), "signals", ["org_id"], unique=False)
    op.create_table(
        "timeline_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("cause_key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_timeline_events_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timeline_events_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_timeline_events_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_events")),
        sa.UniqueConstraint("org_id", "cause_key", name=op.f("uq_timeline_events_org_id_cause_key")),
    )
    op.create_index("ix_timeline_events_account_id_at", "timeline_events", ["account_id", "at"], unique=False)
    op.create_index("ix_timeline_events_case_id", "timeline_events", ["case_id"], unique=False)
    op.create_index(op.f("ix_timeline_events_org_id"), "timeline_events", ["org_id"], unique=False)
    op.create_table(
        "tool_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.String(length=60), nullable=False),
        sa.Column("caller", sa.String(length=20), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tool_calls_case_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_tool_calls_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_calls")),
    )
    op.create_index(op.f("ix_tool_calls_case_id"), "tool_calls", ["case_id"], unique=False)
    op.create_index(op.f("ix_tool_calls_org_id"), "tool_calls", ["org_id"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_cash", sa.Numeric(precision=20, scale=6), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_approvals_account_id")),
        sa.ForeignKeyConstraint(["assigned_to"], ["users.id"], name=op.f("fk_approvals_assigned_to")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_approvals_case_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_approvals_draft_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_approvals_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("case_id", name=op.f("uq_approvals_case_id")),
    )
    op.create_index(op.f("ix_approvals_account_id"), "approvals", ["account_id"], unique=False)
    op.create_index(op.f("ix_approvals_org_id"), "approvals", ["org_id"], unique=False)
    op.create_index("ix_approvals_org_id_status", "approvals", ["org_id", "status", "id"], unique=False)
    op.create_table(
        "sends",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("header_message_id", sa.String(), nullable=True),
        sa.Column("raw_blob_id", sa.Uuid(), nullable=True),
        sa.Column("claim_token", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_sends_draft_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sends_mailbox_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_sends_org_id")),
        sa.ForeignKeyConstraint(["raw_blob_id"], ["blobs.id"], name=op.f("fk_sends_raw_blob_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_sends_draft_id")),
        sa.UniqueConstraint("org_id", "header_message_id", name=op.f("uq_sends_org_id_header_message_id")),
    )
    op.create_index(op.f("ix_sends_org_id"), "sends", ["org_id"], unique=False)
    op.create_table(
        "approval_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_approval_decisions_approval_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_approval_decisions_draft_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_approval_decisions_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_approval_decisions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_decisions")),
    )
    op.create_index(op.f("ix_approval_decisions_approval_id"), "approval_decisions", ["approval_id"], unique=False)
    op.create_index(op.f("ix_approval_decisions_org_id"), "approval_decisions", ["org_id"], unique=False)
    _guards()


_APPEND_ONLY = ("allocations", "adjustments", "timeline_events", "approval_decisions", "import_runs")
_BALANCES = {
    "invoices": ("account_id", "entity_id", "issued", "due", "amount", "opening_balance", "po_number", "terms"),
    "credit_notes": ("account_id", "issued", "amount", "opening_balance", "invoice_number"),
    "payments": ("account_id", "payer_name", "payer_account", "remittance", "method"),
}
_OTHERS = (
    "entities",
    "users",
    "credentials",
    "mailboxes",
    "accounts",
    "contacts",
    "blobs",
    "conversations",
    "messages",
    "cases",
    "signals",
    "tool_calls",
    "model_use",
    "promises",
    "disputes",
    "payment_claims",
    "contact_proposals",
    "absences",
    "review_items",
    "drafts",
    "approvals",
    "sends",
    "precedents",
    "idempotency_keys",
)


def _guards() -> None:
    guards.ensure_app_role()
    for table in (*_APPEND_ONLY, *_BALANCES, *_OTHERS):
        guards.keep_organisations_apart(table)
    guards.keep_organisations_apart("organisations", column="id")
    guards.open_the_directory()
    guards.grant_all("organisations")
    for table in _OTHERS:
        guards.grant_all(table)
    for table in _APPEND_ONLY:
        guards.grant_append_only(table)
    for table, changeable in _BALANCES.items():
        guards.grant_without_balances(table, changeable)
    guards.keep_balances()


def downgrade() -> None:
    raise NotImplementedError("the first tables are not taken back: restore a backup instead")

"""bank statements by their balances, and what a bank line was known by before it was booked"""

import sqlalchemy as sa
from alembic import op

from ledger.migrations import guards

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_account", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("closing", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("source_file", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_bank_statements_days_in_order")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_bank_statements_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("org_id", "id", name=op.f("uq_bank_statements_org_id_id")),
    )
    op.create_index(op.f("ix_bank_statements_org_id"), "bank_statements", ["org_id"], unique=False)
    op.create_index(
        "uq_bank_statements_span",
        "bank_statements",
        ["org_id", "bank_account", "currency", "last_on", "first_on", "opening", "closing"],
        unique=True,
    )
    guards.keep_organisations_apart("bank_statements")
    guards.grant_append_only("bank_statements")
    op.add_column("bank_lines", sa.Column("pending_key", sa.String(length=200), server_default="", nullable=False))
    op.add_column("bank_lines", sa.Column("content_key", sa.String(length=40), server_default="", nullable=False))
    op.add_column("bank_lines", sa.Column("statement_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bank_lines_org_id_statement_id"),
        "bank_lines",
        "bank_statements",
        ["org_id", "statement_id"],
        ["org_id", "id"],
    )
    op.create_index(
        "ix_bank_lines_pending_key",
        "bank_lines",
        ["org_id", "bank_account", "pending_key"],
        unique=False,
        postgresql_where=sa.text("pending_key <> ''"),
    )
    op.create_index(
        "ix_bank_lines_statement_id",
        "bank_lines",
        ["statement_id", "booked_on"],
        unique=False,
        postgresql_where=sa.text("statement_id IS NOT NULL"),
    )
    op.execute(f"GRANT UPDATE (pending_key, content_key, statement_id) ON bank_lines TO {guards.APP}")


def downgrade() -> None:
    op.drop_constraint(op.f("fk_bank_lines_org_id_statement_id"), "bank_lines", type_="foreignkey")
    for column in ("statement_id", "content_key", "pending_key"):
        op.drop_column("bank_lines", column)
    op.drop_table("bank_statements")

"""corrections, and what they teach"""

import sqlalchemy as sa
import pgvector.sqlalchemy
from alembic import op

from ledger.migrations import guards
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("request_key", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("was_read", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("correct", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs_human", sa.Boolean(), nullable=False),
        sa.Column("account", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_by", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_corrections_message_id")),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_corrections_org_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_corrections_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("case_id", "generation", name=op.f("uq_corrections_case_id_generation")),
    )
    op.create_index(op.f("ix_corrections_org_id"), "corrections", ["org_id"], unique=False)
    op.create_index(
        "ix_corrections_org_id_corrected_at", "corrections", ["org_id", "corrected_at", "id"], unique=False
    )
    op.create_table(
        "taught_sentences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("intents", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("documents", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("embedder", sa.Text(), server_default="", nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.VECTOR(dim=384), nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_taught_sentences_correction_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_taught_sentences_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taught_sentences")),
    )
    op.create_index(op.f("ix_taught_sentences_org_id"), "taught_sentences", ["org_id"], unique=False)
    op.create_index(
        op.f("ix_taught_sentences_correction_id"), "taught_sentences", ["correction_id"], unique=False
    )
    op.create_index(
        "ix_taught_sentences_counting",
        "taught_sentences",
        ["org_id", "embedder", "taught_at"],
        unique=False,
        postgresql_where=sa.text("retracted_at IS NULL"),
    )
    op.add_column("cases", sa.Column("corrected_by", sa.Text(), server_default="", nullable=False))
    for table in ("payment_claims", "absences"):
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    guards.keep_organisations_apart("corrections")
    guards.keep_organisations_apart("taught_sentences")
    guards.grant_with_changeable("corrections", ("retracted_at", "retracted_by"))
    guards.grant_with_changeable("taught_sentences", ("retracted_at",))


def downgrade() -> None:
    raise NotImplementedError("what people corrected is not thrown away: restore a backup instead")

"""watches of mailboxes: what a push names, the secret that it repeats, and when it ends"""

import sqlalchemy as sa
from alembic import op

from ledger.migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_watches",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_secret", sa.Text(), server_default="", nullable=False),
        sa.Column("made_for", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(reference = '') = (expires_at IS NULL)", name=op.f("ck_mailbox_watches_standing_ends")
        ),
        sa.CheckConstraint(
            "(reference = '') = (started_at IS NULL)", name=op.f("ck_mailbox_watches_standing_began")
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_watches_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_mailbox_watches_org_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_mailbox_watches")),
    )
    op.create_index(op.f("ix_mailbox_watches_org_id"), "mailbox_watches", ["org_id"], unique=False)
    op.create_index("ix_mailbox_watches_reference", "mailbox_watches", ["reference"], unique=False)
    guards.keep_organisations_apart("mailbox_watches")
    guards.grant_all("mailbox_watches")
    # A push comes without an organisation: whoever asks with its references sees the rows that carry them.
    op.execute(
        "CREATE POLICY pushed ON mailbox_watches FOR SELECT USING (reference <> '' AND reference = "
        "ANY (string_to_array(NULLIF(current_setting('duly.pushed', true), ''), E'\\n')))"
    )


def downgrade() -> None:
    op.drop_table("mailbox_watches")

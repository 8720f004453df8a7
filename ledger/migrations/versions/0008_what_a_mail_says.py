"""one mail an organisation: what it says is kept as a digest, and its Message-ID is unique among mails that have one"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("content_digest", sa.String(length=64), server_default="", nullable=False))
    # What an earlier release stored has no digest: two mailboxes may hold the same Message-ID there, and keep it.
    op.create_index(
        "uq_messages_org_id_arrived",
        "messages",
        ["org_id", "header_message_id"],
        unique=True,
        postgresql_where=sa.text("content_digest <> ''"),
    )


def downgrade() -> None:
    op.drop_index("uq_messages_org_id_arrived", table_name="messages")
    op.drop_column("messages", "content_digest")

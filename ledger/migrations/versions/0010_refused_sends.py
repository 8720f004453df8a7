"""since when a mail, or all mail of a mailbox, is refused for now, and why"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailboxes", sa.Column("sending_failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mailboxes", sa.Column("sending_error", sa.Text(), server_default="", nullable=False))
    op.add_column("sends", sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sends", "refused_since")
    op.drop_column("mailboxes", "sending_error")
    op.drop_column("mailboxes", "sending_failing_since")

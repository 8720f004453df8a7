"""how often the workers of a mail died, counted on the mail: its jobs come and go"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sends", sa.Column("takeovers", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("sends", "takeovers")

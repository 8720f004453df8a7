"""word of alarms to people, a mailbox whose sign-in is refused, and the list of rejected payments that stays quick"""

import sqlalchemy as sa
from alembic import op

from ledger.migrations import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("about IN ('raised', 'over')", name=op.f("ck_alarm_notices_about_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'telling', 'told', 'unknown', 'dropped')", name=op.f("ck_alarm_notices_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["alarm_id"], ["mailbox_alarms.id"], name=op.f("fk_alarm_notices_alarm_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_alarm_notices_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_notices")),
        sa.UniqueConstraint("alarm_id", "about", name=op.f("uq_alarm_notices_alarm_id_about")),
    )
    op.create_index(op.f("ix_alarm_notices_org_id"), "alarm_notices", ["org_id"], unique=False)
    op.create_index(
        "ix_alarm_notices_to_tell",
        "alarm_notices",
        ["org_id", "next_try_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'telling')"),
    )
    guards.keep_organisations_apart("alarm_notices")
    guards.grant_with_changeable("alarm_notices", ("state", "tries", "next_try_at", "last_error"))
    op.add_column("mailboxes", sa.Column("sign_in_refused", sa.Boolean(), server_default="false", nullable=False))
    # Nearly all that is rejected Duly itself took off the list, because it proposed something else; the list of
    # rejected payments reads the few others.
    op.create_index(
        "ix_match_proposals_rejected",
        "match_proposals",
        ["org_id", "payment_id"],
        unique=False,
        postgresql_where=sa.text(
            "status = 'rejected' AND (decided_by <> 'duly' OR "
            "decided_words NOT IN ('looked at again', 'looked at again, and posted'))"
        ),
    )
    # Without knowing how few those are, the planner walks through all payments and asks for each.
    op.execute(
        "CREATE STATISTICS match_proposals_endings (mcv) ON status, decided_by, decided_words FROM match_proposals"
    )


def downgrade() -> None:
    op.execute("DROP STATISTICS match_proposals_endings")
    op.drop_index("ix_match_proposals_rejected", table_name="match_proposals")
    op.drop_column("mailboxes", "sign_in_refused")
    op.drop_table("alarm_notices")

"""when mail goes out: sending hours, contact cap, undo, limits, sandbox"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _organisations()
    _sends()


def _organisations() -> None:
    for name, default in (
        ("sending_opens", "480"),
        ("sending_closes", "1080"),
        ("contact_cap", "3"),
        ("undo_seconds", "30"),
    ):
        op.add_column("organisations", sa.Column(name, sa.Integer(), server_default=default, nullable=False))
    op.add_column(
        "organisations", sa.Column("sending_every_day", sa.Boolean(), server_default="false", nullable=False)
    )
    for name, condition in (
        ("sending_hours_open", "sending_opens >= 0 AND sending_opens < sending_closes AND sending_closes <= 1440"),
        ("contact_cap_possible", "contact_cap BETWEEN 1 AND 1000"),
        ("undo_seconds_possible", "undo_seconds BETWEEN 0 AND 3600"),
    ):
        op.create_check_constraint(op.f(f"ck_organisations_{name}"), "organisations", condition)


def _sends() -> None:
    instants = [sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("undo_until", "not_before")]
    words = [
        sa.Column("wait_kind", sa.String(length=10), server_default="", nullable=False),
        sa.Column("wait_words", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("sandboxed_to", sa.Text(), server_default="", nullable=False),
    ]
    started = sa.Column("started_by_us", sa.Boolean(), server_default="false", nullable=False)
    for column in (*instants, *words, started):
        op.add_column("sends", column)
    op.create_index("ix_sends_mailbox_id_claimed_at", "sends", ["mailbox_id", "claimed_at"], unique=False)
    op.create_index(
        "ix_sends_waiting",
        "sends",
        ["mailbox_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_sends_under_way",
        "sends",
        ["org_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'claimed', 'sending', 'known_sent')"),
    )


def downgrade() -> None:
    op.drop_index("ix_sends_under_way", table_name="sends")
    raise NotImplementedError("what was sent, and to whom, is not thrown away: restore a backup instead")

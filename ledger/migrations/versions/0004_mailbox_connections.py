"""connections of mailboxes: grants with sealed tokens, where a sync stands, alarms"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ledger.migrations import guards

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauth_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("client_id", sa.Text(), server_default="", nullable=False),
        sa.Column("sealed_refresh_token", sa.Text(), server_default="", nullable=False),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_access_token", sa.Text(), server_default="", nullable=False),
        sa.Column("access_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Text(), server_default="", nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), server_default="active", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("provider IN ('google', 'microsoft')", name=op.f("ck_oauth_grants_provider_known")),
        sa.CheckConstraint("state IN ('active', 'revoked')", name=op.f("ck_oauth_grants_state_known")),
        sa.CheckConstraint(
            "state = 'revoked' OR sealed_refresh_token <> ''", name=op.f("ck_oauth_grants_active_has_token")
        ),
        sa.CheckConstraint(
            "(sealed_access_token = '') = (access_expires_at IS NULL)",
            name=op.f("ck_oauth_grants_access_token_expires"),
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_oauth_grants_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_grants")),
        sa.UniqueConstraint("org_id", "provider", "address", name=op.f("uq_oauth_grants_org_id_provider_address")),
    )
    op.create_index(op.f("ix_oauth_grants_org_id"), "oauth_grants", ["org_id"], unique=False)
    op.create_table(
        "mailbox_syncs",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("cursor_moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gap_messages", sa.Integer(), nullable=True),
        sa.Column("gap_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watch_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("watch_renewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("watch_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "gap_messages IS NULL OR gap_messages >= 0", name=op.f("ck_mailbox_syncs_gap_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_syncs_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_mailbox_syncs_org_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_mailbox_syncs")),
    )
    op.create_index(op.f("ix_mailbox_syncs_org_id"), "mailbox_syncs", ["org_id"], unique=False)
    op.create_table(
        "mailbox_alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.String(length=80), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('late', 'failing', 'needs_reconnect', 'expiring')", name=op.f("ck_mailbox_alarms_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mailbox_alarms_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name=op.f("fk_mailbox_alarms_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_alarms")),
    )
    op.create_index(op.f("ix_mailbox_alarms_org_id"), "mailbox_alarms", ["org_id"], unique=False)
    op.create_index(
        "uq_mailbox_alarms_standing",
        "mailbox_alarms",
        ["mailbox_id", "kind", "mark"],
        unique=True,
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    for table in ("oauth_grants", "mailbox_syncs", "mailbox_alarms"):
        guards.keep_organisations_apart(table)
    # A grant is never deleted by the application: that it was given, and by whom, stays; its tokens may be emptied.
    guards.grant_with_changeable("oauth_grants", _CHANGEABLE)
    guards.grant_with_changeable("mailbox_alarms", ("cleared_at",))
    guards.grant_all("mailbox_syncs")


_CHANGEABLE = (
    *("subject", "scopes", "client_id", "granted_at", "granted_by"),
    *("sealed_refresh_token", "refresh_expires_at", "sealed_access_token", "access_expires_at", "refreshed_at"),
    *("state", "failing_since", "last_error", "failures", "next_try_at", "version"),
)


def downgrade() -> None:
    raise NotImplementedError("what people allowed is not thrown away: restore a backup instead")

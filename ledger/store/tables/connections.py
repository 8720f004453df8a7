"""Tables for how mailboxes are connected: grants of Google and Microsoft, where a sync stands, and alarms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, Instant, OrgScoped, PrimaryKey, WordList, Words

#: Kinds of alarms about a mailbox.
ALARM_KINDS = ("late", "failing", "needs_reconnect", "expiring")


class OAuthGrantRow(OrgScoped, Base):
    """What a person allowed us to do with one mailbox, and the tokens for it, sealed by `core.secrets.SecretBox`.

    `subject` is the account that signed in; it differs from `address` where the mailbox is shared or an alias.
    """

    __tablename__ = "oauth_grants"
    __table_args__ = (
        UniqueConstraint("org_id", "provider", "address"),
        CheckConstraint("provider IN ('google', 'microsoft')", name="provider_known"),
        CheckConstraint("state IN ('active', 'revoked')", name="state_known"),
        CheckConstraint("state = 'revoked' OR sealed_refresh_token <> ''", name="active_has_token"),
        CheckConstraint("(sealed_access_token = '') = (access_expires_at IS NULL)", name="access_token_expires"),
    )

    id: Mapped[PrimaryKey]
    provider: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(320))
    subject: Mapped[Words]
    scopes: Mapped[WordList]
    #: The registration at the provider that the tokens belong to; they work with no other.
    client_id: Mapped[Words]
    sealed_refresh_token: Mapped[Words]
    #: Where the provider says so; most refresh tokens end by not being used.
    refresh_expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sealed_access_token: Mapped[Words]
    access_expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    granted_at: Mapped[Instant]
    granted_by: Mapped[Words]
    refreshed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(20), server_default="active")
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[Words]
    #: Refreshes that failed in a row, and until when the token server is left alone.
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, server_default="1")


class MailboxSyncRow(OrgScoped, Base):
    """Where the sync of a mailbox stands, beyond its cursor: when that moved, a gap that is being filled, and until
    when the provider tells us of new mail."""

    __tablename__ = "mailbox_syncs"
    __table_args__ = (CheckConstraint("gap_messages IS NULL OR gap_messages >= 0", name="gap_not_negative"),)

    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"), primary_key=True)
    cursor_moved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: Messages known to lie between the cursor and the mailbox's end; None where nobody counted.
    gap_messages: Mapped[int | None]
    gap_noted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: What the provider calls the watch or subscription; empty where it needs no name.
    watch_reference: Mapped[Words]
    watch_renewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    watch_expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MailboxAlarmRow(OrgScoped, Base):
    """An alarm about a mailbox: raised once, standing until what it is about has changed."""

    __tablename__ = "mailbox_alarms"
    __table_args__ = (
        CheckConstraint("kind IN ('late', 'failing', 'needs_reconnect', 'expiring')", name="kind_known"),
        Index(
            "uq_mailbox_alarms_standing",
            "mailbox_id",
            "kind",
            "mark",
            unique=True,
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    #: What tells two alarms of a kind apart: of an expiry, how near it is.
    mark: Mapped[str] = mapped_column(String(80), server_default="")
    words: Mapped[Words]
    raised_at: Mapped[Instant]
    cleared_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AlarmNoticeRow(OrgScoped, Base):
    """Word of an alarm to people outside: that it was raised, and that it is over; each at most once.

    `state`: `waiting`, `telling` (a process is about it), `told`, `unknown` (handed over, and no answer came: not
    repeated), `dropped` (it was over before anybody could be told, or nobody would listen).
    """

    __tablename__ = "alarm_notices"
    __table_args__ = (
        UniqueConstraint("alarm_id", "about"),
        CheckConstraint("about IN ('raised', 'over')", name="about_known"),
        CheckConstraint("state IN ('waiting', 'telling', 'told', 'unknown', 'dropped')", name="state_known"),
        Index(
            "ix_alarm_notices_to_tell",
            *("org_id", "next_try_at"),
            postgresql_where=text("state IN ('waiting', 'telling')"),
        ),
    )

    id: Mapped[PrimaryKey]
    alarm_id: Mapped[UUID] = mapped_column(ForeignKey("mailbox_alarms.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(String(10))
    words: Mapped[Words]
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    #: While it is `telling`: from then on whoever was about it is taken for dead.
    next_try_at: Mapped[Instant]
    last_error: Mapped[Words]
    made_at: Mapped[Instant]

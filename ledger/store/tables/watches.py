"""The table of watches: where providers tell us of new mail, and what their pushes name it by."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, OrgScoped, Words


class MailboxWatchRow(OrgScoped, Base):
    """The watch of one mailbox, or that none could be begun.

    A push comes without an organisation. A policy of its own shows the rows that it names by `reference`, and no
    others, to whoever asks with `duly.pushed` set; so nothing lies here that a push may not lead to.
    """

    __tablename__ = "mailbox_watches"
    __table_args__ = (
        CheckConstraint("(reference = '') = (expires_at IS NULL)", name="standing_ends"),
        CheckConstraint("(reference = '') = (started_at IS NULL)", name="standing_began"),
        Index("ix_mailbox_watches_reference", "reference"),
    )

    mailbox_id: Mapped[UUID] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"), primary_key=True)
    #: A subscription's id, or the account that Gmail names; empty where none stands.
    reference: Mapped[Words]
    sealed_secret: Mapped[Words]
    #: Whose mail, and where pushes are sent to; a watch for anything else is begun anew.
    made_for: Mapped[Words]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    #: The last try, where it failed.
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[Words]

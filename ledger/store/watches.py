"""Keeps the watches of mailboxes, and finds the mailbox that a push names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import MailboxId, OrgId
from ledger.store.connections import note_watch
from ledger.store.tables.connections import MailboxSyncRow
from ledger.store.tables.watches import MailboxWatchRow
from ledger.store.unit_of_work import UnitOfWork

_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Pushed:
    """A mailbox that a push names."""

    org_id: OrgId
    mailbox_id: MailboxId
    reference: str
    sealed_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StandingWatch:
    """A watch as the provider gave it, its secret sealed."""

    reference: str
    sealed_secret: str = field(repr=False)
    made_for: str
    started_at: datetime
    expires_at: datetime


async def pushed(session: AsyncSession, references: Iterable[str]) -> tuple[Pushed, ...]:
    """The mailboxes that are named, of whichever organisation: one reference may stand for several mailboxes.

    Beside `list_organisations` the only read that looks across organisations. The database shows it the rows with
    these references alone; the session belongs to no organisation.
    """
    wanted = [one for one in references if one and "\n" not in one]
    if not wanted:
        return ()
    await session.execute(text("SELECT set_config('duly.pushed', :named, true)"), {"named": "\n".join(wanted)})
    columns: Any = MailboxWatchRow.__table__.c
    rows = await session.execute(
        MailboxWatchRow.__table__.select()
        .with_only_columns(columns.org_id, columns.mailbox_id, columns.reference, columns.sealed_secret)
        .where(columns.reference.in_(wanted))
        .order_by(columns.mailbox_id)
    )
    return tuple(
        Pushed(OrgId(cast(UUID, org)), MailboxId(cast(UUID, mailbox)), reference, secret)
        for org, mailbox, reference, secret in rows
    )


async def watches(uow: UnitOfWork) -> dict[MailboxId, MailboxWatchRow]:
    """The organisation's watches, and those that could not be begun."""
    return {MailboxId(row.mailbox_id): row for row in await uow.session.scalars(select(MailboxWatchRow))}


async def keep_watch(uow: UnitOfWork, mailbox_id: MailboxId, watch: StandingWatch, *, at: datetime) -> None:
    """The watch stands, in place of any other."""
    what = {
        "reference": watch.reference,
        "sealed_secret": watch.sealed_secret,
        "made_for": watch.made_for,
        "started_at": watch.started_at,
        "expires_at": watch.expires_at,
        "failed_at": None,
        "last_error": "",
    }
    await _put(uow, mailbox_id, what)
    await note_watch(uow, mailbox_id, reference=watch.reference, expires_at=watch.expires_at, at=at)


async def note_watch_failed(
    uow: UnitOfWork, mailbox_id: MailboxId, error: str, *, made_for: str, stands: bool, at: datetime
) -> None:
    """The watch could not be begun, or renewed where it still `stands`. One that could not be begun has ended, for
    whoever looks at the mailbox's health."""
    what: dict[str, Any] = {"failed_at": at, "last_error": error[:_LONGEST_ERROR], "made_for": made_for}
    if not stands:
        what |= {"reference": "", "sealed_secret": "", "started_at": None, "expires_at": None}
    await _put(uow, mailbox_id, what)
    if stands:
        return
    sync = await uow.session.get(MailboxSyncRow, mailbox_id)
    if sync is None or sync.watch_expires_at is None or sync.watch_expires_at > at:
        await note_watch(uow, mailbox_id, reference="", expires_at=at, at=at)


async def drop_watch(uow: UnitOfWork, mailbox_id: MailboxId, *, at: datetime) -> None:
    """Nobody watches this mailbox any more, and nobody should."""
    await uow.session.execute(delete(MailboxWatchRow).where(MailboxWatchRow.mailbox_id == mailbox_id))
    await note_watch(uow, mailbox_id, reference="", expires_at=None, at=at)


async def _put(uow: UnitOfWork, mailbox_id: MailboxId, what: dict[str, Any]) -> None:
    await uow.session.execute(
        insert(MailboxWatchRow)
        .values(org_id=uow.org_id, mailbox_id=mailbox_id, **what)
        .on_conflict_do_update(index_elements=["mailbox_id"], set_=what)
    )

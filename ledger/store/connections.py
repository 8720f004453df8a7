"""Keeps how mailboxes are connected: grants and the lock on them, where syncs stand."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from core.errors import DulyError, NotFound
from core.ids import MailboxId, new_id
from ledger.store.tables.connections import MailboxSyncRow, OAuthGrantRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWork

GrantId = NewType("GrantId", UUID)


class GrantLocked(DulyError):
    """Another worker held the grant for longer than we wait."""


@dataclass(frozen=True, slots=True)
class GivenGrant:
    """What a person has just allowed, tokens already sealed."""

    provider: str
    address: str
    subject: str
    scopes: tuple[str, ...]
    client_id: str
    sealed_refresh_token: str = field(repr=False)
    sealed_access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime | None
    granted_by: str


async def keep_grant(uow: UnitOfWork, given: GivenGrant, *, at: datetime) -> GrantId:
    """Keeps a grant; one that a mailbox had before is replaced under its own id, whatever had become of it."""
    new: dict[str, Any] = {
        "subject": given.subject,
        "scopes": list(given.scopes),
        "client_id": given.client_id,
        "sealed_refresh_token": given.sealed_refresh_token,
        "refresh_expires_at": given.refresh_expires_at,
        "sealed_access_token": given.sealed_access_token,
        "access_expires_at": given.access_expires_at,
        "granted_at": at,
        "granted_by": given.granted_by,
        "refreshed_at": at,
        "state": "active",
        "failing_since": None,
        "last_error": "",
        "failures": 0,
        "next_try_at": None,
    }
    key = {"org_id": uow.org_id, "provider": given.provider, "address": given.address.lower()}
    kept = await uow.session.scalar(
        insert(OAuthGrantRow)
        .values(id=new_id(), **key, **new)
        .on_conflict_do_update(
            index_elements=["org_id", "provider", "address"], set_={**new, "version": OAuthGrantRow.version + 1}
        )
        .returning(OAuthGrantRow.id)
    )
    assert kept is not None
    return GrantId(kept)


async def read_grant(uow: UnitOfWork, grant_id: GrantId) -> OAuthGrantRow:
    """The grant as it stands now, not locked.

    Raises:
        NotFound: no such grant in this organisation.
    """
    row = await uow.session.get(OAuthGrantRow, grant_id)
    if row is None:
        raise NotFound("grant", grant_id)
    return row


async def lock_grant(
    uow: UnitOfWork, grant_id: GrantId, *, wait_seconds: float, hold_seconds: float
) -> OAuthGrantRow:
    """The grant, locked until the transaction ends, and as it is once the lock is ours.

    The database gives up waiting after `wait_seconds`, and ends our connection when this transaction does nothing for
    `hold_seconds`: a refresher that was stopped, or whose machine went away, blocks the others no longer than that.

    Raises:
        GrantLocked: another worker held it all the while.
        NotFound: no such grant in this organisation.
    """
    await uow.session.execute(
        text(
            "SELECT set_config('lock_timeout', :wait, true),"
            " set_config('idle_in_transaction_session_timeout', :hold, true)"
        ),
        {"wait": f"{round(wait_seconds * 1000)}ms", "hold": f"{round(hold_seconds * 1000)}ms"},
    )
    try:
        row = await uow.session.scalar(
            select(OAuthGrantRow)
            .where(OAuthGrantRow.id == grant_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    except DBAPIError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise GrantLocked(f"grant {grant_id}: another worker refreshes it for over {wait_seconds:g} s") from error
        raise
    if row is None:
        raise NotFound("grant", grant_id)
    return row


async def note_cursor(uow: UnitOfWork, mailbox_id: MailboxId, *, at: datetime) -> None:
    """The mailbox's cursor has moved."""
    await _note(uow, mailbox_id, cursor_moved_at=at)


async def move_cursor(uow: UnitOfWork, mailbox_id: MailboxId, cursor: str, *, at: datetime) -> None:
    """Fetching goes on behind `cursor`: what lies before it is kept, or a person was told of it."""
    await uow.session.execute(update(MailboxRow).where(MailboxRow.id == mailbox_id).values(source_cursor=cursor))
    await note_cursor(uow, mailbox_id, at=at)


async def note_gap(uow: UnitOfWork, mailbox_id: MailboxId, messages: int | None, *, at: datetime) -> None:
    """So many messages are known to lie ahead of the cursor; None where nobody can tell any more."""
    await _note(uow, mailbox_id, gap_messages=messages, gap_noted_at=at)


async def note_watch(
    uow: UnitOfWork, mailbox_id: MailboxId, *, reference: str, expires_at: datetime | None, at: datetime
) -> None:
    """The provider tells us of new mail until `expires_at`; None where it does not any more."""
    await _note(uow, mailbox_id, watch_reference=reference, watch_expires_at=expires_at, watch_renewed_at=at)


async def _note(uow: UnitOfWork, mailbox_id: MailboxId, **what: Any) -> None:
    await uow.session.execute(
        insert(MailboxSyncRow)
        .values(org_id=uow.org_id, mailbox_id=mailbox_id, **what)
        .on_conflict_do_update(index_elements=["mailbox_id"], set_=what)
    )


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected mailbox with all that is kept about how it is connected.

    `grant_id` is what its settings name; `grant` is None where there is none by that id.
    """

    mailbox: MailboxRow
    grant_id: GrantId | None
    grant: OAuthGrantRow | None
    sync: MailboxSyncRow | None


async def connections(uow: UnitOfWork) -> tuple[Connection, ...]:
    """The organisation's active mailboxes, oldest first, each with its grant and where its sync stands."""
    mailboxes = list(
        await uow.session.scalars(select(MailboxRow).where(MailboxRow.active.is_(True)).order_by(MailboxRow.id))
    )
    grants = {GrantId(row.id): row for row in await uow.session.scalars(select(OAuthGrantRow))}
    syncs = {row.mailbox_id: row for row in await uow.session.scalars(select(MailboxSyncRow))}
    found: list[Connection] = []
    for row in mailboxes:
        grant_id = _grant_of(row)
        grant = None if grant_id is None else grants.get(grant_id)
        found.append(Connection(row, grant_id, grant, syncs.get(row.id)))
    return tuple(found)


def _grant_of(mailbox: MailboxRow) -> GrantId | None:
    for settings in (mailbox.source, mailbox.sender):
        try:
            return GrantId(UUID(str(settings.get("grant_id", ""))))
        except ValueError:
            continue
    return None

"""`Watches`: has providers tell us of new mail, renews that well before its end, and says when it fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text

from core.clock import Clock
from core.errors import DulyError
from core.ids import MailboxId, OrgId
from core.secrets import SecretBox
from integrations.ports.mail_watch import HeldWatch, MailWatch
from ledger.model.inbox import Inbox, inbox_of
from ledger.store.connections import Connection, connections
from ledger.store.tables.watches import MailboxWatchRow
from ledger.store.unit_of_work import UnitOfWorkFactory
from ledger.store.watches import StandingWatch, drop_watch, keep_watch, note_watch_failed, watches

#: After a failure. Most need a person, or a provider that is well again; fetching goes on at intervals meanwhile.
RETRY_AFTER = timedelta(hours=1)
#: One mailbox's turn, with all its calls.
_TURN_SECONDS = 120.0
_CLOSE_SECONDS = 5.0

_log = structlog.get_logger()

#: From a mailbox's settings, its address, the account that signed in and the organisation; None where its kind has no
#: watch, or this installation is not set up for it.
WatchMaker = Callable[[dict[str, Any], str, str, OrgId], MailWatch | None]
News = Callable[[OrgId, MailboxId], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Watched:
    """A mailbox that is fetched, and what is kept of its watch."""

    mailbox_id: MailboxId
    address: str
    account: str
    #: When the grant was given; empty where there is none. A watch belongs to the grant that it was begun under.
    granted: str
    source: dict[str, Any]
    row: MailboxWatchRow | None


class Watches:
    """The watches of all organisations' mailboxes; any number of workers may look after them at once. `news` is told
    where mail may have come while nobody watched."""

    def __init__(
        self, uows: UnitOfWorkFactory, secrets: SecretBox, clock: Clock, make_watch: WatchMaker, news: News
    ) -> None:
        self._uows = uows
        self._secrets = secrets
        self._clock = clock
        self._make_watch = make_watch
        self._news = news

    async def round(self, org_id: OrgId) -> None:
        """Begins and renews what is due. Looking costs two queries: outside is asked only where something is due."""
        async with self._uows(org_id) as uow:
            found, kept = await connections(uow), await watches(uow)
        wanted = _fetched(found, kept)
        for mailbox_id in kept.keys() - {one.mailbox_id for one in wanted}:
            await self._drop(org_id, mailbox_id)
        for one in wanted:
            await self._look_after(org_id, one, reauthorize=False)

    async def reauthorize(self, org_id: OrgId, mailbox_id: MailboxId) -> None:
        """The provider asked whether we still may: says that we do, at once."""
        await self._one(org_id, mailbox_id, reauthorize=True)

    async def begin_anew(self, org_id: OrgId, mailbox_id: MailboxId) -> None:
        """The provider has ended the watch: begins another one, and has fetched what came meanwhile."""
        async with self._uows(org_id) as uow:
            await drop_watch(uow, mailbox_id, at=self._clock.now())
        await self._one(org_id, mailbox_id, reauthorize=False)

    async def _one(self, org_id: OrgId, mailbox_id: MailboxId, *, reauthorize: bool) -> None:
        async with self._uows(org_id) as uow:
            found, kept = await connections(uow), await watches(uow)
        for one in _fetched(found, kept):
            if one.mailbox_id == mailbox_id:
                await self._look_after(org_id, one, reauthorize=reauthorize)

    async def _look_after(self, org_id: OrgId, one: _Watched, *, reauthorize: bool) -> None:
        try:
            watch = self._make_watch(one.source, one.address, one.account, org_id)
        except (DulyError, KeyError, ValueError) as error:
            # Fetching meets the same, and says it.
            _log.warning("watch_unusable", mailbox_id=str(one.mailbox_id), error=str(error))
            return
        if watch is None:
            if one.row is not None:
                await self._drop(org_id, one.mailbox_id)
            return
        try:
            if reauthorize or self._is_due(watch, one, self._clock.now()):
                async with self._alone(one.mailbox_id) as alone:
                    if alone:
                        await self._turn(org_id, one, watch, reauthorize=reauthorize)
        finally:
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await watch.close()
            except (DulyError, TimeoutError, OSError) as error:
                _log.info("watch_not_closed", mailbox_id=str(one.mailbox_id), error=type(error).__name__)

    def _is_due(self, watch: MailWatch, one: _Watched, now: datetime) -> bool:
        row = one.row
        if row is None:
            return True
        if row.made_for == _made_for(one, watch) and row.failed_at is not None:
            # A clock that was set back makes no pause longer than it is.
            rests = timedelta(0) <= now - row.failed_at < RETRY_AFTER
            if rests:
                return False
        held = self._held(row, _made_for(one, watch), now)
        return held is None or watch.is_due(held, now)

    async def _turn(self, org_id: OrgId, one: _Watched, watch: MailWatch, *, reauthorize: bool) -> None:
        """One try, by this worker alone."""
        now, made_for = self._clock.now(), _made_for(one, watch)
        # Read anew: another worker may just have done it.
        async with self._uows(org_id) as uow:
            row = (await watches(uow)).get(one.mailbox_id)
        held = None if row is None else self._held(row, made_for, now)
        if held is not None and not reauthorize and not watch.is_due(held, now):
            return
        try:
            async with asyncio.timeout(_TURN_SECONDS):
                if held is None:
                    made = await watch.begin(now)
                elif reauthorize:
                    made = await watch.reauthorize(held, now)
                else:
                    made = await watch.renew(held, now)
        except (DulyError, TimeoutError) as error:
            words = str(error) or "no answer in time"
            _log.warning("watch_failing", mailbox_id=str(one.mailbox_id), error=words)
            async with self._uows(org_id) as uow:
                await note_watch_failed(
                    uow, one.mailbox_id, words, made_for=made_for, stands=held is not None, at=now
                )
            return
        secret = self._secrets.seal(made.secret) if made.secret else ""
        standing = StandingWatch(made.reference, secret, made_for, made.started_at, made.expires_at)
        async with self._uows(org_id) as uow:
            await keep_watch(uow, one.mailbox_id, standing, at=now)
        _log.info("watch_stands", mailbox_id=str(one.mailbox_id), until=made.expires_at.isoformat())
        if held is None or held.reference != made.reference:
            await self._news(org_id, one.mailbox_id)

    def _held(self, row: MailboxWatchRow, made_for: str, now: datetime) -> HeldWatch | None:
        """The watch that stands for this mailbox and place; None where it has to be begun."""
        if row.started_at is None or row.expires_at is None or row.made_for != made_for or row.expires_at <= now:
            return None
        try:
            secret = self._secrets.open(row.sealed_secret) if row.sealed_secret else ""
        except DulyError:
            # Sealed by a key that is gone: its pushes could not be told from forged ones.
            return None
        return HeldWatch(row.reference, secret, row.started_at, row.expires_at)

    async def _drop(self, org_id: OrgId, mailbox_id: MailboxId) -> None:
        """Forgets it. What the provider still sends is refused, and ends by itself within days."""
        async with self._uows(org_id) as uow:
            await drop_watch(uow, mailbox_id, at=self._clock.now())

    @asynccontextmanager
    async def _alone(self, mailbox_id: MailboxId) -> AsyncIterator[bool]:
        """Whether this worker alone calls out for the mailbox's watch now."""
        async with self._uows.sessions() as session:
            got = await session.scalar(
                text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"watch:{mailbox_id}"}
            )
            yield bool(got)


def _fetched(found: tuple[Connection, ...], kept: dict[MailboxId, MailboxWatchRow]) -> list[_Watched]:
    """The mailboxes under whose name mail is fetched: of those that share a source, the first."""
    wanted: list[_Watched] = []
    seen: set[Inbox] = set()
    for one in found:
        mailbox = one.mailbox
        inbox = inbox_of(mailbox.source, mailbox.address)
        if not inbox or inbox in seen:
            continue
        seen.add(inbox)
        account = (one.grant.subject if one.grant is not None else "") or mailbox.address
        granted = one.grant.granted_at.isoformat() if one.grant is not None else ""
        row = kept.get(MailboxId(mailbox.id))
        wanted.append(_Watched(MailboxId(mailbox.id), mailbox.address, account.lower(), granted, mailbox.source, row))
    return wanted


def _made_for(one: _Watched, watch: MailWatch) -> str:
    return f"{one.address} {one.account} {one.granted} {watch.place}"

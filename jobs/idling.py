"""`Idling`: waits for word of mail at IMAP servers, each mailbox by one worker of all that run."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
import structlog
from sqlalchemy import select

from core.errors import DulyError
from core.ids import MailboxId, OrgId
from integrations.ports.errors import RateLimited
from ledger.model.inbox import Inbox, inbox_of
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: How often this worker looks which mailboxes there are, and whether another worker has let go of one.
ROUND_SECONDS = 15.0
#: Mailboxes that one worker waits for: each holds a connection. The others are left to other workers, or to the poll.
MOST_MAILBOXES = 400
_WAIT_SECONDS = 600.0
_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 900.0
#: Mailboxes that are connected to within one round: hundreds at once would keep every thread from other work.
_MOST_BEGUN = 20
_CLOSE_SECONDS = 2.0
_CONNECT_SECONDS = 10
_STATEMENT_SECONDS = 10.0
#: The database forgets a worker whose machine is gone after about half a minute, and its mailboxes are free.
_KEEPALIVE = "SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
_KEY = "hashtextextended(%s, 0)"

_log = structlog.get_logger()


class MailboxIdle(Protocol):
    """Waits at one mailbox; see `integrations.imap.idle.ImapIdle`."""

    async def wait(self, most_seconds: float) -> bool:
        """True as soon as mail may have come since the last call, and at the first."""
        ...

    async def close(self) -> None:
        """Ends the connection."""
        ...


#: From a mailbox's settings, its address and its organisation.
IdleMaker = Callable[[dict[str, Any], str, OrgId], MailboxIdle]
News = Callable[[OrgId, MailboxId], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Waited:
    """A mailbox to wait for."""

    org_id: OrgId
    mailbox_id: MailboxId
    address: str
    source: dict[str, Any]

    @property
    def key(self) -> str:
        """What its lock is called."""
        return f"idle:{self.mailbox_id}"


@dataclass(frozen=True, slots=True)
class _Wait:
    waited: Waited
    task: asyncio.Task[None]


class Idling:
    """One worker's part. Whoever holds the lock of a mailbox waits for it; a lock ends with its connection, so with
    its worker. `news` is told of mail, once for the start of each wait."""

    def __init__(
        self,
        uows: UnitOfWorkFactory,
        organisations: Callable[[], Awaitable[list[OrgId]]],
        database_url: str,
        make_idle: IdleMaker,
        news: News,
        *,
        round_seconds: float = ROUND_SECONDS,
        most_mailboxes: int = MOST_MAILBOXES,
    ) -> None:
        self._uows = uows
        self._organisations = organisations
        self._database_url = database_url
        self._make_idle = make_idle
        self._news = news
        self._round_seconds = round_seconds
        self._most_mailboxes = most_mailboxes
        self._waits: dict[MailboxId, _Wait] = {}

    async def run(self) -> None:
        """Until it is cancelled, or the database connection is lost: then every wait has ended, and it may be run
        again.

        Raises:
            psycopg.Error: the connection that holds the locks was lost, or could not be made.
        """
        connection = await psycopg.AsyncConnection.connect(
            self._database_url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            keepalives_idle=15,
            keepalives_interval=5,
            keepalives_count=3,
        )
        try:
            await connection.execute(_KEEPALIVE)
            while True:
                await self._round(connection)
                # Nobody notifies us: this sleeps, and ends at once when the connection does.
                async for _ in connection.notifies(timeout=self._round_seconds):
                    pass
        finally:
            # First the waits, then the locks: no other worker begins to wait before we have ended.
            await self._end(list(self._waits))
            await connection.close()

    async def _round(self, connection: psycopg.AsyncConnection[Any]) -> None:
        wanted = await self._wanted()
        for mailbox_id, wait in list(self._waits.items()):
            if wait.waited != wanted.get(mailbox_id) or wait.task.done():
                await self._end([mailbox_id])
                await _unlock(connection, wait.waited.key)
        begun = 0
        for mailbox_id, waited in wanted.items():
            if mailbox_id in self._waits:
                continue
            if begun >= _MOST_BEGUN or len(self._waits) >= self._most_mailboxes:
                break
            if await _lock(connection, waited.key):
                task = asyncio.create_task(self._wait(waited), name=f"idle:{mailbox_id}")
                self._waits[mailbox_id] = _Wait(waited, task)
                begun += 1

    async def _wanted(self) -> dict[MailboxId, Waited]:
        """The active IMAP mailboxes; of those that share a folder, the one as which it is fetched."""
        wanted: dict[MailboxId, Waited] = {}
        for org_id in await self._organisations():
            async with self._uows(org_id) as uow:
                rows = list(
                    await uow.session.scalars(
                        select(MailboxRow)
                        .where(MailboxRow.active.is_(True), MailboxRow.source["kind"].astext == "imap")
                        .order_by(MailboxRow.id)
                    )
                )
            seen: set[Inbox] = set()
            for row in rows:
                inbox = inbox_of(row.source, row.address)
                if inbox not in seen:
                    seen.add(inbox)
                    mailbox_id = MailboxId(row.id)
                    wanted[mailbox_id] = Waited(org_id, mailbox_id, row.address, row.source)
        return wanted

    async def _end(self, mailbox_ids: list[MailboxId]) -> None:
        ended = [self._waits.pop(mailbox_id).task for mailbox_id in mailbox_ids]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _wait(self, waited: Waited) -> None:
        loop, pause = asyncio.get_running_loop(), _PAUSE_SECONDS
        while True:
            began_at = loop.time()
            try:
                await self._wait_well(waited)
            except RateLimited as error:
                pause = max(pause, error.retry_after_seconds)
                self._log_rest(waited, pause, str(error))
            except (DulyError, KeyError, ValueError) as error:
                # The mailbox's health tells it: the poll meets the same.
                self._log_rest(waited, pause, str(error))
            except Exception:  # the boundary of a background loop
                _log.exception("idle_failed", mailbox_id=str(waited.mailbox_id))
            await asyncio.sleep(min(pause, _LONGEST_PAUSE_SECONDS))
            went_well = loop.time() - began_at > 2 * _LONGEST_PAUSE_SECONDS
            pause = _PAUSE_SECONDS if went_well else min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _wait_well(self, waited: Waited) -> None:
        """Tells each news, until something fails."""
        idle = self._make_idle(waited.source, waited.address, waited.org_id)
        try:
            while True:
                if await idle.wait(_WAIT_SECONDS):
                    await self._news(waited.org_id, waited.mailbox_id)
        finally:
            with contextlib.suppress(DulyError, OSError, TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await idle.close()

    @staticmethod
    def _log_rest(waited: Waited, pause: float, error: str) -> None:
        _log.warning("idle_rests", mailbox_id=str(waited.mailbox_id), seconds=round(pause), error=error)


async def _lock(connection: psycopg.AsyncConnection[Any], key: str) -> bool:
    return await _ask(connection, f"SELECT pg_try_advisory_lock({_KEY})", key)


async def _unlock(connection: psycopg.AsyncConnection[Any], key: str) -> None:
    await _ask(connection, f"SELECT pg_advisory_unlock({_KEY})", key)


async def _ask(connection: psycopg.AsyncConnection[Any], query: str, key: str) -> bool:
    async with asyncio.timeout(_STATEMENT_SECONDS):
        answer = await connection.execute(query, (key,))
        row = await answer.fetchone()
    return bool(row and row[0])

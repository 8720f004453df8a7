"""Fetches mail: one mailbox at a time across all workers; the cursor moves with the messages before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from core.clock import Clock
from core.errors import DulyError
from core.ids import MailboxId, OrgId
from integrations.ports.attachment_text import AttachmentReader
from integrations.ports.errors import AuthExpired
from integrations.ports.mailbox_gap import CountsAhead
from jobs.gathering import gathered
from jobs.mailboxes import ConnectedSource, Mailboxes
from jobs.sender_checks import SenderChecks
from jobs.taking import Taking
from ledger.store.blobs import BlobStore
from ledger.store.connections import note_gap
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: Messages of one mailbox before the others get their turn.
BATCH = 200
#: How long a turn lasts. A mail of 25 MB comes within it on a line of a megabit a second.
TURN_SECONDS = 300.0
#: To count what a turn has left; a figure for a person is worth no longer wait.
_COUNT_SECONDS = 20.0

_log = structlog.get_logger()


@dataclass(slots=True)
class _Turn:
    """What became of one mailbox's turn."""

    taken: int = 0
    new: int = 0
    #: Behind the last message taken.
    cursor: str | None = None
    reached_end: bool = False
    #: Messages known to lie ahead; None where nobody counted.
    gap: int | None = None
    error: str = ""
    #: Only a person can mend it, by signing in again.
    sign_in_refused: bool = False


@dataclass(frozen=True, slots=True)
class Fetching:
    """What fetching needs."""

    uows: UnitOfWorkFactory
    blobs: BlobStore
    clock: Clock
    mailboxes: Mailboxes
    attachments: AttachmentReader
    checks: SenderChecks
    turn_seconds: float = TURN_SECONDS

    async def fetch_all(self, org_id: OrgId, *, kinds: frozenset[str]) -> int:
        """One round over the organisation's mailboxes of these kinds; returns how many messages were new."""
        new = 0
        for connected in await self.mailboxes.sources(org_id):
            if connected.kind not in kinds:
                continue
            async with self.alone(connected.mailbox_id) as alone:
                if alone:
                    new += await self.fetch(org_id, connected)
        return new

    async def fetch(self, org_id: OrgId, connected: ConnectedSource) -> int:
        """Fetches one mailbox, at most `BATCH` messages and for `turn_seconds` at most; returns how many were new.
        Only inside `alone`. Whatever is wrong with the mailbox is noted on its health and stops no other.

        Raises:
            OperationalError, InterfaceError: the database is away.
        """
        turn = _Turn(cursor=connected.cursor)
        try:
            await self._take_turn(org_id, connected, turn)
        except (OperationalError, InterfaceError):
            raise
        except DulyError as failure:
            turn.error, turn.sign_in_refused = str(failure), isinstance(failure, AuthExpired)
            _log.warning("mailbox_failing", mailbox_id=str(connected.mailbox_id), error=turn.error)
        except Exception as failure:  # the boundary of a mailbox: its neighbours are fetched all the same
            turn.error = unexpected(failure)
            _log.exception("mailbox_broken", mailbox_id=str(connected.mailbox_id))
        await self._note(org_id, connected.mailbox_id, turn)
        return turn.new

    async def _take_turn(self, org_id: OrgId, connected: ConnectedSource, turn: _Turn) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self.turn_seconds
        async with aclosing(gathered(connected.source.fetch(connected.cursor, limit=BATCH))) as gatherings:
            while not turn.taken or loop.time() < until:
                try:
                    # Only the mailbox is cut short: what it gave is stored to the end.
                    async with asyncio.timeout_at(until) as limit:
                        messages = await anext(gatherings)
                except StopAsyncIteration:
                    await self._look_ahead(connected, turn)
                    return
                except TimeoutError:
                    if not limit.expired():
                        raise
                    break
                turn.new += await self._taking.take(org_id, connected.mailbox_id, messages)
                turn.taken, turn.cursor = turn.taken + len(messages), messages[-1].cursor
        _log.info("fetch_turn_over", mailbox_id=str(connected.mailbox_id), taken=turn.taken)
        if not turn.taken:
            turn.error = (
                f"not one message came within {self.turn_seconds:g} s: the server, or the line to it, is too slow; "
                "if this goes on, look for a very large mail that was not fetched and move it to another folder"
            )

    async def _look_ahead(self, connected: ConnectedSource, turn: _Turn) -> None:
        """Whether the turn came to the mailbox's end and, where the mailbox can tell, how much it left."""
        turn.gap = 0 if turn.taken < BATCH else None
        if turn.gap is None and isinstance(connected.source, CountsAhead):
            try:
                async with asyncio.timeout(_COUNT_SECONDS):
                    turn.gap = await connected.source.ahead(turn.cursor)
            except (DulyError, TimeoutError) as failure:
                _log.info("gap_not_counted", mailbox_id=str(connected.mailbox_id), error=str(failure))
        turn.reached_end = turn.gap == 0

    async def take_raw(self, org_id: OrgId, mailbox_id: MailboxId, raw: bytes) -> bool:
        """Parses and stores one raw message; whether it was new."""
        return await self._taking.take_raw(org_id, mailbox_id, raw)

    @property
    def _taking(self) -> Taking:
        return Taking(self.uows, self.blobs, self.clock, self.mailboxes, self.attachments, self.checks)

    async def _note(self, org_id: OrgId, mailbox_id: MailboxId, turn: _Turn) -> None:
        now = self.clock.now()
        async with self.uows(org_id) as uow:
            row = await uow.session.get_one(MailboxRow, mailbox_id)
            row.sign_in_refused = turn.sign_in_refused
            if turn.error:
                row.failing_since = row.failing_since or now
                row.last_error = turn.error[:500]
                return
            row.failing_since, row.last_error = None, ""
            if turn.reached_end:
                row.fetched_at = now
            await note_gap(uow, mailbox_id, turn.gap, at=now)

    @asynccontextmanager
    async def alone(self, mailbox_id: MailboxId) -> AsyncIterator[bool]:
        """Whether this worker alone fetches the mailbox now. Storing is idempotent; this only avoids waste."""
        async with self.uows.sessions() as session:
            got = await session.scalar(
                text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"fetch:{mailbox_id}"}
            )
            yield bool(got)


def unexpected(failure: Exception) -> str:
    """What a mailbox's health says of an error that none of ours foresaw. Its own words stay in the log: nobody knows
    what they hold."""
    return f"an error that we did not expect ({type(failure).__name__}); the worker's log has it"

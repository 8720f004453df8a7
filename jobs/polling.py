"""`Polling`: looks at mailboxes again and again, a few side by side; one that takes long does not hold up the others.

Each mailbox is fetched by one task of one worker at a time: this worker begins no second turn of a mailbox while the
first lasts, and `Fetching.alone` keeps the other workers and the jobs apart.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from core.ids import MailboxId, OrgId
from jobs.fetching import Fetching

#: Turns at once. Each keeps a connection to the database, and jobs need some of them.
SIDE_BY_SIDE = 4
#: Turns at once of one organisation, so that its slow servers leave room for the others'.
OF_ONE_ORGANISATION = 2

_log = structlog.get_logger()


class Polling:
    """The mailboxes of some kinds, of all organisations."""

    def __init__(
        self,
        fetching: Fetching,
        organisations: Callable[[], Awaitable[list[OrgId]]],
        kinds: frozenset[str],
        *,
        side_by_side: int = SIDE_BY_SIDE,
    ) -> None:
        self._fetching = fetching
        self._organisations = organisations
        self._kinds = kinds
        self._places = asyncio.Semaphore(side_by_side)
        self._places_of: defaultdict[OrgId, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(OF_ONE_ORGANISATION)
        )
        self._under_way: set[MailboxId] = set()

    async def run(self, seconds: float) -> None:
        """A round every so many seconds, until it is cancelled; the turns under way end with it."""
        async with asyncio.TaskGroup() as turns:
            while True:
                await self._begin(turns)
                await asyncio.sleep(seconds)

    async def round(self) -> int:
        """One look at every mailbox, to its end; returns how many messages were new."""
        async with asyncio.TaskGroup() as turns:
            begun = await self._begin(turns)
        return sum(turn.result() for turn in begun)

    async def _begin(self, turns: asyncio.TaskGroup) -> list[asyncio.Task[int]]:
        """Begins a turn of each mailbox that has none."""
        begun: list[asyncio.Task[int]] = []
        for org_id in await self._organisations():
            try:
                sources = await self._fetching.mailboxes.sources(org_id)
            except Exception:  # one organisation's trouble never stops another's mail
                _log.exception("fetch_failed", org_id=str(org_id))
                continue
            for one in sources:
                if one.kind in self._kinds and one.mailbox_id not in self._under_way:
                    self._under_way.add(one.mailbox_id)
                    turn = turns.create_task(self._turn(org_id, one.mailbox_id), name=f"fetch:{one.mailbox_id}")
                    # Also where it is cancelled before it began.
                    turn.add_done_callback(partial(self._end, one.mailbox_id))
                    begun.append(turn)
        return begun

    def _end(self, mailbox_id: MailboxId, _turn: asyncio.Task[int]) -> None:
        self._under_way.discard(mailbox_id)

    async def _turn(self, org_id: OrgId, mailbox_id: MailboxId) -> int:
        async with self._places_of[org_id], self._places:
            try:
                async with self._fetching.alone(mailbox_id) as alone:
                    # As it stands now: while it waited for its place, a job may have fetched it.
                    connected = await self._fetching.mailboxes.source(org_id, mailbox_id) if alone else None
                    return 0 if connected is None else await self._fetching.fetch(org_id, connected)
            except Exception:  # the database is away, or a slip of ours: the next round tries again
                _log.exception("fetch_failed", org_id=str(org_id), mailbox_id=str(mailbox_id))
                return 0

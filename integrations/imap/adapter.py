"""`ImapSource` and `ImapSentLookup`: any IMAP server as a mailbox that is read, and as proof of what was sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date

from core.clock import Clock, SystemClock
from integrations.imap import mapping
from integrations.imap.client import ImapClient
from integrations.imap.connection import FolderState
from integrations.imap.mapping import Cursor
from integrations.imap.sent import holds
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage

#: Messages asked for at once, and how many bytes of them are held in memory at once.
BATCH = 50
_GROUP_BYTES = 8_000_000
#: UIDs that one search looks through: few where mail is found, more and more where all of it is too old.
FIRST_SPAN = 2_000
SEARCH_SPAN = 50_000
_WIDER = 5
#: Searches for one fetch; a folder whose UIDs lie further apart goes on at the next fetch.
_MOST_SEARCHES = 2_000


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a fetch begins: behind this UID, not before this day. `complete_to` is what the cursor knew."""

    after: int
    since: date | None
    complete_to: date | None


@dataclass(frozen=True, slots=True)
class _Found:
    """UIDs to fetch, ascending, and whether the folder holds none behind them."""

    uids: list[int]
    to_the_end: bool


class ImapSource:
    """`MailSource` over one folder. The cursor is `UIDVALIDITY:UID`, and the day up to which it was complete.

    `since` leaves out what arrived before that day (server's calendar, a day of grace). When the server gives all
    messages new UIDs, the folder is read again from a month before the cursor's day, or from `since`. No message is
    changed or marked as read.
    """

    def __init__(
        self,
        server: MailServer,
        max_bytes: int,
        *,
        folder: str = "INBOX",
        since: date | None = None,
        clock: Clock | None = None,
        batch: int = BATCH,
        search_span: int = SEARCH_SPAN,
    ) -> None:
        self._client = ImapClient(server)
        self._max_bytes = max_bytes
        self._folder = mapping.folder_argument(folder)
        self._since = since
        self._clock = clock or SystemClock()
        self._batch = max(1, min(batch, BATCH))
        self._span = max(1, min(search_span, SEARCH_SPAN))
        #: Up to here nothing was found; saves the search of a large folder whose new mail is all too old.
        self._empty_up_to = Cursor(0, 0)

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`; a message that is deleted while we fetch is left out.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        state = await self._client.open_folder(self._folder)
        start = self._start(cursor, state)
        found = await self._newer_than(start, state, limit)
        for first in range(0, len(found.uids), self._batch):
            uids = found.uids[first : first + self._batch]
            is_last = found.to_the_end and first + self._batch >= len(found.uids)
            async for message in self._messages(uids, state.uid_validity, start.complete_to, is_last=is_last):
                yield message

    async def ahead(self, cursor: str | None) -> int | None:
        """See `CountsAhead.ahead`; by the place in the folder of the first message behind the cursor.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        state = await self._client.open_folder(self._folder)
        known = mapping.read_cursor(cursor)
        if known is None or known.uid_validity != state.uid_validity:
            return None
        found = await self._newer_than(self._start(cursor, state), state, 1)
        if not found.uids:
            return 0 if found.to_the_end or not state.messages else None
        place = mapping.places(await self._client.sizes(found.uids)).get(found.uids[0])
        return None if place is None else max(1, state.messages - place + 1)

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()

    def _start(self, cursor: str | None, state: FolderState) -> _Start:
        known = mapping.read_cursor(cursor)
        if known is None:
            return _Start(0, self._since, None)
        if known.uid_validity == state.uid_validity:
            return _Start(known.uid, self._since, known.complete_to)
        since = mapping.resync_from(self._since, known.complete_to, today=self._today())
        return _Start(0, since, known.complete_to)

    def _today(self) -> date:
        return self._clock.now().date()

    async def _newer_than(self, start: _Start, state: FolderState, limit: int) -> _Found:
        """The first `limit` UIDs behind the start, searched in spans of bounded answers."""
        if limit <= 0 or not state.messages:
            return _Found([], to_the_end=False)
        empty = self._empty_up_to
        first = max(start.after, empty.uid if empty.uid_validity == state.uid_validity else 0) + 1
        span = min(FIRST_SPAN, self._span)
        if state.messages <= span:
            uids = await self._search(first, None, start.since)
            return _Found(uids[:limit], to_the_end=len(uids) <= limit)
        found: list[int] = []
        for _ in range(_MOST_SEARCHES):
            if len(found) > limit or first > state.highest_uid:
                return _Found(found[:limit], to_the_end=len(found) <= limit)
            last = first + span - 1
            found += await self._search(first, last, start.since)
            if not found:
                self._empty_up_to = Cursor(state.uid_validity, min(last, state.highest_uid))
                span = min(span * _WIDER, self._span)
            first = last + 1
        return _Found(found[:limit], to_the_end=False)

    async def _search(self, first: int, last: int | None, since: date | None) -> list[int]:
        uids = await self._client.search(*mapping.since_criteria(first, last, since))
        # `n:*` names the last message even where its UID is below n.
        return [uid for uid in uids if uid >= first and (last is None or uid <= last)]

    async def _messages(
        self, uids: list[int], uid_validity: int, complete_to: date | None, *, is_last: bool
    ) -> AsyncIterator[IncomingMessage]:
        answer = await self._client.sizes(uids)
        sizes, days = mapping.sizes(answer), mapping.arrival_days(answer)
        for group in _groups([uid for uid in uids if uid in sizes], sizes, self._max_bytes):
            bodies = self._bodies([uid for uid in group if sizes[uid] <= self._max_bytes], sizes, uid_validity)
            async for uid, raw in _in_order(group, sizes, self._max_bytes, bodies):
                day = min(days[uid], self._today()) if is_last and uid == uids[-1] and uid in days else complete_to
                yield self._incoming(Cursor(uid_validity, uid), Cursor(uid_validity, uid, day), sizes[uid], raw)

    async def _bodies(
        self, wanted: list[int], sizes: dict[int, int], uid_validity: int
    ) -> AsyncIterator[tuple[int, bytes]]:
        """The messages that are still there, in order; one by one where the server breaks off over all of them."""
        if not wanted:
            return
        try:
            announced = sum(sizes[uid] for uid in wanted)
            # Sizes may be estimates: more than they say is taken, within reason.
            most = 2 * announced + self._max_bytes + 1_000_000
            bodies = await self._client.bodies(wanted, announced, most_bytes=most)
        except TemporarilyUnavailable as error:
            if len(wanted) == 1:
                raise _stuck(error, uid_validity, wanted[0]) from error
        else:
            for uid in wanted:
                if uid in bodies:
                    yield uid, bodies[uid]
            return
        for uid in wanted:
            # One message that the server cannot give must not hold up those before it.
            if (await self._client.open_folder(self._folder)).uid_validity != uid_validity:
                raise TemporarilyUnavailable("the folder was made anew while it was read")
            async for alone in self._bodies([uid], sizes, uid_validity):
                yield alone

    def _incoming(self, name: Cursor, cursor: Cursor, size: int, raw: bytes) -> IncomingMessage:
        too_large = size if size > self._max_bytes else len(raw) if len(raw) > self._max_bytes else 0
        return IncomingMessage(str(name), b"" if too_large else raw, str(cursor), too_large_bytes=too_large)


class ImapSentLookup:
    """`SentLookup`: looks for a Message-ID in INBOX and in the folders for sent mail."""

    def __init__(self, server: MailServer, *, folders: tuple[str, ...] = ("INBOX",)) -> None:
        self._client = ImapClient(server)
        self._folders = [mapping.folder_argument(folder) for folder in folders]
        #: A connection has one folder open at a time, and several mails may be looked for at once.
        self._lock = asyncio.Lock()

    async def was_sent(self, message_id: str) -> bool:
        """See `SentLookup.was_sent`. A folder for sent mail that cannot be opened is passed over.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
            ValueError: the id has letters that no Message-ID of ours has.
        """
        async with self._lock:
            for folder in self._folders:
                await self._client.open_folder(folder)
                if await holds(self._client, message_id):
                    return True
            for folder in await self._client.sent_folders():
                if folder not in self._folders and await self._holds_in(folder, message_id):
                    return True
        return False

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()

    async def _holds_in(self, folder: str, message_id: str) -> bool:
        try:
            await self._client.open_folder(folder)
        except TemporarilyUnavailable:
            return False
        return await holds(self._client, message_id)


async def _in_order(
    group: list[int], sizes: dict[int, int], max_bytes: int, bodies: AsyncIterator[tuple[int, bytes]]
) -> AsyncIterator[tuple[int, bytes]]:
    """The messages of `bodies`, and those over the limit without theirs, by UID."""
    left_out = [uid for uid in group if sizes[uid] > max_bytes]
    async for uid, raw in bodies:
        while left_out and left_out[0] < uid:
            yield left_out.pop(0), b""
        yield uid, raw
    for uid in left_out:
        yield uid, b""


def _stuck(error: TemporarilyUnavailable, uid_validity: int, uid: int) -> TemporarilyUnavailable:
    return TemporarilyUnavailable(
        f"{error}; reading stops before message {uid_validity}:{uid}: move it to another folder if this goes on"
    )


def _groups(uids: list[int], sizes: dict[int, int], max_bytes: int) -> Iterator[list[int]]:
    """Runs of messages that fit into memory together; one over the limit is not fetched and weighs nothing."""
    group: list[int] = []
    weight = 0
    for uid in uids:
        size = sizes[uid] if sizes[uid] <= max_bytes else 0
        if group and weight + size > _GROUP_BYTES:
            yield group
            group, weight = [], 0
        group.append(uid)
        weight += size
    if group:
        yield group

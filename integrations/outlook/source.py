"""`OutlookSource`: a folder of an Outlook mailbox as a mailbox that is read."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import structlog

from integrations.outlook.client import GraphClient, Pause
from integrations.outlook.cursor import (
    DeltaPosition,
    ListPosition,
    Position,
    mark,
    read_cursor,
    with_mark,
    write_cursor,
)
from integrations.outlook.folder import Folder, LinkExpired
from integrations.outlook.mapping import Listed, instant
from integrations.outlook.place import GraphPlace
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage

#: Messages named at once.
PAGE = 50
#: Pages of one fetch; most hold nothing new where somebody marks a folder as read.
_MOST_PAGES = 100
#: Messages that are known to be kept already, by mark: changes to them are passed over without fetching them.
_MOST_KEPT = 20_000
#: How far behind the last position a lost one begins anew: clocks of Exchange's parts differ by less.
_MARGIN = timedelta(hours=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_log = structlog.get_logger()


@dataclass(slots=True)
class _Round:
    """One fetch: how many messages it may still give, and the cursor that its reader holds."""

    left: int
    cursor: str | None


class OutlookSource:
    """`MailSource` over one folder. Safe under concurrent use.

    First everything since `since` is listed by date, oldest first, then changes are followed. Should Graph forget
    the position (it keeps them for weeks), everything that was touched since then is listed again: some messages
    come twice, none is left out. Drafts are skipped; what we sent ourselves lies in another folder. Nothing is
    changed or marked as read. Counting a folder of some 20,000 messages and more takes several fetches, which give
    nothing yet.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        mailbox: str,
        max_bytes: int,
        *,
        since: date | datetime | None = None,
        folder: str = "inbox",
        place: GraphPlace | None = None,
        page_size: int = PAGE,
        timeout_seconds: float = 30.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._client = GraphClient(
            tokens, mailbox, place or GraphPlace(), timeout_seconds=timeout_seconds, pause=pause
        )
        self._folder = Folder(self._client, folder, page_size=max(1, min(page_size, 1_000)))
        self._mailbox = mailbox
        self._max_bytes = max_bytes
        self._since = _instant_of(since)
        #: The cursor that was given last, and the messages kept up to it.
        self._reached: str | None = None
        self._kept: OrderedDict[str, None] = OrderedDict()
        #: For the reader with this cursor: a later position, with nothing new between the two.
        self._ahead: tuple[str | None, Position] | None = None

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`; a message that is deleted while we fetch is left out.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        if limit <= 0:
            return
        round_ = _Round(limit, cursor)
        position = await self._continued(cursor)
        if position is None:
            return
        try:
            async for message in self._from(position, round_):
                yield message
            return
        except LinkExpired:
            pass
        position = await self._anew(position)
        if position is None or round_.left <= 0:
            return
        try:
            async for message in self._from(position, round_):
                yield message
        except LinkExpired as error:
            raise TemporarilyUnavailable(
                f"Outlook mailbox {self._mailbox}: Graph forgets its positions as soon as it names them"
            ) from error

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.close()

    async def _continued(self, cursor: str | None) -> Position | None:
        """Where to go on; None while a large folder is still counted."""
        if cursor != self._reached:
            # Another reader, or an older cursor: it gets everything behind it, known or not.
            self._kept.clear()
            self._reached = cursor
        if self._ahead is not None and self._ahead[0] == cursor:
            return self._ahead[1]
        return read_cursor(cursor) or await self._first()

    async def _first(self) -> ListPosition | None:
        then = await self._folder.position_now()
        if then is None:
            return None
        return ListPosition(by="receivedDateTime", reached=self._since or _BEGINNING, then=then)

    async def _anew(self, lost: Position) -> ListPosition | None:
        """A list of all that was touched since a position that Graph does not know any more."""
        as_of = lost.as_of if isinstance(lost, DeltaPosition) else lost.then.as_of
        _log.warning("outlook_position_expired", mailbox=self._mailbox, listing_since=str(as_of))
        self._ahead = None
        then = await self._folder.position_now()
        if then is None:
            return None
        if as_of is None:
            return ListPosition(by="receivedDateTime", reached=self._since or _BEGINNING, then=then)
        # By change and not by arrival: a mail that is moved here from elsewhere keeps the date it arrived at.
        return ListPosition(by="lastModifiedDateTime", reached=as_of - _MARGIN, then=then)

    async def _from(self, position: Position, round_: _Round) -> AsyncIterator[IncomingMessage]:
        if isinstance(position, ListPosition):
            async for message in self._list(position, round_):
                yield message
            if round_.left <= 0:
                return
            position = position.then
        async for message in self._follow(position, round_):
            yield message

    async def _list(self, position: ListPosition, round_: _Round) -> AsyncIterator[IncomingMessage]:
        """The list to its end, or to the round's. Each page is asked for by date: an offset would step over messages
        when others are deleted meanwhile."""
        asked = position.reached
        page = await self._folder.listed(position.by, asked)
        for _ in range(_MOST_PAGES):
            fresh = [row for row in page.value if mark(row.id) not in position.done]
            for number, row in enumerate(fresh, start=1):
                position = _behind(position, row)
                ends = page.next_link is None and number == len(fresh)
                after: Position = position.then if ends else position
                async for message in self._given(row, after, round_):
                    yield message
                if round_.left <= 0:
                    return
            following = page.next_link
            if following is None:
                return
            self._ahead = (round_.cursor, position)
            if position.reached > asked:
                asked = position.reached
                page = await self._folder.listed(position.by, asked)
            else:
                # A whole page of one second: only the link leads past it.
                page = await self._folder.listed_further(following)
        round_.left = 0

    async def _follow(self, position: DeltaPosition, round_: _Round) -> AsyncIterator[IncomingMessage]:
        for _ in range(_MOST_PAGES):
            page, behind = await self._folder.changes(position.link)
            rows = sorted(
                (row for row in page.value if mark(row.id) not in position.done),
                key=lambda row: instant(row.received_at) or _BEGINNING,
            )
            for number, row in enumerate(rows, start=1):
                position = position.model_copy(update={"done": with_mark(position.done, row.id)})
                after = behind if number == len(rows) else position
                async for message in self._given(row, after, round_):
                    yield message
                if round_.left <= 0:
                    return
            position = behind
            self._ahead = (round_.cursor, behind)
            if page.delta_link:
                return

    async def _given(self, row: Listed, after: Position, round_: _Round) -> AsyncIterator[IncomingMessage]:
        """The row's message, if it is one to give; known as kept once the reader asks for the next."""
        name = mark(row.id)
        if not self._is_wanted(row) or name in self._kept:
            return
        message = await self._incoming(row.id, write_cursor(after))
        if message is None:
            return
        round_.left -= 1
        yield message
        self._reached = round_.cursor = message.cursor
        self._kept[name] = None
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def _is_wanted(self, row: Listed) -> bool:
        if row.removed is not None or row.is_draft:
            return False
        received_at = instant(row.received_at)
        return self._since is None or received_at is None or received_at >= self._since

    async def _incoming(self, message_id: str, cursor: str) -> IncomingMessage | None:
        answer = await self._folder.raw(message_id, self._max_bytes)
        if answer is None:
            return None
        if answer.oversize:
            return IncomingMessage(message_id, b"", cursor, too_large_bytes=answer.oversize)
        return IncomingMessage(message_id, answer.body, cursor)


def _behind(position: ListPosition, row: Listed) -> ListPosition:
    """The position after this row. Dates have whole seconds, so those of the same second are told by their marks."""
    dated = row.received_at if position.by == "receivedDateTime" else row.modified_at
    at = instant(dated) or position.reached
    if at <= position.reached:
        return position.model_copy(update={"done": with_mark(position.done, row.id)})
    return position.model_copy(update={"reached": at, "done": (mark(row.id),)})


def _instant_of(since: date | datetime | None) -> datetime | None:
    if since is None or isinstance(since, datetime):
        return instant(since)
    return datetime.combine(since, time(), UTC)

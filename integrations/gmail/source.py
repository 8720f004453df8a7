"""`GmailSource`: a Gmail mailbox as a mailbox that is read."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from integrations.gmail import cursor as cursors
from integrations.gmail import following
from integrations.gmail.client import TIMEOUT_SECONDS, CursorTooOld, GmailClient
from integrations.gmail.counting import count_ahead
from integrations.gmail.cursor import HistoryPosition, Position, ScanPosition
from integrations.gmail.following import PlacedArrival
from integrations.gmail.labels import Labels
from integrations.gmail.reading import TOGETHER, MessageReader, ReadMessage, Wanted
from integrations.gmail.scanning import DateScan
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.mailbox import IncomingMessage

#: Messages asked about at once while a mailbox is read by date.
_SMALLEST_WINDOW, _LARGEST_WINDOW = 50, 500
#: Windows without a message for us, and pages of history, that one fetch goes through; the next one goes on.
_MOST_WINDOWS = 50
_MOST_HISTORY_PAGES = 200
#: How far behind the newest message delivered a mailbox is read again once its history is forgotten: mail that
#: other programs import gets a date of the past, and what a person takes out of spam keeps its own; spam is thrown
#: away after a month. What was delivered is told apart by its history id.
RESYNC_OVERLAP = timedelta(days=30)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Step:
    """A message and the position behind it, or a position that was reached without one."""

    position: Position
    message: ReadMessage | None = None


class GmailSource:
    """`MailSource` over a Gmail mailbox: by date at first, then by its history.

    `since` leaves out what came in before. Our own mail, drafts and chats are left out, and spam and trash unless
    `with_junk`; what a person takes out of them is delivered then. Once Google has forgotten the history from the
    cursor on (after a week or more), the mailbox is read by date from the newest message delivered, less an overlap.
    With `label`, only mail that has it, or is given it later. Nothing is changed or marked as read, but for the label
    `mark` that mail is given once it was taken.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        address: str,
        max_bytes: int,
        *,
        since: datetime | None = None,
        api_endpoint: str | None = None,
        with_junk: bool = False,
        label: str = "",
        mark: str = "",
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause_seconds: float = 1.0,
    ) -> None:
        self._client = GmailClient(
            tokens, address, api_endpoint=api_endpoint, timeout_seconds=timeout_seconds, pause_seconds=pause_seconds
        )
        self._reader = MessageReader(self._client, max_bytes)
        self._scan = DateScan(self._client, self._reader, with_junk=with_junk)
        self._wanted = Wanted(max(0, int(since.timestamp() * 1000)) if since else 0, with_junk)
        self._labels = Labels(self._client, read=label, mark=mark)
        #: A cursor, and how much further the mailbox was read without finding a message to keep a cursor with.
        self._reached: tuple[str | None, Position] | None = None

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`; a message that is deleted while we fetch is left out.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
            Rejected: the label that is read is gone.
        """
        if limit <= 0:
            return
        await self._choose_label()
        position = cursors.read(cursor, self._client.mailbox)
        if self._reached is not None and self._reached[0] == cursor:
            position = self._reached[1]
        given = 0
        async for step in self._steps(position, limit):
            if step.message is not None:
                given += 1
                yield self._incoming(step.message, step.position)
                await self._labels.was_read(step.message.metadata.message_id)
            elif not given:
                self._reached = cursor, step.position
        await self._labels.mark()

    async def ahead(self, cursor: str | None) -> int | None:
        """See `CountsAhead.ahead`."""
        await self._choose_label()
        return await count_ahead(self._client, cursors.read(cursor, self._client.mailbox), self._wanted)

    async def _choose_label(self) -> None:
        label = await self._labels.to_read()
        if label != self._wanted.label:
            self._wanted, self._scan.label = replace(self._wanted, label=label), label

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    async def _steps(self, position: Position | None, limit: int) -> AsyncIterator[_Step]:
        given = 0
        if isinstance(position, HistoryPosition):
            try:
                async for step in self._from_history(position, limit):
                    given += step.message is not None
                    yield step
            except CursorTooOld:
                _log.info("gmail_history_forgotten", mailbox=self._client.mailbox, history_id=position.history_id)
                position = await self._resync_position(position)
            else:
                return
        scan = position or ScanPosition(await self._client.current_history_id(), 0, self._wanted.since_ms)
        if given < limit:
            async for step in self._from_scan(scan, limit - given):
                yield step

    async def _resync_position(self, lost: HistoryPosition) -> ScanPosition:
        now = await self._client.current_history_id()
        # Ids only grow; where they do not, this is another mailbox by the same name, and nothing of it is known.
        known = lost.history_id if now >= lost.history_id else 0
        overlap = int(RESYNC_OVERLAP.total_seconds() * 1000)
        start = lost.newest_ms - overlap if known and lost.newest_ms else 0
        return ScanPosition(now, known, max(start, self._wanted.since_ms))

    async def _from_scan(self, position: ScanPosition, limit: int) -> AsyncIterator[_Step]:
        size = min(max(limit, _SMALLEST_WINDOW), _LARGEST_WINDOW)
        for _ in range(_MOST_WINDOWS):
            window = await self._scan.window_after(position, size)
            wanted = [
                one
                for one in window.messages
                if self._wanted.includes(one) and (not position.known_up_to or one.history_id > position.known_up_to)
            ]
            async for read in self._reader.messages(wanted):
                if window.is_last and read.metadata == wanted[-1]:
                    yield _Step(self._end_of(position, read.metadata.at_ms), read)
                else:
                    place = replace(position, at_ms=read.metadata.at_ms, message_id=read.metadata.message_id)
                    yield _Step(place, read)
                limit -= 1
                if not limit:
                    return
            if window.is_last:
                yield _Step(self._end_of(position, position.at_ms))
                return
            position = window.after
            yield _Step(position)

    def _end_of(self, scan: ScanPosition, newest_ms: int) -> HistoryPosition:
        return HistoryPosition(scan.history_id, self._not_in_future(newest_ms))

    async def _from_history(self, position: HistoryPosition, limit: int) -> AsyncIterator[_Step]:
        start, page_token, seen = position, "", set[str]()
        for _ in range(_MOST_HISTORY_PAGES):
            page = await self._client.history(position.history_id, page_token=page_token, label=self._wanted.label)
            page_token = page.next_page
            arrivals = [
                one
                for one in following.placed(start, page.arrivals, more_pages=bool(page_token))
                if one.arrival.labels is None or self._wanted.may_include(one.arrival.labels)
            ]
            async for step in self._arrived(arrivals, start.newest_ms, seen):
                yield step
                limit -= 1
                if not limit:
                    return
                start = replace(start, newest_ms=step.position.newest_ms)
            start = HistoryPosition(max(start.history_id, page.last_complete), start.newest_ms)
            if not page_token:
                break
        yield _Step(start)

    async def _arrived(
        self, arrivals: list[PlacedArrival], newest_ms: int, seen: set[str]
    ) -> AsyncIterator["_HistoryStep"]:
        """Reads arrivals, in their order; each message once."""
        for first in range(0, len(arrivals), TOGETHER):
            after = {
                one.arrival.message_id: one.after
                for one in arrivals[first : first + TOGETHER]
                if one.arrival.message_id not in seen
            }
            seen.update(after)
            wanted = [one for one in await self._reader.metadata(list(after)) if self._wanted.includes(one)]
            async for read in self._reader.messages(wanted):
                newest_ms = max(newest_ms, self._not_in_future(read.metadata.at_ms))
                yield _HistoryStep(replace(after[read.metadata.message_id], newest_ms=newest_ms), read)

    def _not_in_future(self, at_ms: int) -> int:
        # Imported mail may have any date; one ahead of Google's clock would hide what comes in until then.
        return min(at_ms, self._client.server_ms) if self._client.server_ms is not None else at_ms

    def _incoming(self, read: ReadMessage, position: Position) -> IncomingMessage:
        cursor = cursors.written(position, self._client.mailbox)
        return IncomingMessage(read.metadata.message_id, read.raw, cursor, read.too_large_bytes)


@dataclass(frozen=True, slots=True)
class _HistoryStep(_Step):
    position: HistoryPosition

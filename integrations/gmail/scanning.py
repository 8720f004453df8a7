"""`DateScan`: a mailbox in windows of time, oldest first, though Gmail lists it newest first."""

from dataclasses import dataclass, replace

from integrations.gmail import mapping
from integrations.gmail.client import GmailClient, MessageQuery
from integrations.gmail.cursor import ScanPosition
from integrations.gmail.mapping import Metadata
from integrations.gmail.reading import MessageReader
from integrations.ports.errors import TemporarilyUnavailable

_NARROWEST_MS = 1_000
_FIRST_WIDTH_MS = 86_400_000
#: Windows four times as wide from one to the next cross all time in fewer steps; so do narrower ones.
_MOST_STEPS = 200
#: Pages of messages that came in within the same second or two.
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Window:
    """All messages behind a position up to a later one, oldest first. Behind the last window there are none."""

    messages: tuple[Metadata, ...]
    after: ScanPosition
    is_last: bool


class DateScan:
    """Finds the windows; each holds about as many messages as are asked for, however unevenly they came in."""

    def __init__(self, client: GmailClient, reader: MessageReader, *, with_junk: bool) -> None:
        self._client = client
        self._reader = reader
        self._with_junk = with_junk
        #: The id of the label whose mail is listed; empty: all mail.
        self.label = ""
        self._width_ms = _FIRST_WIDTH_MS
        #: What was learnt of the last window, which is asked for again where a fetch ended within it.
        self._known: dict[str, Metadata] = {}

    async def window_after(self, position: ScanPosition, size: int) -> Window:
        """The next window.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        rest = await self._list(position.at_ms, None, size)
        if not rest.next_page:
            return await self._window(position, list(rest.message_ids), None)
        start, width = position.at_ms, self._width_ms
        for _ in range(_MOST_STEPS):
            page = await self._list(start, start + width, size)
            message_ids = list(page.message_ids)
            if page.next_page and width > _NARROWEST_MS:
                width = max(width // 4, _NARROWEST_MS)
                continue
            if page.next_page:
                message_ids += await self._pages(start, start + width, size, page.next_page)
            if message_ids:
                self._width_ms = width * 2 if len(message_ids) < size // 4 else width
                return await self._window(position, message_ids, start + width)
            start, width = start + width, width * 4
        raise TemporarilyUnavailable(f"Gmail {self._client.mailbox}: its list of messages does not come to an end")

    async def _list(self, first_ms: int, end_ms: int | None, size: int, page_token: str = "") -> mapping.Page:
        query = MessageQuery(mapping.between(first_ms, end_ms), self.label, with_junk=self._with_junk)
        return await self._client.list_messages(query, most=size, page_token=page_token)

    async def _pages(self, first_ms: int, end_ms: int, size: int, page_token: str) -> list[str]:
        found: list[str] = []
        for _ in range(_MOST_PAGES):
            page = await self._list(first_ms, end_ms, size, page_token)
            found += page.message_ids
            page_token = page.next_page
            if not page_token:
                return found
        raise TemporarilyUnavailable(f"Gmail {self._client.mailbox}: too many messages within one second")

    async def _window(self, position: ScanPosition, message_ids: list[str], end_ms: int | None) -> Window:
        unique = list(dict.fromkeys(message_ids))
        new = await self._reader.metadata([one for one in unique if one not in self._known])
        learnt = {**self._known, **{one.message_id: one for one in new}}
        self._known = {one: learnt[one] for one in unique if one in learnt}
        behind = (position.at_ms, position.message_id)
        messages = sorted(
            (one for one in self._known.values() if _place(one) > behind and (end_ms is None or one.at_ms < end_ms)),
            key=_place,
        )
        after = position if end_ms is None else replace(position, at_ms=end_ms, message_id="")
        return Window(tuple(messages), after, end_ms is None)


def _place(message: Metadata) -> tuple[int, str]:
    return message.at_ms, message.message_id

"""`SentProof`: whether a mail went out, by looking for it, and what it takes to say that it did not."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from integrations.gmail import mapping
from integrations.gmail.client import GmailClient, MessageQuery, NoSuchMessage
from integrations.gmail.mapping import Message
from integrations.gmail.reading import TOGETHER

#: Sent mails that one look compares (in whole pages), and what is remembered of them for the next look.
MOST_COMPARED = 1_000
_PAGE = 100
_MOST_REMEMBERED = 5_000
_MOST_FIRST_LOOKS = 10_000
#: Where nobody says when the mail was handed over, only the newest sent mail is compared.
_LOOKED_BACK = timedelta(days=3)
#: Our clock and Google's may differ, and so may the order of what lies close together.
_CLOCK_MARGIN = timedelta(days=1)


class SentProof:
    """Looks for mails by the ids in their headers, in Gmail's search and then among the sent mails themselves.

    The search alone proves nothing: its index lags, and mail that is sent through the API gets another Message-ID
    than ours. That a mail was not sent is claimed under three conditions together:

    - all sent mail since the hand-over (less a day, for clocks that differ) was compared, or all there is;
    - `settle_seconds` have passed since this process first looked and found nothing, so that a request which was
      still under way when its answer was lost has come to its end;
    - this process is not handing the mail over itself.
    """

    def __init__(self, client: GmailClient, settle_seconds: float, most_compared: int) -> None:
        self._client = client
        self._settle_seconds = settle_seconds
        self._pages = max(1, -(-most_compared // _PAGE))
        self._remembered: OrderedDict[str, Message] = OrderedDict()
        #: When this process first looked for a mail without finding it, by the loop's clock, which never jumps.
        self._first_looks: OrderedDict[str, float] = OrderedDict()

    async def was_sent(self, message_id: str, handed_over_at: datetime | None) -> bool | None:
        """True and False are proof, None is neither.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: could not look.
        """
        first_look = self._first_looks.setdefault(message_id, asyncio.get_running_loop().time())
        _trim(self._first_looks, _MOST_FIRST_LOOKS)
        if await self._found_by_search(message_id):
            return True
        found = await self._found_among_sent(message_id, handed_over_at)
        if found is not False:
            return found
        waited = asyncio.get_running_loop().time() - first_look
        return False if waited >= self._settle_seconds else None

    def forget(self, message_id: str) -> None:
        """The mail is being handed over anew: what was not found before says nothing any more."""
        self._first_looks.pop(message_id, None)

    async def _found_by_search(self, message_id: str) -> bool:
        words = mapping.by_message_id(message_id)
        if not words:
            return False
        page = await self._client.list_messages(MessageQuery(words, "SENT", with_junk=True), most=TOGETHER)
        found = [one async for one in self._messages(list(page.message_ids))]
        return any(message_id in one.header_ids for one in found)

    async def _found_among_sent(self, message_id: str, handed_over_at: datetime | None) -> bool | None:
        """False where all that the mail can be among was compared, None where that was too much."""
        horizon_ms = self._horizon_ms(handed_over_at)
        page_token = ""
        for _ in range(self._pages):
            query = MessageQuery(label="SENT", with_junk=True)
            page = await self._client.list_messages(query, most=_PAGE, page_token=page_token)
            newest_ms = 0
            async for one in self._messages(list(page.message_ids)):
                newest_ms = max(newest_ms, one.at_ms)
                if message_id in one.header_ids:
                    return True
            page_token = page.next_page
            if not page_token:
                return False
            if horizon_ms is not None and newest_ms < horizon_ms:
                return False if handed_over_at is not None else None
        return None

    def _horizon_ms(self, handed_over_at: datetime | None) -> int | None:
        if handed_over_at is not None:
            return int((handed_over_at - _CLOCK_MARGIN).timestamp() * 1000)
        now = self._client.server_ms
        return now - int(_LOOKED_BACK.total_seconds() * 1000) if now is not None else None

    async def _messages(self, message_ids: list[str]) -> AsyncIterator[Message]:
        for start in range(0, len(message_ids), TOGETHER):
            together = message_ids[start : start + TOGETHER]
            for one in await asyncio.gather(*(self._message(message_id) for message_id in together)):
                if one is not None:
                    yield one

    async def _message(self, message_id: str) -> Message | None:
        known = self._remembered.get(message_id)
        if known is None:
            try:
                known = await self._client.headers(message_id)
            except NoSuchMessage:
                return None
            # The headers of a sent mail do not change any more.
            self._remembered[message_id] = known
            _trim(self._remembered, _MOST_REMEMBERED)
        return known


def _trim(kept: OrderedDict[str, object] | OrderedDict[str, Message] | OrderedDict[str, float], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)

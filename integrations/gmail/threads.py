"""`ThreadFinder`: Gmail's thread of the messages that a mail answers."""

import asyncio

from integrations.gmail import mapping
from integrations.gmail.client import GmailClient, MessageQuery, NoSuchMessage
from integrations.gmail.mapping import Message
from integrations.gmail.reading import TOGETHER

#: Messages from and to the recipient that are compared where the search does not find an id.
MOST_COMPARED = 20


class ThreadFinder:
    """Finds threads by the ids in headers; a thread that is not found is started anew by Gmail."""

    def __init__(self, client: GmailClient) -> None:
        self._client = client

    async def thread_of(self, answers: tuple[str, ...], recipient: str) -> str:
        """The thread of one of these messages, the first of them first; empty where there is none.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        for message_id in answers:
            words = mapping.by_message_id(message_id)
            found = await self._compared(words, {message_id}, TOGETHER) if words else ""
            if found:
                return found
        # Our own mails have another Message-ID in Gmail than the one that they were given, and the index lags.
        for words in mapping.with_person(recipient) if answers else ():
            found = await self._compared(words, set(answers), MOST_COMPARED)
            if found:
                return found
        return ""

    async def _compared(self, words: str, wanted: set[str], most: int) -> str:
        page = await self._client.list_messages(MessageQuery(words, with_junk=True), most=most)
        for start in range(0, len(page.message_ids), TOGETHER):
            together = page.message_ids[start : start + TOGETHER]
            for one in await asyncio.gather(*(self._message(message_id) for message_id in together)):
                if one is not None and one.thread_id and wanted & one.header_ids:
                    return one.thread_id
        return ""

    async def _message(self, message_id: str) -> Message | None:
        try:
            return await self._client.headers(message_id)
        except NoSuchMessage:
            return None

"""`MessageReader`: what messages are and what they hold, a few at a time and within bounds of memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from integrations.gmail import mapping
from integrations.gmail.client import GmailClient, NoSuchMessage, TooLarge
from integrations.gmail.mapping import Metadata

#: Calls of one mailbox under way at once, and how many bytes of messages are held in memory at once.
TOGETHER = 4
_GROUP_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are delivered: those that came in at `since_ms` or later, with or without spam and trash, and
    with the label of this id where one is chosen."""

    since_ms: int
    with_junk: bool
    label: str = ""

    def includes(self, message: Metadata) -> bool:
        """Whether the message is one of these."""
        return message.at_ms >= self.since_ms and self.may_include(message.labels)

    def may_include(self, labels: frozenset[str]) -> bool:
        """Whether messages with these labels are among them."""
        return mapping.is_incoming(labels, with_junk=self.with_junk) and (not self.label or self.label in labels)


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message's bytes; none, and its size, where it is too large to be read."""

    metadata: Metadata
    raw: bytes
    too_large_bytes: int = 0


class MessageReader:
    """Reads messages of one mailbox. One that is deleted meanwhile is left out."""

    def __init__(self, client: GmailClient, max_bytes: int) -> None:
        self._client = client
        self._max_bytes = max_bytes

    async def metadata(self, message_ids: Sequence[str]) -> list[Metadata]:
        """What is known of these messages, in their order."""
        found: list[Metadata] = []
        for start in range(0, len(message_ids), TOGETHER):
            together = message_ids[start : start + TOGETHER]
            answers = await asyncio.gather(*(self._metadata_of(message_id) for message_id in together))
            found += [answer for answer in answers if answer is not None]
        return found

    async def messages(self, wanted: Sequence[Metadata]) -> AsyncIterator[ReadMessage]:
        """These messages, in their order."""
        for group in self._groups(wanted):
            for read in await asyncio.gather(*(self._read(one) for one in group)):
                if read is not None:
                    yield read

    def _groups(self, wanted: Sequence[Metadata]) -> Iterator[list[Metadata]]:
        group: list[Metadata] = []
        weight = 0
        for one in wanted:
            size = one.size if one.size <= self._max_bytes else 0
            if group and (len(group) == TOGETHER or weight + size > _GROUP_BYTES):
                yield group
                group, weight = [], 0
            group.append(one)
            weight += size
        if group:
            yield group

    async def _metadata_of(self, message_id: str) -> Metadata | None:
        try:
            return await self._client.metadata(message_id)
        except NoSuchMessage:
            return None

    async def _read(self, one: Metadata) -> ReadMessage | None:
        if one.size > self._max_bytes:
            return ReadMessage(one, b"", one.size)
        try:
            raw = await self._client.raw(one.message_id, expected_bytes=one.size, most_bytes=self._max_bytes)
        except NoSuchMessage:
            return None
        except TooLarge:
            return ReadMessage(one, b"", max(one.size, self._max_bytes + 1))
        return ReadMessage(one, raw)

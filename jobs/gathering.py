"""Messages of a mailbox put together as they come, so that they can be stored together."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from integrations.ports.mailbox import IncomingMessage

#: What is stored together: so many messages, or so many bytes of them; the last one may go over.
MOST_MESSAGES = 50
MOST_BYTES = 8_000_000
#: A message waits so long for the next one, and is then stored without it.
_LULL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _End:
    """The mailbox has no more to give, or failed."""

    error: Exception | None


_Coming = asyncio.Queue[IncomingMessage | _End]


async def gathered(messages: AsyncIterator[IncomingMessage]) -> AsyncGenerator[list[IncomingMessage], None]:
    """All of them in their order, in lists that are never empty. The next ones are fetched while a list is stored; a
    message that comes alone, from a slow mailbox, waits for no other. What came before an error is given first.

    Raises:
        Whatever `messages` raises.
    """
    coming: _Coming = asyncio.Queue(1)
    bringing = asyncio.create_task(_bring(messages, coming))
    try:
        end: _End | None = None
        while end is None:
            batch, end = await _batch(coming)
            if batch:
                yield batch
        if end.error is not None:
            raise end.error
    finally:
        bringing.cancel()
        await asyncio.gather(bringing, return_exceptions=True)


async def _bring(messages: AsyncIterator[IncomingMessage], coming: _Coming) -> None:
    error: Exception | None = None
    try:
        async for message in messages:
            await coming.put(message)
    except Exception as failure:  # handed to whoever asked for the messages
        error = failure
    finally:
        if isinstance(messages, AsyncGenerator):
            await messages.aclose()
    await coming.put(_End(error))


async def _batch(coming: _Coming) -> tuple[list[IncomingMessage], _End | None]:
    batch: list[IncomingMessage] = []
    size = 0
    while len(batch) < MOST_MESSAGES and size < MOST_BYTES:
        try:
            async with asyncio.timeout(_LULL_SECONDS if batch else None):
                one = await coming.get()
        except TimeoutError:
            break
        if isinstance(one, _End):
            return batch, one
        batch.append(one)
        size += len(one.raw)
    return batch, None

"""Messages are put together as they come: in order, bounded, none waiting long for another, none lost to an error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage
from jobs import gathering
from jobs.gathering import gathered


def message(number: int, size: int = 1) -> IncomingMessage:
    return IncomingMessage(str(number), b"x" * size, str(number))


async def of(*messages: IncomingMessage, error: Exception | None = None) -> AsyncIterator[IncomingMessage]:
    for one in messages:
        yield one
    if error is not None:
        raise error


async def test_messages_that_are_there_come_together_in_their_order() -> None:
    found = [batch async for batch in gathered(of(*(message(n) for n in range(120))))]
    assert [len(batch) for batch in found] == [50, 50, 20]
    assert [one.provider_id for batch in found for one in batch] == [str(n) for n in range(120)]


async def test_a_mailbox_without_messages_gives_none() -> None:
    assert [batch async for batch in gathered(of())] == []


async def test_large_messages_do_not_pile_up() -> None:
    large = gathering.MOST_BYTES // 2
    found = [batch async for batch in gathered(of(*(message(n, large) for n in range(5))))]
    assert [len(batch) for batch in found] == [2, 2, 1]


async def test_what_came_before_an_error_is_given_first() -> None:
    found: list[int] = []
    with pytest.raises(TemporarilyUnavailable):
        async for batch in gathered(of(message(1), message(2), error=TemporarilyUnavailable("gone"))):
            found.append(len(batch))
    assert found == [2]


async def test_a_message_does_not_wait_for_one_that_hangs() -> None:
    closed = asyncio.Event()

    async def hanging() -> AsyncIterator[IncomingMessage]:
        try:
            yield message(1)
            await asyncio.sleep(3600)
            yield message(2)
        finally:
            closed.set()

    async with asyncio.timeout(10), aclosing(gathered(hanging())) as batches:
        assert [one.provider_id for one in await anext(batches)] == ["1"]
    assert closed.is_set()


async def test_the_next_messages_are_fetched_while_the_first_are_stored() -> None:
    asked_for_second = asyncio.Event()

    async def two() -> AsyncIterator[IncomingMessage]:
        yield message(1)
        await asyncio.sleep(0.2)
        asked_for_second.set()
        yield message(2)

    async with asyncio.timeout(10), aclosing(gathered(two())) as batches:
        await anext(batches)
        await asked_for_second.wait()
        assert [one.provider_id for one in await anext(batches)] == ["2"]


async def test_a_mailbox_that_is_left_early_is_closed() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncIterator[IncomingMessage]:
        try:
            while True:
                yield message(1)
        finally:
            closed.set()

    async with aclosing(gathered(endless())) as batches:
        await anext(batches)
    assert closed.is_set()

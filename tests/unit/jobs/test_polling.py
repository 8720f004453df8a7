"""Mailboxes are looked at side by side: a slow one holds up nobody, and none has two turns at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from core.ids import MailboxId, OrgId, new_id
from jobs.fetching import Fetching
from jobs.polling import OF_ONE_ORGANISATION, SIDE_BY_SIDE, Polling


@dataclass(frozen=True)
class Source:
    """What is known of a mailbox before its turn."""

    mailbox_id: MailboxId
    kind: str = "imap"


class House:
    """`Fetching` and its mailboxes, without a database: some mailboxes answer only when they are let go."""

    def __init__(self) -> None:
        self.boxes: dict[OrgId, list[Source]] = {}
        self.slow: set[MailboxId] = set()
        self.broken: set[object] = set()
        self.let_go = asyncio.Event()
        self.turns: Counter[MailboxId] = Counter()
        self.at_once: Counter[object] = Counter()
        self.most: Counter[object] = Counter()

    @property
    def mailboxes(self) -> "House":
        return self

    def organisation(self, *, quick: int = 0, slow: int = 0) -> OrgId:
        org_id = OrgId(new_id())
        self.boxes[org_id] = [Source(MailboxId(new_id())) for _ in range(slow + quick)]
        self.slow.update(one.mailbox_id for one in self.boxes[org_id][:slow])
        return org_id

    async def organisations(self) -> list[OrgId]:
        return list(self.boxes)

    async def sources(self, org_id: OrgId) -> list[Source]:
        if org_id in self.broken:
            raise TypeError("a slip of ours")
        return self.boxes[org_id]

    async def source(self, org_id: OrgId, mailbox_id: MailboxId) -> Source | None:
        return next((one for one in self.boxes[org_id] if one.mailbox_id == mailbox_id), None)

    @asynccontextmanager
    async def alone(self, mailbox_id: MailboxId) -> AsyncIterator[bool]:
        yield True

    async def fetch(self, org_id: OrgId, connected: Source) -> int:
        for one in ("all", org_id, connected.mailbox_id):
            self.at_once[one] += 1
            self.most[one] = max(self.most[one], self.at_once[one])
        try:
            await asyncio.sleep(0)
            if connected.mailbox_id in self.slow:
                await self.let_go.wait()
            if connected.mailbox_id in self.broken:
                raise TypeError("a slip of ours")
            self.turns[connected.mailbox_id] += 1
            return 1
        finally:
            for one in ("all", org_id, connected.mailbox_id):
                self.at_once[one] -= 1

    def polling(self, **options: Any) -> Polling:
        return Polling(cast(Fetching, self), self.organisations, frozenset({"imap"}), **options)

    def ids(self, org_id: OrgId) -> list[MailboxId]:
        return [one.mailbox_id for one in self.boxes[org_id]]


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not come to pass")


async def test_a_slow_mailbox_does_not_hold_up_the_next_turns_of_the_others() -> None:
    house = House()
    slow, others = house.organisation(slow=OF_ONE_ORGANISATION + 3, quick=1), house.organisation(quick=3)
    running = asyncio.create_task(house.polling().run(0.001))
    await until(lambda: min(house.turns[one] for one in house.ids(others)) >= 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert house.most[slow] == OF_ONE_ORGANISATION
    assert [house.turns[one] for one in house.ids(slow)[:3]] == [0, 0, 0]
    assert house.at_once["all"] == 0


async def test_no_mailbox_has_two_turns_at_once_and_few_have_theirs_side_by_side() -> None:
    house = House()
    for _ in range(6):
        house.organisation(slow=3)
    running = asyncio.create_task(house.polling().run(0.001))
    await until(lambda: house.at_once["all"] == SIDE_BY_SIDE)
    await asyncio.sleep(0.02)
    house.let_go.set()
    await until(lambda: min(house.turns[one] for org_id in house.boxes for one in house.ids(org_id)) >= 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert house.most["all"] == SIDE_BY_SIDE
    assert {house.most[one] for org_id in house.boxes for one in house.ids(org_id)} == {1}


async def test_a_round_ends_with_all_its_turns_and_counts_what_was_new() -> None:
    house = House()
    first, second = house.organisation(quick=4), house.organisation(quick=1)
    house.boxes[second].append(Source(MailboxId(new_id()), kind="folder"))
    assert await house.polling(side_by_side=1).round() == 5
    assert house.most["all"] == 1
    assert set(house.turns) == {*house.ids(first), house.ids(second)[0]}


async def test_what_goes_wrong_with_one_stops_neither_its_neighbours_nor_the_rounds() -> None:
    house = House()
    first, second, third = (house.organisation(quick=2) for _ in range(3))
    house.broken |= {house.ids(first)[0], second}
    polling = house.polling()
    assert [await polling.round(), await polling.round()] == [3, 3]
    assert house.turns[house.ids(first)[1]] == 2
    assert set(house.turns) == {house.ids(first)[1], *house.ids(third)}


async def test_a_mailbox_that_was_disconnected_while_it_waited_is_left_alone() -> None:
    house = House()
    org_id = house.organisation(quick=2)

    async def gone(_org_id: OrgId, _mailbox_id: MailboxId) -> None:
        return None

    house.source = gone  # type: ignore[assignment]
    assert await house.polling().round() == 0
    assert not house.turns, org_id

"""Where reading begins: a start date, two hundred thousand messages, and new UIDs for all of them."""

import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import pytest
from imap_scripts import listening
from mailservers import HOST

from core.clock import FixedClock
from evals.imap_stand_in import Folder, ImapStandIn, plain_message
from integrations.imap.adapter import ImapSource
from integrations.imap.mapping import Cursor, read_cursor, resync_from
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage

TODAY = FixedClock(datetime(2031, 8, 1, 12, tzinfo=UTC))
LARGEST = 10_000


def first_day(_uid: int) -> date:
    return date(2026, 1, 1)


@asynccontextmanager
async def serving(folder: Folder) -> AsyncIterator[tuple[ImapStandIn, Callable[..., ImapSource]]]:
    """A server with this folder, and a maker of fresh adapters, as after a restart."""
    stand_in = ImapStandIn(folder)
    made: list[ImapSource] = []

    async with listening(stand_in.serve) as port:

        def source(**options: object) -> ImapSource:
            server = MailServer(HOST, port, "ar@supplier.example", "x", "plain", timeout_seconds=10)
            made.append(ImapSource(server, LARGEST, **({"clock": TODAY} | options)))  # type: ignore[arg-type]
            return made[-1]

        yield stand_in, source
        for one in made:
            await one.close()


async def fetched(source: ImapSource, cursor: str | None = None, limit: int = 200) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


def uids(messages: list[IncomingMessage]) -> list[int]:
    return [int(message.provider_id.partition(":")[2]) for message in messages]


async def test_the_first_fetch_of_200_000_messages_begins_at_the_start_date() -> None:
    # A hundred a day from 2026-01-01 on: message 180,001 came on 2030-12-06, and the day before is grace.
    async with serving(Folder(range(1, 200_001))) as (stand_in, source):
        messages = await fetched(source(since=date(2030, 12, 6)))
    assert uids(messages) == list(range(179_901, 180_101))
    assert len([command for command in stand_in.commands if "SEARCH" in command]) < 10
    assert stand_in.largest_answer < 500_000


async def test_the_backlog_of_a_large_folder_is_listed_a_little_at_a_time() -> None:
    async with serving(Folder(range(1, 200_001))) as (stand_in, source):
        messages = await fetched(source())
        more = await fetched(source(), messages[-1].cursor)
    assert uids(messages + more) == list(range(1, 401))
    assert stand_in.largest_answer < 20_000


async def test_memory_stays_small_however_large_the_folder() -> None:
    async with serving(Folder(range(1, 200_001))) as (_, source):
        reading = source(since=date(2031, 6, 1))
        await fetched(reading, limit=1)
        tracemalloc.start()
        await fetched(source(since=date(2031, 6, 1)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000


async def test_new_mail_behind_a_large_backlog_that_is_too_old_is_found_at_once() -> None:
    folder = Folder(range(1, 200_001), arrived=first_day)
    async with serving(folder) as (stand_in, source):
        reading = source(since=date(2026, 5, 1))
        assert await fetched(reading) == []
        folder.arrived = lambda uid: date(2026, 5, 2) if uid > 200_000 else first_day(uid)
        folder.uids = range(1, 200_002)
        stand_in.commands.clear()
        assert uids(await fetched(reading)) == [200_001]
    assert len([command for command in stand_in.commands if "SEARCH" in command]) == 1


async def test_uids_far_apart_leave_no_gap() -> None:
    folder = Folder([5, 70_000, 70_001, 900_000, 4_000_000_000 - 1])
    async with serving(folder) as (_, source):
        assert uids(await fetched(source(search_span=2), limit=2)) == [5]
    folder = Folder([*range(1, 2_100), 90_000, 300_000])
    async with serving(folder) as (_, source):
        assert uids(await fetched(source(), "7:2098")) == [2_099, 90_000, 300_000]


async def test_the_cursor_of_a_folder_read_to_its_end_says_to_which_day() -> None:
    async with serving(Folder(range(1, 6))) as (_, source):
        messages = await fetched(source())
    assert [message.cursor for message in messages] == ["7:1", "7:2", "7:3", "7:4", "7:5:2026-01-01"]
    assert [message.provider_id for message in messages] == ["7:1", "7:2", "7:3", "7:4", "7:5"]


async def test_a_folder_not_read_to_its_end_says_no_new_day() -> None:
    async with serving(Folder(range(1, 6))) as (_, source):
        assert [message.cursor for message in await fetched(source(), limit=4)][-1] == "7:4"
        assert [message.cursor for message in await fetched(source(), "7:1:2025-12-31", limit=2)] == [
            "7:2:2025-12-31",
            "7:3:2025-12-31",
        ]


async def test_new_uids_are_read_from_a_month_before_the_last_good_day() -> None:
    # The cursor is of 2026-03-02 (message 6,001 and on); thirty days and one of grace back is message 2,901.
    folder = Folder(range(1, 10_001), uid_validity=8)
    async with serving(folder) as (_, source):
        messages = await fetched(source(), "7:6050:2026-03-02", limit=5)
        assert uids(messages) == [2_901, 2_902, 2_903, 2_904, 2_905]
        assert messages[-1].cursor == "8:2905:2026-03-02"
        assert uids(await fetched(source(), messages[-1].cursor, limit=2)) == [2_906, 2_907]


@pytest.mark.parametrize("cursor", ["7:6050", "7:6050:2099-01-01"], ids=["an-old-cursor", "a-clock-that-was-wrong"])
async def test_new_uids_without_a_day_worth_anything_mean_that_all_is_read_again(cursor: str) -> None:
    async with serving(Folder(range(1, 10_001), uid_validity=8)) as (_, source):
        assert uids(await fetched(source(), cursor, limit=2)) == [1, 2]


async def test_new_uids_never_reach_behind_the_start_date() -> None:
    async with serving(Folder(range(1, 10_001), uid_validity=8)) as (_, source):
        since = date(2026, 2, 20)
        assert uids(await fetched(source(since=since), "7:6050:2026-03-02", limit=2)) == [4_901, 4_902]


async def test_nothing_is_lost_when_the_uids_change_in_the_middle_of_the_backlog() -> None:
    async with serving(Folder(range(1, 1_001))) as (stand_in, source):
        first = await fetched(source(), limit=300)
        stand_in.folder = Folder(range(1, 1_004), uid_validity=8)
        got, cursor = {message.raw for message in first}, first[-1].cursor
        for _ in range(5):
            messages = await fetched(source(), cursor, limit=300)
            got |= {message.raw for message in messages}
            cursor = messages[-1].cursor if messages else cursor
    assert got == {plain_message(uid) for uid in range(1, 1_004)}
    assert cursor == "8:1003:2026-01-11"


async def test_a_message_dated_ahead_does_not_end_the_reading_of_later_ones() -> None:
    folder = Folder(range(1, 3), arrived=lambda uid: date(2099, 1, 1) if uid == 2 else date(2031, 7, 31))
    async with serving(folder) as (stand_in, source):
        cursor = (await fetched(source()))[-1].cursor
        assert cursor == "7:2:2031-08-01"
        stand_in.folder = Folder(range(1, 4), arrived=lambda _: date(2031, 7, 30), uid_validity=8)
        assert uids(await fetched(source(), cursor)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "cursor"),
    [
        ("7:9", Cursor(7, 9)),
        ("7:9:2026-04-01", Cursor(7, 9, date(2026, 4, 1))),
        ("7:9:soon", None),
        ("7:9:", Cursor(7, 9)),
        ("7:9:2026-04-01:more", Cursor(7, 9, date(2026, 4, 1))),
        ("9" * 5000 + ":1", Cursor(int("9" * 20), 1)),
    ],
    ids=["without-a-day", "with-one", "no-day", "empty-day", "from-later-versions", "endless"],
)
def test_cursors_of_both_kinds_are_read(text: str, cursor: Cursor | None) -> None:
    assert read_cursor(text) == cursor


@pytest.mark.parametrize("cursor", [Cursor(7, 9), Cursor(7, 9, date(2026, 4, 1))], ids=["without", "with"])
def test_a_cursor_that_was_written_is_read_as_it_was(cursor: Cursor) -> None:
    assert read_cursor(str(cursor)) == cursor


@pytest.mark.parametrize(
    ("since", "complete_to", "expected"),
    [
        (None, None, None),
        (date(2026, 1, 1), None, date(2026, 1, 1)),
        (None, date(2026, 4, 1), date(2026, 3, 2)),
        (date(2026, 3, 20), date(2026, 4, 1), date(2026, 3, 20)),
        (date(2025, 1, 1), date(2026, 4, 1), date(2026, 3, 2)),
        (None, date(2026, 4, 22), None),
    ],
    ids=["nothing-known", "start-only", "day-only", "start-is-later", "start-is-earlier", "a-day-ahead"],
)
def test_from_which_day_new_uids_are_read(
    since: date | None, complete_to: date | None, expected: date | None
) -> None:
    assert resync_from(since, complete_to, today=date(2026, 4, 20)) == expected

"""One mailbox's turn: it ends in time, is honest about what it left, and what is wrong stays with its mailbox."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conftest import NOW, Org
from factories.ledger import a_mail
from sqlalchemy import func, select

from core.clock import FixedClock
from core.ids import MailboxId, OrgId, new_id
from integrations.fakes.mailbox import FakeMailbox, FakeSource
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage, MailSource
from jobs.duly import Duly
from jobs.fetching import BATCH
from jobs.mailboxes import ConnectedSource
from ledger.store.connections import connections
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow


class CountingSource(FakeSource):
    """A mailbox that can tell how much lies ahead."""

    def __init__(self, mailbox: FakeMailbox) -> None:
        super().__init__(mailbox)
        self._received = mailbox.received

    async def ahead(self, cursor: str | None) -> int | None:
        return len(self._received) - int(cursor or 0)


class LostCountSource(CountingSource):
    """A mailbox that could tell, and whose server goes away before it does."""

    async def ahead(self, cursor: str | None) -> int | None:
        raise TemporarilyUnavailable("gone")


class StuckSource:
    """Gives some mails, and then nothing more, ever."""

    def __init__(self, *raws: bytes) -> None:
        self._raws = raws
        self.was_closed = False

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        try:
            for number, raw in enumerate(self._raws, start=1):
                yield IncomingMessage(str(number), raw, str(number))
            await asyncio.sleep(3600)
        finally:
            self.was_closed = True


class BrokenSource:
    """Raises at once."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        raise self._error
        yield


class Mailboxes:
    """These sources, in this order."""

    def __init__(self, duly: Duly, *sources: ConnectedSource) -> None:
        self._sources = list(sources)
        self.addressed = duly.mailboxes.addressed

    async def sources(self, org_id: OrgId) -> list[ConnectedSource]:
        return self._sources


async def turn(duly: Duly, org: Org, source: MailSource, *, seconds: float = 60.0) -> int:
    """One turn of the mailbox, from the cursor that is kept."""
    row = await kept(duly, org)
    fetching = replace(duly.fetching, turn_seconds=seconds)
    return await fetching.fetch(
        org.org_id, ConnectedSource(org.mailbox_id, "imap", source, row.source_cursor, row.fetched_at)
    )


async def kept(duly: Duly, org: Org, mailbox_id: MailboxId | None = None) -> MailboxRow:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.get_one(MailboxRow, mailbox_id or org.mailbox_id)


async def gap(duly: Duly, org: Org) -> int | None:
    async with duly.uows(org.org_id) as uow:
        (one,) = await connections(uow)
    return None if one.sync is None else one.sync.gap_messages


async def stored(duly: Duly, org: Org) -> int:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(MessageRow)) or 0


def backlog(org: Org, messages: int) -> FakeMailbox:
    """So many deliveries of one mail: what is counted here is what came, not what was new."""
    mailbox, raw = FakeMailbox(), a_mail(to=org.address, text="Hello.")
    for _ in range(messages):
        mailbox.deliver(raw)
    return mailbox


async def test_what_a_turn_leaves_is_counted_and_the_sync_is_good_at_the_end_only(duly: Duly, org: Org) -> None:
    source = CountingSource(backlog(org, BATCH + 30))
    await turn(duly, org, source)
    row = await kept(duly, org)
    assert (await gap(duly, org), row.fetched_at, row.source_cursor) == (30, None, str(BATCH))
    await turn(duly, org, source)
    row = await kept(duly, org)
    assert (await gap(duly, org), row.fetched_at, row.source_cursor) == (0, NOW, str(BATCH + 30))


async def test_a_full_turn_that_ends_with_the_mailbox_is_a_good_sync(duly: Duly, org: Org) -> None:
    await turn(duly, org, CountingSource(backlog(org, BATCH)))
    assert (await gap(duly, org), (await kept(duly, org)).fetched_at) == (0, NOW)


@pytest.mark.parametrize("kind", [FakeSource, LostCountSource], ids=["never counts", "lost while it counts"])
async def test_where_nobody_counted_the_gap_is_not_known_and_the_end_not_reached(
    duly: Duly, org: Org, kind: type[FakeSource]
) -> None:
    await turn(duly, org, kind(backlog(org, BATCH)))
    row = await kept(duly, org)
    assert (await gap(duly, org), row.fetched_at, row.failing_since) == (None, None, None)


async def test_a_turn_that_is_cut_short_keeps_what_came_and_is_no_failure(duly: Duly, org: Org) -> None:
    source = StuckSource(a_mail(to=org.address, text="Hello."))
    async with asyncio.timeout(20):
        assert await turn(duly, org, source, seconds=0.5) == 1
    row = await kept(duly, org)
    assert (row.source_cursor, row.fetched_at, row.failing_since, row.last_error) == ("1", None, None, "")
    assert source.was_closed


async def test_a_turn_in_which_nothing_came_is_a_failure_that_says_what_to_do(duly: Duly, org: Org) -> None:
    async with asyncio.timeout(20):
        assert await turn(duly, org, StuckSource(), seconds=0.1) == 0
    row = await kept(duly, org)
    assert row.failing_since == NOW
    assert row.last_error.startswith("not one message came within 0.1 s: ")
    assert "move it to another folder" in row.last_error


async def test_a_source_s_own_time_limit_is_not_taken_for_the_end_of_the_turn(duly: Duly, org: Org) -> None:
    await turn(duly, org, BrokenSource(TimeoutError("no answer from 10.0.0.1")))
    assert "TimeoutError" in (await kept(duly, org)).last_error


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Exceeds the limit (4300 digits): secret"),
        TypeError("secret"),
        OSError("secret"),
        KeyError("secret"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_error_that_is_none_of_ours_stops_at_its_mailbox_and_is_its_health(
    duly: Duly, org: Org, error: Exception
) -> None:
    bad, good = MailboxId(new_id()), org.mailbox_id
    async with duly.uows(org.org_id) as uow:
        uow.session.add(MailboxRow(id=bad, entity_id=org.entity_id, address="bad@seller.example", name="Bad"))
    mailbox = FakeMailbox()
    mailbox.deliver(a_mail(to=org.address, text="Hello."))
    both = Mailboxes(
        duly,
        ConnectedSource(bad, "imap", BrokenSource(error), None, None),
        ConnectedSource(good, "imap", FakeSource(mailbox), None, None),
    )
    fetching = replace(duly.fetching, mailboxes=both)  # type: ignore[arg-type]
    assert await fetching.fetch_all(org.org_id, kinds=frozenset({"imap"})) == 1
    row = await kept(duly, org, bad)
    assert row.failing_since == NOW
    assert row.last_error == f"an error that we did not expect ({type(error).__name__}); the worker's log has it"


async def test_settings_that_no_adapter_understands_stop_at_their_mailbox(duly: Duly, org: Org) -> None:
    async with duly.uows(org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, org.mailbox_id)).source = {"kind": "folder", "path": {"a": 1}}
    assert await duly.mailboxes.sources(org.org_id) == []
    row = await kept(duly, org)
    assert (row.failing_since, row.last_error) == (
        NOW, "a setting is no good (TypeError); connect this mailbox again",
    )  # fmt: skip


async def test_a_refused_sign_in_is_told_from_trouble_that_passes(duly: Duly, org: Org, clock: FixedClock) -> None:
    mailbox = FakeMailbox()
    mailbox.fail_next("fetch", AuthExpired("refused"))
    mailbox.fail_next("fetch", TemporarilyUnavailable("down"))
    found = []
    for _ in range(3):
        await turn(duly, org, FakeSource(mailbox))
        row = await kept(duly, org)
        found.append((row.sign_in_refused, row.failing_since is not None))
    assert found == [(True, True), (False, True), (False, False)]


async def test_a_later_turn_that_goes_well_ends_the_failure(duly: Duly, org: Org) -> None:
    await turn(duly, org, BrokenSource(ValueError("x")))
    await turn(duly, org, CountingSource(backlog(org, 1)))
    row = await kept(duly, org)
    assert (row.failing_since, row.last_error, row.fetched_at) == (None, "", NOW)
    assert await stored(duly, org) == 1

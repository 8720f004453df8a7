"""How mailboxes are, and that alarms come before the silence, once each."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import NOW, Org
from factories.grants import a_grant, separate_connections
from sqlalchemy import select
from structlog.testing import capture_logs

from core.clock import FixedClock
from core.ids import new_id
from jobs.mailbox_alarms import Alarm, raise_alarms
from jobs.mailbox_health import HealthLimits, MailboxHealth, Verdict, mailbox_health
from ledger.store.connections import GrantId, note_cursor, note_gap, note_watch, read_grant
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.history import ReviewItemRow, TimelineEventRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

LIMITS = HealthLimits()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def set_mailbox(uows: UnitOfWorkFactory, org: Org, **what: Any) -> None:
    async with uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        for name, value in what.items():
            setattr(row, name, value)


async def set_grant(uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, **what: Any) -> None:
    async with uows(org.org_id) as uow:
        row = await read_grant(uow, grant_id)
        for name, value in what.items():
            setattr(row, name, value)


async def health(uows: UnitOfWorkFactory, org: Org, *, now: datetime = NOW) -> MailboxHealth:
    (one,) = await mailbox_health(uows, org.org_id, now=now, limits=LIMITS)
    return one


@pytest.fixture
async def grant_id(uows: UnitOfWorkFactory, org: Org) -> GrantId:
    """A Gmail mailbox that was fetched a minute ago."""
    found = await a_grant(uows, org, minutes_left=30, connected=True)
    await set_mailbox(uows, org, fetched_at=NOW - MINUTE)
    return found


# How a mailbox is


async def test_a_mailbox_that_was_just_fetched_works(uows: UnitOfWorkFactory, org: Org, grant_id: GrantId) -> None:
    found = await health(uows, org)
    assert (found.verdict, found.words, found.kind, found.grant_state) == (Verdict.OK, "Works.", "gmail", "active")


async def test_a_mailbox_that_nobody_fetches_is_late(uows: UnitOfWorkFactory, org: Org, grant_id: GrantId) -> None:
    found = await health(uows, org, now=NOW + 15 * MINUTE)
    assert found.verdict is Verdict.LATE
    assert "Nothing was fetched since 2026-04-20 08:59 UTC" in found.words
    assert "duly worker" in found.words


async def test_a_mailbox_that_was_never_fetched_is_late_by_its_age(uows: UnitOfWorkFactory, org: Org) -> None:
    await set_mailbox(uows, org, source={"kind": "imap"})
    made = datetime.fromtimestamp((org.mailbox_id.int >> 80) / 1000, tz=UTC)
    assert (await health(uows, org, now=made + 14 * MINUTE)).verdict is Verdict.OK
    assert (await health(uows, org, now=made + 16 * MINUTE)).verdict is Verdict.LATE


async def test_a_mailbox_that_only_sends_is_never_late(uows: UnitOfWorkFactory, org: Org) -> None:
    await set_mailbox(uows, org, sender={"kind": "smtp"})
    assert (await health(uows, org, now=NOW + 3000 * DAY)).verdict is Verdict.OK


async def test_a_failing_mailbox_says_since_when_and_why(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId
) -> None:
    await set_mailbox(uows, org, failing_since=NOW - 2 * MINUTE, last_error="IMAP x: no answer in time")
    found = await health(uows, org)
    assert (found.verdict, found.failing_since) == (Verdict.FAILING, NOW - 2 * MINUTE)
    assert found.words.startswith("Failing since 2026-04-20 08:58 UTC: IMAP x: no answer in time.")


async def test_a_token_that_cannot_be_refreshed_shows_before_the_mailbox_fails(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId
) -> None:
    await set_grant(uows, org, grant_id, failing_since=NOW - 3 * MINUTE, last_error="google: answered 503")
    found = await health(uows, org)
    assert (found.verdict, found.last_error) == (Verdict.FAILING, "google: answered 503")


async def test_a_revoked_grant_asks_for_a_person_and_says_what_to_do(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId
) -> None:
    await set_grant(uows, org, grant_id, state="revoked")
    found = await health(uows, org)
    assert (found.verdict, found.grant_state) == (Verdict.NEEDS_RECONNECT, "revoked")
    assert f"duly connect gmail {org.address}" in found.words


async def test_a_mailbox_whose_grant_is_missing_asks_for_a_person(uows: UnitOfWorkFactory, org: Org) -> None:
    await set_mailbox(uows, org, source={"kind": "outlook", "grant_id": str(new_id())}, fetched_at=NOW)
    assert (await health(uows, org)).verdict is Verdict.NEEDS_RECONNECT


async def test_what_ends_first_is_told_in_days(uows: UnitOfWorkFactory, org: Org, grant_id: GrantId) -> None:
    await set_grant(uows, org, grant_id, refresh_expires_at=NOW + 3 * DAY)
    async with uows(org.org_id) as uow:
        await note_watch(uow, org.mailbox_id, reference="", expires_at=NOW + 2 * DAY, at=NOW)
    found = await health(uows, org)
    assert found.expiry is not None
    # The watch ends sooner, but is renewed by itself; the grant is what a person must hear of.
    assert (found.expiry.what, found.expiry.days_left, found.expiry.is_near) == ("grant", 3.0, True)
    assert "ends on 2026-04-23 09:00 UTC. Connect it again: duly connect gmail" in found.words


async def test_a_cursors_age_and_a_gap_are_told(uows: UnitOfWorkFactory, org: Org, grant_id: GrantId) -> None:
    async with uows(org.org_id) as uow:
        await note_cursor(uow, org.mailbox_id, at=NOW - 90 * MINUTE)
        await note_gap(uow, org.mailbox_id, 12, at=NOW)
    found = await health(uows, org)
    assert (found.cursor_age_seconds, found.gap_messages) == (5400.0, 12)


async def test_an_address_that_shares_an_inbox_is_as_the_one_it_is_fetched_under(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId
) -> None:
    async with uows(org.org_id) as uow:
        first = await uow.session.get_one(MailboxRow, org.mailbox_id)
        uow.session.add(
            MailboxRow(
                id=new_id(), entity_id=org.entity_id, address="two@x.example", source=first.source, sender={}
            )
        )  # fmt: skip
    found = await mailbox_health(uows, org.org_id, now=NOW, limits=LIMITS)
    assert [one.verdict for one in found] == [Verdict.OK, Verdict.OK]


async def test_no_other_organisations_mailboxes_are_looked_at(
    uows: UnitOfWorkFactory, org: Org, other_org: Org
) -> None:
    found = await mailbox_health(uows, other_org.org_id, now=NOW, limits=LIMITS)
    assert [one.address for one in found] == [other_org.address]


# Alarms


async def alarms(uows: UnitOfWorkFactory, org: Org, clock: FixedClock) -> list[str]:
    return [f"{one.kind} {one.mark}".strip() for one in await raise_alarms(uows, org.org_id, clock, LIMITS)]


async def items(uows: UnitOfWorkFactory, org: Org) -> list[tuple[str, str]]:
    async with uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(ReviewItemRow).order_by(ReviewItemRow.id))
        return [(row.facts["alarm"], row.state) for row in rows]


async def test_one_failed_round_is_no_alarm_and_five_minutes_are(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    await set_mailbox(uows, org, failing_since=NOW, last_error="google: answered 503")
    assert await alarms(uows, org, clock) == []
    clock.move_to(NOW + 5 * MINUTE)
    with capture_logs() as logs:
        assert await alarms(uows, org, clock) == ["failing"]
    assert [(log["event"], log["log_level"], log["kind"]) for log in logs] == [
        ("mailbox_alarm", "warning", "failing")
    ]
    assert LIMITS.failing_after < LIMITS.late_after


async def test_an_alarm_is_raised_once_until_it_changes(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    await set_mailbox(uows, org, failing_since=NOW - 10 * MINUTE)
    assert [await alarms(uows, org, clock) for _ in range(3)] == [["failing"], [], []]
    await set_grant(uows, org, grant_id, state="revoked")
    assert [await alarms(uows, org, clock) for _ in range(3)] == [["needs_reconnect"], [], []]
    assert await items(uows, org) == [("failing", "settled"), ("needs_reconnect", "open")]


async def test_what_is_over_is_cleared_and_may_come_again(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    await set_mailbox(uows, org, failing_since=NOW - 10 * MINUTE)
    await alarms(uows, org, clock)
    await set_mailbox(uows, org, failing_since=None)
    assert await alarms(uows, org, clock) == []
    assert await items(uows, org) == [("failing", "settled")]
    await set_mailbox(uows, org, failing_since=NOW - 10 * MINUTE)
    assert await alarms(uows, org, clock) == ["failing"]
    async with uows(org.org_id) as uow:
        kinds = list(await uow.session.scalars(select(TimelineEventRow.kind).order_by(TimelineEventRow.id)))
    assert kinds == ["mailbox_alarm", "mailbox_alarm_cleared", "mailbox_alarm"]


async def test_silence_without_an_error_is_an_alarm(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    clock.move_to(NOW + 20 * MINUTE)
    assert await alarms(uows, org, clock) == ["late"]


async def test_an_end_is_announced_when_it_is_near_and_once_more_on_its_last_day(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    await set_grant(uows, org, grant_id, refresh_expires_at=NOW + 9 * DAY)
    said: list[list[str]] = []
    for days in range(9):
        clock.move_to(NOW + days * DAY)
        await set_mailbox(uows, org, fetched_at=clock.now())
        said.append(await alarms(uows, org, clock))
    assert said == [[], [], ["expiring grant:first"], [], [], [], [], [], ["expiring grant:last"]]


async def test_a_watch_that_nobody_renews_is_announced_before_it_ends(
    uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    async with uows(org.org_id) as uow:
        await note_watch(uow, org.mailbox_id, reference="", expires_at=NOW + 11 * timedelta(hours=1), at=NOW)
    assert await alarms(uows, org, clock) == ["expiring watch:last"]


async def test_of_many_workers_one_raises_an_alarm(
    urls: DatabaseUrls, uows: UnitOfWorkFactory, org: Org, grant_id: GrantId, clock: FixedClock
) -> None:
    await set_mailbox(uows, org, failing_since=NOW - 10 * MINUTE)
    async with separate_connections(urls) as apart:
        found = await asyncio.gather(*(raise_alarms(apart, org.org_id, clock, LIMITS) for _ in range(10)))
    raised = [alarm for one in found for alarm in one]
    assert [(type(alarm), alarm.kind, alarm.address) for alarm in raised] == [(Alarm, "failing", org.address)]
    assert await items(uows, org) == [("failing", "open")]

"""People outside are told of an alarm once, and once that it is over; whoever asks, however often, whatever fails."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from conftest import NOW, Org
from factories.grants import a_grant, separate_connections
from factories.webhook import WebhookStandIn
from pydantic import SecretStr
from sqlalchemy import select, update

from core.clock import FixedClock
from integrations.ports.errors import TemporarilyUnavailable
from integrations.webhook.channel import WebhookChannel
from jobs.alarm_notices import tell_alarms
from jobs.alarm_round import alarm_round, alarms_beside, living_workers
from jobs.duly import Duly
from jobs.mailbox_alarms import raise_alarms
from jobs.mailbox_health import HealthLimits, Verdict, mailbox_health
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.connections import AlarmNoticeRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

LIMITS = HealthLimits()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hook() -> Iterator[WebhookStandIn]:
    with WebhookStandIn() as stand_in:
        yield stand_in


@pytest.fixture
async def mailbox(uows: UnitOfWorkFactory, org: Org) -> Org:
    """A Gmail mailbox whose fetching has failed for ten minutes."""
    await a_grant(uows, org, minutes_left=600, connected=True)
    since = NOW - 10 * MINUTE
    await set_mailbox(uows, org, fetched_at=since - MINUTE, failing_since=since, last_error="Dear Tom,")
    return org


async def set_mailbox(uows: UnitOfWorkFactory, org: Org, **what: object) -> None:
    async with uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).where(MailboxRow.id == org.mailbox_id).values(**what))


async def round_(uows: UnitOfWorkFactory, org: Org, clock: FixedClock, hook: WebhookStandIn) -> int:
    await raise_alarms(uows, org.org_id, clock, LIMITS, tell=True)
    return await tell_alarms(uows, org.org_id, clock, WebhookChannel(hook.url, call_seconds=0.5))


async def states(uows: UnitOfWorkFactory, org: Org) -> list[tuple[str, str]]:
    async with uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(AlarmNoticeRow).order_by(AlarmNoticeRow.made_at, AlarmNoticeRow.id))
        return [(row.about, row.state) for row in rows]


async def test_an_alarm_is_told_once_and_once_that_it_is_over(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    assert [await round_(uows, mailbox, clock, hook) for _ in range(3)] == [1, 0, 0]
    assert hook.texts == [
        f"Duly: {mailbox.address}: fails since 2026-04-20 08:50 UTC. Duly goes on trying; the console says why, "
        "under Mailboxes."
    ]
    await set_mailbox(uows, mailbox, failing_since=None, fetched_at=NOW)
    assert [await round_(uows, mailbox, clock, hook) for _ in range(3)] == [1, 0, 0]
    assert hook.texts[1:] == [f"Duly: {mailbox.address} works again: the alarm of 2026-04-20 09:00 UTC is over."]
    # It comes again: another alarm, told again.
    await set_mailbox(uows, mailbox, failing_since=NOW - 10 * MINUTE)
    assert await round_(uows, mailbox, clock, hook) == 1


async def test_of_one_alarm_in_place_of_another_only_the_new_one_is_told(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    await round_(uows, mailbox, clock, hook)
    await set_mailbox(uows, mailbox, sign_in_refused=True)
    await round_(uows, mailbox, clock, hook)
    assert hook.texts[1:] == [
        f"Duly: {mailbox.address}: Duly may not use this mailbox any more, since 2026-04-20 08:50 UTC. Connect it "
        f"again: duly connect gmail {mailbox.address}, or in the console under Mailboxes."
    ]
    await set_mailbox(uows, mailbox, failing_since=None, sign_in_refused=False)
    await round_(uows, mailbox, clock, hook)
    assert len(hook.texts) == 3
    assert "works again" in hook.texts[2]


async def test_of_many_processes_one_tells(
    urls: DatabaseUrls, uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    async with separate_connections(urls) as apart:
        told = await asyncio.gather(*(round_(apart, mailbox, clock, hook) for _ in range(8)))
    assert (sum(told), len(hook.texts)) == (1, 1)


@pytest.mark.parametrize("status", [500, 404, 429, 302])
async def test_what_is_refused_is_told_later_and_then_once(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn, status: int
) -> None:
    hook.answers = [status]
    assert await round_(uows, mailbox, clock, hook) == 0
    assert await round_(uows, mailbox, clock, hook) == 0, "not at once"
    clock.move_to(NOW + 2 * MINUTE)
    assert [await round_(uows, mailbox, clock, hook) for _ in range(2)] == [1, 0]
    assert await states(uows, mailbox) == [("raised", "told")]


async def test_what_may_have_arrived_is_not_told_again(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    hook.answers = [1.5]
    for hours in range(3):
        clock.move_to(NOW + timedelta(hours=hours))
        await round_(uows, mailbox, clock, hook)
    assert (len(hook.texts), await states(uows, mailbox)) == (1, [("raised", "unknown")])


async def test_what_a_process_was_about_when_it_stopped_is_not_told_again(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    await raise_alarms(uows, mailbox.org_id, clock, LIMITS, tell=True)
    async with uows(mailbox.org_id) as uow:
        await uow.session.execute(update(AlarmNoticeRow).values(state="telling", next_try_at=NOW + 2 * MINUTE))
    await round_(uows, mailbox, clock, hook)
    assert await states(uows, mailbox) == [("raised", "telling")]
    clock.move_to(NOW + 3 * MINUTE)
    await round_(uows, mailbox, clock, hook)
    assert (hook.texts, await states(uows, mailbox)) == ([], [("raised", "unknown")])


async def test_an_alarm_that_is_over_before_anybody_could_be_told_is_not_told(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    hook.answers = [503]
    await round_(uows, mailbox, clock, hook)
    await set_mailbox(uows, mailbox, failing_since=None, fetched_at=NOW)
    clock.move_to(NOW + 2 * MINUTE)
    await round_(uows, mailbox, clock, hook)
    assert (hook.texts, await states(uows, mailbox)) == ([], [("raised", "dropped")])


async def test_without_a_webhook_nothing_is_kept_to_be_told(
    uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    await raise_alarms(uows, mailbox.org_id, clock, LIMITS)
    assert await round_(uows, mailbox, clock, hook) == 0
    assert await states(uows, mailbox) == []


async def test_no_other_organisations_alarms_are_told(
    uows: UnitOfWorkFactory, mailbox: Org, other_org: Org, clock: FixedClock, hook: WebhookStandIn
) -> None:
    await raise_alarms(uows, mailbox.org_id, clock, LIMITS, tell=True)
    assert await round_(uows, other_org, clock, hook) == 0


class _Down:
    """A channel that is never reached."""

    async def tell(self, text: str) -> None:
        raise TemporarilyUnavailable("x")


async def test_nobody_is_told_for_ever(uows: UnitOfWorkFactory, mailbox: Org, clock: FixedClock) -> None:
    await raise_alarms(uows, mailbox.org_id, clock, LIMITS, tell=True)
    async with uows(mailbox.org_id) as uow:
        await uow.session.execute(update(AlarmNoticeRow).values(tries=49))
    await tell_alarms(uows, mailbox.org_id, clock, _Down())
    assert await states(uows, mailbox) == [("raised", "dropped")]


async def test_a_refused_sign_in_asks_for_a_person_and_says_why(uows: UnitOfWorkFactory, org: Org) -> None:
    words = "IMAP imap.x.example refused the sign-in: no; connect this mailbox again"
    source = {"kind": "imap", "host": "imap.x.example", "port": 993, "user": "ar"}
    await set_mailbox(
        uows, org, source=source, failing_since=NOW, last_error=words, sign_in_refused=True, fetched_at=NOW
    )
    (one,) = await mailbox_health(uows, org.org_id, now=NOW, limits=LIMITS)
    assert one.verdict is Verdict.NEEDS_RECONNECT
    assert one.words == f"{words} (duly connect imap {org.address})"


async def test_the_web_server_looks_after_alarms_where_no_worker_runs(
    duly: Duly, mailbox: Org, hook: WebhookStandIn
) -> None:
    duly.settings.alarm = duly.settings.alarm.model_copy(update={"webhook_url": SecretStr(hook.url)})
    try:
        async with alarms_beside(duly), asyncio.timeout(20):
            while not any(mailbox.address in text for text in hook.texts):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        # A worker that runs as well says nothing twice.
        await alarm_round(duly)
    finally:
        duly.settings.alarm = duly.settings.alarm.model_copy(update={"webhook_url": SecretStr("")})
    assert len([text for text in hook.texts if mailbox.address in text]) == 1
    assert await living_workers(duly) == 0

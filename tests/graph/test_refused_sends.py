"""A mail that is refused for now, again and again: a person hears of it, the mailbox's health and alarms say it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Org
from graph.running import case, items
from graph.test_mail_that_waits import _two_ready as two_ready
from graph.test_mail_that_waits import approval, by_ann, the_send, with_policy
from graph.test_sending_fences import a_send, by_way_of
from graph.test_sent_again import open_items, settle, timeline
from sqlalchemy import update

from core.clock import FixedClock
from core.errors import ExternalError
from core.ids import ApprovalId, CaseId, SendId
from integrations.fakes.mailbox import FakeMailbox, FakeSender
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable
from jobs.duly import Duly
from jobs.mailbox_alarms import raise_alarms
from jobs.mailbox_health import HealthLimits, MailboxHealth, Verdict, mailbox_health
from jobs.sending import TryLater
from ledger.commands.sending_trouble import REFUSED_LONG
from ledger.commands.settle_review_item import Settlement
from ledger.commands.take_back_mail import take_back
from ledger.model.sending import SendingHours
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.people import MailboxRow

REFUSED = AuthExpired("SMTP smtp.x: 535 refused the sign-in; connect this mailbox again")
BUSY = TemporarilyUnavailable("SMTP smtp.x: 451 try again later")
MINUTE = timedelta(minutes=1)


class Refuses(FakeSender):
    """Refuses every mail for now."""

    def __init__(self, error: ExternalError) -> None:
        super().__init__(FakeMailbox())
        self.error = error

    async def prepare(self, message: Any) -> Any:
        raise self.error


async def refused(duly: Duly, org: Org, send_id: SendId, error: ExternalError) -> float:
    """One try that is refused; seconds until the next."""
    with pytest.raises(TryLater) as later:
        await by_way_of(duly, Refuses(error)).send(org.org_id, send_id)
    return later.value.seconds


async def goes_out(duly: Duly, org: Org, send_id: SendId) -> None:
    await by_way_of(duly, FakeSender(FakeMailbox())).send(org.org_id, send_id)
    assert (await the_send(duly, org, send_id)).state == "sent"


async def any_hour(duly: Duly, org: Org) -> None:
    await with_policy(duly, org, hours=SendingHours(0, 24 * 60, every_day=True))


async def health(duly: Duly, org: Org, *, now: datetime) -> MailboxHealth:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            update(MailboxRow).values(source={"kind": "imap"}, sender={"kind": "smtp"}, fetched_at=now)
        )
    [one] = await mailbox_health(duly.uows, org.org_id, now=now, limits=HealthLimits())
    return one


async def test_a_refused_sign_in_is_said_at_once_and_once(duly: Duly, org: Org, clock: FixedClock) -> None:
    await any_hour(duly, org)
    send_id, at = await a_send(duly, org), NOW
    while at < NOW + timedelta(hours=7):
        clock.move_to(at)
        at += timedelta(seconds=await refused(duly, org, send_id, REFUSED))
        [item] = await items(duly, org)
    assert (item.kind, item.state, item.opened_at) == ("send_delayed", "open", NOW)
    assert item.words == (
        f"This approved mail has not gone out of {org.address}, tried since 2026-04-20 09:00 UTC: SMTP smtp.x: 535 "
        "refused the sign-in; connect this mailbox again. Duly goes on trying, and other mail from there may wait as "
        f"well. Connect {org.address} again."
    )
    found = await health(duly, org, now=clock.now())
    assert (found.verdict, found.failing_since) == (Verdict.FAILING, NOW)
    assert "no mail goes out of it: SMTP smtp.x: 535 refused the sign-in" in found.words
    [alarm] = await raise_alarms(duly.uows, org.org_id, clock, HealthLimits())
    assert (alarm.kind, alarm.address) == ("failing", org.address)


@pytest.mark.parametrize("error", [BUSY, RateLimited("421 too many", 600)], ids=["put off", "rate limited"])
async def test_what_is_put_off_for_hours_is_said_then(
    duly: Duly, org: Org, clock: FixedClock, error: ExternalError
) -> None:
    await any_hour(duly, org)
    send_id = await a_send(duly, org)
    await refused(duly, org, send_id, error)
    clock.move_to(NOW + REFUSED_LONG - MINUTE)
    await refused(duly, org, send_id, error)
    assert await items(duly, org) == []
    assert (await health(duly, org, now=clock.now())).verdict is Verdict.OK
    clock.move_to(NOW + REFUSED_LONG)
    await refused(duly, org, send_id, error)
    [item] = await items(duly, org)
    assert (item.kind, item.case_id is None) == ("send_delayed", False)
    assert (await health(duly, org, now=clock.now())).failing_since == NOW


async def test_fetching_that_works_says_nothing_of_the_way_out(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    send_id = await a_send(duly, org)
    await refused(duly, org, send_id, REFUSED)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(source={"kind": "folder", "path": str(tmp_path)}))
    [connected] = await duly.mailboxes.sources(org.org_id)
    await duly.fetching.fetch(org.org_id, connected)
    assert (await health(duly, org, now=NOW)).verdict is Verdict.FAILING


async def test_the_next_mail_that_goes_out_ends_the_trouble(duly: Duly, org: Org, clock: FixedClock) -> None:
    send_id = await a_send(duly, org)
    await refused(duly, org, send_id, REFUSED)
    clock.move_to(NOW + 10 * MINUTE)
    await health(duly, org, now=clock.now())
    await raise_alarms(duly.uows, org.org_id, clock, HealthLimits())
    assert sorted(item.kind for item in await open_items(duly, org)) == ["mailbox_alarm", "send_delayed"]
    await goes_out(duly, org, send_id)
    assert (await health(duly, org, now=clock.now())).verdict is Verdict.OK
    await raise_alarms(duly.uows, org.org_id, clock, HealthLimits())
    assert await open_items(duly, org) == []


async def test_one_item_stands_for_all_mails_that_a_mailbox_keeps(duly: Duly, org: Org) -> None:
    first, second = await two_ready(duly, org)
    await refused(duly, org, first, REFUSED)
    await refused(duly, org, second, REFUSED)
    assert len(await items(duly, org)) == 1
    # The first goes out; what keeps the second is said of the second.
    await goes_out(duly, org, first)
    assert await open_items(duly, org) == []
    await refused(duly, org, second, REFUSED)
    [item] = await open_items(duly, org)
    assert item.facts["send_id"] == str(second)


async def test_a_mail_that_alone_is_put_off_says_nothing_against_its_mailbox(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    await any_hour(duly, org)
    alone, other = await two_ready(duly, org)
    await refused(duly, org, alone, BUSY)
    clock.move_to(NOW + MINUTE)
    await goes_out(duly, org, other)
    clock.move_to(NOW + REFUSED_LONG)
    await refused(duly, org, alone, BUSY)
    [item] = await open_items(duly, org)
    assert item.facts["send_id"] == str(alone)
    assert (await health(duly, org, now=clock.now())).verdict is Verdict.OK


async def test_a_refusal_stamped_by_a_clock_a_day_ahead_is_said_after_the_usual_time(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    await any_hour(duly, org)
    send_id = await a_send(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(refused_since=NOW + timedelta(days=1)))
    await refused(duly, org, send_id, BUSY)
    clock.move_to(NOW + REFUSED_LONG)
    await refused(duly, org, send_id, BUSY)
    assert [item.kind for item in await items(duly, org)] == ["send_delayed"]


async def test_a_person_may_have_seen_it_and_the_case_stays_as_it_is(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await by_way_of(duly, Refuses(Rejected("550 no such user"))).send(org.org_id, send_id)
    await settle(duly, org, Settlement.SEND_AGAIN)
    await refused(duly, org, send_id, REFUSED)
    [item] = await open_items(duly, org)
    await settle(duly, org, Settlement.DONE)
    assert (await case(duly, org, CaseId(item.case_id))).state == "with_person"  # type: ignore[arg-type]
    await refused(duly, org, send_id, REFUSED)
    assert await open_items(duly, org) == []
    await goes_out(duly, org, send_id)


async def test_a_mail_that_is_taken_back_waits_for_nobody(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await refused(duly, org, send_id, REFUSED)
    [item] = await open_items(duly, org)
    row = await approval(duly, org, CaseId(item.case_id))  # type: ignore[arg-type]
    await take_back(duly.uows, org.org_id, ApprovalId(row.id), by_ann(org, row.version))
    assert await open_items(duly, org) == []


async def test_a_mail_that_is_refused_for_good_in_the_end_is_one_item_and_not_two(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await refused(duly, org, send_id, REFUSED)
    await by_way_of(duly, Refuses(Rejected("550 no such user"))).send(org.org_id, send_id)
    assert [item.kind for item in await open_items(duly, org)] == ["send_failed"]
    assert "send_delayed" in await timeline(duly, org)

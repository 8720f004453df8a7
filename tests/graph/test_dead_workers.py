"""Workers that were taken for dead: what becomes of the mail that two have, and of one that ends every worker."""

import contextlib
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import NOW, Org
from factories.ledger import a_customer
from graph.test_mail_that_waits import a_case, approved, claim, the_send
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from sqlalchemy import text, update

from core.ids import MailboxId, OrgId, SendId
from integrations.fakes.mailbox import FakeMailbox, FakePrepared, FakeSender
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import OutgoingMessage
from integrations.sandbox.adapter import SandboxedSender
from jobs.duly import Duly
from jobs.orphans import MOST_TAKEOVERS
from jobs.queue import SEND_MAIL
from jobs.sending import TryLater
from jobs.tasks import send_mail
from jobs.worker import rescue_round
from ledger.commands import send_draft
from ledger.commands.send_draft import ClaimedSend
from ledger.store.tables.drafts import SendRow


async def a_send(duly: Duly, org: Org) -> SendId:
    await a_customer(duly.uows, org)
    return await approved(duly, org, await a_case(duly, org))


@dataclass
class Overtaken:
    """A way out on which another worker overtakes the one that prepares."""

    duly: Duly
    org: Org
    send_id: SendId
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)
    abandoned: int = 0

    async def sender(self, org_id: OrgId, mailbox_id: MailboxId) -> Any:
        return self

    async def prepare(self, message: OutgoingMessage) -> "Abandonable":
        # As the rescue has it: the other one claims while this one stands still.
        assert isinstance(await claim(self.duly, self.org, self.send_id), ClaimedSend)
        return Abandonable(self, message)


class Abandonable(FakePrepared):
    def __init__(self, way: Overtaken, message: OutgoingMessage) -> None:
        super().__init__(way.mailbox, message)
        self._way = way

    async def abandon(self) -> None:
        self._way.abandoned += 1


async def test_a_worker_that_lost_its_claim_sends_nothing_and_leaves_the_job_to_the_other(
    duly: Duly, org: Org
) -> None:
    send_id = await a_send(duly, org)
    way = Overtaken(duly, org, send_id)
    sending = replace(duly.sending, mailboxes=way, lease=timedelta(seconds=77))  # type: ignore[arg-type]
    with pytest.raises(TryLater) as later:
        await sending.send(org.org_id, send_id)
    assert later.value.seconds == 77
    assert (way.abandoned, way.mailbox.sent) == (1, [])
    assert (await the_send(duly, org, send_id)).state == "claimed"


async def test_a_worker_that_wakes_up_after_its_mail_was_found_unsent_does_not_send_it(duly: Duly, org: Org) -> None:
    send_id, mailbox = await a_send(duly, org), FakeMailbox()
    one = await claim(duly, org, send_id)
    assert isinstance(one, ClaimedSend)
    message = OutgoingMessage(one.message_id, one.raw, one.envelope_from, one.envelope_to)
    prepared = await FakeSender(mailbox).prepare(message)
    assert await send_draft.begin_handover(duly.uows, org.org_id, send_id, one.claim_token, now=NOW)
    other = replace(duly.sending, mailboxes=_Way(FakeSender(mailbox)))  # type: ignore[arg-type]
    with pytest.raises(TryLater):
        await other.send(org.org_id, send_id)
    await other.send(org.org_id, send_id)
    with pytest.raises(TemporarilyUnavailable):
        await prepared.send()
    assert len(mailbox.sent) == 1
    assert (await the_send(duly, org, send_id)).state == "sent"


@dataclass
class _Way:
    out: Any

    async def sender(self, org_id: OrgId, mailbox_id: MailboxId) -> Any:
        return self.out


@dataclass
class Withdrawing(FakeSender):
    """A way out that knows of its tries more than its mailbox shows, and cannot be looked into."""

    mailbox: FakeMailbox
    withdrawn: list[str] = field(default_factory=list)
    certain: bool = True

    def __post_init__(self) -> None:
        super().__init__(self.mailbox)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        return None

    async def withdraw(self, attempt: str) -> bool:
        self.withdrawn.append(attempt)
        return self.certain


@pytest.mark.parametrize("certain", [True, False], ids=["certain", "unknown"])
@pytest.mark.parametrize("sandbox", ["", "sandbox@seller.example"], ids=["plain", "sandbox"])
async def test_a_mail_whose_worker_certainly_sent_nothing_is_sent_at_once_and_any_other_waits(
    duly: Duly, org: Org, certain: bool, sandbox: str
) -> None:
    send_id, out = await a_send(duly, org), Withdrawing(FakeMailbox(), certain=certain)
    one = await claim(duly, org, send_id)
    assert isinstance(one, ClaimedSend)
    assert await send_draft.begin_handover(duly.uows, org.org_id, send_id, one.claim_token, now=NOW)
    way = _Way(SandboxedSender(out, sandbox) if sandbox else out)
    sending = replace(duly.sending, mailboxes=way)  # type: ignore[arg-type]
    with pytest.raises(TryLater) if certain else contextlib.nullcontext():
        await sending.send(org.org_id, send_id)
    await sending.send(org.org_id, send_id)
    assert set(out.withdrawn) == {str(one.claim_token)}
    assert len(out.mailbox.sent) == certain
    assert (await the_send(duly, org, send_id)).state == ("sent" if certain else "sending")
    assert all(message.attempt not in ("", str(one.claim_token)) for message in out.mailbox.sent)


async def died(duly: Duly, send_id: SendId, *, attempts: int | None = None) -> None:
    """A worker had the mail's job, and is gone."""
    async with duly.uows.sessions() as session, session.begin():
        await session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, "
                "attempts = coalesce(:attempts, attempts) WHERE args->>'send_id' = :id"
            ),
            {"id": str(send_id), "attempts": attempts},
        )


async def job_of(duly: Duly, send_id: SendId) -> str:
    async with duly.uows.sessions() as session:
        found = await session.scalar(
            text("SELECT status FROM procrastinate_jobs WHERE args->>'send_id' = :id"), {"id": str(send_id)}
        )
        return str(found)


async def rests(duly: Duly, send_id: SendId) -> float:
    """Seconds until its job may be taken."""
    async with duly.uows.sessions() as session:
        left = text(
            "SELECT extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs WHERE args->>'send_id' = :id"
        )
        return float(await session.scalar(left, {"id": str(send_id)}))


async def test_a_mail_rests_longer_with_each_worker_that_dies_of_it(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    for seconds in (0, 2, 4, 8, 16, 32, 64, 120):
        await died(duly, send_id)
        began = time.monotonic()
        await rescue_round(duly)
        left = await rests(duly, send_id)
        assert seconds - (time.monotonic() - began) <= left <= seconds


async def test_a_mail_of_which_every_worker_dies_goes_to_a_person(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    for _ in range(MOST_TAKEOVERS):
        await died(duly, send_id, attempts=0)  # Each time with another job, as where it waits in between.
        await rescue_round(duly)
        assert await job_of(duly, send_id) == "todo"
    assert (await the_send(duly, org, send_id)).state == "queued"
    await died(duly, send_id, attempts=0)
    await rescue_round(duly)
    assert await job_of(duly, send_id) == "failed"
    assert (await the_send(duly, org, send_id)).state == "failed"


@pytest.mark.parametrize("comes_back", [True, False], ids=["comes-back", "ends"])
async def test_a_worker_that_outlives_a_mail_shows_that_it_ends_none(duly: Duly, org: Org, comes_back: bool) -> None:
    send_id, out = await a_send(duly, org), FakeSender(FakeMailbox())
    await died(duly, send_id, attempts=0)
    await rescue_round(duly)
    assert (await the_send(duly, org, send_id)).takeovers == 1
    if comes_back:
        out._mailbox.fail_next("prepare", TemporarilyUnavailable("down"))
    app = App(connector=InMemoryConnector())
    send_mail.register(app, replace(duly.sending, mailboxes=_Way(out)))  # type: ignore[arg-type]
    with pytest.raises(TryLater) if comes_back else contextlib.nullcontext():
        await app.tasks[SEND_MAIL](None, org_id=str(org.org_id), send_id=str(send_id))
    assert (await the_send(duly, org, send_id)).takeovers == 0


async def test_a_job_that_came_back_often_is_not_taken_for_one_that_ends_workers(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    # A night with the mail server down: many tries and claims, and no worker died of any.
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).where(SendRow.id == send_id).values(attempts=47))
    await died(duly, send_id, attempts=47)
    await rescue_round(duly)
    assert await job_of(duly, send_id) == "todo"
    assert (await the_send(duly, org, send_id)).takeovers == 1

"""A mail whose outcome is unknown: how often it is looked for, and by which job."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail
from graph.running import approval_id, handle
from sqlalchemy import text, update

from core.clock import FixedClock
from core.ids import MailboxId, OrgId, SendId
from integrations.sandbox.adapter import SandboxedSender
from jobs.duly import Duly
from jobs.orphans import ORPHAN_AFTER, adopt_sends
from jobs.sending import Sending, _pause_of_looking
from ledger.commands.decide_approval import Decider, approve
from ledger.model.approval import Decided
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.people import MailboxRow

_WAIT = timedelta(minutes=15)


@dataclass
class NobodyKnows:
    """A sender that can prove nothing, and keeps what it was asked."""

    asked: list[datetime | None] = field(default_factory=list)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        assert message_id
        self.asked.append(handed_over_at)
        return None

    async def prepare(self, message: object) -> Any:
        raise AssertionError("what may have been sent is not sent again")

    async def sender(self, org_id: OrgId, mailbox_id: MailboxId) -> "NobodyKnows":
        return self


async def handed_over(duly: Duly, org: Org, outbox: Path) -> SendId:
    """An approved mail whose worker died while it was handed over."""
    await a_customer(duly.uows, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(sender={"kind": "folder", "path": str(outbox)}))
    raw = a_mail(
        to=org.address, text="Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom", message_id="r1@b.example"
    )
    case_id = await handle(duly, org, raw)
    by = Decider(org.user_id, "Ann", 1, NOW)
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by)
    assert isinstance(outcome, Decided)
    assert outcome.send_id is not None
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            update(SendRow).values(state="sending", header_message_id="m1@seller.example", handed_over_at=NOW)
        )
    return outcome.send_id


def looking(duly: Duly, sender: NobodyKnows) -> Sending:
    return replace(duly.sending, mailboxes=sender, proof_wait=_WAIT)  # type: ignore[arg-type]


async def jobs_of(duly: Duly, send_id: SendId) -> list[int]:
    """How often each job for this mail has been tried."""
    async with duly.uows.sessions() as session:
        found = await session.scalars(
            text("SELECT attempts FROM procrastinate_jobs WHERE args->>'send_id' = :id"), {"id": str(send_id)}
        )
        return list(found)


async def test_each_look_is_a_job_of_its_own_so_that_waiting_is_not_taken_for_dying(
    duly: Duly, org: Org, tmp_path: Path, clock: FixedClock
) -> None:
    send_id, sender = await handed_over(duly, org, tmp_path), NobodyKnows()
    before = len(await jobs_of(duly, send_id))
    for _ in range(7):
        await looking(duly, sender).send(org.org_id, send_id)
    assert sender.asked == [NOW] * 7
    assert await jobs_of(duly, send_id) == [0] * (before + 7)


async def test_without_a_proof_it_goes_to_a_person_after_the_wait(
    duly: Duly, org: Org, tmp_path: Path, clock: FixedClock
) -> None:
    send_id, sender = await handed_over(duly, org, tmp_path), NobodyKnows()
    clock.move_to(NOW + _WAIT)
    await looking(duly, sender).send(org.org_id, send_id)
    async with duly.uows(org.org_id) as uow:
        assert (await uow.session.get_one(SendRow, send_id)).state == "outcome_unknown"


async def test_a_mail_whose_job_is_gone_gets_another_one(duly: Duly, org: Org, tmp_path: Path) -> None:
    send_id = await handed_over(duly, org, tmp_path)
    late = NOW + ORPHAN_AFTER + timedelta(seconds=1)
    assert await adopt_sends(duly.uows, org.org_id, now=late) == 0
    async with duly.uows.sessions() as session, session.begin():
        await session.execute(
            text("DELETE FROM procrastinate_jobs WHERE args->>'send_id' = :id"), {"id": str(send_id)}
        )
    assert await adopt_sends(duly.uows, org.org_id, now=NOW) == 0
    assert [await adopt_sends(duly.uows, org.org_id, now=late) for _ in range(2)] == [1, 0]
    assert await jobs_of(duly, send_id) == [0]


async def test_a_mail_that_waits_for_its_time_is_no_orphan(duly: Duly, org: Org, tmp_path: Path) -> None:
    send_id = await handed_over(duly, org, tmp_path)
    late = NOW + ORPHAN_AFTER + timedelta(seconds=1)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(state="queued", not_before=late))
        await uow.session.execute(
            text("DELETE FROM procrastinate_jobs WHERE args->>'send_id' = :id"), {"id": str(send_id)}
        )
    assert await adopt_sends(duly.uows, org.org_id, now=late) == 0


@pytest.mark.parametrize(
    ("elapsed", "pause"), [(-3600, 60), (0, 0.5), (4, 1), (40, 10), (600, 60), (890, 10), (899.9, 0.5)]
)
def test_looks_are_close_at_first_and_never_past_the_end_of_the_wait(elapsed: float, pause: float) -> None:
    now = NOW + timedelta(seconds=elapsed)
    assert _pause_of_looking(NOW, now=now, wait=_WAIT) == pytest.approx(pause)


async def test_in_the_sandbox_the_proof_is_looked_for_from_the_hand_over_on() -> None:
    sender = NobodyKnows()
    assert await SandboxedSender(sender, "sandbox@seller.example").was_sent("m1@x", handed_over_at=NOW) is None
    assert sender.asked == [NOW]

"""An approved mail that has not left yet is looked at again the moment cash lands. With the real outbox."""

from datetime import UTC, datetime
from pathlib import Path

from conftest import NOW, Org
from factories.cash import a_line, money_in
from factories.ledger import a_customer, a_mail
from graph.running import approval, drafts, handle
from sqlalchemy import select, update

from core.clock import FixedClock
from core.ids import ApprovalId, CaseId, SendId
from jobs.composing import compose_mail
from jobs.duly import Duly
from ledger.commands import send_draft
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.send_draft import ClaimedSend
from ledger.model.approval import Decided
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.people import MailboxRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on 15 May 2026.\n\nTom"
#: Friday, half past six in the evening in London: approved mail waits for Monday.
FRIDAY_EVENING = datetime(2026, 4, 24, 17, 30, tzinfo=UTC)


async def approved(duly: Duly, org: Org, case_id: CaseId, *, now: datetime) -> SendId:
    row = await approval(duly, org, case_id)
    by = Decider(org.user_id, "Ann", row.version, now)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, ApprovalId(row.id), by)
    assert isinstance(outcome, Decided), outcome
    assert outcome.send_id is not None
    return outcome.send_id


async def pays(duly: Duly, org: Org, *, now: datetime = FRIDAY_EVENING, **line: str) -> None:
    payment = await money_in(duly.uows, org, a_line(**line))
    await apply_payments(duly.uows, org.org_id, [payment], now=now)


async def the_send(duly: Duly, org: Org, send_id: SendId) -> SendRow:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.get_one(SendRow, send_id)


async def a_waiting_mail(duly: Duly, org: Org, clock: FixedClock, folder: Path) -> tuple[CaseId, SendId]:
    await a_customer(duly.uows, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(sender={"kind": "folder", "path": str(folder)}))
    clock.move_to(FRIDAY_EVENING)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    return case_id, await approved(duly, org, case_id, now=FRIDAY_EVENING)


async def test_a_mail_that_waits_for_its_hour_is_held_back_at_once_and_the_timeline_says_why(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    case_id, send_id = await a_waiting_mail(duly, org, clock, tmp_path)
    await pays(duly, org)
    send, (draft,) = await the_send(duly, org, send_id), await drafts(duly, org, case_id)
    assert (send.state, send.wait_kind, send.not_before) == ("cancelled", "", None)
    assert ((await approval(duly, org, case_id)).status, draft.state) == ("redrafting", "stale")
    async with duly.uows(org.org_id) as uow:
        words = await uow.session.scalar(
            select(TimelineEventRow.words).where(TimelineEventRow.kind == "mail_held_back")
        )
    assert words is not None
    assert words.startswith("The approved mail was held back before it left: invoice INV-20417: 1840.00 GBP was")
    # Its job, when its hour has come, sends nothing.
    clock.move_to(datetime(2026, 4, 27, 7, 0, tzinfo=UTC))
    await duly.sending.send(org.org_id, send_id)
    assert list(tmp_path.glob("*.eml")) == []


async def test_a_worker_that_has_claimed_the_mail_finds_it_is_no_longer_its_own(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    _, send_id = await a_waiting_mail(duly, org, clock, tmp_path)
    monday = datetime(2026, 4, 27, 7, 0, tzinfo=UTC)
    claim = await send_draft.claim_send(
        duly.uows, duly.blobs, duly.services.verify, compose_mail, org.org_id, send_id, now=monday
    )
    assert isinstance(claim, ClaimedSend)
    await pays(duly, org, now=monday)
    assert not await send_draft.begin_handover(duly.uows, org.org_id, send_id, claim.claim_token, now=monday)
    assert (await the_send(duly, org, send_id)).state == "cancelled"


async def test_a_mail_that_is_being_handed_over_is_left_alone(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    case_id, send_id = await a_waiting_mail(duly, org, clock, tmp_path)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(state="sending", handed_over_at=NOW))
    await pays(duly, org)
    assert (await the_send(duly, org, send_id)).state == "sending"
    assert (await approval(duly, org, case_id)).status == "approved"


async def test_money_of_another_customer_leaves_the_mail(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    _, send_id = await a_waiting_mail(duly, org, clock, tmp_path)
    await a_customer(duly.uows, org, name="Orchid Optics", email="k@orchid.example", invoices={"INV-9": "12.00"})
    await pays(duly, org, amount="12.00", payer="Orchid Optics", reference="INV-9")
    assert (await the_send(duly, org, send_id)).state == "queued"


async def test_a_customer_who_says_that_they_paid_holds_the_mails_of_their_other_cases_back(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    case_id, send_id = await a_waiting_mail(duly, org, clock, tmp_path)
    claim = await handle(duly, org, a_mail(to=org.address, text="Hi,\n\nwe paid INV-20417 on Monday.\n\nTom"))
    assert claim != case_id
    assert (await the_send(duly, org, send_id)).state == "cancelled"
    assert (await approval(duly, org, case_id)).status == "redrafting"
    assert (await approval(duly, org, claim)).status == "pending"

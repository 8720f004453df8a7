"""When and whether an approved mail goes out: hours, cap, limits, taking back, recipients. With the real outbox."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Org
from factories.ledger import Customer, a_customer, a_mail, a_payment
from graph.running import approval, approval_id, case, drafts, handle, items
from graph.test_automatic_mail import a_bounce, a_second_contact, we_wrote_to
from sqlalchemy import select, text, update

from core.clock import FixedClock
from core.ids import ApprovalId, CaseId, SendId, new_id
from jobs.composing import compose_mail
from jobs.duly import Duly
from ledger.commands import send_draft
from ledger.commands.decide_approval import Decider, approve, edit
from ledger.commands.send_draft import ClaimedSend, ClaimOutcome, NothingToSend, NotYet
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.commands.take_back_mail import TooLateToTakeBack, take_back
from ledger.model.approval import Decided, EditedMail, TextNotSupported
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.sending import SendingHours, SendingPolicy
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.drafts import ApprovalDecisionRow, DraftRow, SendRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.people import MailboxRow

#: A day so far off that the answer still holds after the weekend.
PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on 15 May 2026.\n\nTom"
TOM = "tom@brightwater.example"
#: Friday, 24 April 2026, half past six in the evening in London.
FRIDAY_EVENING = datetime(2026, 4, 24, 17, 30, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 4, 27, 7, 0, tzinfo=UTC)


async def a_case(duly: Duly, org: Org, **mail: Any) -> CaseId:
    return await handle(duly, org, a_mail(to=org.address, text=PROMISE, **mail))


async def approved(duly: Duly, org: Org, case_id: CaseId, *, now: datetime = NOW) -> SendId:
    row = await approval(duly, org, case_id)
    by = Decider(org.user_id, "Ann", row.version, now)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, ApprovalId(row.id), by)
    assert isinstance(outcome, Decided), outcome
    assert outcome.send_id is not None
    return outcome.send_id


async def claim(duly: Duly, org: Org, send_id: SendId, *, now: datetime = NOW) -> ClaimOutcome:
    return await send_draft.claim_send(
        duly.uows, duly.blobs, duly.services.verify, compose_mail, org.org_id, send_id, now=now
    )


async def the_send(duly: Duly, org: Org, send_id: SendId) -> SendRow:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.get_one(SendRow, send_id)


async def jobs_of(duly: Duly, send_id: SendId) -> list[Any]:
    """Seconds from now to each waiting job of the mail; None for one that may run at once."""
    async with duly.uows.sessions() as session:
        rows = await session.execute(
            text(
                "SELECT extract(epoch FROM scheduled_at - now())::float FROM procrastinate_jobs "
                "WHERE task_name = 'send_mail' AND status = 'todo' AND args->>'send_id' = :send ORDER BY id"
            ),
            {"send": str(send_id)},
        )
        return [row[0] for row in rows]


async def with_policy(duly: Duly, org: Org, **policy: Any) -> None:
    await set_sending_policy(duly.uows, org.org_id, SendingPolicy(**{"undo": timedelta(0), **policy}))


async def into(duly: Duly, org: Org, folder: Path, **limits: int) -> None:
    async with duly.uows(org.org_id) as uow:
        sender = {"kind": "folder", "path": str(folder), **limits}
        await uow.session.execute(update(MailboxRow).values(sender=sender))


def by_ann(org: Org, version: int, *, now: datetime = NOW, key: str = "") -> Decider:
    return Decider(org.user_id, "Ann", version, now, key)


async def test_a_mail_approved_in_the_evening_waits_for_the_customers_next_business_morning(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    await into(duly, org, tmp_path)
    clock.move_to(FRIDAY_EVENING)
    case_id = await a_case(duly, org)
    send_id = await approved(duly, org, case_id, now=FRIDAY_EVENING)
    send = await the_send(duly, org, send_id)
    assert (send.wait_kind, send.not_before, send.time_zone) == ("hours", MONDAY_MORNING, "Europe/London")
    [seconds] = await jobs_of(duly, send_id)
    assert seconds == pytest.approx((MONDAY_MORNING - FRIDAY_EVENING).total_seconds(), abs=60)
    # A job that comes too early sends nothing, and has the mail come back at the same time.
    await duly.sending.send(org.org_id, send_id)
    assert list(tmp_path.glob("*.eml")) == []
    assert len(await jobs_of(duly, send_id)) == 2
    clock.move_to(MONDAY_MORNING)
    await duly.sending.send(org.org_id, send_id)
    assert len(list(tmp_path.glob("*.eml"))) == 1
    send = await the_send(duly, org, send_id)
    assert (send.state, send.wait_kind, send.not_before) == ("sent", "", None)
    async with duly.uows(org.org_id) as uow:
        words = await uow.session.scalar(select(TimelineEventRow.words).where(TimelineEventRow.kind == "send_waits"))
    assert words == (
        "The approved mail waits: it is Friday 18:30 at the customer's; mail goes out from 8:00 to 18:00. "
        "It goes out on 2026-04-27 at 8:00 (customer's time)"
    )


@pytest.mark.parametrize(
    ("contact_zone", "account_zone", "expected"),
    [("Asia/Tokyo", "Europe/London", "Asia/Tokyo"), ("", "America/New_York", "America/New_York"),
     ("", "Mars/Olympus", "Europe/London"), ("", "", "Europe/London")],
)  # fmt: skip
async def test_the_hours_are_counted_at_the_recipients_else_at_the_accounts_else_at_ours(
    duly: Duly, org: Org, contact_zone: str, account_zone: str, expected: str
) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await a_case(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(ContactRow).values(time_zone=contact_zone))
        await uow.session.execute(
            update(AccountRow).where(AccountRow.id == customer.account_id).values(time_zone=account_zone)
        )
    night = (
        datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
        if expected != "Asia/Tokyo"
        else datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
    )
    send = await the_send(duly, org, await approved(duly, org, case_id, now=night))
    assert (send.wait_kind, send.time_zone) == ("hours", expected)


async def test_facts_that_move_over_the_weekend_stop_the_mail_on_monday(
    duly: Duly, org: Org, clock: FixedClock, tmp_path: Path
) -> None:
    customer = await a_customer(duly.uows, org)
    await into(duly, org, tmp_path)
    clock.move_to(FRIDAY_EVENING)
    send_id = await approved(duly, org, await a_case(duly, org), now=FRIDAY_EVENING)
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", on="INV-20417")
    clock.move_to(MONDAY_MORNING)
    await duly.sending.send(org.org_id, send_id)
    assert list(tmp_path.glob("*.eml")) == []
    assert (await the_send(duly, org, send_id)).state == "cancelled"


async def test_a_claim_whose_hour_is_over_waits_again_and_its_date_is_that_of_the_sending(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    await a_customer(duly.uows, org)
    send_id = await approved(duly, org, await a_case(duly, org))
    first = await claim(duly, org, send_id)
    assert isinstance(first, ClaimedSend)
    # The worker died; the mail server is back on Friday night only.
    assert isinstance(await claim(duly, org, send_id, now=FRIDAY_EVENING), NotYet)
    assert not await send_draft.begin_handover(duly.uows, org.org_id, send_id, first.claim_token, now=FRIDAY_EVENING)
    clock.move_to(MONDAY_MORNING)
    again = await claim(duly, org, send_id, now=MONDAY_MORNING)
    assert isinstance(again, ClaimedSend)
    assert again.message_id == first.message_id
    assert b"Date: Mon, 27 Apr 2026" in again.raw


async def test_the_organisations_own_hours_count(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await with_policy(duly, org, hours=SendingHours(13 * 60, 15 * 60))
    send = await the_send(duly, org, await approved(duly, org, await a_case(duly, org)))
    assert send.not_before == datetime(2026, 4, 20, 12, 0, tzinfo=UTC)


async def test_until_the_delay_is_over_no_worker_takes_the_mail(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await with_policy(duly, org, undo=timedelta(seconds=30))
    send_id = await approved(duly, org, await a_case(duly, org))
    [seconds] = await jobs_of(duly, send_id)
    assert 20 < seconds <= 30
    early = await claim(duly, org, send_id, now=NOW + timedelta(seconds=29))
    assert early == NotYet(send_id, NOW + timedelta(seconds=30), "it can still be taken back")
    assert isinstance(await claim(duly, org, send_id, now=NOW + timedelta(seconds=30)), ClaimedSend)


async def test_without_a_delay_the_job_may_run_at_once(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    assert await jobs_of(duly, await approved(duly, org, await a_case(duly, org))) == [None]


async def test_a_mail_taken_back_is_before_a_person_with_the_text_as_approved_and_goes_out_when_approved_again(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    await into(duly, org, tmp_path)
    case_id = await a_case(duly, org)
    key = await approval_id(duly, org, case_id)
    [first] = await drafts(duly, org, case_id)
    changed = EditedMail(text=first.text + "\nHave a good week.")
    await with_policy(duly, org, undo=timedelta(seconds=30))
    outcome = await edit(duly.uows, duly.services.verify, org.org_id, key, by_ann(org, 1), changed)
    assert isinstance(outcome, Decided)
    assert outcome.send_id is not None
    await duly.runner.finish(org.org_id, case_id)
    back = await take_back(duly.uows, org.org_id, key, by_ann(org, 2))
    row = await approval(duly, org, case_id)
    assert (row.status, row.version, row.draft_id) == ("pending", 3, back.draft_id)
    newest = (await drafts(duly, org, case_id))[-1]
    assert (newest.id, newest.text, newest.state) == (back.draft_id, changed.text, "awaiting_approval")
    assert (await case(duly, org, case_id)).state == "awaiting_approval"
    await duly.sending.send(org.org_id, outcome.send_id)
    assert list(tmp_path.glob("*.eml")) == []
    await with_policy(duly, org)
    send_id = await approved(duly, org, case_id)
    await duly.runner.finish(org.org_id, case_id)
    for one in (outcome.send_id, send_id, send_id):
        await duly.sending.send(org.org_id, one)
    [path] = list(tmp_path.glob("*.eml"))
    assert b"Have a good week." in path.read_bytes()
    async with duly.uows(org.org_id) as uow:
        decisions = list(
            await uow.session.scalars(select(ApprovalDecisionRow.decision).order_by(ApprovalDecisionRow.version))
        )
    assert decisions == ["edit", "take_back", "approve"]


async def test_facts_that_moved_meanwhile_have_a_mail_that_was_taken_back_written_again(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await with_policy(duly, org, undo=timedelta(seconds=30))
    case_id = await a_case(duly, org)
    await approved(duly, org, case_id)
    key = await approval_id(duly, org, case_id)
    await take_back(duly.uows, org.org_id, key, by_ann(org, 2))
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", on="INV-20417")
    await approve(duly.uows, duly.services.verify, org.org_id, key, by_ann(org, 3))
    assert (await approval(duly, org, case_id)).status == "redrafting"
    await duly.runner.run(org.org_id, case_id)
    assert (await case(duly, org, case_id)).state != "running"


async def _sent(duly: Duly, org: Org, send_id: SendId) -> None:
    assert isinstance(await claim(duly, org, send_id), ClaimedSend)


async def _handed_over(duly: Duly, org: Org, send_id: SendId) -> None:
    found = await claim(duly, org, send_id)
    assert isinstance(found, ClaimedSend)
    assert await send_draft.begin_handover(duly.uows, org.org_id, send_id, found.claim_token, now=NOW)


async def _confirmed(duly: Duly, org: Org, send_id: SendId) -> None:
    await _handed_over(duly, org, send_id)
    await send_draft.confirm_sent(duly.uows, org.org_id, send_id, provider_id="", now=NOW)


@pytest.mark.parametrize(
    ("step", "state"), [(_sent, "claimed"), (_handed_over, "sending"), (_confirmed, "sent")],
    ids=["claimed", "handed over", "sent"],
)  # fmt: skip
async def test_what_a_worker_has_claimed_is_not_taken_back(
    duly: Duly, org: Org, step: Callable[[Duly, Org, SendId], Awaitable[None]], state: str
) -> None:
    await a_customer(duly.uows, org)
    case_id = await a_case(duly, org)
    send_id = await approved(duly, org, case_id)
    await step(duly, org, send_id)
    with pytest.raises(TooLateToTakeBack) as refused:
        await take_back(duly.uows, org.org_id, await approval_id(duly, org, case_id), by_ann(org, 2))
    assert refused.value.state == state
    assert (await approval(duly, org, case_id)).status == "approved"


async def test_a_stale_page_and_a_mail_that_nobody_approved_take_nothing_back(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await a_case(duly, org)
    key = await approval_id(duly, org, case_id)
    with pytest.raises(AlreadyDecided):
        await take_back(duly.uows, org.org_id, key, by_ann(org, 1))
    await approved(duly, org, case_id)
    with pytest.raises(StaleVersion):
        await take_back(duly.uows, org.org_id, key, by_ann(org, 1))


async def test_taking_back_and_claiming_exclude_each_other(duly: Duly, org: Org, tmp_path: Path) -> None:
    await a_customer(duly.uows, org)
    await into(duly, org, tmp_path)
    case_id = await a_case(duly, org)
    key = await approval_id(duly, org, case_id)
    won = {"claim": 0, "take back": 0}
    for head_start in [seconds * 0.002 for seconds in range(-12, 13)]:
        send_id = await approved(duly, org, case_id)
        version = (await approval(duly, org, case_id)).version

        async def _claim(send_id: SendId = send_id, late: float = max(0, head_start)) -> ClaimOutcome:
            await asyncio.sleep(late)
            return await claim(duly, org, send_id)

        async def _back(version: int = version, late: float = max(0, -head_start)) -> object:
            await asyncio.sleep(late)
            try:
                return await take_back(duly.uows, org.org_id, key, by_ann(org, version))
            except TooLateToTakeBack as error:
                return error

        claimed, back = await asyncio.gather(_claim(), _back())
        send = await the_send(duly, org, send_id)
        if isinstance(back, Decided):
            assert claimed == NothingToSend("withdrawn")
            assert send.state == "withdrawn"
            won["take back"] += 1
        else:
            assert isinstance(claimed, ClaimedSend)
            assert send.state == "claimed"
            won["claim"] += 1
            # Nobody handed it over: given up, so that the next round can take it back.
            await send_draft.give_up_claim(duly.uows, org.org_id, send_id, claimed.claim_token, error="test")
            await take_back(duly.uows, org.org_id, key, by_ann(org, version))
    assert min(won.values()) > 0, won


async def _went_out(duly: Duly, org: Org, customer: Customer, *, at: datetime, ours: bool = True) -> None:
    """A mail to this customer that was sent then."""
    async with duly.uows(org.org_id) as uow:
        draft = (
            await uow.session.scalars(select(DraftRow).where(DraftRow.account_id == customer.account_id).limit(1))
        ).one()
        values = {
            column.name: getattr(draft, column.name)
            for column in DraftRow.__table__.columns
            if column.name not in ("id", "version")
        }
        newest = await uow.session.scalar(text("SELECT max(version) FROM drafts"))
        copied = DraftRow(id=new_id(), version=(newest or 0) + 100, **values)
        uow.session.add(copied)
        await uow.session.flush()
        uow.session.add(
            SendRow(
                id=new_id(), draft_id=copied.id, mailbox_id=org.mailbox_id, state="sent", started_by_us=ours,
                claimed_at=at, sent_at=at, created_at=at,
            )
        )  # fmt: skip


async def a_send_of_ours(duly: Duly, org: Org, case_id: CaseId) -> SendId:
    send_id = await approved(duly, org, case_id)
    async with duly.uows(org.org_id) as uow:
        (await uow.session.get_one(SendRow, send_id)).started_by_us = True
    return send_id


async def test_a_mail_that_we_start_above_the_cap_waits_till_it_may_and_says_why(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await with_policy(duly, org, contact_cap=2)
    case_id = await a_case(duly, org)
    await _went_out(duly, org, customer, at=NOW - timedelta(days=6))
    await _went_out(duly, org, customer, at=NOW - timedelta(days=2))
    await _went_out(duly, org, customer, at=NOW - timedelta(days=1), ours=False)
    send_id = await a_send_of_ours(duly, org, case_id)
    waits = await claim(duly, org, send_id)
    assert isinstance(waits, NotYet)
    assert waits.until == NOW + timedelta(days=1)
    assert waits.why.startswith("2 mails that we started went to this customer within seven days")
    assert (await the_send(duly, org, send_id)).wait_kind == "cap"
    assert isinstance(await claim(duly, org, send_id, now=waits.until), ClaimedSend)


async def test_answers_are_not_counted_and_not_held_back(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await with_policy(duly, org, contact_cap=1)
    case_id = await a_case(duly, org)
    for _ in range(5):
        await _went_out(duly, org, customer, at=NOW - timedelta(hours=1))
    send_id = await approved(duly, org, case_id)
    assert not (await the_send(duly, org, send_id)).started_by_us
    assert isinstance(await claim(duly, org, send_id), ClaimedSend)


async def test_another_customers_mail_does_not_count(duly: Duly, org: Org) -> None:
    await with_policy(duly, org, contact_cap=1)
    other = await a_customer(duly.uows, org, name="Other", email="eve@other.example", invoices={"B-1": "5.00"})
    await a_customer(duly.uows, org)
    await handle(
        duly, org,
        a_mail(to=org.address, text="we will pay B-1 on Friday", sender="eve@other.example", subject="B-1"),
    )  # fmt: skip
    await _went_out(duly, org, other, at=NOW - timedelta(hours=1))
    assert isinstance(await claim(duly, org, await a_send_of_ours(duly, org, await a_case(duly, org))), ClaimedSend)


async def test_what_follows_a_bounce_is_started_by_us(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_second_contact(duly, org, customer)
    returned = await we_wrote_to(duly, org, customer, TOM)
    bounced = await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=returned))
    assert (await the_send(duly, org, await approved(duly, org, bounced))).started_by_us


async def _two_ready(duly: Duly, org: Org) -> list[SendId]:
    """Two approved answers to two customers."""
    found = []
    for number in (1, 2):
        sender = f"c{number}@buyer{number}.example"
        await a_customer(
            duly.uows, org, name=f"Buyer {number}", email=sender, invoices={f"INV-3000{number}": "10.00"}
        )
        raw = a_mail(
            to=org.address, text=f"we will pay invoice INV-3000{number} on Friday.", sender=sender,
            subject=f"INV-3000{number}",
        )  # fmt: skip
        found.append(await approved(duly, org, await handle(duly, org, raw)))
    return found


@pytest.mark.parametrize(
    ("limits", "wait", "words"),
    [({"per_minute": 1}, timedelta(minutes=1), "a minute"), ({"per_day": 1}, timedelta(days=1), "a day")],
    ids=["a minute", "a day"],
)
async def test_a_mailbox_sends_no_more_than_its_limit(
    duly: Duly, org: Org, tmp_path: Path, limits: dict[str, int], wait: timedelta, words: str
) -> None:
    await into(duly, org, tmp_path, **limits)
    first, second = await _two_ready(duly, org)
    assert isinstance(await claim(duly, org, first), ClaimedSend)
    waits = await claim(duly, org, second)
    assert waits == NotYet(second, NOW + wait, f"{org.address} sends at most 1 mail {words}")
    # The first one's worker died: its mail is the same mail, and does not wait for itself.
    assert isinstance(await claim(duly, org, first), ClaimedSend)
    assert isinstance(await claim(duly, org, second, now=NOW + wait), ClaimedSend)


async def test_workers_that_look_at_once_share_one_limit(duly: Duly, org: Org, tmp_path: Path) -> None:
    await into(duly, org, tmp_path, per_minute=1)
    first, second = await _two_ready(duly, org)
    outcomes = await asyncio.gather(claim(duly, org, first), claim(duly, org, second))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ClaimedSend", "NotYet"]


async def test_a_limit_that_is_none_puts_the_mail_before_a_person(duly: Duly, org: Org, tmp_path: Path) -> None:
    await a_customer(duly.uows, org)
    send_id = await approved(duly, org, await a_case(duly, org))
    await into(duly, org, tmp_path, per_minute=0)
    with pytest.raises(Exception, match="per_minute is no whole number") as refused:
        await duly.sending.send(org.org_id, send_id)
    await duly.sending.give_up(org.org_id, send_id, refused.value)
    [item] = await items(duly, org)
    assert org.address in item.words


async def _set_contact(duly: Duly, org: Org, status: str) -> None:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(ContactRow).where(ContactRow.email == TOM).values(status=status))


async def _suppress(duly: Duly, org: Org) -> None:
    await _set_contact(duly, org, "suppressed")


async def _bounced(duly: Duly, org: Org) -> None:
    await _set_contact(duly, org, "unreachable")


async def _stop(duly: Duly, org: Org) -> None:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(AccountRow).values(stopped_at=NOW))


async def _stop_elsewhere(duly: Duly, org: Org) -> None:
    """The same person keeps the books of another customer, who asked for no more mail."""
    other = await a_customer(duly.uows, org, name="Sister Ltd", email=TOM, invoices={"S-1": "1.00"})
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(AccountRow).where(AccountRow.id == other.account_id).values(stopped_at=NOW))


async def _suppress_elsewhere(duly: Duly, org: Org) -> None:
    other = await a_customer(duly.uows, org, name="Sister Ltd", email=TOM, invoices={"S-1": "1.00"})
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            update(ContactRow).where(ContactRow.account_id == other.account_id).values(status="suppressed")
        )


async def _gone(duly: Duly, org: Org) -> None:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(text("DELETE FROM contacts WHERE email = :tom"), {"tom": TOM})


@pytest.mark.parametrize(
    "change", [_suppress, _bounced, _stop, _stop_elsewhere, _suppress_elsewhere, _gone],
    ids=["suppressed", "unreachable", "stopped", "stopped elsewhere", "suppressed elsewhere", "no contact any more"],
)  # fmt: skip
async def test_who_may_not_be_written_to_is_not_when_it_comes_to_sending(
    duly: Duly, org: Org, tmp_path: Path, change: Callable[[Duly, Org], Awaitable[None]]
) -> None:
    await a_customer(duly.uows, org)
    await into(duly, org, tmp_path)
    send_id = await approved(duly, org, await a_case(duly, org))
    await change(duly, org)
    await duly.sending.send(org.org_id, send_id)
    assert list(tmp_path.glob("*.eml")) == []
    assert (await the_send(duly, org, send_id)).state == "cancelled"


async def test_a_robots_address_is_never_written_to_though_it_is_an_active_contact(duly: Duly, org: Org) -> None:
    robot = "no-reply@brightwater.example"
    await a_customer(duly.uows, org, email=robot)
    case_id = await a_case(duly, org, sender=robot)
    assert not any(
        robot in draft.recipients and draft.state == "approved" for draft in await drafts(duly, org, case_id)
    )
    assert (await case(duly, org, case_id)).state == "with_person"


@pytest.mark.parametrize(
    ("to", "status"),
    [("thief@evil.example", None), ("new@brightwater.example", "proposed"), ("old@brightwater.example", "suppressed"),
     ("noreply@brightwater.example", "active")],
    ids=["stranger", "proposed", "suppressed", "nobody reads it"],
)  # fmt: skip
async def test_a_new_recipient_waits_for_a_person_who_accepts_the_contact_first(
    duly: Duly, org: Org, to: str, status: str | None
) -> None:
    customer = await a_customer(duly.uows, org)
    if status is not None:
        async with duly.uows(org.org_id) as uow:
            uow.session.add(ContactRow(id=new_id(), account_id=customer.account_id, email=to, status=status))
    case_id = await a_case(duly, org)
    key = await approval_id(duly, org, case_id)
    outcome = await edit(duly.uows, duly.services.verify, org.org_id, key, by_ann(org, 1), EditedMail(to=(TOM, to)))
    assert isinstance(outcome, TextNotSupported)
    assert [(f.check, f.text) for f in outcome.verification.findings] == [("recipients", to)]

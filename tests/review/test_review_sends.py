"""Review: the outbox."""

import pytest
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail
from graph.running import approval_id, handle, items
from sqlalchemy import select, text

from core.errors import DulyError
from jobs.composing import compose_mail
from jobs.duly import Duly
from jobs.worker import run_worker
from ledger.commands import send_draft
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.send_draft import ClaimedSend
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.store.tables.drafts import SendRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


async def _approved(duly: Duly, org: Org, **mail):
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE, **mail))
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 1, NOW))
    return case_id, outcome.send_id


async def _claim(duly: Duly, org: Org, send_id):
    return await send_draft.claim_send(
        duly.uows, duly.blobs, duly.services.verify, compose_mail, org.org_id, send_id, now=NOW
    )


async def _send(duly: Duly, org: Org, send_id) -> SendRow:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.get_one(SendRow, send_id)


async def test_an_approved_mail_whose_job_ends_in_errors_goes_to_a_person(duly: Duly, org: Org) -> None:
    # The mailbox has no way out, which every try meets.
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(text("DELETE FROM procrastinate_jobs"))
    _, send_id = await _approved(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(text("DELETE FROM procrastinate_jobs WHERE task_name <> 'send_mail'"))
        await uow.session.execute(text("UPDATE procrastinate_jobs SET attempts = 8"))
    await run_worker(duly, wait=False)
    async with duly.uows(org.org_id) as uow:
        states = list(await uow.session.scalars(text("SELECT status::text FROM procrastinate_jobs")))
    assert states == ["failed"]
    assert len(await items(duly, org)) == 1, (await _send(duly, org, send_id)).state


async def test_a_fenced_off_worker_cannot_say_that_nothing_was_sent(duly: Duly, org: Org) -> None:
    _, send_id = await _approved(duly, org)
    slow, quick = await _claim(duly, org, send_id), await _claim(duly, org, send_id)
    assert isinstance(slow, ClaimedSend)
    assert isinstance(quick, ClaimedSend)
    assert await send_draft.begin_handover(duly.uows, org.org_id, send_id, quick.claim_token, now=NOW)
    # What `Sending._hand_over` does for the slow one when its `prepare` is refused.
    from integrations.ports.errors import Rejected

    await duly.sending._failed(org.org_id, slow, Rejected("greylisted for good"))
    assert (await _send(duly, org, send_id)).state == "sending"


async def test_a_mail_that_may_have_gone_out_is_not_simply_written_again(duly: Duly, org: Org) -> None:
    _case_id, send_id = await _approved(duly, org)
    claim = await _claim(duly, org, send_id)
    assert isinstance(claim, ClaimedSend)
    await send_draft.begin_handover(duly.uows, org.org_id, send_id, claim.claim_token, now=NOW)
    await send_draft.put_before_person(duly.uows, org.org_id, send_id, state="outcome_unknown", words="?", now=NOW)
    [item] = await items(duly, org)
    with pytest.raises(DulyError):
        await settle_review_item(
            duly.uows, org.org_id, item.id, SettleItem(Settlement.TRY_AGAIN), actor="Ann", now=NOW
        )


async def test_a_mail_that_may_have_gone_out_stays_before_a_person_until_its_outcome_is_said(
    duly: Duly, org: Org
) -> None:
    _, send_id = await _approved(duly, org)
    claim = await _claim(duly, org, send_id)
    assert isinstance(claim, ClaimedSend)
    await send_draft.begin_handover(duly.uows, org.org_id, send_id, claim.claim_token, now=NOW)
    await send_draft.put_before_person(duly.uows, org.org_id, send_id, state="outcome_unknown", words="?", now=NOW)
    [item] = await items(duly, org)
    with pytest.raises(DulyError):
        await settle_review_item(duly.uows, org.org_id, item.id, SettleItem(Settlement.DONE), actor="Ann", now=NOW)


async def test_the_answer_is_threaded_to_the_mail_it_answers_and_not_to_a_later_auto_reply(
    duly: Duly, org: Org
) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE, message_id="asked@brightwater.example"))
    auto = a_mail(
        to=org.address, text="I am out of the office.", subject="Automatic reply: Invoice INV-20417",
        message_id="auto@brightwater.example", date_header="Mon, 20 Apr 2026 09:40:00 +0100",
        in_reply_to="asked@brightwater.example",
    ).replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version")  # fmt: skip
    await handle(duly, org, auto)

    async with duly.uows(org.org_id) as uow:
        from ledger.store.tables.drafts import ApprovalRow

        row = (await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case_id))).one()
    outcome = await approve(
        duly.uows, duly.services.verify, org.org_id, row.id, Decider(org.user_id, "Ann", row.version, NOW)
    )
    claim = await _claim(duly, org, outcome.send_id)
    assert isinstance(claim, ClaimedSend)
    assert b"In-Reply-To: <asked@brightwater.example>" in claim.raw


async def test_the_answer_is_threaded_to_the_mail_it_answers_though_its_clock_is_wrong(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await handle(duly, org, a_mail(to=org.address, text="Thanks, noted.", message_id="m1@brightwater.example"))
    case_id = await handle(
        duly,
        org,
        a_mail(
            to=org.address,
            text=PROMISE,
            message_id="m2@brightwater.example",
            in_reply_to="m1@brightwater.example",
            date_header="Mon, 20 Apr 2026 08:00:00 +0100",
        ),
    )
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 1, NOW))
    claim = await _claim(duly, org, outcome.send_id)
    assert isinstance(claim, ClaimedSend)
    assert b"In-Reply-To: <m2@brightwater.example>" in claim.raw


async def test_an_approved_answer_does_not_wait_behind_a_full_inbox(duly: Duly, org: Org) -> None:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(text("DELETE FROM procrastinate_jobs"))
    await _approved(duly, org)
    async with duly.uows(org.org_id) as uow:
        first = await uow.session.scalar(
            text("SELECT task_name FROM procrastinate_jobs ORDER BY priority DESC, id LIMIT 1")
        )
    assert first == "send_mail"

"""A person corrects a reading: the case goes on with what is right, and like replies are read so from then on."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import NOW, Org
from factories.ledger import Customer, a_customer, a_mail
from graph.running import approval, approval_id, case, drafts, handle, items
from sqlalchemy import func, select

from core.errors import InvalidInput, NotFound
from core.ids import CaseId, CorrectionId
from core.money import Money
from jobs.duly import Duly
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.retract_correction import retract_correction
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.model.approval import Decided
from ledger.model.correction import CaseAtWork, Corrected, Corrector
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.signal import DisputeReason, Evidence, Intent, Signal
from ledger.queries.corrections import list_corrections
from ledger.store.mapping import to_signal
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cases import SignalRow
from ledger.store.tables.corrections import CorrectionRow
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.history import (
    AbsenceRow,
    ContactProposalRow,
    DisputeRow,
    PaymentClaimRow,
    PromiseRow,
    TimelineEventRow,
)

#: An idiom of this trade alone: no reader knows it.
IDIOM = "Invoice INV-20417 falls under the harvest clause."
TWO_INVOICES = {"INV-20417": "1840.00", "INV-20500": "990.00"}


def says(quote: str, intent: Intent, *invoices: str, **fields: object) -> Signal:
    return Signal(intent, Evidence(quote), 1.0, invoices=invoices, **fields)  # type: ignore[arg-type]


HARVEST = says(IDIOM, Intent.DISPUTE, "INV-20417", reason=DisputeReason.TERMS)


def a_letter(sentence: str) -> str:
    return f"Hi,\n\n{sentence}\n\nTom"


async def correct(duly: Duly, org: Org, case_id: CaseId, *signals: Signal, key: str = "") -> Corrected:
    """What a collector does on the case page, and the job that follows."""
    version = (await case(duly, org, case_id)).generation
    by = Corrector(org.user_id, "Ann", version, NOW, key)
    done = await duly.correcting.correct(org.org_id, case_id, tuple(signals), by)
    await duly.runner.run(org.org_id, case_id)
    return done


async def read_in(duly: Duly, org: Org, case_id: CaseId) -> list[Signal]:
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.scalars(
            select(SignalRow).where(SignalRow.case_id == case_id).order_by(SignalRow.position)
        )
        return [to_signal(row) for row in rows]


async def said(duly: Duly, org: Org, sentence: str) -> set[tuple[Intent, DisputeReason | None]]:
    """What is read in a new reply of this one sentence."""
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(sentence)))
    return {(signal.intent, signal.reason) for signal in await read_in(duly, org, case_id)}


async def promises(duly: Duly, org: Org) -> dict[str, str]:
    """Day to state."""
    async with duly.uows(org.org_id) as uow:
        return {str(row.promised_for): row.state for row in await uow.session.scalars(select(PromiseRow))}


async def test_one_correction_changes_the_next_like_reply_and_nothing_unlike_it(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    unlike = [
        "Invoice INV-20417 does not fall under the harvest clause.",
        "Does invoice INV-20417 fall under the harvest clause?",
        "We will pay invoice INV-20417 on Friday.",
        "We paid invoice INV-20417 on 13 April.",
        "Please send us a copy of invoice INV-20417.",
    ]
    before = [await said(duly, org, sentence) for sentence in unlike]
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM)))
    taught = (Intent.DISPUTE, DisputeReason.TERMS)
    assert taught not in {(signal.intent, signal.reason) for signal in await read_in(duly, org, case_id)}

    await correct(duly, org, case_id, HARVEST)

    assert await said(duly, org, "Invoice INV-20500 falls under the harvest clause.") == {taught}
    assert [await said(duly, org, sentence) for sentence in unlike] == before


async def test_a_claim_that_a_person_reads_out_of_a_mail_looks_again_at_the_customers_other_drafts(
    duly: Duly, org: Org
) -> None:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    promise = a_mail(to=org.address, text=a_letter("We will pay invoice INV-20417 on Friday."))
    first = await handle(duly, org, promise)
    second = await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM), subject="the harvest"))
    before = (await approval(duly, org, first)).status
    await correct(duly, org, second, says(IDIOM, Intent.PAYMENT_SENT, "INV-20417"))
    assert (before, (await approval(duly, org, first)).status) == ("pending", "redrafting")


async def test_the_like_reply_keeps_its_own_invoice_and_goes_to_a_person(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    await correct(duly, org, await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM))), HARVEST)
    like = a_letter("Invoice INV-20500 falls under the harvest clause.")
    case_id = await handle(duly, org, a_mail(to=org.address, text=like))
    [signal] = await read_in(duly, org, case_id)
    assert signal.invoices == ("INV-20500",)
    assert (await case(duly, org, case_id)).needs_human


async def test_another_organisation_learns_nothing(duly: Duly, org: Org, other_org: Org) -> None:
    for each in (org, other_org):
        await a_customer(duly.uows, each, invoices=TWO_INVOICES)
    before = await said(duly, other_org, IDIOM)
    await correct(duly, org, await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM))), HARVEST)
    assert await said(duly, other_org, IDIOM) == before


async def test_a_correction_taken_back_teaches_nothing_any_more(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM)))
    before = {(signal.intent, signal.reason) for signal in await read_in(duly, org, case_id)}
    done = await correct(duly, org, case_id, HARVEST)
    for _ in range(2):
        await retract_correction(duly.uows, org.org_id, done.correction_id, by="Ann", now=NOW)
    assert await said(duly, org, IDIOM) == before
    async with duly.uows(org.org_id) as uow:
        [shown] = await list_corrections(uow, limit=10)
    assert (shown.retracted_by, [lesson.counts for lesson in shown.lessons]) == ("Ann", [False])


async def test_the_newest_word_on_a_mail_is_what_it_teaches(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM)))
    await correct(duly, org, case_id, HARVEST)
    await correct(duly, org, case_id, says(IDIOM, Intent.LEGAL_NOTICE, "INV-20417"))
    assert await said(duly, org, IDIOM) == {(Intent.LEGAL_NOTICE, None)}


async def test_people_who_contradict_each_other_teach_nothing(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    cases = [await handle(duly, org, a_mail(to=org.address, text=a_letter(IDIOM))) for _ in range(2)]
    before = {(signal.intent, signal.reason) for signal in await read_in(duly, org, cases[0])}
    await correct(duly, org, cases[0], HARVEST)
    await correct(duly, org, cases[1], says(IDIOM, Intent.LEGAL_NOTICE, "INV-20417"))
    assert await said(duly, org, IDIOM) == before


# The case itself


PROMISE = "we will pay invoice INV-20417 on Friday"


async def a_promise(duly: Duly, org: Org) -> CaseId:
    await a_customer(duly.uows, org, invoices=TWO_INVOICES)
    return await handle(duly, org, a_mail(to=org.address, text=f"Hi,\n\n{PROMISE}.\n\nTom"))


async def test_what_was_read_wrongly_is_withdrawn_and_what_is_right_recorded(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    await correct(duly, org, case_id, says(PROMISE, Intent.DISPUTE, "INV-20417", reason=DisputeReason.PRICE))
    assert await promises(duly, org) == {"2026-04-24": "withdrawn"}
    async with duly.uows(org.org_id) as uow:
        dispute = (await uow.session.scalars(select(DisputeRow))).one()
        events = list(await uow.session.scalars(select(TimelineEventRow).order_by(TimelineEventRow.id)))
    assert (dispute.state, dispute.reason, dispute.invoice_numbers) == ("open", "price", ["INV-20417"])
    kinds = [event.kind for event in events]
    assert [kind for kind in kinds if kind in ("promise", "withdrawn", "dispute", "reading_corrected")] == [
        "promise", "withdrawn", "dispute", "reading_corrected",
    ]  # fmt: skip
    assert any("corrected by Ann" in event.words for event in events if event.kind == "withdrawn")
    assert (await case(duly, org, case_id)).corrected_by == "Ann"


async def test_the_draft_on_the_old_reading_is_stale_and_never_sent(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    key = await approval_id(duly, org, case_id)
    by = Corrector(org.user_id, "Ann", 1, NOW)
    await duly.correcting.correct(
        org.org_id, case_id, (says(PROMISE, Intent.DISPUTE, "INV-20417", reason=DisputeReason.PRICE),), by
    )
    with pytest.raises(AlreadyDecided):
        await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 2, NOW))
    await duly.runner.run(org.org_id, case_id)
    old, new = await drafts(duly, org, case_id)
    assert (old.state, new.state) == ("stale", "awaiting_approval")
    assert new.why_again == "Ann corrected what was read"
    assert "24 April" in old.text
    assert "24 April" not in new.text
    with pytest.raises(StaleVersion):
        await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 1, NOW))
    async with duly.uows(org.org_id) as uow:
        assert list(await uow.session.scalars(select(SendRow))) == []


async def test_what_stays_keeps_its_records(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    [promise] = await read_in(duly, org, case_id)
    await correct(duly, org, case_id, promise, says("Tom", Intent.QUESTION))
    assert await promises(duly, org) == {"2026-04-24": "open"}
    assert [signal.intent for signal in await read_in(duly, org, case_id)] == [Intent.PROMISE_TO_PAY, Intent.QUESTION]
    async with duly.uows(org.org_id) as uow:
        kinds = list(await uow.session.scalars(select(TimelineEventRow.kind)))
    assert kinds.count("promise") == 1
    assert "withdrawn" not in kinds


async def test_the_promise_that_a_misread_one_had_replaced_counts_again(duly: Duly, org: Org) -> None:
    await a_promise(duly, org)
    second = await handle(
        duly, org, a_mail(to=org.address, text="Hi,\n\nwe will pay invoice INV-20417 on 30 April.\n\nTom")
    )
    assert await promises(duly, org) == {"2026-04-24": "superseded", "2026-04-30": "open"}
    quote = (await read_in(duly, org, second))[0].evidence.quote
    await correct(duly, org, second, says(quote, Intent.QUESTION, "INV-20417"))
    assert await promises(duly, org) == {"2026-04-24": "open", "2026-04-30": "withdrawn"}


async def test_an_old_mail_put_right_does_not_outdo_a_newer_promise(duly: Duly, org: Org, clock: object) -> None:
    first = await a_promise(duly, org)
    clock.move_to(NOW + timedelta(hours=1))  # type: ignore[attr-defined]
    await handle(duly, org, a_mail(to=org.address, text="Hi,\n\nwe will pay invoice INV-20417 on 30 April.\n\nTom"))
    await correct(duly, org, first, says(PROMISE, Intent.PROMISE_TO_PAY, "INV-20417", day=date(2026, 4, 27)))
    assert await promises(duly, org) == {
        "2026-04-24": "withdrawn", "2026-04-27": "superseded", "2026-04-30": "open",
    }  # fmt: skip


async def test_a_hold_that_nobody_asked_for_is_lifted(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    quote = "Please stop emailing us."
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(quote)))
    assert await hold(duly, org, customer) != ""
    await correct(duly, org, case_id, says(quote, Intent.QUESTION))
    assert await hold(duly, org, customer) == ""
    assert [item.kind for item in await items(duly, org) if item.state == "open"] == []
    await correct(duly, org, case_id, says(quote, Intent.STOP_CONTACT))
    assert await hold(duly, org, customer) != ""
    open_items = [item for item in await items(duly, org) if item.state == "open"]
    assert "stop_contact" in {item.kind for item in open_items}


async def test_a_hold_that_a_person_lifted_does_not_come_back_with_a_new_run(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter("Please stop emailing us.")))
    [item] = [item for item in await items(duly, org) if item.kind == "stop_contact"]
    how = SettleItem(Settlement.LIFT_HOLD)
    await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)  # type: ignore[arg-type]
    await duly.runner.run(org.org_id, case_id)
    assert await hold(duly, org, customer) == ""


async def hold(duly: Duly, org: Org, customer: Customer) -> str:
    async with duly.uows(org.org_id) as uow:
        return (await uow.session.get_one(AccountRow, customer.account_id)).hold_reason


async def test_claims_contacts_and_absences_that_nobody_stated_are_gone(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    paid, other, away = "It was paid on 13 April.", "Write to eve@brightwater.example.", "Back on 4 May."
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(f"{paid} {other} {away}")))
    await correct(
        duly, org, case_id,
        says(paid, Intent.PAYMENT_SENT, "INV-20417", day=date(2026, 4, 13)),
        says(other, Intent.CONTACT_CHANGE, contact="eve@brightwater.example"),
        says(away, Intent.OUT_OF_OFFICE, until=date(2026, 5, 4)),
    )  # fmt: skip
    async with duly.uows(org.org_id) as uow:
        live = [
            await uow.session.scalar(select(func.count()).where(PaymentClaimRow.withdrawn_at.is_(None))),
            await uow.session.scalar(select(func.count()).where(ContactProposalRow.state == "proposed")),
            await uow.session.scalar(select(func.count()).where(AbsenceRow.withdrawn_at.is_(None))),
        ]
    assert live == [1, 1, 1]
    await correct(duly, org, case_id, says(paid, Intent.UNRELATED))
    async with duly.uows(org.org_id) as uow:
        left = [
            await uow.session.scalar(select(func.count()).where(PaymentClaimRow.withdrawn_at.is_(None))),
            await uow.session.scalar(select(func.count()).where(ContactProposalRow.state == "proposed")),
            await uow.session.scalar(select(func.count()).where(AbsenceRow.withdrawn_at.is_(None))),
        ]
    assert left == [0, 0, 0]


async def test_a_corrected_case_is_not_read_by_machine_again(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    quote = "The committee of elders met under the old oak by the mill."
    case_id = await handle(duly, org, a_mail(to=org.address, text=a_letter(quote)))
    await correct(duly, org, case_id, says(quote, Intent.LEGAL_NOTICE, "INV-20417"))
    [item] = [item for item in await items(duly, org) if item.state == "open"]
    how = SettleItem(Settlement.TRY_AGAIN)
    await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)  # type: ignore[arg-type]
    await duly.runner.run(org.org_id, case_id)
    assert [signal.intent for signal in await read_in(duly, org, case_id)] == [Intent.LEGAL_NOTICE]


# Once, and at the right moment


async def test_the_same_request_twice_is_one_correction(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    by = Corrector(org.user_id, "Ann", 1, NOW, "key-1")
    right = (says(PROMISE, Intent.QUESTION, "INV-20417"),)
    first = await duly.correcting.correct(org.org_id, case_id, right, by)
    second = await duly.correcting.correct(org.org_id, case_id, right, by)
    assert first.correction_id == second.correction_id
    async with duly.uows(org.org_id) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(CorrectionRow)) == 1


async def test_two_people_at_once_make_one_correction(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    right = (says(PROMISE, Intent.QUESTION, "INV-20417"),)
    by = Corrector(org.user_id, "Ann", 1, NOW)
    outcomes = await asyncio.gather(
        *(duly.correcting.correct(org.org_id, case_id, right, replace(by, key=key)) for key in ("a", "b")),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Corrected", "StaleVersion"]


async def test_nothing_is_corrected_while_the_agent_is_at_it_or_a_mail_may_go_out(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    right = (says(PROMISE, Intent.QUESTION, "INV-20417"),)
    await duly.correcting.correct(org.org_id, case_id, right, Corrector(org.user_id, "Ann", 1, NOW))
    with pytest.raises(CaseAtWork):
        await duly.correcting.correct(org.org_id, case_id, (), Corrector(org.user_id, "Ann", 2, NOW))
    await duly.runner.run(org.org_id, case_id)
    key, version = await approval_id(duly, org, case_id), (await approval(duly, org, case_id)).version
    outcome = await approve(
        duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", version, NOW)
    )
    assert isinstance(outcome, Decided)
    with pytest.raises(InvalidInput, match="may still go out"):
        await duly.correcting.correct(org.org_id, case_id, (), Corrector(org.user_id, "Ann", 2, NOW))


async def test_what_was_sent_on_a_wrong_reading_is_answered_once_more(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    key = await approval_id(duly, org, case_id)
    await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 1, NOW))
    async with duly.uows(org.org_id) as uow:
        (await uow.session.scalars(select(SendRow))).one().state = "sent"
    await correct(duly, org, case_id, says(PROMISE, Intent.DISPUTE, "INV-20417", reason=DisputeReason.PRICE))
    assert (await approval(duly, org, case_id)).status == "pending"
    assert len(await drafts(duly, org, case_id)) == 2


# What cannot stand


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (says("we will never pay", Intent.HARDSHIP), "its quote does not stand in the mail"),
        (says("", Intent.HARDSHIP), "it rests on no words of the mail"),
        (says(PROMISE, Intent.PROMISE_TO_PAY, "INV-99999"), "invoice INV-99999 is not this customer's"),
        (says(PROMISE, Intent.PROMISE_TO_PAY, day=date(2031, 1, 1)), "lies too far ahead"),
        (says(PROMISE, Intent.PROMISE_TO_PAY, day=date(2026, 4, 1)), "is already over"),
        (says(PROMISE, Intent.PROMISE_TO_PAY, amount=Money.of("77.00", "GBP")), "does not stand in the mail"),
        (says(PROMISE, Intent.QUESTION, reason=DisputeReason.PRICE), "has no reason"),
        (says(PROMISE, Intent.STOP_CONTACT, "INV-20417"), "has no invoices"),
    ],
)
async def test_signals_that_cannot_stand_change_nothing(duly: Duly, org: Org, wrong: Signal, words: str) -> None:
    case_id = await a_promise(duly, org)
    with pytest.raises(InvalidInput, match=words):
        await correct(duly, org, case_id, wrong)
    assert await promises(duly, org) == {"2026-04-24": "open"}
    assert (await case(duly, org, case_id)).generation == 1


async def test_another_customers_invoice_is_refused(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    await a_customer(duly.uows, org, name="Other", email="eve@other.example", invoices={"INV-30001": "10.00"})
    with pytest.raises(InvalidInput, match="INV-30001 is not this customer's"):
        await correct(duly, org, case_id, says(PROMISE, Intent.QUESTION, "INV-30001"))


async def test_the_same_reading_is_no_correction(duly: Duly, org: Org) -> None:
    case_id = await a_promise(duly, org)
    with pytest.raises(InvalidInput, match="nothing to correct"):
        await correct(duly, org, case_id, *await read_in(duly, org, case_id))


async def test_another_organisations_case_is_not_there(duly: Duly, org: Org, other_org: Org) -> None:
    case_id = await a_promise(duly, org)
    by = Corrector(other_org.user_id, "Eve", 1, NOW)
    with pytest.raises(NotFound):
        await duly.correcting.correct(other_org.org_id, case_id, (), by)
    done = await correct(duly, org, case_id, says(PROMISE, Intent.QUESTION, "INV-20417"))
    with pytest.raises(NotFound):
        await retract_correction(duly.uows, other_org.org_id, CorrectionId(done.correction_id), by="Eve", now=NOW)

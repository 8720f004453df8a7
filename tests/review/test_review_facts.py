"""Review: what a draft rests on and the fingerprint does not hold."""

from datetime import date, timedelta
from decimal import Decimal

from conftest import NOW, Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import approval, approval_id, case, drafts, handle, take
from sqlalchemy import select

from core.clock import FixedClock
from core.ids import new_id
from jobs.duly import Duly
from ledger.commands.close_run import wake_and_renew
from ledger.commands.decide_approval import Decider, approve, edit, snooze
from ledger.model.approval import EditedMail, FactsHaveMoved
from ledger.store.tables.history import PromiseRow
from ledger.store.tables.money import InvoiceRow
from ledger.store.tables.people import EntityRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


def by(org: Org, version: int = 1, now=NOW) -> Decider:
    return Decider(org.user_id, "Ann", version, now)


async def _new_invoice(duly: Duly, org: Org, customer, number: str) -> None:
    async with duly.uows(org.org_id) as uow:
        uow.session.add(
            InvoiceRow(
                id=new_id(), account_id=customer.account_id, entity_id=org.entity_id, number=number,
                issued=date(2026, 3, 2), due=date(2026, 4, 1), currency="GBP", amount=Decimal("500"),
                opening_balance=Decimal("500"), open_balance=Decimal(0),
            )
        )  # fmt: skip


async def test_a_newer_mail_that_lay_there_before_the_run_counts_as_written_again(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    first = await take(duly, org, a_mail(to=org.address, text=PROMISE))
    second = await take(
        duly, org, a_mail(to=org.address, text="We filed for insolvency; our lawyer will contact you.")
    )
    await duly.runner.run(org.org_id, first)
    await duly.runner.run(org.org_id, second)
    assert (await case(duly, org, second)).state == "with_person"
    key = await approval_id(duly, org, first)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org))
    assert isinstance(outcome, FactsHaveMoved), outcome


async def test_money_that_came_in_unapplied_moves_we_cannot_find_your_payment(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text="We paid INV-20417 last Friday, please check."))
    [draft] = await drafts(duly, org, case_id)
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", remittance="INV-20417")
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org))
    assert isinstance(outcome, FactsHaveMoved), draft.text


async def _statement_draft(duly: Duly, org: Org):
    raw = a_mail(to=org.address, text="Hello,\n\nplease send us a statement of account.\n\nTom", subject="Statement")
    case_id = await handle(duly, org, raw)
    [draft] = await drafts(duly, org, case_id)
    assert [a["kind"] for a in draft.attachments] == ["statement"]
    return await approval_id(duly, org, case_id)


async def test_a_statement_that_lacks_a_new_invoice_is_not_sent(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    key = await _statement_draft(duly, org)
    await _new_invoice(duly, org, customer, "INV-30000")
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org))
    assert isinstance(outcome, FactsHaveMoved)


async def test_a_statement_that_lacks_unapplied_cash_is_not_sent(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    key = await _statement_draft(duly, org)
    await a_payment(duly.uows, org, customer=customer, amount="100.00")
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org))
    assert isinstance(outcome, FactsHaveMoved)


async def test_a_statement_of_last_week_is_not_sent_as_todays(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    key = await _statement_draft(duly, org)
    later = NOW + timedelta(days=9)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, now=later))
    assert isinstance(outcome, FactsHaveMoved)


async def test_an_attached_copy_with_our_old_bank_account_is_not_sent(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(
        duly, org, a_mail(to=org.address, text="Please send me a copy of invoice INV-20417.\n\nTom")
    )
    [draft] = await drafts(duly, org, case_id)
    assert [a["kind"] for a in draft.attachments] == ["invoice_copy"]
    async with duly.uows(org.org_id) as uow:
        entity = await uow.session.get_one(EntityRow, org.entity_id)
        entity.bank_accounts = [{"holder": "Seller Ltd", "number": "GB82WEST12345698765432", "routing": "WESTGB22"}]
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org))
    assert isinstance(outcome, FactsHaveMoved)


async def test_a_total_that_moved_is_written_again_and_not_refused_for_ever(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org, invoices={"INV-20417": "1840.00", "INV-2": "160.00"})
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key = await approval_id(duly, org, case_id)
    changes = EditedMail(text="Dear Tom,\n\nin all 2,000.00 GBP is open.\n\nKind regards,\nSeller Ltd")
    kept = await edit(duly.uows, duly.services.verify, org.org_id, key, by(org), changes, send=False)
    await _new_invoice(duly, org, customer, "INV-30000")
    version = (await approval(duly, org, case_id)).version
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, version))
    assert isinstance(outcome, FactsHaveMoved), (kept, outcome)


async def test_thanks_for_a_promise_are_not_sent_after_its_day(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key = await approval_id(duly, org, case_id)
    later = NOW + timedelta(days=14)
    await snooze(duly.uows, org.org_id, key, by(org), until=later)
    await wake_and_renew(duly.uows, org.org_id, now=later)
    assert (await approval(duly, org, case_id)).status == "redrafting"


async def test_a_promise_for_today_sent_in_the_evening_in_california_stands(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    await a_customer(duly.uows, org)
    clock.move_to(NOW + timedelta(hours=18))
    raw = a_mail(
        to=org.address, text="We will pay INV-20417 today.\n\nTom", date_header="Mon, 20 Apr 2026 18:30:00 -0700"
    )
    await handle(duly, org, raw)
    async with duly.uows(org.org_id) as uow:
        days = [str(p.promised_for) for p in await uow.session.scalars(select(PromiseRow))]
    assert days == ["2026-04-20"]

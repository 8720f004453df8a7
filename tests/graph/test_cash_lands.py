"""Dunning stops when cash lands: drafts, promises, steps that are put off, and advices that wait for their money."""

from datetime import date
from decimal import Decimal

import pytest
from conftest import NOW, Org
from factories.cash import a_line, ann, money_in, proposal_of, recorded
from factories.ledger import a_customer, a_mail
from graph.running import approval, drafts, handle, work
from sqlalchemy import select, text

from core.ids import PaymentId, new_id
from jobs.duly import Duly
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_payment import undo_match
from ledger.commands.match_waiting import match_waiting
from ledger.model.job_request import MatchPayments
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.cash import MatchProposalRow, RemittanceAdviceRow
from ledger.store.tables.history import PromiseRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"
ADVICE = "Hi,\n\nwe paid you 1,500.00 GBP today by bank transfer. It is for:\nINV-1 1,000.00\nINV-2 500.00\n\nTom"


async def promises(duly: Duly, org: Org) -> list[str]:
    async with duly.uows(org.org_id) as uow:
        return list(await uow.session.scalars(select(PromiseRow.state).order_by(PromiseRow.id)))


async def test_a_draft_goes_stale_the_moment_its_invoice_is_paid(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    assert (await approval(duly, org, case_id)).status == "pending"
    payment = await money_in(duly.uows, org, a_line())
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    waiting = await approval(duly, org, case_id)
    (draft,) = await drafts(duly, org, case_id)
    assert (waiting.status, draft.state) == ("redrafting", "stale")
    assert "INV-20417" in draft.why_again


CLAIM = "Hi,\n\nwe paid invoice INV-20417 yesterday, 1,840.00 GBP by bank transfer.\n\nTom"


async def test_a_draft_goes_stale_the_moment_its_customer_says_elsewhere_that_it_paid(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    first = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    second = await handle(duly, org, a_mail(to=org.address, text=CLAIM, subject="INV-20417 is paid"))
    (draft,) = await drafts(duly, org, first)
    assert ((await approval(duly, org, first)).status, draft.state) == ("redrafting", "stale")
    assert all(one.state != "stale" for one in await drafts(duly, org, second))
    await work(duly, org)
    assert (await approval(duly, org, first)).status != "redrafting"


async def test_what_another_customer_says_that_it_paid_leaves_the_draft(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await a_customer(duly.uows, org, name="Orchid Optics", email="k@orchid.example", invoices={"INV-9": "12.00"})
    first = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    claim = CLAIM.replace("INV-20417", "INV-9").replace("1,840.00", "12.00")
    await handle(duly, org, a_mail(to=org.address, text=claim, sender="k@orchid.example", subject="paid"))
    assert (await approval(duly, org, first)).status == "pending"


async def test_money_of_another_customer_leaves_the_draft(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await a_customer(duly.uows, org, name="Orchid Optics", email="k@orchid.example", invoices={"INV-9": "12.00"})
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    payment = await money_in(duly.uows, org, a_line(amount="12.00", payer="Orchid Optics", reference="INV-9"))
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    assert (await approval(duly, org, case_id)).status == "pending"


async def test_a_promise_is_kept_in_part_then_whole_and_open_again_when_all_is_undone(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    states = [await promises(duly, org)]
    ids = []
    for amount in ("840.00", "1000.00"):
        payment = await money_in(duly.uows, org, a_line(amount=amount, reference="INV-20417 part payment"))
        await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
        ids.append(payment)
        states.append(await promises(duly, org))
    for payment in reversed(ids):
        row = await proposal_of(duly.uows, org, payment)
        assert row.status == "applied", row.held_because
        await undo_match(duly.uows, org.org_id, payment, ann(org, row.version), reason="test")
        states.append(await promises(duly, org))
    assert states == [["open"], ["partly_kept"], ["kept"], ["partly_kept"], ["open"]]


async def test_a_step_that_is_put_off_ends_when_nothing_is_overdue(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(text("UPDATE cases SET state = 'waiting', next_step_on = '2026-05-01'"))
    payment = await money_in(duly.uows, org, a_line())
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    async with duly.uows(org.org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id)
        # The draft of the same case went stale first, and asked for another run.
        assert case.state in ("closed", "running")


@pytest.mark.parametrize("money_first", [True, False])
async def test_an_advice_and_its_money_find_each_other_in_any_order(duly: Duly, org: Org, money_first: bool) -> None:
    await a_customer(
        duly.uows, org, invoices={"INV-1": "1000.00", "INV-2": "500.00", "INV-3": "700.00", "INV-4": "800.00"}
    )
    line = a_line(amount="1500.00", reference="", on=date(2026, 4, 20))
    if money_first:
        payment = await money_in(duly.uows, org, line)
        await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
        assert (await proposal_of(duly.uows, org, payment)).status == "suggested"
        await handle(duly, org, a_mail(to=org.address, text=ADVICE))
        await match_waiting(duly.uows, org.org_id, now=NOW)
    else:
        await handle(duly, org, a_mail(to=org.address, text=ADVICE))
        payment = await money_in(duly.uows, org, line)
        await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    row = await proposal_of(duly.uows, org, payment)
    named = [(part["document"], part["amount"]) for part in (row.parts or row.candidates[0]["parts"])]
    assert (row.status, sorted(named)) == ("applied", [("INV-1", "1000.00"), ("INV-2", "500.00")])
    async with duly.uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(RemittanceAdviceRow))).one().used_by == payment
    await undo_match(duly.uows, org.org_id, payment, ann(org, row.version), reason="test")
    async with duly.uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(RemittanceAdviceRow))).one().used_by is None


async def test_a_statement_is_matched_by_a_job(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    done = await recorded(duly.uows, org, a_line())
    await work(duly, org)
    assert (await proposal_of(duly.uows, org, done.payment_ids[0])).status == "applied"
    async with duly.uows(org.org_id) as uow:
        left = await uow.session.scalar(text("SELECT sum(open_balance) FROM invoices"))
    assert left == Decimal(0)


async def test_payments_of_one_statement_are_assigned_together_by_the_job(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices={"INV-3001": "750.00", "INV-3002": "750.00"})
    silent = a_line(amount="750.00", reference="with thanks", on=date(2026, 4, 15))
    named = a_line(amount="750.00", reference="INV-3001", on=date(2026, 4, 17))
    done = await recorded(duly.uows, org, silent, named)
    await work(duly, org)
    taken = [(await proposal_of(duly.uows, org, one)).parts or [] for one in done.payment_ids]
    assert [[part["document"] for part in parts] for parts in taken] == [["INV-3002"], ["INV-3001"]]


async def test_one_payment_that_fails_holds_up_no_other_and_a_repeated_job_posts_nothing_again(
    duly: Duly, org: Org
) -> None:
    await a_customer(duly.uows, org, invoices={"INV-3001": "750.00", "INV-3002": "310.00"})
    broken = await money_in(duly.uows, org, a_line(payer="Elsewhere Ltd", amount="5.00", reference=""))
    await _spoil_proposal_of(duly, org, broken)
    fails = a_line(payer="Elsewhere Ltd", amount="6.00", reference="")
    lines = [a_line(amount="750.00", reference="INV-3001"), fails, a_line(amount="310.00", reference="INV-3002")]
    done = await recorded(duly.uows, org, *lines)
    await work(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.request(MatchPayments(org.org_id, (*done.payment_ids, PaymentId(new_id())), "again"))
    await work(duly, org)
    async with duly.uows(org.org_id) as uow:
        proposals = await uow.session.scalars(
            select(MatchProposalRow).where(MatchProposalRow.payment_id.in_(done.payment_ids))
        )
        posted = {row.payment_id: row.attempt for row in proposals}
        allocations = await uow.session.scalar(text("SELECT count(*) FROM allocations"))
    assert (posted, allocations) == ({done.payment_ids[0]: 1, done.payment_ids[2]: 1}, 2)


async def _spoil_proposal_of(duly: Duly, org: Org, payment: PaymentId) -> None:
    """What waits is unreadable: whatever looks at this payer's earlier payments fails."""
    async with duly.uows(org.org_id) as uow:
        unreadable = [{"parts": [{"kind": "nothing known"}]}]
        values = {"payment_id": payment, "currency": "GBP", "attempt": 1, "status": "suggested"}
        uow.session.add(MatchProposalRow(id=new_id(), candidates=unreadable, created_at=NOW, **values))

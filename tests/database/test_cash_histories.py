"""Random histories of money on the real database: nothing is lost or created, nothing below zero, undo is exact."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import NOW, Org
from factories.cash import a_credit, a_line, a_part, ann, balances, money_in, proposal_of
from factories.ledger import a_customer
from sqlalchemy import func, select, text

from core.errors import DomainError, InvalidInput
from core.ids import PaymentId
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_payment import confirm_match, reject_match, undo_match
from ledger.store.tables.cash import CashOffsetRow
from ledger.store.tables.money import AllocationRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory

INVOICES = {"INV-5101": "100.00", "INV-5102": "250.00", "INV-5103": "75.50"}


async def check(uows: UnitOfWorkFactory, org: Org) -> None:
    """Allocations, what was paid out, and unapplied cash are the payment; allocations are what invoices lack."""
    async with uows(org.org_id) as uow:
        for payment in await uow.session.scalars(select(PaymentRow)):
            used = await uow.session.scalar(
                select(func.coalesce(func.sum(AllocationRow.amount), 0)).where(AllocationRow.payment_id == payment.id)
            )
            sign = 1 if payment.amount > 0 else -1
            side = CashOffsetRow.payment_id if sign > 0 else CashOffsetRow.outgoing_id
            out = await uow.session.scalar(
                select(func.coalesce(func.sum(CashOffsetRow.amount), 0)).where(side == payment.id)
            )
            assert payment.unapplied == payment.amount - used - sign * out
            assert 0 <= sign * payment.unapplied <= sign * payment.amount
        for invoice in await uow.session.scalars(select(InvoiceRow)):
            paid = await uow.session.scalar(
                select(func.coalesce(func.sum(AllocationRow.amount), 0)).where(AllocationRow.invoice_id == invoice.id)
            )
            assert invoice.open_balance == invoice.amount - paid >= 0


async def act(uows: UnitOfWorkFactory, org: Org, chance: random.Random, payment: PaymentId) -> None:
    """Something that a person may do with the payment as it stands; refusals are fine, half-done things are not."""
    row = await proposal_of(uows, org, payment)
    by = ann(org, 0 if row is None else row.version)
    try:
        match chance.choice(["apply", "confirm", "state", "reject", "undo"]):
            case "apply":
                await apply_payments(uows, org.org_id, [payment], now=NOW)
            case "confirm":
                await confirm_match(uows, org.org_id, payment, by, candidate=0)
            case "state":
                number = chance.choice(list(INVOICES))
                async with uows(org.org_id) as uow:
                    amount = (await uow.session.get_one(PaymentRow, payment)).amount
                await confirm_match(uows, org.org_id, payment, by, parts=[a_part("invoice", number, f"{amount:.2f}")])
            case "reject":
                await reject_match(uows, org.org_id, payment, by, reason="no")
            case "undo":
                await undo_match(uows, org.org_id, payment, by, reason="no")
    except (DomainError, InvalidInput):
        pass


@pytest.mark.parametrize("seed", range(8))
async def test_any_history_keeps_the_sums(uows: UnitOfWorkFactory, org: Org, seed: int) -> None:
    chance = random.Random(seed)
    customer = await a_customer(uows, org, invoices=INVOICES)
    await a_credit(uows, org, customer.account_id, number="CN-61", amount="25.00")
    payments = []
    for n in range(5):
        amount = chance.choice(["100.00", "250.00", "75.50", "350.00", "225.00", "90.00", "-100.00", "-250.00"])
        reference = chance.choice([*INVOICES, "", "INV-5101 INV-5102", "INV-5102 less CN-61", "RETURNED INV-5101"])
        day = date(2026, 4, 1) + timedelta(days=n)
        payments.append(await money_in(uows, org, a_line(amount=amount, reference=reference, on=day)))
        await apply_payments(uows, org.org_id, [payments[-1]], now=NOW)
        await check(uows, org)
    for _ in range(12):
        await act(uows, org, chance, chance.choice(payments))
        await check(uows, org)


@pytest.mark.parametrize("seed", range(4))
async def test_undoing_everything_in_reverse_restores_the_first_state(
    uows: UnitOfWorkFactory, org: Org, seed: int
) -> None:
    chance = random.Random(seed)
    customer = await a_customer(uows, org, invoices=INVOICES)
    await a_credit(uows, org, customer.account_id, number="CN-61", amount="25.00")
    wanted = [("100.00", "INV-5101"), ("225.00", "INV-5102 less CN-61"), ("70.50", "INV-5103 less 5.00 bank charges")]
    chance.shuffle(wanted)
    ids = [await money_in(uows, org, a_line(amount=amount, reference=words)) for amount, words in wanted]
    ids.append(await money_in(uows, org, a_line(amount="-100.00", reference="RETURNED INV-5101")))
    first = await balances(uows, org)
    states = []
    for payment in ids:
        states.append(await balances(uows, org))
        await apply_payments(uows, org.org_id, [payment], now=NOW)
        row = await proposal_of(uows, org, payment)
        if row.status == "suggested":
            await confirm_match(uows, org.org_id, payment, ann(org, row.version), candidate=0)
    assert await balances(uows, org) != first
    for payment, state in zip(reversed(ids), reversed(states), strict=True):
        row = await proposal_of(uows, org, payment)
        await undo_match(uows, org.org_id, payment, ann(org, row.version), reason="no")
        assert await balances(uows, org) == state
    assert await balances(uows, org) == first


async def test_a_posting_that_the_database_refuses_leaves_nothing(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, invoices=INVOICES)
    payment = await money_in(uows, org, a_line(payer="X", reference="", amount="300.00"))
    await apply_payments(uows, org.org_id, [payment], now=NOW)
    before = await balances(uows, org)
    with pytest.raises(DomainError):
        parts = [a_part("invoice", "INV-5102", "250.00"), a_part("invoice", "INV-5103", "50.00")]
        await confirm_match(
            uows, org.org_id, payment, ann(org, 1), parts=[*parts, a_part("write_off", "INV-5103", "25.51")]
        )
    assert await balances(uows, org) == before
    async with uows(org.org_id) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM adjustments")) == 0
        assert await uow.session.scalar(text("SELECT sum(open_balance) FROM invoices")) == Decimal("425.50")

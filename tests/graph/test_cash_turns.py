"""Payments that wait are assigned together, and an advice is used up by the payment that it explains."""

from datetime import date
from decimal import Decimal

import pytest
from conftest import NOW, Org
from factories.cash import a_line, money_in, proposal_of
from factories.ledger import Customer, a_customer, a_mail
from graph.running import handle
from sqlalchemy import select

from core.ids import PaymentId, new_id
from jobs.duly import Duly
from ledger.commands.apply_payments import apply_payments, turns_of
from ledger.commands.match_waiting import match_waiting
from ledger.store.tables.cash import RemittanceAdviceRow
from ledger.store.tables.money import InvoiceRow

ADVICE = "Hi,\n\nwe paid you 1,000.00 GBP today by bank transfer. It is for:\nINV-901 400.00\nINV-902 600.00\n\nKim"


async def posted_on(duly: Duly, org: Org, payment: PaymentId) -> list[str]:
    row = await proposal_of(duly.uows, org, payment)
    assert row.status == "applied", row.held_because
    return sorted(part["document"] for part in row.parts or [])


async def two_of_750(duly: Duly, org: Org) -> tuple[PaymentId, PaymentId]:
    """One that names nothing, and a later one that names its invoice."""
    silent = a_line(amount="750.00", reference="with thanks", on=date(2026, 4, 15))
    named = a_line(amount="750.00", reference="INV-3001", on=date(2026, 4, 17))
    return await money_in(duly.uows, org, silent), await money_in(duly.uows, org, named)


async def invoices_of_750(duly: Duly, org: Org, customer: Customer) -> None:
    async with duly.uows(org.org_id) as uow:
        for number, due in (("INV-3001", date(2026, 5, 1)), ("INV-3002", date(2026, 5, 9))):
            uow.session.add(
                InvoiceRow(
                    id=new_id(), account_id=customer.account_id, entity_id=org.entity_id, number=number,
                    issued=date(2026, 3, 2), due=due, currency="GBP", amount=Decimal(750),
                    opening_balance=Decimal(750), open_balance=Decimal(0),
                )
            )  # fmt: skip


async def test_money_that_waits_is_assigned_together_when_its_invoices_come(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org, invoices={"INV-1": "5.00"})
    silent, named = await two_of_750(duly, org)
    await apply_payments(duly.uows, org.org_id, [silent, named], now=NOW)
    await invoices_of_750(duly, org, customer)
    done = await match_waiting(duly.uows, org.org_id, now=NOW)
    assert [one.payment_id for one in done] == [silent, named]
    assert [await posted_on(duly, org, one) for one in (silent, named)] == [["INV-3002"], ["INV-3001"]]


async def test_a_payment_leaves_its_invoice_to_one_that_comes_later_in_the_job(duly: Duly, org: Org) -> None:
    await invoices_of_750(duly, org, await a_customer(duly.uows, org, invoices={"INV-1": "5.00"}))
    silent, named = await two_of_750(duly, org)
    (turn,) = await turns_of(duly.uows, org.org_id, [silent], later=[named])
    assert turn.assigned is not None
    assert list(turn.assigned.documents.invoices) == ["INV-3002"]


@pytest.mark.parametrize("other_first", [True, False])
async def test_a_payment_of_the_amount_of_anothers_advice_leaves_it_to_that_one(
    duly: Duly, org: Org, other_first: bool
) -> None:
    await a_customer(duly.uows, org, invoices={"INV-101": "1000.00"})
    invoices = {"INV-901": "400.00", "INV-902": "600.00", "INV-903": "350.00", "INV-904": "650.00"}
    await a_customer(duly.uows, org, name="Orchid Optics", email="k@orchid.example", invoices=invoices)
    await handle(duly, org, a_mail(to=org.address, text=ADVICE, sender="k@orchid.example", subject="payment"))
    other = await money_in(duly.uows, org, a_line(amount="1000.00", reference="INV-101", on=date(2026, 4, 20)))
    theirs = a_line(amount="1000.00", payer="Orchid Optics", reference="", on=date(2026, 4, 20))
    advised = await money_in(duly.uows, org, theirs)
    for payment in (other, advised) if other_first else (advised, other):
        await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    assert await posted_on(duly, org, other) == ["INV-101"]
    assert await posted_on(duly, org, advised) == ["INV-901", "INV-902"]
    async with duly.uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(RemittanceAdviceRow))).one().used_by == advised


@pytest.mark.parametrize(("stated", "status"), [("FT26107XK99", "applied"), ("FT26107XK11", "suggested")])
async def test_an_advice_that_states_the_transfers_reference_speaks_for_a_payer_whom_nobody_knows(
    duly: Duly, org: Org, stated: str, status: str
) -> None:
    invoices = {"INV-901": "400.00", "INV-902": "600.00"}
    await a_customer(duly.uows, org, name="Orchid Optics", email="k@orchid.example", invoices=invoices)
    text = ADVICE.replace("today by bank transfer.", f"today by bank transfer, reference {stated}.")
    await handle(duly, org, a_mail(to=org.address, text=text, sender="k@orchid.example", subject="payment"))
    line = a_line(amount="1000.00", payer="Treuhand Nord", reference="EREF+FT26107XK99", on=date(2026, 4, 20))
    payment = await money_in(duly.uows, org, line)
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    assert (await proposal_of(duly.uows, org, payment)).status == status

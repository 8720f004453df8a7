"""Money on one entity's account for another one's documents is put before a person, also where it goes back."""

from datetime import date
from decimal import Decimal

import pytest
from conftest import NOW, Org
from factories.cash import ACCOUNT, a_credit, a_line, balances, proposal_of, recorded
from factories.ledger import a_customer
from sqlalchemy import update

from core.ids import new_id
from ledger.commands.apply_payments import apply_payments
from ledger.store.tables.money import CreditNoteRow
from ledger.store.tables.people import EntityRow
from ledger.store.unit_of_work import UnitOfWorkFactory

OTHER_ACCOUNT = "GB99TWO00000001"
NOBODYS_ACCOUNT = "GB11NOBODY00001"


async def a_second_entity(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        uow.session.add(
            EntityRow(
                id=new_id(), org_id=org.org_id, code="two", name="Seller Two", base_currency="GBP", country="GB",
                email="ar@two.example", bank_accounts=[{"holder": "Two", "number": OTHER_ACCOUNT, "routing": "X"}],
            )
        )  # fmt: skip


async def moved(
    uows: UnitOfWorkFactory, org: Org, amount: str, words: str, account: str, day: int
) -> tuple[str, str]:
    """What became of one line: the proposal's status, and why it is held."""
    line = a_line(amount=amount, reference=words, on=date(2026, 4, day))
    (payment,) = (await recorded(uows, org, line, account=account)).payment_ids
    await apply_payments(uows, org.org_id, [payment], now=NOW)
    row = await proposal_of(uows, org, payment)
    return row.status, row.held_because


@pytest.mark.parametrize("came_to", [ACCOUNT, NOBODYS_ACCOUNT], ids=["known-by-bank-line", "known-by-invoice"])
@pytest.mark.parametrize(("account", "expected"), [(ACCOUNT, "applied"), (OTHER_ACCOUNT, "suggested")])
async def test_a_payment_is_taken_back_by_itself_on_the_account_that_it_came_to(
    uows: UnitOfWorkFactory, org: Org, account: str, expected: str, came_to: str
) -> None:
    await a_second_entity(uows, org)
    await a_customer(uows, org)
    assert (await moved(uows, org, "1840.00", "INV-20417", came_to, 1))[0] == "applied"
    status, why = await moved(uows, org, "-1840.00", "RETURNED INV-20417 insufficient funds", account, 10)
    assert (status, "left another entity" in why) == (expected, expected == "suggested")
    reopened = Decimal(1840) if expected == "applied" else Decimal(0)
    assert (await balances(uows, org))["invoice INV-20417 GBP"] == reopened


@pytest.mark.parametrize(("account", "expected"), [(ACCOUNT, "applied"), (OTHER_ACCOUNT, "suggested")])
async def test_a_credit_note_is_paid_out_by_itself_by_the_entity_that_issued_it(
    uows: UnitOfWorkFactory, org: Org, account: str, expected: str
) -> None:
    await a_second_entity(uows, org)
    customer = await a_customer(uows, org)
    await a_credit(uows, org, customer.account_id, number="CN-5501", amount="75.00")
    async with uows(org.org_id) as uow:
        await uow.session.execute(update(CreditNoteRow).values(invoice_number="INV-20417"))
    status, why = await moved(uows, org, "-75.00", "refund of credit note CN-5501", account, 10)
    assert (status, "left another entity" in why) == (expected, expected == "suggested")

""" "Already paid": what the ledger holds for the claim stands on the case, and money of strangers stays with us."""

from datetime import date
from decimal import Decimal

from conftest import Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import drafts, handle

from core.ids import CaseId, new_id
from jobs.duly import Duly
from ledger.queries.approval_queue import case_shown
from ledger.store.tables.money import CreditNoteRow, PaymentRow

CLAIM = "We paid INV-20417 last Friday, please check your bank account."


async def found_for(duly: Duly, org: Org, case_id: CaseId) -> list[str]:
    async with duly.uows(org.org_id) as uow:
        shown = await case_shown(uow, case_id)
    return [words for signal in shown.signals for words in signal.found]


async def money_of_no_known_payer(duly: Duly, org: Org, *, remittance: str, payer: str = "") -> None:
    async with duly.uows(org.org_id) as uow:
        uow.session.add(
            PaymentRow(
                id=new_id(), account_id=None, external_id="BANK-88", received_on=date(2026, 4, 17), currency="GBP",
                amount=Decimal("1840.00"), unapplied=Decimal("1840.00"), payer_name=payer, remittance=remittance,
            )
        )  # fmt: skip


async def test_the_case_carries_the_payment_that_was_found(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", remittance="INV-20417")
    [words] = await found_for(duly, org, await handle(duly, org, a_mail(to=org.address, text=CLAIM)))
    assert words.endswith("of 1840.00 GBP received on 2026-04-17, not applied to any invoice")


async def test_money_of_no_known_payer_is_named_to_the_collector_and_not_to_the_customer(
    duly: Duly, org: Org
) -> None:
    await a_customer(duly.uows, org)
    await money_of_no_known_payer(duly, org, remittance="Inv 20417 INV-20417", payer="B W KITCHENS")
    case_id = await handle(duly, org, a_mail(to=org.address, text=CLAIM))
    assert await found_for(duly, org, case_id) == [
        "payment BANK-88 of 1840.00 GBP received on 2026-04-17, not applied to any invoice and of no known payer"
        " (the bank names “B W KITCHENS”)"
    ]
    for draft in await drafts(duly, org, case_id):
        assert "BANK-88" not in draft.text
        assert "KITCHENS" not in draft.text


async def test_money_of_no_known_payer_belongs_to_its_organisation(duly: Duly, org: Org, other_org: Org) -> None:
    await a_customer(duly.uows, org)
    await money_of_no_known_payer(duly, other_org, remittance="INV-20417")
    assert await found_for(duly, org, await handle(duly, org, a_mail(to=org.address, text=CLAIM))) == []


async def test_an_open_credit_note_on_the_invoice_is_named(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    async with duly.uows(org.org_id) as uow:
        uow.session.add(
            CreditNoteRow(
                id=new_id(), account_id=customer.account_id, number="CN-5", issued=date(2026, 4, 10), currency="GBP",
                amount=Decimal("40.00"), opening_balance=Decimal("40.00"), open_balance=Decimal(0),
                invoice_number="INV-20417",
            )
        )  # fmt: skip
    found = await found_for(duly, org, await handle(duly, org, a_mail(to=org.address, text=CLAIM)))
    assert found == ["credit note CN-5 with 40.00 GBP open"]

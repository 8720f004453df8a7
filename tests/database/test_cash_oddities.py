"""What keeps a sure posting from being made without a person, on the real database."""

from datetime import date
from decimal import Decimal

from conftest import NOW, Org
from factories.cash import a_line, ann, balances, money_in, proposal_of, recorded
from factories.ledger import a_customer
from sqlalchemy import select

from core.ids import PaymentId, new_id
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_payment import confirm_match, undo_match
from ledger.model.cash import ProposalStatus
from ledger.store.tables.money import AdjustmentRow
from ledger.store.tables.people import EntityRow
from ledger.store.unit_of_work import UnitOfWorkFactory

APPLIED, SUGGESTED = ProposalStatus.APPLIED, ProposalStatus.SUGGESTED
TWICE = {"INV-20417": "1840.00", "INV-20418": "1840.00"}


async def applied(uows: UnitOfWorkFactory, org: Org, *ids: PaymentId) -> list[ProposalStatus]:
    return [one.status for one in await apply_payments(uows, org.org_id, list(ids), now=NOW)]


async def flags(uows: UnitOfWorkFactory, org: Org, payment: PaymentId) -> list[str]:
    return list((await proposal_of(uows, org, payment)).flags)


async def test_the_same_amount_again_without_words_is_held(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, invoices=TWICE)
    first = await money_in(uows, org, a_line(reference="INV-20417", on=date(2026, 4, 15)))
    assert await applied(uows, org, first) == [APPLIED]
    again = await money_in(uows, org, a_line(reference="", on=date(2026, 4, 16)))
    assert await applied(uows, org, again) == [SUGGESTED]
    assert await flags(uows, org, again) == ["repeated"]


async def test_a_twin_dated_a_day_earlier_and_imported_later_is_held(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, invoices=TWICE)
    first = await money_in(uows, org, a_line(reference="", on=date(2026, 4, 16)))
    assert await applied(uows, org, first) == [APPLIED]
    older = await money_in(uows, org, a_line(reference="", on=date(2026, 4, 15)))
    assert await applied(uows, org, older) == [SUGGESTED]
    assert await flags(uows, org, older) == ["repeated"]


async def test_a_twin_is_found_behind_any_number_of_other_payments(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, invoices=TWICE)
    first = await money_in(uows, org, a_line(reference="", on=date(2026, 4, 15)))
    assert await applied(uows, org, first) == [APPLIED]
    between = [a_line(amount=f"{10 + at}.00", reference=f"PO {at}", on=date(2026, 4, 16)) for at in range(25)]
    await recorded(uows, org, *between)
    again = await money_in(uows, org, a_line(reference="", on=date(2026, 4, 17)))
    assert await applied(uows, org, again) == [SUGGESTED]
    assert "repeated" in await flags(uows, org, again)


async def test_an_account_stays_unknown_until_a_payment_of_it_is_posted(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, invoices={"INV-701": "60000.00", "INV-702": "52000.00"})
    account = "GB99NEWB0001"
    first = await money_in(
        uows, org, a_line(amount="60000.00", reference="INV-701", account=account, on=date(2026, 4, 15))
    )
    second = await money_in(
        uows, org, a_line(amount="52000.00", reference="INV-702", account=account, on=date(2026, 4, 17))
    )
    assert await applied(uows, org, first, second) == [SUGGESTED, SUGGESTED]
    assert await flags(uows, org, second) == ["unknown_account"]


async def test_money_back_from_another_entitys_account_is_held(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    async with uows(org.org_id) as uow:
        uow.session.add(
            EntityRow(id=new_id(), code="two", base_currency="GBP", bank_accounts=[{"number": "GB99TWO00000001"}])
        )
    paid = await money_in(uows, org, a_line(on=date(2026, 4, 1)))
    assert await applied(uows, org, paid) == [APPLIED]
    line = a_line(amount="-1840.00", reference="refund INV-20417", on=date(2026, 4, 10))
    (back,) = (await recorded(uows, org, line, account="GB99TWO00000001")).payment_ids
    assert await applied(uows, org, back) == [SUGGESTED]
    assert "another entity" in (await proposal_of(uows, org, back)).held_because
    assert (await balances(uows, org))["invoice INV-20417 GBP"] == 0


async def test_a_person_books_tax_withheld_by_the_candidate_that_was_proposed(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(amount="1656.00", reference="INV-20417 WHT 10%"))
    assert await applied(uows, org, payment) == [APPLIED]
    posted = await proposal_of(uows, org, payment)
    assert [part["kind"] for part in posted.parts or []] == ["invoice", "short_pay"]
    by = ann(org, posted.version)
    await undo_match(uows, org.org_id, payment, by, reason="the certificate came")
    again = await proposal_of(uows, org, payment)
    assert [part["kind"] for part in again.candidates[1]["parts"]] == ["invoice", "withholding_tax"]
    await confirm_match(uows, org.org_id, payment, ann(org, again.version), candidate=1)
    assert (await balances(uows, org))["invoice INV-20417 GBP"] == 0
    async with uows(org.org_id) as uow:
        (booked,) = await uow.session.scalars(select(AdjustmentRow))
    assert (booked.kind, booked.amount, booked.allowed_by) == ("withholding_tax", Decimal("184.00"), "Ann")

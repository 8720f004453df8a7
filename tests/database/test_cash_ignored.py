"""Money that is none of the customers', on the real database: set apart, brought back, and never posted between."""

from datetime import date

import pytest
from conftest import NOW, Org
from factories.cash import a_line, a_part, ann, balances, money_in, proposal_of
from factories.ledger import a_customer, a_payment
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.errors import InvalidInput
from core.ids import PaymentId
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_payment import confirm_match, decided_before, reject_match, undo_match
from ledger.commands.ignore_payment import bring_back_payment, ignore_payment
from ledger.commands.match_waiting import match_waiting
from ledger.commands.payment_proposals import hand_payment_to_person
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.model.cash import ProposalStatus
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.queries.payment_list import PaymentShelf, payment_list, payments_to_place
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.history import ReviewItemRow, TimelineEventRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory

IGNORED, SUGGESTED = ProposalStatus.IGNORED, ProposalStatus.SUGGESTED


async def a_suggested(uows: UnitOfWorkFactory, org: Org) -> PaymentId:
    """1,840.00 of a stranger, beside an open invoice of that amount."""
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(payer="Tax Office", reference="refund"))
    await apply_payments(uows, org.org_id, [payment], now=NOW)
    return payment


async def items(uows: UnitOfWorkFactory, org: Org, payment: PaymentId, state: str = "open") -> list[str]:
    """What each review item of the payment says."""
    async with uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(ReviewItemRow).where(ReviewItemRow.state == state))
        return [row.words for row in rows if row.facts["payment_id"] == str(payment)]


async def on_shelf(uows: UnitOfWorkFactory, org: Org, shelf: PaymentShelf) -> list[PaymentId]:
    async with uows(org.org_id) as uow:
        page = await payment_list(uow, shelf, limit=50)
    return [PaymentId(line.payment_id) for line in page.lines]


async def test_an_ignored_payment_waits_for_nobody_and_is_brought_back_with_its_candidates(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    payment = await a_suggested(uows, org)
    before = await balances(uows, org)
    first = await proposal_of(uows, org, payment)
    done = await ignore_payment(uows, org.org_id, payment, ann(org, 1), reason="tax refund")
    assert (done.status, done.version, await items(uows, org, payment)) == (IGNORED, 2, [])
    assert await on_shelf(uows, org, PaymentShelf.WAITING) == []
    assert await on_shelf(uows, org, PaymentShelf.IGNORED) == [payment]
    back = await bring_back_payment(uows, org.org_id, payment, ann(org, 2), reason="it was a customer's")
    again = await proposal_of(uows, org, payment)
    assert (back.status, back.version, again.candidates) == (SUGGESTED, 3, first.candidates)
    (words,) = await items(uows, org, payment)
    assert "Ann brought it back: it was a customer's" in words
    assert await on_shelf(uows, org, PaymentShelf.WAITING) == [payment]
    assert await on_shelf(uows, org, PaymentShelf.IGNORED) == []
    async with uows(org.org_id) as uow:
        kinds = [event.kind for event in await uow.session.scalars(select(TimelineEventRow))]
    assert [kind for kind in kinds if kind.startswith("payment_")] == ["payment_ignored", "payment_brought_back"]
    assert await balances(uows, org) == before


async def test_duly_never_posts_what_is_ignored(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await ignore_payment(uows, org.org_id, payment, ann(org, 0), reason="our own transfer")
    assert await apply_payments(uows, org.org_id, [payment], now=NOW) == ()
    assert await match_waiting(uows, org.org_id, now=NOW) == ()
    with pytest.raises(AlreadyDecided):
        parts = [a_part("invoice", "INV-20417", "1840.00")]
        await confirm_match(uows, org.org_id, payment, ann(org, 2), parts=parts)
    assert (await proposal_of(uows, org, payment)).status == "ignored"


async def test_what_was_undone_and_then_refused_or_ignored_is_not_proposed_again(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await apply_payments(uows, org.org_id, [payment], now=NOW)
    undone = await undo_match(uows, org.org_id, payment, ann(org, 1), reason="wrong")
    refused = await reject_match(uows, org.org_id, payment, ann(org, undone.version), reason="not theirs")
    assert await match_waiting(uows, org.org_id, now=NOW) == ()
    await ignore_payment(uows, org.org_id, payment, ann(org, refused.version), reason="ours")
    assert await match_waiting(uows, org.org_id, now=NOW) == ()
    assert await on_shelf(uows, org, PaymentShelf.IGNORED) == [payment]
    assert await on_shelf(uows, org, PaymentShelf.SET_ASIDE) == []


async def test_a_customers_unapplied_cash_is_theirs_no_more_until_it_is_brought_back(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    customer = await a_customer(uows, org)
    payment = await a_payment(uows, org, customer=customer, amount="50.00")

    async def holder() -> object:
        async with uows(org.org_id) as uow:
            return (await uow.session.get_one(PaymentRow, payment)).account_id

    await ignore_payment(uows, org.org_id, payment, ann(org, 0), reason="booked by mistake")
    assert await holder() is None
    await bring_back_payment(uows, org.org_id, payment, ann(org, 2), reason="it is theirs")
    assert await holder() == customer.account_id


@pytest.mark.parametrize("act", [ignore_payment, bring_back_payment])
async def test_each_needs_a_reason_the_version_and_a_payment_that_stands_so(
    uows: UnitOfWorkFactory, org: Org, act: object
) -> None:
    await a_customer(uows, org)
    posted = await money_in(uows, org, a_line())
    await apply_payments(uows, org.org_id, [posted], now=NOW)
    for version, reason, refusal in ((1, " ", InvalidInput), (7, "x", StaleVersion), (1, "x", AlreadyDecided)):
        with pytest.raises(refusal):
            await act(uows, org.org_id, posted, ann(org, version), reason=reason)  # type: ignore[operator]
    assert (await proposal_of(uows, org, posted)).status == "applied"


async def test_the_same_decision_is_found_again_by_its_key(uows: UnitOfWorkFactory, org: Org) -> None:
    payment = await a_suggested(uows, org)
    by = ann(org, 1, key="k-1")
    done = await ignore_payment(uows, org.org_id, payment, by, reason="ours")
    assert await decided_before(uows, org.org_id, payment, by) == done
    by = ann(org, 2, key="k-2")
    back = await bring_back_payment(uows, org.org_id, payment, by, reason="theirs")
    assert await decided_before(uows, org.org_id, payment, by) == back


async def test_the_database_keeps_what_was_ignored_as_it_was_decided(uows: UnitOfWorkFactory, org: Org) -> None:
    payment = await a_suggested(uows, org)
    done = await ignore_payment(uows, org.org_id, payment, ann(org, 1), reason="ours")
    with pytest.raises(DBAPIError, match="is ignored already"):
        async with uows(org.org_id) as uow:
            (await uow.session.get_one(MatchProposalRow, done.proposal_id)).status = "suggested"


# Review items


async def test_what_had_waited_before_a_return_took_it_back_waits_again_with_an_item(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_customer(uows, org)
    early = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="70.00"))
    await apply_payments(uows, org.org_id, [early], now=NOW)
    back = await money_in(
        uows, org, a_line(payer="Stranger", reference="RETURN", amount="-70.00", on=date(2026, 4, 18))
    )
    await apply_payments(uows, org.org_id, [back], now=NOW)
    row = await proposal_of(uows, org, back)
    if row.status == "suggested":
        async with uows(org.org_id) as uow:
            external = (await uow.session.get_one(PaymentRow, early)).external_id
        parts = [a_part("reversal", external, "-70.00")]
        await confirm_match(uows, org.org_id, back, ann(org, row.version), parts=parts)
    assert (await proposal_of(uows, org, early)).status == "rejected"
    assert await items(uows, org, early) == []
    row = await proposal_of(uows, org, back)
    await undo_match(uows, org.org_id, back, ann(org, row.version), reason="the bank was wrong")
    assert (await proposal_of(uows, org, early)).status == "suggested"
    assert len(await items(uows, org, early)) == 1
    assert early in await on_shelf(uows, org, PaymentShelf.WAITING)


async def test_an_ignored_payment_that_a_return_took_back_stays_ignored(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    early = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="70.00"))
    back = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="-70.00"))
    await ignore_payment(uows, org.org_id, early, ann(org, 0), reason="ours")
    async with uows(org.org_id) as uow:
        external = (await uow.session.get_one(PaymentRow, early)).external_id
    parts = [a_part("reversal", external, "-70.00")]
    done = await confirm_match(uows, org.org_id, back, ann(org, 0), parts=parts)
    assert (await proposal_of(uows, org, early)).status == "ignored"
    await undo_match(uows, org.org_id, back, ann(org, done.version), reason="wrong")
    assert (await proposal_of(uows, org, early)).status == "ignored"
    assert await items(uows, org, early) == []


async def test_a_payment_has_one_open_item_and_none_once_it_is_decided(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(payer="Stranger", reference=""))
    await hand_payment_to_person(uows, org.org_id, payment, words="it could not be matched (X)", now=NOW)
    assert len(await items(uows, org, payment)) == 1
    await apply_payments(uows, org.org_id, [payment], now=NOW)
    (words,) = await items(uows, org, payment)
    assert "could not be matched" not in words
    async with uows(org.org_id) as uow:
        item = (await uow.session.scalars(select(ReviewItemRow).where(ReviewItemRow.state == "open"))).one()
        assert await payments_to_place(uow) == 1
    with pytest.raises(InvalidInput, match="decide on the payment itself"):
        await settle_review_item(
            uows, org.org_id, item.id, SettleItem(Settlement.DONE), actor="Ann", now=NOW  # type: ignore[arg-type]
        )  # fmt: skip
    await confirm_match(uows, org.org_id, payment, ann(org, 1), parts=[a_part("invoice", "INV-20417", "1840.00")])
    assert await items(uows, org, payment) == []
    assert set(await items(uows, org, payment, "settled")) >= {words}

"""Cash application on the real database: posted once, undone exactly, and never more than there is."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest
from conftest import NOW, Org
from factories.cash import a_credit, a_line, a_part, ann, balances, booked, money_in, proposal_of, recorded
from factories.ledger import a_customer
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from core.errors import NotFound
from core.ids import new_id
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_payment import confirm_match, reject_match, undo_match
from ledger.commands.match_waiting import match_waiting
from ledger.model.cash import CannotPost, CannotUndo, ProposalStatus, StatementLine
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.store.account_snapshot import account_snapshot
from ledger.store.tables.cash import BankLineRow, MatchProposalRow, PayerHabitRow
from ledger.store.tables.history import DisputeRow, ReviewItemRow, TimelineEventRow
from ledger.store.tables.money import AllocationRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory

APPLIED, SUGGESTED = ProposalStatus.APPLIED, ProposalStatus.SUGGESTED


async def applied(uows: UnitOfWorkFactory, org: Org, *ids: object) -> list[ProposalStatus]:
    done = await apply_payments(uows, org.org_id, list(ids), now=NOW)  # type: ignore[arg-type]
    return [one.status for one in done]


async def count(uows: UnitOfWorkFactory, org: Org, row: type) -> int:
    async with uows(org.org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(row)) or 0


# Bank lines


async def test_a_statement_imported_twice_and_one_that_overlaps_it_add_nothing(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    first, second, third = a_line(), a_line(amount="20.00"), a_line(amount="30.00")
    once = await recorded(uows, org, first, second)
    again = await recorded(uows, org, first, second)
    overlap = await recorded(uows, org, second, third)
    assert (once.added, once.known) == (2, 0)
    assert (again.added, again.known, again.payment_ids) == (0, 2, ())
    assert (overlap.added, overlap.known) == (1, 1)
    assert (await count(uows, org, BankLineRow), await count(uows, org, PaymentRow)) == (3, 3)


async def test_the_same_key_at_another_account_is_another_line(uows: UnitOfWorkFactory, org: Org) -> None:
    line = a_line()
    await recorded(uows, org, line)
    assert (await recorded(uows, org, line, account="DE89370400440532013000")).added == 1


@pytest.mark.parametrize("same_key", [True, False])
async def test_a_pending_line_that_is_booked_is_one_payment(
    uows: UnitOfWorkFactory, org: Org, same_key: bool
) -> None:
    line = a_line(pending=True)
    first = await recorded(uows, org, line)
    assert (first.pending, first.payment_ids) == (1, ())
    posted = booked(line) if same_key else booked(line, external_key="booked-1")
    second = await recorded(uows, org, posted)
    assert (second.booked, second.added, len(second.payment_ids)) == (1, 0, 1)
    late = await recorded(uows, org, line, posted)
    assert (late.payment_ids, await count(uows, org, PaymentRow)) == ((), 1)


async def test_a_claim_is_looked_up_among_lines_that_are_not_booked_yet(uows: UnitOfWorkFactory, org: Org) -> None:
    line = a_line(pending=True)
    await recorded(uows, org, line, a_line(amount="20.00"))
    account_id = (await a_customer(uows, org)).account_id

    async def on_its_way() -> tuple[StatementLine, ...]:
        async with uows(org.org_id) as uow:
            read = await account_snapshot(uow, account_id, mailbox_id=org.mailbox_id, conversation_id=None, now=NOW)
        return read.on_its_way

    assert [(found.external_key, found.amount) for found in await on_its_way()] == [(line.external_key, line.amount)]
    await recorded(uows, org, booked(line))
    assert await on_its_way() == ()


async def test_two_workers_recording_one_statement_record_it_once(uows: UnitOfWorkFactory, org: Org) -> None:
    lines = [a_line(amount=f"{n}.00") for n in range(1, 6)]
    done = await asyncio.gather(recorded(uows, org, *lines), recorded(uows, org, *lines))
    assert sorted(one.added for one in done) == [0, 5]
    assert await count(uows, org, PaymentRow) == 5


# Applying


async def test_a_payment_that_names_its_invoice_is_posted_with_its_reasons(uows: UnitOfWorkFactory, org: Org) -> None:
    customer = await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    assert await applied(uows, org, payment) == [APPLIED]
    assert await balances(uows, org) == {
        "invoice INV-20417 GBP": Decimal(0),
        f"payment {payment}": Decimal(0),
        f"payer {payment}": "Brightwater Kitchens Ltd",
    }
    row = await proposal_of(uows, org, payment)
    assert (row.status, row.explanation) == (
        "applied", "INV-20417 named in the reference. The amount is the open balance."
    )  # fmt: skip
    async with uows(org.org_id) as uow:
        event = (
            await uow.session.scalars(select(TimelineEventRow).where(TimelineEventRow.kind == "payment_applied"))
        ).one()
    assert (event.account_id, event.actor, "named in the reference" in event.words) == (
        customer.account_id, "duly", True
    )  # fmt: skip


async def test_applying_twice_is_once(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    assert await applied(uows, org, payment) == [APPLIED]
    assert await applied(uows, org, payment) == []
    assert await count(uows, org, AllocationRow) == 1


async def test_two_workers_post_one_payment_once(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    done = await asyncio.gather(*(applied(uows, org, payment) for _ in range(4)))
    assert sorted(done, key=len) == [[], [], [], [APPLIED]]
    assert await count(uows, org, AllocationRow) == 1


async def test_two_payments_for_one_invoice_at_once_post_one(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    done = await recorded(uows, org, a_line(reference="INV-20417 a"), a_line(reference="INV-20417 b"))
    await asyncio.gather(*(applied(uows, org, one) for one in done.payment_ids))
    now = await balances(uows, org)
    assert now["invoice INV-20417 GBP"] == 0
    assert sum(now[f"payment {one}"] for one in done.payment_ids) == Decimal("1840.00")  # type: ignore[misc]


async def test_of_payments_that_wait_together_each_gets_the_invoice_that_the_other_leaves(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_customer(uows, org, invoices={"INV-3001": "750.00", "INV-3002": "750.00"})
    silent = await money_in(uows, org, a_line(amount="750.00", reference="with thanks", on=date(2026, 4, 15)))
    named = await money_in(uows, org, a_line(amount="750.00", reference="INV-3001", on=date(2026, 4, 17)))
    assert await applied(uows, org, silent, named) == [APPLIED, APPLIED]
    kept = [(await proposal_of(uows, org, one)).parts or [] for one in (silent, named)]
    assert [[part["document"] for part in parts] for parts in kept] == [["INV-3002"], ["INV-3001"]]


async def test_applying_several_twice_is_once(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, invoices={"INV-3001": "750.00", "INV-3002": "310.00"})
    lines = (a_line(amount="750.00", reference="INV-3001"), a_line(amount="310.00", reference="INV-3002"))
    both = (await recorded(uows, org, *lines)).payment_ids
    assert await applied(uows, org, *both) == [APPLIED, APPLIED]
    assert await applied(uows, org, *both) == []
    assert await count(uows, org, AllocationRow) == 2


async def test_money_of_nobody_waits_before_a_person(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(payer="Somebody Else", reference="thanks", amount="77.10"))
    assert await applied(uows, org, payment) == [SUGGESTED]
    async with uows(org.org_id) as uow:
        item = (await uow.session.scalars(select(ReviewItemRow))).one()
    assert (item.kind, item.state, item.facts["payment_id"]) == ("payment", "open", str(payment))


async def test_another_currency_is_suggested_and_refused_when_confirmed(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(currency="EUR"))
    assert await applied(uows, org, payment) == [SUGGESTED]
    with pytest.raises(CannotPost, match="never converts"):
        await confirm_match(uows, org.org_id, payment, ann(org, 1), candidate=0)


async def test_an_invoice_of_another_organisation_is_never_touched(
    uows: UnitOfWorkFactory, org: Org, other_org: Org
) -> None:
    await a_customer(uows, other_org)
    before = await balances(uows, other_org)
    payment = await money_in(uows, org, a_line())
    assert await applied(uows, org, payment) == [SUGGESTED]
    with pytest.raises(NotFound):
        await confirm_match(uows, org.org_id, payment, ann(org, 1), parts=[a_part("invoice", "INV-20417", "1840.00")])
    assert await balances(uows, other_org) == before


async def test_money_on_another_entitys_account_is_suggested(uows: UnitOfWorkFactory, org: Org) -> None:
    from ledger.store.tables.people import EntityRow

    await a_customer(uows, org)
    async with uows(org.org_id) as uow:
        uow.session.add(
            EntityRow(id=new_id(), code="us", base_currency="USD", bank_accounts=[{"number": "US 123 456"}])
        )
    (payment,) = (await recorded(uows, org, a_line(), account="US123456")).payment_ids
    assert await applied(uows, org, payment) == [SUGGESTED]
    assert "another entity" in (await proposal_of(uows, org, payment)).held_because


async def test_a_credit_note_taken_lowers_both(uows: UnitOfWorkFactory, org: Org) -> None:
    customer = await a_customer(uows, org)
    await a_credit(uows, org, customer.account_id, number="CN-88", amount="40.00")
    payment = await money_in(uows, org, a_line(amount="1800.00", reference="INV-20417 less CN-88"))
    assert await applied(uows, org, payment) == [APPLIED]
    now = await balances(uows, org)
    assert (now["invoice INV-20417 GBP"], now["credit CN-88"], now[f"payment {payment}"]) == (0, 0, 0)


async def test_a_short_pay_with_a_reason_opens_a_dispute_on_what_is_left(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(amount="1700.00", reference="INV-20417 less 140.00 damaged goods"))
    await applied(uows, org, payment)
    row = await proposal_of(uows, org, payment)
    if row.status == "suggested":
        await confirm_match(uows, org.org_id, payment, ann(org, row.version), candidate=0)
    async with uows(org.org_id) as uow:
        dispute = (await uow.session.scalars(select(DisputeRow))).one()
    assert (dispute.amount, dispute.reason, dispute.invoice_numbers, dispute.state) == (
        Decimal("140.00"), "quality", ["INV-20417"], "open"
    )  # fmt: skip
    assert (await balances(uows, org))["invoice INV-20417 GBP"] == Decimal("140.00")


# A person


async def test_a_person_states_another_allocation(uows: UnitOfWorkFactory, org: Org) -> None:
    customer = await a_customer(uows, org, invoices={"INV-1": "100.00", "INV-2": "50.00"})
    payment = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="130.00"))
    await applied(uows, org, payment)
    external = await external_id(uows, org, customer.account_id)
    parts = [
        a_part("invoice", "INV-1", "95.00"),
        a_part("fee", "INV-1", "5.00"),
        a_part("invoice", "INV-2", "30.00"),
        a_part("on_account", external, "5.00"),
    ]
    done = await confirm_match(uows, org.org_id, payment, ann(org, 1), parts=parts)
    assert (done.status, done.version) == (APPLIED, 2)
    now = await balances(uows, org)
    assert (now["invoice INV-1 GBP"], now["invoice INV-2 GBP"], now[f"payment {payment}"]) == (0, 20, 5)


async def external_id(uows: UnitOfWorkFactory, org: Org, account_id: object) -> str:
    async with uows(org.org_id) as uow:
        found = await uow.session.scalar(text("SELECT external_id FROM accounts WHERE id = :id"), {"id": account_id})
        return str(found)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([("invoice", "INV-1", "129.00")], "add up to"),
        ([("invoice", "INV-1", "130.00")], "INV-1 has 100.00 GBP open"),
        ([("invoice", "INV-1", "100.00"), ("invoice", "INV-2", "30.00"), ("fee", "INV-2", "20.01")], "INV-2 has"),
        ([("invoice", "INV-1", "140.00"), ("invoice", "INV-2", "-10.00")], "no amount for invoice"),
        ([("unidentified", "", "130.00")], "nobody could tell"),
        ([("gift", "INV-1", "130.00")], "nothing that can be posted"),
    ],
)
async def test_what_does_not_add_up_is_refused_and_changes_nothing(
    uows: UnitOfWorkFactory, org: Org, parts: list[tuple[str, str, str]], why: str
) -> None:
    await a_customer(uows, org, invoices={"INV-1": "100.00", "INV-2": "50.00"})
    payment = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="130.00"))
    await applied(uows, org, payment)
    before = await balances(uows, org)
    with pytest.raises(CannotPost, match=why):
        await confirm_match(uows, org.org_id, payment, ann(org, 1), parts=[a_part(*part) for part in parts])
    assert await balances(uows, org) == before


async def test_a_decision_needs_the_version_that_was_read(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await applied(uows, org, payment)
    with pytest.raises(StaleVersion):
        await undo_match(uows, org.org_id, payment, ann(org, 7), reason="wrong")
    with pytest.raises(AlreadyDecided):
        await reject_match(uows, org.org_id, payment, ann(org, 1), reason="wrong")


async def test_what_a_person_confirms_is_known_the_next_time_until_it_is_removed(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    from ledger.commands.teach_payer import remove_habit

    await a_customer(uows, org, invoices={"INV-1": "100.00", "INV-2": "550.00"})
    first = await money_in(uows, org, a_line(payer="BK Pay Services", account="NL91", reference="", amount="100.00"))
    await applied(uows, org, first)
    await confirm_match(uows, org.org_id, first, ann(org, 1), parts=[a_part("invoice", "INV-1", "100.00")])
    async with uows(org.org_id) as uow:
        habits = {row.kind: row for row in await uow.session.scalars(select(PayerHabitRow))}
    assert habits.keys() == {"account", "alias"}
    second = await money_in(uows, org, a_line(payer="BK Pay Services", account="NL91", reference="", amount="550.00"))
    assert await applied(uows, org, second) == [APPLIED]
    for habit in habits.values():
        await remove_habit(uows, org.org_id, habit.id, by="Ann", now=NOW)
    async with uows(org.org_id) as uow:
        assert all(row.removed_by == "Ann" for row in await uow.session.scalars(select(PayerHabitRow)))


async def test_a_rejected_payment_is_not_proposed_again_by_itself(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="1840.00"))
    await applied(uows, org, payment)
    await reject_match(uows, org.org_id, payment, ann(org, 1), reason="not ours")
    assert await match_waiting(uows, org.org_id, now=NOW) == ()
    async with uows(org.org_id) as uow:
        assert [item.state for item in await uow.session.scalars(select(ReviewItemRow))] == ["settled"]


# Undoing


async def test_undo_restores_every_balance_and_asks_a_person(uows: UnitOfWorkFactory, org: Org) -> None:
    customer = await a_customer(uows, org, invoices={"INV-1": "100.00", "INV-2": "50.00"})
    await a_credit(uows, org, customer.account_id, number="CN-1", amount="20.00")
    payment = await money_in(uows, org, a_line(payer="Stranger", reference="", amount="129.00"))
    await applied(uows, org, payment)
    before = await balances(uows, org)
    parts = [
        a_part("invoice", "INV-1", "99.00"),
        a_part("fee", "INV-1", "1.00"),
        a_part("invoice", "INV-2", "50.00"),
        a_part("credit", "CN-1", "-20.00"),
    ]
    await confirm_match(uows, org.org_id, payment, ann(org, 1), parts=parts)
    assert (await balances(uows, org))["invoice INV-1 GBP"] == 0
    done = await undo_match(uows, org.org_id, payment, ann(org, 2), reason="wrong customer")
    assert (done.status, await balances(uows, org)) == (ProposalStatus.UNDONE, before)
    row = await proposal_of(uows, org, payment)
    assert (row.status, row.attempt) == ("suggested", 2)
    async with uows(org.org_id) as uow:
        kinds = {event.kind for event in await uow.session.scalars(select(TimelineEventRow))}
        assert all(habit.removed_at for habit in await uow.session.scalars(select(PayerHabitRow)))
    assert {"payment_applied", "payment_undone"} <= kinds


async def test_what_a_person_undid_is_not_posted_again_by_itself(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await applied(uows, org, payment)
    await undo_match(uows, org.org_id, payment, ann(org, 1), reason="wrong")
    await match_waiting(uows, org.org_id, now=NOW)
    row = await proposal_of(uows, org, payment)
    assert (row.status, row.held_because) == ("suggested", "a person undid or refused this before")
    assert (await balances(uows, org))["invoice INV-20417 GBP"] == Decimal("1840.00")


async def test_a_return_reopens_the_invoice_and_undoing_the_return_closes_it_again(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await applied(uows, org, payment)
    paid = await balances(uows, org)
    back = await money_in(uows, org, a_line(amount="-1840.00", reference="RETURNED INV-20417"))
    before = await balances(uows, org)
    await applied(uows, org, back)
    row = await proposal_of(uows, org, back)
    if row.status == "suggested":
        await confirm_match(uows, org.org_id, back, ann(org, row.version), candidate=0)
    now = await balances(uows, org)
    assert (now["invoice INV-20417 GBP"], now[f"payment {payment}"], now[f"payment {back}"]) == (1840, 0, 0)
    assert (await proposal_of(uows, org, payment)).status == "undone"
    with pytest.raises(AlreadyDecided):
        await undo_match(uows, org.org_id, payment, ann(org, 2), reason="no")
    row = await proposal_of(uows, org, back)
    await undo_match(uows, org.org_id, back, ann(org, row.version), reason="the bank was wrong")
    assert await balances(uows, org) == before
    assert {key: before[key] for key in paid} == paid
    assert (await proposal_of(uows, org, payment)).status == "applied"


async def test_a_return_cannot_be_undone_once_the_invoice_is_paid_otherwise(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_customer(uows, org)
    first = await money_in(uows, org, a_line())
    await applied(uows, org, first)
    back = await money_in(uows, org, a_line(amount="-1840.00", reference="RETURNED INV-20417"))
    await applied(uows, org, back)
    row = await proposal_of(uows, org, back)
    if row.status == "suggested":
        await confirm_match(uows, org.org_id, back, ann(org, row.version), candidate=0)
    other = await money_in(uows, org, a_line(reference="INV-20417 second try"))
    await applied(uows, org, other)
    row = await proposal_of(uows, org, other)
    if row.status == "suggested":
        parts = [a_part("invoice", "INV-20417", "1840.00")]
        await confirm_match(uows, org.org_id, other, ann(org, row.version), parts=parts)
    before = await balances(uows, org)
    row = await proposal_of(uows, org, back)
    with pytest.raises(CannotUndo, match="paid otherwise"):
        await undo_match(uows, org.org_id, back, ann(org, row.version), reason="the bank was wrong")
    assert await balances(uows, org) == before


# What the database refuses


async def test_a_proposal_is_neither_deleted_nor_rewritten(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await applied(uows, org, payment)
    for statement in (
        "DELETE FROM match_proposals",
        "UPDATE match_proposals SET candidates = '[]'",
        "UPDATE payer_marks SET key = ''",
        "DELETE FROM cash_offsets",
        "UPDATE bank_lines SET amount = 1",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with uows(org.org_id) as uow:
                await uow.session.execute(text(statement))
    with pytest.raises(DBAPIError, match="not rewritten"):
        async with uows(org.org_id) as uow:
            await uow.session.execute(text("UPDATE match_proposals SET parts = '[]'"))


async def test_a_payment_has_one_open_proposal(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org)
    payment = await money_in(uows, org, a_line())
    await applied(uows, org, payment)
    with pytest.raises(IntegrityError, match="uq_match_proposals_open"):
        async with uows(org.org_id) as uow:
            uow.session.add(
                MatchProposalRow(
                    id=new_id(), payment_id=payment, currency="GBP", attempt=9, status="suggested", candidates=[],
                    created_at=NOW,
                )
            )  # fmt: skip

"""Undoes a posting row by row, so that every balance is what it was before. Called inside a command's transaction."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from core.ids import new_id
from ledger.commands.compensate import Author, Effects, again, compensate, standing, withdraw_disputes
from ledger.commands.opened_payment import fresh_proposal
from ledger.commands.payment_proposals import open_payment_item
from ledger.model.cash import CannotUndo
from ledger.store.cash_locks import LockedDocuments, lock_documents
from ledger.store.tables.cash import CashOffsetRow, MatchProposalRow
from ledger.store.tables.history import DisputeRow
from ledger.store.tables.money import AllocationRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWork


async def take_back_posting(uow: UnitOfWork, payment: PaymentRow, effects: Effects, by: Author) -> None:
    """Undoes a posting: every balance is what it was before.

    Raises:
        CannotUndo: a later payment took it back or took money of it, or what it had reopened was paid since.
    """
    ids = [UUID(one) for one in effects.allocations]
    rows = await standing(uow, ids=ids)
    if len(rows) != len(ids):
        raise CannotUndo(f"a part of payment {payment.external_id} was taken back already")
    offsets = [await uow.session.get_one(CashOffsetRow, UUID(one)) for one in effects.offsets]
    if await _paid_out(uow, payment.id):
        raise CannotUndo(f"money of payment {payment.external_id} was paid out since: undo that first")
    given_back = [await _once_allocated(uow, note) for note in effects.took_back]
    reopened = [row for group in given_back for row in group]
    touched = [*rows, *reopened]
    locked = await lock_documents(
        uow,
        invoices={row.invoice_id for row in touched},
        credits={row.credit_note_id for row in touched if row.credit_note_id}
        | {row.credit_note_id for row in offsets if row.credit_note_id},
        payments={payment.id}
        | {row.payment_id for row in touched if row.payment_id}
        | {row.payment_id for row in offsets if row.payment_id},
    )
    await compensate(uow, rows, by, "undone")
    for offset in reversed(offsets):
        await _reverse_offset(uow, offset, by)
    for note, group in zip(effects.took_back, given_back, strict=True):
        await _give_back(uow, note, group, locked, by)
    await withdraw_disputes(uow, effects.disputes)
    await uow.session.refresh(payment)
    payment.account_id = UUID(effects.account_before) if effects.account_before else None
    await uow.session.flush()


async def _paid_out(uow: UnitOfWork, payment_id: UUID) -> bool:
    offsets = list(await uow.session.scalars(select(CashOffsetRow).where(CashOffsetRow.payment_id == payment_id)))
    return sum((row.amount for row in offsets), Decimal(0)) > 0


async def _reverse_offset(uow: UnitOfWork, offset: CashOffsetRow, by: Author) -> None:
    uow.session.add(
        CashOffsetRow(
            id=new_id(),
            outgoing_id=offset.outgoing_id,
            payment_id=offset.payment_id,
            credit_note_id=offset.credit_note_id,
            reverses_id=offset.id,
            currency=offset.currency,
            amount=-offset.amount,
            cause_key=f"{by.key}:undo:{offset.id}",
            actor=by.actor,
            created_at=by.now,
        )
    )
    await uow.session.flush()


async def _once_allocated(uow: UnitOfWork, note: Mapping[str, object]) -> list[AllocationRow]:
    ids = [UUID(str(one)) for one in note["allocations"]]  # type: ignore[attr-defined]
    rows = await uow.session.scalars(
        select(AllocationRow).where(AllocationRow.id.in_(ids)).order_by(AllocationRow.id)
    )
    return list(rows)


async def _give_back(
    uow: UnitOfWork, note: Mapping[str, object], rows: Sequence[AllocationRow], locked: LockedDocuments, by: Author
) -> None:
    """Applies an earlier payment again where it had been before it was taken back."""
    fresh: dict[str, str] = {}
    for row in rows:
        invoice = locked.invoices[row.invoice_id]
        await uow.session.refresh(invoice)
        if invoice.open_balance < row.amount:
            raise CannotUndo(f"invoice {invoice.number} was paid otherwise since: undo that first")
        new = again(row, by, f"again:{row.id}", "applied again: its return was undone")
        uow.session.add(new)
        await uow.session.flush()
        fresh[str(row.id)] = str(new.id)
    await _reopen_proposal(uow, note, fresh, by)


async def _reopen_proposal(uow: UnitOfWork, note: Mapping[str, object], fresh: Mapping[str, str], by: Author) -> None:
    if note["proposal_id"] is None:
        return
    proposal = await uow.session.get_one(MatchProposalRow, UUID(str(note["proposal_id"])), with_for_update=True)
    if note["status"] == "applied":
        effects = Effects.of(proposal.effects)
        effects.allocations = [fresh.get(one, one) for one in effects.allocations]
        proposal.effects = effects.as_json()
        proposal.status = "applied"
        proposal.version += 1
        proposal.decided_by, proposal.decided_at, proposal.decided_words = by.actor, by.now, "its return was undone"
        for one in note["disputes"]:  # type: ignore[attr-defined]
            (await uow.session.get_one(DisputeRow, UUID(str(one)), with_for_update=True)).state = "open"
    else:
        await _before_a_person_again(uow, proposal, by)
    await uow.session.flush()


async def _before_a_person_again(uow: UnitOfWork, before: MatchProposalRow, by: Author) -> None:
    """What had waited when it was taken back waits again, with a review item of its own."""
    payment = await uow.session.get_one(PaymentRow, before.payment_id)
    row = await fresh_proposal(uow, payment, now=by.now, like=before, held_because=before.held_because)
    uow.session.add(row)
    await uow.session.flush()
    await open_payment_item(uow, payment, row, now=by.now)

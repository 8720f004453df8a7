"""Money that is none of the customers': the seller's own spending, a tax refund. Set apart, and brought back."""

from uuid import UUID

from core.ids import OrgId, PaymentId
from ledger.commands.cash_landed import cash_landed
from ledger.commands.compensate import Effects
from ledger.commands.opened_payment import (
    decide,
    decided,
    fresh_proposal,
    note_decision,
    open_payment,
    require_reason,
)
from ledger.commands.payment_proposals import open_payment_item, settle_item
from ledger.model.cash import CashDecider, PaymentDecided, ProposalStatus
from ledger.model.errors import AlreadyDecided
from ledger.store.cash_locks import lock_documents
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Where a payment may stand that somebody says is none of the customers'; `waiting` has no proposal yet.
_MAY_BE_IGNORED = ("waiting", ProposalStatus.SUGGESTED.value, ProposalStatus.REJECTED.value)


async def ignore_payment(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, by: CashDecider, *, reason: str
) -> PaymentDecided:
    """The payment is none of the customers' money: it waits for nobody, and is no customer's unapplied cash.

    Raises:
        NotFound, StaleVersion, InvalidInput: nothing was changed.
        AlreadyDecided: some of it is applied, or it is ignored already.
    """
    require_reason(reason, "say why it is none of the customers' money")
    async with uows(org_id) as uow:
        opened = await open_payment(uow, payment_id, by)
        payment = opened.payment
        await lock_documents(uow, payments=[payment.id])
        if opened.status not in _MAY_BE_IGNORED or payment.unapplied != payment.amount:
            raise AlreadyDecided(payment_id, opened.status)
        row = opened.suggested or await fresh_proposal(uow, payment, now=by.now)
        holder = payment.account_id
        row.effects = Effects(account_before="" if holder is None else str(holder)).as_json()
        decide(row, by, ProposalStatus.IGNORED, reason)
        payment.account_id = None
        uow.session.add(row)
        await uow.session.flush()
        await settle_item(uow, row, by=by.name, words=f"ignored: {reason}", now=by.now)
        words = f"none of the customers' money: {reason}"
        await note_decision(uow, payment, row, "payment_ignored", words, by, account=holder)
        await _moved(uow, holder, f"{row.id}:{row.version}", by)
        return decided(row)


async def bring_back_payment(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, by: CashDecider, *, reason: str
) -> PaymentDecided:
    """An ignored payment waits for a person again, with the candidates that it had; the timeline keeps both.

    Raises:
        NotFound, StaleVersion, InvalidInput: nothing was changed.
        AlreadyDecided: it is not ignored.
    """
    require_reason(reason, "say why it is brought back")
    async with uows(org_id) as uow:
        opened = await open_payment(uow, payment_id, by)
        payment, row = opened.payment, opened.proposal
        if row is None or opened.status != ProposalStatus.IGNORED.value:
            raise AlreadyDecided(payment_id, opened.status)
        holder = Effects.of(row.effects).account_before
        payment.account_id = UUID(holder) if holder else None
        held = f"{by.name} brought it back: {reason}"
        again = await fresh_proposal(uow, payment, now=by.now, like=row, held_because=held)
        # An ignored proposal is over, so that the key of this decision is kept with what came of it.
        again.decided_by, again.decided_key = by.name, by.key
        uow.session.add(again)
        await uow.session.flush()
        await open_payment_item(uow, payment, again, now=by.now)
        await note_decision(uow, payment, again, "payment_brought_back", f"brought back: {reason}", by)
        await _moved(uow, payment.account_id, f"{again.id}:{again.version}", by)
        return decided(again)


async def _moved(uow: UnitOfWork, account_id: UUID | None, cause: str, by: CashDecider) -> None:
    """What waits for the customer is looked at again: its unapplied cash is another."""
    if account_id is not None:
        await cash_landed(uow, [account_id], cause=cause, now=by.now)

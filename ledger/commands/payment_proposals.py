"""Proposals as rows: what ends one, the review item that it stands behind, and the timeline's word of a posting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from core.ids import AccountId, OrgId, PaymentId, new_id
from ledger.commands.compensate import Effects
from ledger.model.cash import ProposalStatus
from ledger.store.cash_locks import Numbers
from ledger.store.mapping import money
from ledger.store.review_items import open_item
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.money import PaymentRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


def proposal_row(
    payment: PaymentRow,
    numbers: Numbers,
    status: ProposalStatus,
    *,
    now: datetime,
    candidates: Sequence[dict[str, Any]] = (),
    held_because: str = "",
    flags: Sequence[str] = (),
) -> MatchProposalRow:
    """The payment's next proposal, that nobody has decided yet; not added to the session."""
    return MatchProposalRow(
        id=new_id(),
        payment_id=payment.id,
        currency=payment.currency,
        attempt=numbers.attempt,
        status=status.value,
        version=numbers.version,
        candidates=list(candidates),
        held_because=held_because,
        flags=list(flags),
        parts=None,
        explanation="",
        effects={},
        decided_by="",
        decided_key="",
        decided_words="",
        created_at=now,
    )


async def give_account(uow: UnitOfWork, payment: PaymentRow, effects: Effects, customers: Sequence[UUID]) -> None:
    """The payment becomes the customer's whose documents it paid, where that is one."""
    effects.accounts = sorted({*effects.accounts, *(str(one) for one in customers)})
    if payment.account_id is None and len(set(customers)) == 1:
        payment.account_id = customers[0]
    if payment.account_id is not None:
        effects.accounts = sorted({*effects.accounts, str(payment.account_id)})
    await uow.session.flush()


async def supersede(uow: UnitOfWork, before: MatchProposalRow | None, *, now: datetime, words: str) -> None:
    """Ends a proposal that waited, because there is another now."""
    if before is None:
        return
    before.status, before.version = ProposalStatus.REJECTED.value, before.version + 1
    before.decided_by, before.decided_at, before.decided_words = "duly", now, words
    await uow.session.flush()
    await settle_item(uow, before, by="duly", words=words, now=now)


async def settle_item(uow: UnitOfWork, row: MatchProposalRow, *, by: str, words: str, now: datetime) -> None:
    """The payment no longer waits for a person under this proposal, nor as one that could not be matched."""
    causes = (item_cause(row), _unmatched_cause(row.payment_id))
    await uow.session.execute(
        update(ReviewItemRow)
        .where(ReviewItemRow.cause_key.in_(causes), ReviewItemRow.state == "open")
        .values(state="settled", settled_at=now, settled_by=by, settled_words=words)
        .execution_options(synchronize_session=False)
    )


async def open_payment_item(uow: UnitOfWork, payment: PaymentRow, row: MatchProposalRow, *, now: datetime) -> None:
    """Puts the payment before a person, under this proposal alone."""
    await settle_item(uow, row, by="duly", words="looked at again", now=now)
    payer = payment.payer_name.strip() or payment.payer_account or "an unknown payer"
    amount = money(payment.amount, payment.currency)
    await open_item(
        uow,
        kind="payment",
        words=f"{amount} of {payer} received on {payment.received_on} is not applied: {row.held_because}",
        cause_key=item_cause(row),
        at=now,
        account_id=None if payment.account_id is None else AccountId(payment.account_id),
        facts={"payment_id": str(payment.id), "proposal_id": str(row.id)},
    )


def item_cause(row: MatchProposalRow) -> str:
    """What the review item of a proposal is kept under."""
    return f"payment:{row.payment_id}:{row.attempt}"


def _unmatched_cause(payment_id: UUID) -> str:
    """What the review item of a payment without a proposal is kept under."""
    return f"payment:{payment_id}:0"


async def note_posting(
    uow: UnitOfWork, payment: PaymentRow, row: MatchProposalRow, *, actor: str, now: datetime, verb: str = "applied"
) -> None:
    """The audit row, on the timeline of each customer whose books it moved; nobody has to look at it any more."""
    await settle_item(uow, row, by=actor, words=verb, now=now)
    amount = money(payment.amount, payment.currency)
    for account in Effects.of(row.effects).accounts:
        await append_event(
            uow,
            kind=f"payment_{verb}",
            words=f"Payment {payment.external_id} of {amount} is {verb}: {row.explanation}",
            cause_key=f"payment_{verb}:{row.id}:{row.version}:{account}",
            at=now,
            actor=actor,
            account_id=AccountId(UUID(account)),
            facts={"payment_id": str(payment.id), "proposal_id": str(row.id), "parts": row.parts or []},
        )


async def hand_payment_to_person(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, *, words: str, now: datetime
) -> None:
    """Puts a payment that has no proposal on somebody's list, once, with the reason."""
    async with uows(org_id) as uow:
        payment = await uow.session.get_one(PaymentRow, payment_id)
        amount = money(payment.amount, payment.currency)
        await open_item(
            uow,
            kind="payment",
            words=f"{amount} received on {payment.received_on} is not applied: {words}",
            cause_key=_unmatched_cause(payment_id),
            at=now,
            account_id=None if payment.account_id is None else AccountId(payment.account_id),
            facts={"payment_id": str(payment_id)},
        )

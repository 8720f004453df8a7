"""Looks for waiting money when something new may explain it: invoices, a remittance advice, a habit."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from core.ids import OrgId, PaymentId
from ledger.commands.apply_payments import apply_in_turn, turns_of
from ledger.commands.propose_payments import BATCH
from ledger.model.cash import PaymentDecided
from ledger.model.job_request import MatchWaiting
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Money that has waited longer is a person's: what is new seldom explains it.
_WAITED_AT_MOST = timedelta(days=90)
#: The newest are looked at first; one look at more would hold up other work.
_MOST = 500


async def match_waiting(uows: UnitOfWorkFactory, org_id: OrgId, *, now: datetime) -> tuple[PaymentDecided, ...]:
    """Proposes anew for payments that are not posted, assigned together and posted one transaction each; returns
    those with something new."""
    async with uows(org_id) as uow:
        ids = [PaymentId(one) for one in await uow.session.scalars(_waiting(now))]
    ids.reverse()
    done = []
    for start in range(0, len(ids), BATCH):
        for turn in await turns_of(uows, org_id, ids[start : start + BATCH], later=ids[start + BATCH :]):
            decided = await apply_in_turn(uows, org_id, turn, now=now, again=True)
            if decided is not None:
                done.append(decided)
    return tuple(done)


async def ask_to_match_waiting(uow: UnitOfWork, *, now: datetime) -> None:
    """Requests the look as a job, inside the caller's transaction, where any money waits at all."""
    if await uow.session.scalar(_waiting(now).limit(1)) is not None:
        await uow.request(MatchWaiting(uow.org_id, f"cash:{uow.org_id}"))


def _waiting(now: datetime):  # type: ignore[no-untyped-def]
    """Payments of which nothing is applied and whose proposal is before a person, newest first."""
    suggested = exists().where(MatchProposalRow.payment_id == PaymentRow.id, MatchProposalRow.status == "suggested")
    return (
        select(PaymentRow.id)
        .where(
            PaymentRow.is_waiting,
            PaymentRow.unapplied == PaymentRow.amount,
            PaymentRow.received_on >= (now - _WAITED_AT_MOST).date(),
            suggested,
        )
        .order_by(PaymentRow.received_on.desc(), PaymentRow.id.desc())
        .limit(_MOST)
    )

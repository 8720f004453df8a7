"""Takes off the ledger what a mail was wrongly read to say. The timeline keeps it, and that it was wrong."""

from collections.abc import Awaitable, Callable

from sqlalchemy import Update, func, select, update

from core.ids import CaseId
from ledger.commands.record_signals import STOP_HOLD, Said, newer_promise, stop_cause
from ledger.model.signal import Intent, Signal
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.history import (
    AbsenceRow,
    ContactProposalRow,
    DisputeRow,
    PaymentClaimRow,
    PromiseRow,
    ReviewItemRow,
)
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork

_Row = DisputeRow | ContactProposalRow | PaymentClaimRow | AbsenceRow


async def withdraw_said(uow: UnitOfWork, said: Said, signal: Signal, *, by: str) -> None:
    """Withdraws what this signal put on the ledger, and says so on the timeline; a second time changes nothing."""
    withdraw = _WITHDRAWERS.get(signal.intent)
    if withdraw is not None:
        await withdraw(uow, said, by)
    words = signal.intent.value.replace("_", " ")
    await append_event(
        uow,
        kind="withdrawn",
        words=f"No longer counts ({words}), corrected by {by}: “{signal.evidence.quote}”",
        cause_key=f"withdrawn:{said.case.message_id}:{said.position}",
        at=said.at,
        actor=by,
        account_id=said.account_id,
        case_id=CaseId(said.case.id),
    )


async def _promise(uow: UnitOfWork, said: Said, _: str) -> None:
    """The promise that it had taken the place of counts again, where no other later one has."""
    promise = (
        await uow.session.scalars(
            select(PromiseRow)
            .where(PromiseRow.message_id == said.case.message_id, PromiseRow.position == said.position)
            .with_for_update()
        )
    ).first()
    if promise is None or promise.state == "withdrawn":
        return
    promise.state = "withdrawn"
    await uow.session.flush()
    earlier = await uow.session.scalars(
        select(PromiseRow)
        .where(
            PromiseRow.account_id == promise.account_id,
            PromiseRow.state == "superseded",
            PromiseRow.invoice_numbers.overlap(promise.invoice_numbers),
        )
        .order_by(PromiseRow.id)
        .with_for_update()
    )
    for one in earlier:
        if not await newer_promise(uow, one):
            one.state = "open"


async def _dispute(uow: UnitOfWork, said: Said, _: str) -> None:
    """Only while nobody settled it: what a person accepted or refused stays on record as that."""
    await _withdraw_undecided(uow, DisputeRow, said, state="open")


async def _contact(uow: UnitOfWork, said: Said, _: str) -> None:
    await _withdraw_undecided(uow, ContactProposalRow, said, state="proposed")


async def _withdraw_undecided(
    uow: UnitOfWork, row: type[DisputeRow | ContactProposalRow], said: Said, *, state: str
) -> None:
    """Withdraws it while it is in `state`, which nobody has decided."""
    await uow.session.execute(_of(row, said).where(row.state == state).values(state="withdrawn"))


async def _claim(uow: UnitOfWork, said: Said, _: str) -> None:
    await uow.session.execute(_of(PaymentClaimRow, said).values(withdrawn_at=said.at))


async def _absence(uow: UnitOfWork, said: Said, by: str) -> None:
    await uow.session.execute(_of(AbsenceRow, said).values(withdrawn_at=said.at))
    # Whom the notice named in their place.
    await _contact(uow, said, by)


def _of(row: type[_Row], said: Said) -> Update:
    """The update of what this signal put into the table of `row`."""
    return (
        update(row)
        .where(row.message_id == said.case.message_id, row.position == said.position)
        .execution_options(synchronize_session=False)
    )


async def _stop(uow: UnitOfWork, said: Said, by: str) -> None:
    """The hold goes where no other mail asks for it. A wish that a person confirmed is theirs, and stands."""
    item = (
        await uow.session.scalars(
            select(ReviewItemRow)
            .where(ReviewItemRow.cause_key == stop_cause(said.case.message_id, said.position))
            .with_for_update()
        )
    ).first()
    if item is None or item.state != "open":
        return
    item.state, item.settled_at, item.settled_by, item.settled_words = "settled", said.at, by, "the reading was wrong"
    await uow.session.flush()
    account = await uow.session.get_one(AccountRow, said.account_id, with_for_update=True)
    others = await uow.session.scalar(
        select(func.count()).where(
            ReviewItemRow.account_id == said.account_id,
            ReviewItemRow.kind == "stop_contact",
            ReviewItemRow.state == "open",
        )
    )
    if account.hold_reason == STOP_HOLD and not others:
        account.hold_reason = ""


_Withdrawer = Callable[[UnitOfWork, Said, str], Awaitable[None]]
_WITHDRAWERS: dict[Intent, _Withdrawer] = {
    Intent.PROMISE_TO_PAY: _promise,
    Intent.DISPUTE: _dispute,
    Intent.PAYMENT_SENT: _claim,
    Intent.CONTACT_CHANGE: _contact,
    Intent.DELIVERY_FAILURE: _contact,
    Intent.OUT_OF_OFFICE: _absence,
    Intent.STOP_CONTACT: _stop,
}

"""The list that people who post cash work through: what waits first, each payment with its best candidate."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, not_, select

from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import ProposalStatus
from ledger.model.match import MatchCandidate
from ledger.queries.payments import PaymentPosition, newest_proposals, payment_page
from ledger.store.mapping import money
from ledger.store.payment_standing import ignored, newest_is, set_aside, waits_for_a_person, was_ever
from ledger.store.proposal_codec import candidate_in
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWork

#: Nobody reads a larger number, and counting it would cost every page.
MOST_COUNTED = 1_000


class PaymentShelf(StrEnum):
    """Which payments a list shows."""

    WAITING = "waiting"
    APPLIED = "applied"
    #: A posting of it was taken back, whatever became of it since.
    UNDONE = "undone"
    #: A person said that no candidate fits; the money is still unapplied.
    SET_ASIDE = "set_aside"
    #: A person said that it is none of the customers' money.
    IGNORED = "ignored"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment of the list. `status` is the newest proposal's, empty where nothing was proposed yet."""

    payment_id: UUID
    received_on: date
    amount: Money
    unapplied: Money
    payer_name: str
    payer_account: str
    customer: str
    status: str
    held_because: str
    explanation: str
    decided_by: str
    decided_words: str
    flags: tuple[str, ...]
    candidates: tuple[MatchCandidate, ...]


@dataclass(frozen=True, slots=True)
class ListPosition:
    """Where a page ended; `waiting` says in which part of the list of all."""

    waiting: bool
    place: PaymentPosition


@dataclass(frozen=True, slots=True)
class PaymentListPage:
    """One page, and where the next one begins; None on the last."""

    lines: tuple[PaymentLine, ...]
    following: ListPosition | None


def _on(shelf: PaymentShelf) -> ColumnElement[bool]:
    match shelf:
        case PaymentShelf.WAITING:
            return waits_for_a_person()
        case PaymentShelf.SET_ASIDE:
            return set_aside()
        case PaymentShelf.IGNORED:
            return ignored()
        case PaymentShelf.APPLIED:
            return newest_is(ProposalStatus.APPLIED)
        case PaymentShelf.UNDONE:
            return was_ever(ProposalStatus.UNDONE)
        case PaymentShelf.ALL:
            return not_(waits_for_a_person())


async def payments_to_place(uow: UnitOfWork) -> int:
    """How many wait for a person; at most `MOST_COUNTED`."""
    return await _counted(uow, waits_for_a_person())


async def payments_set_aside(uow: UnitOfWork) -> int:
    """How many a person found no candidate for; at most `MOST_COUNTED`."""
    return await _counted(uow, set_aside())


async def _counted(uow: UnitOfWork, condition: ColumnElement[bool]) -> int:
    some = select(PaymentRow.id).where(condition).limit(MOST_COUNTED).subquery()
    return await uow.session.scalar(select(func.count()).select_from(some)) or 0


async def payment_list(
    uow: UnitOfWork, shelf: PaymentShelf, *, limit: int, after: ListPosition | None = None
) -> PaymentListPage:
    """One page, newest first; of all payments, those that wait come before the others."""
    wanted = limit + 1
    found: list[tuple[bool, PaymentRow, str]] = []
    if shelf is PaymentShelf.ALL and (after is None or after.waiting):
        place = None if after is None else after.place
        found = [
            (True, *row) for row in await payment_page(uow, (_on(PaymentShelf.WAITING),), limit=wanted, after=place)
        ]
        after = None
    if len(found) < wanted:
        place = None if after is None else after.place
        found += [
            (False, *row) for row in await payment_page(uow, (_on(shelf),), limit=wanted - len(found), after=place)
        ]
    shown = found[:limit]
    newest = await newest_proposals(uow, [payment.id for _, payment, _ in shown])
    following = None
    if len(found) > limit:
        waiting, last, _ = shown[-1]
        following = ListPosition(waiting, PaymentPosition(last.received_on, last.id))
    return PaymentListPage(
        tuple(_line(payment, newest.get(payment.id), customer) for _, payment, customer in shown), following
    )


async def next_to_place(uow: UnitOfWork, *, after: PaymentPosition) -> PaymentId | None:
    """The payment below this one that waits, or the first of the list; None where no other waits."""
    below = await _page(uow, PaymentShelf.WAITING, 1, after)
    found = below or await _page(uow, PaymentShelf.WAITING, 2, None)
    others = [PaymentId(row.id) for row, _ in found if row.id != after.payment_id]
    return others[0] if others else None


async def _page(
    uow: UnitOfWork, shelf: PaymentShelf, limit: int, after: PaymentPosition | None
) -> list[tuple[PaymentRow, str]]:
    return await payment_page(uow, (_on(shelf),), limit=limit, after=after)


def _line(payment: PaymentRow, proposal: MatchProposalRow | None, customer: str) -> PaymentLine:
    return PaymentLine(
        payment_id=payment.id,
        received_on=payment.received_on,
        amount=money(payment.amount, payment.currency),
        unapplied=money(payment.unapplied, payment.currency),
        payer_name=payment.payer_name,
        payer_account=payment.payer_account,
        customer=customer,
        status="" if proposal is None else proposal.status,
        held_because="" if proposal is None else proposal.held_because,
        explanation="" if proposal is None else proposal.explanation,
        decided_by="" if proposal is None else proposal.decided_by,
        decided_words="" if proposal is None else proposal.decided_words,
        flags=() if proposal is None else tuple(proposal.flags),
        candidates=() if proposal is None else tuple(candidate_in(one) for one in proposal.candidates),
    )

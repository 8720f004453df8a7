"""Payments with their proposals, as a person sees them; and the habits that people taught."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, select, tuple_

from core.errors import NotFound
from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import PostedPart, ProposalStatus
from ledger.model.match import MatchCandidate
from ledger.store.mapping import money, optional_money
from ledger.store.payment_standing import newest_is, rejected
from ledger.store.proposal_codec import candidate_in, posted_in
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cash import BankLineRow, MatchProposalRow, PayerHabitRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PaymentSummary:
    """One line of the list. `status` is the newest proposal's, or `waiting` where there is none."""

    payment_id: UUID
    external_id: str
    received_on: date
    amount: Money
    unapplied: Money
    payer_name: str
    payer_account: str
    reference: str
    account_id: UUID | None
    customer: str
    status: str
    version: int
    held_because: str
    flags: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """One proposal of a payment. A candidate that only a person could state has no place among `candidates`."""

    proposal_id: UUID
    attempt: int
    status: str
    version: int
    candidates: tuple[MatchCandidate, ...]
    held_because: str
    flags: tuple[str, ...]
    parts: tuple[PostedPart, ...]
    explanation: str
    decided_by: str
    decided_words: str
    decided_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentDetail:
    """A payment with every proposal it had, the newest first, and the bank line that it came by."""

    summary: PaymentSummary
    method: str
    source_file: str
    line_number: int | None
    bank_id: str
    proposals: tuple[ProposalShown, ...]


@dataclass(frozen=True, slots=True)
class HabitShown:
    """A habit, who taught it, and until when it counted."""

    habit_id: UUID
    kind: str
    shown: str
    account_id: UUID
    customer: str
    amount: Money | None
    rate: Decimal | None
    taught_by: str
    taught_at: datetime
    removed_at: datetime | None
    removed_by: str


@dataclass(frozen=True, slots=True)
class PaymentPosition:
    """Where a page ended."""

    received_on: date
    payment_id: UUID


@dataclass(frozen=True, slots=True)
class HabitPosition:
    """Where a page ended."""

    taught_at: datetime
    habit_id: UUID


async def list_payments(
    uow: UnitOfWork, *, limit: int, status: str | None = None, after: PaymentPosition | None = None
) -> tuple[PaymentSummary, ...]:
    """One page, newest first; with `status`, those whose newest proposal has it (`waiting`: none has one)."""
    rows = await payment_page(uow, () if status is None else (_stands(status),), limit=limit, after=after)
    newest = await newest_proposals(uow, [payment.id for payment, _ in rows])
    return tuple(_summary(payment, newest.get(payment.id), customer) for payment, customer in rows)


def _stands(status: str) -> ColumnElement[bool]:
    if status == ProposalStatus.REJECTED.value:
        return rejected()
    if status != "waiting":
        return newest_is(ProposalStatus(status))
    return and_(PaymentRow.is_waiting, not_(exists().where(MatchProposalRow.payment_id == PaymentRow.id)))


async def payment_page(
    uow: UnitOfWork, conditions: Sequence[ColumnElement[bool]], *, limit: int, after: PaymentPosition | None
) -> list[tuple[PaymentRow, str]]:
    """Payments that fit the conditions, newest first, each with its customer's name; empty where it has none."""
    query = select(PaymentRow, AccountRow.name).outerjoin(AccountRow, AccountRow.id == PaymentRow.account_id)
    query = query.where(*conditions)
    if after is not None:
        query = query.where(tuple_(PaymentRow.received_on, PaymentRow.id) < (after.received_on, after.payment_id))
    query = query.order_by(PaymentRow.received_on.desc(), PaymentRow.id.desc()).limit(limit)
    return [(payment, name or "") for payment, name in await uow.session.execute(query)]


async def newest_proposals(uow: UnitOfWork, payment_ids: Sequence[UUID]) -> dict[UUID, MatchProposalRow]:
    """The newest proposal of each payment that has one."""
    rows = await uow.session.scalars(
        select(MatchProposalRow)
        .where(MatchProposalRow.payment_id.in_(payment_ids))
        .distinct(MatchProposalRow.payment_id)
        .order_by(MatchProposalRow.payment_id, MatchProposalRow.attempt.desc())
    )
    return {row.payment_id: row for row in rows}


async def payment_detail(uow: UnitOfWork, payment_id: PaymentId) -> PaymentDetail:
    """One payment, whole.

    Raises:
        NotFound: no such payment in this organisation.
    """
    found = await payment_page(uow, (PaymentRow.id == payment_id,), limit=1, after=None)
    if not found:
        raise NotFound("payment", payment_id)
    payment, customer = found[0]
    query = select(MatchProposalRow).where(MatchProposalRow.payment_id == payment_id)
    proposals = list(await uow.session.scalars(query.order_by(MatchProposalRow.attempt.desc())))
    line = (await uow.session.scalars(select(BankLineRow).where(BankLineRow.payment_id == payment_id))).first()
    return PaymentDetail(
        summary=_summary(payment, proposals[0] if proposals else None, customer),
        method=payment.method,
        source_file="" if line is None else line.source_file,
        line_number=None if line is None else line.line_number,
        bank_id="" if line is None else line.bank_id,
        proposals=tuple(_proposal(row) for row in proposals),
    )


async def list_habits(
    uow: UnitOfWork, *, limit: int, after: HabitPosition | None = None, standing: bool = False
) -> tuple[HabitShown, ...]:
    """One page, newest first; with `standing`, only those that count."""
    query = select(PayerHabitRow, AccountRow.name).join(AccountRow, AccountRow.id == PayerHabitRow.account_id)
    if standing:
        query = query.where(PayerHabitRow.removed_at.is_(None))
    if after is not None:
        query = query.where(tuple_(PayerHabitRow.taught_at, PayerHabitRow.id) < (after.taught_at, after.habit_id))
    query = query.order_by(PayerHabitRow.taught_at.desc(), PayerHabitRow.id.desc()).limit(limit)
    rows: Sequence[Any] = (await uow.session.execute(query)).all()
    return tuple(shown_habit(row, name) for row, name in rows)


def shown_habit(row: PayerHabitRow, customer: str) -> HabitShown:
    """A habit with its customer's name."""
    return HabitShown(
        habit_id=row.id,
        kind=row.kind,
        shown=row.shown,
        account_id=row.account_id,
        customer=customer,
        amount=optional_money(row.amount, row.currency),
        rate=row.rate,
        taught_by=row.taught_by,
        taught_at=row.taught_at,
        removed_at=row.removed_at,
        removed_by=row.removed_by,
    )


def _summary(payment: PaymentRow, proposal: MatchProposalRow | None, customer: str) -> PaymentSummary:
    return PaymentSummary(
        payment_id=payment.id,
        external_id=payment.external_id,
        received_on=payment.received_on,
        amount=money(payment.amount, payment.currency),
        unapplied=money(payment.unapplied, payment.currency),
        payer_name=payment.payer_name,
        payer_account=payment.payer_account,
        reference=payment.remittance,
        account_id=payment.account_id,
        customer=customer,
        status="waiting" if proposal is None else proposal.status,
        version=0 if proposal is None else proposal.version,
        held_because="" if proposal is None else proposal.held_because,
        flags=() if proposal is None else tuple(proposal.flags),
        explanation="" if proposal is None else proposal.explanation,
    )


def _proposal(row: MatchProposalRow) -> ProposalShown:
    return ProposalShown(
        proposal_id=row.id,
        attempt=row.attempt,
        status=row.status,
        version=row.version,
        candidates=tuple(candidate_in(one) for one in row.candidates),
        held_because=row.held_because,
        flags=tuple(row.flags),
        parts=() if row.parts is None else posted_in(row.parts),
        explanation=row.explanation,
        decided_by=row.decided_by,
        decided_words=row.decided_words,
        decided_at=row.decided_at,
        created_at=row.created_at,
    )

"""Rows against rows: which allocations of a posting stand, and what takes them back. Nothing is deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from core.ids import new_id
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.history import DisputeRow
from ledger.store.tables.money import AllocationRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Author:
    """Who posts, and when. `key` makes the rows of one posting unique."""

    actor: str
    now: datetime
    key: str


@dataclass(slots=True)
class Effects:
    """Ids of the rows that a posting made: what taking it back needs."""

    allocations: list[str] = field(default_factory=list)
    offsets: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)
    #: Earlier payments that were taken back: payment, proposal, its status before, allocations compensated, disputes.
    took_back: list[dict[str, object]] = field(default_factory=list)
    advices: list[str] = field(default_factory=list)
    account_before: str = ""
    #: Customers whose books it moved.
    accounts: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, value: Mapping[str, object]) -> "Effects":
        return cls(**{name: value[name] for name in cls.__slots__ if name in value})  # type: ignore[arg-type]


async def standing_of(uow: UnitOfWork, payment_id: UUID) -> list[AllocationRow]:
    """Allocations that its posting made and nothing undid, with those of discounts, fees and credits beside them."""
    proposal = (
        await uow.session.scalars(
            select(MatchProposalRow).where(
                MatchProposalRow.payment_id == payment_id, MatchProposalRow.status == "applied"
            )
        )
    ).first()
    beside = [] if proposal is None else [UUID(one) for one in Effects.of(proposal.effects).allocations]
    return await standing(uow, ids=beside, payment_id=payment_id)


async def standing(
    uow: UnitOfWork, *, ids: Iterable[UUID] = (), payment_id: UUID | None = None
) -> list[AllocationRow]:
    """Of these allocations, those that undo nothing and that nothing undid; in the order of their ids."""
    condition: ColumnElement[bool] = AllocationRow.id.in_(list(ids))
    if payment_id is not None:
        condition = condition | (AllocationRow.payment_id == payment_id)
    rows = await uow.session.scalars(
        select(AllocationRow).where(condition, AllocationRow.reverses_id.is_(None)).order_by(AllocationRow.id)
    )
    found = list(rows)
    if not found:
        return []
    gone = set(
        await uow.session.scalars(
            select(AllocationRow.reverses_id).where(AllocationRow.reverses_id.in_([row.id for row in found]))
        )
    )
    return [row for row in found if row.id not in gone]


async def compensate(uow: UnitOfWork, rows: Sequence[AllocationRow], by: Author, reason: str) -> None:
    """A row against each, newest first. The invoices reopen."""
    for row in reversed(rows):
        undoing = again(row, by, f"undo:{row.id}", reason)
        undoing.amount, undoing.reverses_id = -row.amount, row.id
        uow.session.add(undoing)
        await uow.session.flush()


def again(row: AllocationRow, by: Author, cause: str, reason: str) -> AllocationRow:
    """Another allocation of the same source to the same invoice, of the same amount; not added yet."""
    return AllocationRow(
        id=new_id(),
        invoice_id=row.invoice_id,
        payment_id=row.payment_id,
        credit_note_id=row.credit_note_id,
        adjustment_id=row.adjustment_id,
        currency=row.currency,
        amount=row.amount,
        cause_key=f"{by.key}:{cause}",
        reason=reason,
        actor=by.actor,
        created_at=by.now,
    )


async def withdraw_disputes(uow: UnitOfWork, ids: Iterable[str]) -> list[str]:
    """Withdraws those that nobody decided; returns which."""
    withdrawn = []
    for one in ids:
        row = await uow.session.get(DisputeRow, UUID(one), with_for_update=True)
        if row is not None and row.state == "open":
            row.state = "withdrawn"
            withdrawn.append(one)
    return withdrawn

"""Locks for posting cash: one payment by one worker at a time, and documents in the order of their ids.

Invoices, then credit notes, then payments: the order in which an import and the balance triggers take them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, text

from core.ids import PaymentId
from ledger.store.driver_rows import driver_rows
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.money import CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWork

_Row = TypeVar("_Row", InvoiceRow, CreditNoteRow, PaymentRow)

#: Statuses of a newest proposal that leave nothing to be proposed: posted, before a person, set apart by one.
OPEN = ("applied", "suggested", "ignored")

_CLAIM = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))::text")
_NEWEST_NUMBERS = text(
    "SELECT max(attempt) AS attempt, max(version) AS version FROM match_proposals "
    "WHERE org_id = :org AND payment_id = :payment"
)


@dataclass(frozen=True, slots=True)
class LockedDocuments:
    """Rows as they are now, locked until the transaction ends."""

    invoices: dict[UUID, InvoiceRow]
    credits: dict[UUID, CreditNoteRow]
    payments: dict[UUID, PaymentRow]


async def claim_payment(uow: UnitOfWork, payment_id: UUID) -> None:
    """Waits until no other transaction works on this payment. Two workers therefore post it once."""
    await driver_rows(uow, _CLAIM, key=f"duly-cash:{payment_id}")


async def lock_documents(
    uow: UnitOfWork, *, invoices: Iterable[UUID] = (), credits: Iterable[UUID] = (), payments: Iterable[UUID] = ()
) -> LockedDocuments:
    """Locks the rows and reads them anew."""

    return LockedDocuments(
        {row.id: row for row in await _locked(uow, InvoiceRow, invoices)},
        {row.id: row for row in await _locked(uow, CreditNoteRow, credits)},
        {row.id: row for row in await _locked(uow, PaymentRow, payments)},
    )


async def _locked(uow: UnitOfWork, row: type[_Row], ids: Iterable[UUID]) -> list[_Row]:
    wanted = sorted(set(ids))
    if not wanted:
        return []
    found = await uow.session.scalars(
        select(row)
        .where(row.id.in_(wanted))
        .order_by(row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


async def open_proposal(uow: UnitOfWork, payment_id: PaymentId | UUID) -> MatchProposalRow | None:
    """The payment's newest proposal, locked, where it is posted, waits or is ignored; else None."""
    newest = (
        await uow.session.scalars(
            select(MatchProposalRow)
            .where(MatchProposalRow.payment_id == payment_id)
            .order_by(MatchProposalRow.attempt.desc())
            .limit(1)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).first()
    return newest if newest is not None and newest.status in OPEN else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The next proposal's attempt and version; a payment's versions rise over all its proposals, so that nobody
    decides on one that they did not see."""

    attempt: int
    version: int

    @property
    def is_first(self) -> bool:
        """Whether nothing was ever proposed for the payment."""
        return self.attempt == 1


async def next_numbers(uow: UnitOfWork, payment_id: PaymentId | UUID) -> Numbers:
    """What the payment's next proposal is numbered by; 1 and 1 for the first."""
    newest = await driver_rows(uow, _NEWEST_NUMBERS, payment=payment_id)
    return Numbers((newest[0]["attempt"] or 0) + 1, (newest[0]["version"] or 0) + 1)

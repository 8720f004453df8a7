"""Pages of the timeline of one account or case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from core.ids import AccountId, CaseId
from ledger.store.tables.history import TimelineEventRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event; `at` aware UTC."""

    event_id: UUID
    at: datetime
    kind: str
    words: str
    actor: str
    case_id: UUID | None
    facts: dict[str, Any]


async def account_timeline(
    uow: UnitOfWork,
    account_id: AccountId,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> tuple[TimelineEntry, ...]:
    """Newest first, at most `limit`, older than `before` where it is given."""
    query = select(TimelineEventRow).where(TimelineEventRow.account_id == account_id)
    if before is not None:
        query = query.where(tuple_(TimelineEventRow.at, TimelineEventRow.id) < before)
    rows = await uow.session.scalars(
        query.order_by(TimelineEventRow.at.desc(), TimelineEventRow.id.desc()).limit(limit)
    )
    return tuple(_entry(row) for row in rows)


async def case_timeline(uow: UnitOfWork, case_id: CaseId, *, limit: int = 100) -> tuple[TimelineEntry, ...]:
    """What happened in one case, oldest first."""
    rows = await uow.session.scalars(
        select(TimelineEventRow)
        .where(TimelineEventRow.case_id == case_id)
        .order_by(TimelineEventRow.at, TimelineEventRow.id)
        .limit(limit)
    )
    return tuple(_entry(row) for row in rows)


def _entry(row: TimelineEventRow) -> TimelineEntry:
    return TimelineEntry(row.id, row.at, row.kind, row.words, row.actor, row.case_id, row.facts)

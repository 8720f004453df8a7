"""Review items: what waits for a person besides drafts, with the reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.errors import NotFound
from core.ids import ReviewItemId
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReviewItemShown:
    """One item; times aware UTC."""

    item_id: UUID
    kind: str
    words: str
    owner: str
    state: str
    account_id: UUID | None
    account_name: str
    case_id: UUID | None
    facts: dict[str, Any]
    opened_at: datetime
    settled_by: str
    settled_words: str


async def open_review_items(
    uow: UnitOfWork, *, limit: int, after: tuple[datetime, UUID] | None = None, case_id: UUID | None = None
) -> tuple[ReviewItemShown, ...]:
    """One page of open items, the oldest first."""
    query = (
        select(ReviewItemRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == ReviewItemRow.account_id)
        .where(ReviewItemRow.state == "open")
        .order_by(ReviewItemRow.opened_at, ReviewItemRow.id)
        .limit(limit)
    )
    if case_id is not None:
        query = query.where(ReviewItemRow.case_id == case_id)
    if after is not None:
        opened, key = after
        query = query.where(
            (ReviewItemRow.opened_at > opened) | ((ReviewItemRow.opened_at == opened) & (ReviewItemRow.id > key))
        )
    return tuple(_shown(row, name) for row, name in await uow.session.execute(query))


async def review_item(uow: UnitOfWork, item_id: ReviewItemId) -> ReviewItemShown:
    """One item.

    Raises:
        NotFound: no such item in this organisation.
    """
    row = (
        await uow.session.execute(
            select(ReviewItemRow, AccountRow.name)
            .outerjoin(AccountRow, AccountRow.id == ReviewItemRow.account_id)
            .where(ReviewItemRow.id == item_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("review item", item_id)
    return _shown(row[0], row[1])


def _shown(row: ReviewItemRow, account_name: str | None) -> ReviewItemShown:
    return ReviewItemShown(
        item_id=row.id,
        kind=row.kind,
        words=row.words,
        owner=row.owner,
        state=row.state,
        account_id=row.account_id,
        account_name=account_name or "",
        case_id=row.case_id,
        facts=row.facts,
        opened_at=row.opened_at,
        settled_by=row.settled_by,
        settled_words=row.settled_words,
    )

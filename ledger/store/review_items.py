"""Review items: what only a person may settle."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, CaseId, ReviewItemId, new_id
from ledger.store.tables.history import ReviewItemRow
from ledger.store.unit_of_work import UnitOfWork


async def open_item(
    uow: UnitOfWork,
    *,
    kind: str,
    words: str,
    cause_key: str,
    at: datetime,
    account_id: AccountId | None = None,
    case_id: CaseId | None = None,
    owner: str = "collector",
    facts: dict[str, Any] | None = None,
) -> ReviewItemId | None:
    """Opens an item once a cause; None where it was already opened."""
    row_id = await uow.session.scalar(
        insert(ReviewItemRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            account_id=account_id,
            case_id=case_id,
            kind=kind,
            words=words,
            facts=facts or {},
            owner=owner,
            cause_key=cause_key[:200],
            state="open",
            opened_at=at,
        )
        .on_conflict_do_nothing()
        .returning(ReviewItemRow.id)
    )
    return None if row_id is None else ReviewItemId(row_id)

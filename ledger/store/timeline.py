"""Appends to and reads the timeline; there is no update and no delete."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, CaseId, new_id
from ledger.store.tables.history import TimelineEventRow
from ledger.store.unit_of_work import UnitOfWork


async def append_event(
    uow: UnitOfWork,
    *,
    kind: str,
    words: str,
    cause_key: str,
    at: datetime,
    actor: str = "duly",
    account_id: AccountId | None = None,
    case_id: CaseId | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds one event; a second one with the same `cause_key` is the same event and adds nothing."""
    await uow.session.execute(
        insert(TimelineEventRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            account_id=account_id,
            case_id=case_id,
            kind=kind,
            words=words,
            facts=facts or {},
            actor=actor,
            cause_key=cause_key[:200],
            at=at,
        )
        .on_conflict_do_nothing()
    )

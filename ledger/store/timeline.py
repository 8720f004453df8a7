"""Appends to and reads the timeline; there is no update and no delete."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, CaseId, new_id
from ledger.store.tables.history import TimelineEventRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened, once a `cause_key`."""

    kind: str
    words: str
    cause_key: str
    at: datetime
    actor: str = "duly"
    account_id: AccountId | None = None
    case_id: CaseId | None = None
    facts: dict[str, Any] = field(default_factory=dict)


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
    event = TimelineEvent(kind, words, cause_key, at, actor, account_id, case_id, facts or {})
    await append_events(uow, [event])


async def append_events(uow: UnitOfWork, events: Sequence[TimelineEvent]) -> None:
    """Adds them; one whose `cause_key` is there already adds nothing."""
    rows = [
        {
            "id": new_id(),
            "org_id": uow.org_id,
            "account_id": event.account_id,
            "case_id": event.case_id,
            "kind": event.kind,
            "words": event.words,
            "facts": event.facts,
            "actor": event.actor,
            "cause_key": event.cause_key[:200],
            "at": event.at,
        }
        for event in events
    ]
    if rows:
        await uow.session.flush()
        await (await uow.session.connection()).execute(insert(TimelineEventRow).on_conflict_do_nothing(), rows)

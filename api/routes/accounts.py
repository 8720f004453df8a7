"""Accounts: the timeline of one."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.auth import Viewer, duly_of
from api.cursors import Cursor, PageSize, read_moment_cursor, write_moment_cursor
from core.ids import AccountId
from ledger.queries.account_timeline import account_timeline

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])


class TimelinePage(BaseModel):
    """Events, newest first; `next_cursor` is null on the last page."""

    items: list[dict[str, Any]]
    next_cursor: str | None


@router.get("/{account_id}/timeline")
async def timeline(
    request: Request,
    user: Viewer,
    account_id: UUID,
    cursor: Cursor = None,
    limit: PageSize = 50,
) -> TimelinePage:
    """What happened on the account."""
    before = None if cursor is None else read_moment_cursor(cursor)
    async with duly_of(request).uows(user.org_id) as uow:
        found = await account_timeline(uow, AccountId(account_id), limit=limit + 1, before=before)
    page = found[:limit]
    return TimelinePage(
        items=[
            {
                "id": str(event.event_id),
                "at": event.at.isoformat(),
                "kind": event.kind,
                "words": event.words,
                "actor": event.actor,
                "case_id": None if event.case_id is None else str(event.case_id),
            }
            for event in page
        ],
        next_cursor=write_moment_cursor(page[-1].at, page[-1].event_id) if len(found) > limit else None,
    )

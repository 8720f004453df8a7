"""The outbox: approved mails that have not gone out, and what each waits for."""

from fastapi import APIRouter, Request

from api.auth import Viewer, duly_of
from api.cursors import Cursor, PageSize, read_moment_cursor, write_moment_cursor
from api.schemas.outbox import OutboxMailOut, OutboxPage
from ledger.queries.outbox import OutboxPosition, outbox

router = APIRouter(prefix="/v1/outbox", tags=["outbox"])


@router.get("")
async def list_outbox(request: Request, user: Viewer, cursor: Cursor = None, limit: PageSize = 50) -> OutboxPage:
    """One page; what goes out first comes first."""
    after = None if cursor is None else OutboxPosition(*read_moment_cursor(cursor))
    async with duly_of(request).uows(user.org_id) as uow:
        found = await outbox(uow, limit=limit + 1, after=after)
    page = found[:limit]
    more = write_moment_cursor(page[-1].goes_at, page[-1].send.send_id) if len(found) > limit else None
    return OutboxPage(items=[OutboxMailOut.of(one) for one in page], next_cursor=more)

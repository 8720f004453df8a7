"""The pages of the queue."""

import secrets
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.guard import ConsoleRoute, reader
from api.console.pages import frame_of, render
from api.console.present_queue import (
    FOR_A_PERSON,
    GOING_OUT,
    TABS,
    present_item,
    present_line,
    present_mail,
    present_tabs,
)
from api.cursors import read_moment_cursor, read_queue_cursor, write_moment_cursor, write_queue_cursor
from ledger.queries.approval_queue import ApprovalSummary, approval_queue
from ledger.queries.outbox import OutboxMail, OutboxPosition, outbox
from ledger.queries.queue_lookup import organisation_shown, queue_counts
from ledger.queries.worklist import ReviewItemShown, open_review_items
from ledger.store.unit_of_work import UnitOfWork

_PAGE = 50
#: Review items that stand below the first page of what is to approve.
_FEW = 5
_LONGEST_CURSOR = 500
router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.get("/")
async def home(request: Request) -> Response:
    """The queue is the first page."""
    await reader(request)
    return RedirectResponse("/queue", status_code=303)


@router.get("/queue")
async def queue(request: Request, status: str = "pending", cursor: str = "") -> Response:
    """One tab of the queue: most expected cash first, then the oldest; review items the oldest first.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    user = await reader(request)
    tab = status if status in TABS else "pending"
    cursor = cursor[:_LONGEST_CURSOR]
    duly = duly_of(request)
    async with duly.uows(user.org_id) as uow:
        counts = await queue_counts(uow)
        organisation = await organisation_shown(uow)
        mails, more = await _mails(uow, cursor) if tab == GOING_OUT else ((), "")
        approvals, items, following = ((), (), more) if tab == GOING_OUT else await _page(uow, tab, cursor)
    frame, sandbox_to = frame_of(request, user, organisation.name), duly.settings.send.sandbox_to
    return render(
        "queue.html",
        frame,
        tab=tab,
        tabs=present_tabs(counts, tab),
        lines=[present_line(summary) for summary in approvals],
        items=[present_item(item) for item in items],
        mails=[
            present_mail(one, now=frame.now, key=secrets.token_urlsafe(12), sandbox_to=sandbox_to) for one in mails
        ],
        items_total=counts.for_a_person,
        following=f"/queue?{urlencode({'status': tab, 'cursor': following})}" if following else "",
        is_first=not cursor,
    )


async def _mails(uow: UnitOfWork, cursor: str) -> tuple[tuple[OutboxMail, ...], str]:
    """Approved mails and the next cursor (empty on the last page)."""
    after = OutboxPosition(*read_moment_cursor(cursor)) if cursor else None
    found = await outbox(uow, limit=_PAGE + 1, after=after)
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    return found[:_PAGE], "" if last is None else write_moment_cursor(last.goes_at, last.send.send_id)


async def _page(
    uow: UnitOfWork, tab: str, cursor: str
) -> tuple[tuple[ApprovalSummary, ...], tuple[ReviewItemShown, ...], str]:
    """Approvals, review items and the next cursor (empty on the last page) of one page of a tab."""
    if tab == FOR_A_PERSON:
        after = read_moment_cursor(cursor) if cursor else None
        items = await open_review_items(uow, limit=_PAGE + 1, after=after)
        more = len(items) > _PAGE
        last = items[_PAGE - 1] if more else None
        return (), items[:_PAGE], "" if last is None else write_moment_cursor(last.opened_at, last.item_id)
    position = read_queue_cursor(cursor) if cursor else None
    found = await approval_queue(uow, status=tab, limit=_PAGE + 1, after=position)
    following = write_queue_cursor(found[_PAGE - 1]) if len(found) > _PAGE else ""
    below = await open_review_items(uow, limit=_FEW) if tab == "pending" and not cursor else ()
    return found[:_PAGE], below, following

"""The page of a customer: contacts, open invoices, what was said, and the timeline."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.auth import duly_of
from api.console.guard import ConsoleRoute, reader
from api.console.pages import frame_of, render
from api.console.present_facts import present_facts
from api.cursors import read_moment_cursor, write_moment_cursor
from core.ids import AccountId
from ledger.queries.account_lookup import mailbox_for_account
from ledger.queries.account_timeline import account_timeline
from ledger.queries.queue_lookup import organisation_shown
from ledger.store.account_snapshot import account_snapshot

_PAGE = 50
_LONGEST_CURSOR = 500
router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.get("/accounts/{account_id}")
async def account(request: Request, account_id: UUID, cursor: str = "") -> Response:
    """One customer; the timeline newest first, a page at a time.

    Raises:
        NotFound: no such customer in this organisation.
        InvalidInput: the cursor is none of ours.
    """
    user = await reader(request)
    duly, key = duly_of(request), AccountId(account_id)
    before = read_moment_cursor(cursor[:_LONGEST_CURSOR]) if cursor else None
    async with duly.uows(user.org_id) as uow:
        organisation = await organisation_shown(uow)
        mailbox_id = await mailbox_for_account(uow, key)
        snapshot = await account_snapshot(uow, key, mailbox_id=mailbox_id, conversation_id=None, now=duly.clock.now())
        found = await account_timeline(uow, key, limit=_PAGE + 1, before=before)
    more = len(found) > _PAGE
    following = write_moment_cursor(found[_PAGE - 1].at, found[_PAGE - 1].event_id) if more else ""
    return render(
        "account.html",
        frame_of(request, user, organisation.name),
        account=snapshot.account,
        facts=present_facts(snapshot),
        timeline=found[:_PAGE],
        following=f"/accounts/{account_id}?{urlencode({'cursor': following})}#timeline" if following else "",
        is_first=not cursor,
    )

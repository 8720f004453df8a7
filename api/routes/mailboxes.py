"""Connected mailboxes: how each one is."""

from fastapi import APIRouter, Request

from api.auth import Viewer, duly_of
from api.schemas.mailboxes import MailboxList, MailboxOut
from jobs.mailbox_health import limits_of, mailbox_health

router = APIRouter(prefix="/v1/mailboxes", tags=["mailboxes"])


@router.get("")
async def mailboxes(request: Request, user: Viewer) -> MailboxList:
    """Every active mailbox with its last good sync, its errors, and what expires."""
    duly = duly_of(request)
    limits = limits_of(duly.settings.health)
    found = await mailbox_health(duly.uows, user.org_id, now=duly.clock.now(), limits=limits)
    return MailboxList(items=[MailboxOut.of(one) for one in found])

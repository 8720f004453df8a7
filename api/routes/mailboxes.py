"""Connected mailboxes: how each one is, and how much may leave it."""

from uuid import UUID

from fastapi import APIRouter, Request

from api.auth import Admin, Viewer, duly_of
from api.error_responses import refusals
from api.schemas.mailboxes import LimitsIn, LimitsOut, MailboxList, MailboxOut
from core.ids import MailboxId
from jobs.mailbox_health import limits_of, mailbox_health
from ledger.commands.set_mailbox_limits import set_mailbox_limits

router = APIRouter(prefix="/v1/mailboxes", tags=["mailboxes"])


@router.get("")
async def mailboxes(request: Request, user: Viewer) -> MailboxList:
    """Every active mailbox with its last good sync, its errors, and what expires."""
    duly = duly_of(request)
    limits = limits_of(duly.settings.health)
    found = await mailbox_health(duly.uows, user.org_id, now=duly.clock.now(), limits=limits)
    return MailboxList(items=[MailboxOut.of(one) for one in found])


@router.patch(
    "/{mailbox_id}/limits",
    responses=refusals({401: "No valid token", 403: "The role does not allow it", 404: "No such mailbox"}),
)
async def set_limits(request: Request, user: Admin, mailbox_id: UUID, body: LimitsIn) -> LimitsOut:
    """Sets how many mails may leave it; mails that are over a limit wait for their turn."""
    duly = duly_of(request)
    limits = await set_mailbox_limits(
        duly.uows,
        user.org_id,
        MailboxId(mailbox_id),
        per_minute=body.per_minute,
        per_day=body.per_day,
        by=user.shown_name,
        now=duly.clock.now(),
    )
    return LimitsOut.model_validate(limits, from_attributes=True)

"""The button that takes an approved mail back before it leaves."""

import hashlib
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.case_page import Notice, show_case
from api.console.display_text import visible
from api.console.forms import read_decision
from api.console.guard import ConsoleRoute, posted
from api.console.words import sentence
from core.errors import NotFound
from core.ids import CaseId
from ledger.commands import decide_approval
from ledger.commands.decide_approval import Decider
from ledger.commands.take_back_mail import TooLateToTakeBack, take_back
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.queries.queue_lookup import approval_of_case

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.post("/cases/{case_id}/take-back")
async def take_back_mail(request: Request, case_id: UUID) -> Response:
    """The mail is before a person again; where it has left, the page says so."""
    sent = await posted(request)
    form = read_decision(sent.fields)
    duly, key = duly_of(request), CaseId(case_id)
    async with duly.uows(sent.user.org_id) as uow:
        approval_id = await approval_of_case(uow, key)
    if approval_id is None:
        raise NotFound("approval of case", case_id)
    pressed = hashlib.sha256(f"{form.version}|{form.key}".encode()).hexdigest()
    by = Decider(
        sent.user.user_id, sent.user.shown_name, form.version, duly.clock.now(), f"console:take-back:{pressed}"
    )
    try:
        await take_back(duly.uows, sent.user.org_id, approval_id, by)
    except TooLateToTakeBack as error:
        notice = Notice("It is too late.", (visible(f"{sentence(str(error))}."),))
        return await show_case(request, sent.user, key, notice=notice, status=409)
    except (StaleVersion, AlreadyDecided) as error:
        if await decide_approval.decided_before(duly.uows, sent.user.org_id, approval_id, by) is None:
            notice = Notice("Nothing was taken back: below is today's state.", (visible(sentence(str(error))),))
            return await show_case(request, sent.user, key, notice=notice, status=409)
    return RedirectResponse(f"/cases/{case_id}?done=taken-back", status_code=303)

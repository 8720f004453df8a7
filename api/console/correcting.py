"""Putting a reading right, and the page of all that was learnt so."""

import hashlib
import json
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.case_page import CaseData, Notice, load_case, show_case
from api.console.correction_form import MOST_FIELDS, CorrectionForm, corrected_signals, read_correction
from api.console.display_text import visible
from api.console.guard import ConsoleRoute, Posted, posted, reader, safe_path
from api.console.pages import frame_of, render
from api.console.present_corrections import present_correction
from api.console.words import sentence
from api.cursors import read_moment_cursor, write_moment_cursor
from core.errors import DomainError, InvalidInput
from core.ids import CaseId, CorrectionId
from jobs.duly import Duly
from ledger.commands.retract_correction import retract_correction
from ledger.model.correction import Corrector
from ledger.model.errors import StaleVersion
from ledger.queries.corrections import CorrectionPosition, list_corrections
from ledger.queries.queue_lookup import organisation_shown

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)
_PAGE = 50
_LONGEST_CURSOR = 500


@router.post("/cases/{case_id}/correct")
async def correct(request: Request, case_id: UUID) -> Response:
    """Makes the form's statements the case's own; where that cannot be, with the reason and all that was typed."""
    sent = await posted(request, most_fields=MOST_FIELDS)
    duly, key = duly_of(request), CaseId(case_id)
    async with duly.uows(sent.user.org_id) as uow:
        data = await load_case(uow, key, now=duly.clock.now())
    form = read_correction(sent.fields, len(data.case.signals), data.sentences)
    if form.action != "correct":
        return await show_case(request, sent.user, key, correction=form)
    try:
        await _correct(duly, sent, form, data)
    except StaleVersion:
        notice = Notice("Nothing was corrected: the case went on.", ("Below is what is read in it today.",))
        return await show_case(request, sent.user, key, notice=notice, status=409)
    except (InvalidInput, DomainError) as error:
        lines = tuple(visible(sentence(line[:500])) for line in str(error).split("; ")[:20])
        notice = Notice("Nothing was corrected.", lines)
        return await show_case(request, sent.user, key, correction=form, notice=notice, status=422)
    return RedirectResponse(f"/cases/{case_id}?done=corrected", status_code=303)


async def _correct(duly: Duly, sent: Posted, form: CorrectionForm, data: CaseData) -> None:
    user = sent.user
    by = Corrector(user.user_id, user.shown_name, form.version, duly.clock.now(), _key(sent.fields))
    if form.version == data.case.generation:
        signals = corrected_signals(form, data.case.signals, data.case.message.reply_text, data.currency)
    else:
        # Sent twice, or overtaken: the command knows which.
        signals = ()
    await duly.correcting.correct(user.org_id, CaseId(data.case.case_id), signals, by)


def _key(fields: dict[str, str]) -> str:
    """The same for the same form sent twice, whatever the case looks like by then."""
    typed = sorted((name, value) for name, value in fields.items() if name != "form_token")
    return f"console:{hashlib.sha256(json.dumps(typed).encode()).hexdigest()}"


@router.get("/cases/{case_id}/correct")
async def after_reload(request: Request, case_id: UUID) -> Response:
    """Somebody reloaded the answer to a form by its address."""
    await reader(request)
    return RedirectResponse(f"/cases/{case_id}", status_code=303)


@router.get("/corrections")
async def corrections(request: Request, cursor: str = "") -> Response:
    """All that people corrected, newest first, a page at a time.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    user = await reader(request)
    after = CorrectionPosition(*read_moment_cursor(cursor[:_LONGEST_CURSOR])) if cursor else None
    async with duly_of(request).uows(user.org_id) as uow:
        organisation = await organisation_shown(uow)
        found = await list_corrections(uow, limit=_PAGE + 1, after=after)
    page = found[:_PAGE]
    following = write_moment_cursor(page[-1].corrected_at, page[-1].correction_id) if len(found) > _PAGE else ""
    return render(
        "corrections.html",
        frame_of(request, user, organisation.name),
        corrections=[present_correction(one) for one in page],
        following=f"/corrections?{urlencode({'cursor': following})}" if following else "",
    )


@router.post("/corrections/{correction_id}/retract")
async def retract(request: Request, correction_id: UUID) -> Response:
    """Takes one back, and shows the page that it was asked from."""
    sent = await posted(request)
    duly = duly_of(request)
    await retract_correction(
        duly.uows, sent.user.org_id, CorrectionId(correction_id), by=sent.user.shown_name, now=duly.clock.now()
    )
    back = safe_path(sent.fields.get("back", "/corrections")).partition("?")[0]
    return RedirectResponse(f"{back}?done=unlearned", status_code=303)

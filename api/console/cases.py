"""The pages of a case: the case itself and the files that go out with its draft."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.case_page import show_case
from api.console.guard import ConsoleRoute, reader
from api.console.present_case import draft_attachments
from core.errors import NotFound
from core.ids import CaseId
from ledger.queries.approval_queue import case_shown

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.get("/cases/{case_id}")
async def case(request: Request, case_id: UUID) -> Response:
    """One case."""
    return await show_case(request, await reader(request), CaseId(case_id))


@router.get("/cases/{case_id}/decide")
async def after_reload(request: Request, case_id: UUID) -> Response:
    """Somebody reloaded the answer to a form by its address."""
    await reader(request)
    return RedirectResponse(f"/cases/{case_id}", status_code=303)


@router.get("/cases/{case_id}/attachments/{position}")
async def draft_attachment(request: Request, case_id: UUID, position: int) -> Response:
    """A file that goes out with the draft, to be saved; never shown inside a page of ours."""
    user = await reader(request)
    duly = duly_of(request)
    async with duly.uows(user.org_id) as uow:
        draft = (await case_shown(uow, CaseId(case_id))).draft
        kept = () if draft is None else draft_attachments(draft)
        if not 0 <= position < len(kept) or kept[position][2] is None:
            raise NotFound("attachment", position + 1)
        _, name, blob_id = kept[position]
        assert blob_id is not None
        content = await duly.services.blobs.read(uow, blob_id)
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)[:120] or "attachment"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "no-store"},
    )

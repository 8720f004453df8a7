"""Corrections: what a case's mail says, put right by a person, and what that taught."""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api.auth import Collector, Viewer, duly_of
from api.cursors import Cursor, PageSize, read_moment_cursor, write_moment_cursor
from api.error_responses import describe, problem_body, refusals
from api.idempotent import IdempotencyKey, IfMatch, answered_once, as_response, version_of
from api.schemas.corrections import CorrectedOut, CorrectionIn, CorrectionOut, CorrectionPage, ReadingOut
from core.ids import CaseId, CorrectionId
from jobs.duly import Duly
from ledger.commands.idempotency import KeptAnswer
from ledger.commands.retract_correction import retract_correction
from ledger.model.correction import Corrector
from ledger.model.errors import StaleVersion
from ledger.model.user import User
from ledger.queries.approval_queue import case_shown
from ledger.queries.corrections import CorrectionPosition, list_corrections

router = APIRouter(prefix="/v1", tags=["corrections"])

_RESPONSES = refusals(
    {
        401: "No valid token",
        403: "The role does not allow it",
        404: "No such case",
        409: "The case went on (`current` is today's reading), or the agent is working on it",
        422: "A quote does not stand in the mail, an invoice is not this customer's, or a field does not fit",
        428: "`If-Match` is missing",
    }
)


@router.get("/cases/{case_id}/signals", responses={404: _RESPONSES[404]})
async def show_reading(request: Request, response: Response, user: Viewer, case_id: UUID) -> ReadingOut:
    """What was read in the case's mail; its `ETag` is what `If-Match` takes."""
    reading = await _reading(duly_of(request), user, CaseId(case_id))
    response.headers["ETag"] = f'"{reading.version}"'
    return reading


async def _reading(duly: Duly, user: User, case_id: CaseId) -> ReadingOut:
    async with duly.uows(user.org_id) as uow:
        return ReadingOut.of(await case_shown(uow, case_id))


@router.post("/cases/{case_id}/corrections", response_model=CorrectedOut, status_code=201, responses=_RESPONSES)
async def correct(
    request: Request,
    user: Collector,
    case_id: UUID,
    body: CorrectionIn,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> JSONResponse:
    """Puts the reading right: the case is decided and its mail written anew, and like sentences are read so too."""
    duly = duly_of(request)
    version = version_of(if_match)
    by = Corrector(user.user_id, user.shown_name, version, duly.clock.now(), key or "")
    case = CaseId(case_id)

    async def answer() -> KeptAnswer:
        signals = tuple(one.signal() for one in body.signals)
        try:
            done = await duly.correcting.correct(user.org_id, case, signals, by)
        except StaleVersion as error:
            status, code, title = describe(error)
            current = (await _reading(duly, user, case)).model_dump(mode="json")
            return KeptAnswer(status, problem_body(status, code, title, str(error), {"current": current}))
        out = CorrectedOut(id=done.correction_id, case_id=done.case_id, version=done.generation)
        return KeptAnswer(201, out.model_dump(mode="json"))

    digest = hashlib.sha256(f"{case_id}|correct|{version}|{body.model_dump_json()}".encode()).hexdigest()
    return as_response(await answered_once(duly, user, key, digest, answer))


@router.get("/corrections")
async def corrections(
    request: Request,
    user: Viewer,
    case_id: Annotated[UUID | None, Query()] = None,
    cursor: Cursor = None,
    limit: PageSize = 50,
) -> CorrectionPage:
    """One page of what people corrected, newest first; those taken back too."""
    after = None if cursor is None else CorrectionPosition(*read_moment_cursor(cursor))
    case = None if case_id is None else CaseId(case_id)
    async with duly_of(request).uows(user.org_id) as uow:
        found = await list_corrections(uow, limit=limit + 1, after=after, case_id=case)
    page = found[:limit]
    more = write_moment_cursor(page[-1].corrected_at, page[-1].correction_id) if len(found) > limit else None
    return CorrectionPage(items=[CorrectionOut.of(one) for one in page], next_cursor=more)


@router.delete(
    "/corrections/{correction_id}",
    status_code=204,
    responses=refusals({404: "No such correction"}),
)
async def retract(request: Request, user: Collector, correction_id: UUID) -> Response:
    """Takes a correction back: it teaches nothing any more. The case keeps its signals."""
    duly = duly_of(request)
    await retract_correction(
        duly.uows, user.org_id, CorrectionId(correction_id), by=user.shown_name, now=duly.clock.now()
    )
    return Response(status_code=204)

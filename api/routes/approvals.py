"""Approvals: list, show, approve, edit, respond, reject, reassign, snooze, take back."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.auth import Collector, Viewer, duly_of
from api.cursors import Cursor, PageSize, read_queue_cursor, write_queue_cursor
from api.error_responses import describe, problem_body, refusals
from api.idempotent import IdempotencyKey, IfMatch, answered_once, as_response, version_of
from api.schemas.approvals import (
    ApprovalDetailOut,
    ApprovalOut,
    ApprovalPage,
    DecidedOut,
    EditIn,
    ReassignIn,
    RejectIn,
    RespondIn,
    SnoozeIn,
)
from core.errors import DulyError, InvalidInput
from core.ids import ApprovalId, UserId
from jobs.duly import Duly
from ledger.commands import decide_approval, take_back_mail
from ledger.commands.decide_approval import Decider
from ledger.commands.idempotency import KeptAnswer
from ledger.commands.sign_in import find_user
from ledger.model.approval import ApprovalStatus, Decided, DecisionOutcome, EditedMail, FactsHaveMoved
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.user import User
from ledger.queries.approval_queue import approval_detail, approval_queue

router = APIRouter(prefix="/v1/approvals", tags=["approvals"])

_RESPONSES = refusals(
    {
        401: "No valid token",
        403: "The role does not allow it",
        404: "No such approval",
        409: "Stale version, decided already, or the facts moved; `current` is today's state",
        422: "Cannot be understood, or the text holds what the ledger does not",
        428: "`If-Match` is missing",
    }
)


@router.get("", responses={401: _RESPONSES[401]})
async def list_approvals(
    request: Request,
    user: Viewer,
    status: Annotated[ApprovalStatus | None, Query()] = None,
    cursor: Cursor = None,
    limit: PageSize = 50,
) -> ApprovalPage:
    """One page of the queue, most expected cash first, then the oldest."""
    duly = duly_of(request)
    after = None if cursor is None else read_queue_cursor(cursor)
    async with duly.uows(user.org_id) as uow:
        found = await approval_queue(uow, status=status.value if status else None, limit=limit + 1, after=after)
    more = len(found) > limit
    page = found[:limit]
    return ApprovalPage(
        items=[ApprovalOut.of(summary) for summary in page],
        next_cursor=write_queue_cursor(page[-1]) if more else None,
    )


@router.get("/{approval_id}", responses={404: _RESPONSES[404]})
async def show_approval(request: Request, response: Response, user: Viewer, approval_id: UUID) -> ApprovalDetailOut:
    """One approval, whole; its `ETag` is what `If-Match` takes."""
    detail = await _detail(duly_of(request), user, approval_id)
    response.headers["ETag"] = f'"{detail.version}"'
    return detail


async def _detail(duly: Duly, user: User, approval_id: UUID) -> ApprovalDetailOut:
    async with duly.uows(user.org_id) as uow:
        return ApprovalDetailOut.of_detail(await approval_detail(uow, ApprovalId(approval_id)))


@dataclass(frozen=True, slots=True)
class _Call:
    """One decision as it came in."""

    duly: Duly
    user: User
    approval_id: ApprovalId
    action: str
    body: BaseModel | None
    if_match: str | None
    key: str | None

    def decider(self) -> Decider:
        return Decider(
            self.user.user_id, self.user.shown_name, version_of(self.if_match), self.duly.clock.now(), self.key or ""
        )

    @property
    def digest(self) -> str:
        body = "" if self.body is None else self.body.model_dump_json()
        return hashlib.sha256(f"{self.approval_id}|{self.action}|{self.if_match}|{body}".encode()).hexdigest()


_Act = Callable[[Decider], Awaitable[DecisionOutcome]]


async def _decide(call: _Call, act: _Act) -> JSONResponse:
    """Runs one decision under its idempotency key."""
    decider = call.decider()
    return as_response(
        await answered_once(call.duly, call.user, call.key, call.digest, lambda: _answer(call, act, decider))
    )


async def _answer(call: _Call, act: _Act, decider: Decider) -> KeptAnswer:
    try:
        outcome = await act(decider)
    except (StaleVersion, AlreadyDecided) as error:
        mine = await decide_approval.decided_before(call.duly.uows, call.user.org_id, call.approval_id, decider)
        if mine is not None:
            return _decided(mine)
        status, code, title = describe(error)
        return _problem(status, code, title, error, await _current(call))
    if isinstance(outcome, Decided):
        return _decided(outcome)
    if isinstance(outcome, FactsHaveMoved):
        detail = "nothing was sent, and the mail is written again: " + "; ".join(outcome.moved)
        more = {"moved": list(outcome.moved), **await _current(call)}
        return _problem(409, "facts-moved", "The facts behind the draft moved", detail, more)
    findings = [{"check": f.check, "message": f.message, "text": f.text} for f in outcome.verification.findings]
    detail = "; ".join(finding["message"] for finding in findings)
    return _problem(422, "not-supported", "The text holds what the ledger does not", detail, {"findings": findings})


def _decided(outcome: Decided) -> KeptAnswer:
    body = DecidedOut(
        id=outcome.approval_id,
        status=outcome.status.value,
        version=outcome.version,
        draft_id=outcome.draft_id,
        send_id=outcome.send_id,
    )
    return KeptAnswer(200, body.model_dump(mode="json"))


def _problem(status: int, code: str, title: str, detail: DulyError | str, more: dict[str, Any]) -> KeptAnswer:
    return KeptAnswer(status, problem_body(status, code, title, str(detail), more))


async def _current(call: _Call) -> dict[str, Any]:
    """Today's state, so that the caller need not ask again."""
    detail = await _detail(call.duly, call.user, call.approval_id)
    return {"current": detail.model_dump(mode="json")}


@router.post("/{approval_id}/approve", response_model=DecidedOut, responses=_RESPONSES)
async def approve(
    request: Request, user: Collector, approval_id: UUID, if_match: IfMatch = None, key: IdempotencyKey = None
) -> JSONResponse:
    """Sends the draft as it stands, if the facts behind it still do."""
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "approve", None, if_match, key)
    return await _decide(
        call,
        lambda by: decide_approval.approve(duly.uows, duly.services.verify, user.org_id, call.approval_id, by),
    )


@router.post("/{approval_id}/edit", response_model=DecidedOut, responses=_RESPONSES)
async def edit(
    request: Request,
    user: Collector,
    approval_id: UUID,
    body: EditIn,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> JSONResponse:
    """Approves the draft with changes; with `send` false it only keeps them."""
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "edit", body, if_match, key)
    changes = EditedMail(
        text=body.text,
        subject=body.subject,
        to=None if body.to is None else tuple(body.to),
        cc=None if body.cc is None else tuple(body.cc),
    )
    return await _decide(
        call,
        lambda by: decide_approval.edit(
            duly.uows, duly.services.verify, user.org_id, call.approval_id, by, changes, send=body.send
        ),
    )


@router.post("/{approval_id}/respond", response_model=DecidedOut, responses=_RESPONSES)
async def respond(
    request: Request,
    user: Collector,
    approval_id: UUID,
    body: RespondIn,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> JSONResponse:
    """Sends the person's own answer instead of the draft; its figures are checked like the agent's."""
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "respond", body, if_match, key)
    changes = EditedMail(text=body.text, subject=body.subject)
    return await _decide(
        call,
        lambda by: decide_approval.edit(
            duly.uows, duly.services.verify, user.org_id, call.approval_id, by, changes, decision="respond"
        ),
    )


@router.post("/{approval_id}/reject", response_model=DecidedOut, responses=_RESPONSES)
async def reject(
    request: Request,
    user: Collector,
    approval_id: UUID,
    body: RejectIn,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> JSONResponse:
    """Sends nothing, and keeps why."""
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "reject", body, if_match, key)
    return await _decide(
        call,
        lambda by: decide_approval.reject(duly.uows, user.org_id, call.approval_id, by, reason=body.reason),
    )


@router.post("/{approval_id}/reassign", response_model=DecidedOut, responses=_RESPONSES)
async def reassign(
    request: Request,
    user: Collector,
    approval_id: UUID,
    body: ReassignIn,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> JSONResponse:
    """Hands the decision to another user."""
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "reassign", body, if_match, key)
    to = await _user_id(duly, user, body.to)
    return await _decide(
        call,
        lambda by: decide_approval.reassign(duly.uows, user.org_id, call.approval_id, by, to=to, reason=body.reason),
    )


@router.post("/{approval_id}/snooze", response_model=DecidedOut, responses=_RESPONSES)
async def snooze(
    request: Request,
    user: Collector,
    approval_id: UUID,
    body: SnoozeIn,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> JSONResponse:
    """Takes it out of the queue until then."""
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "snooze", body, if_match, key)
    return await _decide(
        call,
        lambda by: decide_approval.snooze(
            duly.uows, user.org_id, call.approval_id, by, until=body.until, reason=body.reason
        ),
    )


@router.post("/{approval_id}/take-back", response_model=DecidedOut, responses=_RESPONSES)
async def take_back(
    request: Request, user: Collector, approval_id: UUID, if_match: IfMatch = None, key: IdempotencyKey = None
) -> JSONResponse:
    """Takes an approved mail back while it still waits in the outbox; the approval is pending again with its text.

    Until `send.take_back_until` that is always possible; later, until a worker hands the mail over.
    """
    duly = duly_of(request)
    call = _Call(duly, user, ApprovalId(approval_id), "take-back", None, if_match, key)
    return await _decide(call, lambda by: take_back_mail.take_back(duly.uows, user.org_id, call.approval_id, by))


async def _user_id(duly: Duly, user: User, named: str) -> UserId:
    if "@" in named:
        async with duly.uows(user.org_id) as uow:
            return await find_user(uow, named)
    try:
        return UserId(UUID(named))
    except ValueError as error:
        raise InvalidInput(f"{named!r} is neither a user's id nor an e-mail address") from error

"""Payments: list, show, confirm, reject, undo, ignore, bring back; and what payers' habits people taught."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.auth import Collector, Viewer, duly_of
from api.cursors import (
    Cursor,
    PageSize,
    read_day_cursor,
    read_moment_cursor,
    write_day_cursor,
    write_moment_cursor,
)
from api.error_responses import describe, problem_body, refusals
from api.idempotent import IdempotencyKey, IfMatch, answered_once, as_response, version_of
from api.schemas.payments import (
    ConfirmIn,
    HabitOut,
    HabitPage,
    PaymentDecidedOut,
    PaymentDetailOut,
    PaymentOut,
    PaymentPage,
    ReasonIn,
)
from core.ids import OrgId, PaymentId
from jobs.duly import Duly
from ledger.commands import decide_payment
from ledger.commands.idempotency import KeptAnswer
from ledger.commands.ignore_payment import bring_back_payment, ignore_payment
from ledger.commands.teach_payer import remove_habit
from ledger.model.cash import CannotPost, CannotUndo, CashDecider, PaymentDecided
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.user import User
from ledger.queries.payments import HabitPosition, PaymentPosition, list_habits, list_payments, payment_detail
from ledger.store.unit_of_work import UnitOfWorkFactory

router = APIRouter(prefix="/v1", tags=["payments"])

_RESPONSES = refusals(
    {
        401: "No valid token",
        403: "The role does not allow it",
        404: "No such payment, or a document that is none of yours",
        409: "Stale version, decided already, or the ledger refuses the posting; `current` is today's state",
        422: "Cannot be understood",
        428: "`If-Match` is missing",
    }
)
Status = Literal["applied", "suggested", "undone", "rejected", "ignored", "waiting"]


@router.get("/payments", responses={401: _RESPONSES[401]})
async def payments(
    request: Request,
    user: Viewer,
    status: Annotated[Status | None, Query()] = None,
    cursor: Cursor = None,
    limit: PageSize = 50,
) -> PaymentPage:
    """One page of payments, newest first."""
    after = None if cursor is None else PaymentPosition(*read_day_cursor(cursor))
    async with duly_of(request).uows(user.org_id) as uow:
        found = await list_payments(uow, limit=limit + 1, status=status, after=after)
    page = found[:limit]
    more = write_day_cursor(page[-1].received_on, page[-1].payment_id) if len(found) > limit else None
    return PaymentPage(items=[PaymentOut.of(one) for one in page], next_cursor=more)


@router.get("/payments/{payment_id}", responses={404: _RESPONSES[404]})
async def show_payment(request: Request, response: Response, user: Viewer, payment_id: UUID) -> PaymentDetailOut:
    """One payment with its proposals and their reasons; its `ETag` is what `If-Match` takes."""
    detail = await _detail(duly_of(request), user, PaymentId(payment_id))
    response.headers["ETag"] = f'"{detail.version}"'
    return detail


async def _detail(duly: Duly, user: User, payment_id: PaymentId) -> PaymentDetailOut:
    async with duly.uows(user.org_id) as uow:
        return PaymentDetailOut.of_detail(await payment_detail(uow, payment_id))


@dataclass(frozen=True, slots=True)
class _Call:
    """One decision as it came in; `action` is the last word of its address."""

    duly: Duly
    user: User
    payment_id: PaymentId
    action: str
    body: BaseModel
    if_match: str | None
    key: str | None

    def decider(self) -> CashDecider:
        return CashDecider(
            self.user.user_id, self.user.shown_name, version_of(self.if_match), self.duly.clock.now(), self.key or ""
        )

    @property
    def digest(self) -> str:
        body = self.body.model_dump_json()
        return hashlib.sha256(f"{self.payment_id}|{self.action}|{self.if_match}|{body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Headers:
    """What every decision carries besides its body."""

    request: Request
    user: Collector
    payment_id: UUID
    if_match: IfMatch = None
    key: IdempotencyKey = None

    def call(self, body: BaseModel) -> _Call:
        action = self.request.url.path.rpartition("/")[2]
        return _Call(
            duly_of(self.request), self.user, PaymentId(self.payment_id), action, body, self.if_match, self.key
        )


_Decision = Annotated[_Headers, Depends()]


_Act = Callable[[CashDecider], Awaitable[PaymentDecided]]


async def _decide(call: _Call, act: _Act) -> JSONResponse:
    """Runs one decision under its idempotency key."""
    by = call.decider()
    return as_response(
        await answered_once(call.duly, call.user, call.key, call.digest, lambda: _answer(call, act, by))
    )


async def _answer(call: _Call, act: _Act, by: CashDecider) -> KeptAnswer:
    try:
        return _decided(await act(by))
    except (StaleVersion, AlreadyDecided) as error:
        mine = await decide_payment.decided_before(call.duly.uows, call.user.org_id, call.payment_id, by)
        return await _refused(call, error) if mine is None else _decided(mine)
    except (CannotPost, CannotUndo) as error:
        return await _refused(call, error)


def _decided(done: PaymentDecided) -> KeptAnswer:
    out = PaymentDecidedOut(
        id=done.payment_id, proposal_id=done.proposal_id, status=done.status.value, version=done.version
    )
    return KeptAnswer(200, out.model_dump(mode="json"))


async def _refused(call: _Call, error: StaleVersion | AlreadyDecided | CannotPost | CannotUndo) -> KeptAnswer:
    status, code, title = describe(error)
    current: dict[str, Any] = (await _detail(call.duly, call.user, call.payment_id)).model_dump(mode="json")
    return KeptAnswer(status, problem_body(status, code, title, str(error), {"current": current}))


@router.post("/payments/{payment_id}/confirm", response_model=PaymentDecidedOut, responses=_RESPONSES)
async def confirm(decision: _Decision, body: ConfirmIn) -> JSONResponse:
    """Posts a candidate or the stated parts, and learns from it."""
    call, parts = decision.call(body), body.posted()
    return await _decide(
        call,
        lambda by: decide_payment.confirm_match(
            call.duly.uows, call.user.org_id, call.payment_id, by, candidate=body.candidate, parts=parts
        ),
    )


@router.post("/payments/{payment_id}/reject", response_model=PaymentDecidedOut, responses=_RESPONSES)
async def reject(decision: _Decision, body: ReasonIn) -> JSONResponse:
    """None of the candidates: the money stays unapplied."""
    return await _with_reason(decision.call(body), body.reason, decide_payment.reject_match)


@router.post("/payments/{payment_id}/undo", response_model=PaymentDecidedOut, responses=_RESPONSES)
async def undo(decision: _Decision, body: ReasonIn) -> JSONResponse:
    """Takes a posting back: what it closed is open again, and the money waits for a person."""
    return await _with_reason(decision.call(body), body.reason, decide_payment.undo_match)


@router.post("/payments/{payment_id}/ignore", response_model=PaymentDecidedOut, responses=_RESPONSES)
async def ignore(decision: _Decision, body: ReasonIn) -> JSONResponse:
    """None of the customers' money, such as your own spending or a tax refund: it waits for nobody."""
    return await _with_reason(decision.call(body), body.reason, ignore_payment)


@router.post("/payments/{payment_id}/bring-back", response_model=PaymentDecidedOut, responses=_RESPONSES)
async def bring_back(decision: _Decision, body: ReasonIn) -> JSONResponse:
    """An ignored payment waits for a person again, with the candidates that it had."""
    return await _with_reason(decision.call(body), body.reason, bring_back_payment)


class _Reasoned(Protocol):
    """A command that takes nothing but the reason."""

    async def __call__(
        self, uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, by: CashDecider, *, reason: str
    ) -> PaymentDecided: ...


async def _with_reason(call: _Call, reason: str, command: _Reasoned) -> JSONResponse:
    return await _decide(
        call,
        lambda by: command(call.duly.uows, call.user.org_id, call.payment_id, by, reason=reason),
    )


@router.get("/payer-habits")
async def habits(
    request: Request,
    user: Viewer,
    standing: Annotated[bool, Query(description="Only those that count")] = False,
    cursor: Cursor = None,
    limit: PageSize = 50,
) -> HabitPage:
    """One page of what decisions taught about payers, newest first; those removed too."""
    after = None if cursor is None else HabitPosition(*read_moment_cursor(cursor))
    async with duly_of(request).uows(user.org_id) as uow:
        found = await list_habits(uow, limit=limit + 1, after=after, standing=standing)
    page = found[:limit]
    more = write_moment_cursor(page[-1].taught_at, page[-1].habit_id) if len(found) > limit else None
    return HabitPage(items=[HabitOut.of(one) for one in page], next_cursor=more)


@router.delete("/payer-habits/{habit_id}", status_code=204, responses=refusals({404: "No such habit"}))
async def forget(request: Request, user: Collector, habit_id: UUID) -> Response:
    """Removes a habit: it counts no more. What was posted stays posted."""
    duly = duly_of(request)
    await remove_habit(duly.uows, user.org_id, habit_id, by=user.shown_name, now=duly.clock.now())
    return Response(status_code=204)

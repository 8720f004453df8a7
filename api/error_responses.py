"""Error family to HTTP status, in one table, as problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import DomainError, DulyError, ExternalError, InvalidInput, NotConfigured, NotFound
from ledger.commands.idempotency import StillRunning
from ledger.commands.take_back_mail import TooLateToTakeBack
from ledger.model.errors import AlreadyDecided, StaleVersion

_log = structlog.get_logger()
PROBLEM_TYPE = "application/problem+json"

#: Most specific first: type suffix, title, status.
_TABLE: tuple[tuple[type[DulyError], str, str, int], ...] = (
    (StaleVersion, "stale-version", "It changed since you read it", 409),
    (AlreadyDecided, "already-decided", "It is decided already", 409),
    (TooLateToTakeBack, "too-late", "The mail is on its way", 409),
    (StillRunning, "still-running", "The first request is still running", 409),
    (NotFound, "not-found", "There is no such record", 404),
    (InvalidInput, "invalid-input", "The request cannot be understood", 422),
    (DomainError, "refused", "A rule refuses this", 409),
    (NotConfigured, "not-configured", "A setting is missing", 503),
    (ExternalError, "outside", "Something outside Duly failed", 502),
)


class Problem(Exception):
    """A refusal that a route words itself; `more` holds further members of the answer."""

    def __init__(self, status: int, code: str, title: str, detail: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.more = more or {}


def problem_response(
    status: int, code: str, title: str, detail: str, more: dict[str, Any] | None = None
) -> JSONResponse:
    """A refusal over HTTP, with the members that `problem_body` says."""
    body = problem_body(status, code, title, detail, more)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body, status_code=status, media_type=PROBLEM_TYPE, headers=headers)


def problem_body(
    status: int, code: str, title: str, detail: str, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The members of a refusal; `more` never overwrites those of the standard."""
    return {**(more or {}), "type": f"urn:duly:problem:{code}", "title": title, "status": status, "detail": detail}


def refusals(by_status: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """What the `responses` of a route take, from its statuses and when it answers with each."""
    return {status: {"description": text, "content": {PROBLEM_TYPE: {}}} for status, text in by_status.items()}


def describe(error: DulyError) -> tuple[int, str, str]:
    """Status, code and title of an error of ours."""
    for kind, code, title, status in _TABLE:
        if isinstance(error, kind):
            return status, code, title
    return 500, "error", "Something went wrong"


def install(app: FastAPI) -> None:
    """Answers every error as problem+json; what we did not plan for is logged and says nothing about itself."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, error: Problem) -> JSONResponse:
        return problem_response(error.status, error.code, error.title, error.detail, error.more)

    @app.exception_handler(DulyError)
    async def _ours(_: Request, error: DulyError) -> JSONResponse:
        status, code, title = describe(error)
        return problem_response(status, code, title, str(error))

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]} for e in error.errors()[:20]]
        return problem_response(
            422, "invalid-input", "The request cannot be understood", "see `errors`", {"errors": errors}
        )

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        return problem_response(error.status_code, "http", "The request was refused", str(error.detail))

    @app.exception_handler(Exception)
    async def _unplanned(request: Request, error: Exception) -> JSONResponse:
        _log.error("request_failed", path=request.url.path, exc_info=error)
        return problem_response(500, "error", "Something went wrong", "It was logged. Nothing was half done.")

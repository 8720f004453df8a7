"""The version that a decision was made on, and one answer for the same request with the same key."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header
from fastapi.responses import JSONResponse

from api.error_responses import PROBLEM_TYPE, Problem
from core.errors import InvalidInput
from jobs.duly import Duly
from ledger.commands.idempotency import KeptAnswer, begin_request, finish_request, forget_request
from ledger.model.user import User

#: Parameters of routes that decide something.
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The version you read, as in its ETag")]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


def version_of(if_match: str | None) -> int:
    """The version that `If-Match` names.

    Raises:
        Problem: 428 without one.
        InvalidInput: it is none.
    """
    if if_match is None:
        raise Problem(
            428, "version-missing", "Say which version you decide on", "send `If-Match` with the version you read"
        )
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdigit() or len(text) > 9:
        raise InvalidInput(f'If-Match {if_match[:40]!r} is no version; it looks like "3"')
    return int(text)


async def answered_once(
    duly: Duly, user: User, key: str | None, digest: str, answer: Callable[[], Awaitable[KeptAnswer]]
) -> KeptAnswer:
    """What `answer` gives; with a key, what it gave the first time. `digest` tells one request from another."""
    if key is None:
        return await answer()
    kept = await begin_request(duly.uows, user.org_id, user.user_id, key, digest, now=duly.clock.now())
    if kept is not None:
        return kept
    try:
        made = await answer()
    except BaseException:
        await forget_request(duly.uows, user.org_id, user.user_id, key)
        raise
    await finish_request(duly.uows, user.org_id, user.user_id, key, made)
    return made


def as_response(answer: KeptAnswer) -> JSONResponse:
    """The answer over HTTP, with the `ETag` of what it states."""
    ok = answer.status_code < 400
    headers = {"ETag": f'"{answer.body["version"]}"'} if ok else None
    media = "application/json" if ok else PROBLEM_TYPE
    return JSONResponse(answer.body, status_code=answer.status_code, media_type=media, headers=headers)

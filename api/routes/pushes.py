"""Word of new mail from Google and Microsoft. Nobody is signed in here: pushes prove themselves, or do nothing.

What is refused is refused by what is cheapest to see: how many came, how large, whether signed, then by whom. No
answer depends on which organisations and mailboxes there are.
"""

import asyncio
import time
from dataclasses import dataclass, field

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.requests import ClientDisconnect

from api.auth import duly_of
from api.error_responses import Problem
from api.push_brake import PushBrake
from core.errors import InvalidInput
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_watch import RefusedPush
from jobs.mail_adapters import gmail_pushes, outlook_pushes
from jobs.pushes import Pushes

router = APIRouter(prefix="/v1/push", tags=["pushes"], include_in_schema=False)

_MOST_GMAIL_BYTES = 65_536
_MOST_OUTLOOK_BYTES = 1_000_000
_BODY_SECONDS = 10.0
#: Posts that are worked on at once: a flood leaves database connections to everybody else.
_MOST_AT_ONCE = 4
_TURN_SECONDS = 5.0

_log = structlog.get_logger()


@dataclass(slots=True)
class PushDoor:
    """What the routes of one application share."""

    pushes: Pushes
    brake: PushBrake = field(default_factory=PushBrake)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MOST_AT_ONCE))


def push_door(request: Request) -> PushDoor:
    """The door of this application, made at the first push."""
    state = request.app.state
    if not hasattr(state, "push_door"):
        duly = duly_of(request)
        gmail = gmail_pushes(duly.settings.push)
        state.push_door = PushDoor(Pushes(duly.uows, duly.secrets, duly.queue, gmail, outlook_pushes()))
    door: PushDoor = state.push_door
    return door


@router.post("/gmail", status_code=204)
async def gmail(request: Request) -> Response:
    """A push of Gmail through Pub/Sub. After any answer but 204 Pub/Sub sends it again, more and more rarely."""
    door = push_door(request)
    _hold_back_floods(request, door)
    authorization = request.headers.get("authorization", "")
    if not authorization:
        raise Problem(401, "unauthorised", "Not signed", "pushes carry the token that Pub/Sub signs")
    body = await _body(request, _MOST_GMAIL_BYTES)
    try:
        async with asyncio.timeout(_TURN_SECONDS) as turn, door.turns:
            turn.reschedule(None)
            await door.pushes.gmail(authorization, body)
    except RefusedPush as error:
        _log.warning("push_refused", provider="gmail", error=str(error))
        raise Problem(403, "forged", "Not taken", "the push was not signed for us") from error
    except InvalidInput as error:
        raise Problem(400, "malformed", "Not a push", "it names no mailbox") from error
    except (TemporarilyUnavailable, TimeoutError) as error:
        raise Problem(503, "busy", "Not now", "send it again later") from error
    return Response(status_code=204)


@router.post("/outlook", status_code=202)
async def outlook(request: Request) -> Response:
    """A post of Microsoft Graph: its question, or notices, those about the subscription included. 202 whatever they
    are, so that nobody learns which subscriptions there are."""
    door = push_door(request)
    _hold_back_floods(request, door)
    try:
        question = door.pushes.outlook_question(request.query_params.get("validationToken"))
    except InvalidInput as error:
        raise Problem(400, "malformed", "Not a question", "validationToken is none that Graph sends") from error
    if question is not None:
        return PlainTextResponse(question)
    body = await _body(request, _MOST_OUTLOOK_BYTES)
    try:
        async with asyncio.timeout(_TURN_SECONDS) as turn, door.turns:
            turn.reschedule(None)
            await door.pushes.outlook(body)
    except InvalidInput as error:
        _log.warning("push_refused", provider="outlook", error=str(error))
    except TimeoutError as error:
        raise Problem(503, "busy", "Not now", "send it again later") from error
    return Response(status_code=202)


def _hold_back_floods(request: Request, door: PushDoor) -> None:
    client = request.client.host if request.client is not None else ""
    if door.brake.holds_back(client, time.monotonic()):
        raise Problem(429, "too-many", "Too many pushes", "send it again later")


async def _body(request: Request, most_bytes: int) -> bytes:
    """The body, never more of it than is allowed, and not for longer than a push takes."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most_bytes:
                    raise Problem(413, "too-large", "The push is too large", f"send at most {most_bytes:,} bytes")
    except TimeoutError as error:
        raise Problem(408, "too-slow", "The push is too slow", f"send it within {_BODY_SECONDS:g} s") from error
    except ClientDisconnect as error:
        raise Problem(400, "cut-off", "The push was cut off", "send it again") from error
    return bytes(body)

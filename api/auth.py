"""Who is calling, and what they may do: bearer tokens for the API, a cookie for the console."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from api.error_responses import Problem
from jobs.duly import Duly
from ledger.commands.sign_in import API_TOKEN, SESSION, user_of
from ledger.model.user import Role, User

COOKIE = "duly_session"


def duly_of(request: Request) -> Duly:
    """The process's parts."""
    duly: Duly = request.app.state.duly
    return duly


async def token_user(request: Request) -> User:
    """The user of the bearer token.

    Raises:
        Problem: 401 without a valid one.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    duly = duly_of(request)
    user = None
    if scheme.lower() == "bearer" and secret:
        user = await user_of(duly.uows, secret.strip(), API_TOKEN, now=duly.clock.now())
    if user is None:
        raise Problem(401, "unauthorised", "Sign in first", "send `Authorization: Bearer` with a valid API token")
    return user


def needs(role: Role) -> Callable[[Request], Awaitable[User]]:
    """A dependency: the token's user, who must hold at least this role."""

    async def dependency(request: Request) -> User:
        user = await token_user(request)
        require(user, role)
        return user

    return dependency


def require(user: User, role: Role) -> None:
    """Refuses with 403 whoever holds less than `role`."""
    if not user.role.allows(role):
        raise Problem(
            403, "forbidden", "Not allowed", f"this needs the role {role.value}; yours is {user.role.value}"
        )


#: Parameters of routes: the caller, who must hold the role.
Viewer = Annotated[User, Depends(needs(Role.VIEWER))]
Collector = Annotated[User, Depends(needs(Role.COLLECTOR))]
Admin = Annotated[User, Depends(needs(Role.ADMIN))]


async def session_user(request: Request) -> User | None:
    """The user of the console's cookie, or None."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return None
    duly = duly_of(request)
    return await user_of(duly.uows, secret, SESSION, now=duly.clock.now())


def form_token(request: Request) -> str:
    """What every form of the console carries: bound to the session, so that another site cannot guess it."""
    secret = request.cookies.get(COOKIE, "")
    return hmac.new(secret.encode(), b"duly-form", hashlib.sha256).hexdigest()


def form_token_fits(request: Request, given: str) -> bool:
    """Whether the form came from a page of ours in this session."""
    return bool(request.cookies.get(COOKIE)) and hmac.compare_digest(form_token(request).encode(), given.encode())

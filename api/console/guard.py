"""Who may see and do what in the console, and errors as pages.

A form is taken from a page of ours only: the cookie is `SameSite=Lax`, the form carries a token bound to the
session, and where the browser says which site a request comes from, it must be this one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.auth import duly_of, form_token_fits, require, session_user
from api.console.forms import read_form
from api.console.pages import frame_of, render
from api.console.present_payments import counted
from api.error_responses import Problem, describe
from core.errors import DulyError, InvalidInput
from ledger.model.user import Role, User
from ledger.queries.payment_list import payments_to_place

_log = structlog.get_logger()
_LONGEST_PATH = 300


class SignedOut(Exception):
    """Nobody is signed in, or not in the session that the form belongs to (`form_too_old`): the reader is sent to
    sign in or to open the page again, and what they typed is given back to them."""

    def __init__(self, typed: dict[str, str] | None = None, *, form_too_old: bool = False) -> None:
        super().__init__("nobody is signed in")
        self.typed = typed or {}
        self.form_too_old = form_too_old


@dataclass(frozen=True, slots=True)
class Posted:
    """A form of a signed-in user that came from a page of ours."""

    user: User
    fields: dict[str, str] = field(default_factory=dict)


async def reader(request: Request) -> User:
    """The signed-in user.

    Raises:
        SignedOut: there is none.
    """
    user = await session_user(request)
    if user is None:
        raise SignedOut
    await _count_payments(request, user)
    return user


async def posted(request: Request, role: Role = Role.COLLECTOR, *, most_fields: int = 40) -> Posted:
    """The form, checked in every way but its content.

    Raises:
        SignedOut: nobody is signed in, or the form lacks the session's token.
        Problem: 403, from another site, or by somebody who may not.
    """
    require_same_site(request)
    fields = await read_form(request, most_fields)
    user = await session_user(request)
    if user is None:
        raise SignedOut(fields)
    token = fields.get("form_token", "")
    if not token.isascii() or not form_token_fits(request, token):
        raise SignedOut(fields, form_too_old=True)
    require(user, role)
    await _count_payments(request, user)
    return Posted(user, fields)


async def _count_payments(request: Request, user: User) -> None:
    """Puts the count of the navigation where the frame of every page finds it (`pages.frame_of`)."""
    async with duly_of(request).uows(user.org_id) as uow:
        request.state.payments_waiting = counted(await payments_to_place(uow))


def require_same_site(request: Request) -> None:
    """Refuses with 403 what another site sent. Clients that say nothing are no browsers, and hold no cookie."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        fits = site in ("same-origin", "none")
    else:
        fits = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if not fits:
        raise Problem(403, "other-site", "The form came from another site", "nothing was done")


def safe_path(path: str) -> str:
    """A path of the console to go on to; `/queue` for anything that might lead elsewhere."""
    parts = urlsplit(path) if path.isprintable() and "\\" not in path else None
    own = parts is not None and not parts.scheme and not parts.netloc and path.startswith("/")
    if not own or path.startswith("//") or path.startswith("/sign-") or len(path) > _LONGEST_PATH:
        return "/queue"
    return path


def sign_in_redirect(path: str) -> Response:
    """To the first page, and from there back."""
    query = f"?{urlencode({'next': path})}" if path not in ("/", "/queue") else ""
    return RedirectResponse(f"/sign-in{query}", status_code=303)


class ConsoleRoute(APIRoute):
    """A route whose errors are pages. The boundary of a request: what nobody planned for is logged here."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handler(request)
            except SignedOut as error:
                return _signed_out(request, error)
            except Problem as error:
                return await problem_page(request, error.status, error.title, error.detail)
            except RequestValidationError:
                return await problem_page(request, 404, "There is no such page", "The address is not one of ours.")
            except HTTPException as error:
                return await problem_page(request, error.status_code, "That did not work", str(error.detail))
            except InvalidInput as error:
                return await problem_page(request, 400, "That did not work", str(error))
            except DulyError as error:
                status, _, title = describe(error)
                return await problem_page(request, status, title, str(error))
            except Exception as error:
                _log.error("page_failed", path=request.url.path, exc_info=error)
                return await problem_page(
                    request, 500, "Something went wrong", "It was logged. Nothing was half done."
                )

        return guarded


def _signed_out(request: Request, error: SignedOut) -> Response:
    if request.method == "GET":
        return sign_in_redirect(request.url.path)
    names = {"text": "The draft", "own_text": "Your own answer", "reason": "Your reason", "words": "Your note"}
    typed = [(label, error.typed[name]) for name, label in names.items() if error.typed.get(name, "").strip()]
    path = request.url.path.removesuffix("/take-back")
    back = safe_path(path.removesuffix("/decide").removesuffix("/settle").removesuffix("/correct"))
    link = back if error.form_too_old else f"/sign-in?{urlencode({'next': back})}"
    return render(
        "signed_out.html",
        frame_of(request, None),
        status=403 if error.form_too_old else 401,
        typed=typed,
        link=link,
        form_too_old=error.form_too_old,
    )


async def problem_page(request: Request, status: int, title: str, detail: str) -> Response:
    """An error as a page; who is signed in keeps their navigation."""
    try:
        user = await session_user(request)
    except Exception:
        # The database may be what failed: the page must say so without it.
        user = None
    values: dict[str, Any] = {"title": title, "detail": detail[:1_000], "code": status}
    return render("problem.html", frame_of(request, user), status=status, **values)

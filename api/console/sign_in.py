"""Signing in by password or one-time link, and out again."""

import hashlib
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import COOKIE, duly_of, session_user
from api.console.brake import SignInBrake
from api.console.forms import SignInForm, read_form, read_sign_in
from api.console.guard import ConsoleRoute, posted, require_same_site, safe_path
from api.console.pages import frame_of, render
from core.ids import OrgId
from core.passwords import password_fits
from jobs.duly import Duly
from ledger.commands.sign_in import redeem_link, revoke, sign_in
from ledger.model.user import Role
from ledger.store.org_scope import list_organisations

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """The form; whoever is signed in goes on."""
    going_to = safe_path(request.query_params.get("next", ""))
    if await session_user(request) is not None:
        return RedirectResponse(going_to, status_code=303)
    return await _form_page(request, SignInForm("", "", "", going_to))


async def _form_page(request: Request, form: SignInForm, *, refused: str = "", status: int = 200) -> Response:
    """The form without the password. Names of organisations are not listed: they are our customers' names."""
    organisations = await _organisations(duly_of(request))
    return render(
        "sign_in.html",
        frame_of(request, None),
        status=status,
        form=form,
        refused=refused,
        only_organisation=next(iter(organisations)) if len(organisations) == 1 else "",
    )


async def _organisations(duly: Duly) -> dict[str, OrgId]:
    async with duly.uows.sessions() as session:
        return {slug: org_id for org_id, slug in await list_organisations(session)}


@router.post("/sign-in")
async def sign_in_with_password(request: Request) -> Response:
    """A session for address and password; a wrong one is refused without saying what was wrong."""
    require_same_site(request)
    form = read_sign_in(await read_form(request))
    duly = duly_of(request)
    now = duly.clock.now()
    brake: SignInBrake = request.app.state.sign_in_brake
    client = request.client.host if request.client is not None else ""
    # Hashed, so that what anybody types does not lie in memory.
    address = hashlib.sha256(f"{form.organisation}\n{form.email}".encode()).hexdigest()
    if brake.is_on(address=address, client=client, now=now):
        refused = "Too many failed attempts. Wait a quarter of an hour, or use a one-time link."
        return await _form_page(request, form, refused=refused, status=429)
    organisations = await _organisations(duly)
    org_id = organisations.get(form.organisation)
    if org_id is None and len(organisations) == 1:
        org_id = next(iter(organisations.values()))
    # Counted before the password is looked at, so that many attempts at once do not slip through together.
    brake.failed(address=address, client=client, now=now)
    session = None
    if org_id is None:
        # As slow as for a known organisation, so that the time does not tell which there are.
        password_fits(form.password, None)
    else:
        lifetime = timedelta(hours=duly.settings.web.session_hours)
        session = await sign_in(
            duly.uows, org_id, email=form.email, password=form.password, session_lifetime=lifetime, now=now
        )
    if session is None:
        refused = "Organisation, address and password do not fit together."
        return await _form_page(request, form, refused=refused, status=401)
    brake.succeeded(address=address, client=client)
    return _begin(duly, session, safe_path(form.going_to))


@router.get("/sign-in/{secret}")
async def redeem(request: Request, secret: str) -> Response:
    """Signs in by a one-time link, which works once.

    A plain GET redeems it, so that one click is enough. HEAD is no route here, and a browser's prefetch gets a page
    with the link on it: neither may use up a link that a person has not clicked yet. Some mail scanners open
    links like a person does; whoever sends links by mail through one must expect them to be used up.
    """
    if _is_looking_ahead(request):
        return render("link_ahead.html", frame_of(request, None), secret=secret[:200])
    duly = duly_of(request)
    lifetime = timedelta(hours=duly.settings.web.session_hours)
    session = await redeem_link(duly.uows, secret, session_lifetime=lifetime, now=duly.clock.now())
    if session is not None:
        return _begin(duly, session, "/queue")
    if await session_user(request) is not None:
        return RedirectResponse("/queue", status_code=303)
    return render("link_over.html", frame_of(request, None), status=410)


def _is_looking_ahead(request: Request) -> bool:
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    return "prefetch" in purpose.lower() or request.headers.get("sec-fetch-mode", "navigate") != "navigate"


def _begin(duly: Duly, session: str, going_to: str) -> Response:
    """Lax, not Strict: a Strict cookie that is set on the way in from a mail program would not come back on the
    redirect that follows. What a form does is guarded by its token and the request's origin."""
    response = RedirectResponse(going_to, status_code=303)
    response.set_cookie(
        COOKIE,
        session,
        max_age=duly.settings.web.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=duly.settings.web.secure_cookies,
        path="/",
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Ends the session at once, here and wherever its cookie was copied to."""
    await posted(request, Role.VIEWER)
    duly = duly_of(request)
    await revoke(duly.uows, request.cookies.get(COOKIE, ""), now=duly.clock.now())
    response = RedirectResponse("/sign-in?done=signed-out", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response

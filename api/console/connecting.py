"""Connecting mailboxes in the console: a sign-in with Google or Microsoft, a form for IMAP, and the way back.

A sign-in leaves this site and comes back to `/mailboxes/connected`. What comes back counts only in the browser and
for the person that it was begun by: the sealed state names the person, and a sealed cookie names the state.
"""

import hashlib
import hmac
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from api.auth import duly_of, require
from api.console.connect_form import LONGEST_ADDRESS, WantedMailbox, imap_login, wanted_mailbox
from api.console.guard import ConsoleRoute, posted, reader
from api.console.pages import frame_of, render
from api.error_responses import describe
from core.errors import DulyError, InvalidInput, NotConfigured
from core.ids import MailboxId
from integrations.oauth.authorize import (
    SIGN_IN_MINUTES,
    SignIn,
    authorization_url,
    begin_sign_in,
    open_state,
    read_redirect,
    seal_state,
    state_of,
)
from integrations.oauth.providers import (
    GOOGLE_SCOPES,
    MICROSOFT_SCOPES,
    MICROSOFT_SHARED_SCOPES,
    OAuthClient,
    Provider,
)
from integrations.oauth.token_server import TokenServer
from integrations.ports.mail_server import is_loopback
from jobs.connect_application import connect_application, only_organisation
from jobs.connect_grant import NewMailbox, checked_limit, finish_sign_in, usual_since
from jobs.connect_imap import connect_imap
from jobs.duly import Duly
from jobs.mail_adapters import offers_application, token_servers, try_application, try_servers
from ledger.commands.disconnect_mailbox import disconnect_mailbox
from ledger.commands.set_mailbox_limits import set_mailbox_limits
from ledger.model.user import Role, User
from ledger.queries.connected_mailboxes import connected_mailboxes, entity_choices
from ledger.queries.queue_lookup import organisation_shown

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)

CALLBACK = "/mailboxes/connected"
_COOKIE = "duly_connecting"
_NAMES = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft"}
#: What a form gives back when it is refused. Never the password.
_GIVEN_BACK = (
    *("form", "address", "account", "entity", "name", "since", "user", "per_minute", "per_day", "label", "mark"),
    *("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security"),
)

_log = structlog.get_logger()


class _Begun(BaseModel):
    """What the cookie keeps of a sign-in while the person is away."""

    model_config = ConfigDict(extra="forbid")

    state_sha256: str
    entity: str
    name: str
    since: str
    per_minute: int | None = None
    per_day: int | None = None
    label: str = ""
    mark: str = ""


@router.get("/mailboxes/connect")
async def connect_page(request: Request) -> Response:
    """The forms, and the mailboxes that are connected."""
    user = await reader(request)
    require(user, Role.ADMIN)
    return await _page(request, user, {})


@router.post("/mailboxes/connect/imap")
async def connect_by_password(request: Request) -> Response:
    """Keeps the mailbox once both servers have taken the sign-in."""
    form = await posted(request, Role.ADMIN)
    duly = duly_of(request)
    try:
        wanted = await wanted_mailbox(duly, form.user.org_id, form.fields)
        login = imap_login(form.fields, wanted.address)
        await connect_imap(
            duly.uows, duly.secrets, try_servers, form.user.org_id, wanted.address, login, wanted.mailbox
        )
    except DulyError as error:
        return await _refused(request, form.user, {**form.fields, "form": "imap"}, error)
    return RedirectResponse("/mailboxes?done=mailbox-connected", status_code=303)


@router.post("/mailboxes/connect/{provider}")
async def begin(request: Request, provider: Provider) -> Response:
    """A page with the link to the provider. Not a redirect: forms of the console lead nowhere else."""
    form = await posted(request, Role.ADMIN)
    duly, user = duly_of(request), form.user
    try:
        wanted = await wanted_mailbox(duly, user.org_id, form.fields)
        if form.fields.get("permission") == "application":
            await _connect_application(duly, user, provider, wanted)
            return RedirectResponse("/mailboxes?done=mailbox-connected", status_code=303)
        client = _server(duly, provider).client
        sign_in = begin_sign_in(
            client,
            organisation=str(user.org_id),
            started_by=_by(user),
            address=wanted.address,
            account=wanted.account,
            scopes=_scopes(provider, wanted),
            redirect_uri=_redirect_uri(request, duly),
            now=duly.clock.now(),
        )
    except DulyError as error:
        return await _refused(request, user, {**form.fields, "form": provider.value}, error)
    return _go_on(request, user, client, sign_in, wanted.mailbox)


@router.get(CALLBACK)
async def finish(request: Request) -> Response:
    """Where the provider sends the browser. Whatever went wrong is said in words, and nothing was kept then."""
    user = await reader(request)
    require(user, Role.ADMIN)
    duly = duly_of(request)
    try:
        sign_in, mailbox = _come_back(request, user)
        code = read_redirect(f"?{request.url.query}")
        server, now = _server(duly, sign_in.provider), duly.clock.now()
        await finish_sign_in(duly.uows, duly.secrets, server, user.org_id, sign_in, code, mailbox, now=now)
    except DulyError as error:
        _log.info("connecting_refused", error=str(error))
        answer = await _refused(request, user, {}, error)
    else:
        answer = RedirectResponse("/mailboxes?done=mailbox-connected", status_code=303)
    answer.delete_cookie(_COOKIE, path=CALLBACK)
    return answer


@router.post("/mailboxes/{mailbox_id}/limits")
async def set_limits(request: Request, mailbox_id: UUID) -> Response:
    """How many mails may leave it; a field that is left empty changes nothing."""
    form = await posted(request, Role.ADMIN)
    duly, fields = duly_of(request), form.fields
    try:
        per_minute = checked_limit(fields.get("per_minute", ""), "a minute")
        per_day = checked_limit(fields.get("per_day", ""), "a day")
    except InvalidInput as error:
        return await _refused(request, form.user, {}, error)
    await set_mailbox_limits(
        duly.uows,
        form.user.org_id,
        MailboxId(mailbox_id),
        per_minute=per_minute,
        per_day=per_day,
        by=form.user.email,
        now=duly.clock.now(),
    )
    return RedirectResponse("/mailboxes/connect?done=mailbox-limits", status_code=303)


@router.post("/mailboxes/{mailbox_id}/disconnect")
async def disconnect(request: Request, mailbox_id: UUID) -> Response:
    """Fetches and sends nothing by it any more; everything that was, stays."""
    form = await posted(request, Role.ADMIN)
    duly = duly_of(request)
    now = duly.clock.now()
    await disconnect_mailbox(duly.uows, form.user.org_id, MailboxId(mailbox_id), by=form.user.email, now=now)
    return RedirectResponse("/mailboxes/connect?done=mailbox-disconnected", status_code=303)


async def _connect_application(duly: Duly, user: User, provider: Provider, wanted: WantedMailbox) -> None:
    if not offers_application(duly.settings.oauth, provider):
        raise NotConfigured(
            f"Duly has no permission of {_NAMES[provider]} for mailboxes without a sign-in: docs/mailboxes.md says "
            "how it gets one, and which settings to set"
        )
    await only_organisation(duly.uows, user.org_id)
    look = try_application(duly.settings.oauth, duly.clock)
    await connect_application(duly.uows, look, user.org_id, provider, wanted.address, wanted.mailbox)


def _go_on(request: Request, user: User, client: OAuthClient, sign_in: SignIn, mailbox: NewMailbox) -> Response:
    duly = duly_of(request)
    state = seal_state(duly.secrets, sign_in)
    answer = render(
        "connect_ahead.html",
        frame_of(request, user),
        provider=_NAMES[sign_in.provider],
        address=sign_in.address,
        account=sign_in.account,
        url=authorization_url(client, sign_in, state),
        minutes=SIGN_IN_MINUTES,
    )
    begun = _Begun(
        state_sha256=_digest(state),
        entity=mailbox.entity_code,
        name=mailbox.name,
        since=mailbox.since,
        per_minute=mailbox.per_minute,
        per_day=mailbox.per_day,
        label=mailbox.label,
        mark=mailbox.mark,
    )
    answer.set_cookie(
        _COOKIE,
        duly.secrets.seal(begun.model_dump_json()),
        max_age=SIGN_IN_MINUTES * 60,
        httponly=True,
        # Lax: the way back begins at the provider's site.
        samesite="lax",
        secure=duly.settings.web.secure_cookies,
        path=CALLBACK,
    )
    return answer


def _come_back(request: Request, user: User) -> tuple[SignIn, NewMailbox]:
    """The sign-in that this browser began, as this person.

    Raises:
        InvalidInput: it began elsewhere, by somebody else, or too long ago.
    """
    duly = duly_of(request)
    state = state_of(f"?{request.url.query}")
    sign_in = open_state(duly.secrets, state, now=duly.clock.now())
    if (sign_in.organisation, sign_in.started_by) != (str(user.org_id), _by(user)):
        raise InvalidInput("this sign-in was begun by somebody else; begin your own")
    try:
        begun = _Begun.model_validate_json(duly.secrets.open(request.cookies.get(_COOKIE, "")))
    except (NotConfigured, ValidationError) as error:
        raise InvalidInput("this sign-in was not begun in this browser, or is over; begin it again") from error
    if not hmac.compare_digest(begun.state_sha256, _digest(state)):
        raise InvalidInput("this sign-in is not the one that was begun last in this browser; begin it again")
    mailbox = NewMailbox(
        begun.entity, begun.name, begun.since, begun.per_minute, begun.per_day, begun.label, begun.mark
    )
    return sign_in, mailbox


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _by(user: User) -> str:
    return f"{user.email} ({user.user_id})"


def _server(duly: Duly, provider: Provider) -> TokenServer:
    server = token_servers(duly.settings.oauth, duly.clock).get(provider.value)
    if server is None:
        raise NotConfigured(
            f"Duly is not registered with {_NAMES[provider]}: docs/mailboxes.md says how, and which settings to set"
        )
    return server


def _scopes(provider: Provider, wanted: WantedMailbox) -> tuple[str, ...]:
    if provider is Provider.GOOGLE:
        return GOOGLE_SCOPES
    return MICROSOFT_SHARED_SCOPES if wanted.account != wanted.address else MICROSOFT_SCOPES


def _redirect_uri(request: Request, duly: Duly) -> str:
    if duly.settings.push.public_url:
        return f"{duly.settings.push.public_url}{CALLBACK}"
    host, port = request.url.hostname or "", request.url.port
    # Whatever a browser calls us: a name that is not this machine's could be anybody's.
    if not is_loopback(host):
        raise NotConfigured("set DULY_PUBLIC_URL to the address at which people reach this console")
    return f"http://{host}{f':{port}' if port else ''}{CALLBACK}"


async def _refused(request: Request, user: User, fields: dict[str, str], error: DulyError) -> Response:
    status = 400 if isinstance(error, InvalidInput) else describe(error)[0]
    typed = {name: fields[name][:LONGEST_ADDRESS] for name in _GIVEN_BACK if name in fields}
    return await _page(request, user, typed, refused=str(error)[:1_000], status=status)


async def _page(
    request: Request, user: User, typed: dict[str, str], *, refused: str = "", status: int = 200
) -> Response:
    duly = duly_of(request)
    async with duly.uows(user.org_id) as uow:
        organisation, entities = await organisation_shown(uow), await entity_choices(uow)
        mailboxes = await connected_mailboxes(uow)
    offered = token_servers(duly.settings.oauth, duly.clock)
    without = [one for one in Provider if offers_application(duly.settings.oauth, one)]
    return render(
        "connect.html",
        frame_of(request, user, organisation.name),
        status=status,
        refused=refused,
        typed=typed,
        entities=entities,
        mailboxes=mailboxes,
        providers=[(one.value, _NAMES[one]) for one in Provider if one.value in offered],
        missing=[_NAMES[one] for one in Provider if one.value not in offered],
        offered=set(offered),
        without_sign_in=[one.value for one in without],
        names_without_sign_in=[_NAMES[one] for one in without],
        kinds={"gmail": Provider.GOOGLE.value, "outlook": Provider.MICROSOFT.value},
        usual_since=usual_since(duly.clock.now()),
    )

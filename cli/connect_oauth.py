"""`duly connect gmail` and `duly connect outlook`: a sign-in in the browser, which ends on this machine."""

import asyncio
import contextlib
import getpass
import hmac
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import select

from cli.link import choose_organisation
from cli.running import database, running
from core.errors import InvalidInput, NotFound
from core.ids import OrgId
from core.settings import OAuthSettings, Settings
from integrations.oauth.authorize import (
    SIGN_IN_MINUTES,
    SignIn,
    authorization_url,
    begin_sign_in,
    read_redirect,
    seal_state,
    state_of,
)
from integrations.oauth.loopback import LoopbackRedirect
from integrations.oauth.providers import (
    GOOGLE_SCOPES,
    MICROSOFT_SCOPES,
    MICROSOFT_SHARED_SCOPES,
    OAuthClient,
    Provider,
    google_client,
    microsoft_client,
)
from integrations.oauth.token_server import TokenServer
from jobs.connect_application import connect_application
from jobs.connect_grant import NewMailbox, checked_label, checked_since, finish_sign_in, wanted_since
from jobs.duly import Duly
from jobs.mail_adapters import try_application
from ledger.rules.sending_limits import HIGHEST_LIMIT
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import EntityRow

Organisation = Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")]
Entity = Annotated[str, typer.Option(help="Code of the entity that the mailbox belongs to.")]
Name = Annotated[str, typer.Option(help="The name that customers see.")]
Account = Annotated[str, typer.Option(help="Who signs in, where it is another than the address.")]
Since = Annotated[
    str,
    typer.Option(help="First day whose mail is fetched, like 2026-04-20. or: all. A new one: 30 days ago."),
]
Paste = Annotated[bool, typer.Option("--paste", help="The browser is on another machine: paste where it ended.")]
Browser = Annotated[bool, typer.Option(help="Open the browser by itself.")]
PerMinute = Annotated[int | None, typer.Option(min=1, max=HIGHEST_LIMIT, help="Most mails that go out a minute.")]
PerDay = Annotated[int | None, typer.Option(min=1, max=HIGHEST_LIMIT, help="Most mails that go out within 24 hours.")]
Application = Annotated[
    bool, typer.Option("--application", help="Nobody signs in: an administrator has allowed Duly the mailbox.")
]

_ABOUT_ENVIRONMENT = "Its secret. Better set in the environment: a command line can be seen by others."


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the command line asks for."""

    organisation: str
    mailbox: NewMailbox
    address: str
    account: str
    scopes: tuple[str, ...]
    paste: bool
    browser: bool


def gmail(
    address: Annotated[str, typer.Argument(help="Our address.")],
    client_id: Annotated[str, typer.Option(envvar="DULY_GOOGLE_CLIENT_ID", help="Duly's client at Google.")] = "",
    client_secret: Annotated[str, typer.Option(envvar="DULY_GOOGLE_CLIENT_SECRET", help=_ABOUT_ENVIRONMENT)] = "",
    base_url: Annotated[str, typer.Option(envvar="DULY_GOOGLE_OAUTH_URL", hidden=True)] = "",
    account: Account = "",
    entity: Entity = "main",
    name: Name = "",
    organisation: Organisation = "",
    since: Since = "",
    label: Annotated[str, typer.Option(help="Read mail with this label only, like INBOX. Or: any.")] = "",
    mark: Annotated[str, typer.Option(help="Give mail that was read this label, like Duly. Or: none.")] = "",
    per_minute: PerMinute = None,
    per_day: PerDay = None,
    application: Application = False,
    paste: Paste = False,
    browser: Browser = True,
) -> None:
    """Connects a Gmail or Google Workspace mailbox. You sign in with Google; Duly keeps a token, encrypted.

    With --application nobody signs in: a service account with domain-wide delegation acts for the mailbox.
    """
    labels = checked_label(label), checked_label(mark)
    mailbox = NewMailbox(entity, name, checked_since(since), per_minute, per_day, *labels)
    if application:
        _connect_application(organisation, Provider.GOOGLE, _checked(address), mailbox, OAuthSettings())
        return
    wanted = _Wanted(organisation, mailbox, _checked(address), account, GOOGLE_SCOPES, paste, browser)
    _connect(wanted, lambda: google_client(client_id, client_secret, base_url=base_url))


def outlook(
    address: Annotated[str, typer.Argument(help="Our address.")],
    client_id: Annotated[str, typer.Option(envvar="DULY_MICROSOFT_CLIENT_ID", help="Duly's app at Microsoft.")] = "",
    client_secret: Annotated[str, typer.Option(envvar="DULY_MICROSOFT_CLIENT_SECRET", help=_ABOUT_ENVIRONMENT)] = "",
    tenant: Annotated[str, typer.Option(envvar="DULY_MICROSOFT_TENANT", help="Id or domain.")] = "organizations",
    base_url: Annotated[str, typer.Option(envvar="DULY_MICROSOFT_OAUTH_URL", hidden=True)] = "",
    account: Account = "",
    entity: Entity = "main",
    name: Name = "",
    organisation: Organisation = "",
    since: Since = "",
    per_minute: PerMinute = None,
    per_day: PerDay = None,
    application: Application = False,
    paste: Paste = False,
    browser: Browser = True,
) -> None:
    """Connects a Microsoft 365 mailbox; a shared one with --account. Duly keeps a token, encrypted.

    With --application nobody signs in: an administrator has given Duly's app the mailbox.
    """
    mailbox = NewMailbox(entity, name, checked_since(since), per_minute, per_day)
    if application:
        named = {"microsoft_client_id": client_id, "microsoft_tenant": tenant}
        oauth = OAuthSettings().model_copy(update={**named, "microsoft_client_secret": SecretStr(client_secret)})
        _connect_application(organisation, Provider.MICROSOFT, _checked(address), mailbox, oauth)
        return
    shared = account and account.lower() != address.lower()
    scopes = MICROSOFT_SHARED_SCOPES if shared else MICROSOFT_SCOPES
    wanted = _Wanted(
        organisation,
        mailbox,
        _checked(address),
        account,
        scopes,
        paste,
        browser,
    )
    _connect(wanted, lambda: microsoft_client(client_id, client_secret, tenant=tenant, base_url=base_url))


def _connect_application(
    organisation: str, provider: Provider, address: str, mailbox: NewMailbox, oauth: OAuthSettings
) -> None:
    settings = Settings()
    # What was named on the command line goes for the look; the workers have the settings of their own process.
    with database(settings) as urls:
        asyncio.run(_run_application(settings, urls, organisation, provider, address, mailbox, oauth))
    typer.echo(f"{address} is connected. A running worker picks it up within a minute.", err=True)


async def _run_application(
    settings: Settings,
    urls: DatabaseUrls,
    organisation: str,
    provider: Provider,
    address: str,
    mailbox: NewMailbox,
    oauth: OAuthSettings,
) -> None:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        since = await wanted_since(duly.uows, org_id, address, mailbox.since, now=duly.clock.now())
        look = try_application(oauth, duly.clock)
        await connect_application(duly.uows, look, org_id, provider, address, replace(mailbox, since=since))


def _checked(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > 320 or not address.isprintable() or " " in address:
        raise InvalidInput(f"{address!r} is no e-mail address")
    return address.lower()


def _connect(wanted: _Wanted, make_client: Callable[[], OAuthClient]) -> None:
    client = make_client()
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_run(settings, urls, wanted, client))
    typer.echo(f"{wanted.address} is connected. A running worker picks it up within a minute.", err=True)


async def _run(settings: Settings, urls: DatabaseUrls, wanted: _Wanted, client: OAuthClient) -> None:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, wanted.organisation)
        # Before the sign-in: nobody should go through it for a mailbox that cannot be kept.
        await _entity(duly, org_id, wanted.mailbox.entity_code)
        async with LoopbackRedirect(client.loopback_host) as loopback:
            sign_in = begin_sign_in(
                client,
                organisation=str(org_id),
                started_by=_user(),
                address=wanted.address,
                account=wanted.account,
                scopes=wanted.scopes,
                redirect_uri=loopback.redirect_uri,
                now=duly.clock.now(),
            )
            code = await _code(wanted, loopback, sign_in, client, seal_state(duly.secrets, sign_in))
        server, now = TokenServer(client, duly.clock), duly.clock.now()
        since = await wanted_since(duly.uows, org_id, wanted.address, wanted.mailbox.since, now=now)
        mailbox = replace(wanted.mailbox, since=since)
        await finish_sign_in(duly.uows, duly.secrets, server, org_id, sign_in, code, mailbox, now=now)


async def _code(wanted: _Wanted, loopback: LoopbackRedirect, sign_in: SignIn, client: OAuthClient, state: str) -> str:
    url = authorization_url(client, sign_in, state)
    typer.echo(f"Sign in as {sign_in.account} here:\n\n{url}\n", err=True)
    if wanted.paste:
        typer.echo("The browser ends at an address on this machine, and may say that it cannot open it.", err=True)
        target = await asyncio.to_thread(typer.prompt, "That address", err=True)
        if not hmac.compare_digest(state_of(target).encode(), state.encode()):
            raise InvalidInput("this address belongs to another sign-in; begin it again")
        return read_redirect(target)
    if wanted.browser:
        # Where there is none, the address above is enough.
        with contextlib.suppress(webbrowser.Error, OSError):
            await asyncio.to_thread(webbrowser.open, url)
    return await loopback.code(state, seconds=SIGN_IN_MINUTES * 60)


async def _entity(duly: Duly, org_id: OrgId, code: str) -> None:
    async with duly.uows(org_id) as uow:
        if await uow.session.scalar(select(EntityRow.id).where(EntityRow.code == code)) is None:
            raise NotFound("entity", code)


def _user() -> str:
    try:
        return f"duly connect ({getpass.getuser()})"
    except (OSError, KeyError, ImportError):
        # A container without an entry for its user.
        return "duly connect"

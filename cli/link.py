"""`duly link`: a fresh one-time sign-in link."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy import select

from cli.running import database, running
from core.errors import InvalidInput
from core.ids import OrgId, UserId
from core.settings import Settings
from jobs.duly import Duly
from ledger.commands.sign_in import LINK, issue_credential
from ledger.store.local_server import DatabaseUrls
from ledger.store.org_scope import list_organisations
from ledger.store.tables.people import UserRow

LINK_LIFETIME = timedelta(hours=8)


def link(
    organisation: Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")] = "",
    email: Annotated[str, typer.Option(help="Whose link; the first administrator's where it is left out.")] = "",
) -> None:
    """Prints a fresh one-time sign-in link."""
    settings = Settings()
    with database(settings) as urls:
        typer.echo(asyncio.run(_link(settings, urls, organisation, email)))


async def _link(settings: Settings, urls: DatabaseUrls, organisation: str, email: str) -> str:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        async with duly.uows(org_id) as uow:
            users = select(UserRow).where(UserRow.active.is_(True)).order_by(UserRow.role != "admin", UserRow.id)
            if email:
                users = users.where(UserRow.email == email.lower())
            user = (await uow.session.scalars(users.limit(1))).first()
        if user is None:
            raise InvalidInput(_no_such_user(email))
        return await sign_in_link(duly, org_id, UserId(user.id))


def _no_such_user(email: str) -> str:
    return f"there is no user {email}" if email else "there is no user yet; `duly user add EMAIL` makes one"


async def choose_organisation(duly: Duly, slug: str) -> OrgId:
    """The organisation with this slug, or the only one; of several, the one that was worked with last in `duly demo`.

    Raises:
        InvalidInput: none fits.
    """
    async with duly.uows.sessions() as session, session.begin():
        known = list(await list_organisations(session))
    for org_id, name in known:
        if name == slug:
            return org_id
    last = duly.settings.home.home / "organisation"
    if not slug and last.exists():
        wanted = last.read_text().strip()
        known = [entry for entry in known if entry[1] == wanted] or known
    if slug or len(known) != 1:
        raise InvalidInput(_no_such_organisation(slug, [name for _, name in known]))
    return known[0][0]


def _no_such_organisation(slug: str, known: list[str]) -> str:
    if not known:
        return "there is no organisation yet; `duly import ledger FOLDER --organisation SLUG` makes one"
    wanted = f"there is no organisation {slug}" if slug else "there are several organisations"
    return f"{wanted}; name one with --organisation: {', '.join(known)}"


async def sign_in_link(duly: Duly, org_id: OrgId, user_id: UserId) -> str:
    """A link that signs this user in once, within eight hours."""
    secret = await issue_credential(duly.uows, org_id, user_id, LINK, lifetime=LINK_LIFETIME, now=duly.clock.now())
    web = duly.settings.web
    host = "127.0.0.1" if web.host in ("0.0.0.0", "::") else web.host  # noqa: S104 - a comparison, nothing is bound
    return f"http://{host}:{web.port}/sign-in/{secret}"

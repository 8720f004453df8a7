"""`duly user`: who may sign in, and API tokens."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy import select, update

from cli.link import choose_organisation
from cli.running import database, running
from core.errors import InvalidInput
from core.ids import OrgId
from core.settings import Settings
from jobs.duly import Duly
from ledger.commands.sign_in import API_TOKEN, create_user, find_user, issue_credential
from ledger.model.user import Role
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import UserRow

app = typer.Typer(add_completion=False, help="Users, their roles and their API tokens.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The user's e-mail address.")]
Organisation = Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")]


@app.command("add")
def add(
    email: Email,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.COLLECTOR,
    name: Annotated[str, typer.Option(help="The name that others see.")] = "",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="DULY_NEW_PASSWORD")
    ] = "",
    organisation: Organisation = "",
) -> None:
    """Adds a user with a password for the console, or changes the one with this address."""
    if "@" not in email:
        raise InvalidInput(f"{email!r} is no e-mail address")
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_add(settings, urls, organisation, email, name, role, password))
    typer.echo(f"{email} may sign in as {role.value}.", err=True)


async def _add(
    settings: Settings, urls: DatabaseUrls, organisation: str, email: str, name: str, role: Role, password: str
) -> None:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        await create_user(
            duly.uows, org_id, email=email, name=name, role=role, password=password or None, now=duly.clock.now()
        )


@app.command("token")
def token(
    email: Email,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")] = 90,
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    organisation: Organisation = "",
) -> None:
    """Prints a new API token of this user. It is shown once; only its hash is kept."""
    settings = Settings()
    with database(settings) as urls:
        typer.echo(asyncio.run(_token(settings, urls, organisation, email, days, name)))


async def _token(settings: Settings, urls: DatabaseUrls, organisation: str, email: str, days: int, name: str) -> str:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        async with duly.uows(org_id) as uow:
            user_id = await find_user(uow, email)
        return await issue_credential(
            duly.uows, org_id, user_id, API_TOKEN, lifetime=timedelta(days=days), name=name, now=duly.clock.now()
        )


@app.command("remove")
def remove(email: Email, organisation: Organisation = "") -> None:
    """Lets a user sign in no more; what they decided stays on record."""
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_remove(settings, urls, organisation, email))
    typer.echo(f"{email} may not sign in any more.", err=True)


async def _remove(settings: Settings, urls: DatabaseUrls, organisation: str, email: str) -> None:
    async with running(settings, urls) as duly:
        await _deactivate(duly, await choose_organisation(duly, organisation), email)


async def _deactivate(duly: Duly, org_id: OrgId, email: str) -> None:
    async with duly.uows(org_id) as uow:
        user_id = await find_user(uow, email)
        await uow.session.execute(update(UserRow).where(UserRow.id == user_id).values(active=False))


@app.command("list")
def list_users(organisation: Organisation = "") -> None:
    """Lists the users of the organisation."""
    settings = Settings()
    with database(settings) as urls:
        for line in asyncio.run(_list(settings, urls, organisation)):
            typer.echo(line)


async def _list(settings: Settings, urls: DatabaseUrls, organisation: str) -> list[str]:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        async with duly.uows(org_id) as uow:
            rows = await uow.session.scalars(select(UserRow).order_by(UserRow.email))
            return [f"{row.email}\t{row.role}\t{'active' if row.active else 'removed'}\t{row.name}" for row in rows]

"""`duly connect`: mailboxes."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.connect_limits import limits
from cli.connect_oauth import PerDay, PerMinute, Since, gmail, outlook
from cli.link import choose_organisation
from cli.running import database, running
from core.errors import InvalidInput
from core.settings import Settings
from jobs.connect_grant import NewMailbox, checked_since, wanted_since
from jobs.connect_imap import ImapLogin, ServerPlace, connect_imap
from ledger.commands.set_up_organisation import connect_mailbox
from ledger.store.local_server import DatabaseUrls

app = typer.Typer(add_completion=False, help="Connect a mailbox.", no_args_is_help=True)
app.command("gmail")(gmail)
app.command("outlook")(outlook)
app.command("limits")(limits)

Organisation = Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")]
Entity = Annotated[str, typer.Option(help="Code of the entity that the mailbox belongs to.")]
Name = Annotated[str, typer.Option(help="The name that customers see.")]


@app.command("folder")
def folder(
    address: Annotated[str, typer.Argument(help="Our address.")],
    mailbox: Annotated[Path, typer.Option(help="Folder of .eml files, or a Maildir.")],
    outbox: Annotated[Path, typer.Option(help="Folder for what is sent, one .eml each.")],
    entity: Entity = "main",
    name: Name = "",
    organisation: Organisation = "",
) -> None:
    """Reads a folder of .eml files or a Maildir, and writes what is sent to another folder."""
    if not mailbox.is_dir():
        raise InvalidInput(f"{mailbox} is no folder")
    outbox.mkdir(parents=True, exist_ok=True)
    source = {"kind": "folder", "path": str(mailbox.resolve())}
    sender = {"kind": "folder", "path": str(outbox.resolve())}
    _connect(organisation, entity, address, name, lambda _: (source, sender))


@app.command("mbox")
def mbox(
    address: Annotated[str, typer.Argument(help="Our address.")],
    file: Annotated[Path, typer.Option(help="The mbox file to import.")],
    outbox: Annotated[Path, typer.Option(help="Folder for what is sent, one .eml each.")],
    entity: Entity = "main",
    name: Name = "",
    organisation: Organisation = "",
) -> None:
    """Imports an mbox file, and writes what is sent to a folder."""
    if not file.is_file():
        raise InvalidInput(f"{file} is no file")
    outbox.mkdir(parents=True, exist_ok=True)
    source = {"kind": "mbox", "path": str(file.resolve())}
    sender = {"kind": "folder", "path": str(outbox.resolve())}
    _connect(organisation, entity, address, name, lambda _: (source, sender))


@app.command("imap")
def imap(
    address: Annotated[str, typer.Argument(help="Our address.")],
    imap_host: Annotated[str, typer.Option(help="IMAP server.")],
    smtp_host: Annotated[str, typer.Option(help="SMTP server.")],
    user: Annotated[str, typer.Option(help="User name; the address where it is left out.")] = "",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, envvar="DULY_MAIL_PASSWORD")] = "",
    imap_port: Annotated[int, typer.Option()] = 993,
    smtp_port: Annotated[int, typer.Option()] = 587,
    imap_security: Annotated[str, typer.Option(help="tls, starttls, or plain (this machine only).")] = "tls",
    smtp_security: Annotated[str, typer.Option(help="tls, starttls, or plain (this machine only).")] = "starttls",
    entity: Entity = "main",
    name: Name = "",
    organisation: Organisation = "",
    since: Since = "",
    per_minute: PerMinute = None,
    per_day: PerDay = None,
) -> None:
    """Fetches by IMAP and sends by SMTP. The password is kept encrypted."""

    login = ImapLogin(
        ServerPlace(imap_host, imap_port, imap_security),
        ServerPlace(smtp_host, smtp_port, smtp_security),
        user or address,
        password,
    )
    mailbox = NewMailbox(entity, name, checked_since(since), per_minute, per_day)
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_run_imap(settings, urls, organisation, address, login, mailbox))
    _say_connected(address)


def _connect(organisation: str, entity: str, address: str, name: str, make: Any) -> None:
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_run(settings, urls, organisation, entity, address, name, make))
    _say_connected(address)


def _say_connected(address: str) -> None:
    typer.echo(f"{address} is connected. A running worker picks it up within a minute.", err=True)


async def _run_imap(
    settings: Settings, urls: DatabaseUrls, organisation: str, address: str, login: ImapLogin, mailbox: NewMailbox
) -> None:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        since = await wanted_since(duly.uows, org_id, address, mailbox.since, now=duly.clock.now())
        # Not tried: a server may be set up after its mailbox, and the mailbox's health says when it fails.
        await connect_imap(duly.uows, duly.secrets, None, org_id, address, login, replace(mailbox, since=since))


async def _run(
    settings: Settings, urls: DatabaseUrls, organisation: str, entity: str, address: str, name: str, make: Any
) -> None:
    async with running(settings, urls) as duly:
        source, sender = make(duly)
        await connect_mailbox(
            duly.uows,
            await choose_organisation(duly, organisation),
            entity_code=entity,
            address=address,
            name=name,
            source=source,
            sender=sender,
        )

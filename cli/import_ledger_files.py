"""`duly import ledger`: a ledger from files."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from cli.ledger_files import read_ledger_folder
from cli.link import choose_organisation
from cli.running import database, running
from core.settings import Settings
from ledger.commands.import_ledger import import_ledger
from ledger.commands.set_up_organisation import ensure_organisation
from ledger.model.import_records import LedgerFiles
from ledger.model.import_report import ImportReport
from ledger.store.local_server import DatabaseUrls


def ledger(
    folder: Annotated[Path, typer.Argument(help="Folder with customers.csv, invoices.csv, ... or .json")],
    organisation: Annotated[str, typer.Option(help="Slug of the organisation; made where there is none.")] = "",
    name: Annotated[str, typer.Option(help="Name of our company, where entities.json is missing.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON, on stdout.")] = False,
) -> None:
    """Takes customers, contacts, invoices, credit notes and payments; running it twice changes nothing."""
    settings = Settings()
    files = read_ledger_folder(folder)
    with database(settings) as urls:
        report = asyncio.run(_import(settings, urls, files, organisation, name, dry_run=dry_run))
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        typer.echo("\n".join(report.words()))
    raise typer.Exit(2 if report.refused_files else 0)


async def _import(
    settings: Settings, urls: DatabaseUrls, files: LedgerFiles, organisation: str, name: str, *, dry_run: bool
) -> ImportReport:
    async with running(settings, urls) as duly:
        now = duly.clock.now()
        if organisation:
            org_id = await ensure_organisation(
                duly.uows,
                slug=organisation,
                name=name or organisation,
                language="en",
                country="",
                time_zone="UTC",
                now=now,
            )
        else:
            org_id = await choose_organisation(duly, "")
        return await import_ledger(
            duly.uows,
            org_id,
            files,
            actor="duly import",
            now=now,
            dry_run=dry_run,
            default_entity_name=name or None,
        )

"""`duly reseal`: everything that is kept encrypted, under today's first key."""

import asyncio

import typer

from cli.running import database, running
from core.errors import NotConfigured
from core.settings import Settings
from ledger.commands.reseal_secrets import ResealReport, reseal_secrets
from ledger.store.local_server import DatabaseUrls

_MOST_NAMED = 10


def reseal() -> None:
    """Puts passwords and tokens under the first key of DULY_SECRET_KEY; then the older keys may go.

    First set DULY_SECRET_KEY=new,old for every process and start them anew; then run this; then take the old one out.
    """
    settings = Settings()
    with database(settings) as urls:
        report = asyncio.run(_reseal(settings, urls))
    typer.echo(f"{report.found} secrets, {report.resealed} of them put under the first key.", err=True)
    if report.unreadable:
        named = ", ".join(
            [*report.unreadable[:_MOST_NAMED], *(["..."] if len(report.unreadable) > _MOST_NAMED else [])]
        )
        raise NotConfigured(
            f"{len(report.unreadable)} are under a key that is not here ({named}); "
            "put that key back, last in DULY_SECRET_KEY, or connect these anew"
        )
    typer.echo("The older keys may go.", err=True)


async def _reseal(settings: Settings, urls: DatabaseUrls) -> ResealReport:
    async with running(settings, urls) as duly:
        return await reseal_secrets(duly.uows, duly.secrets)

"""`duly serve`, `duly worker`, `duly migrate`."""

import asyncio
import os
import signal
from typing import Annotated

import typer
import uvicorn

from api.main import create_app
from cli.running import database, running
from core.settings import Settings
from core.version import VERSION
from jobs.alarm_round import alarms_beside
from jobs.duly import Duly
from jobs.worker import run_worker
from ledger.store.local_server import DatabaseUrls


def serve() -> None:
    """Serves the approvals API and the console."""
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_serve(settings, urls))


async def _serve(settings: Settings, urls: DatabaseUrls) -> None:
    async with running(settings, urls) as duly, alarms_beside(duly):
        await server(duly).serve()


def server(duly: Duly) -> uvicorn.Server:
    """The web server on one process's parts, not yet started."""
    web = duly.settings.web
    config = uvicorn.Config(
        create_app(duly, version=VERSION),
        host=web.host,
        port=web.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    return uvicorn.Server(config)


def worker(
    fetch: Annotated[bool, typer.Option(help="Also fetch mail from the connected mailboxes.")] = True,
    drain: Annotated[bool, typer.Option(help="Stop when the queues are empty.")] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Works on the queues: reads replies, drafts, sends what was approved. Start as many as you like."""
    settings = Settings()
    with database(settings) as urls:
        asyncio.run(_work(settings, urls, fetch=fetch, drain=drain, with_parent=with_parent))


async def _work(settings: Settings, urls: DatabaseUrls, *, fetch: bool, drain: bool, with_parent: bool) -> None:
    watch = asyncio.create_task(_end_with(os.getppid())) if with_parent else None
    async with running(settings, urls) as duly:
        await run_worker(duly, fetch=fetch, wait=not drain)
    if watch is not None:
        watch.cancel()


async def _end_with(parent: int) -> None:
    """Stops this worker when the process that started it is gone, however it went."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells of a parent that is gone
        await asyncio.sleep(1)
    signal.raise_signal(signal.SIGTERM)


def migrate_command() -> None:
    """Brings the database to the newest shape; safe to run again."""
    settings = Settings()
    with database(settings) as urls:
        typer.echo(f"The database is up to date ({_shown(urls)}).", err=True)


def _shown(urls: DatabaseUrls) -> str:
    """The address without its password."""
    scheme, _, rest = urls.app.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"

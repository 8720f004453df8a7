"""What the commands share: settings, the database, and a process's parts."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from core.clock import SystemClock
from core.settings import Settings
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.wiring import database_urls, open_duly
from ledger.store.local_server import DatabaseUrls


@contextmanager
def database(settings: Settings, *, migrated: bool = True) -> Iterator[DatabaseUrls]:
    """The database of this machine's settings, started where it is ours and migrated where asked."""
    settings.home.home.mkdir(parents=True, exist_ok=True)
    urls, server = database_urls(settings)
    try:
        if migrated:
            migrate(urls.owner)
        yield urls
    finally:
        if server is not None:
            server.stop()


@asynccontextmanager
async def running(settings: Settings, urls: DatabaseUrls, *, model: str | None = None) -> AsyncIterator[Duly]:
    """This process's parts on the system's clock."""
    async with open_duly(settings, urls, clock=SystemClock(), model=model) as duly:
        yield duly

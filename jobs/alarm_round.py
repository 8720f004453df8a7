"""The alarms of all organisations, again and again: in workers that fetch, and beside the web server.

Beside the web server because nobody else is left to say that no worker runs. What one process says, no other repeats:
alarms and notices are rows (`jobs.mailbox_alarms`, `jobs.alarm_notices`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from sqlalchemy import text

from core.ids import OrgId
from jobs.alarm_notices import tell_alarms
from jobs.duly import Duly
from jobs.mail_adapters import alarm_channel
from jobs.mailbox_alarms import raise_alarms
from jobs.mailbox_health import limits_of
from ledger.store.org_scope import list_organisations

ROUND_SECONDS = 60.0

_log = structlog.get_logger()


async def alarm_round(duly: Duly) -> None:
    """Says, once each, which mailboxes have fallen silent or soon will, and which are well again."""
    limits, channel = limits_of(duly.settings.health), alarm_channel(duly.settings.alarm)
    for org_id in await organisations(duly):
        try:
            await raise_alarms(duly.uows, org_id, duly.clock, limits, tell=channel is not None)
            if channel is not None:
                await tell_alarms(duly.uows, org_id, duly.clock, channel)
        except Exception:  # one organisation's trouble never silences another's alarms
            _log.exception("alarms_failed", org_id=str(org_id))


async def living_workers(duly: Duly) -> int:
    """How many workers have let the queue hear of them lately, by the database's clock."""
    async with duly.uows.sessions() as session:
        found = await session.scalar(
            text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - :lately"),
            {"lately": timedelta(seconds=duly.settings.worker.stalled_seconds)},
        )
    return int(found or 0)


@asynccontextmanager
async def alarms_beside(duly: Duly) -> AsyncIterator[None]:
    """Has alarms looked after for as long as the block lasts."""
    task = asyncio.create_task(_again_and_again(duly), name="alarms")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _again_and_again(duly: Duly) -> None:
    while True:
        try:
            await alarm_round(duly)
        except Exception:  # the boundary of a background loop: one that ends ends silently
            _log.exception("round_failed", round="alarms")
        await asyncio.sleep(ROUND_SECONDS)


async def organisations(duly: Duly) -> list[OrgId]:
    """Whom this installation works for."""
    async with duly.uows.sessions() as session, session.begin():
        return [org_id for org_id, _ in await list_organisations(session)]

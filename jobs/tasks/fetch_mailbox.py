"""Fetch one mailbox now: somebody said that mail came. However often it is said, one job waits.

A job that has begun is no longer waiting, so word that comes while it fetches asks for another one after it.
"""

from uuid import UUID

import structlog
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import select

from core.ids import MailboxId, OrgId
from jobs.fetching import BATCH, Fetching
from jobs.queue import FETCH_MAILBOX, FETCH_QUEUE
from ledger.model.inbox import inbox_of
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: When to come again to a mailbox that somebody else is fetching: word of mail that came after they looked.
_COME_AGAIN_SECONDS = 1

_log = structlog.get_logger()


def register(app: App, fetching: Fetching) -> None:
    """Makes the task known to the app, once. What fails is told by the mailbox's health and tried by the poll."""
    if FETCH_MAILBOX in app.tasks:
        return

    @app.task(name=FETCH_MAILBOX, queue=FETCH_QUEUE)
    async def fetch_mailbox(org_id: str, mailbox_id: str) -> None:
        org, mailbox = OrgId(UUID(org_id)), MailboxId(UUID(mailbox_id))
        if await fetch_one(fetching, org, mailbox):
            await request_fetch(app, org, mailbox, delay_seconds=_COME_AGAIN_SECONDS)


async def request_fetch(app: App, org_id: OrgId, mailbox_id: MailboxId, *, delay_seconds: int = 0) -> bool:
    """Asks for the mailbox to be fetched; whether nobody had before. Commits by itself."""
    key = f"fetch:{mailbox_id}"
    deferrer = app.configure_task(
        FETCH_MAILBOX,
        queue=FETCH_QUEUE,
        lock=key,
        queueing_lock=key,
        schedule_in={"seconds": delay_seconds} if delay_seconds else None,
    )
    try:
        await deferrer.defer_async(org_id=str(org_id), mailbox_id=str(mailbox_id))
    except AlreadyEnqueued:
        return False
    return True


async def fetch_one(fetching: Fetching, org_id: OrgId, mailbox_id: MailboxId) -> bool:
    """Fetches the mailbox, as the one whose source it shares where it does; whether to come again soon."""
    fetched_as = await _fetched_as(fetching.uows, org_id, mailbox_id)
    for connected in await fetching.mailboxes.sources(org_id):
        if connected.mailbox_id != fetched_as:
            continue
        async with fetching.alone(connected.mailbox_id) as alone:
            if not alone:
                return True
            return await fetching.fetch(org_id, connected) >= BATCH
    _log.info("fetch_of_no_mailbox", mailbox_id=str(mailbox_id))
    return False


async def _fetched_as(uows: UnitOfWorkFactory, org_id: OrgId, mailbox_id: MailboxId) -> MailboxId:
    async with uows(org_id) as uow:
        rows = list(
            await uow.session.scalars(select(MailboxRow).where(MailboxRow.active.is_(True)).order_by(MailboxRow.id))
        )
    inbox = next((inbox_of(row.source, row.address) for row in rows if row.id == mailbox_id), ())
    sharing = (MailboxId(row.id) for row in rows if inbox and inbox_of(row.source, row.address) == inbox)
    return next(sharing, mailbox_id)

"""Look after a mailbox's watch at once: its provider said that it needs us."""

from uuid import UUID

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

from core.ids import MailboxId, OrgId
from jobs.queue import FETCH_QUEUE, KEEP_WATCH
from jobs.watches import Watches


def register(app: App, watches: Watches) -> None:
    """Makes the task known to the app, once. What fails is kept with the watch, and tried again by the round."""
    if KEEP_WATCH in app.tasks:
        return

    @app.task(name=KEEP_WATCH, queue=FETCH_QUEUE)
    async def keep_watch(org_id: str, mailbox_id: str, is_gone: bool) -> None:
        org, mailbox = OrgId(UUID(org_id)), MailboxId(UUID(mailbox_id))
        await (watches.begin_anew(org, mailbox) if is_gone else watches.reauthorize(org, mailbox))


async def request_watch(app: App, org_id: OrgId, mailbox_id: MailboxId, *, is_gone: bool) -> bool:
    """Asks for it; whether nobody had before. Commits by itself."""
    deferrer = app.configure_task(
        KEEP_WATCH,
        queue=FETCH_QUEUE,
        lock=f"watch:{mailbox_id}",
        queueing_lock=f"watch:{mailbox_id}:{'gone' if is_gone else 'asked'}",
    )
    try:
        await deferrer.defer_async(org_id=str(org_id), mailbox_id=str(mailbox_id), is_gone=is_gone)
    except AlreadyEnqueued:
        return False
    return True

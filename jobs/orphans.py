"""Approved mails whose workers died: a job for those that have none, no further worker for those that end them.

A mail that nobody works on would wait in silence for ever. It happens where a worker that the others took for dead
ends a job that one of them had taken over and died of.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select, text, update

from core.ids import OrgId, SendId
from ledger.commands.sending_waits import CLOCK_TOLERANCE, request_send
from ledger.store.sending_policy import on_the_queues_clock
from ledger.store.tables.drafts import SendRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: So long after it should have gone on; a look for a proof of sending comes every minute.
ORPHAN_AFTER = timedelta(minutes=3)
#: A mail of which so many workers died in a row is not given to another. More than for other jobs: a worker has
#: several mails under way when it dies, and most of them have nothing to do with it.
MOST_TAKEOVERS = 8
_LONGEST_REST = timedelta(minutes=2)
_UNDER_WAY = ("queued", "claimed", "sending", "known_sent")
_AT_ONCE = 200
_HAS_JOB = text("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = :lock AND status IN ('todo', 'doing'))")

_log = structlog.get_logger()


async def adopt_sends(uows: UnitOfWorkFactory, org_id: OrgId, *, now: datetime) -> int:
    """Asks for a job for each mail under way that has none; returns for how many."""
    adopted = 0
    due = func.greatest(SendRow.created_at, SendRow.not_before, SendRow.claimed_at, SendRow.handed_over_at)
    #: Of a clock that was ahead: such a mail's time would come long after.
    stamped = func.greatest(SendRow.created_at, SendRow.claimed_at, SendRow.handed_over_at)
    async with uows(org_id) as uow:
        sends = await uow.session.scalars(
            select(SendRow)
            .where(SendRow.state.in_(_UNDER_WAY), or_(due < now - ORPHAN_AFTER, stamped > now + CLOCK_TOLERANCE))
            .order_by(SendRow.created_at, SendRow.id)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        for send in sends:
            if not await uow.session.scalar(_HAS_JOB, {"lock": f"send:{send.id}"}):
                _log.warning("send_without_job", send_id=str(send.id), state=send.state)
                await request_send(uow, send, not_before=None, now=now)
                adopted += 1
    return adopted


async def next_takeover(uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, *, now: datetime) -> datetime | None:
    """When another worker may have this mail in place of a dead one, by the queue's clock: later with each that died
    of it in a row. None: so many did that no other shall have it.

    Counted on the mail: it has another job for each wait, and a job comes back for other reasons, too.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get(SendRow, send_id)
        died = 0 if send is None else send.takeovers
        if died >= MOST_TAKEOVERS:
            return None
        rest = min(_LONGEST_REST, timedelta(seconds=2**died)) if died else timedelta(0)
        return await on_the_queues_clock(uow, now + rest, now=now)


async def count_takeover(uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId) -> None:
    """Counts that this mail's job was taken from a worker that is dead."""
    async with uows(org_id) as uow:
        await uow.session.execute(
            update(SendRow).where(SendRow.id == send_id).values(takeovers=SendRow.takeovers + 1)
        )


async def forget_takeovers(uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId) -> None:
    """A worker did what there was to do about this mail, and lives."""
    async with uows(org_id) as uow:
        await uow.session.execute(
            update(SendRow).where(SendRow.id == send_id, SendRow.takeovers > 0).values(takeovers=0)
        )

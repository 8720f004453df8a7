"""Approved mails whose job is gone are given another one: a mail that nobody works on would wait in silence for ever.

It happens where a worker that the others took for dead ends a job that one of them had taken over and died of.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, text

from core.ids import OrgId
from ledger.commands.sending_waits import request_send
from ledger.store.tables.drafts import SendRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: So long after it should have gone on; a look for a proof of sending comes every minute.
ORPHAN_AFTER = timedelta(minutes=3)
_UNDER_WAY = ("queued", "claimed", "sending", "known_sent")
_AT_ONCE = 200
_HAS_JOB = text("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = :lock AND status IN ('todo', 'doing'))")

_log = structlog.get_logger()


async def adopt_sends(uows: UnitOfWorkFactory, org_id: OrgId, *, now: datetime) -> int:
    """Asks for a job for each mail under way that has none; returns for how many."""
    adopted = 0
    due = func.greatest(SendRow.created_at, SendRow.not_before, SendRow.claimed_at, SendRow.handed_over_at)
    async with uows(org_id) as uow:
        sends = await uow.session.scalars(
            select(SendRow)
            .where(SendRow.state.in_(_UNDER_WAY), due < now - ORPHAN_AFTER)
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

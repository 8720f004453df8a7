"""Tells people outside Duly of alarms: that one was raised, and that it is over, each at most once.

A notice is written in the transaction that raises or clears its alarm, and taken by one process at a time. What was
refused, or could not be handed over, is tried again. What was handed over without an answer is not: it may have
arrived, and the alarm stands on the list, on the page and in the log all the while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from core.clock import Clock
from core.errors import ExternalError
from core.ids import OrgId, new_id
from integrations.ports.alarm_channel import AlarmChannel
from integrations.ports.errors import OutcomeUnknown, RateLimited
from ledger.store.tables.connections import AlarmNoticeRow, MailboxAlarmRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Whoever takes a notice is done, or dead, long before: a call lasts seconds.
_LEASE = timedelta(minutes=2)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
#: About two days. By then the webhook is gone for good, and the log has said so at each try.
_MOST_TRIES = 50
#: Calls of one round for one organisation; the next round goes on.
_MOST_AT_ONCE = 20
_LOOKED_AT = 100

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A notice that is ours to hand over."""

    notice_id: UUID
    words: str
    tries: int


async def request_notice(
    uow: UnitOfWork, alarm_id: UUID, about: Literal["raised", "over"], words: str, *, at: datetime
) -> None:
    """Has people told, once this transaction has committed; asked twice it is one notice."""
    await uow.session.execute(
        insert(AlarmNoticeRow)
        .values(
            id=new_id(), org_id=uow.org_id, alarm_id=alarm_id, about=about, words=words, next_try_at=at, made_at=at
        )
        .on_conflict_do_nothing()
    )


async def was_announced(uow: UnitOfWork, alarm_id: UUID) -> bool:
    """Whether anybody heard, or may have heard, that the alarm was raised. One that waits to be told is told no more.

    Call it when the alarm is over, in that transaction.
    """
    row = await uow.session.scalar(
        select(AlarmNoticeRow)
        .where(AlarmNoticeRow.alarm_id == alarm_id, AlarmNoticeRow.about == "raised")
        .with_for_update()
    )
    if row is None:
        return False
    if row.state == "waiting":
        row.state = "dropped"
    return row.state != "dropped"


async def tell_alarms(uows: UnitOfWorkFactory, org_id: OrgId, clock: Clock, channel: AlarmChannel) -> int:
    """Hands over what is due; returns how many were taken. Any number of processes may do this at once."""
    told = 0
    for _ in range(_MOST_AT_ONCE):
        async with uows(org_id) as uow:
            taken = await _take(uow, clock.now())
        if taken is None:
            break
        try:
            await channel.tell(taken.words)
        except OutcomeUnknown as error:
            _log.error("alarm_outcome_unknown", org_id=str(org_id), notice=str(taken.notice_id), error=str(error))
            await _end(uows, org_id, taken, "unknown", str(error))
        except ExternalError as error:
            _log.warning("alarm_not_told", org_id=str(org_id), notice=str(taken.notice_id), error=str(error))
            await _put_off(uows, org_id, taken, error, clock.now())
        else:
            told += 1
            await _end(uows, org_id, taken, "told", "")
    return told


async def _take(uow: UnitOfWork, now: datetime) -> _Taken | None:
    """The oldest notice that is due, as ours from here on; what nobody need hear any more is dropped on the way."""
    await _give_up_the_dead(uow, now)
    found = await uow.session.execute(
        select(AlarmNoticeRow, MailboxAlarmRow.cleared_at)
        .join(MailboxAlarmRow, MailboxAlarmRow.id == AlarmNoticeRow.alarm_id)
        .where(AlarmNoticeRow.state == "waiting", AlarmNoticeRow.next_try_at <= now)
        .order_by(AlarmNoticeRow.made_at, AlarmNoticeRow.id)
        .limit(_LOOKED_AT)
        .with_for_update(of=AlarmNoticeRow, skip_locked=True)
    )
    for row, cleared_at in found.all():
        if row.about == "raised" and cleared_at is not None:
            row.state = "dropped"
            continue
        if row.about == "over":
            first = await _state_of_first(uow, row.alarm_id)
            if first == "dropped":
                row.state = "dropped"
            if first not in ("told", "unknown"):
                continue
        row.state, row.tries, row.next_try_at = "telling", row.tries + 1, now + _LEASE
        return _Taken(row.id, row.words, row.tries)
    return None


async def _state_of_first(uow: UnitOfWork, alarm_id: UUID) -> str:
    """What became of the word that the alarm was raised; that it is over is not said before."""
    found = await uow.session.scalar(
        select(AlarmNoticeRow.state).where(AlarmNoticeRow.alarm_id == alarm_id, AlarmNoticeRow.about == "raised")
    )
    return found or "dropped"


async def _give_up_the_dead(uow: UnitOfWork, now: datetime) -> None:
    dead = await uow.session.scalars(
        update(AlarmNoticeRow)
        .where(AlarmNoticeRow.state == "telling", AlarmNoticeRow.next_try_at <= now)
        .values(state="unknown", last_error="whoever handed it over has stopped")
        .returning(AlarmNoticeRow.id)
    )
    for notice_id in dead.all():
        _log.error("alarm_outcome_unknown", org_id=str(uow.org_id), notice=str(notice_id))


async def _end(uows: UnitOfWorkFactory, org_id: OrgId, taken: _Taken, state: str, error: str) -> None:
    async with uows(org_id) as uow:
        row = await uow.session.get_one(AlarmNoticeRow, taken.notice_id, with_for_update=True)
        row.state, row.last_error = state, error[:500]


async def _put_off(
    uows: UnitOfWorkFactory, org_id: OrgId, taken: _Taken, error: ExternalError, now: datetime
) -> None:
    pause = min(_FIRST_PAUSE * 2 ** min(taken.tries - 1, 10), _LONGEST_PAUSE)
    if isinstance(error, RateLimited):
        pause = max(pause, timedelta(seconds=error.retry_after_seconds))
    async with uows(org_id) as uow:
        row = await uow.session.get_one(AlarmNoticeRow, taken.notice_id, with_for_update=True)
        is_last = taken.tries >= _MOST_TRIES
        row.state, row.next_try_at = ("dropped" if is_last else "waiting"), now + pause
        row.last_error = str(error)[:500]
    if is_last:
        _log.error("alarm_never_told", org_id=str(org_id), notice=str(taken.notice_id), tries=taken.tries)

"""Alarms about mailboxes: before the silence, once each, standing until what they are about has changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from core.clock import Clock
from core.ids import MailboxId, OrgId, new_id
from jobs.alarm_notices import request_notice, was_announced
from jobs.mailbox_health import HealthLimits, MailboxHealth, Verdict, mailbox_health
from ledger.store.review_items import open_item
from ledger.store.tables.connections import MailboxAlarmRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: An expiry is said when it comes into sight, and once more so many days before its end.
_LAST_WORD_DAYS = 1.0
_ITEM_KIND = "mailbox_alarm"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a person should know about a mailbox. `kind` and `mark` say whether it is the same alarm as before."""

    mailbox_id: MailboxId
    address: str
    kind: str
    mark: str
    #: For whoever is signed in: with what the mail server said.
    words: str
    #: For people outside, in a chat: without it.
    notice: str


def alarms_of(health: MailboxHealth, *, now: datetime, limits: HealthLimits) -> tuple[Alarm, ...]:
    """What is worth an alarm now; one failed round is not."""
    raised: list[tuple[str, str]] = []
    match health.verdict:
        case Verdict.NEEDS_RECONNECT:
            raised.append(("needs_reconnect", ""))
        case Verdict.FAILING:
            if health.failing_since is not None and now - health.failing_since >= limits.failing_after:
                raised.append(("failing", ""))
        case Verdict.LATE:
            raised.append(("late", ""))
        case Verdict.OK:
            pass
    if health.expiry is not None and health.expiry.is_near and health.verdict is not Verdict.NEEDS_RECONNECT:
        last = "last" if health.expiry.days_left <= _LAST_WORD_DAYS else "first"
        raised.append(("expiring", f"{health.expiry.what}:{last}"))
    return tuple(
        Alarm(health.mailbox_id, health.address, kind, mark, health.words, _notice(health, kind))
        for kind, mark in raised
    )


def _notice(health: MailboxHealth, kind: str) -> str:
    """Which mailbox, since when, and what to do."""
    since, ends = _at(health.failing_since), _at(health.expiry.at if health.expiry else None)
    again = f"{health.reconnect}, or in the console under Mailboxes."
    match kind:
        case "needs_reconnect":
            what = f"Duly may not use this mailbox any more{since and f', since {since}'}. {again}"
        case "failing":
            what = f"fails{since and f' since {since}'}. Duly goes on trying; the console says why, under Mailboxes."
        case "late":
            last = _at(health.last_good_sync)
            what = (
                f"nothing was fetched {f'since {last}' if last else 'yet'}, and no error is known. Look whether a "
                "worker is running (duly worker)."
            )
        case _ if health.expiry is not None and health.expiry.what == "watch":
            what = f"word of new mail ends on {ends}; mail is still fetched, at intervals. Look at the worker's log."
        case _:
            what = f"Duly's access ends on {ends}. {again}"
    return f"Duly: {health.address}: {what}"


def _at(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


async def raise_alarms(
    uows: UnitOfWorkFactory, org_id: OrgId, clock: Clock, limits: HealthLimits, *, tell: bool = False
) -> tuple[Alarm, ...]:
    """Raises what is new, clears what is over, and returns what it raised. With `tell`, people outside are to be told
    of both (`jobs.alarm_notices`).

    Any number of processes may do this at once: of one alarm, one of them is told that it is new.
    """
    now = clock.now()
    found = await mailbox_health(uows, org_id, now=now, limits=limits)
    wanted = {
        (alarm.mailbox_id, alarm.kind, alarm.mark): alarm
        for health in found
        for alarm in alarms_of(health, now=now, limits=limits)
    }
    async with uows(org_id) as uow:
        standing = list(
            await uow.session.scalars(select(MailboxAlarmRow).where(MailboxAlarmRow.cleared_at.is_(None)))
        )
        keys = {(MailboxId(row.mailbox_id), row.kind, row.mark) for row in standing}
        raised = [
            alarm for key, alarm in wanted.items() if key not in keys and await _raise(uow, alarm, now, tell=tell)
        ]
        over = [row for row in standing if (row.mailbox_id, row.kind, row.mark) not in wanted]
        cleared = [row for row in over if await _clear(uow, row, now)]
        unwell = {mailbox_id for mailbox_id, _, _ in wanted}
        for row in cleared:
            # Where another alarm stands in its place, nothing is well yet.
            if await was_announced(uow, row.id) and tell and row.mailbox_id not in unwell:
                await request_notice(uow, row.id, "over", await _over_words(uow, row), at=now)
    for alarm in raised:
        _log.warning(
            "mailbox_alarm", org_id=str(org_id), mailbox_id=str(alarm.mailbox_id), kind=alarm.kind, words=alarm.words
        )
    for row in cleared:
        _log.info("mailbox_alarm_cleared", org_id=str(org_id), mailbox_id=str(row.mailbox_id), kind=row.kind)
    return tuple(raised)


async def _over_words(uow: UnitOfWork, row: MailboxAlarmRow) -> str:
    mailbox = await uow.session.get_one(MailboxRow, row.mailbox_id)
    what = "works again" if mailbox.active else "was disconnected"
    return f"Duly: {mailbox.address} {what}: the alarm of {_at(row.raised_at)} is over."


async def _raise(uow: UnitOfWork, alarm: Alarm, now: datetime, *, tell: bool) -> bool:
    row_id = await uow.session.scalar(
        insert(MailboxAlarmRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            mailbox_id=alarm.mailbox_id,
            kind=alarm.kind,
            mark=alarm.mark,
            words=alarm.words,
            raised_at=now,
        )
        .on_conflict_do_nothing()
        .returning(MailboxAlarmRow.id)
    )
    if row_id is None:
        return False
    words = f"{alarm.address}: {alarm.words}"
    facts = {"mailbox_id": str(alarm.mailbox_id), "alarm": alarm.kind}
    cause = _cause(row_id)
    await open_item(uow, kind=_ITEM_KIND, words=words, cause_key=cause, at=now, facts=facts)
    await append_event(uow, kind=_ITEM_KIND, words=words, cause_key=cause, at=now, facts=facts)
    if tell:
        await request_notice(uow, row_id, "raised", alarm.notice, at=now)
    return True


async def _clear(uow: UnitOfWork, row: MailboxAlarmRow, now: datetime) -> bool:
    """Whether it was this worker that cleared it."""
    cleared = await uow.session.scalar(
        update(MailboxAlarmRow)
        .where(MailboxAlarmRow.id == row.id, MailboxAlarmRow.cleared_at.is_(None))
        .values(cleared_at=now)
        .returning(MailboxAlarmRow.id)
    )
    if cleared is None:
        return False
    # Nobody need settle by hand what is over; what a person settled stays as they settled it.
    await uow.session.execute(
        update(ReviewItemRow)
        .where(ReviewItemRow.cause_key == _cause(row.id), ReviewItemRow.state == "open")
        .values(state="settled", settled_at=now, settled_by="duly", settled_words="it is over")
    )
    await append_event(
        uow,
        kind="mailbox_alarm_cleared",
        words=f"The alarm is over: {row.words}",
        cause_key=f"{_cause(row.id)}:cleared",
        at=now,
        facts={"mailbox_id": str(row.mailbox_id), "alarm": row.kind},
    )
    return True


def _cause(alarm_id: UUID) -> str:
    return f"mailbox_alarm:{alarm_id}"

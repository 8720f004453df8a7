"""`Figures`: what a monitor watches, counted over the whole installation."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from jobs.alarm_round import living_workers, organisations
from jobs.duly import Duly
from jobs.mailbox_health import Verdict, limits_of, mailbox_health
from ledger.store.tables.connections import ALARM_KINDS, MailboxAlarmRow


@dataclass(frozen=True, slots=True)
class Figures:
    """Workers alive, active mailboxes by verdict, and standing alarms by kind; with 0 for a kind without any."""

    workers: int
    mailboxes: Mapping[str, int]
    alarms: Mapping[str, int]


async def figures(duly: Duly) -> Figures:
    """The figures of now; a few queries an organisation."""
    mailboxes, alarms = Counter({one.value: 0 for one in Verdict}), Counter(dict.fromkeys(ALARM_KINDS, 0))
    limits, now = limits_of(duly.settings.health), duly.clock.now()
    standing = (
        select(MailboxAlarmRow.kind, func.count())
        .where(MailboxAlarmRow.cleared_at.is_(None))
        .group_by(MailboxAlarmRow.kind)
    )
    for org_id in await organisations(duly):
        found = await mailbox_health(duly.uows, org_id, now=now, limits=limits)
        mailboxes.update(one.verdict.value for one in found)
        async with duly.uows(org_id) as uow:
            alarms.update({kind: count for kind, count in await uow.session.execute(standing)})
    return Figures(await living_workers(duly), mailboxes, alarms)

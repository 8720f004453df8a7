"""Worker entry point: jobs, fetching, and what must be looked at again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from psycopg.errors import ForeignKeyViolation, RaiseException
from sqlalchemy import text

from core.ids import CaseId, MailboxId, MessageId, OrgId, PaymentId, SendId
from jobs.alarm_round import ROUND_SECONDS, alarm_round
from jobs.duly import Duly
from jobs.idling import Idling
from jobs.mail_adapters import make_idle, make_watch
from jobs.orphans import adopt_sends, count_takeover, next_takeover
from jobs.polling import SIDE_BY_SIDE, Polling
from jobs.queue import (
    CASH_QUEUE,
    FETCH_MAILBOX,
    FETCH_QUEUE,
    INBOUND_QUEUE,
    KEEP_WATCH,
    MATCH_PAYMENTS,
    PROCESS_INBOUND,
    REDRAFT,
    SEND_MAIL,
    SEND_QUEUE,
)
from jobs.tasks import fetch_mailbox, keep_watch
from jobs.tasks.fetch_mailbox import request_fetch
from jobs.watches import Watches
from ledger.commands.close_run import hand_to_person, wake_and_renew
from ledger.commands.payment_proposals import hand_payment_to_person
from ledger.queries.case_for_run import case_of_message
from ledger.store.org_scope import list_organisations

#: Sources that are looked at often because looking costs nothing.
LOCAL_KINDS = frozenset({"folder", "maildir", "mbox"})
REMOTE_KINDS = frozenset({"imap", "gmail", "outlook"})
_SWEEP_SECONDS = 15.0
_WATCH_SECONDS = 60.0
#: After the connection that holds the locks of `Idling` was lost.
_IDLE_AGAIN_SECONDS = 5.0
#: What a dead worker left of these is not worked on again: the next word of mail, the poll and the round do it.
_LEFT_ALONE = frozenset({FETCH_MAILBOX, KEEP_WATCH})
#: A job whose workers died so often is not given to another; of mails that are sent see `jobs.orphans`.
_MOST_TAKEOVERS = 5

_log = structlog.get_logger()


async def organisations(duly: Duly) -> list[OrgId]:
    """Whom this worker works for."""
    async with duly.uows.sessions() as session, session.begin():
        return [org_id for org_id, _ in await list_organisations(session)]


def polling(duly: Duly, kinds: frozenset[str]) -> Polling:
    """What looks at the mailboxes of these kinds. Folders answer at once, and are looked at one by one."""
    side_by_side = 1 if kinds <= LOCAL_KINDS else SIDE_BY_SIDE
    return Polling(duly.fetching, lambda: organisations(duly), kinds, side_by_side=side_by_side)


async def fetch_round(duly: Duly, kinds: frozenset[str]) -> int:
    """One look at every mailbox of these kinds; returns how many messages were new."""
    return await polling(duly, kinds).round()


async def sweep_round(duly: Duly) -> None:
    """Wakes what was snoozed, renews drafts whose day is over, and finds mails that nobody works on."""
    for org_id in await organisations(duly):
        try:
            await wake_and_renew(duly.uows, org_id, now=duly.clock.now())
            await adopt_sends(duly.uows, org_id, now=duly.clock.now())
        except Exception:  # as for fetching
            _log.exception("sweep_failed", org_id=str(org_id))


async def watch_round(duly: Duly, watches: Watches) -> None:
    """Has providers go on telling us of new mail."""
    for org_id in await organisations(duly):
        try:
            await watches.round(org_id)
        except Exception:  # as for fetching
            _log.exception("watches_failed", org_id=str(org_id))


def word_of_mail(duly: Duly) -> tuple[Idling, Watches]:
    """What tells this worker of new mail, with the jobs that follow from it."""

    async def news(org_id: OrgId, mailbox_id: MailboxId) -> None:
        await request_fetch(duly.queue, org_id, mailbox_id)

    settings = duly.settings
    watches = Watches(
        duly.uows, duly.secrets, duly.clock, make_watch(duly.grants, settings.oauth, settings.push), news
    )
    fetch_mailbox.register(duly.queue, duly.fetching)
    keep_watch.register(duly.queue, watches)
    idle = make_idle(duly.secrets, duly.grants)
    return Idling(duly.uows, lambda: organisations(duly), duly.urls.app, idle, news), watches


async def rescue_round(duly: Duly) -> None:
    """Gives the jobs of dead workers back to the living."""
    manager, seconds = duly.queue.job_manager, duly.settings.worker.stalled_seconds
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        if job.task_name in _LEFT_ALONE:
            # To queue it again could meet another one that waits already, and two may not.
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        elif (again_at := await _next_takeover(duly, job)) is None:
            _log.error("job_given_up", job=job.id, task=job.task_name)
            await _give_up(duly, job)
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            try:
                await manager.retry_job(job, retry_at=again_at)
            except ConnectorException as error:
                if not isinstance(error.__cause__, RaiseException):
                    raise
                continue  # it ended, or another worker took it over, since we looked
            _log.warning("job_taken_over", job=job.id, task=job.task_name)
            if job.task_name == SEND_MAIL:
                await count_takeover(duly.uows, *_mail_of(job))
    await manager.prune_stalled_workers(seconds_since_heartbeat=seconds)


async def _next_takeover(duly: Duly, job: Job) -> datetime | None:
    """When another worker may have it; None where so many died of it that no other shall."""
    if job.task_name == SEND_MAIL:
        return await next_takeover(duly.uows, *_mail_of(job), now=duly.clock.now())
    return duly.clock.now() if job.attempts < _MOST_TAKEOVERS else None


def _mail_of(job: Job) -> tuple[OrgId, SendId]:
    return OrgId(UUID(str(job.task_kwargs["org_id"]))), SendId(UUID(str(job.task_kwargs["send_id"])))


async def _give_up(duly: Duly, job: Job) -> None:
    """Puts before a person what every worker died of."""
    org_id, now = OrgId(UUID(str(job.task_kwargs["org_id"]))), duly.clock.now()
    words = "Every worker that took this mail stopped while working on it; it is kept as received."
    if job.task_name == SEND_MAIL:
        await duly.sending.give_up(*_mail_of(job), RuntimeError(words))
    elif job.task_name == PROCESS_INBOUND:
        async with duly.uows(org_id) as uow:
            case_id = await case_of_message(uow, MessageId(UUID(str(job.task_kwargs["message_id"]))))
        await hand_to_person(duly.uows, org_id, case_id, decision=None, words=words, now=now)
    elif job.task_name == MATCH_PAYMENTS:
        why = "every worker that took it stopped while working on it"
        ids = job.task_kwargs["payment_ids"]
        for one in ids if isinstance(ids, list) else []:
            payment_id = PaymentId(UUID(str(one)))
            await hand_payment_to_person(duly.uows, org_id, payment_id, words=why, now=now)
    elif job.task_name == REDRAFT:
        case_id = CaseId(UUID(str(job.task_kwargs["case_id"])))
        await hand_to_person(duly.uows, org_id, case_id, decision=None, words=words, now=now)


async def registered_anew(work: Callable[[], Awaitable[None]]) -> None:
    """Runs `work` to its end, again each time that the others took this worker for dead and struck it off.

    A machine that was asleep, or busy with something long, misses its heartbeats; its jobs were given to others, and
    it may take new ones under a new number.
    """
    while True:
        try:
            return await work()
        except ConnectorException as error:
            if not isinstance(error.__cause__, ForeignKeyViolation):
                raise
            _log.warning("worker_registers_anew")


async def run_worker(duly: Duly, *, fetch: bool = True, wait: bool = True) -> None:
    """Works until it is stopped (SIGINT, SIGTERM); with `wait` False, until the queues are empty."""
    settings = duly.settings.worker
    loops: list[asyncio.Task[None]] = []
    idling, watches = word_of_mail(duly)
    queues = [SEND_QUEUE, INBOUND_QUEUE, CASH_QUEUE, *([FETCH_QUEUE] if fetch else [])]
    if wait:
        loops.append(_every(settings.stalled_seconds / 2, "rescue", lambda: rescue_round(duly)))
        loops.append(_every(_SWEEP_SECONDS, "sweep", lambda: sweep_round(duly)))
        if fetch:
            loops.append(_every(ROUND_SECONDS, "alarms", lambda: alarm_round(duly)))
            loops.append(_every(_WATCH_SECONDS, "watches", lambda: watch_round(duly, watches)))
            loops.append(_every(_IDLE_AGAIN_SECONDS, "idling", idling.run))
            for kinds, seconds in ((LOCAL_KINDS, settings.poll_seconds), (REMOTE_KINDS, settings.imap_poll_seconds)):
                loops.append(_every(seconds, "fetch", partial(polling(duly, kinds).run, seconds)))
    try:
        if not wait:
            await _drain(duly, queues)
            return
        await registered_anew(
            lambda: duly.queue.run_worker_async(
                queues=queues,
                wait=True,
                concurrency=settings.concurrency,
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=settings.heartbeat_seconds,
                stalled_worker_timeout=settings.stalled_seconds,
                shutdown_graceful_timeout=10.0,
                delete_jobs="successful",
                install_signal_handlers=True,
            )
        )
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def _drain(duly: Duly, queues: list[str]) -> None:
    """Works until nothing is left that can be worked on now. A round ends where only locked jobs are left, and the
    next one takes those."""
    before = -1
    while (left := await _jobs_left(duly)) and left != before:
        before = left
        await duly.queue.run_worker_async(
            queues=queues,
            wait=False,
            concurrency=duly.settings.worker.concurrency,
            delete_jobs="successful",
            install_signal_handlers=False,
        )


async def _jobs_left(duly: Duly) -> int:
    async with duly.uows.sessions() as session:
        left = await session.scalar(
            text(
                "SELECT count(*) FROM procrastinate_jobs "
                "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
            )
        )
    return int(left or 0)


def _every(seconds: float, name: str, work: Callable[[], Awaitable[object]]) -> asyncio.Task[None]:
    return asyncio.create_task(_repeat(seconds, name, work), name=name)


async def _repeat(seconds: float, name: str, work: Callable[[], Awaitable[object]]) -> None:
    """One failing round is logged and followed by the next: a loop that ends ends silently."""
    while True:
        try:
            await work()
        except Exception:  # the boundary of a background loop
            _log.exception("round_failed", round=name)
        await asyncio.sleep(seconds)

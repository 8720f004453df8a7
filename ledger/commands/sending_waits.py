"""What keeps an approved mail back: the delay in which it can be taken back, hours, cap, limits; and putting it off.

Every check runs inside the transaction that would claim the mail. Cap and limit lock what they count by, so that
workers who look at the same moment do not each find the last free place.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from core.clock import day_in
from core.ids import AccountId, CaseId, SendId
from ledger.model.job_request import SendMail
from ledger.model.sending import SendingPolicy, SendWait, WaitKind
from ledger.rules.sending_limits import DAY, MINUTE, WEEK, free_again, limits_of, turn_of
from ledger.rules.sending_times import customer_zone, next_sending_time, why_not_now
from ledger.store.sending_policy import SendingFrame, on_the_queues_clock, sending_frame
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.drafts import DraftRow, SendRow
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork

#: States in which a mail went out, or may have, or is about to.
_COUNTED = ("claimed", "sending", "sent", "known_sent", "outcome_unknown")
#: Shorter waits leave no entry on the timeline.
_WORTH_TELLING = timedelta(minutes=10)
#: Clocks of different machines differ by less.
CLOCK_TOLERANCE = timedelta(minutes=1)
#: Bytes made longer ago are made anew, so that the Date of a mail that waited is not that of last week.
_STALE = timedelta(hours=1)


def set_clock_right(send: SendRow, *, now: datetime) -> None:
    """Stamps that lie in the future were written by a clock that has been put right since: they count as now, so that
    nothing that is waited for takes longer than it was meant to."""
    ahead = send.created_at - now
    if ahead > CLOCK_TOLERANCE:
        send.created_at = now
        send.undo_until = None if send.undo_until is None else send.undo_until - ahead
    if send.handed_over_at is not None and send.handed_over_at - now > CLOCK_TOLERANCE:
        send.handed_over_at = now


async def first_wait(uow: UnitOfWork, send: SendRow, draft: DraftRow, *, now: datetime) -> SendWait | None:
    """What a mail that is approved at `now` waits for first; sets until when it can be taken back."""
    frame = await sending_frame(uow, draft)
    free = now + frame.policy.undo
    send.undo_until = free if free > now else None
    return _hours_wait(frame, free) or _undo_wait(frame, send, now)


async def wait_by_clock(uow: UnitOfWork, send: SendRow, draft: DraftRow, *, now: datetime) -> SendWait | None:
    """The delay in which it can be taken back, and the customer's sending hours."""
    frame = await sending_frame(uow, draft)
    return _undo_wait(frame, send, now) or _hours_wait(frame, now)


async def wait_by_count(uow: UnitOfWork, send: SendRow, draft: DraftRow, *, now: datetime) -> SendWait | None:
    """The account's contact cap and the mailbox's limits. Locks both until the transaction ends."""
    frame = await sending_frame(uow, draft)
    if send.started_by_us:
        capped = await _cap_wait(uow, send, draft, frame, now)
        if capped is not None:
            return capped
    return await _limit_wait(uow, send, frame, now)


def _undo_wait(frame: SendingFrame, send: SendRow, now: datetime) -> SendWait | None:
    if send.undo_until is None or send.undo_until <= now:
        return None
    zone = customer_zone(*frame.zones)
    return SendWait(WaitKind.UNDO, send.undo_until, "it can still be taken back", zone.key)


def _hours_wait(frame: SendingFrame, at: datetime) -> SendWait | None:
    zone, hours = customer_zone(*frame.zones), frame.policy.hours
    until = next_sending_time(at, zone, frame.country, hours)
    if until <= at:
        return None
    return SendWait(WaitKind.HOURS, until, why_not_now(at, zone, frame.country, hours), zone.key)


async def _cap_wait(
    uow: UnitOfWork, send: SendRow, draft: DraftRow, frame: SendingFrame, now: datetime
) -> SendWait | None:
    # The weaker lock: rows that refer to the account are written meanwhile.
    await uow.session.get_one(AccountRow, draft.account_id, with_for_update={"key_share": True})
    went = func.coalesce(SendRow.sent_at, SendRow.claimed_at)
    sent = await uow.session.scalars(
        select(went)
        .join(DraftRow, DraftRow.id == SendRow.draft_id)
        .where(
            DraftRow.account_id == draft.account_id,
            SendRow.id != send.id,
            SendRow.started_by_us.is_(True),
            SendRow.state.in_(_COUNTED),
            went > now - WEEK,
        )
        .order_by(went.desc())
        .limit(frame.policy.contact_cap)
    )
    until = free_again(sent, most=frame.policy.contact_cap, window=WEEK, now=now)
    if until is None:
        return None
    return _counted_wait(frame, WaitKind.CAP, until, _cap_words(frame.policy))


def _cap_words(policy: SendingPolicy) -> str:
    most = policy.contact_cap
    return (
        f"{most} mail{'' if most == 1 else 's'} that we started went to this customer within seven days, "
        "and more are not allowed; answers go out as before"
    )


async def _limit_wait(uow: UnitOfWork, send: SendRow, frame: SendingFrame, now: datetime) -> SendWait | None:
    mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id, with_for_update={"key_share": True})
    limits = limits_of(mailbox.sender, mailbox.address)
    for most, window, words in ((limits.per_day, DAY, "a day"), (limits.per_minute, MINUTE, "a minute")):
        # The oldest of the newest `most`: where it lies within the window, the window is full.
        oldest = await uow.session.scalar(
            select(SendRow.claimed_at)
            .where(
                SendRow.mailbox_id == send.mailbox_id,
                SendRow.id != send.id,
                SendRow.state.in_(_COUNTED),
                SendRow.claimed_at > now - window,
                # A stamp of a clock that ran ahead would fill the window for as long as that was.
                SendRow.claimed_at <= now + CLOCK_TOLERANCE,
            )
            .order_by(SendRow.claimed_at.desc())
            .offset(most - 1)
            .limit(1)
        )
        if oldest is None:
            continue
        first = free_again([oldest], most=1, window=window, now=now)
        assert first is not None
        until = turn_of(first, place=await _place(uow, send), most=limits.per_minute, window=MINUTE)
        why = f"{mailbox.address} sends at most {most:,} mail{'' if most == 1 else 's'} {words}"
        return _counted_wait(frame, WaitKind.LIMIT, until, why)
    return None


async def _place(uow: UnitOfWork, send: SendRow) -> int:
    """How many mails of the mailbox wait for its limit that were approved before this one."""
    before = or_(
        SendRow.created_at < send.created_at, (SendRow.created_at == send.created_at) & (SendRow.id < send.id)
    )
    return (
        await uow.session.scalar(
            select(func.count()).where(
                SendRow.mailbox_id == send.mailbox_id,
                SendRow.state == "queued",
                SendRow.wait_kind == WaitKind.LIMIT.value,
                before,
            )
        )
        or 0
    )


def _counted_wait(frame: SendingFrame, kind: WaitKind, until: datetime, why: str) -> SendWait:
    zone = customer_zone(*frame.zones)
    return SendWait(kind, next_sending_time(until, zone, frame.country, frame.policy.hours), why, zone.key)


async def put_off(uow: UnitOfWork, send: SendRow, draft: DraftRow, wait: SendWait, *, now: datetime) -> None:
    """Keeps what the mail waits for, and asks for its job at that instant, in the caller's transaction."""
    send.state, send.claim_token = "queued", None
    send.wait_kind, send.not_before, send.wait_words = wait.kind.value, wait.until, wait.why
    send.time_zone = wait.time_zone
    if send.claimed_at is not None and wait.until - send.claimed_at > _STALE:
        send.raw_blob_id = None
    if wait.kind is not WaitKind.UNDO and wait.until - now > _WORTH_TELLING:
        await _tell(uow, send, draft, wait, now)
    await request_send(uow, send, not_before=wait.until, now=now)


async def request_send(uow: UnitOfWork, send: SendRow, *, not_before: datetime | None, now: datetime) -> None:
    """Asks for the job of a mail. Not under the account's lock: a send that waits for a proof must not hold up the
    customer's mail. A mail that waits has a new job for each wait, so that its tries are counted from zero."""
    at = None if not_before is None else await on_the_queues_clock(uow, not_before, now=now)
    await uow.request(SendMail(uow.org_id, SendId(send.id), f"send:{send.id}", not_before=at))


def stop_waiting(send: SendRow) -> None:
    """Nothing keeps it back any more."""
    send.wait_kind, send.not_before, send.wait_words = "", None, ""


async def _tell(uow: UnitOfWork, send: SendRow, draft: DraftRow, wait: SendWait, now: datetime) -> None:
    zone = customer_zone(wait.time_zone)
    local = wait.until.astimezone(zone)
    await append_event(
        uow,
        kind="send_waits",
        words=f"The approved mail waits: {wait.why}. It goes out on {day_in(zone, wait.until).isoformat()} "
        f"at {local.hour}:{local.minute:02d} (customer's time)",
        cause_key=f"waits:{send.id}:{wait.kind.value}:{wait.until.isoformat()}",
        at=now,
        account_id=AccountId(draft.account_id),
        case_id=CaseId(draft.case_id),
    )

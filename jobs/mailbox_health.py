"""`MailboxHealth`: how each connected mailbox is, and what a person should do about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import NotConfigured
from core.ids import MailboxId, OrgId
from core.settings import HealthSettings
from ledger.model.inbox import inbox_of
from ledger.model.sending import MailboxLimits
from ledger.rules import sending_limits
from ledger.store.connections import Connection, GrantId, connections
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory


class Verdict(StrEnum):
    """How a mailbox is, the worst that is true of it."""

    OK = "ok"
    #: No error is known, and yet nothing was fetched for too long.
    LATE = "late"
    FAILING = "failing"
    #: Only a person can mend it, by signing in again.
    NEEDS_RECONNECT = "needs_reconnect"


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """When something is worth a word. The alarm comes before the silence: `failing_after` is below `late_after`.

    A watch that is renewed daily never has less than a day left of Google's seven, or a day and a half of
    Microsoft's sixty hours.
    """

    late_after: timedelta = timedelta(minutes=15)
    failing_after: timedelta = timedelta(minutes=5)
    grant_warning: timedelta = timedelta(days=7)
    watch_warning: timedelta = timedelta(hours=12)


def limits_of(settings: HealthSettings) -> HealthLimits:
    """The limits that an installation is set to."""
    return HealthLimits(
        late_after=timedelta(minutes=settings.late_minutes),
        failing_after=timedelta(minutes=settings.failing_minutes),
        grant_warning=timedelta(days=settings.grant_warning_days),
        watch_warning=timedelta(hours=settings.watch_warning_hours),
    )


@dataclass(frozen=True, slots=True)
class Expiry:
    """What ends next: `grant` (a person signs in again) or `watch` (a worker renews it)."""

    what: str
    at: datetime
    days_left: float
    is_near: bool


@dataclass(frozen=True, slots=True)
class MailboxHealth:
    """One mailbox. Times are UTC; None where nothing is known, or nothing of the kind exists."""

    mailbox_id: MailboxId
    address: str
    kind: str
    verdict: Verdict
    #: What is the matter and what to do, in a sentence or two.
    words: str
    last_good_sync: datetime | None
    failing_since: datetime | None
    last_error: str
    grant_id: GrantId | None
    grant_state: str | None
    expiry: Expiry | None
    cursor_age_seconds: float | None
    gap_messages: int | None
    #: What to do to connect it again.
    reconnect: str
    #: How many mails may leave it; None where what is set is no number, which sending says.
    limits: MailboxLimits | None


async def mailbox_health(
    uows: UnitOfWorkFactory, org_id: OrgId, *, now: datetime, limits: HealthLimits
) -> tuple[MailboxHealth, ...]:
    """The organisation's active mailboxes, oldest first."""
    async with uows(org_id) as uow:
        found = await connections(uow)
    return tuple(judge(one, fetched_as(one.mailbox, found), now=now, limits=limits) for one in found)


def fetched_as(mailbox: MailboxRow, among: tuple[Connection, ...]) -> MailboxRow:
    """The mailbox under whose name this one is fetched: of several that share a source, only the first is."""
    if not mailbox.source.get("kind"):
        return mailbox
    inbox = inbox_of(mailbox.source, mailbox.address)
    shared = (one.mailbox for one in among if inbox_of(one.mailbox.source, one.mailbox.address) == inbox)
    return next(shared, mailbox)


def judge(one: Connection, fetched: MailboxRow, *, now: datetime, limits: HealthLimits) -> MailboxHealth:
    """How the mailbox is at `now`, by what is kept about it and about the mailbox that it is fetched as."""
    mailbox, grant = one.mailbox, one.grant
    failing = (fetched.failing_since, grant and grant.failing_since, mailbox.sending_failing_since)
    since = min((at for at in failing if at), default=None)
    last_error = (grant.last_error if grant and grant.failing_since else "") or fetched.last_error
    if mailbox.sending_failing_since is not None:
        last_error = "; ".join(filter(None, (last_error, f"no mail goes out of it: {mailbox.sending_error}")))
    is_fetched = bool(mailbox.source.get("kind"))
    # What fell behind comes turn by turn: as long as its cursor moves, it is not silent.
    moved = one.sync.cursor_moved_at if one.sync is not None else None
    heard = max((at for at in (fetched.fetched_at, moved) if at), default=_made_at(mailbox.id) or now)
    quiet = now - heard if is_fetched else timedelta(0)
    expiry = _expiry(one, now, limits)
    verdict = _verdict(one, fetched, since, quiet, limits)
    return MailboxHealth(
        mailbox_id=MailboxId(mailbox.id),
        address=mailbox.address,
        kind=str(mailbox.source.get("kind") or mailbox.sender.get("kind") or ""),
        verdict=verdict,
        words=_words(one, verdict, fetched, since, last_error, expiry),
        last_good_sync=fetched.fetched_at,
        failing_since=since,
        last_error=last_error,
        grant_id=one.grant_id,
        grant_state=None if grant is None else grant.state,
        expiry=expiry,
        cursor_age_seconds=None if one.sync is None else _age(one.sync.cursor_moved_at, now),
        gap_messages=None if one.sync is None else one.sync.gap_messages,
        reconnect=reconnect(mailbox),
        limits=_limits(mailbox),
    )


def _limits(mailbox: MailboxRow) -> MailboxLimits | None:
    try:
        return sending_limits.limits_of(mailbox.sender, mailbox.address)
    except NotConfigured:
        return None


def _verdict(
    one: Connection, fetched: MailboxRow, since: datetime | None, quiet: timedelta, limits: HealthLimits
) -> Verdict:
    if one.grant_id is not None and (one.grant is None or one.grant.state == "revoked"):
        return Verdict.NEEDS_RECONNECT
    if fetched.failing_since is not None and fetched.sign_in_refused:
        return Verdict.NEEDS_RECONNECT
    if since is not None:
        return Verdict.FAILING
    return Verdict.LATE if quiet > limits.late_after else Verdict.OK


def _words(
    one: Connection,
    verdict: Verdict,
    fetched: MailboxRow,
    since: datetime | None,
    last_error: str,
    expiry: Expiry | None,
) -> str:
    match verdict:
        case Verdict.NEEDS_RECONNECT:
            said = one.grant.last_error if one.grant is not None and one.grant.state == "revoked" else ""
            said = said or (f"{last_error} ({_command(one.mailbox)})" if last_error else "")
            return said or f"Duly may not use {one.mailbox.address} any more. {reconnect(one.mailbox)}"
        case Verdict.FAILING:
            return (
                f"Failing since {_at(since)}: {last_error or 'no reason is known'}. Duly goes on trying; if the "
                "reason is the sign-in or a setting, mend it, or connect the mailbox again."
            )
        case Verdict.LATE:
            last = f"since {_at(fetched.fetched_at)}" if fetched.fetched_at else "yet"
            return (
                f"Nothing was fetched {last}, and no error is known. Look whether a worker is running (duly worker)."
            )
        case Verdict.OK:
            return _words_of_expiry(one, expiry)


def _words_of_expiry(one: Connection, expiry: Expiry | None) -> str:
    if expiry is None or not expiry.is_near:
        return "Works."
    if expiry.what == "watch":
        return (
            f"Works, but word of new mail ends on {_at(expiry.at)} and was not renewed; from then on the mailbox is "
            "only looked at now and then. Look at the worker's log."
        )
    return f"Works, but Duly's access ends on {_at(expiry.at)}. {reconnect(one.mailbox)}"


def reconnect(mailbox: MailboxRow) -> str:
    """What to do to connect a mailbox again."""
    return f"Connect it again: {_command(mailbox)}"


def _command(mailbox: MailboxRow) -> str:
    kind = str(mailbox.source.get("kind") or mailbox.sender.get("kind") or "")
    more = " --application" if mailbox.source.get("permission") == "application" else ""
    return f"duly connect {kind} {mailbox.address}{more}"


def _expiry(one: Connection, now: datetime, limits: HealthLimits) -> Expiry | None:
    """What ends first. A revoked grant has ended, and has its own verdict."""
    ends: list[tuple[datetime, str, timedelta]] = []
    if one.grant is not None and one.grant.state == "active" and one.grant.refresh_expires_at is not None:
        ends.append((one.grant.refresh_expires_at, "grant", limits.grant_warning))
    if one.sync is not None and one.sync.watch_expires_at is not None:
        ends.append((one.sync.watch_expires_at, "watch", limits.watch_warning))
    if not ends:
        return None
    # What is near comes before what is not, though it may end later: a grant needs a person, and days.
    at, what, warning = min(ends, key=lambda end: (end[0] - now > end[2], end[0]))
    left = at - now
    return Expiry(what, at, round(left / timedelta(days=1), 2), left <= warning)


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())


def _made_at(mailbox_id: UUID) -> datetime | None:
    """When a row was made, by its id: those of version 7 begin with the time in milliseconds."""
    return datetime.fromtimestamp((mailbox_id.int >> 80) / 1000, tz=UTC) if mailbox_id.version == 7 else None


def _at(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

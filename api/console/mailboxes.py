"""The page of connected mailboxes: which of them work, and what to do about the others."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from api.auth import duly_of
from api.console.display_text import visible
from api.console.guard import ConsoleRoute, reader
from api.console.pages import frame_of, render
from jobs.alarm_round import living_workers
from jobs.mailbox_health import MailboxHealth, Verdict, limits_of, mailbox_health
from ledger.queries.queue_lookup import organisation_shown

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)

_KINDS = {
    "gmail": "Gmail",
    "outlook": "Outlook",
    "imap": "IMAP",
    "smtp": "SMTP, sending only",
    "folder": "Folder",
    "maildir": "Maildir",
    "mbox": "mbox file",
}
_STANDING = {
    Verdict.OK: ("Works", "good"),
    Verdict.LATE: ("Silent", "warn"),
    Verdict.FAILING: ("Failing", "bad"),
    Verdict.NEEDS_RECONNECT: ("Connect again", "bad"),
}
_LONGEST = 500
_HOUR_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class MailboxShown:
    """One mailbox of the page, in words."""

    address: str
    kind: str
    standing: str
    tone: str
    words: str
    last_good_sync: datetime | None
    facts: tuple[tuple[str, str], ...]


@router.get("/mailboxes")
async def mailboxes(request: Request) -> Response:
    """All active mailboxes; those that need somebody first."""
    user = await reader(request)
    duly = duly_of(request)
    limits = limits_of(duly.settings.health)
    found = await mailbox_health(duly.uows, user.org_id, now=duly.clock.now(), limits=limits)
    async with duly.uows(user.org_id) as uow:
        organisation = await organisation_shown(uow)
    workers = await living_workers(duly)
    rows = [present_mailbox(one) for one in sorted(found, key=lambda one: one.verdict is Verdict.OK)]
    return render("mailboxes.html", frame_of(request, user, organisation.name), rows=rows, workers=workers)


def present_mailbox(health: MailboxHealth) -> MailboxShown:
    """The mailbox in words. Pure."""
    standing, tone = _STANDING[health.verdict]
    if health.verdict is Verdict.OK and health.expiry is not None and health.expiry.is_near:
        standing, tone = "Ends soon", "warn"
    return MailboxShown(
        address=visible(health.address)[:_LONGEST],
        kind=_KINDS.get(health.kind, health.kind),
        standing=standing,
        tone=tone,
        words=visible(health.words)[:_LONGEST],
        last_good_sync=health.last_good_sync,
        facts=_facts(health),
    )


def _facts(health: MailboxHealth) -> tuple[tuple[str, str], ...]:
    facts = []
    if health.expiry is not None:
        what = "Access ends in" if health.expiry.what == "grant" else "Word of new mail ends in"
        facts.append((what, _days(health.expiry.days_left)))
    if health.cursor_age_seconds is not None:
        facts.append(("Newest message taken", f"{_age(health.cursor_age_seconds)} ago"))
    if health.limits is not None:
        facts.append(("At most", f"{health.limits.per_minute:,} mails a minute, {health.limits.per_day:,} a day"))
    if health.gap_messages:
        facts.append(("Messages still to fetch", f"{health.gap_messages:,}"))
    return tuple(facts)


def _days(days: float) -> str:
    hours = days * 24
    if hours < 0:
        return "no time: it has ended"
    return f"{hours:.0f} hours" if hours < 48 else f"{days:.0f} days"


def _age(seconds: float) -> str:
    if seconds < _HOUR_SECONDS:
        return f"{seconds / 60:.0f} minutes"
    return _days(seconds / (24 * _HOUR_SECONDS))

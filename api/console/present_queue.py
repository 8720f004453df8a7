"""View models of the queue. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.console.display_text import visible
from api.console.present_case import Sending, present_sending
from api.console.words import (
    action_words,
    intent_words,
    item_kind_words,
    language_name,
    sentence,
    status_words,
    tone_of,
)
from core.money import Money
from ledger.queries.approval_queue import ApprovalSummary
from ledger.queries.outbox import OutboxMail
from ledger.queries.queue_lookup import QueueCounts
from ledger.queries.worklist import ReviewItemShown

#: The tab of review items stands among those of approvals.
FOR_A_PERSON = "person"
#: The tab of approved mails that have not gone out.
GOING_OUT = "outbox"
_WORDS = {FOR_A_PERSON: "For a person", GOING_OUT: "Going out"}
#: Tabs that are always shown; the others only where something is in them.
_ALWAYS = ("pending", FOR_A_PERSON)
TABS = ("pending", FOR_A_PERSON, GOING_OUT, "snoozed", "redrafting", "approved", "rejected", "closed")


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the queue."""

    code: str
    words: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One approval of the list; `said` are words and tone of what the customer said."""

    case_id: UUID
    customer: str
    subject: str
    said: tuple[tuple[str, str], ...]
    action: str
    why: str
    needs_person: bool
    expected_cash: Money
    since: datetime
    language: str
    assigned: str
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One approved mail of the list. `key` makes taking it back happen once."""

    case_id: UUID
    customer: str
    subject: str
    to: str
    approved_by: str
    approved_at: datetime
    version: int
    key: str
    can_be_taken_back: bool
    sending: Sending


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One review item of the list."""

    item_id: UUID
    case_id: UUID | None
    kind: str
    words: str
    customer: str
    owner: str
    since: datetime


def present_tabs(counts: QueueCounts, current: str) -> tuple[Tab, ...]:
    """The tabs, with how much is in each."""
    found = {**counts.by_status, FOR_A_PERSON: counts.for_a_person, GOING_OUT: counts.going_out}
    return tuple(
        Tab(code, _WORDS.get(code) or status_words(code), found.get(code, 0), code == current)
        for code in TABS
        if code in _ALWAYS or code == current or found.get(code, 0)
    )


def present_line(summary: ApprovalSummary) -> QueueLine:
    """One approval in words."""
    return QueueLine(
        case_id=summary.case_id,
        customer=visible(summary.account_name),
        subject=visible(summary.subject[:200]),
        said=tuple((intent_words(intent), tone_of(intent)) for intent in summary.intents[:4]),
        action=action_words(summary.action) if summary.action else "",
        why=visible(sentence(summary.first_reason[:300])),
        needs_person=summary.needs_person,
        expected_cash=summary.expected_cash,
        since=summary.created_at,
        language=language_name(summary.language),
        assigned=visible(summary.assigned_name),
        snoozed_until=summary.snoozed_until,
    )


def present_mail(mail: OutboxMail, *, now: datetime, key: str, sandbox_to: str = "") -> OutboxLine:
    """One approved mail in words."""
    return OutboxLine(
        case_id=mail.case_id,
        customer=visible(mail.account_name),
        subject=visible(mail.subject[:200]),
        to=visible(", ".join(mail.recipients)[:300]),
        approved_by=visible(mail.approved_by),
        approved_at=mail.approved_at,
        version=mail.version,
        key=key,
        can_be_taken_back=mail.can_be_taken_back,
        sending=present_sending(mail.send, now=now, sandbox_to=sandbox_to),
    )


def present_item(item: ReviewItemShown) -> ItemLine:
    """One review item in words."""
    return ItemLine(
        item_id=item.item_id,
        case_id=item.case_id,
        kind=item_kind_words(item.kind),
        words=visible(sentence(item.words[:400])),
        customer=visible(item.account_name),
        owner=item.owner,
        since=item.opened_at,
    )

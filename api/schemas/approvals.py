"""Request and response bodies of the approvals API. Money is `{"amount": "1250.00", "currency": "EUR"}`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.schemas.body import Body
from core.money import Money, plain
from ledger.queries.approval_queue import (
    ApprovalDetail,
    ApprovalSummary,
    CaseShown,
    DraftShown,
    SendShown,
    SignalShown,
)

_LONGEST_MAIL = 50_000
#: The field that the reply format calls `date` would hide the type of that name.
Day = date


class MoneyOut(BaseModel):
    """Major units as a decimal string, ISO 4217 currency."""

    amount: str
    currency: str

    @classmethod
    def of(cls, money: Money) -> "MoneyOut":
        return cls(amount=plain(money.amount, money.currency), currency=money.currency)


class ApprovalOut(BaseModel):
    """One line of the queue; `version` is what `If-Match` takes."""

    id: UUID
    case_id: UUID
    account_id: UUID
    account: str
    status: str
    version: int
    subject: str
    to: list[str]
    language: str
    intents: list[str]
    action: str
    needs_person: bool
    reason: str
    expected_cash: MoneyOut
    assigned_to: UUID | None
    snoozed_until: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, summary: ApprovalSummary) -> "ApprovalOut":
        return cls(
            id=summary.approval_id,
            case_id=summary.case_id,
            account_id=summary.account_id,
            account=summary.account_name,
            status=summary.status,
            version=summary.version,
            subject=summary.subject,
            to=list(summary.recipients),
            language=summary.language,
            intents=list(summary.intents),
            action=summary.action,
            needs_person=summary.needs_person,
            reason=summary.first_reason,
            expected_cash=MoneyOut.of(summary.expected_cash),
            assigned_to=summary.assigned_to,
            snoozed_until=summary.snoozed_until,
            created_at=summary.created_at,
            updated_at=summary.updated_at,
        )


class ApprovalPage(BaseModel):
    """A page of the queue; `next_cursor` is null on the last one."""

    items: list[ApprovalOut]
    next_cursor: str | None


class SignalOut(BaseModel):
    """What the customer said; `start` and `end` count characters of `reply.text`, -1 where it stands elsewhere."""

    intent: str
    invoices: list[str]
    date: Day | None
    amount: MoneyOut | None
    reference: str
    conditional: bool
    reason: str | None
    documents: list[str]
    contact: str
    until: Day | None
    quote: str
    start: int
    end: int
    confidence: float
    ungrounded: str
    #: What the ledger held for a claim of payment when it came in, in words.
    found: list[str]

    @classmethod
    def of(cls, signal: SignalShown) -> "SignalOut":
        return cls(
            intent=signal.intent,
            invoices=list(signal.invoices),
            date=signal.day,
            amount=None if signal.amount is None else MoneyOut.of(signal.amount),
            reference=signal.reference,
            conditional=signal.conditional,
            reason=signal.reason,
            documents=list(signal.documents),
            contact=signal.contact,
            until=signal.until,
            quote=signal.quote,
            start=signal.start,
            end=signal.end,
            confidence=signal.confidence,
            ungrounded=signal.ungrounded,
            found=list(signal.found),
        )


class DraftOut(BaseModel):
    """The proposed mail, what supports its figures, and what the checks object to."""

    id: UUID
    version: int
    state: str
    subject: str
    text: str
    to: list[str]
    cc: list[str]
    language: str
    marked_language: str
    attachments: list[str]
    supports: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    expires_at: datetime | None
    written_by: str
    why_again: str

    @classmethod
    def of(cls, draft: DraftShown) -> "DraftOut":
        return cls(
            id=draft.draft_id,
            version=draft.version,
            state=draft.state,
            subject=draft.subject,
            text=draft.text,
            to=list(draft.to),
            cc=list(draft.cc),
            language=draft.language,
            marked_language=draft.marked_language,
            attachments=[str(attachment["name"]) for attachment in draft.attachments],
            supports=list(draft.supports),
            findings=list(draft.findings),
            expires_at=draft.expires_at,
            written_by=draft.written_by,
            why_again=draft.why_again,
        )


class ReplyOut(BaseModel):
    """The customer's mail: `text` holds their own words only."""

    sender: str
    subject: str
    text: str
    received_at: datetime
    message_id: str


class SendOut(BaseModel):
    """Where an approved mail is. While it is `queued` it may wait (`waits_for`: `undo`, `hours`, `cap`, `limit`).

    `not_before` is when it goes out at the earliest, `time_zone` the customer's. `sandboxed_to` got it instead of its
    recipients.
    """

    id: UUID
    state: str
    sent_at: datetime | None
    waits_for: str
    why: str
    not_before: datetime | None
    time_zone: str
    take_back_until: datetime | None
    sandboxed_to: str

    @classmethod
    def of(cls, send: SendShown) -> "SendOut":
        return cls(
            id=send.send_id,
            state=send.state,
            sent_at=send.sent_at,
            waits_for=send.wait_kind,
            why=send.wait_words,
            not_before=send.not_before,
            time_zone=send.time_zone,
            take_back_until=send.undo_until,
            sandboxed_to=send.sandboxed_to,
        )


class ApprovalDetailOut(ApprovalOut):
    """One approval, whole. `interrupt` follows the agent-inbox convention."""

    reply: ReplyOut
    signals: list[SignalOut]
    reasons: list[str]
    draft: DraftOut | None
    send_state: str | None
    send: SendOut | None
    tool_calls: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    interrupt: dict[str, Any] | None

    @classmethod
    def of_detail(cls, detail: ApprovalDetail) -> "ApprovalDetailOut":
        case = detail.case
        message = case.message
        return cls(
            **ApprovalOut.of(detail.summary).model_dump(),
            reply=ReplyOut(
                sender=message.sender,
                subject=message.subject,
                text=message.reply_text,
                received_at=message.at,
                message_id=message.header_message_id,
            ),
            signals=[SignalOut.of(signal) for signal in case.signals],
            reasons=[str(reason["words"]) for reason in case.decision.get("reasons", [])],
            draft=None if case.draft is None else DraftOut.of(case.draft),
            send_state=None if case.send is None else case.send.state,
            send=None if case.send is None else SendOut.of(case.send),
            tool_calls=list(case.tool_calls),
            timeline=[
                {"at": e.at.isoformat(), "kind": e.kind, "words": e.words, "actor": e.actor} for e in case.timeline
            ],
            interrupt=_interrupt(detail.summary, case),
        )


def _interrupt(summary: ApprovalSummary, case: CaseShown) -> dict[str, Any] | None:
    if case.draft is None or summary.status not in ("pending", "snoozed"):
        return None
    draft = case.draft
    return {
        "action_request": {
            "action": "send_email",
            "args": {"to": list(draft.to), "cc": list(draft.cc), "subject": draft.subject, "text": draft.text},
        },
        "config": {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True},
        "description": "\n".join(str(reason["words"]) for reason in case.decision.get("reasons", [])),
    }


class EditIn(Body):
    """What to change; what is left out stays. `send` false keeps the text without approving it."""

    text: str | None = Field(default=None, max_length=_LONGEST_MAIL)
    subject: str | None = Field(default=None, max_length=500)
    to: list[str] | None = Field(default=None, max_length=50)
    cc: list[str] | None = Field(default=None, max_length=50)
    send: bool = True


class RespondIn(Body):
    """An answer in the person's own words, instead of the draft."""

    text: str = Field(min_length=1, max_length=_LONGEST_MAIL)
    subject: str | None = Field(default=None, max_length=500)


class RejectIn(Body):
    """Why nothing is sent."""

    reason: str = Field(min_length=1, max_length=2_000)


class ReassignIn(Body):
    """Who decides instead: a user's id or e-mail address."""

    to: str = Field(min_length=1, max_length=320)
    reason: str = Field(default="", max_length=2_000)


class SnoozeIn(Body):
    """When it comes back, with its time zone."""

    until: AwareDatetime
    reason: str = Field(default="", max_length=2_000)


class DecidedOut(BaseModel):
    """What came of a decision."""

    id: UUID
    status: str
    version: int
    draft_id: UUID
    send_id: UUID | None

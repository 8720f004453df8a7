"""Approvals: the queue, by expected cash, then age; and one approval whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from core.errors import NotFound
from core.ids import ApprovalId, CaseId
from core.money import Money
from ledger.model.message import Message
from ledger.queries.account_timeline import TimelineEntry, case_timeline
from ledger.store.mapping import money, to_message
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cases import CaseRow, SignalRow, ToolCallRow
from ledger.store.tables.drafts import ApprovalDecisionRow, ApprovalRow, DraftRow, SendRow
from ledger.store.tables.history import PaymentClaimRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import UserRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ApprovalSummary:
    """One line of the queue. Times aware UTC; `expected_cash` in the account's currency."""

    approval_id: UUID
    case_id: UUID
    account_id: UUID
    account_name: str
    status: str
    version: int
    subject: str
    recipients: tuple[str, ...]
    language: str
    intents: tuple[str, ...]
    action: str
    needs_person: bool
    first_reason: str
    expected_cash: Money
    assigned_to: UUID | None
    assigned_name: str
    snoozed_until: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where a page ended."""

    expected_cash: Decimal
    created_at: datetime
    approval_id: UUID


@dataclass(frozen=True, slots=True)
class SignalShown:
    """A signal as a person sees it; `start` and `end` are in the reply's text, -1 where it stands elsewhere."""

    intent: str
    invoices: tuple[str, ...]
    day: date | None
    amount: Money | None
    reference: str
    conditional: bool
    reason: str | None
    documents: tuple[str, ...]
    contact: str
    until: date | None
    quote: str
    start: int
    end: int
    confidence: float
    ungrounded: str
    #: What the ledger held for a claim of payment when it came in, in words; empty for every other signal.
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft as a person sees it."""

    draft_id: UUID
    version: int
    state: str
    subject: str
    text: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    language: str
    marked_language: str
    attachments: tuple[dict[str, Any], ...]
    supports: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    expires_at: datetime | None
    written_by: str
    why_again: str


@dataclass(frozen=True, slots=True)
class SendShown:
    """What became of an approved mail, and what it waits for while it is `queued`."""

    send_id: UUID
    state: str
    message_id: str
    sent_at: datetime | None
    last_error: str
    #: `ledger.model.sending.WaitKind`, empty for nothing; until when, why, and the customer's zone.
    wait_kind: str = ""
    not_before: datetime | None = None
    wait_words: str = ""
    time_zone: str = ""
    #: Until then no worker takes it.
    undo_until: datetime | None = None
    #: Who got it instead of its recipients; empty outside the sandbox.
    sandboxed_to: str = ""
    #: It was handed over once, and a person had it sent again: it may have gone out.
    may_have_left: bool = False


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What a person did, when and why."""

    decision: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """Everything about one case that a person decides on."""

    case_id: UUID
    state: str
    account_id: UUID | None
    conversation_id: UUID | None
    mailbox_id: UUID
    language: str
    reader: str
    needs_human: bool
    reading_reasons: tuple[str, ...]
    unknown_references: tuple[str, ...]
    decision: dict[str, Any]
    next_step_on: date | None
    message: Message
    message_details: dict[str, Any]
    signals: tuple[SignalShown, ...]
    tool_calls: tuple[dict[str, Any], ...]
    timeline: tuple[TimelineEntry, ...]
    draft: DraftShown | None = None
    send: SendShown | None = None
    decisions: tuple[DecisionShown, ...] = ()
    #: Counts the runs of the agent on it.
    generation: int = 1
    #: Who put the reading right; empty where nobody did.
    corrected_by: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalDetail:
    """One approval, whole."""

    summary: ApprovalSummary
    case: CaseShown


async def approval_queue(
    uow: UnitOfWork,
    *,
    status: str | None,
    limit: int,
    after: QueuePosition | None = None,
    assigned_to: UUID | None = None,
) -> tuple[ApprovalSummary, ...]:
    """One page: most expected cash first (of one currency after another), then the oldest."""
    query = _summaries()
    if status is not None:
        query = query.where(ApprovalRow.status == status)
    if assigned_to is not None:
        query = query.where(ApprovalRow.assigned_to == assigned_to)
    if after is not None:
        cash, created, key = after.expected_cash, after.created_at, after.approval_id
        query = query.where(
            or_(
                ApprovalRow.expected_cash < cash,
                and_(ApprovalRow.expected_cash == cash, ApprovalRow.created_at > created),
                and_(ApprovalRow.expected_cash == cash, ApprovalRow.created_at == created, ApprovalRow.id > key),
            )
        )
    query = query.order_by(ApprovalRow.expected_cash.desc(), ApprovalRow.created_at, ApprovalRow.id).limit(limit)
    rows = (await uow.session.execute(query)).all()
    intents = await _intents(uow, [row[0].case_id for row in rows])
    return tuple(_summary(row, intents) for row in rows)


async def approval_counts(uow: UnitOfWork) -> dict[str, int]:
    """How many approvals stand in each status."""
    rows = await uow.session.execute(select(ApprovalRow.status, func.count()).group_by(ApprovalRow.status))
    return {status: count for status, count in rows}


def _summaries() -> Select[ApprovalRow, DraftRow, CaseRow, str, str]:
    return (
        select(ApprovalRow, DraftRow, CaseRow, AccountRow.name, UserRow.name)
        .join(DraftRow, DraftRow.id == ApprovalRow.draft_id)
        .join(CaseRow, CaseRow.id == ApprovalRow.case_id)
        .join(AccountRow, AccountRow.id == ApprovalRow.account_id)
        .outerjoin(UserRow, UserRow.id == ApprovalRow.assigned_to)
    )


async def _intents(uow: UnitOfWork, case_ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    if not case_ids:
        return {}
    rows = await uow.session.execute(
        select(SignalRow.case_id, SignalRow.intent)
        .where(SignalRow.case_id.in_(case_ids))
        .order_by(SignalRow.case_id, SignalRow.position)
    )
    found: dict[UUID, list[str]] = {}
    for case_id, intent in rows:
        if intent not in found.setdefault(case_id, []):
            found[case_id].append(intent)
    return {case_id: tuple(intents) for case_id, intents in found.items()}


def _summary(row: Any, intents: dict[UUID, tuple[str, ...]]) -> ApprovalSummary:
    approval, draft, case, account_name, assigned_name = row
    reasons = case.decision.get("reasons", [])
    return ApprovalSummary(
        approval_id=approval.id,
        case_id=approval.case_id,
        account_id=approval.account_id,
        account_name=account_name,
        status=approval.status,
        version=approval.version,
        subject=draft.subject,
        recipients=tuple(draft.recipients),
        language=draft.language,
        intents=intents.get(approval.case_id, ()),
        action=case.decision.get("action", ""),
        needs_person=bool(case.decision.get("needs_person")),
        first_reason=reasons[0]["words"] if reasons else "",
        expected_cash=money(approval.expected_cash, approval.currency),
        assigned_to=approval.assigned_to,
        assigned_name=assigned_name or "",
        snoozed_until=approval.snoozed_until,
        created_at=approval.created_at,
        updated_at=approval.updated_at,
    )


async def approval_detail(uow: UnitOfWork, approval_id: ApprovalId) -> ApprovalDetail:
    """One approval with its case.

    Raises:
        NotFound: no such approval in this organisation.
    """
    row = (await uow.session.execute(_summaries().where(ApprovalRow.id == approval_id))).one_or_none()
    if row is None:
        raise NotFound("approval", approval_id)
    intents = await _intents(uow, [row[0].case_id])
    return ApprovalDetail(_summary(row, intents), await case_shown(uow, CaseId(row[0].case_id)))


async def case_shown(uow: UnitOfWork, case_id: CaseId) -> CaseShown:
    """One case, whole.

    Raises:
        NotFound: no such case in this organisation.
    """
    case = await uow.session.get(CaseRow, case_id)
    if case is None:
        raise NotFound("case", case_id)
    message = await uow.session.get_one(MessageRow, case.message_id)
    signals = await uow.session.scalars(
        select(SignalRow).where(SignalRow.case_id == case_id).order_by(SignalRow.position)
    )
    calls = await uow.session.scalars(
        select(ToolCallRow).where(ToolCallRow.case_id == case_id).order_by(ToolCallRow.called_at).limit(100)
    )
    claimed = await uow.session.execute(
        select(PaymentClaimRow.position, PaymentClaimRow.found).where(PaymentClaimRow.message_id == case.message_id)
    )
    claims = {position: found for position, found in claimed}
    draft = await _draft(uow, case_id)
    return CaseShown(
        case_id=case.id,
        state=case.state,
        account_id=case.account_id,
        conversation_id=case.conversation_id,
        mailbox_id=case.mailbox_id,
        language=case.language,
        reader=case.reader,
        needs_human=case.needs_human,
        reading_reasons=tuple(case.reading_reasons),
        unknown_references=tuple(case.unknown_references),
        decision=case.decision,
        next_step_on=case.next_step_on,
        message=to_message(message),
        message_details=message.details,
        signals=tuple(_signal(signal, claims.get(signal.position, ())) for signal in signals),
        tool_calls=tuple(
            {"tool": c.tool, "caller": c.caller, "arguments": c.arguments, "outcome": c.outcome} for c in calls
        ),
        timeline=await case_timeline(uow, case_id),
        draft=None if draft is None else _draft_shown(draft),
        send=None if draft is None else await _send(uow, draft.id),
        decisions=await _decisions(uow, case_id),
        generation=case.generation,
        corrected_by=case.corrected_by,
    )


async def _draft(uow: UnitOfWork, case_id: CaseId) -> DraftRow | None:
    """The draft that the approval points to: an edit of the newest generation included."""
    rows = await uow.session.scalars(
        select(DraftRow).join(ApprovalRow, ApprovalRow.draft_id == DraftRow.id).where(ApprovalRow.case_id == case_id)
    )
    return rows.first()


def _draft_shown(draft: DraftRow) -> DraftShown:
    return DraftShown(
        draft_id=draft.id,
        version=draft.version,
        state=draft.state,
        subject=draft.subject,
        text=draft.text,
        to=tuple(draft.recipients),
        cc=tuple(draft.cc),
        language=draft.language,
        marked_language=draft.marked_language,
        attachments=tuple(draft.attachments),
        supports=tuple(draft.supports),
        findings=tuple(draft.findings),
        expires_at=draft.expires_at,
        written_by=draft.written_by,
        why_again=draft.why_again,
    )


async def _send(uow: UnitOfWork, draft_id: UUID) -> SendShown | None:
    row = (await uow.session.scalars(select(SendRow).where(SendRow.draft_id == draft_id))).first()
    return None if row is None else send_shown(row)


def send_shown(row: SendRow) -> SendShown:
    """The row as a person sees it."""
    return SendShown(
        send_id=row.id,
        state=row.state,
        message_id=row.header_message_id or "",
        sent_at=row.sent_at,
        last_error=row.last_error,
        wait_kind=row.wait_kind,
        not_before=row.not_before,
        wait_words=row.wait_words,
        time_zone=row.time_zone,
        undo_until=row.undo_until,
        sandboxed_to=row.sandboxed_to,
        may_have_left=row.handed_over_at is not None,
    )


async def _decisions(uow: UnitOfWork, case_id: CaseId) -> tuple[DecisionShown, ...]:
    rows = await uow.session.execute(
        select(ApprovalDecisionRow, UserRow.name, UserRow.email)
        .join(ApprovalRow, ApprovalRow.id == ApprovalDecisionRow.approval_id)
        .join(UserRow, UserRow.id == ApprovalDecisionRow.user_id)
        .where(ApprovalRow.case_id == case_id)
        .order_by(ApprovalDecisionRow.decided_at)
        .limit(100)
    )
    return tuple(DecisionShown(row.decision, name or email, row.decided_at, row.reason) for row, name, email in rows)


def _signal(row: SignalRow, found: Sequence[str]) -> SignalShown:
    return SignalShown(
        intent=row.intent,
        invoices=tuple(row.invoices),
        day=row.day,
        amount=None if row.amount is None or row.currency is None else money(row.amount, row.currency),
        reference=row.reference,
        conditional=row.conditional,
        reason=row.reason,
        documents=tuple(row.documents),
        contact=row.contact,
        until=row.until,
        quote=row.quote,
        start=row.span_start,
        end=row.span_end,
        confidence=row.confidence,
        ungrounded=row.ungrounded,
        found=tuple(found),
    )

"""What a person decides about a draft: approve, edit, answer for themselves, reject, reassign, snooze.

Decision and send job commit together; that is the outbox. Nothing here sends.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from core.errors import InvalidInput, NotFound
from core.ids import AccountId, ApprovalId, CaseId, ConversationId, DraftId, MailboxId, OrgId, SendId, UserId, new_id
from ledger.commands.record_inbound_message import account_lock
from ledger.commands.request_approval import ask_for_new_draft
from ledger.commands.sending_waits import first_wait, put_off, request_send
from ledger.model.approval import (
    ApprovalStatus,
    Decided,
    DecisionOutcome,
    EditedMail,
    FactsHaveMoved,
    TextNotSupported,
)
from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftState, DraftText, Verification
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.job_request import FinishRun
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.expiry import expires_at
from ledger.rules.fingerprint import facts_behind, what_moved
from ledger.store.account_snapshot import account_snapshot
from ledger.store.codec import decision_in, findings_out, supports_out
from ledger.store.draft_versions import next_version
from ledger.store.mapping import to_signal
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.drafts import ApprovalDecisionRow, ApprovalRow, DraftRow, SendRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import UserRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: What is put off for longer is forgotten.
LONGEST_SNOOZE = timedelta(days=366)

#: `agent.checks.verify`, handed in: the ledger does not know the agent.
Verify = Callable[[DraftText, PolicyDecision, AccountSnapshot, tuple[Signal, ...]], Verification]


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, on which version, and when."""

    user_id: UserId
    name: str
    version: int
    now: datetime
    #: The request's Idempotency-Key, kept with the decision; empty where it had none.
    key: str = ""


@dataclass(slots=True)
class _Open:
    """An approval that waits, locked, with what it is about."""

    approval: ApprovalRow
    draft: DraftRow
    case: CaseRow

    @property
    def approval_id(self) -> ApprovalId:
        return ApprovalId(self.approval.id)


async def _open(uow: UnitOfWork, approval_id: ApprovalId, by: Decider) -> _Open:
    approval = await uow.session.get(ApprovalRow, approval_id, with_for_update=True)
    if approval is None:
        raise NotFound("approval", approval_id)
    if approval.status not in (ApprovalStatus.PENDING.value, ApprovalStatus.SNOOZED.value):
        raise AlreadyDecided(approval_id, approval.status)
    if approval.version != by.version:
        raise StaleVersion(f"approval {approval_id}", by.version, approval.version)
    draft = await uow.session.get_one(DraftRow, approval.draft_id, with_for_update=True)
    case = await uow.session.get_one(CaseRow, approval.case_id, with_for_update=True)
    return _Open(approval, draft, case)


async def approve(
    uows: UnitOfWorkFactory, verify: Verify, org_id: OrgId, approval_id: ApprovalId, by: Decider
) -> DecisionOutcome:
    """Sends the draft as it stands, if the facts behind it still do.

    Raises:
        NotFound, AlreadyDecided, StaleVersion: nothing was changed.
    """
    async with uows(org_id) as uow:
        opened = await _open(uow, approval_id, by)
        return await _send_if_it_holds(uow, verify, opened, by, decision="approve")


async def edit(
    uows: UnitOfWorkFactory,
    verify: Verify,
    org_id: OrgId,
    approval_id: ApprovalId,
    by: Decider,
    changes: EditedMail,
    *,
    send: bool = True,
    decision: str = "edit",
) -> DecisionOutcome:
    """Keeps the person's text as a new draft; with `send`, approves it. Checked like any other text.

    A person's own answer (`decision="respond"`) goes the same way: no figure in a mail that the ledger does not
    hold, whoever wrote it.

    Raises:
        NotFound, AlreadyDecided, StaleVersion, InvalidInput: nothing was changed.
    """
    if changes.text is not None and not changes.text.strip():
        raise InvalidInput("an empty mail is not sent: write something, or reject the draft")
    async with uows(org_id) as uow:
        opened = await _open(uow, approval_id, by)
        snapshot, signals = await _now(uow, opened, by.now)
        text = _with_changes(draft_text(opened.draft), changes, by.name)
        moved = moved_facts(opened.draft, snapshot, by.now)
        if moved:
            return await _redraft(uow, opened, by, moved)
        verification = verify(text, decision_in(opened.case.decision), snapshot, signals)
        if verification.findings:
            return TextNotSupported(approval_id, opened.approval.version, verification)
        opened.draft.state = DraftState.STALE.value
        opened.draft = await _keep_edited(uow, opened, text, verification, snapshot, by.now)
        if send:
            return await _send_if_it_holds(uow, verify, opened, by, decision=decision)
        return await _note(uow, opened, by, decision, "", ApprovalStatus.PENDING)


async def reject(
    uows: UnitOfWorkFactory, org_id: OrgId, approval_id: ApprovalId, by: Decider, *, reason: str
) -> DecisionOutcome:
    """Sends nothing and closes the case; the reason is kept.

    Raises:
        NotFound, AlreadyDecided, StaleVersion, InvalidInput: nothing was changed.
    """
    if not reason.strip():
        raise InvalidInput("say why: a rejection without a reason teaches nothing")
    async with uows(org_id) as uow:
        opened = await _open(uow, approval_id, by)
        opened.draft.state = DraftState.REJECTED.value
        opened.case.state = "closed"
        opened.case.closed_at = by.now
        outcome = await _note(uow, opened, by, "reject", reason, ApprovalStatus.REJECTED)
        await uow.request(_finish(uow, opened))
        return outcome


async def reassign(
    uows: UnitOfWorkFactory, org_id: OrgId, approval_id: ApprovalId, by: Decider, *, to: UserId, reason: str = ""
) -> DecisionOutcome:
    """Gives the request to another user of the organisation.

    Raises:
        NotFound: also for a user who is unknown or no longer active.
    """
    async with uows(org_id) as uow:
        opened = await _open(uow, approval_id, by)
        user = await uow.session.get(UserRow, to)
        if user is None or not user.active or user.role == "viewer":
            raise NotFound("user who may decide", to)
        opened.approval.assigned_to = to
        return await _note(uow, opened, by, "reassign", reason or f"to {user.name or user.email}", _status(opened))


async def snooze(
    uows: UnitOfWorkFactory, org_id: OrgId, approval_id: ApprovalId, by: Decider, *, until: datetime, reason: str = ""
) -> DecisionOutcome:
    """Takes the request out of the queue until then.

    Raises:
        InvalidInput: `until` is not in the future, or has no time zone.
    """
    if until.tzinfo is None or not by.now < until <= by.now + LONGEST_SNOOZE:
        raise InvalidInput("snooze until a moment within the next year, with its time zone")
    async with uows(org_id) as uow:
        opened = await _open(uow, approval_id, by)
        opened.approval.snoozed_until = until
        return await _note(uow, opened, by, "snooze", reason or f"until {until.isoformat()}", ApprovalStatus.SNOOZED)


def _status(opened: _Open) -> ApprovalStatus:
    return ApprovalStatus(opened.approval.status)


async def _now(uow: UnitOfWork, opened: _Open, now: datetime) -> tuple[AccountSnapshot, tuple[Signal, ...]]:
    assert opened.case.account_id is not None
    snapshot = await account_snapshot(
        uow,
        AccountId(opened.case.account_id),
        mailbox_id=MailboxId(opened.case.mailbox_id),
        conversation_id=None if opened.case.conversation_id is None else ConversationId(opened.case.conversation_id),
        now=now,
    )
    return snapshot, await grounded_signals(uow, CaseId(opened.case.id))


async def grounded_signals(uow: UnitOfWork, case_id: CaseId) -> tuple[Signal, ...]:
    """The signals of a case that may be acted on."""
    rows = await uow.session.scalars(
        select(SignalRow).where(SignalRow.case_id == case_id, SignalRow.ungrounded == "").order_by(SignalRow.position)
    )
    return tuple(to_signal(row) for row in rows)


def draft_text(draft: DraftRow) -> DraftText:
    """The mail that a draft row holds."""
    return DraftText(
        subject=draft.subject,
        text=draft.text,
        to=tuple(draft.recipients),
        cc=tuple(draft.cc),
        language=draft.language,
        marked_language=draft.marked_language,
        attachment_names=tuple(str(attachment["name"]) for attachment in draft.attachments),
        written_by=draft.written_by,
    )


def _with_changes(text: DraftText, changes: EditedMail, name: str) -> DraftText:
    return replace(
        text,
        text=text.text if changes.text is None else changes.text.replace("\r\n", "\n"),
        subject=text.subject if changes.subject is None else " ".join(changes.subject.split()),
        to=text.to if changes.to is None else tuple(address.strip().lower() for address in changes.to),
        cc=text.cc if changes.cc is None else tuple(address.strip().lower() for address in changes.cc),
        written_by=name,
    )


def moved_facts(draft: DraftRow, snapshot: AccountSnapshot, now: datetime) -> tuple[str, ...]:
    """What changed since the draft was written, in words; empty where it may still go out."""
    if draft.expires_at is not None and now >= draft.expires_at:
        return ("it names days that were right on the day it was written",)
    facts = facts_behind(
        snapshot,
        invoice_numbers=tuple(draft.facts.get("invoices", {})),
        recipients=tuple(draft.facts.get("recipients", {})),
        whole_account="account" in draft.facts,
    )
    if facts.fingerprint == draft.fingerprint:
        return ()
    return what_moved(draft.facts, facts.values) or ("the facts behind it changed",)


def states_total(verification: Verification) -> bool:
    """Whether the text states what is open in all: then every open invoice stands behind it."""
    return any("total_open" in support.source for support in verification.supports)


async def _send_if_it_holds(
    uow: UnitOfWork, verify: Verify, opened: _Open, by: Decider, *, decision: str
) -> DecisionOutcome:
    snapshot, signals = await _now(uow, opened, by.now)
    moved = moved_facts(opened.draft, snapshot, by.now)
    if moved:
        return await _redraft(uow, opened, by, moved)
    verification = verify(draft_text(opened.draft), decision_in(opened.case.decision), snapshot, signals)
    if verification.findings:
        # The text passed when it was stored: what it rests on is no longer there.
        return await _redraft(uow, opened, by, tuple(finding.message for finding in verification.findings))
    opened.draft.state = DraftState.APPROVED.value
    outcome = await _note(uow, opened, by, decision, "", ApprovalStatus.APPROVED)
    send = await _to_the_outbox(uow, opened, by.now)
    await uow.request(_finish(uow, opened))
    return replace(outcome, send_id=SendId(send.id))


async def _to_the_outbox(uow: UnitOfWork, opened: _Open, now: datetime) -> SendRow:
    answered = await uow.session.get_one(MessageRow, opened.case.message_id)
    send = SendRow(
        id=new_id(),
        draft_id=opened.draft.id,
        mailbox_id=opened.case.mailbox_id,
        state="queued",
        attempts=0,
        # A bounce or an absence asks nothing: what follows it is ours.
        started_by_us=answered.automatic is not None,
        created_at=now,
    )
    uow.session.add(send)
    wait = await first_wait(uow, send, opened.draft, now=now)
    if wait is None:
        await request_send(uow, send, not_before=None, now=now)
    else:
        await put_off(uow, send, opened.draft, wait, now=now)
    return send


async def _redraft(uow: UnitOfWork, opened: _Open, by: Decider, moved: tuple[str, ...]) -> FactsHaveMoved:
    await ask_for_new_draft(
        uow,
        opened.approval,
        opened.draft,
        why="; ".join(moved),
        lock=account_lock(AccountId(opened.draft.account_id)),
        now=by.now,
    )
    return FactsHaveMoved(opened.approval_id, opened.approval.version, moved)


async def _keep_edited(
    uow: UnitOfWork,
    opened: _Open,
    text: DraftText,
    verification: Verification,
    snapshot: AccountSnapshot,
    now: datetime,
) -> DraftRow:
    before = opened.draft
    named = [i.number for i in snapshot.invoices if i.number in text.text or i.number in text.subject]
    facts = facts_behind(
        snapshot,
        invoice_numbers=(*before.facts.get("invoices", {}), *named),
        recipients=(*text.to, *text.cc),
        whole_account="account" in before.facts or states_total(verification),
    )
    row = await next_version(
        uow,
        before,
        at=now,
        subject=text.subject,
        text=text.text,
        recipients=list(text.to),
        cc=list(text.cc),
        language=text.language,
        marked_language=text.marked_language,
        supports=supports_out(verification.supports),
        findings=findings_out(verification.findings),
        fingerprint=facts.fingerprint,
        facts=facts.values,
        expires_at=expires_at(
            snapshot,
            decision_in(opened.case.decision).topics,
            only_today=verification.only_today,
            attached=[str(attachment["kind"]) for attachment in before.attachments],
        ),
        written_by=text.written_by,
    )
    opened.approval.draft_id = row.id
    return row


async def _note(
    uow: UnitOfWork, opened: _Open, by: Decider, decision: str, reason: str, status: ApprovalStatus
) -> Decided:
    uow.session.add(
        ApprovalDecisionRow(
            id=new_id(),
            approval_id=opened.approval.id,
            draft_id=opened.draft.id,
            version=opened.approval.version,
            decision=decision,
            user_id=by.user_id,
            reason=reason,
            facts={"fingerprint": opened.draft.fingerprint, "key": by.key},
            decided_at=by.now,
        )
    )
    opened.approval.status = status.value
    opened.approval.version += 1
    opened.approval.updated_at = by.now
    await uow.session.flush()
    await append_event(
        uow,
        kind=f"draft_{decision}",
        words=f"{by.name}: {_DECISION_WORDS[decision]}{f' ({reason})' if reason else ''}",
        cause_key=f"decision:{opened.approval.id}:{opened.approval.version}",
        at=by.now,
        actor=by.name,
        account_id=AccountId(opened.draft.account_id),
        case_id=CaseId(opened.case.id),
    )
    return Decided(opened.approval_id, opened.approval.version, status, DraftId(opened.draft.id))


async def decided_before(
    uows: UnitOfWorkFactory, org_id: OrgId, approval_id: ApprovalId, by: Decider
) -> Decided | None:
    """The decision that the same person made with the same key: its answer was lost on the way, not the decision."""
    if not by.key:
        return None
    async with uows(org_id) as uow:
        row = (
            await uow.session.scalars(
                select(ApprovalDecisionRow).where(
                    ApprovalDecisionRow.approval_id == approval_id,
                    ApprovalDecisionRow.user_id == by.user_id,
                    ApprovalDecisionRow.facts["key"].astext == by.key,
                )
            )
        ).first()
        if row is None:
            return None
        approval = await uow.session.get_one(ApprovalRow, approval_id)
        send = await uow.session.scalar(select(SendRow.id).where(SendRow.draft_id == row.draft_id))
        return Decided(
            approval_id,
            approval.version,
            ApprovalStatus(approval.status),
            DraftId(row.draft_id),
            None if send is None else SendId(send),
        )


_DECISION_WORDS = {
    "approve": "approved the draft",
    "edit": "edited the draft",
    "respond": "answered in their own words",
    "reject": "rejected the draft",
    "reassign": "handed the draft on",
    "snooze": "put the draft off",
}


def _finish(uow: UnitOfWork, opened: _Open) -> FinishRun:
    return FinishRun(uow.org_id, CaseId(opened.case.id), account_lock(AccountId(opened.draft.account_id)))

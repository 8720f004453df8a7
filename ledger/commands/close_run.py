"""The other ends of a run: before a person, waiting, or closed; and the wake-up of what was put off."""

from datetime import datetime

from sqlalchemy import func, select

from core.clock import day_in, zone_of
from core.ids import AccountId, CaseId, OrgId
from ledger.commands.record_inbound_message import account_lock
from ledger.commands.request_approval import ask_for_new_draft
from ledger.model.approval import ApprovalStatus
from ledger.model.decision import Action, PolicyDecision
from ledger.model.draft import DraftState, Finding
from ledger.rules.business_days import is_overdue
from ledger.store.codec import decision_out, findings_out
from ledger.store.review_items import open_item
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.money import InvoiceRow
from ledger.store.tables.people import OrganisationRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Drafts that one sweep renews, so that a sweep stays short.
SWEEP_LIMIT = 200


async def hand_to_person(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    case_id: CaseId,
    *,
    decision: PolicyDecision | None,
    words: str,
    findings: tuple[Finding, ...] = (),
    now: datetime,
) -> None:
    """Opens a review item with the reason; once a case and generation."""
    async with uows(org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id, with_for_update=True)
        await _end(uow, case, decision, "with_person", now)
        await open_item(
            uow,
            kind=decision.action.value if decision is not None else "unclear",
            words=words,
            cause_key=f"case:{case_id}:{case.generation}",
            at=now,
            account_id=None if case.account_id is None else AccountId(case.account_id),
            case_id=case_id,
            owner="collector" if decision is None else decision.owner,
            facts={"findings": findings_out(findings)} if findings else {},
        )
        await append_event(
            uow,
            kind="with_person",
            words=f"Before a person: {words}",
            cause_key=f"with_person:{case_id}:{case.generation}",
            at=now,
            account_id=None if case.account_id is None else AccountId(case.account_id),
            case_id=case_id,
        )


async def end_waiting(
    uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, decision: PolicyDecision, *, now: datetime
) -> None:
    """Nothing to say now; the next step is on the day that the decision names."""
    assert decision.action is Action.WAIT
    async with uows(org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id, with_for_update=True)
        await _end(uow, case, decision, "waiting", now)
        until = f" until {decision.next_step_on.isoformat()}" if decision.next_step_on else ""
        await append_event(
            uow,
            kind="waiting",
            words=f"Waits{until}: {'; '.join(reason.words for reason in decision.reasons)}",
            cause_key=f"waiting:{case_id}:{case.generation}",
            at=now,
            account_id=None if case.account_id is None else AccountId(case.account_id),
            case_id=case_id,
        )


async def _end(uow: UnitOfWork, case: CaseRow, decision: PolicyDecision | None, state: str, now: datetime) -> None:
    case.state = state
    if decision is not None:
        case.decision = decision_out(decision)
        case.next_step_on = decision.next_step_on
    message = await uow.session.get_one(MessageRow, case.message_id)
    message.state = "processed"
    # A redraft that ends without a draft leaves nothing to approve.
    approval = (await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case.id))).first()
    if approval is not None and approval.status == ApprovalStatus.REDRAFTING.value:
        approval.status = ApprovalStatus.CLOSED.value
        approval.version += 1
        approval.updated_at = now


async def wake_and_renew(uows: UnitOfWorkFactory, org_id: OrgId, *, now: datetime) -> int:
    """Brings back what was snoozed and renews drafts whose day is over; returns how many it touched."""
    touched = 0
    async with uows(org_id) as uow:
        snoozed = await uow.session.scalars(
            select(ApprovalRow)
            .where(ApprovalRow.status == ApprovalStatus.SNOOZED.value, ApprovalRow.snoozed_until <= now)
            .limit(SWEEP_LIMIT)
            .with_for_update(skip_locked=True)
        )
        for approval in snoozed:
            approval.status = ApprovalStatus.PENDING.value
            approval.snoozed_until = None
            approval.version += 1
            approval.updated_at = now
            touched += 1
        expired = await uow.session.execute(
            select(ApprovalRow, DraftRow)
            .join(DraftRow, DraftRow.id == ApprovalRow.draft_id)
            .where(
                ApprovalRow.status == ApprovalStatus.PENDING.value,
                DraftRow.state == DraftState.AWAITING_APPROVAL.value,
                DraftRow.expires_at <= now,
            )
            .limit(SWEEP_LIMIT)
            .with_for_update(skip_locked=True)
        )
        for approval, draft in expired:
            await ask_for_new_draft(
                uow,
                approval,
                draft,
                why="it named days that were right on the day it was written",
                lock=account_lock(AccountId(draft.account_id)),
                now=now,
            )
            touched += 1
        touched += await _bring_back(uow, now)
    return touched


async def _bring_back(uow: UnitOfWork, now: datetime) -> int:
    """Ends the waiting of cases whose day has come: with nothing overdue they are closed, else a person looks."""
    due = list(
        await uow.session.scalars(
            select(CaseRow)
            .where(CaseRow.state == "waiting", CaseRow.next_step_on <= now.date())
            .order_by(CaseRow.next_step_on, CaseRow.id)
            .limit(SWEEP_LIMIT)
            .with_for_update(skip_locked=True)
        )
    )
    for case in due:
        if not await _is_anything_overdue(uow, case, now):
            case.state, case.closed_at = "closed", now
            continue
        case.state = "with_person"
        reasons = "; ".join(str(reason["words"]) for reason in case.decision.get("reasons", []))
        await open_item(
            uow,
            kind="next_step",
            words=f"The day to look again has come: {reasons}",
            cause_key=f"next_step:{case.id}:{case.next_step_on}",
            at=now,
            account_id=None if case.account_id is None else AccountId(case.account_id),
            case_id=CaseId(case.id),
        )
    return len(due)


async def _is_anything_overdue(uow: UnitOfWork, case: CaseRow, now: datetime) -> bool:
    """Whether an open invoice of the account is late, as its customer's business days count.

    The oldest due day decides: where it still has its grace, no younger one is late.
    """
    oldest = await uow.session.scalar(
        select(func.min(InvoiceRow.due)).where(InvoiceRow.account_id == case.account_id, InvoiceRow.open_balance > 0)
    )
    if oldest is None or case.account_id is None:
        return False
    account = await uow.session.get_one(AccountRow, case.account_id)
    organisation = await uow.session.get_one(OrganisationRow, uow.org_id)
    today = day_in(zone_of(account.time_zone or organisation.time_zone), now)
    return is_overdue(oldest, today, account.country or organisation.country)

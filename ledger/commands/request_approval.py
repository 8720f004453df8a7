"""Stores a draft, asks a person for approval, and can ask the agent for a new text."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, ApprovalId, CaseId, DraftId, OrgId, new_id
from ledger.model.approval import ApprovalStatus, ProposedMail
from ledger.model.draft import DraftState
from ledger.model.job_request import Redraft
from ledger.store.blobs import BlobStore
from ledger.store.codec import decision_out, findings_out, supports_out
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow
from ledger.store.tables.mail import MessageRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


async def request_approval(
    uows: UnitOfWorkFactory,
    blobs: BlobStore,
    org_id: OrgId,
    case_id: CaseId,
    proposed: ProposedMail,
    *,
    now: datetime,
) -> ApprovalId:
    """Draft, approval request and timeline in one transaction; once a case and generation.

    The approval keeps its id over redrafts; its version rises, so that nobody decides on a text they did not see.
    """
    async with uows(org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id, with_for_update=True)
        assert case.account_id is not None, "a draft is written for a known account only"
        draft_id = await _insert_draft(uow, blobs, case, proposed, now)
        approval = (await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case_id))).first()
        if draft_id is None:
            assert approval is not None, "a stored draft has its approval"
            return ApprovalId(approval.id)
        if approval is None:
            approval = ApprovalRow(
                id=new_id(), case_id=case_id, account_id=case.account_id, version=0, created_at=now
            )
            uow.session.add(approval)
        approval.draft_id = draft_id
        approval.version += 1
        approval.status = ApprovalStatus.PENDING.value
        approval.snoozed_until = None
        approval.expected_cash = proposed.expected_cash.amount
        approval.currency = proposed.expected_cash.currency
        approval.updated_at = now
        case.state = "awaiting_approval"
        (await uow.session.get_one(MessageRow, case.message_id)).state = "processed"
        case.decision = decision_out(proposed.decision)
        case.next_step_on = proposed.decision.next_step_on
        await uow.session.flush()
        await append_event(
            uow,
            kind="draft_ready",
            words=f"A draft waits for approval: {proposed.draft.subject[:200]}"
            + (f" (written again: {proposed.why_again})" if proposed.why_again else ""),
            cause_key=f"draft:{draft_id}",
            at=now,
            account_id=AccountId(case.account_id),
            case_id=case_id,
        )
        return ApprovalId(approval.id)


async def _insert_draft(
    uow: UnitOfWork, blobs: BlobStore, case: CaseRow, proposed: ProposedMail, now: datetime
) -> DraftId | None:
    attachments = [
        {
            "kind": document.kind,
            "name": document.name,
            "content_type": document.content_type,
            "blob_id": str(await blobs.keep(uow, document.content, now)),
        }
        for document in proposed.attachments
    ]
    draft = proposed.draft
    inserted = await uow.session.scalar(
        insert(DraftRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            case_id=case.id,
            account_id=case.account_id,
            version=case.generation,
            state=DraftState.AWAITING_APPROVAL.value,
            subject=draft.subject,
            text=draft.text,
            recipients=list(draft.to),
            cc=list(draft.cc),
            language=draft.language,
            marked_language=draft.marked_language,
            attachments=attachments,
            supports=supports_out(proposed.verification.supports),
            findings=findings_out(proposed.verification.findings),
            fingerprint=proposed.fingerprint,
            facts=proposed.facts,
            expires_at=proposed.expires_at,
            written_by=draft.written_by,
            why_again=proposed.why_again,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["case_id", "version"])
        .returning(DraftRow.id)
    )
    return None if inserted is None else DraftId(inserted)


async def ask_for_new_draft(
    uow: UnitOfWork, approval: ApprovalRow, draft: DraftRow, *, why: str, lock: str, now: datetime
) -> None:
    """Marks the text stale and requests another, inside the caller's transaction."""
    newest = await uow.session.scalar(select(func.max(DraftRow.version)).where(DraftRow.case_id == draft.case_id))
    case = await uow.session.get_one(CaseRow, draft.case_id, with_for_update=True)
    case.generation = (newest or case.generation) + 1
    case.state = "running"
    case.closed_at = None
    draft.state = DraftState.STALE.value
    draft.why_again = why
    approval.status = ApprovalStatus.REDRAFTING.value
    approval.version += 1
    approval.updated_at = now
    await append_event(
        uow,
        kind="draft_stale",
        words=f"The draft no longer fits and is written again: {why}",
        cause_key=f"stale:{draft.id}",
        at=now,
        account_id=AccountId(draft.account_id),
        case_id=CaseId(draft.case_id),
    )
    await uow.request(Redraft(uow.org_id, CaseId(draft.case_id), lock))

"""Takes an approved mail back before it leaves: the same text is before a person again.

Locks in the order of `send_draft.claim_send` (send, draft, approval, case), so that the two wait for one another and
never for ever; whoever comes second finds what the first one made of the row.
"""

from sqlalchemy import select

from core.errors import DomainError, NotFound
from core.ids import AccountId, ApprovalId, CaseId, DraftId, OrgId, SendId, new_id
from ledger.commands.decide_approval import Decider
from ledger.commands.sending_waits import stop_waiting
from ledger.model.approval import ApprovalStatus, Decided
from ledger.model.draft import DraftState
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.store.draft_versions import next_version
from ledger.store.send_items import DELAYED, settle_items
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalDecisionRow, ApprovalRow, DraftRow, SendRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: The decision's code, in its row and on the timeline.
TAKE_BACK = "take_back"
_STATES = {
    "claimed": "is being handed over",
    "sending": "is being handed over",
    "sent": "was sent",
    "known_sent": "was sent",
    "outcome_unknown": "may have been sent: look at what waits for a person",
    "failed": "was refused by the mail server",
    "cancelled": "was held back already: the facts moved",
    "withdrawn": "was taken back already",
}


class TooLateToTakeBack(DomainError):
    """The mail waits no more. `state` is the outbox's."""

    def __init__(self, send_id: SendId, state: str) -> None:
        super().__init__(f"the mail cannot be taken back: it {_STATES.get(state, state)}")
        self.send_id = send_id
        self.state = state


async def take_back(uows: UnitOfWorkFactory, org_id: OrgId, approval_id: ApprovalId, by: Decider) -> Decided:
    """Withdraws a mail that waits in the outbox; the approval is pending with the text as it was approved.

    The old draft stays as it was approved, with its send; a copy of it is what is decided on, so that history is
    added to. Once a worker has claimed the mail, it is too late.

    Raises:
        NotFound, StaleVersion, AlreadyDecided, TooLateToTakeBack: nothing was changed.
    """
    async with uows(org_id) as uow:
        send = await _locked_send(uow, approval_id)
        if send is not None:
            await uow.session.get_one(DraftRow, send.draft_id, with_for_update=True)
        approval = await uow.session.get_one(ApprovalRow, approval_id, with_for_update=True, populate_existing=True)
        if approval.version != by.version:
            raise StaleVersion(f"approval {approval_id}", by.version, approval.version)
        if approval.status != ApprovalStatus.APPROVED.value or send is None or send.draft_id != approval.draft_id:
            raise AlreadyDecided(approval_id, approval.status)
        if send.state != "queued":
            raise TooLateToTakeBack(SendId(send.id), send.state)
        if send.handed_over_at is not None:
            # A person had it sent again, and it is looked for first: it may have gone out long ago.
            raise TooLateToTakeBack(SendId(send.id), "outcome_unknown")
        case = await uow.session.get_one(CaseRow, approval.case_id, with_for_update=True)
        return await _withdraw(uow, send, approval, case, by)


async def _locked_send(uow: UnitOfWork, approval_id: ApprovalId) -> SendRow | None:
    """The newest approved mail of the approval, locked; its draft may have been replaced before the lock came."""
    draft_id = await uow.session.scalar(select(ApprovalRow.draft_id).where(ApprovalRow.id == approval_id))
    if draft_id is None:
        raise NotFound("approval", approval_id)
    return (
        await uow.session.scalars(select(SendRow).where(SendRow.draft_id == draft_id).with_for_update())
    ).one_or_none()


async def _withdraw(uow: UnitOfWork, send: SendRow, approval: ApprovalRow, case: CaseRow, by: Decider) -> Decided:
    approved = await uow.session.get_one(DraftRow, send.draft_id)
    stop_waiting(send)
    await settle_items(uow, SendId(send.id), words=f"taken back by {by.name}", now=by.now, kinds=(DELAYED,))
    send.state, send.claim_token = "withdrawn", None
    send.last_error = f"taken back by {by.name}"
    approved.state = DraftState.STALE.value
    again = await next_version(uow, approved, at=by.now)
    decided_on = approval.version
    approval.draft_id = again.id
    approval.status = ApprovalStatus.PENDING.value
    approval.snoozed_until = None
    approval.version += 1
    approval.updated_at = by.now
    case.state, case.closed_at = "awaiting_approval", None
    await _note(uow, approval, approved, by, decided_on)
    return Decided(
        ApprovalId(approval.id), approval.version, ApprovalStatus.PENDING, DraftId(again.id), SendId(send.id)
    )


async def _note(uow: UnitOfWork, approval: ApprovalRow, approved: DraftRow, by: Decider, version: int) -> None:
    uow.session.add(
        ApprovalDecisionRow(
            id=new_id(),
            approval_id=approval.id,
            draft_id=approved.id,
            version=version,
            decision=TAKE_BACK,
            user_id=by.user_id,
            reason="",
            facts={"fingerprint": approved.fingerprint, "key": by.key},
            decided_at=by.now,
        )
    )
    await uow.session.flush()
    await append_event(
        uow,
        kind=f"draft_{TAKE_BACK}",
        words=f"{by.name}: took the mail back before it was sent",
        cause_key=f"decision:{approval.id}:{approval.version}",
        at=by.now,
        actor=by.name,
        account_id=AccountId(approved.account_id),
        case_id=CaseId(approved.case_id),
    )

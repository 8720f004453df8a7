"""The outbox: mails that are approved and have not gone out, with what each waits for; those that go first, first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from ledger.queries.approval_queue import SendShown, send_shown
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.drafts import ApprovalDecisionRow, ApprovalRow, DraftRow, SendRow
from ledger.store.tables.people import UserRow
from ledger.store.unit_of_work import UnitOfWork

#: Approved, and neither sent nor before a person.
UNDER_WAY = ("queued", "claimed", "sending", "known_sent")
_APPROVING = ("approve", "edit", "respond")
_GOES_AT = func.coalesce(SendRow.not_before, SendRow.created_at)


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """One mail. `goes_at` (aware UTC) is when it may go out at the earliest; `version` is for taking it back."""

    approval_id: UUID
    case_id: UUID
    account_id: UUID
    account_name: str
    version: int
    subject: str
    recipients: tuple[str, ...]
    approved_by: str
    approved_at: datetime
    goes_at: datetime
    can_be_taken_back: bool
    send: SendShown


@dataclass(frozen=True, slots=True)
class OutboxPosition:
    """Where a page ended."""

    goes_at: datetime
    send_id: UUID


async def outbox(uow: UnitOfWork, *, limit: int, after: OutboxPosition | None = None) -> tuple[OutboxMail, ...]:
    """One page."""
    query = (
        select(SendRow, DraftRow, ApprovalRow, AccountRow.name, _GOES_AT)
        .join(DraftRow, DraftRow.id == SendRow.draft_id)
        .join(ApprovalRow, ApprovalRow.draft_id == DraftRow.id)
        .join(AccountRow, AccountRow.id == DraftRow.account_id)
        .where(SendRow.state.in_(UNDER_WAY))
        .order_by(_GOES_AT, SendRow.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(_GOES_AT, SendRow.id) > (after.goes_at, after.send_id))
    rows = (await uow.session.execute(query)).all()
    approved = await _approved(uow, [draft.id for _, draft, *_ in rows])
    return tuple(
        _mail(send, draft, approval, name, goes_at, approved.get(draft.id, ""))
        for send, draft, approval, name, goes_at in rows
    )


async def outbox_count(uow: UnitOfWork) -> int:
    """How many there are."""
    found = await uow.session.scalar(select(func.count()).select_from(SendRow).where(SendRow.state.in_(UNDER_WAY)))
    return found or 0


async def _approved(uow: UnitOfWork, draft_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Who approved each draft."""
    rows = await uow.session.execute(
        select(ApprovalDecisionRow.draft_id, UserRow.name, UserRow.email)
        .join(UserRow, UserRow.id == ApprovalDecisionRow.user_id)
        .where(ApprovalDecisionRow.draft_id.in_(draft_ids), ApprovalDecisionRow.decision.in_(_APPROVING))
        .order_by(ApprovalDecisionRow.decided_at)
    )
    return {draft_id: name or email for draft_id, name, email in rows}


def _mail(
    send: SendRow, draft: DraftRow, approval: ApprovalRow, name: str, goes_at: datetime, approved_by: str
) -> OutboxMail:
    shown = send_shown(send)
    return OutboxMail(
        approval_id=approval.id,
        case_id=approval.case_id,
        account_id=draft.account_id,
        account_name=name,
        version=approval.version,
        subject=draft.subject,
        recipients=tuple(draft.recipients),
        approved_by=approved_by,
        approved_at=send.created_at,
        goes_at=goes_at,
        can_be_taken_back=send.state == "queued" and not shown.may_have_left and approval.status == "approved",
        send=shown,
    )

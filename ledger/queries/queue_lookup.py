"""Small look-ups around the queue: how much waits, who may decide, which approval a case has."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from core.ids import ApprovalId, CaseId, UserId
from ledger.queries.approval_queue import approval_counts
from ledger.queries.outbox import outbox_count
from ledger.store.tables.drafts import ApprovalRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.people import OrganisationRow, UserRow
from ledger.store.unit_of_work import UnitOfWork

#: Names that one list of choices shows; an organisation with more collectors hands over by the API.
_MOST_USERS = 500


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Approvals by status, review items that are open, and approved mails that have not gone out."""

    by_status: dict[str, int]
    for_a_person: int
    going_out: int


@dataclass(frozen=True, slots=True)
class OrganisationShown:
    """The organisation that somebody is signed in to; `time_zone` is an IANA name."""

    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class UserChoice:
    """A user whom an approval can be handed to."""

    user_id: UserId
    shown_name: str


async def queue_counts(uow: UnitOfWork) -> QueueCounts:
    """How much waits, by kind of waiting."""
    for_a_person = await uow.session.scalar(
        select(func.count()).select_from(ReviewItemRow).where(ReviewItemRow.state == "open")
    )
    return QueueCounts(await approval_counts(uow), for_a_person or 0, await outbox_count(uow))


async def approval_of_case(uow: UnitOfWork, case_id: CaseId) -> ApprovalId | None:
    """The approval of a case, or None where no draft of it was put before a person."""
    found = await uow.session.scalar(select(ApprovalRow.id).where(ApprovalRow.case_id == case_id))
    return None if found is None else ApprovalId(found)


async def next_to_decide(uow: UnitOfWork, *, after_case: CaseId) -> UUID | None:
    """The case at the head of the queue, other than this one; None where nothing waits."""
    found: UUID | None = await uow.session.scalar(
        select(ApprovalRow.case_id)
        .where(ApprovalRow.status == "pending", ApprovalRow.case_id != after_case)
        .order_by(ApprovalRow.expected_cash.desc(), ApprovalRow.created_at, ApprovalRow.id)
        .limit(1)
    )
    return found


async def users_who_decide(uow: UnitOfWork) -> tuple[UserChoice, ...]:
    """Active users who may approve, by name."""
    rows = await uow.session.scalars(
        select(UserRow)
        .where(UserRow.active.is_(True), UserRow.role != "viewer")
        .order_by(UserRow.name, UserRow.email)
        .limit(_MOST_USERS)
    )
    return tuple(UserChoice(UserId(row.id), row.name or row.email) for row in rows)


async def organisation_shown(uow: UnitOfWork) -> OrganisationShown:
    """Name and zone of the organisation at hand."""
    row = await uow.session.get_one(OrganisationRow, uow.org_id)
    return OrganisationShown(row.name, row.time_zone)

"""Drives one mail through the house: what the jobs do, in order, or a worker on the jobs of one test."""

from conftest import Org
from sqlalchemy import select, text

from core.ids import ApprovalId, CaseId
from jobs.duly import Duly
from jobs.worker import run_worker
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow
from ledger.store.tables.history import ReviewItemRow

#: What other tests left in the queue that all share; a worker would read hundreds of mails first.
_LEAVE_OTHERS = text(
    "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo' AND args ->> 'org_id' <> :org_id"
)


async def work(duly: Duly, org: Org, *, fetch: bool = False) -> None:
    """A worker until the queues are empty, for this organisation's jobs."""
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(_LEAVE_OTHERS, {"org_id": str(org.org_id)})
    await run_worker(duly, fetch=fetch, wait=False)


async def take(duly: Duly, org: Org, raw: bytes) -> CaseId:
    """Stores the mail and returns the newest case, unrun."""
    await duly.fetching.take_raw(org.org_id, org.mailbox_id, raw)
    async with duly.uows(org.org_id) as uow:
        newest = await uow.session.scalar(select(CaseRow.id).order_by(CaseRow.opened_at.desc(), CaseRow.id.desc()))
    assert newest is not None
    return CaseId(newest)


async def handle(duly: Duly, org: Org, raw: bytes) -> CaseId:
    """Stores the mail and runs the graph on it."""
    case_id = await take(duly, org, raw)
    await duly.runner.run(org.org_id, case_id)
    return case_id


async def case(duly: Duly, org: Org, case_id: CaseId) -> CaseRow:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.get_one(CaseRow, case_id)


async def drafts(duly: Duly, org: Org, case_id: CaseId) -> list[DraftRow]:
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.scalars(
            select(DraftRow).where(DraftRow.case_id == case_id).order_by(DraftRow.version)
        )
        return list(rows)


async def approval(duly: Duly, org: Org, case_id: CaseId) -> ApprovalRow:
    async with duly.uows(org.org_id) as uow:
        return (await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case_id))).one()


async def approval_id(duly: Duly, org: Org, case_id: CaseId) -> ApprovalId:
    return ApprovalId((await approval(duly, org, case_id)).id)


async def items(duly: Duly, org: Org) -> list[ReviewItemRow]:
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(ReviewItemRow).order_by(ReviewItemRow.opened_at))
        return list(rows)

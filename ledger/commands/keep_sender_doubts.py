"""Keeps with a mail why it may not be from whom it says."""

from datetime import datetime

from core.ids import AccountId, CaseId, OrgId
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.mail import MessageRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWorkFactory


async def keep_sender_doubts(
    uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, doubts: tuple[str, ...], *, now: datetime
) -> None:
    """Replaces the doubts by today's, in one transaction; the timeline tells of the first ones, once a mail."""
    async with uows(org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id, with_for_update=True)
        message = await uow.session.get_one(MessageRow, case.message_id, with_for_update=True)
        message.details = {**message.details, "doubts": list(doubts)}
        if not doubts:
            return
        await append_event(
            uow,
            kind="sender_doubted",
            words=f"May not be from whom it says: {'; '.join(doubts)}",
            cause_key=f"sender_doubted:{message.id}",
            at=now,
            account_id=None if case.account_id is None else AccountId(case.account_id),
            case_id=case_id,
        )

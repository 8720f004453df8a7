"""Takes a correction back: it teaches nothing any more, and no dataset holds it."""

from datetime import datetime

from sqlalchemy import update

from core.errors import NotFound
from core.ids import AccountId, CaseId, CorrectionId, OrgId
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.corrections import CorrectionRow, TaughtSentenceRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWorkFactory


async def retract_correction(
    uows: UnitOfWorkFactory, org_id: OrgId, correction_id: CorrectionId, *, by: str, now: datetime
) -> None:
    """Forgets what it taught. The case keeps its signals: correct them again if they are wrong. Twice is once.

    Raises:
        NotFound: no such correction in this organisation.
    """
    async with uows(org_id) as uow:
        correction = await uow.session.get(CorrectionRow, correction_id, with_for_update=True)
        if correction is None:
            raise NotFound("correction", correction_id)
        if correction.retracted_at is not None:
            return
        correction.retracted_at, correction.retracted_by = now, by
        await uow.session.execute(
            update(TaughtSentenceRow)
            .where(TaughtSentenceRow.correction_id == correction_id, TaughtSentenceRow.retracted_at.is_(None))
            .values(retracted_at=now)
            .execution_options(synchronize_session=False)
        )
        case = await uow.session.get_one(CaseRow, correction.case_id)
        await append_event(
            uow,
            kind="correction_retracted",
            words=f"{by} took back a correction: it teaches nothing any more",
            cause_key=f"retracted:{correction_id}",
            at=now,
            actor=by,
            account_id=None if case.account_id is None else AccountId(case.account_id),
            case_id=CaseId(case.id),
        )

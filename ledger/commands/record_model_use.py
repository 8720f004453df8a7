"""Keeps on the case what a chat model used for it, and tells what is used up."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from core.ids import CaseId, OrgId, new_id
from ledger.model.reading import ModelUse
from ledger.store.tables.cases import ModelUseRow
from ledger.store.unit_of_work import UnitOfWorkFactory

_TOKENS = ModelUseRow.input_tokens + ModelUseRow.output_tokens


async def record_model_use(
    uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, use: ModelUse, *, now: datetime
) -> None:
    """Appends one call."""
    async with uows(org_id) as uow:
        uow.session.add(
            ModelUseRow(
                id=new_id(),
                case_id=case_id,
                purpose=use.purpose,
                model=use.model,
                input_tokens=use.input_tokens,
                cached_tokens=use.cached_tokens,
                output_tokens=use.output_tokens,
                cost_usd=None if use.cost_usd is None else Decimal(use.cost_usd),
                used_at=now,
            )
        )


async def tokens_used(uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, *, since: datetime) -> tuple[int, int]:
    """Tokens of this case, and of the organisation since that instant."""
    async with uows(org_id) as uow:
        case = await uow.session.scalar(
            select(func.coalesce(func.sum(_TOKENS), 0)).where(ModelUseRow.case_id == case_id)
        )
        month = await uow.session.scalar(
            select(func.coalesce(func.sum(_TOKENS), 0)).where(ModelUseRow.used_at >= since)
        )
    return int(case or 0), int(month or 0)

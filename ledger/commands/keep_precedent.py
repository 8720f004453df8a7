"""Keeps an answer that a person let go out, beside the reply that it answered."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.ids import DraftId, OrgId, new_id
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.drafts import DraftRow, PrecedentRow
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWorkFactory

_CHARACTERS = 4_000


async def keep_precedent(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    draft_id: DraftId,
    *,
    embedder: str,
    embed: Callable[[str], list[float]],
    now: datetime,
) -> None:
    """Appends the pair, once a case; later drafts of the organisation may take their tone from it."""
    async with uows(org_id) as uow:
        draft = await uow.session.get_one(DraftRow, draft_id)
        case = await uow.session.get_one(CaseRow, draft.case_id)
        message = await uow.session.get_one(MessageRow, case.message_id)
        intents = await uow.session.scalars(
            select(SignalRow.intent).where(SignalRow.case_id == case.id).distinct().order_by(SignalRow.intent)
        )
        await uow.session.execute(
            insert(PrecedentRow)
            .values(
                id=new_id(),
                org_id=org_id,
                case_id=case.id,
                language=draft.language,
                intents=list(intents),
                reply_text=message.reply_text[:_CHARACTERS],
                answer_text=draft.text[:_CHARACTERS],
                embedder=embedder,
                embedding=embed(message.reply_text[:_CHARACTERS]),
                created_at=now,
            )
            .on_conflict_do_nothing()
        )

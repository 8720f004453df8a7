"""Review items about one mail of the outbox: held before the mail is locked, settled when its outcome is known."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from core.ids import SendId
from ledger.store.tables.drafts import DraftRow, SendRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.unit_of_work import UnitOfWork

#: A mail that is tried again and again.
DELAYED = "send_delayed"
_KINDS = (DELAYED, "send_failed", "send_outcome_unknown")


async def hold_items(uow: UnitOfWork, send_id: SendId) -> None:
    """Locks what is open about the mail. Before the mail itself: whoever settles an item locks in that order."""
    await uow.session.execute(
        select(ReviewItemRow.id).where(*_open(send_id, _KINDS)).order_by(ReviewItemRow.id).with_for_update()
    )


async def settle_items(
    uow: UnitOfWork, send_id: SendId, *, words: str, now: datetime, kinds: Sequence[str] = _KINDS
) -> None:
    """Settles what is open about the mail, of these kinds; what a person settled stays as they settled it."""
    await uow.session.execute(
        update(ReviewItemRow)
        .where(*_open(send_id, kinds))
        .values(state="settled", settled_at=now, settled_by="duly", settled_words=words)
    )


def _open(send_id: SendId, kinds: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    case_id = (
        select(DraftRow.case_id)
        .join(SendRow, SendRow.draft_id == DraftRow.id)
        .where(SendRow.id == send_id)
        .scalar_subquery()
    )
    return (
        ReviewItemRow.case_id == case_id,
        ReviewItemRow.state == "open",
        ReviewItemRow.kind.in_(kinds),
        ReviewItemRow.facts["send_id"].astext == str(send_id),
    )

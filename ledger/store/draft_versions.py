"""The next version of a draft, which waits for a person as the one before it did."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from core.ids import new_id
from ledger.model.draft import DraftState
from ledger.store.tables.drafts import DraftRow
from ledger.store.unit_of_work import UnitOfWork

_KEPT = (
    *("case_id", "account_id", "subject", "text", "recipients", "cc", "language", "marked_language"),
    *("attachments", "supports", "findings", "fingerprint", "facts", "expires_at", "written_by"),
)


async def next_version(uow: UnitOfWork, before: DraftRow, *, at: datetime, **changed: Any) -> DraftRow:
    """Keeps a draft as `before` with the columns of `changed` in place of its own, under the case's next number."""
    newest = await uow.session.scalar(select(func.max(DraftRow.version)).where(DraftRow.case_id == before.case_id))
    row = DraftRow(
        **{name: getattr(before, name) for name in _KEPT} | changed,
        id=new_id(),
        version=(newest or 0) + 1,
        state=DraftState.AWAITING_APPROVAL.value,
        created_at=at,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row

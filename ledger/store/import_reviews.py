"""Review items for rows of an import that disagree with the ledger: kept as received, once a row and content."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.ids import AccountId
from ledger.model.import_report import RefusedRow, shown_safely
from ledger.store.review_items import open_item
from ledger.store.unit_of_work import UnitOfWork

#: Disagreements that get an item each; where there are more, the cause is one and the rest shares an item.
_MOST_ITEMS = 200
_MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A refused row and the customer that it is about, where it is known."""

    row: RefusedRow
    account_id: UUID | None


async def open_reviews(uow: UnitOfWork, found: Sequence[Disagreement], *, run_id: UUID, at: datetime) -> None:
    """Opens an item for each; one that an earlier import opened for the same row stays the only one."""
    for one in found[:_MOST_ITEMS]:
        row = one.row.as_json()
        await open_item(
            uow,
            kind="import_conflict",
            words=shown_safely(f"The ledger import disagrees with what is kept: {one.row.words()}")[:_MOST_SHOWN],
            cause_key=f"import:{one.row.file}:{_digest([one])}",
            at=at,
            account_id=None if one.account_id is None else AccountId(one.account_id),
            facts={**row, "import_run_id": str(run_id)},
        )
    rest = found[_MOST_ITEMS:]
    if rest:
        await open_item(
            uow,
            kind="import_conflict",
            words=f"{len(rest):,} more rows of the ledger import disagree with what is kept; the first: "
            + shown_safely(rest[0].row.words())[:_MOST_SHOWN],
            cause_key=f"import:more:{_digest(rest)}",
            at=at,
            facts={"rows": len(rest), "import_run_id": str(run_id)},
        )


def _digest(rows: Sequence[Disagreement]) -> str:
    """The same rows with the same reasons give the same digest, wherever they stand in the file."""
    digest = hashlib.sha256()
    for one in rows:
        row = one.row.as_json()
        digest.update(json.dumps([row["reason"], row["row"]], sort_keys=True).encode())
    return digest.hexdigest()

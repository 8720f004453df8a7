"""Review items: what waits for a person besides drafts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.auth import Collector, Viewer, duly_of
from api.cursors import PageSize
from api.schemas.body import Body
from core.ids import AccountId, ReviewItemId
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.queries.worklist import ReviewItemShown, open_review_items, review_item

router = APIRouter(prefix="/v1/review-items", tags=["review items"])


class ReviewItemOut(BaseModel):
    """One item."""

    id: UUID
    kind: str
    words: str
    owner: str
    state: str
    account_id: UUID | None
    account: str
    case_id: UUID | None
    facts: dict[str, Any]
    opened_at: datetime
    settled_by: str

    @classmethod
    def of(cls, item: ReviewItemShown) -> "ReviewItemOut":
        return cls(
            id=item.item_id,
            kind=item.kind,
            words=item.words,
            owner=item.owner,
            state=item.state,
            account_id=item.account_id,
            account=item.account_name,
            case_id=item.case_id,
            facts=item.facts,
            opened_at=item.opened_at,
            settled_by=item.settled_by,
        )


class SettleIn(Body):
    """How it is settled; `account_id` where a sender is accepted for an account that the item does not name."""

    settlement: Settlement
    words: str = Field(default="", max_length=2_000)
    account_id: UUID | None = None


@router.get("")
async def list_items(request: Request, user: Viewer, limit: PageSize = 50) -> list[ReviewItemOut]:
    """Open items, the oldest first."""
    async with duly_of(request).uows(user.org_id) as uow:
        return [ReviewItemOut.of(item) for item in await open_review_items(uow, limit=limit)]


@router.post("/{item_id}/settle")
async def settle(request: Request, user: Collector, item_id: UUID, body: SettleIn) -> ReviewItemOut:
    """Settles one item and starts what follows."""
    duly = duly_of(request)
    how = SettleItem(body.settlement, body.words, None if body.account_id is None else AccountId(body.account_id))
    await settle_review_item(
        duly.uows, user.org_id, ReviewItemId(item_id), how, actor=user.shown_name, now=duly.clock.now()
    )
    async with duly.uows(user.org_id) as uow:
        return ReviewItemOut.of(await review_item(uow, ReviewItemId(item_id)))

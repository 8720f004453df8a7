"""The same request with the same key gets the same answer, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from core.errors import DomainError, InvalidInput
from core.ids import OrgId, UserId, new_id
from ledger.store.tables.drafts import IdempotencyKeyRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: A request that has not answered for so long died with its process.
_ABANDONED = timedelta(minutes=1)


class StillRunning(DomainError):
    """The first request with this key has not answered yet."""

    def __init__(self) -> None:
        super().__init__("the first request with this Idempotency-Key is still being worked on: try again shortly")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the first request was answered with."""

    status_code: int
    body: dict[str, Any]


async def begin_request(
    uows: UnitOfWorkFactory, org_id: OrgId, user_id: UserId, key: str, request_sha256: str, *, now: datetime
) -> KeptAnswer | None:
    """The kept answer, or None where this request is the first one and must be worked on.

    Raises:
        InvalidInput: the key was used for another request.
        StillRunning: the first one has not answered yet.
    """
    if not key or len(key) > 200:
        raise InvalidInput("an Idempotency-Key has 1 to 200 characters")
    async with uows(org_id) as uow:
        inserted = await uow.session.scalar(
            insert(IdempotencyKeyRow)
            .values(
                id=new_id(),
                org_id=org_id,
                user_id=user_id,
                key=key,
                request_sha256=request_sha256,
                status_code=0,
                body={},
                finished=False,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(IdempotencyKeyRow.id)
        )
        if inserted is not None:
            return None
        row = (
            await uow.session.scalars(
                select(IdempotencyKeyRow)
                .where(IdempotencyKeyRow.user_id == user_id, IdempotencyKeyRow.key == key)
                .with_for_update()
            )
        ).one()
        if row.request_sha256 != request_sha256:
            raise InvalidInput("this Idempotency-Key was used for another request: take a new one")
        if row.finished:
            return KeptAnswer(row.status_code, row.body)
        if row.created_at > now - _ABANDONED:
            raise StillRunning
        row.created_at = now
        return None


async def finish_request(
    uows: UnitOfWorkFactory, org_id: OrgId, user_id: UserId, key: str, answer: KeptAnswer
) -> None:
    """Keeps the answer for whoever asks again."""
    async with uows(org_id) as uow:
        row = (
            await uow.session.scalars(
                select(IdempotencyKeyRow).where(IdempotencyKeyRow.user_id == user_id, IdempotencyKeyRow.key == key)
            )
        ).one()
        row.status_code, row.body, row.finished = answer.status_code, answer.body, True


async def forget_request(uows: UnitOfWorkFactory, org_id: OrgId, user_id: UserId, key: str) -> None:
    """The request failed in a way that the next one may not: let it be tried again."""
    async with uows(org_id) as uow:
        await uow.session.execute(
            delete(IdempotencyKeyRow)
            .where(
                IdempotencyKeyRow.user_id == user_id,
                IdempotencyKeyRow.key == key,
                IdempotencyKeyRow.finished.is_(False),
            )
            .execution_options(synchronize_session=False)
        )

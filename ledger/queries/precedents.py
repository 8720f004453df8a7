"""Nearest approved answers of one organisation."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger.store.tables.drafts import PrecedentRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier reply and the answer that a person let go out; `distance` is the cosine distance, 0 to 2."""

    reply_text: str
    answer_text: str
    language: str
    distance: float


async def nearest_precedents(
    uow: UnitOfWork, embedding: list[float], *, embedder: str, limit: int
) -> tuple[Precedent, ...]:
    """The most alike first; only those that the same embedder placed."""
    distance = PrecedentRow.embedding.cosine_distance(embedding)
    rows = await uow.session.execute(
        select(PrecedentRow.reply_text, PrecedentRow.answer_text, PrecedentRow.language, distance)
        .where(PrecedentRow.embedder == embedder)
        .order_by(distance)
        .limit(limit)
    )
    return tuple(Precedent(*row) for row in rows)

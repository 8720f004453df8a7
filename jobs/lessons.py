"""The taught sentences of an organisation, as its reader asks for them."""

from agent.reading.taught import MOST_VOTES
from core.ids import OrgId
from ledger.model.correction import NearLesson
from ledger.queries.corrections import has_lessons, nearest_lessons
from ledger.store.unit_of_work import UnitOfWorkFactory


class LedgerLessons:
    """Implements `LessonMemory` on the ledger."""

    def __init__(self, uows: UnitOfWorkFactory, org_id: OrgId) -> None:
        self._uows = uows
        self._org_id = org_id

    async def holds_any(self, embedder: str) -> bool:
        """Whether the organisation taught anything."""
        async with self._uows(self._org_id) as uow:
            return await has_lessons(uow, embedder)

    async def near(
        self, embeddings: list[list[float]], *, embedder: str, radius: float
    ) -> list[tuple[NearLesson, ...]]:
        """One look-up a vector, in one transaction."""
        async with self._uows(self._org_id) as uow:
            return [
                await nearest_lessons(uow, one, embedder=embedder, radius=radius, limit=MOST_VOTES)
                for one in embeddings
            ]

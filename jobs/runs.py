"""Runs the graph on a case, ends its waiting, and prunes its checkpoints."""

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command

from agent.graph import Graph
from core.ids import CaseId, OrgId
from ledger.queries.case_for_run import generation_of
from ledger.store.unit_of_work import UnitOfWorkFactory

#: Steps of one run; the longest course has fifteen.
_MOST_STEPS = 40


class CaseRunner:
    """The graph with its checkpoints; one thread a case and generation."""

    def __init__(self, graph: Graph, checkpointer: BaseCheckpointSaver[Any], uows: UnitOfWorkFactory) -> None:
        self._graph = graph
        self._checkpointer = checkpointer
        self._uows = uows

    async def run(self, org_id: OrgId, case_id: CaseId) -> None:
        """Runs from the start to the interrupt or the end. Nodes keep their effects in commands with keys, so a run
        that a crash cut off is simply run again."""
        generation = await self._generation(org_id, case_id)
        await self._prune(case_id, generation)
        result = await self._graph.ainvoke(
            {"org_id": str(org_id), "case_id": str(case_id)}, _config(case_id, generation), durability="exit"
        )
        if "__interrupt__" not in result:
            # Nothing waits: what is left of the run is in the ledger.
            await self._prune(case_id, generation + 1)

    async def finish(self, org_id: OrgId, case_id: CaseId) -> None:
        """Resumes the waiting run and removes its checkpoint. A missing one changes nothing: the row is the truth."""
        generation = await self._generation(org_id, case_id)
        for number in range(1, generation + 1):
            config = _config(case_id, number)
            if await self._checkpointer.aget_tuple(config) is not None:
                await self._graph.ainvoke(Command(resume="decided"), config, durability="exit")
        await self._prune(case_id, generation + 1)

    async def _generation(self, org_id: OrgId, case_id: CaseId) -> int:
        async with self._uows(org_id) as uow:
            return await generation_of(uow, case_id)

    async def _prune(self, case_id: CaseId, generation: int) -> None:
        for number in range(1, generation):
            await self._checkpointer.adelete_thread(_thread(case_id, number))


def _thread(case_id: CaseId, generation: int) -> str:
    return f"{case_id}:{generation}"


def _config(case_id: CaseId, generation: int) -> RunnableConfig:
    return {"configurable": {"thread_id": _thread(case_id, generation)}, "recursion_limit": _MOST_STEPS}

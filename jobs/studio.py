"""The graph for LangGraph's own tools (`langgraph.json`): to look at runs, not to answer them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.graph import Graph, build_graph
from core.settings import Settings
from jobs.migrate import migrate
from jobs.wiring import database_urls, open_duly


@asynccontextmanager
async def studio_graph() -> AsyncIterator[Graph]:
    """The graph on this machine's settings and database; the tool brings its own checkpointer.

    Its input is `{"org_id": ..., "case_id": ...}`. A run that waits is decided through the approvals API only: the
    row in the ledger is the truth, whatever resumes the graph.
    """
    settings = Settings()
    urls, server = database_urls(settings)
    try:
        migrate(urls.owner)
        async with open_duly(settings, urls) as duly:
            yield build_graph(duly.services)
    finally:
        if server is not None:
            server.stop()

"""`Services`: what nodes are given."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.models.port import ChatModel
from agent.reading.port import Reader
from agent.writing.port import Writer
from core.clock import Clock
from core.ids import CaseId, OrgId
from integrations.ports.documents import DocumentMaker
from integrations.ports.embedder import Embedder
from ledger.commands.decide_approval import Verify
from ledger.store.blobs import BlobStore
from ledger.store.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class Services:
    """Chosen in `jobs.wiring`; nodes know ports only.

    Reader, writer and model are given for one case, so that what a model uses is kept on it and stays within its
    budgets; `model` gives None where reader and writer work without one.
    """

    uows: UnitOfWorkFactory
    blobs: BlobStore
    clock: Clock
    reader: Callable[[OrgId, CaseId], Reader]
    writer: Callable[[OrgId, CaseId], Writer]
    verify: Verify
    documents: DocumentMaker
    embedder: Embedder
    model: Callable[[OrgId, CaseId], ChatModel | None]

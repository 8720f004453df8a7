"""`ToolScope`: the one customer of one organisation that a tool may see. A model never names either."""

from dataclasses import dataclass

from core.clock import Clock
from core.ids import OrgId
from integrations.ports.embedder import Embedder
from ledger.model.snapshot import AccountSnapshot
from ledger.store.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ToolScope:
    """Bound before any model sees a tool; every lookup stays inside it."""

    org_id: OrgId
    snapshot: AccountSnapshot
    uows: UnitOfWorkFactory
    embedder: Embedder
    clock: Clock

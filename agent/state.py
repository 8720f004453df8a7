"""`ReplyState`: what a checkpoint keeps (ids and words of the route, never a customer's text), and `Workspace`."""

from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict
from uuid import UUID

from langgraph.channels import UntrackedValue

from agent.signals import ReplySignals
from core.ids import CaseId, OrgId
from ledger.model.approval import AttachedDocument
from ledger.model.case import CaseForRun
from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftText, Verification
from ledger.model.message import Message
from ledger.model.reading import ReadSignal
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot
from tools.catalog import Catalogue


@dataclass(slots=True)
class Workspace:
    """What the nodes of one run hand to each other. Never in a checkpoint: after a pause it is read anew."""

    case: CaseForRun | None = None
    snapshot: AccountSnapshot | None = None
    catalogue: Catalogue | None = None
    reading: ReplySignals | None = None
    grounded: tuple[ReadSignal, ...] = ()
    #: By position of the signal: what the ledger holds for a claim of payment.
    found: dict[int, tuple[str, ...]] = field(default_factory=dict)
    #: Mail of the thread and from the sender, newest first, for the brakes.
    recent: tuple[Message, ...] = ()
    decision: PolicyDecision | None = None
    draft: DraftText | None = None
    documents: tuple[AttachedDocument, ...] = ()
    verification: Verification | None = None
    #: Why the run ends before a person instead of with a draft.
    handing_over: str = ""

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Those that may be acted on."""
        return tuple(read.signal for read in self.grounded if not read.ungrounded)


class ReplyState(TypedDict, total=False):
    """The graph's state. `rounds` counts revisions of the draft; `resumed` is the decision's word, once made."""

    org_id: str
    case_id: str
    rounds: int
    route: str
    resumed: str
    workspace: Annotated[Workspace, UntrackedValue]


#: What a node returns: the changed keys.
Update = dict[str, Any]


def org_of(state: ReplyState) -> OrgId:
    """The run's organisation."""
    return OrgId(UUID(state["org_id"]))


def case_of(state: ReplyState) -> CaseId:
    """The run's case."""
    return CaseId(UUID(state["case_id"]))

"""What a person says a mail says, and what follows from it for the next ones."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import DomainError
from core.ids import CaseId, CorrectionId, UserId
from ledger.model.signal import DisputeReason, DocumentKind, Intent, Signal

#: Signals of one mail; the longest remittance advice is one signal.
MOST_SIGNALS = 20


@dataclass(frozen=True, slots=True)
class Corrector:
    """Who corrects, which run's reading they saw, and when."""

    user_id: UserId
    name: str
    generation: int
    now: datetime
    #: The request's Idempotency-Key; empty where it had none.
    key: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence that was read wrongly and what it says: its intents (none where it states nothing).

    `embedding` is its unit vector in the space of the embedder that the correction names.
    """

    sentence: str
    intents: tuple[Intent, ...]
    reason: DisputeReason | None = None
    documents: tuple[DocumentKind, ...] = ()
    embedding: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectedReading:
    """All that a mail says, as a person has it; `reasons` are those why a person must answer it."""

    signals: tuple[Signal, ...]
    reasons: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    embedder: str
    #: Why the mail's sender needs a look first; empty where they are known.
    sender_trouble: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of a correction; `generation` is the run that works on it."""

    correction_id: CorrectionId
    case_id: CaseId
    generation: int


@dataclass(frozen=True, slots=True)
class NearLesson:
    """A taught sentence and its cosine distance (0 to 2) from the one that was asked for."""

    lesson: Lesson
    language: str
    distance: float


class CaseAtWork(DomainError):
    """The agent works on the case at this moment."""

    def __init__(self, case_id: CaseId) -> None:
        super().__init__(f"the agent is working on case {case_id} right now: try again in a moment")

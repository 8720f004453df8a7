"""View models of corrections: what was read, what is right, and what that taught. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.console.display_text import visible
from api.console.words import document_words, intent_words, reason_words
from ledger.model.correction import Lesson
from ledger.model.signal import Signal
from ledger.queries.corrections import CorrectionShown

_LONGEST_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class TaughtLine:
    """A sentence and how it is read from then on; `counts` until it is taken back or corrected again."""

    sentence: str
    says: str
    counts: bool


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction."""

    correction_id: UUID
    case_id: UUID
    subject: str
    by: str
    at: datetime
    was: str
    now: str
    taught: tuple[TaughtLine, ...]
    retracted_by: str


def present_correction(shown: CorrectionShown) -> CorrectionLine:
    """One correction in words."""
    return CorrectionLine(
        correction_id=shown.correction_id,
        case_id=shown.case_id,
        subject=visible(shown.subject[:300]),
        by=shown.by,
        at=shown.corrected_at,
        was=_names(shown.was_read),
        now=_names(shown.correct),
        taught=tuple(
            TaughtLine(visible(one.lesson.sentence[:_LONGEST_SENTENCE]), _says(one.lesson), one.counts)
            for one in shown.lessons
        ),
        retracted_by=shown.retracted_by,
    )


def _names(signals: tuple[Signal, ...]) -> str:
    return ", ".join(dict.fromkeys(intent_words(signal.intent.value) for signal in signals)) or "Nothing"


def _says(lesson: Lesson) -> str:
    if not lesson.intents:
        return "states nothing"
    more = [reason_words(lesson.reason.value)] if lesson.reason else []
    more += [document_words(kind.value) for kind in lesson.documents]
    names = ", ".join(intent_words(intent.value) for intent in lesson.intents)
    return f"{names} ({', '.join(more)})" if more else names

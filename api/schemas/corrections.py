"""Request and response bodies of corrections. Money is `{"amount": "1250.00", "currency": "EUR"}`."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.approvals import MoneyOut, SignalOut
from api.schemas.body import Body
from core.errors import InvalidInput
from core.money import Money
from ledger.model.correction import MOST_SIGNALS
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal
from ledger.queries.approval_queue import CaseShown
from ledger.queries.corrections import CorrectionShown, LessonShown

#: The field that the reply format calls `date` would hide the type of that name.
Day = date
_LONGEST_QUOTE = 2_000


class MoneyIn(Body):
    """Major units as a decimal string without grouping, ISO 4217 currency."""

    amount: str = Field(max_length=40)
    currency: str = Field(min_length=3, max_length=3)


class SignalIn(Body):
    """One thing that the mail says, and the words of the mail that say it, letter by letter.

    Only the fields of its intent may be given (docs/formats/replies.md).
    """

    intent: Intent
    quote: str = Field(max_length=_LONGEST_QUOTE)
    invoices: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=2_000)
    date: Day | None = None
    amount: MoneyIn | None = None
    reference: str | None = Field(default=None, max_length=200)
    conditional: bool = False
    reason: DisputeReason | None = None
    documents: list[DocumentKind] = Field(default=[], max_length=len(DocumentKind))
    contact: str | None = Field(default=None, max_length=320)
    until: Day | None = None

    def signal(self) -> Signal:
        """The signal as the ledger knows it.

        Raises:
            InvalidInput: its amount is none.
        """
        try:
            amount = None if self.amount is None else Money.of(self.amount.amount, self.amount.currency)
        except ValueError as error:
            raise InvalidInput(str(error)) from error
        return Signal(
            intent=self.intent,
            evidence=Evidence(self.quote),
            confidence=1.0,
            invoices=tuple(self.invoices),
            day=self.date,
            amount=amount,
            reference=self.reference or None,
            conditional=self.conditional,
            reason=self.reason,
            documents=tuple(self.documents),
            contact=self.contact or None,
            until=self.until,
        )


class CorrectionIn(Body):
    """All that the mail says: what is left out no longer counts. An empty list says that it states nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "signals": [
                        {
                            "intent": "dispute",
                            "quote": "The driver left two boxes short.",
                            "invoices": ["INV-20417"],
                            "reason": "quantity",
                        },
                        {
                            "intent": "promise_to_pay",
                            "quote": "The rest goes out on Friday",
                            "invoices": ["INV-20417"],
                            "date": "2026-04-24",
                            "amount": {"amount": "1600.00", "currency": "GBP"},
                        },
                    ]
                }
            ]
        },
    )

    signals: list[SignalIn] = Field(max_length=MOST_SIGNALS)


class ReadingOut(BaseModel):
    """What a case's mail says today; `version` is what `If-Match` takes."""

    case_id: UUID
    version: int
    state: str
    reader: str
    corrected_by: str
    signals: list[SignalOut]

    @classmethod
    def of(cls, case: CaseShown) -> "ReadingOut":
        return cls(
            case_id=case.case_id,
            version=case.generation,
            state=case.state,
            reader=case.reader,
            corrected_by=case.corrected_by,
            signals=[SignalOut.of(signal) for signal in case.signals],
        )


class CorrectedOut(BaseModel):
    """What came of a correction; `version` is the run that works on it."""

    id: UUID
    case_id: UUID
    version: int


class StatedOut(BaseModel):
    """A signal as it was read or put right."""

    intent: str
    quote: str
    invoices: list[str]
    date: Day | None
    amount: MoneyOut | None
    reference: str | None
    conditional: bool
    reason: str | None
    documents: list[str]
    contact: str | None
    until: Day | None

    @classmethod
    def of(cls, signal: Signal) -> "StatedOut":
        return cls(
            intent=signal.intent.value,
            quote=signal.evidence.quote,
            invoices=list(signal.invoices),
            date=signal.day,
            amount=None if signal.amount is None else MoneyOut.of(signal.amount),
            reference=signal.reference,
            conditional=signal.conditional,
            reason=signal.reason,
            documents=[kind.value for kind in signal.documents],
            contact=signal.contact,
            until=signal.until,
        )


class LessonOut(BaseModel):
    """A sentence, and what every like sentence says from then on; `counts` until it is taken back."""

    sentence: str
    intents: list[str]
    reason: str | None
    documents: list[str]
    counts: bool

    @classmethod
    def of(cls, shown: LessonShown) -> "LessonOut":
        lesson = shown.lesson
        return cls(
            sentence=lesson.sentence,
            intents=[intent.value for intent in lesson.intents],
            reason=lesson.reason,
            documents=[kind.value for kind in lesson.documents],
            counts=shown.counts,
        )


class CorrectionOut(BaseModel):
    """One correction."""

    id: UUID
    case_id: UUID
    subject: str
    by: str
    language: str
    was_read: list[StatedOut]
    correct: list[StatedOut]
    taught: list[LessonOut]
    corrected_at: datetime
    retracted_at: datetime | None
    retracted_by: str

    @classmethod
    def of(cls, shown: CorrectionShown) -> "CorrectionOut":
        return cls(
            id=shown.correction_id,
            case_id=shown.case_id,
            subject=shown.subject,
            by=shown.by,
            language=shown.language,
            was_read=[StatedOut.of(signal) for signal in shown.was_read],
            correct=[StatedOut.of(signal) for signal in shown.correct],
            taught=[LessonOut.of(lesson) for lesson in shown.lessons],
            corrected_at=shown.corrected_at,
            retracted_at=shown.retracted_at,
            retracted_by=shown.retracted_by,
        )


class CorrectionPage(BaseModel):
    """Corrections, newest first; `next_cursor` is null on the last page."""

    items: list[CorrectionOut]
    next_cursor: str | None

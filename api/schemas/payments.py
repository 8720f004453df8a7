"""Request and response bodies of payments and payers' habits. Money is `{"amount": "1250.00", "currency": "EUR"}`."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.approvals import MoneyOut
from api.schemas.body import Body
from api.schemas.corrections import MoneyIn
from core.errors import InvalidInput
from core.money import Money
from ledger.commands.decide_payment import MOST_PARTS
from ledger.model.cash import PostedPart
from ledger.model.match import MatchCandidate, MatchPart
from ledger.model.signal import DisputeReason
from ledger.queries.payments import HabitShown, PaymentDetail, PaymentSummary, ProposalShown

#: A field of this name would hide the type.
Day = date
#: What a person may post; `reversal` takes an earlier payment back, `duplicate` leaves the money unapplied.
Kind = Literal[
    "invoice",
    "credit",
    "discount",
    "fee",
    "withholding_tax",
    "write_off",
    "short_pay",
    "on_account",
    "reversal",
    "duplicate",
]


class PartIn(Body):
    """One part. `document` is a printed number, for `on_account` the customer's id, for a reversal the payment's.

    `reason` says why a short pay is short; without it the payer's own words say.
    """

    kind: Kind
    document: str = Field(min_length=1, max_length=200)
    amount: MoneyIn
    reason: DisputeReason | None = None


class ConfirmIn(Body):
    """The candidate that is right, counted from 0, or the parts as they are; one of the two."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"candidate": 0},
                {
                    "parts": [
                        {
                            "kind": "invoice",
                            "document": "INV-20417",
                            "amount": {"amount": "1825.00", "currency": "GBP"},
                        },
                        {"kind": "fee", "document": "INV-20417", "amount": {"amount": "15.00", "currency": "GBP"}},
                    ]
                },
            ]
        },
    )

    candidate: int | None = Field(default=None, ge=0, le=99)
    parts: list[PartIn] = Field(default=[], max_length=MOST_PARTS)

    def posted(self) -> tuple[PostedPart, ...]:
        """The parts as the ledger knows them.

        Raises:
            InvalidInput: an amount is none.
        """
        try:
            return tuple(
                PostedPart(one.kind, one.document, Money.of(one.amount.amount, one.amount.currency), one.reason)
                for one in self.parts
            )
        except ValueError as error:
            raise InvalidInput(str(error)) from error


class ReasonIn(Body):
    """Why: kept with the decision."""

    reason: str = Field(min_length=1, max_length=2_000)


class PartOut(BaseModel):
    """One part of a payment (docs/formats/matching.md, `kind`)."""

    kind: str
    document: str
    amount: MoneyOut

    @classmethod
    def of(cls, part: MatchPart | PostedPart) -> "PartOut":
        return cls(kind=str(part.kind), document=part.document, amount=MoneyOut.of(part.amount))


class CandidateOut(BaseModel):
    """One way to apply the payment, with the reasons for it; `confidence` is 0 to 1 against all that were weighed."""

    parts: list[PartOut]
    customer_ids: list[str]
    confidence: float
    reasons: list[str]

    @classmethod
    def of(cls, candidate: MatchCandidate) -> "CandidateOut":
        return cls(
            parts=[PartOut.of(part) for part in candidate.parts],
            customer_ids=list(candidate.customer_ids),
            confidence=candidate.confidence,
            reasons=list(candidate.reasons),
        )


class ProposalOut(BaseModel):
    """A proposal and what became of it."""

    id: UUID
    attempt: int
    status: str
    version: int
    candidates: list[CandidateOut]
    held_because: str
    flags: list[str]
    parts: list[PartOut]
    explanation: str
    decided_by: str
    decided_words: str
    decided_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, shown: ProposalShown) -> "ProposalOut":
        return cls(
            id=shown.proposal_id,
            attempt=shown.attempt,
            status=shown.status,
            version=shown.version,
            candidates=[CandidateOut.of(one) for one in shown.candidates],
            held_because=shown.held_because,
            flags=list(shown.flags),
            parts=[PartOut.of(part) for part in shown.parts],
            explanation=shown.explanation,
            decided_by=shown.decided_by,
            decided_words=shown.decided_words,
            decided_at=shown.decided_at,
            created_at=shown.created_at,
        )


class PaymentOut(BaseModel):
    """One payment; `status` is its newest proposal's, or `waiting`, and `version` is what `If-Match` takes."""

    id: UUID
    external_id: str
    received_on: Day
    amount: MoneyOut
    unapplied: MoneyOut
    payer_name: str
    payer_account: str
    reference: str
    account_id: UUID | None
    customer: str
    status: str
    version: int
    held_because: str
    flags: list[str]
    explanation: str

    @classmethod
    def of(cls, shown: PaymentSummary) -> "PaymentOut":
        return cls(**_fields(shown))


def _fields(shown: PaymentSummary) -> dict[str, object]:
    return {
        "id": shown.payment_id,
        "external_id": shown.external_id,
        "received_on": shown.received_on,
        "amount": MoneyOut.of(shown.amount),
        "unapplied": MoneyOut.of(shown.unapplied),
        "payer_name": shown.payer_name,
        "payer_account": shown.payer_account,
        "reference": shown.reference,
        "account_id": shown.account_id,
        "customer": shown.customer,
        "status": shown.status,
        "version": shown.version,
        "held_because": shown.held_because,
        "flags": list(shown.flags),
        "explanation": shown.explanation,
    }


class PaymentDetailOut(PaymentOut):
    """A payment with every proposal it had, the newest first, and where it came from."""

    method: str
    source_file: str
    line_number: int | None
    bank_id: str
    proposals: list[ProposalOut]

    @classmethod
    def of_detail(cls, shown: PaymentDetail) -> "PaymentDetailOut":
        return cls(
            **_fields(shown.summary),
            method=shown.method,
            source_file=shown.source_file,
            line_number=shown.line_number,
            bank_id=shown.bank_id,
            proposals=[ProposalOut.of(one) for one in shown.proposals],
        )


class PaymentPage(BaseModel):
    """Payments, newest first; `next_cursor` is null on the last page."""

    items: list[PaymentOut]
    next_cursor: str | None


class PaymentDecidedOut(BaseModel):
    """What came of a decision."""

    id: UUID
    proposal_id: UUID
    status: str
    version: int


class HabitOut(BaseModel):
    """A habit of a payer; it counts until `removed_at`."""

    id: UUID
    kind: str
    payer: str
    account_id: UUID
    customer: str
    amount: MoneyOut | None
    rate: str | None
    taught_by: str
    taught_at: datetime
    removed_at: datetime | None
    removed_by: str

    @classmethod
    def of(cls, shown: HabitShown) -> "HabitOut":
        return cls(
            id=shown.habit_id,
            kind=shown.kind,
            payer=shown.shown,
            account_id=shown.account_id,
            customer=shown.customer,
            amount=None if shown.amount is None else MoneyOut.of(shown.amount),
            rate=None if shown.rate is None else f"{shown.rate:f}",
            taught_by=shown.taught_by,
            taught_at=shown.taught_at,
            removed_at=shown.removed_at,
            removed_by=shown.removed_by,
        )


class HabitPage(BaseModel):
    """Habits, newest first; `next_cursor` is null on the last page."""

    items: list[HabitOut]
    next_cursor: str | None

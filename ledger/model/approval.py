"""Approvals: what waits for a person, what they did, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import ApprovalId, DraftId, SendId
from core.money import Money
from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftText, Verification


class ApprovalStatus(StrEnum):
    """`pending` waits for a person; `redrafting` waits for a new text; the others are ends, save `snoozed`."""

    PENDING = "pending"
    SNOOZED = "snoozed"
    REDRAFTING = "redrafting"
    APPROVED = "approved"
    REJECTED = "rejected"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AttachedDocument:
    """A document that goes out with a draft; `content` is kept in the blob store."""

    kind: str
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ProposedMail:
    """A draft as the agent hands it to `request_approval`."""

    draft: DraftText
    decision: PolicyDecision
    verification: Verification
    facts: dict[str, Any]
    fingerprint: str
    expires_at: datetime | None
    expected_cash: Money
    attachments: tuple[AttachedDocument, ...] = ()
    why_again: str = ""


@dataclass(frozen=True, slots=True)
class EditedMail:
    """What a person changed; None leaves a part as it was. Recipients must be known contacts."""

    text: str | None = None
    subject: str | None = None
    to: tuple[str, ...] | None = None
    cc: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision stands; `send_id` names the outbox row where a mail goes out."""

    approval_id: ApprovalId
    version: int
    status: ApprovalStatus
    draft_id: DraftId
    send_id: SendId | None = None


@dataclass(frozen=True, slots=True)
class FactsHaveMoved:
    """Nothing was sent: the ledger moved, and a new draft was asked for. `moved` says what, in words."""

    approval_id: ApprovalId
    version: int
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextNotSupported:
    """Nothing was sent: the text holds what the ledger does not."""

    approval_id: ApprovalId
    version: int
    verification: Verification = field(default_factory=lambda: Verification((), ()))


DecisionOutcome = Decided | FactsHaveMoved | TextNotSupported

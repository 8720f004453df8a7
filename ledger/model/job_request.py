"""Typed requests for work to run after the transaction that makes them commits. They hold ids only."""

from dataclasses import dataclass
from datetime import datetime

from core.ids import CaseId, MessageId, OrgId, PaymentId, SendId


@dataclass(frozen=True, slots=True)
class ProcessInbound:
    """Parse a kept message and run the graph on it."""

    org_id: OrgId
    message_id: MessageId
    #: Messages of one conversation run in order.
    lock: str


@dataclass(frozen=True, slots=True)
class Redraft:
    """Write a case's mail anew: the facts moved, its day ended, or a person asked for it."""

    org_id: OrgId
    case_id: CaseId
    lock: str


@dataclass(frozen=True, slots=True)
class FinishRun:
    """Resume the waiting graph with the decision that the ledger holds, and prune its checkpoint."""

    org_id: OrgId
    case_id: CaseId
    lock: str


@dataclass(frozen=True, slots=True)
class SendMail:
    """Send an approved draft: claim, re-check, send, confirm."""

    org_id: OrgId
    send_id: SendId
    lock: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchPayments:
    """Propose and post these payments."""

    org_id: OrgId
    payment_ids: tuple[PaymentId, ...]
    lock: str


@dataclass(frozen=True, slots=True)
class MatchWaiting:
    """Look for waiting money: invoices or a remittance advice came in. Several requests are one job."""

    org_id: OrgId
    lock: str


JobRequest = ProcessInbound | Redraft | FinishRun | SendMail | MatchPayments | MatchWaiting

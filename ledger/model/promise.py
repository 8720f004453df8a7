"""What a customer said and the ledger keeps: promises, disputes, payment claims, contact changes, absences."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.ids import DisputeId, PromiseId
from core.money import Money
from ledger.model.signal import DisputeReason


class PromiseState(StrEnum):
    """What became of a promise to pay."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PromiseToPay:
    """`promised_for` is the day the customer named; without one the promise has no due day. `amount` is None
    where the customer stated none (it then means the invoices' open balance)."""

    promise_id: PromiseId
    invoice_numbers: tuple[str, ...]
    promised_for: date | None
    amount: Money | None
    conditional: bool
    state: PromiseState
    quote: str


class DisputeState(StrEnum):
    """`open` pauses dunning for the disputed amount; `accepted` and `refused` end it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A contested amount; `amount` is None where the whole open balance of its invoices is contested."""

    dispute_id: DisputeId
    invoice_numbers: tuple[str, ...]
    reason: DisputeReason
    amount: Money | None
    state: DisputeState
    quote: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PaymentClaim:
    """The customer says that it paid: never money, only a reason to look. Day and amount as stated."""

    invoice_numbers: tuple[str, ...]
    paid_on: date | None
    amount: Money | None
    reference: str
    quote: str
    #: What was found among payments and credit notes, in words; empty where nothing was.
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A contact is away; `until` is the first day back where stated."""

    email: str
    until: date | None

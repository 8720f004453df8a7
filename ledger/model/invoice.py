"""`Invoice`, `CreditNote` and `Payment`: what was billed, lowered and received."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.ids import CreditNoteId, EntityId, InvoiceId, PaymentId
from core.money import Money


class InvoiceStatus(StrEnum):
    """Follows from the open balance: `open` untouched, `partly_paid`, `closed` at zero."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What we billed. `open_balance` is the total less allocations, applied credit notes and adjustments."""

    invoice_id: InvoiceId
    number: str
    entity_id: EntityId
    issued: date
    due: date
    amount: Money
    open_balance: Money
    po_number: str = ""
    terms: str = ""

    @property
    def status(self) -> InvoiceStatus:
        if not self.open_balance:
            return InvoiceStatus.CLOSED
        return InvoiceStatus.OPEN if self.open_balance == self.amount else InvoiceStatus.PARTLY_PAID


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A document that lowers what is owed; not a refund."""

    credit_note_id: CreditNoteId
    number: str
    issued: date
    amount: Money
    open_balance: Money
    invoice_number: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money as received; negative for a refund or a chargeback. `unapplied` is what is not allocated yet."""

    payment_id: PaymentId
    external_id: str
    received_on: date
    amount: Money
    unapplied: Money
    payer_name: str = ""
    payer_account: str = ""
    remittance: str = ""
    method: str = ""
    #: Numbers of the invoices it was allocated to.
    invoice_numbers: tuple[str, ...] = ()

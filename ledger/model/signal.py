"""`Signal`: what a customer said, with the words it rests on. The closed set of `docs/formats/replies.md`."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.money import Money


class Intent(StrEnum):
    """The seventeen things a reply can say."""

    PROMISE_TO_PAY = "promise_to_pay"
    PAYMENT_SENT = "payment_sent"
    DISPUTE = "dispute"
    EXTENSION_REQUEST = "extension_request"
    PAYMENT_PLAN_REQUEST = "payment_plan_request"
    DOCUMENT_REQUEST = "document_request"
    QUESTION = "question"
    PROCESSING_UPDATE = "processing_update"
    HARDSHIP = "hardship"
    LEGAL_NOTICE = "legal_notice"
    CONTACT_CHANGE = "contact_change"
    BANK_DETAILS_QUERY = "bank_details_query"
    STOP_CONTACT = "stop_contact"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"
    DELIVERY_FAILURE = "delivery_failure"
    UNRELATED = "unrelated"


#: An automatic answer alone would be wrong for these (docs/formats/replies.md, `needs_human`).
INTENTS_FOR_A_PERSON = frozenset(
    {
        Intent.DISPUTE,
        Intent.PAYMENT_PLAN_REQUEST,
        Intent.HARDSHIP,
        Intent.LEGAL_NOTICE,
        Intent.BANK_DETAILS_QUERY,
        Intent.STOP_CONTACT,
    }
)


class DisputeReason(StrEnum):
    """Why an amount is contested."""

    PRICE = "price"
    QUANTITY = "quantity"
    QUALITY = "quality"
    NOT_RECEIVED = "not_received"
    DUPLICATE = "duplicate"
    WRONG_ENTITY = "wrong_entity"
    PO_MISMATCH = "po_mismatch"
    TAX = "tax"
    TERMS = "terms"
    CANCELLED = "cancelled"
    CREDIT_DUE = "credit_due"
    OTHER = "other"


class DocumentKind(StrEnum):
    """What a customer may ask us to send."""

    INVOICE_COPY = "invoice_copy"
    STATEMENT = "statement"
    PURCHASE_ORDER = "purchase_order"
    PROOF_OF_DELIVERY = "proof_of_delivery"
    TAX_FORM = "tax_form"
    BANK_DETAILS = "bank_details"
    CREDIT_NOTE = "credit_note"
    CONTRACT = "contract"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verbatim words a signal rests on: `text[start:end] == quote` in the customer's own words.

    `start` and `end` count characters of the reply text; both are -1 where the words stand in the subject or
    in an attachment.
    """

    quote: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing the customer said. Fields that the text leaves open are empty."""

    intent: Intent
    evidence: Evidence
    #: 0 to 1: how sure the reader is.
    confidence: float
    #: Ledger invoice numbers, sorted.
    invoices: tuple[str, ...] = ()
    #: The day promised, paid or asked for, in the sender's calendar.
    day: date | None = None
    amount: Money | None = None
    reference: str | None = None
    conditional: bool = False
    reason: DisputeReason | None = None
    documents: tuple[DocumentKind, ...] = field(default=())
    contact: str | None = None
    #: First day back, of an absence.
    until: date | None = None

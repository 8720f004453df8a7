"""Cash application: what a payment, its remittance and the open documents are, and what a match proposes.

Everything here is known by its printed number or outside id: matching reads bank lines and files in which
our own ids do not occur.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.errors import DomainError
from core.money import Money


class PartKind(StrEnum):
    """What one part of a payment is (docs/formats/matching.md, `kind`)."""

    INVOICE = "invoice"
    CREDIT = "credit"
    DISCOUNT = "discount"
    FEE = "fee"
    SHORT_PAY = "short_pay"
    #: An adjustment that is proposed and only a person books. The format has none: such a gap is a short pay there.
    WITHHOLDING_TAX = "withholding_tax"
    ON_ACCOUNT = "on_account"
    REVERSAL = "reversal"
    DUPLICATE = "duplicate"
    UNIDENTIFIED = "unidentified"


#: Parts that are money of the payment and add up to it; the others are what an invoice still lacks.
MONEY_PARTS = frozenset(
    {
        PartKind.INVOICE,
        PartKind.CREDIT,
        PartKind.ON_ACCOUNT,
        PartKind.REVERSAL,
        PartKind.DUPLICATE,
        PartKind.UNIDENTIFIED,
    }
)


class MatchStatus(StrEnum):
    """`applied` is posted without a person, `suggested` is put before one."""

    APPLIED = "applied"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer as payments show it: names, domains and bank accounts. `parent_id` is empty without one."""

    customer_id: str
    name: str
    aliases: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    bank_accounts: tuple[str, ...] = ()
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice and what is still open on it; kept at zero once paid, so that a repeat is recognised."""

    number: str
    customer_id: str
    issued: date
    due: date
    amount: Money
    open_balance: Money
    po_number: str = ""
    #: As printed: `net30`, `2/10 net30`.
    terms: str = ""


@dataclass(frozen=True, slots=True)
class OpenCredit:
    """A credit note and what of it is not taken yet, as a positive amount."""

    number: str
    customer_id: str
    issued: date
    amount: Money
    open_balance: Money
    invoice_number: str = ""


@dataclass(frozen=True, slots=True)
class IncomingPayment:
    """Money as the bank shows it; negative for a refund or a chargeback."""

    payment_id: str
    received_on: date
    amount: Money
    payer_name: str = ""
    payer_account: str = ""
    reference: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class RemittanceAdvice:
    """A remittance e-mail that came apart from the money."""

    received_on: date
    from_email: str
    text: str
    #: The payment that it is for, where it says so; empty in practice.
    payment_hint: str = ""


@dataclass(frozen=True, slots=True)
class MatchPart:
    """One part of a payment. `document` is an invoice or credit number, a customer or payment id, or empty."""

    kind: PartKind
    document: str
    amount: Money


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """One way to apply a payment. `confidence` is 0 to 1 against all other ways that were weighed."""

    parts: tuple[MatchPart, ...]
    #: Customers whose documents it touches, sorted.
    customer_ids: tuple[str, ...]
    confidence: float
    #: Whole sentences that a controller accepts as the reason.
    reasons: tuple[str, ...]

    @property
    def money_parts(self) -> tuple[MatchPart, ...]:
        """The parts that add up to the payment."""
        return tuple(part for part in self.parts if part.kind in MONEY_PARTS)


@dataclass(frozen=True, slots=True)
class MatchProposal:
    """At most three candidates, best first; only the first can be applied, and only with status `applied`."""

    payment_id: str
    status: MatchStatus
    candidates: tuple[MatchCandidate, ...]
    #: Why a person must decide; empty when applied.
    held_because: str = ""

    @property
    def best(self) -> MatchCandidate | None:
        """The first candidate, or None where nothing at all could be proposed."""
        return self.candidates[0] if self.candidates else None


class PartsDoNotAddUp(DomainError):
    """The money parts of a candidate do not sum to the payment."""

    def __init__(self, payment_id: str, amount: Money, parts_total: Money) -> None:
        super().__init__(f"the parts of payment {payment_id} sum to {parts_total}, not to {amount}")
        self.payment_id = payment_id
        self.amount = amount
        self.parts_total = parts_total

"""Cash application as the ledger keeps it: statement lines, what is known around a payment, habits, decisions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.errors import DomainError
from core.ids import PaymentId, UserId
from core.money import Money
from ledger.model.match import Debtor, IncomingPayment, MatchPart, OpenCredit, OpenInvoice, RemittanceAdvice
from ledger.model.signal import DisputeReason


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a bank statement. `external_key` is the same in every export of the line."""

    external_key: str
    booked_on: date
    #: Signed: negative is money that left.
    amount: Money
    value_on: date | None = None
    payer_name: str = ""
    payer_account: str = ""
    reference: str = ""
    bank_id: str = ""
    #: The bank shows it and has not booked it yet.
    pending: bool = False
    line_number: int | None = None
    #: What it says, where the bank gives it no number: its key is then this and its place among lines that say the
    #: same (`ledger.model.statement.numbered_key`). Empty where the bank numbers it.
    content_key: str = ""


@dataclass(frozen=True, slots=True)
class RecordedLines:
    """What became of the lines of one statement; the four counts add up to its lines."""

    #: Booked lines that were not known.
    added: int
    #: Lines that the ledger had already.
    known: int
    #: Pending lines of before that are booked now.
    booked: int
    #: Pending lines that were not known.
    pending: int
    #: Money that is new, oldest first.
    payment_ids: tuple[PaymentId, ...]
    #: What a person should look at, in sentences.
    warnings: tuple[str, ...] = ()


class ProposalStatus(StrEnum):
    """What became of a proposal."""

    APPLIED = "applied"
    SUGGESTED = "suggested"
    UNDONE = "undone"
    REJECTED = "rejected"
    #: None of the customers' money, a person said: the seller's own spending, a tax refund.
    IGNORED = "ignored"


class HabitKind(StrEnum):
    """What a person's decision taught about a payer."""

    ACCOUNT = "account"
    ALIAS = "alias"
    AGENT = "agent"
    PARENT = "parent"
    FEE = "fee"
    WITHHOLDING = "withholding"
    DISCOUNT = "discount"


#: Habits that say who the payer is.
IDENTITY_HABITS = frozenset({HabitKind.ACCOUNT, HabitKind.ALIAS})


@dataclass(frozen=True, slots=True)
class PayerHabit:
    """One habit that stands. `payer_key` is `account:` or `name:` and the payer in letters and digits alone."""

    kind: HabitKind
    payer_key: str
    customer_id: str
    #: As the bank wrote the payer.
    shown: str
    amount: Money | None = None
    rate: Decimal | None = None


class FlagKind(StrEnum):
    """Why a payment looks odd."""

    REPEATED = "repeated"
    MUCH_LARGER = "much_larger"
    UNKNOWN_ACCOUNT = "unknown_account"


@dataclass(frozen=True, slots=True)
class CashFlag:
    """One oddity, in a sentence."""

    kind: FlagKind
    words: str


@dataclass(frozen=True, slots=True)
class CashToMatch:
    """A payment of the ledger as matching reads it. `entity_id` is whose bank account it came to, where known."""

    payment_id: PaymentId
    payment: IncomingPayment
    entity_id: UUID | None = None
    #: The bank's own number for its line; empty where there is none.
    bank_id: str = ""


@dataclass(frozen=True, slots=True)
class NumberKeys:
    """What a text may name documents by: folded whole numbers, and digits without leading zeros.

    `short` are digits too few to tell a document without knowing whose it is; `padded` those that are enough with the
    leading zeros that are written with them, and that a document must have as well.
    """

    whole: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()
    padded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DocumentKeys:
    """What is asked of the ledger's documents: keys of anyone's, and what one account's alone may end in.

    Accounts' ids are written out.
    """

    whole: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    padded: frozenset[str] = frozenset()
    own: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class LedgerInvoice:
    """An invoice of the ledger with what tells it from one of the same number."""

    invoice_id: UUID
    account_id: UUID
    entity_id: UUID
    document: OpenInvoice


@dataclass(frozen=True, slots=True)
class LedgerCredit:
    """A credit note of the ledger."""

    credit_note_id: UUID
    account_id: UUID
    document: OpenCredit


@dataclass(frozen=True, slots=True)
class LedgerDebtor:
    """A customer of the ledger. The account's id is written out: of most nobody needs it as anything else."""

    account_id: str
    debtor: Debtor


@dataclass(frozen=True, slots=True)
class EarlierPayment:
    """A payment seen before, and where it went."""

    payment_id: UUID
    payment: IncomingPayment
    parts: tuple[MatchPart, ...]
    customer_ids: tuple[str, ...]
    posted: bool
    reversed: bool


@dataclass(frozen=True, slots=True)
class LedgerAdvice:
    """A remittance advice of the ledger."""

    advice_id: UUID
    advice: RemittanceAdvice
    #: References of the transfer that the mail states, as it writes them.
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PayersFound:
    """Who the payers of some payments may be: customers with their families, habits, and what the payers paid."""

    debtors: tuple[LedgerDebtor, ...]
    habits: tuple[PayerHabit, ...]
    earlier: tuple[EarlierPayment, ...]
    advices: tuple[LedgerAdvice, ...]
    #: Accounts whose names are the nearest, for each payer's name that no customer has; ids are written out.
    near: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostedPart:
    """One part as it is posted: `kind` is one of `PartKind`, `withholding_tax` or `write_off`."""

    kind: str
    #: Printed number (with the entity behind it where two use the same), a customer's or a payment's id.
    document: str
    amount: Money
    #: Why a short pay is short, as a person states it; without it the payer's own words say.
    reason: DisputeReason | None = None


@dataclass(frozen=True, slots=True)
class CashDecider:
    """Who decides about a payment, on which version of its proposal, and when."""

    user_id: UserId
    name: str
    version: int
    now: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class PaymentDecided:
    """Where a payment's proposal stands after a decision."""

    payment_id: PaymentId
    proposal_id: UUID
    status: ProposalStatus
    version: int


class CannotPost(DomainError):
    """A posting that the ledger's rules refuse, with the reason in words."""


class CannotUndo(DomainError):
    """Something later rests on the posting: that has to be undone first."""

"""Rows of an import after they were checked one by one, in the ledger's words, before they meet the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import Money
from ledger.model.entity import BankAccount
from ledger.model.import_report import RefusedFile, RefusedRow

#: File name (`customers.csv`, `invoices.json`, ...) to its whole text.
LedgerFiles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where a record comes from. `line` is the 1-based line at which the row begins; cells are as received."""

    file: str
    line: int
    cells: Mapping[str, str]

    def refused(self, reason: str, *, conflict: bool = False) -> RefusedRow:
        """This row, refused for `reason`."""
        return RefusedRow(self.file, self.line, reason, self.cells, conflict)


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """A legal entity of ours."""

    source: SourceRow
    code: str
    name: str
    base_currency: str
    address: str
    country: str
    tax_id: str
    email: str
    phone: str
    bank_accounts: tuple[BankAccount, ...]


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer. None in an optional column means that the file does not have it: what is kept stays."""

    source: SourceRow
    customer_id: str
    name: str
    aliases: tuple[str, ...]
    email_domains: tuple[str, ...]
    bank_accounts: tuple[str, ...]
    parent_id: str
    country: str | None
    #: Empty: chosen by the import for a new customer, kept for a known one.
    currency: str
    language: str | None
    time_zone: str | None
    #: Code of the entity; empty: none of its own.
    entity: str | None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A contact of a customer; `email` is lower case."""

    source: SourceRow
    customer_id: str
    email: str
    name: str
    role: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice. `open_amount` is what was open before the first payment that the ledger hands over."""

    source: SourceRow
    number: str
    customer_id: str
    issued: date
    due: date
    amount: Money
    open_amount: Money
    po_number: str
    terms: str
    #: Code of the issuing entity; empty: the customer's.
    entity: str


@dataclass(frozen=True, slots=True)
class CreditRecord:
    """A credit note; `invoice_number` may be empty."""

    source: SourceRow
    number: str
    customer_id: str
    issued: date
    amount: Money
    open_amount: Money
    invoice_number: str


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """Money as received; negative for a refund or a chargeback."""

    source: SourceRow
    payment_id: str
    received_on: date
    amount: Money
    payer_name: str
    payer_account: str
    reference: str
    method: str


@dataclass(frozen=True, slots=True)
class AllocationRecord:
    """Money that the ERP has already applied, in the payment's currency."""

    source: SourceRow
    payment_id: str
    invoice_number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerRecords:
    """Everything that the files hold, row by row sound; whether rows fit one another is asked later."""

    entities: tuple[EntityRecord, ...] = ()
    customers: tuple[CustomerRecord, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    invoices: tuple[InvoiceRecord, ...] = ()
    credits: tuple[CreditRecord, ...] = ()
    payments: tuple[PaymentRecord, ...] = ()
    allocations: tuple[AllocationRecord, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    refused_files: tuple[RefusedFile, ...] = ()
    #: Names of the files that were read, in the order of the import.
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

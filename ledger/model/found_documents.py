"""Documents looked up for some payments; invoices as they came, for most of them nobody looks at closer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from core.money import Money
from ledger.model.cash import EarlierPayment, LedgerCredit, LedgerInvoice
from ledger.model.match import OpenInvoice


class FoundInvoice(NamedTuple):
    """An invoice in the order of the statement's columns. Ids are written out; amounts are in `currency`."""

    invoice_id: str
    account_id: str
    customer_id: str
    entity_id: str
    number: str
    issued: date
    due: date
    currency: str
    amount: Decimal
    open_balance: Decimal
    po_number: str
    terms: str
    #: Found by its number; the others are merely open ones of a customer, or have an amount.
    is_asked_for: bool

    def document(self) -> OpenInvoice:
        """The invoice as matching reads it."""
        amount = Money(self.amount, self.currency)
        is_whole = self.open_balance == self.amount
        return OpenInvoice(
            self.number,
            self.customer_id,
            self.issued,
            self.due,
            amount,
            amount if is_whole else Money(self.open_balance, self.currency),
            self.po_number,
            self.terms,
        )

    def in_ledger(self) -> LedgerInvoice:
        """The invoice with its ids."""
        return LedgerInvoice(UUID(self.invoice_id), UUID(self.account_id), UUID(self.entity_id), self.document())


@dataclass(frozen=True, slots=True)
class FoundDocuments:
    """Documents that some payments may be for, and what was paid on those that are named."""

    #: Due first; one that is asked for and open with a payer may stand here twice.
    invoices: Sequence[FoundInvoice]
    credits: Sequence[LedgerCredit]
    earlier: Sequence[EarlierPayment]
    #: Unapplied cash by customer and currency.
    on_account: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    #: How many invoices are open, of customers whose are not all here; by customer and currency.
    open_numbers: Mapping[tuple[str, str], int] = field(default_factory=dict)

"""`LoadedBook`: the matcher's book over the few rows of a ledger that some payments may be about."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from core.money import Money
from ledger.model.cash import (
    EarlierPayment,
    LedgerCredit,
    LedgerDebtor,
    LedgerInvoice,
    PayersFound,
)
from ledger.model.found_documents import FoundDocuments, FoundInvoice
from ledger.model.match import IncomingPayment, MatchCandidate, MatchPart, OpenInvoice, PartKind, RemittanceAdvice
from ledger.rules.matching.book import Book, KnownPayment, due_order
from ledger.rules.matching.party_names import account_key
from ledger.rules.matching.payer import PayerIdentity
from ledger.rules.matching.references import DocumentType
from ledger.rules.matching.remittances import RemittanceIndex


class LoadedBook(Book):
    """A book that knows which row of the ledger each document, customer, payment and advice is.

    Where two entities use one invoice number, the second is known as `number (entity's id)`; a text that names the
    number means either.
    """

    def __init__(self) -> None:
        super().__init__()
        self.remittances = RemittanceIndex(self.payers)
        self._invoice_rows: dict[str, FoundInvoice] = {}
        self._unread = _UnreadInvoices()
        self.credit_rows: dict[str, LedgerCredit] = {}
        self._account_ids: dict[str, str] = {}
        self.payment_ids: dict[str, UUID] = {}
        self.advice_ids: dict[RemittanceAdvice, UUID] = {}
        self._of_payers: list[EarlierPayment] = []
        self._known_accounts: set[str] = set()
        #: How many invoices are open, of customers whose are not read whole; by customer and currency.
        self._open_numbers: dict[tuple[str, str], int] = {}

    def take_payers(self, found: PayersFound) -> None:
        """Customers, what habits and earlier payments say of payers, and advices."""
        for one in found.debtors:
            self._take_debtor(one)
        self._look_among(found.near)
        for habit in found.habits:
            self.learn_habit(habit)
            if habit.payer_key.startswith("account:"):
                self._known_accounts.add(account_key(habit.shown))
        for earlier in found.earlier:
            self._of_payers.append(earlier)
            if earlier.posted:
                # A payment that waits for a person vouches for nothing, least of all for its own account.
                self._known_accounts.add(account_key(earlier.payment.payer_account))
            self._take_earlier(earlier)
        for filed in found.advices:
            self.advice_ids[filed.advice] = filed.advice_id
            self.remittances.add(filed.advice)

    def take_documents(self, found: FoundDocuments) -> None:
        """Documents, and what was paid on them."""
        self._take_invoices(found.invoices)
        self._open_numbers.update(found.open_numbers)
        for credit in found.credits:
            if credit.document.number not in self.credit_rows:
                self.credit_rows[credit.document.number] = credit
                self._account_ids[credit.document.customer_id] = str(credit.account_id)
                self.add_credit(credit.document)
        for earlier in found.earlier:
            self._take_earlier(earlier)
        self.on_account.update(found.on_account)

    def take_holders(self, found: Iterable[LedgerDebtor], of: Mapping[str, Collection[str]]) -> None:
        """Customers whose documents a payment may be for of which it is not certain who made it: it may be they.

        `of` are their accounts by the payer's name.
        """
        with self.payers.certain_stay():
            for one in found:
                self._take_debtor(one)
            self._look_among(of)

    # What is read when it is asked for

    def invoice(self, number: str) -> OpenInvoice | None:
        """The invoice as it stands now, open or closed."""
        if number in self._unread:
            self._read([number])
        return self._invoices.get(number)

    def invoice_row(self, number: str) -> LedgerInvoice | None:
        """Which row of the ledger the invoice is, as it stood when it was read."""
        self.invoice(number)
        row = self._invoice_rows.get(number)
        return None if row is None else row.in_ledger()

    def owner(self, kind: DocumentType, document: str) -> str:
        """Customer of a document; empty for an unknown one."""
        unread = None if kind is DocumentType.CREDIT else self._unread.get(document)
        return super().owner(kind, document) if unread is None else unread.customer_id

    def open_invoices(self, customer_id: str, currency: str, limit: int = 500) -> list[OpenInvoice]:
        """The customer's open invoices in the currency, due first, then the lower number; `limit` are looked at."""
        unread = self._unread.of_customer(customer_id)
        if unread:
            self._read(unread)
            open_ones = [self._invoices[number] for number in self._open_of[customer_id]]
            self._open_of[customer_id] = {one.number: None for one in sorted(open_ones, key=due_order)}
        return super().open_invoices(customer_id, currency, limit)

    def open_number(self, customer_id: str, currency: str, limit: int = 500) -> int:
        """How many `open_invoices` there are."""
        counted = self._open_numbers.get((customer_id, currency))
        if counted is not None:
            return min(counted, limit)
        unread = self._unread.of_customer(customer_id)
        more = sum(self._unread[number].currency == currency for number in unread)
        return min(super().open_number(customer_id, currency, limit) + more, limit)

    def invoices_with_open(self, amount: Money, limit: int = 50) -> list[OpenInvoice]:
        """Anyone's invoices with exactly this open balance, due first; at most `limit`."""
        self._read(self._unread.with_open(amount))
        return super().invoices_with_open(amount, limit)

    def _read(self, numbers: Iterable[str]) -> None:
        for number in numbers:
            row = self._invoice_rows[number] = self._unread.pop(number)
            self._put_invoice(row.document())

    # What is known of payers

    def earlier_of_payers(self) -> tuple[EarlierPayment, ...]:
        """What these payers paid before, whatever it was for."""
        return tuple(self._of_payers)

    def known_accounts(self) -> frozenset[str]:
        """Accounts that were seen before: of customers around, of habits, of earlier payments."""
        return frozenset(self._known_accounts - {""})

    def account_id(self, customer_id: str) -> UUID | None:
        """Which account of the ledger the customer is; None for one that neither paid nor holds a document here."""
        found = self._account_ids.get(customer_id)
        return None if found is None else UUID(found)

    def knows(self, customer_id: str) -> bool:
        """Whether the customer's names and accounts were read."""
        return self.payers.debtor(customer_id) is not None

    def knows_payer_of(self, payment: IncomingPayment) -> bool:
        """Whether it is one customer who paid, as far as names tell."""
        return self._identity(payment).known

    def is_certain_of_payer(self, payment: IncomingPayment) -> bool:
        """Whether it is certain who paid."""
        return self._identity(payment).certain

    def many_of(self, payment: IncomingPayment) -> dict[str, str]:
        """Customers who are called alike, where they are too many for all of their documents to be read; with the
        ids of their accounts."""
        identity = self._identity(payment)
        return self._with_accounts(identity.tied) if identity.is_one_of_many else {}

    def accounts_of(self, payment: IncomingPayment) -> dict[str, str]:
        """Customers whose documents are read whole: the payer's family, or those that it could be alike; with the
        ids of their accounts."""
        identity = self._identity(payment)
        customers = set(identity.family or (() if identity.is_one_of_many else identity.tied))
        for advice in self.remittances.for_payment(payment, customers):
            customers |= self.payers.at_domain(advice.from_email)
        return self._with_accounts(customers)

    def _with_accounts(self, customers: Iterable[str]) -> dict[str, str]:
        return {customer: self._account_ids[customer] for customer in customers if customer in self._account_ids}

    def texts_of(self, payment: IncomingPayment) -> list[str]:
        """All that may name documents for it: its own reference, and the advices that may belong."""
        identity = self._identity(payment)
        advices = self.remittances.for_payment(payment, identity.family or identity.tied)
        return [payment.reference, *(advice.text for advice in advices)]

    def _identity(self, payment: IncomingPayment) -> PayerIdentity:
        return self.payers.identify(payment.payer_name, payment.payer_account, payment.reference)

    def _take_debtor(self, one: LedgerDebtor) -> None:
        if not self.knows(one.debtor.customer_id):
            self._account_ids[one.debtor.customer_id] = one.account_id
            self._known_accounts.update(account_key(account) for account in one.debtor.bank_accounts)
            self.add_debtor(one.debtor)

    def _take_invoices(self, found: Sequence[FoundInvoice]) -> None:
        """Those that are asked for are read, and those whose number two entities use; the others when they are."""
        first: dict[str, FoundInvoice] = {}
        fresh: list[FoundInvoice] = []
        told_apart: set[str] = set()
        for one in found:
            self._account_ids[one.customer_id] = one.account_id
            other = first.get(one.number)
            if other is None:
                other = self._row_of(one.number)
                if other is None:
                    other = one
                    fresh.append(one)
                first[one.number] = other
            if one.invoice_id != other.invoice_id:
                told_apart.add(one.number)
        for one in fresh:
            if one.is_asked_for or one.number in told_apart:
                self._take_invoice(one)
            else:
                self._leave(one)
        for one in found if told_apart else ():
            if one.number in told_apart:
                self.invoice(one.number)
                self._take_invoice(one)

    def _row_of(self, number: str) -> FoundInvoice | None:
        return self._invoice_rows.get(number) or self._unread.get(number)

    def _leave(self, one: FoundInvoice) -> None:
        number, customer_id = one.number, one.customer_id
        self._unread.add(one)
        # Whoever writes the whole number has it asked for, and read.
        self.numbers.invoices.add_later(number, document=number, customer_id=customer_id, whole=False)
        if one.po_number:
            self.numbers.purchase_orders.add_later(one.po_number, document=number, customer_id=customer_id)

    def _take_invoice(self, one: FoundInvoice) -> None:
        number, other = one.number, self._invoice_rows.get(one.number)
        if other is None:
            self._invoice_rows[number] = one
            self.add_invoice(one.document())
        elif other.invoice_id != one.invoice_id:
            told_apart = f"{number} ({one.entity_id})"
            self._invoice_rows[told_apart] = one
            self._put_invoice(replace(one.document(), number=told_apart))
            self.numbers.invoices.add(number, document=told_apart, customer_id=one.customer_id)

    def _look_among(self, accounts: Mapping[str, Collection[str]]) -> None:
        customers = {account: customer for customer, account in self._account_ids.items()} if accounts else {}
        for name, near in accounts.items():
            self.payers.look_among(name, [customers[account] for account in near if account in customers])

    def _take_earlier(self, one: EarlierPayment) -> None:
        payment = one.payment
        if payment.payment_id in self.payment_ids:
            return
        self.payment_ids[payment.payment_id] = one.payment_id
        if not one.posted:
            self.hold(payment, MatchCandidate(one.parts, one.customer_ids, 0.0, ()))
            return
        self._remember(KnownPayment(payment, one.parts, one.customer_ids, posted=True, reversed=one.reversed))
        for part in one.parts:
            if part.kind is PartKind.INVOICE:
                self._payments_on.setdefault(part.document, []).append(payment.payment_id)
        if len(one.customer_ids) == 1 and not one.reversed and _only_invoices(one.parts):
            self.payers.learn(payment.payer_name, payment.payer_account, one.customer_ids[0])


class _UnreadInvoices:
    """Open invoices of customers that nobody has looked at yet, by number, by customer, and by what is open."""

    def __init__(self) -> None:
        self._found: dict[str, FoundInvoice] = {}
        self._of_customer: dict[str, list[str]] = {}
        self._with_open: dict[tuple[str, Decimal], list[str]] | None = None

    def __contains__(self, number: str) -> bool:
        return number in self._found

    def __getitem__(self, number: str) -> FoundInvoice:
        return self._found[number]

    def get(self, number: str) -> FoundInvoice | None:
        return self._found.get(number)

    def add(self, one: FoundInvoice) -> None:
        self._found[one.number] = one
        self._of_customer.setdefault(one.customer_id, []).append(one.number)
        self._with_open = None

    def pop(self, number: str) -> FoundInvoice:
        return self._found.pop(number)

    def of_customer(self, customer_id: str) -> list[str]:
        return [number for number in self._of_customer.get(customer_id, ()) if number in self._found]

    def with_open(self, amount: Money) -> list[str]:
        """Filed by amount for the first one that is asked: few are."""
        if self._with_open is None:
            self._with_open = {}
            for one in self._found.values():
                self._with_open.setdefault((one.currency, one.open_balance), []).append(one.number)
        found = self._with_open.get((amount.currency, amount.amount), ())
        return [number for number in found if number in self._found]


def _only_invoices(parts: tuple[MatchPart, ...]) -> bool:
    return bool(parts) and all(part.kind in (PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE) for part in parts)

"""`LoadedBook`: the matcher's book over the few rows of a ledger that some payments may be about."""

from collections.abc import Iterable, Sequence, Set
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
from ledger.rules.matching.payer import PayerIdentity, account_key
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
        self.account_ids: dict[str, UUID] = {}
        self.payment_ids: dict[str, UUID] = {}
        self.advice_ids: dict[RemittanceAdvice, UUID] = {}
        self._amounts: Set[Decimal] = frozenset()
        self._of_payers: list[EarlierPayment] = []
        self._known_accounts: set[str] = set()

    def take_payers(self, found: PayersFound) -> None:
        """Customers, what habits and earlier payments say of payers, and advices."""
        for one in found.debtors:
            self._take_debtor(one)
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

    def take_documents(self, found: FoundDocuments, amounts: Set[Decimal]) -> None:
        """Documents with their customers, and what was paid on them. `amounts` are those of the payments: an invoice
        with one of them may be theirs, whoever's it is."""
        for one in found.debtors:
            self._take_debtor(one)
        self._take_invoices(found.invoices, amounts)
        for credit in found.credits:
            if credit.document.number not in self.credit_rows:
                self.credit_rows[credit.document.number] = credit
                self.add_credit(credit.document)
        for earlier in found.earlier:
            self._take_earlier(earlier)
        self.on_account.update(found.on_account)

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
        unread = self._unread.of_customer(customer_id)
        more = sum(self._unread[number].currency == currency for number in unread)
        return min(super().open_number(customer_id, currency, limit) + more, limit)

    def invoices_with_open(self, amount: Money, limit: int = 50) -> list[OpenInvoice]:
        """Anyone's invoices with exactly this open balance, due first; at most `limit`."""
        if amount.amount not in self._amounts:
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

    def accounts_of(self, payment: IncomingPayment) -> dict[str, UUID]:
        """Customers whose documents are read whole: the payer's family, or those that it could be alike."""
        identity = self._identity(payment)
        customers = set(identity.family or identity.tied)
        for advice in self.remittances.for_payment(payment, customers):
            customers |= self.payers.at_domain(advice.from_email)
        return {customer: self.account_ids[customer] for customer in customers if customer in self.account_ids}

    def texts_of(self, payment: IncomingPayment) -> list[str]:
        """All that may name documents for it: its own reference, and the advices that may belong."""
        identity = self._identity(payment)
        advices = self.remittances.for_payment(payment, identity.family or identity.tied)
        return [payment.reference, *(advice.text for advice in advices)]

    def _identity(self, payment: IncomingPayment) -> PayerIdentity:
        return self.payers.identify(payment.payer_name, payment.payer_account, payment.reference)

    def _take_debtor(self, one: LedgerDebtor) -> None:
        if one.debtor.customer_id not in self.account_ids:
            self.account_ids[one.debtor.customer_id] = one.account_id
            self._known_accounts.update(account_key(account) for account in one.debtor.bank_accounts)
            self.add_debtor(one.debtor)

    def _take_invoices(self, found: Sequence[FoundInvoice], amounts: Set[Decimal]) -> None:
        """Those that are asked for are read, and those whose number two entities use; the others when they are."""
        self._amounts = amounts
        first: dict[str, FoundInvoice] = {}
        told_apart: set[str] = set()
        for one in found:
            other = first.setdefault(one.number, one)
            if one.invoice_id != other.invoice_id:
                told_apart.add(one.number)
        for one in found:
            if one.number in told_apart:
                self._take_invoice(one)
            elif first[one.number] is one:
                if one.is_asked_for or one.open_balance in amounts:
                    self._take_invoice(one)
                else:
                    self._leave(one)

    def _leave(self, one: FoundInvoice) -> None:
        number, customer_id = one.number, one.customer_id
        self._unread.add(one)
        self.numbers.invoices.add_later(number, document=number, customer_id=customer_id)
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

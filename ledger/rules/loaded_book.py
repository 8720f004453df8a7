"""`LoadedBook`: the matcher's book over the few rows of a ledger that some payments may be about."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from ledger.model.cash import (
    DocumentsFound,
    EarlierPayment,
    LedgerCredit,
    LedgerDebtor,
    LedgerInvoice,
    PayersFound,
)
from ledger.model.match import IncomingPayment, MatchCandidate, MatchPart, PartKind, RemittanceAdvice
from ledger.rules.matching.book import Book, KnownPayment
from ledger.rules.matching.payer import PayerIdentity, account_key
from ledger.rules.matching.remittances import RemittanceIndex


class LoadedBook(Book):
    """A book that knows which row of the ledger each document, customer, payment and advice is.

    Where two entities use one invoice number, the second is known as `number (entity's id)`; a text that names the
    number means either.
    """

    def __init__(self) -> None:
        super().__init__()
        self.remittances = RemittanceIndex(self.payers)
        self.invoice_rows: dict[str, LedgerInvoice] = {}
        self.credit_rows: dict[str, LedgerCredit] = {}
        self.account_ids: dict[str, UUID] = {}
        self.payment_ids: dict[str, UUID] = {}
        self.advice_ids: dict[RemittanceAdvice, UUID] = {}
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
            self._known_accounts.add(account_key(earlier.payment.payer_account))
            self._take_earlier(earlier)
        for filed in found.advices:
            self.advice_ids[filed.advice] = filed.advice_id
            self.remittances.add(filed.advice)

    def take_documents(self, found: DocumentsFound) -> None:
        """Documents with their customers, and what was paid on them."""
        for one in found.debtors:
            self._take_debtor(one)
        for invoice in found.invoices:
            self._take_invoice(invoice)
        for credit in found.credits:
            if credit.document.number not in self.credit_rows:
                self.credit_rows[credit.document.number] = credit
                self.add_credit(credit.document)
        for earlier in found.earlier:
            self._take_earlier(earlier)
        self.on_account.update(found.on_account)

    def earlier_of_payers(self) -> tuple[EarlierPayment, ...]:
        """What these payers paid before, whatever it was for."""
        return tuple(self._of_payers)

    def known_accounts(self) -> frozenset[str]:
        """Accounts that were seen before: of customers around, of habits, of earlier payments."""
        return frozenset(self._known_accounts - {""})

    def accounts_of(self, payment: IncomingPayment) -> set[UUID]:
        """Customers whose documents are read whole: the payer's family, or those that it could be alike."""
        identity = self._identity(payment)
        customers = set(identity.family or identity.tied)
        for advice in self.remittances.for_payment(payment, customers):
            customers |= self.payers.at_domain(advice.from_email)
        return {self.account_ids[customer] for customer in customers if customer in self.account_ids}

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

    def _take_invoice(self, one: LedgerInvoice) -> None:
        number = one.document.number
        other = self.invoice_rows.get(number)
        if other is None:
            self.invoice_rows[number] = one
            self.add_invoice(one.document)
        elif other.invoice_id != one.invoice_id:
            told_apart = f"{number} ({one.entity_id})"
            self.invoice_rows[told_apart] = one
            self._put_invoice(replace(one.document, number=told_apart))
            self.numbers.invoices.add(number, document=told_apart, customer_id=one.document.customer_id)

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
            if part.kind is PartKind.FEE and len(one.customer_ids) == 1:
                self.usual_fees.setdefault(one.customer_ids[0], Counter())[part.amount.amount] += 1
        if len(one.customer_ids) == 1 and not one.reversed and _only_invoices(one.parts):
            self.payers.learn(payment.payer_name, payment.payer_account, one.customer_ids[0])


def _only_invoices(parts: tuple[MatchPart, ...]) -> bool:
    return bool(parts) and all(part.kind in (PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE) for part in parts)

"""The open book: debtors, open documents and payments so far, indexed for matching. Kept in memory, no I/O."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from core.money import Money, total
from ledger.model.cash import HabitKind, PayerHabit
from ledger.model.errors import OverAllocation
from ledger.model.match import (
    MONEY_PARTS,
    Debtor,
    IncomingPayment,
    MatchCandidate,
    MatchPart,
    MatchProposal,
    OpenCredit,
    OpenInvoice,
    PartKind,
    PartsDoNotAddUp,
)
from ledger.rules.matching.document_numbers import NumberIndex
from ledger.rules.matching.fees import FeePolicy
from ledger.rules.matching.habits import Habits
from ledger.rules.matching.party_names import account_key, name_key
from ledger.rules.matching.payer import PayerIndex
from ledger.rules.matching.references import DocumentType, NumberIndexes

#: Parts that lower an invoice's open balance. A short pay stays open.
_LOWERS_INVOICE = frozenset({PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE, PartKind.WITHHOLDING_TAX})
_DOCUMENTS = frozenset({PartKind.INVOICE, PartKind.CREDIT})
#: Numbers this long tell one payment from another; shorter ones and days recur.
_TELLING_WORD = re.compile(r"[A-Z0-9]*\d[A-Z0-9]*", re.ASCII)
_TELLING_LETTERS = 5
_MAX_TELLING_WORDS = 40
_LOOKED_AT = 20
#: A waiting payment's other candidates count from here.
_LIKELY = 0.2
_READ_FOR_WORDS = 1000

Key = TypeVar("Key", str, tuple[str, Decimal])


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment seen before: posted as `parts`, or waiting for a person with the likeliest parts."""

    payment: IncomingPayment
    parts: tuple[MatchPart, ...]
    customer_ids: tuple[str, ...]
    posted: bool
    reversed: bool = False
    #: It taught the index this customer.
    taught: str = ""
    #: How likely the parts of one that waits are.
    confidence: float = 1.0


class Book:
    """What may be matched. Every look-up is by dictionary; posting keeps all indexes right.

    No posting takes an invoice or a credit note below zero, and posting a payment twice posts it once.
    """

    def __init__(self) -> None:
        self.payers = PayerIndex()
        self.numbers = NumberIndexes(NumberIndex(), NumberIndex(), NumberIndex())
        self.on_account: dict[tuple[str, str], Decimal] = {}
        #: What people taught that customers take off.
        self.habits = Habits()
        #: How much may go as a fee; whoever makes the book may set another one.
        self.fees = FeePolicy()
        self._invoices: dict[str, OpenInvoice] = {}
        self._credits: dict[str, OpenCredit] = {}
        self._open_of: dict[str, dict[str, None]] = {}
        self._open_credits_of: dict[str, dict[str, None]] = {}
        self._open_amounts: dict[tuple[str, Decimal], dict[str, None]] = {}
        #: How many invoices are open.
        self.open_count = 0
        self._payments: dict[str, KnownPayment] = {}
        self._payments_by_mark: dict[tuple[str, str, Decimal], list[str]] = {}
        self._payments_on: dict[str, list[str]] = {}
        self._payments_by_word: dict[str, list[str]] = {}
        #: Payments that wait for a person, by the documents that their likeliest parts would take.
        self._waiting_on: dict[str, list[str]] = {}

    # What is in the book

    def add_debtor(self, debtor: Debtor) -> None:
        """Makes a customer known."""
        self.payers.add(debtor)

    def add_invoice(self, invoice: OpenInvoice) -> None:
        """Makes an invoice known, with its PO number."""
        self._put_invoice(invoice)
        self.numbers.invoices.add(invoice.number, document=invoice.number, customer_id=invoice.customer_id)
        if invoice.po_number:
            self.numbers.purchase_orders.add(
                invoice.po_number, document=invoice.number, customer_id=invoice.customer_id
            )

    def add_credit(self, credit: OpenCredit) -> None:
        """Makes a credit note known."""
        self._put_credit(credit)
        self.numbers.credits.add(credit.number, document=credit.number, customer_id=credit.customer_id)

    def invoice(self, number: str) -> OpenInvoice | None:
        """The invoice as it stands now, open or closed."""
        return self._invoices.get(number)

    def credit(self, number: str) -> OpenCredit | None:
        """The credit note as it stands now."""
        return self._credits.get(number)

    def payment(self, payment_id: str) -> KnownPayment | None:
        """A payment seen before."""
        return self._payments.get(payment_id)

    def owner(self, kind: DocumentType, document: str) -> str:
        """Customer of a document; empty for an unknown one."""
        if kind is DocumentType.CREDIT:
            credit = self._credits.get(document)
            return credit.customer_id if credit else ""
        invoice = self._invoices.get(document)
        return invoice.customer_id if invoice else ""

    def open_invoices(self, customer_id: str, currency: str, limit: int = 500) -> list[OpenInvoice]:
        """The customer's open invoices in the currency, due first, then the lower number; `limit` are looked at."""
        numbers = list(self._open_of.get(customer_id, ()))[:limit]
        found = [self._invoices[number] for number in numbers]
        return sorted((i for i in found if i.open_balance.currency == currency), key=due_order)

    def open_number(self, customer_id: str, currency: str, limit: int = 500) -> int:
        """How many `open_invoices` there are."""
        numbers = list(self._open_of.get(customer_id, ()))[:limit]
        return sum(self._invoices[number].open_balance.currency == currency for number in numbers)

    def open_credits(self, customer_id: str, currency: str) -> list[OpenCredit]:
        """The customer's credit notes that are not used up, oldest first."""
        found = [self._credits[number] for number in self._open_credits_of.get(customer_id, ())]
        kept = [credit for credit in found if credit.open_balance.currency == currency]
        return sorted(kept, key=lambda credit: (credit.issued, credit.number))

    def invoices_with_open(self, amount: Money, limit: int = 50) -> list[OpenInvoice]:
        """Anyone's invoices with exactly this open balance, due first; at most `limit`."""
        numbers = list(self._open_amounts.get((amount.currency, amount.amount), ()))[:limit]
        return sorted((self._invoices[number] for number in numbers), key=due_order)

    def earlier_payments(self, payment: IncomingPayment, amount: Money) -> list[KnownPayment]:
        """Payments of this amount by the same account or name, not reversed yet, newest first."""
        ids: dict[str, None] = {}
        for mark in _marks(payment):
            ids.update(dict.fromkeys(self._payments_by_mark.get((mark, amount.currency, amount.amount), ())))
        known = [self._payments[payment_id] for payment_id in ids if payment_id != payment.payment_id]
        return sorted((k for k in known if not k.reversed), key=_newest_first)

    def payments_on(self, invoice_number: str) -> list[KnownPayment]:
        """Payments posted on this invoice and not reversed since, newest first."""
        known = [self._payments[payment_id] for payment_id in self._payments_on.get(invoice_number, ())]
        return sorted((k for k in known if not k.reversed), key=_newest_first)

    def payments_telling(self, text: str) -> list[KnownPayment]:
        """Payments whose reference shares a long number with this text, not reversed yet, newest first."""
        ids: dict[str, None] = {}
        for word in _telling_words(text):
            ids.update(dict.fromkeys(self._payments_by_word.get(word, ())[-_LOOKED_AT:]))
        known = [self._payments[payment_id] for payment_id in ids if payment_id in self._payments]
        return sorted((k for k in known if not k.reversed), key=_newest_first)

    def waiting_on(self, document: str) -> list[KnownPayment]:
        """Payments that wait for a person and would likeliest take this document."""
        known = (self._payments.get(payment_id) for payment_id in self._waiting_on.get(document, ()))
        return [one for one in known if one is not None and not one.posted]

    # What habits say

    def learn_habit(self, habit: PayerHabit) -> None:
        """Takes in what a person taught: who a payer is, for whom it pays, what it takes off."""
        self.habits.add(habit)
        name, account = _shown_as(habit)
        if habit.kind in (HabitKind.ACCOUNT, HabitKind.ALIAS):
            self.payers.confirm(name, account, habit.customer_id)
        elif habit.kind in (HabitKind.AGENT, HabitKind.PARENT):
            self.payers.learn(name, account, habit.customer_id)

    def forget_habit(self, habit: PayerHabit) -> None:
        """Takes a habit back, as if it had never been taught."""
        self.habits.remove(habit)
        name, account = _shown_as(habit)
        if habit.kind in (HabitKind.ACCOUNT, HabitKind.ALIAS):
            self.payers.deny(name, account, habit.customer_id)
        elif habit.kind in (HabitKind.AGENT, HabitKind.PARENT):
            self.payers.forget(name, account, habit.customer_id)

    # What happens to it

    def post(self, payment: IncomingPayment, candidate: MatchCandidate) -> bool:
        """Applies a candidate; False and no change when this payment was posted before.

        Raises:
            PartsDoNotAddUp: its money parts are not the payment.
            OverAllocation: a document would go below zero; nothing is changed then.
        """
        known = self._payments.get(payment.payment_id)
        if known is not None and known.posted:
            return False
        self._check(payment, candidate.parts)
        for part in candidate.parts:
            self._apply(part)
        self._remember(KnownPayment(payment, candidate.parts, candidate.customer_ids, posted=True))
        for number in _invoices_in(candidate.parts):
            self._payments_on.setdefault(number, []).append(payment.payment_id)
        return True

    def hold(
        self, payment: IncomingPayment, candidate: MatchCandidate | None, others: Iterable[MatchCandidate] = ()
    ) -> None:
        """Remembers a payment that waits for a person, so that its repeat or return is recognised.

        It is found again by the documents of `candidate` and of likely `others`.
        """
        if payment.payment_id in self._payments:
            return
        parts = candidate.parts if candidate else ()
        customers = candidate.customer_ids if candidate else ()
        confidence = candidate.confidence if candidate else 0.0
        self._remember(KnownPayment(payment, parts, customers, posted=False, confidence=confidence))
        likely = [one for one in others if one.confidence >= _LIKELY]
        documents = {part.document for part in parts if part.kind in _DOCUMENTS}
        documents.update(part.document for one in likely for part in one.parts if part.kind in _DOCUMENTS)
        for document in documents:
            self._waiting_on.setdefault(document, []).append(payment.payment_id)

    def can_take(self, proposal: MatchProposal) -> bool:
        """Whether its best candidate could still be posted: no document is taken beyond what is open."""
        if proposal.best is None:
            return False
        lowered = _lowered_by(proposal.best.parts)
        return all(self._is_open_for(key, amount) for key, amount in lowered.items())

    def undo(self, payment_id: str) -> bool:
        """Takes a posted payment back as if it had never been posted; False when there is nothing to take back."""
        known = self._payments.get(payment_id)
        if known is None or not known.posted or known.reversed:
            return False
        for part in reversed(known.parts):
            self._apply(MatchPart(part.kind, part.document, -part.amount), undo=True)
        if known.taught:
            self.payers.forget(known.payment.payer_name, known.payment.payer_account, known.taught)
        del self._payments[payment_id]
        for number in _invoices_in(known.parts):
            self._payments_on[number].remove(payment_id)
        for mark in _marks(known.payment):
            self._payments_by_mark[_key(mark, known.payment.amount)].remove(payment_id)
        for word in _telling_words(known.payment.reference):
            self._payments_by_word[word].remove(payment_id)
        return True

    def learn_payer(self, payment: IncomingPayment, customer_id: str) -> None:
        """Remembers that this payer paid for this customer; undoing the payment forgets it."""
        known = self._payments[payment.payment_id]
        self._payments[payment.payment_id] = replace(known, taught=customer_id)
        self.payers.learn(payment.payer_name, payment.payer_account, customer_id)

    def _check(self, payment: IncomingPayment, parts: tuple[MatchPart, ...]) -> None:
        money = [part.amount for part in parts if part.kind in MONEY_PARTS]
        if total(money, payment.amount.currency) != payment.amount:
            raise PartsDoNotAddUp(payment.payment_id, payment.amount, total(money, payment.amount.currency))
        for part in parts:
            if part.kind is PartKind.REVERSAL and not self._can_reverse(part.document):
                raise OverAllocation(f"payment {part.document}", None, -part.amount)
        for (is_credit, document), amount in _lowered_by(parts).items():
            if not self._is_open_for((is_credit, document), amount):
                held = self._credits.get(document) if is_credit else self.invoice(document)
                raise OverAllocation(document, held.open_balance if held else None, amount)

    def _is_open_for(self, document: tuple[bool, str], amount: Money) -> bool:
        is_credit, number = document
        held = self._credits.get(number) if is_credit else self.invoice(number)
        return held is not None and held.open_balance >= amount

    def _can_reverse(self, payment_id: str) -> bool:
        known = self._payments.get(payment_id)
        return known is not None and not known.reversed

    def _apply(self, part: MatchPart, *, undo: bool = False) -> None:
        match part.kind:
            case PartKind.INVOICE | PartKind.DISCOUNT | PartKind.FEE | PartKind.WITHHOLDING_TAX:
                invoice = self._invoices[part.document]
                self._put_invoice(replace(invoice, open_balance=invoice.open_balance - part.amount))
            case PartKind.CREDIT:
                credit = self._credits[part.document]
                self._put_credit(replace(credit, open_balance=credit.open_balance + part.amount))
            case PartKind.ON_ACCOUNT:
                key = (part.document, part.amount.currency)
                self.on_account[key] = self.on_account.get(key, Decimal(0)) + part.amount.amount
            case PartKind.REVERSAL:
                self._reverse(part.document, undo=undo)
            case _:
                pass

    def _reverse(self, payment_id: str, *, undo: bool) -> None:
        """Reopens what the reversed payment had closed, or closes it again when the reversal is undone."""
        known = self._payments.get(payment_id)
        if known is None:
            return
        if known.posted:
            for part in known.parts:
                if self._lacks(part):
                    continue
                amount = part.amount if undo else -part.amount
                self._apply(MatchPart(part.kind, part.document, amount), undo=not undo)
        self._payments[payment_id] = replace(known, reversed=not undo)

    def _lacks(self, part: MatchPart) -> bool:
        """A book of a part of the ledger may know an earlier payment and not what it paid."""
        if part.kind in _LOWERS_INVOICE:
            return self.invoice(part.document) is None
        return part.kind is PartKind.CREDIT and part.document not in self._credits

    def _remember(self, known: KnownPayment) -> None:
        payment_id = known.payment.payment_id
        if payment_id not in self._payments:
            for mark in _marks(known.payment):
                self._payments_by_mark.setdefault(_key(mark, known.payment.amount), []).append(payment_id)
            for word in _telling_words(known.payment.reference):
                self._payments_by_word.setdefault(word, []).append(payment_id)
        self._payments[payment_id] = known

    def _put_invoice(self, invoice: OpenInvoice) -> None:
        old = self._invoices.get(invoice.number)
        is_open = invoice.open_balance.amount > 0
        self.open_count += is_open - (old is not None and bool(old.open_balance))
        if old is not None:
            _drop(self._open_amounts, _amount_key(old.open_balance), old.number)
            _drop(self._open_of, old.customer_id, old.number)
        self._invoices[invoice.number] = invoice
        if is_open:
            self._open_amounts.setdefault(_amount_key(invoice.open_balance), {})[invoice.number] = None
            self._open_of.setdefault(invoice.customer_id, {})[invoice.number] = None

    def _put_credit(self, credit: OpenCredit) -> None:
        old = self._credits.get(credit.number)
        if old is not None:
            _drop(self._open_credits_of, old.customer_id, old.number)
        self._credits[credit.number] = credit
        if credit.open_balance > Money.zero(credit.open_balance.currency):
            self._open_credits_of.setdefault(credit.customer_id, {})[credit.number] = None


def _lowered_by(parts: tuple[MatchPart, ...]) -> dict[tuple[bool, str], Money]:
    """What is taken of each document, by whether it is a credit note and its number."""
    lowered: dict[tuple[bool, str], Money] = {}
    for part in parts:
        is_credit = part.kind is PartKind.CREDIT
        if is_credit or part.kind in _LOWERS_INVOICE:
            key = (is_credit, part.document)
            amount = -part.amount if is_credit else part.amount
            lowered[key] = lowered.get(key, Money.zero(part.amount.currency)) + amount
    return lowered


def _invoices_in(parts: tuple[MatchPart, ...]) -> list[str]:
    return list(dict.fromkeys(part.document for part in parts if part.kind is PartKind.INVOICE))


def due_order(invoice: OpenInvoice) -> tuple[date, str]:
    """The order in which alike invoices are paid: due first, then the lower number."""
    return invoice.due, invoice.number


def _telling_words(text: str) -> list[str]:
    words = (word for word in _TELLING_WORD.findall(text[:_READ_FOR_WORDS].upper()) if len(word) >= _TELLING_LETTERS)
    return list(dict.fromkeys(words))[:_MAX_TELLING_WORDS]


def _shown_as(habit: PayerHabit) -> tuple[str, str]:
    """Name and account; one of them is empty."""
    return ("", habit.shown) if habit.payer_key.startswith("account:") else (habit.shown, "")


def _marks(payment: IncomingPayment) -> tuple[str, ...]:
    marks = ("account:" + account_key(payment.payer_account), "name:" + name_key(payment.payer_name))
    return tuple(mark for mark in marks if not mark.endswith(":"))


def _key(mark: str, amount: Money) -> tuple[str, str, Decimal]:
    return mark, amount.currency, amount.amount


def _amount_key(amount: Money) -> tuple[str, Decimal]:
    return amount.currency, amount.amount


def _newest_first(known: KnownPayment) -> tuple[int, str]:
    return -known.payment.received_on.toordinal(), known.payment.payment_id


def _drop(shelf: dict[Key, dict[str, None]], key: Key, number: str) -> None:
    held = shelf.get(key)
    if held is not None:
        held.pop(number, None)
        if not held:
            del shelf[key]

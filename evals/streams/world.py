"""The seller's book while a stream is made: who owes what on each day, by what a perfect reader would know."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, takewhile
from random import Random
from typing import TypeVar

from core.money import Money
from evals.streams.countries import Country
from evals.streams.names import folded
from evals.streams.settings import StreamSettings
from ledger.model.match import MONEY_PARTS, MatchPart, PartKind


@dataclass(slots=True)
class MadeCustomer:
    """A customer, and how its payments look. `known_*` says what stands in customers.csv."""

    customer_id: str
    name: str
    country: Country
    currencies: tuple[str, ...]
    terms: str
    brand: str
    brand_known: bool
    domain: str
    domain_known: bool
    account: str
    account_known: bool
    method: str
    #: The name as its own bank habitually prints it.
    shown: str
    parent: "MadeCustomer | None" = None
    children: list["MadeCustomer"] = field(default_factory=list)


@dataclass(slots=True)
class MadeInvoice:
    """An invoice; `left` is what is open on the day being made."""

    number: str
    customer: MadeCustomer
    issued: date
    due: date
    amount: Money
    po_number: str
    left: Money
    #: Another payment of it is planned, or a person has it: nothing else touches it.
    kept: bool = False


@dataclass(slots=True)
class MadeCredit:
    """A credit note; amounts are positive."""

    number: str
    customer: MadeCustomer
    issued: date
    amount: Money
    invoice_number: str
    left: Money


@dataclass(slots=True)
class MadePayment:
    """A bank line with its truth and its case."""

    payment_id: str
    received_on: date
    amount: Money
    payer_name: str
    payer_account: str
    reference: str
    method: str
    case: str
    parts: tuple[MatchPart, ...]
    #: Whose money it is; nobody's for what nobody could tell.
    customer: MadeCustomer | None = None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class MadeAdvice:
    """A remittance e-mail that comes apart from the money."""

    received_on: date
    from_email: str
    text: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A payment that follows from an earlier one: the next instalment, the booked version of a pending line."""

    day: date
    build: "Callable[[World], MadePayment | None]"


class World:
    """State of one day. Documents come in by `until`; a payment changes them by `post`."""

    def __init__(
        self,
        settings: StreamSettings,
        rng: Random,
        customers: list[MadeCustomer],
        invoices: list[MadeInvoice],
        credits: list[MadeCredit],
    ) -> None:
        self.settings = settings
        self.rng = rng
        self.customers = customers
        self.invoices = invoices
        self.credits = credits
        self.payments: list[MadePayment] = []
        self.advices: list[MadeAdvice] = []
        #: Accounts of agents, factors and processors, who are nobody's customers.
        self.accounts_of_others: dict[str, str] = {}
        #: Payments that follow from earlier ones, from their day on.
        self.planned: list[Planned] = []
        self.today = settings.first_day
        self.by_number = {invoice.number: invoice for invoice in invoices}
        self.credit_by_number = {credit.number: credit for credit in credits}
        self.last_digits = {number[-4:] for number in self.by_number}
        self.brands = Counter(folded(customer.brand) for customer in customers)
        rows = ((folded(customer.name), customer.customer_id, customer) for customer in customers)
        self._by_name = sorted(rows, key=lambda row: row[:2])
        self._open: dict[str, dict[str, MadeInvoice]] = defaultdict(dict)
        self._open_credits: dict[str, dict[str, MadeCredit]] = defaultdict(dict)
        self._paid_by: dict[str, list[MadePayment]] = defaultdict(list)
        self._coming = sorted(invoices, key=lambda each: each.issued, reverse=True)
        self._coming_credits = sorted(credits, key=lambda each: each.issued, reverse=True)

    def until(self, day: date) -> None:
        """Everything issued by `day` is known."""
        self.today = day
        while self._coming and self._coming[-1].issued <= day:
            invoice = self._coming.pop()
            self._open[invoice.customer.customer_id][invoice.number] = invoice
        while self._coming_credits and self._coming_credits[-1].issued <= day:
            credit = self._coming_credits.pop()
            self._open_credits[credit.customer.customer_id][credit.number] = credit

    def open_of(self, customer: MadeCustomer, currency: str = "") -> list[MadeInvoice]:
        """Open invoices, the one due first first, then by number."""
        found = [
            i for i in self._open[customer.customer_id].values() if not currency or i.amount.currency == currency
        ]
        return sorted(found, key=lambda each: (each.due, each.number))

    def credits_of(self, customer: MadeCustomer, currency: str) -> list[MadeCredit]:
        """Credit notes not taken yet, by number."""
        found = [c for c in self._open_credits[customer.customer_id].values() if c.amount.currency == currency]
        return sorted(found, key=lambda each: each.number)

    def named_like(self, start: str) -> list[MadeCustomer]:
        """Customers whose folded name begins so, by name."""
        first = bisect_left(self._by_name, start, key=lambda row: row[0])
        rows = takewhile(lambda row: row[0].startswith(start), islice(self._by_name, first, None))
        return [customer for _, _, customer in rows]

    def paid_by(self, customer: MadeCustomer) -> list[MadePayment]:
        """What the customer has paid so far."""
        return self._paid_by[customer.customer_id]

    def next_payment_id(self) -> str:
        """Ids tell nothing but the order."""
        return f"P{len(self.payments) + 1:06d}"

    def post(self, payment: MadePayment) -> None:
        """Keeps the payment and changes the book as its truth says."""
        assert _money(payment.parts, payment.amount.currency) == payment.amount, payment
        self.payments.append(payment)
        if payment.customer is not None:
            self._paid_by[payment.customer.customer_id].append(payment)
        for part in payment.parts:
            self._change(part, 1)

    def take_back(self, payment: MadePayment) -> None:
        """A payment came back: what it had closed is open again."""
        payment.taken_back = True
        for part in payment.parts:
            self._change(part, -1)

    def _change(self, part: MatchPart, way: int) -> None:
        if part.kind in (PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE):
            invoice = self.by_number[part.document]
            if invoice.left.currency != part.amount.currency:
                return
            invoice.left = invoice.left - part.amount if way > 0 else invoice.left + part.amount
            assert Money.zero(invoice.left.currency) <= invoice.left <= invoice.amount, invoice
            _keep(self._open[invoice.customer.customer_id], invoice.number, invoice, bool(invoice.left))
        elif part.kind is PartKind.CREDIT:
            credit = self.credit_by_number[part.document]
            credit.left = credit.left + part.amount if way > 0 else credit.left - part.amount
            assert Money.zero(credit.left.currency) <= credit.left <= credit.amount, credit
            _keep(self._open_credits[credit.customer.customer_id], credit.number, credit, bool(credit.left))


Document = TypeVar("Document")


def _keep(where: dict[str, Document], number: str, document: Document, is_open: bool) -> None:
    if is_open:
        where[number] = document
    else:
        where.pop(number, None)


def _money(parts: Iterable[MatchPart], currency: str) -> Money:
    result = Money.zero(currency)
    for part in parts:
        if part.kind in MONEY_PARTS:
            result = result + part.amount
    return result

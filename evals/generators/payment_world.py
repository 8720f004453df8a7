"""The seller's world behind a payment stream: customers, invoices, credit notes and a growing list of payments."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from evals.generators.payer_names import as_a_bank_shows_it, company_name, trading_name
from ledger.model.match import PartKind

FIRST_DAY = date(2025, 9, 1)
_TERMS = (14, 30, 30, 30, 45, 60)
_METHOD = {"EUR": "sepa", "USD": "ach", "GBP": "bacs"}


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Knobs of a stream. `noise` is the share of slips in names; `background` open invoices that nobody pays."""

    payments: int = 400
    seed: int = 1
    customers: int = 60
    background: int = 4
    noise: float = 0.25
    days: int = 180


@dataclass(slots=True)
class MadeCustomer:
    """A customer, and what the book knows of it."""

    customer_id: str
    name: str
    alias: str
    domain: str
    account: str
    account_known: bool
    currency: str
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class MadeInvoice:
    """An invoice of the world; all are open in full at first."""

    number: str
    customer: MadeCustomer
    issued: date
    due: date
    currency: str
    amount: Decimal
    po_number: str
    terms: str


@dataclass(frozen=True, slots=True)
class MadeCredit:
    """A credit note of the world."""

    number: str
    customer: MadeCustomer
    issued: date
    currency: str
    amount: Decimal
    invoice_number: str


@dataclass(slots=True, eq=False)
class MadePayment:
    """A payment and its truth; a truth row may point at another payment, whose id is given at the end."""

    case: str
    day: date
    currency: str
    amount: Decimal
    name: str
    account: str
    reference: str
    method: str
    truth: list[tuple[PartKind, "str | MadePayment", Decimal]]
    payment_id: str = ""


@dataclass(slots=True)
class World:
    """Everything made so far, from one seeded source of chance."""

    settings: StreamSettings
    random: Random
    customers: list[MadeCustomer] = field(default_factory=list)
    invoices: list[MadeInvoice] = field(default_factory=list)
    credits: list[MadeCredit] = field(default_factory=list)
    payments: list[MadePayment] = field(default_factory=list)
    remittances: list[tuple[date, str, str]] = field(default_factory=list)
    #: Numbers run on, as an ERP counts them; the style is the seller's.
    style: str = "INV-{:06d}"
    next_number: int = 4000

    def customer(self) -> MadeCustomer:
        """Any customer."""
        return self.random.choice(self.customers)

    def payment_day(self) -> date:
        """A working day of the stream."""
        day = FIRST_DAY + timedelta(days=60 + self.random.randrange(self.settings.days))
        return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day

    def amount(self, low: int = 40, high: int = 9000) -> Decimal:
        """An amount with cents, small ones more often; round ones now and then."""
        span = Decimal(str(round(self.random.random() ** 2, 6)))
        amount = (low + (high - low) * span).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return amount.quantize(Decimal(10), ROUND_HALF_UP) + 50 if self.random.random() < 0.15 else amount

    def invoice(
        self,
        customer: MadeCustomer,
        paid: date,
        *,
        amount: Decimal | None = None,
        currency: str = "",
        terms: str = "",
        issued_before: int | None = None,
    ) -> MadeInvoice:
        """An invoice issued some days before it is paid."""
        days = self.random.randrange(10, 60) if issued_before is None else issued_before
        issued = paid - timedelta(days=days)
        net = self.random.choice(_TERMS)
        self.next_number += self.random.choice((1, 1, 1, 2, 3))
        made = MadeInvoice(
            self.style.format(self.next_number),
            customer,
            issued,
            issued + timedelta(days=net),
            currency or customer.currency,
            amount or self.amount(),
            f"PO-{self.random.randrange(10**5, 10**6)}" if self.random.random() < 0.4 else "",
            terms or f"net{net}",
        )
        self.invoices.append(made)
        return made

    def credit(self, customer: MadeCustomer, before: date, amount: Decimal, invoice_number: str) -> MadeCredit:
        """A credit note issued a week or so before."""
        issued = before - timedelta(days=self.random.randint(3, 12))
        number = f"CN-{1000 + len(self.credits) * 3}"
        made = MadeCredit(number, customer, issued, customer.currency, amount, invoice_number)
        self.credits.append(made)
        return made

    def pay(
        self,
        case: str,
        customer: MadeCustomer,
        day: date,
        amount: Decimal,
        reference: str,
        truth: list[tuple[PartKind, "str | MadePayment", Decimal]],
        *,
        currency: str = "",
        name: str | None = None,
        account: str | None = None,
    ) -> MadePayment:
        """A payment by the customer, shown as a bank shows it unless name or account are given."""
        code = currency or customer.currency
        shown = as_a_bank_shows_it(self.random, customer.name, self.settings.noise) if name is None else name
        number = customer.account if self.random.random() < 0.7 else ""
        made = MadePayment(
            case,
            day,
            code,
            amount,
            shown,
            number if account is None else account,
            reference,
            _METHOD[code],
            truth,
        )
        self.payments.append(made)
        return made


def new_world(settings: StreamSettings) -> World:
    """A world with customers, a few families, and invoices that nobody will pay."""
    random = Random(settings.seed)  # noqa: S311 - measured streams must be repeatable, nothing is secret here
    world = World(settings, random)
    world.style = random.choice(("INV-{:06d}", "RE2026-{:05d}", "F{:07d}", "9{:06d}"))
    taken: set[str] = set()
    for position in range(settings.customers):
        world.customers.append(_customer(random, position, taken))
    for child in random.sample(world.customers[1:], settings.customers // 8):
        parent = random.choice(world.customers)
        if parent is not child and not parent.parent_id and parent.currency == child.currency:
            child.parent_id = parent.customer_id
    for customer in world.customers:
        for _ in range(random.randrange(settings.background * 2 + 1)):
            world.invoice(customer, world.payment_day() + timedelta(days=20))
    return world


def _customer(random: Random, position: int, taken: set[str]) -> MadeCustomer:
    currency = random.choice(("EUR", "EUR", "USD", "GBP"))
    name = company_name(random, currency, taken)
    customer_id = f"C{position + 1:04d}"
    return MadeCustomer(
        customer_id,
        name,
        trading_name(random, taken),
        f"customer{position + 1}.example",
        f"{currency[:2]}{random.randrange(10**15, 10**16)}",
        random.random() < 0.6,
        currency,
    )

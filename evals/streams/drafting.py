"""How a payment is put together: who it is from, whom it may be taken from, what its parts are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.money import Money
from evals.streams.accounts import account_of
from evals.streams.bank_text import Told, as_printed
from evals.streams.names import damaged_name
from evals.streams.world import MadeCredit, MadeCustomer, MadeInvoice, MadePayment, World
from ledger.model.match import MONEY_PARTS, MatchPart, PartKind

#: Customers looked at before a case is given up for now.
_TRIES = 80
#: Ways to pay whose bank lines name the payer's account.
_WITH_ACCOUNT = frozenset(
    {"sepa", "sepa_scor", "mt940", "elixir", "split_vat", "fps", "chaps", "neft", "rtgs", "pix", "ted", "wire"}
)
#: Ways to pay whose bank lines may carry no payer at all.
_WITHOUT_NAME = frozenset({"lockbox", "boleto"})

_WITHOUT_LINES = {"ach_ctx": "ach", "lockbox": "check", "sepa_scor": "sepa", "bg_ocr": "bankgiro", "boleto": "pix"}

Build = Callable[[World], MadePayment | None]


@dataclass(frozen=True, slots=True)
class Case:
    """How often a case occurs, in relation to the others, and what makes one payment of it."""

    weight: float
    build: Build


@dataclass(frozen=True, slots=True)
class Payer:
    """What the bank line says about who paid."""

    name: str
    account: str


def payer_of(world: World, customer: MadeCustomer, method: str) -> Payer:
    """As the customer's own bank prints it, damaged as often as the settings say."""
    rng = world.rng
    name = customer.shown
    if rng.random() < world.settings.name_noise:
        name = damaged_name(rng, customer.name)
    if method in _WITHOUT_NAME and rng.random() < 0.25:
        name = ""
    has_account = method in _WITH_ACCOUNT or rng.random() < 0.25
    return Payer(name, customer.account if has_account else "")


def plain_way(customer: MadeCustomer) -> str:
    """The customer's way to pay, or a like one that carries words only: addenda and stubs would name the number."""
    return _WITHOUT_LINES.get(customer.method, customer.method)


def account_of_other(world: World, payer: str) -> str:
    """Of an agent, a factor or a processor: the same for all of its payments in one stream."""
    kept = world.accounts_of_others
    if payer not in kept:
        kept[payer] = account_of(world.rng, world.rng.choice(("US", "GB", "DE", "NL")))
    return kept[payer]


def a_debtor(world: World, fits: Callable[[MadeCustomer], bool]) -> MadeCustomer | None:
    """Some customer with open invoices for whom `fits` holds."""
    for _ in range(_TRIES):
        customer = world.rng.choice(world.customers)
        if any(not invoice.kept for invoice in world.open_of(customer)) and fits(customer):
            return customer
    return None


def an_invoice(world: World, fits: Callable[[MadeInvoice], bool] = lambda _: True) -> MadeInvoice | None:
    """An open invoice that nothing else is planned for, rather one that is due soon."""
    for _ in range(_TRIES):
        customer = world.rng.choice(world.customers)
        found = [invoice for invoice in world.open_of(customer) if not invoice.kept]
        if found:
            invoice = found[0] if world.rng.random() < 0.6 else world.rng.choice(found)
            if fits(invoice):
                return invoice
    return None


def in_full(invoice: MadeInvoice) -> MatchPart:
    """All that is open on it."""
    return MatchPart(PartKind.INVOICE, invoice.number, invoice.left)


def in_part(invoice: MadeInvoice, amount: Money) -> MatchPart:
    """A part of what is open on it."""
    return MatchPart(PartKind.INVOICE, invoice.number, amount)


def lacking(invoice: MadeInvoice, kind: PartKind, amount: Money) -> MatchPart:
    """A discount, fee or short pay of that invoice."""
    return MatchPart(kind, invoice.number, amount)


def credit_taken(credit: MadeCredit) -> MatchPart:
    """All of a credit note."""
    return MatchPart(PartKind.CREDIT, credit.number, -credit.left)


def paid(
    world: World,
    case: str,
    customer: MadeCustomer,
    parts: Sequence[MatchPart],
    told: Told,
    *,
    method: str = "",
    payer: Payer | None = None,
) -> MadePayment | None:
    """The payment today, or nothing where its parts leave no money to pay."""
    way = method or customer.method
    amount = Money.zero(parts[0].amount.currency)
    for part in parts:
        if part.kind in MONEY_PARTS:
            amount = amount + part.amount
    if amount <= Money.zero(amount.currency):
        return None
    shown = payer or payer_of(world, customer, way)
    reference = as_printed(world, customer, way, told)
    return MadePayment(
        world.next_payment_id(), world.today, amount, shown.name, shown.account, reference, way, case, tuple(parts),
        customer,
    )  # fmt: skip

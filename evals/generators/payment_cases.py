"""One function for each case of a payment stream: what is invoiced, what is paid, and the truth about it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from evals.generators.payer_names import stranger
from evals.generators.payment_world import MadeCustomer, MadeInvoice, MadePayment, World
from evals.generators.remittance_text import damaged, naming, naming_list, silent
from ledger.model.match import PartKind

Truth = list[tuple[PartKind, "str | MadePayment", Decimal]]
_CENT = Decimal("0.01")
_WIRE_FEES = tuple(Decimal(fee) for fee in ("4.50", "7.00", "10.00", "12.50", "15.00", "18.00", "25.00"))
_SHORT_REASONS = ("damaged goods", "Fehlmenge", "short delivery", "price dispute", "broken pallet")


def _full(invoice: MadeInvoice) -> Truth:
    return [(PartKind.INVOICE, invoice.number, invoice.amount)]


def exact_ref(world: World) -> None:
    """The number in full, or the purchase order."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day)
    number = invoice.po_number if invoice.po_number and world.random.random() < 0.15 else invoice.number
    text = naming(world.random, number, str(invoice.amount))
    world.pay("exact_ref", customer, day, invoice.amount, text, _full(invoice))


def damaged_ref(world: World) -> None:
    """The number with a slip."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day)
    text = naming(world.random, damaged(world.random, invoice.number), str(invoice.amount))
    world.pay("damaged_ref", customer, day, invoice.amount, text, _full(invoice))


def no_ref_exact_amount(world: World) -> None:
    """A known payer and the exact amount."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day)
    world.pay("no_ref_exact_amount", customer, day, invoice.amount, silent(world.random), _full(invoice))


def alias_name(world: World) -> None:
    """The payer under its trading name, without an account; half of them name the invoice."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day)
    named = world.random.random() < 0.5
    text = naming(world.random, invoice.number, str(invoice.amount)) if named else silent(world.random)
    name = customer.alias.upper()
    world.pay("alias_name", customer, day, invoice.amount, text, _full(invoice), name=name, account="")


def _several(world: World, low: int, high: int) -> tuple[MadeCustomer, list[MadeInvoice]]:
    customer, day = world.customer(), world.payment_day()
    count = world.random.randint(low, high)
    return customer, [world.invoice(customer, day) for _ in range(count)]


def _after(world: World, invoices: list[MadeInvoice], least: int = 2) -> int:
    return least + world.random.randrange(8) + (max(i.issued for i in invoices) - invoices[0].issued).days


def consolidated_listed(world: World) -> None:
    """One payment for several invoices, all named."""
    customer, invoices = _several(world, 2, 7)
    day = invoices[0].issued + timedelta(days=_after(world, invoices))
    amount = sum((i.amount for i in invoices), Decimal(0))
    text = naming_list(world.random, [i.number for i in invoices], [str(i.amount) for i in invoices])
    truth: Truth = [row for invoice in invoices for row in _full(invoice)]
    world.pay("consolidated_listed", customer, day, amount, text, truth)


def consolidated_unlisted(world: World) -> None:
    """One payment for several invoices, none named."""
    customer, invoices = _several(world, 2, 4)
    day = invoices[0].issued + timedelta(days=_after(world, invoices))
    amount = sum((i.amount for i in invoices), Decimal(0))
    truth: Truth = [row for invoice in invoices for row in _full(invoice)]
    world.pay("consolidated_unlisted", customer, day, amount, silent(world.random), truth)


def credit_taken(world: World) -> None:
    """An invoice less a credit note; the text names both, or the invoice only."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day, amount=world.amount(300))
    share = Decimal(world.random.randint(5, 40)) / 100
    worth = (invoice.amount * share).quantize(_CENT, ROUND_HALF_UP)
    credit = world.credit(customer, day, worth, invoice.number if world.random.random() < 0.6 else "")
    text = invoice.number
    if world.random.random() < 0.6:
        text += f" less credit {credit.number}"
    truth: Truth = [*_full(invoice), (PartKind.CREDIT, credit.number, -worth)]
    world.pay("credit_taken", customer, day, invoice.amount - worth, text, truth)


def _discounted(world: World, case: str, age: int) -> None:
    customer, day = world.customer(), world.payment_day()
    percent, window = world.random.choice(((2, 10), (3, 14), (2, 14)))
    terms = f"{percent}/{window} net30"
    invoice = world.invoice(customer, day, terms=terms, issued_before=age)
    gap = (invoice.amount * percent / 100).quantize(_CENT, ROUND_HALF_UP)
    named = world.random.random() < 0.75
    text = naming(world.random, invoice.number, str(invoice.amount - gap)) if named else silent(world.random)
    kind = PartKind.DISCOUNT if age <= window else PartKind.SHORT_PAY
    truth: Truth = [(PartKind.INVOICE, invoice.number, invoice.amount - gap), (kind, invoice.number, gap)]
    world.pay(case, customer, day, invoice.amount - gap, text, truth)


def discount_in_window(world: World) -> None:
    """An early-payment discount, earned."""
    _discounted(world, "discount_in_window", world.random.randint(3, 10))


def discount_late(world: World) -> None:
    """The same, after its window."""
    _discounted(world, "discount_late", world.random.randint(18, 40))


def fee(world: World) -> None:
    """A bank's fee taken from the amount, with or without a word about it."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day, amount=world.amount(700))
    gap = world.random.choice(_WIRE_FEES)
    text = naming(world.random, invoice.number, str(invoice.amount - gap))
    if world.random.random() < 0.5:
        text += world.random.choice((" less bank charges", " frais {}", " Spesen")).format(gap)
    truth: Truth = [(PartKind.INVOICE, invoice.number, invoice.amount - gap), (PartKind.FEE, invoice.number, gap)]
    world.pay("fee", customer, day, invoice.amount - gap, text, truth)


def short_pay(world: World) -> None:
    """A deduction with a stated reason."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day, amount=world.amount(400))
    gap = (invoice.amount * world.random.randint(6, 30) / 100).quantize(_CENT, ROUND_HALF_UP)
    text = f"{invoice.number} {world.random.choice(_SHORT_REASONS)} -{gap}"
    paid = invoice.amount - gap
    truth: Truth = [(PartKind.INVOICE, invoice.number, paid), (PartKind.SHORT_PAY, invoice.number, gap)]
    world.pay("short_pay", customer, day, paid, text, truth)


def overpayment(world: World) -> None:
    """More than the named invoice; the rest is the customer's own."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day)
    over = Decimal(world.random.choice((1, 5, 10, 50, 100))) + world.random.choice((Decimal(0), Decimal("0.30")))
    truth: Truth = [*_full(invoice), (PartKind.ON_ACCOUNT, customer.customer_id, over)]
    text = naming(world.random, invoice.number, str(invoice.amount + over))
    world.pay("overpayment", customer, day, invoice.amount + over, text, truth)


def instalments(world: World) -> None:
    """One invoice in two or three payments, each naming it."""
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day, amount=world.amount(900))
    count = world.random.choice((2, 3))
    part = (invoice.amount / count).quantize(_CENT, ROUND_HALF_UP)
    for position in range(count):
        paid = part if position < count - 1 else invoice.amount - part * (count - 1)
        text = world.random.choice((f"{invoice.number} part {position + 1}/{count}", f"{invoice.number} Rate"))
        truth: Truth = [(PartKind.INVOICE, invoice.number, paid)]
        world.pay("instalments", customer, day + timedelta(days=15 * position), paid, text, truth)


def _paid(world: World, case: str) -> tuple[MadeCustomer, MadePayment]:
    customer, day = world.customer(), world.payment_day()
    invoice = world.invoice(customer, day)
    text = naming(world.random, invoice.number, str(invoice.amount))
    return customer, world.pay(case, customer, day, invoice.amount, text, _full(invoice))


def duplicate(world: World) -> None:
    """A payment, and the same again some days later."""
    customer, first = _paid(world, "exact_ref")
    day = first.day + timedelta(days=world.random.randint(1, 12))
    truth: Truth = [(PartKind.DUPLICATE, first, first.amount)]
    account = first.account
    world.pay("duplicate", customer, day, first.amount, first.reference, truth, name=first.name, account=account)


def reversal(world: World) -> None:
    """A payment that the bank takes back; half of the returns name nothing."""
    customer, first = _paid(world, "exact_ref")
    day = first.day + timedelta(days=world.random.randint(1, 20))
    silent_text = world.random.choice(("RUECKLASTSCHRIFT", "RETURNED ITEM", "REJET", "CHARGEBACK"))
    text = silent_text if world.random.random() < 0.5 else f"{silent_text} {first.reference}"
    truth: Truth = [(PartKind.REVERSAL, first, -first.amount)]
    world.pay("reversal", customer, day, -first.amount, text, truth, name=first.name, account=first.account)


def parent_pays(world: World) -> None:
    """A parent pays its child's invoice, named half of the time."""
    children = [customer for customer in world.customers if customer.parent_id]
    if not children:
        exact_ref(world)
        return
    child, day = world.random.choice(children), world.payment_day()
    parent = next(customer for customer in world.customers if customer.customer_id == child.parent_id)
    invoice = world.invoice(child, day)
    named = world.random.random() < 0.5
    text = naming(world.random, invoice.number, str(invoice.amount)) if named else silent(world.random)
    world.pay("parent_pays", parent, day, invoice.amount, text, _full(invoice))


def equal_amounts(world: World) -> None:
    """Three invoices alike, paid one by one without a reference: the one due first each time."""
    customer, day = world.customer(), world.payment_day()
    amount = world.amount()
    made = [world.invoice(customer, day, amount=amount, issued_before=days) for days in (58, 40, 25)]
    made.sort(key=lambda invoice: (invoice.due, invoice.number))
    for position, invoice in enumerate(made[: world.random.choice((1, 2, 2))]):
        later = day + timedelta(days=20 * position)
        world.pay("equal_amounts", customer, later, amount, silent(world.random), _full(invoice))


def two_currencies(world: World) -> None:
    """The same amount billed in two currencies; every fourth payment names the one in the other currency."""
    customer, day = world.customer(), world.payment_day()
    other = "USD" if customer.currency != "USD" else "EUR"
    invoice = world.invoice(customer, day)
    foreign = world.invoice(customer, day, amount=invoice.amount, currency=other)
    if world.random.random() < 0.25:
        paid = (invoice.amount * Decimal("0.93")).quantize(_CENT, ROUND_HALF_UP)
        truth: Truth = [(PartKind.INVOICE, foreign.number, paid)]
        world.pay("two_currencies", customer, day, paid, naming(world.random, foreign.number, str(paid)), truth)
        return
    world.pay("two_currencies", customer, day, foreign.amount, silent(world.random), _full(foreign), currency=other)


def unidentified(world: World) -> None:
    """Money of a stranger; now and then its amount is some invoice's."""
    customer, day = world.customer(), world.payment_day()
    chance = world.random.random() < 0.3
    amount = world.random.choice(world.invoices).amount if chance else world.amount()
    truth: Truth = [(PartKind.UNIDENTIFIED, "", amount)]
    name = stranger(world.random)
    text = world.random.choice(("Miete", "private", "", "loan", f"ref {world.random.randrange(10**6)}"))
    world.pay("unidentified", customer, day, amount, text, truth, name=name, account="")


def remittance_apart(world: World) -> None:
    """The list comes by e-mail on the same day or before; the bank line says nothing."""
    customer, invoices = _several(world, 1, 6)
    day = invoices[0].issued + timedelta(days=_after(world, invoices))
    amount = sum((i.amount for i in invoices), Decimal(0))
    lines = "\n".join(f"{i.number}   {i.amount}" for i in invoices)
    body = f"Dear team,\nwe have paid today:\n{lines}\nTotal {amount}\nKind regards\nAccounts payable"
    sent = day - timedelta(days=world.random.choice((0, 1, 2)))
    world.remittances.append((sent, f"ap@{customer.domain}", body))
    truth: Truth = [row for invoice in invoices for row in _full(invoice)]
    text = world.random.choice(("see remittance", "", "as per advice", "Sammelzahlung"))
    world.pay("remittance_apart", customer, day, amount, text, truth)


#: Each case with its share of a stream, in percent.
CASES: dict[Callable[[World], None], int] = {
    exact_ref: 25,
    damaged_ref: 10,
    no_ref_exact_amount: 12,
    alias_name: 6,
    consolidated_listed: 8,
    consolidated_unlisted: 4,
    credit_taken: 4,
    discount_in_window: 4,
    discount_late: 2,
    fee: 3,
    short_pay: 4,
    overpayment: 2,
    instalments: 2,
    duplicate: 2,
    reversal: 2,
    parent_pays: 3,
    equal_amounts: 2,
    two_currencies: 2,
    unidentified: 3,
    remittance_apart: 4,
}

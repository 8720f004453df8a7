"""Whether what a payment shows leaves one reading only; where it does not, no truth could be written down."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from math import prod

from core.money import Money
from evals.streams.names import folded
from evals.streams.world import MadeCustomer, MadeInvoice, World

#: Beyond so many sets of open items a payment without a list is not made.
_MOST_SETS = 16384
#: So many different items have fewer sets than that.
MOST_ITEMS = 13


def alike_first(world: World, invoice: MadeInvoice) -> MadeInvoice:
    """Of the customer's invoices with the same open amount the one due first, then the lower number."""
    for other in world.open_of(invoice.customer, invoice.left.currency):
        if other.left == invoice.left:
            return other
    return invoice


def sums_to(world: World, customer: MadeCustomer, amount: Money) -> int:
    """How many different sets of open invoices, less credit notes, come to `amount`; alike ones count once.

    Gives 99 where there are too many sets to search.
    """
    counts = Counter(invoice.left.amount for invoice in world.open_of(customer, amount.currency))
    counts.update(-credit.left.amount for credit in world.credits_of(customer, amount.currency))
    if prod(count + 1 for count in counts.values()) > _MOST_SETS:
        return 99
    reached = Counter({Decimal(0): 1})
    for each, count in counts.items():
        further: Counter[Decimal] = Counter()
        for so_far, ways in reached.items():
            for times in range(count + 1):
                further[so_far + each * times] += ways
        reached = further
    return reached[amount.amount]


def is_free(world: World, customer: MadeCustomer, amount: Money) -> bool:
    """Whether no invoice of the customer's family, nor two of them, comes near to `amount`: it fits nothing."""
    for member in family(customer):
        open_amounts = [invoice.left.amount for invoice in world.open_of(member, amount.currency)]
        if any(abs(each - amount.amount) <= each / 20 for each in open_amounts):
            return False
        if sums_to(world, member, amount):
            return False
    return True


def family(customer: MadeCustomer) -> list[MadeCustomer]:
    """The customer, its parent, and the children of both."""
    top = customer.parent or customer
    return [top, *top.children]


def fits_once(world: World, customer: MadeCustomer, amount: Money) -> bool:
    """Whether within the customer's family just one set of open items comes to `amount`."""
    return sum(sums_to(world, member, amount) for member in family(customer)) == 1


def shown_is_enough(world: World, customer: MadeCustomer, payer_name: str, payer_account: str) -> bool:
    """Whether name and account alone say which customer it is."""
    if payer_account and payer_account == customer.account and customer.account_known:
        return True
    start = folded(payer_name)[:10]
    if len(start) < 6:
        return False
    return world.named_like(start) == [customer]


def number_is_told(world: World, written: str, invoice: MadeInvoice) -> bool:
    """Whether a damaged number is not a better sign of another of the family's invoices, or of one as large."""
    clean = written.replace(" ", "").upper()
    for member in family(invoice.customer):
        for other in world.open_of(member):
            if other is not invoice and clean and other.number.replace(" ", "").upper().endswith(clean[-4:]):
                return False
    other_one = world.by_number.get(written)
    return other_one is None or other_one.customer is not invoice.customer


def all_unkept(invoices: Sequence[MadeInvoice]) -> list[MadeInvoice]:
    """Those that no later payment of a plan, and no person, has in hand."""
    return [invoice for invoice in invoices if not invoice.kept]

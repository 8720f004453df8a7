"""Customers billed in two currencies, and money in another currency than its invoice."""

from decimal import Decimal

from core.money import Money
from evals.streams.bank_text import Told
from evals.streams.countries import DOLLARS, SECOND_CURRENCY
from evals.streams.drafting import Case, an_invoice, in_full, in_part, paid, payer_of, plain_way
from evals.streams.uniqueness import fits_once, shown_is_enough
from evals.streams.wording import naming
from evals.streams.world import MadePayment, World

#: A person decides about every payment of this case; it is never posted.
NEVER_POSTED = "other_currency"


def _two_currencies(world: World) -> MadePayment | None:
    """The payment's own currency says which of the customer's invoices are meant."""
    invoice = an_invoice(
        world, lambda each: len(each.customer.currencies) > 1 and fits_once(world, each.customer, each.left)
    )
    if invoice is None:
        return None
    customer = invoice.customer
    payer = payer_of(world, customer, customer.method)
    enough = shown_is_enough(world, customer, payer.name, payer.account)
    named = not enough or world.rng.random() < 0.6
    words = naming(world.rng, customer.country.language, invoice.number) if named else ""
    told = Told(words)
    return paid(world, "two_currencies", customer, [in_full(invoice)], told, payer=payer, method=plain_way(customer))


def _other_currency(world: World) -> MadePayment | None:
    """The invoice is named and the money is in another currency: the truth is in the payment's own."""
    invoice = an_invoice(world, lambda each: each.left == each.amount)
    if invoice is None:
        return None
    customer, rng = invoice.customer, world.rng
    currency = SECOND_CURRENCY[customer.country.code]
    if currency == invoice.left.currency:
        currency = customer.country.currency
    rate = Decimal(DOLLARS[invoice.left.currency]) / Decimal(DOLLARS[currency])
    drift = Decimal(rng.randint(975, 1025)) / 1000
    amount = Money(invoice.left.amount * rate * drift, currency).rounded_half_up()
    if currency == invoice.left.currency or not amount:
        return None
    words = naming(rng, customer.country.language, invoice.number)
    invoice.kept = True
    return paid(world, NEVER_POSTED, customer, [in_part(invoice, amount)], Told(words), method="wire")


CASES = {"two_currencies": Case(1.5, _two_currencies), NEVER_POSTED: Case(0.5, _other_currency)}

"""Somebody else pays: a parent, a payment agent, a factor."""

from evals.streams.bank_text import Told
from evals.streams.drafting import (
    Case,
    Payer,
    a_debtor,
    account_of_other,
    an_invoice,
    in_full,
    paid,
    payer_of,
    plain_way,
)
from evals.streams.uniqueness import fits_once, shown_is_enough
from evals.streams.wording import listing, naming
from evals.streams.world import MadeInvoice, MadePayment, World

_AGENTS = ("BILL.COM INC", "CORPAY ONE", "TIPALTI INC", "AVIDXCHANGE INC", "MELIO PAYMENTS", "PAYONEER EUROPE LTD",
           "WISE PAYMENTS LTD", "BASWARE PAY", "CRONOS SETTLEMENTS")  # fmt: skip
_FACTORS = ("TARGO FACTORING GMBH", "EUROFACTOR SA", "BIBBY FINANCIAL SERVICES", "CLOSE INVOICE FINANCE",
            "COFACE FACTORING", "PRIME REVENUE INC", "NORDEA FINANCE SUPPLIER FUNDING", "SANTANDER CONFIRMING",
)  # fmt: skip


def _parent(world: World) -> MadePayment | None:
    """The parent's name and account; the child's invoice by number, or by an amount that fits once in the family."""
    customer = a_debtor(world, lambda each: each.parent is not None)
    if customer is None or customer.parent is None:
        return None
    open_ones = [invoice for invoice in world.open_of(customer) if not invoice.kept]
    several = world.rng.sample(open_ones, min(len(open_ones), world.rng.choice((1, 1, 2, 3))))
    chosen = [invoice for invoice in several if invoice.left.currency == several[0].left.currency]
    payer = payer_of(world, customer.parent, customer.parent.method)
    language = customer.country.language
    words = listing(world.rng, language, [invoice.number for invoice in chosen])
    enough = shown_is_enough(world, customer.parent, payer.name, payer.account)
    if len(chosen) == 1 and enough and world.rng.random() < 0.4:
        if not fits_once(world, customer, chosen[0].left):
            return None
        words = world.rng.choice(("", f"f/a {customer.shown}", f"for {customer.name}"))
    told = Told(words, payer=payer.name)
    parts = [*map(in_full, chosen)]
    return paid(world, "parent_pays", customer, parts, told, payer=payer, method=plain_way(customer))


def _agent(world: World) -> MadePayment | None:
    """One agent pays for many customers from one account: its account says nothing about who owes."""
    invoice = an_invoice(world, lambda each: fits_once(world, each.customer, each.left))
    if invoice is None:
        return None
    rng, customer = world.rng, invoice.customer
    agent = rng.choice(_AGENTS)
    named = naming(rng, customer.country.language, invoice.number)
    words = rng.choice(
        [f"{customer.shown} {named}", f"OBO {customer.shown} {named}", named, f"{agent} for {customer.name} {named}"]
    )
    if rng.random() < 0.25 and shown_is_enough(world, customer, customer.shown, ""):
        words = f"ON BEHALF OF {customer.shown}"
    payer = Payer(agent, account_of_other(world, agent))
    told = Told(words, payer=agent)
    way = "ach" if customer.country.code == "US" else "wire"
    return paid(world, "payment_agent", customer, [in_full(invoice)], told, payer=payer, method=way)


def _factor(world: World) -> MadePayment | None:
    """A bank that finances several of our customers pays a list across them."""
    first = an_invoice(world)
    if first is None:
        return None
    chosen: list[MadeInvoice] = [first]
    for _ in range(world.rng.randint(1, 5)):
        other = an_invoice(world, lambda each: each.left.currency == first.left.currency)
        if other is not None and other not in chosen:
            chosen.append(other)
    factor = world.rng.choice(_FACTORS)
    joiner = world.rng.choice((", ", " ", "; "))
    words = joiner.join(invoice.number for invoice in chosen)
    payer = Payer(factor, account_of_other(world, factor))
    told = Told(words, payer=factor)
    return paid(world, "factor", first.customer, [*map(in_full, chosen)], told, payer=payer, method="wire")


CASES = {"parent_pays": Case(2.5, _parent), "payment_agent": Case(2, _agent), "factor": Case(1, _factor)}

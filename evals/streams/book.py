"""A made seller: its customers with parents, numbers, terms, and what it invoiced and credited."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from core.money import Money
from evals.streams.accounts import account_of
from evals.streams.countries import COUNTRIES, DOLLARS, SECOND_CURRENCY, SHARES, Country
from evals.streams.names import as_a_bank_shows_it, company_name, folded, trading_name, without_form
from evals.streams.numbers import Numbering, credit_numbering, invoice_numberings
from evals.streams.settings import StreamSettings
from evals.streams.world import MadeCredit, MadeCustomer, MadeInvoice, World

#: Invoices a customer; enough for several open at once, few enough that most customers stay small.
_INVOICES_A_CUSTOMER = 9
_TERMS = ("net30", "net30", "net30", "net14", "net45", "net60", "2/10 net30", "3/14 net45", "2/8 net30")
_CREDIT_SHARE = 0.07
#: Parents are found among so many customers made before.
_NEAR = 120
#: How much more the largest customers buy than the smallest: one alone would otherwise be half of the book.
_LARGEST = 25.0
#: The smaller customers, of whom some are billed the same amount again and again.
_SMALL_SHARE = 0.6
#: Countries by the entity of ours that bills them; each entity has its own numbers.
_ENTITIES = (("US", "BR"), ("GB", "IN"), ("DE", "FR", "NL", "PL", "SE"))


def new_world(settings: StreamSettings) -> World:
    """Everything that will be issued; nothing is known or paid yet."""
    rng = Random(settings.seed)  # noqa: S311 - a repeatable stream, no secret
    customers = _customers(settings, rng)
    invoices = _invoices(settings, rng, customers)
    return World(settings, rng, customers, invoices, _credits(settings, rng, invoices))


def _customers(settings: StreamSettings, rng: Random) -> list[MadeCustomer]:
    count = max(14, settings.invoices // _INVOICES_A_CUSTOMER)
    taken: set[str] = set()
    found: list[MadeCustomer] = []
    for number in range(count):
        country = rng.choices(COUNTRIES, SHARES)[0]
        customer = _customer(
            settings, rng, country, f"C{settings.first_number + 1000 + number}", company_name(rng, country, taken)
        )
        parents = [each for each in found[-_NEAR:] if each.country is country and each.parent is None]
        if parents and rng.random() < 0.16:
            _put_under(rng, customer, rng.choice(parents), taken)
        found.append(customer)
    return found


def _customer(settings: StreamSettings, rng: Random, country: Country, customer_id: str, name: str) -> MadeCustomer:
    second = (SECOND_CURRENCY[country.code],) if rng.random() < 0.08 else ()
    words = "".join(c for c in folded(without_form(name)) if c.isalnum() or c == " ").split()
    return MadeCustomer(
        customer_id,
        name,
        country,
        (country.currency, *second),
        rng.choice(_TERMS),
        trading_name(rng, name),
        rng.random() < 0.5,
        f"{''.join(words[:2])}-{customer_id[1:]}.{country.top_domain}.example",
        rng.random() < 0.85,
        account_of(rng, country.code),
        rng.random() < settings.known_accounts,
        rng.choice(country.methods),
        as_a_bank_shows_it(rng, name),
    )


def _put_under(rng: Random, customer: MadeCustomer, parent: MadeCustomer, taken: set[str]) -> None:
    """Half of the children bear the parent's first words, and pay in its currency."""
    customer.parent = parent
    parent.children.append(customer)
    if rng.random() < 0.5:
        stem = without_form(parent.name).rsplit(" ", 1)[0]
        name = f"{stem} {rng.choice(parent.country.trades)} {rng.choice(parent.country.legal_forms)}"
        if folded(name) not in taken:
            taken.add(folded(name))
            customer.name, customer.shown = name, as_a_bank_shows_it(rng, name)


def _invoices(settings: StreamSettings, rng: Random, customers: Sequence[MadeCustomer]) -> list[MadeInvoice]:
    entities: dict[str, Numbering] = {}
    for group, numbering in zip(
        _ENTITIES, invoice_numberings(rng, len(_ENTITIES), settings.first_number), strict=True
    ):
        entities.update(dict.fromkeys(group, numbering))
    weights = [min(rng.paretovariate(1.3), _LARGEST) for _ in customers]
    # Rents and subscriptions come once a month or so: the customers who buy most are not among them.
    usual_weight = sorted(weights)[int(len(weights) * _SMALL_SHARE)]
    habits = {
        customer.customer_id: _amounts(rng, customer)
        for customer, weight in zip(customers, weights, strict=True)
        if weight <= usual_weight and rng.random() < settings.alike / _SMALL_SHARE
    }
    days = sorted(rng.randint(0, settings.days - 8) for _ in range(settings.invoices))
    found: list[MadeInvoice] = []
    used: set[str] = set()
    for day, customer in zip(days, rng.choices(customers, weights, k=settings.invoices), strict=True):
        issued = settings.first_day + timedelta(days=day)
        number = entities[customer.country.code].on(issued)
        while number in used:
            number = entities[customer.country.code].on(issued)
        used.add(number)
        usual = habits.get(customer.customer_id)
        currency = customer.currencies[-1] if rng.random() < 0.4 else customer.currencies[0]
        amount = Money(rng.choice(usual), currency) if usual else _amount(rng, currency)
        due = issued + timedelta(days=int(customer.terms.rsplit("net", 1)[1]))
        purchase = (
            f"{rng.choice(['PO-', '45', 'B', 'PO'])}{rng.randint(10000, 9999999)}" if rng.random() < 0.5 else ""
        )
        found.append(MadeInvoice(number, customer, issued, due, amount, purchase, amount))
    return found


def _amounts(rng: Random, customer: MadeCustomer) -> list[Decimal]:
    """Subscriptions and rents: one or two amounts again and again."""
    return [_amount(rng, customer.currencies[0]).amount for _ in range(rng.choice((1, 1, 2)))]


def _amount(rng: Random, currency: str) -> Money:
    dollars = Decimal(str(round(rng.lognormvariate(7.1, 1.2), 2)))
    amount = max(dollars, Decimal(40)) / Decimal(DOLLARS[currency])
    if rng.random() < 0.3:
        amount = (amount / 10).to_integral_value() * 10
    return Money(amount, currency).rounded_half_up()


def _credits(settings: StreamSettings, rng: Random, invoices: Sequence[MadeInvoice]) -> list[MadeCredit]:
    numbering = credit_numbering(rng, settings.first_number)
    found: list[MadeCredit] = []
    last_day = settings.first_day + timedelta(days=settings.days)
    for invoice in rng.sample(invoices, int(len(invoices) * _CREDIT_SHARE)):
        share = Decimal(rng.choice(("0.05", "0.1", "0.15", "0.2", "0.3")))
        cents = Decimal(rng.randint(0, 99)) / 100
        amount = Money(invoice.amount.amount * share + cents, invoice.amount.currency).rounded_half_up()
        issued = min(invoice.issued + timedelta(days=rng.randint(1, 12)), last_day)
        named = invoice.number if rng.random() < 0.6 else ""
        found.append(MadeCredit("", invoice.customer, issued, amount, named, amount))
    found.sort(key=lambda each: (each.issued, each.customer.customer_id))
    used = {invoice.number for invoice in invoices}
    for credit in found:
        credit.number = numbering.on(credit.issued)
        while credit.number in used:
            credit.number = numbering.on(credit.issued)
    return found

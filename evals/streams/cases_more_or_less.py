"""Parts of an invoice, more than it, or money for no invoice yet."""

from datetime import timedelta
from decimal import Decimal

from core.money import Money, split
from evals.streams.bank_text import Told
from evals.streams.drafting import Case, a_debtor, an_invoice, in_full, in_part, paid, payer_of, plain_way
from evals.streams.uniqueness import is_free, shown_is_enough, sums_to
from evals.streams.wording import naming
from evals.streams.world import MadeInvoice, MadePayment, Planned, World
from ledger.model.match import MatchPart, PartKind


def _part_payment(world: World) -> MadePayment | None:
    """A named invoice paid in part; the rest may follow."""
    invoice = an_invoice(world)
    if invoice is None:
        return None
    rng, language = world.rng, invoice.customer.country.language
    share = Decimal(rng.choice(("0.25", "0.3", "0.4", "0.5", "0.6")))
    amount = Money(invoice.left.amount * share, invoice.left.currency).rounded_half_up()
    if rng.random() < 0.5:
        amount = Money((amount.amount / 10).to_integral_value() * 10, amount.currency)
    if not amount or amount >= invoice.left or sums_to(world, invoice.customer, amount):
        return None
    words = f"{rng.choice(language.part)} {naming(rng, language, invoice.number)}"
    parts = [in_part(invoice, amount)]
    payment = paid(world, "part_payment", invoice.customer, parts, Told(words), method=plain_way(invoice.customer))
    if payment is not None and rng.random() < 0.5:
        invoice.kept = True
        _plan(world, rng.randint(10, 40), "part_payment", invoice, None, rng.choice(language.rest))
    return payment


def _instalments(world: World) -> MadePayment | None:
    """Three or four equal parts over the weeks."""
    invoice = an_invoice(world, lambda each: each.left == each.amount)
    if invoice is None:
        return None
    rng, language = world.rng, invoice.customer.country.language
    shares = split(invoice.left, rng.choice((3, 3, 4)))
    if sums_to(world, invoice.customer, shares[0]):
        return None
    invoice.kept = True
    for position, share in enumerate(shares[1:], 2):
        is_last = position == len(shares)
        said = rng.choice(language.rest) if is_last and rng.random() < 0.5 else f"{position}/{len(shares)}"
        _plan(world, 14 * (position - 1) + rng.randint(0, 3), "instalment", invoice, share, said)
    words = f"{naming(rng, language, invoice.number)} 1/{len(shares)}"
    parts = [in_part(invoice, shares[0])]
    return paid(world, "instalment", invoice.customer, parts, Told(words), method=plain_way(invoice.customer))


def _plan(world: World, days: int, case: str, invoice: MadeInvoice, share: Money | None, said: str) -> None:
    """The next payment of an invoice: `share` of it, or all that is left by then."""
    language = invoice.customer.country.language

    def follow(later: World) -> MadePayment | None:
        invoice.kept = False
        amount = invoice.left if share is None or share > invoice.left else share
        if not amount:
            return None
        words = f"{said} {naming(later.rng, language, invoice.number)}"
        parts = [in_part(invoice, amount)]
        return paid(later, case, invoice.customer, parts, Told(words), method=plain_way(invoice.customer))

    world.planned.append(Planned(world.today + timedelta(days=days), follow))


def _overpayment(world: World) -> MadePayment | None:
    """The invoice is named and paid, and what is over is the customer's."""
    invoice = an_invoice(world)
    if invoice is None:
        return None
    rng, customer = world.rng, invoice.customer
    over = Decimal(rng.choice(("0.10", "1", "5", "10", "27.50", "50", "100", "250")))
    excess = Money(min(over, invoice.left.amount), invoice.left.currency).rounded_half_up()
    whole = invoice.left + excess
    if sums_to(world, customer, whole) or sums_to(world, customer, excess):
        return None
    parts = [in_full(invoice), MatchPart(PartKind.ON_ACCOUNT, customer.customer_id, excess)]
    words = naming(rng, customer.country.language, invoice.number)
    return paid(world, "overpayment", customer, parts, Told(words), method=plain_way(customer))


def _deposit(world: World) -> MadePayment | None:
    """Before any invoice, and the payer says so."""
    customer = a_debtor(world, lambda _: True)
    if customer is None:
        return None
    rng, language = world.rng, customer.country.language
    amount = Money.of(rng.choice((500, 750, 1000, 1500, 2000, 2500, 5000, 10000)), customer.country.currency)
    payer = payer_of(world, customer, customer.method)
    if not is_free(world, customer, amount) or not shown_is_enough(world, customer, payer.name, payer.account):
        return None
    order = rng.choice(("", f"{rng.randint(100, 999)}", f"Q-{rng.randint(100, 999)}"))
    words = f"{rng.choice(language.deposit)} {order}".strip()
    parts = [MatchPart(PartKind.ON_ACCOUNT, customer.customer_id, amount)]
    return paid(world, "deposit", customer, parts, Told(words), payer=payer, method=plain_way(customer))


CASES = {
    "part_payment": Case(2, _part_payment),
    "instalment": Case(0.7, _instalments),
    "overpayment": Case(1.7, _overpayment),
    "deposit": Case(1.7, _deposit),
}

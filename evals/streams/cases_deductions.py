"""Less than the invoice: credit notes, discounts in and out of time, fees, tax withheld, short pays."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from core.money import Money
from evals.streams.bank_text import Line, Told, figure
from evals.streams.drafting import (
    Case,
    an_invoice,
    credit_taken,
    in_full,
    in_part,
    lacking,
    paid,
    plain_way,
)
from evals.streams.uniqueness import all_unkept, sums_to
from evals.streams.wording import line_in_full, line_less, listing, naming, with_amounts
from evals.streams.world import MadeCredit, MadeInvoice, MadePayment, World
from ledger.model.match import PartKind

#: Withheld by the payer's country: India 2 and 10 %, Brazil 1.5 and 4.65 %, elsewhere the usual treaty rates.
_WITHHELD = {"IN": ("2", "10"), "BR": ("1.5", "4.65"), "DE": ("15",), "PL": ("5", "20")}
#: The other words need no amount: they say it by the terms.
_SAYS_AMOUNT = 0.5


def _with_credit(world: World) -> MadePayment | None:
    """One invoice or two, less a credit note that is named."""
    invoice = _creditable(world)
    if invoice is None:
        return None
    customer, language, rng = invoice.customer, invoice.customer.country.language, world.rng
    credit = rng.choice(_smaller_credits(world, invoice))
    chosen = [invoice]
    others = [each for each in all_unkept(world.open_of(customer, invoice.left.currency)) if each is not invoice]
    if others and rng.random() < 0.4:
        chosen.append(rng.choice(others))
    lines = (*map(line_in_full, chosen), _credit_line(credit))
    numbers = [each.number for each in chosen]
    words = f"{listing(rng, language, numbers)} {rng.choice(language.credit_note)} {credit.number}"
    if rng.random() < 0.3:
        words = with_amounts(rng, language, lines)
    parts = [*map(in_full, chosen), credit_taken(credit)]
    return paid(world, "credit_taken", customer, parts, Told(words, lines))


def _with_unnamed_credit(world: World) -> MadePayment | None:
    """The invoice is named, and what it lacks is to the cent one open credit note."""
    invoice = _creditable(world)
    if invoice is None:
        return None
    fitting = _smaller_credits(world, invoice)
    credit = world.rng.choice(fitting)
    if sum(each.left == credit.left for each in fitting) > 1:
        return None
    words = naming(world.rng, invoice.customer.country.language, invoice.number)
    parts = [in_full(invoice), credit_taken(credit)]
    way = plain_way(invoice.customer)
    return paid(world, "credit_unnamed", invoice.customer, parts, Told(words), method=way)


def _creditable(world: World) -> MadeInvoice | None:
    return an_invoice(world, lambda each: bool(_smaller_credits(world, each)))


def _smaller_credits(world: World, invoice: MadeInvoice) -> list[MadeCredit]:
    found = world.credits_of(invoice.customer, invoice.left.currency)
    return [credit for credit in found if credit.left < invoice.left]


def _credit_line(credit: MadeCredit) -> Line:
    return Line(credit.number, -credit.left, credit.left, Money.zero(credit.left.currency))


def _discount(world: World) -> MadePayment | None:
    """Within its window: what the terms allow closes the invoice."""
    return _less_terms(world, "discount", PartKind.DISCOUNT, lambda each: world.today <= _window(each))


def _late_discount(world: World) -> MadePayment | None:
    """Taken all the same after its window: it stays open."""
    return _less_terms(world, "discount_late", PartKind.SHORT_PAY, lambda each: world.today > _window(each))


def _less_terms(
    world: World, case: str, kind: PartKind, in_time: Callable[[MadeInvoice], bool]
) -> MadePayment | None:
    invoice = an_invoice(
        world, lambda each: "/" in each.customer.terms and each.left == each.amount and in_time(each)
    )
    if invoice is None:
        return None
    customer, rng, chosen = invoice.customer, world.rng, [invoice]
    others = [each for each in all_unkept(world.open_of(customer, invoice.left.currency)) if each is not invoice]
    others = [each for each in others if each.left == each.amount and in_time(each)]
    if others and rng.random() < 0.3:
        chosen.append(others[0])
    percent = Decimal(customer.terms.split("/", 1)[0])
    reason = rng.choice(customer.country.language.discount).replace("2%", f"{percent}%")
    lines = tuple(line_less(each, _percent(each.left, percent), reason) for each in chosen)
    parts = []
    for each, line in zip(chosen, lines, strict=True):
        parts += [in_part(each, line.paid), lacking(each, kind, line.less)]
        each.kept = each.kept or kind is PartKind.SHORT_PAY
    words = _words(world, chosen, reason if rng.random() < 0.75 else "")
    return paid(world, case, customer, parts, Told(words, lines))


def _window(invoice: MadeInvoice) -> date:
    days = int(invoice.customer.terms.split(" ", 1)[0].split("/", 1)[1])
    return invoice.issued + timedelta(days=days)


def _percent(amount: Money, percent: Decimal) -> Money:
    return Money(amount.amount * percent / 100, amount.currency).rounded_half_up()


def _words(world: World, chosen: Sequence[MadeInvoice], reason: str) -> str:
    language = chosen[0].customer.country.language
    words = listing(world.rng, language, [invoice.number for invoice in chosen])
    return f"{words} {reason}".strip()


def _fee(world: World) -> MadePayment | None:
    """A bank on the way took its fee; over several invoices it falls on the one named last."""
    invoice = an_invoice(world, lambda each: each.left.currency == each.customer.country.currency)
    if invoice is None:
        return None
    customer, rng = invoice.customer, world.rng
    chosen = [invoice]
    others = [each for each in all_unkept(world.open_of(customer, invoice.left.currency)) if each is not invoice]
    if others and rng.random() < 0.25:
        chosen.append(others[0])
    fee = Money.of(rng.choice(customer.country.fees), invoice.left.currency)
    last = chosen[-1]
    if last.left.amount < fee.amount * 4 or _hits_another(world, last, last.left - fee):
        return None
    reason = rng.choice(customer.country.language.fee)
    if rng.random() < _SAYS_AMOUNT:
        reason = f"{reason} {figure(fee, customer.country.language)}"
    parts = [*map(in_full, chosen[:-1]), in_part(last, last.left - fee), lacking(last, PartKind.FEE, fee)]
    words = _words(world, chosen, reason if rng.random() < 0.7 else "")
    return paid(world, "fee", customer, parts, Told(words), method=plain_way(customer))


def _withheld(world: World) -> MadePayment | None:
    """Tax withheld at source: a certificate may come, until then it is open."""
    invoice = an_invoice(world, lambda each: each.customer.country.code in _WITHHELD or world.rng.random() < 0.1)
    if invoice is None:
        return None
    customer, rng = invoice.customer, world.rng
    percent = Decimal(rng.choice(_WITHHELD.get(customer.country.code, ("10",))))
    less = _percent(invoice.left, percent)
    if not less or _hits_another(world, invoice, invoice.left - less):
        return None
    reason = rng.choice(customer.country.language.withheld)
    if "%" not in reason:
        reason = f"{reason} {percent}%"
    return _short(world, "withheld_tax", invoice, less, reason)


def _short_pay(world: World) -> MadePayment | None:
    """Less for a stated reason: that much goes into dispute."""
    invoice = an_invoice(world)
    if invoice is None:
        return None
    rng, language = world.rng, invoice.customer.country.language
    percent = Decimal(rng.choice(("3", "5", "7.5", "10", "12", "20", "25")))
    less = _percent(invoice.left, percent)
    if rng.random() < 0.5:
        less = Money(max(Decimal(1), less.amount.to_integral_value()), less.currency)
    if less >= invoice.left or _hits_another(world, invoice, invoice.left - less):
        return None
    reason = rng.choice(language.reasons)
    said = f"{reason} -{figure(less, language)}" if rng.random() < _SAYS_AMOUNT else reason
    return _short(world, "short_pay", invoice, less, said)


def _short(world: World, case: str, invoice: MadeInvoice, less: Money, reason: str) -> MadePayment | None:
    line = line_less(invoice, less, reason)
    parts = [in_part(invoice, line.paid), lacking(invoice, PartKind.SHORT_PAY, less)]
    words = _words(world, [invoice], reason)
    invoice.kept = world.rng.random() < 0.6
    return paid(world, case, invoice.customer, parts, Told(words, (line,)))


def _hits_another(world: World, invoice: MadeInvoice, amount: Money) -> bool:
    """Whether what is paid is to the cent something else of the customer's."""
    return sums_to(world, invoice.customer, amount) > 0


CASES = {
    "credit_taken": Case(3, _with_credit),
    "credit_unnamed": Case(0.8, _with_unnamed_credit),
    "discount": Case(3, _discount),
    "discount_late": Case(1, _late_discount),
    "fee": Case(2.5, _fee),
    "withheld_tax": Case(1.5, _withheld),
    "short_pay": Case(3, _short_pay),
}

"""One payment for several invoices: with a list, with a list cut short, and without one."""

from evals.streams.bank_text import Told
from evals.streams.drafting import Case, a_debtor, in_full, paid, payer_of, plain_way
from evals.streams.uniqueness import MOST_ITEMS, all_unkept, fits_once, shown_is_enough
from evals.streams.wording import line_in_full, listing, with_amounts
from evals.streams.world import MadeCustomer, MadeInvoice, MadePayment, World

#: Where a short field ends: two lines of 27 characters.
_FIELD = 54


def _several(world: World, customer: MadeCustomer, most: int) -> list[MadeInvoice]:
    """Two or more open invoices in one currency, mostly the oldest."""
    rng = world.rng
    found = all_unkept(world.open_of(customer, customer.currencies[0]))
    if len(found) < 2:
        return []
    count = rng.randint(2, min(most, len(found)))
    chosen = found[:count] if rng.random() < 0.6 else rng.sample(found, count)
    return chosen if rng.random() < 0.5 else sorted(chosen, key=lambda each: each.number)


def _has_several(world: World, customer: MadeCustomer) -> bool:
    return len(all_unkept(world.open_of(customer, customer.currencies[0]))) > 1


def _with_list(world: World) -> MadePayment | None:
    customer = a_debtor(world, lambda each: _has_several(world, each))
    if customer is None:
        return None
    chosen = _several(world, customer, 9)
    lines = tuple(line_in_full(invoice) for invoice in chosen)
    language = customer.country.language
    if world.rng.random() < 0.3:
        words = with_amounts(world.rng, language, lines)
    else:
        words = listing(world.rng, language, [invoice.number for invoice in chosen])
    return paid(world, "consolidated_list", customer, [*map(in_full, chosen)], Told(words, lines))


def _without_list(world: World) -> MadePayment | None:
    """Just one set of the customer's open items comes to the amount."""
    customer = a_debtor(world, lambda each: 2 <= len(world.open_of(each)) <= MOST_ITEMS and _has_several(world, each))
    return (
        None if customer is None else _unlisted(world, "consolidated_no_list", customer, _several(world, customer, 5))
    )


def _whole_account(world: World) -> MadePayment | None:
    """Everything that is open, or everything due by the end of last month."""
    customer = a_debtor(world, lambda each: 2 <= len(world.open_of(each)) <= MOST_ITEMS and _has_several(world, each))
    if customer is None:
        return None
    every = world.open_of(customer, customer.currencies[0])
    if world.rng.random() < 0.5:
        last_month = world.today.replace(day=1)
        every = [invoice for invoice in every if invoice.due < last_month]
    if len(every) < 2 or any(invoice.kept for invoice in every):
        return None
    return _unlisted(world, "whole_account", customer, every)


def _unlisted(world: World, case: str, customer: MadeCustomer, chosen: list[MadeInvoice]) -> MadePayment | None:
    rng, language = world.rng, customer.country.language
    alike = {invoice.left.amount for invoice in chosen}
    others = [each for each in world.open_of(customer, chosen[0].left.currency) if each not in chosen]
    if any(other.left.amount in alike for other in others):
        return None
    payer = payer_of(world, customer, customer.method)
    payment = paid(
        world, case, customer, [*map(in_full, chosen)], Told(rng.choice(("", *language.see_advice))),
        payer=payer, method=plain_way(customer),
    )  # fmt: skip
    if payment is None or not fits_once(world, customer, payment.amount):
        return None
    return payment if shown_is_enough(world, customer, payer.name, payer.account) else None


def _cut_list(world: World) -> MadePayment | None:
    """The field ends within the list; what it names and what the amount still needs leave one reading."""
    customer = a_debtor(
        world, lambda each: 6 <= len(all_unkept(world.open_of(each, each.currencies[0]))) <= MOST_ITEMS
    )
    if customer is None:
        return None
    chosen = all_unkept(world.open_of(customer, customer.currencies[0]))[:8]
    numbers = [invoice.number for invoice in chosen]
    words = f"{world.rng.choice(customer.country.language.invoice)} {', '.join(numbers)}".strip()[:_FIELD]
    way = plain_way(customer)
    if numbers[-1] in words:
        return None
    payment = paid(world, "list_cut", customer, [*map(in_full, chosen)], Told(words), method=way)
    return payment if payment and fits_once(world, customer, payment.amount) else None


CASES = {
    "consolidated_list": Case(8, _with_list),
    "consolidated_no_list": Case(2.5, _without_list),
    "whole_account": Case(1, _whole_account),
    "list_cut": Case(0.6, _cut_list),
}

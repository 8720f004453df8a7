"""One invoice without its number: by payer and amount, among alike ones, or under a name that is hardly one."""

from difflib import SequenceMatcher

from evals.streams.bank_text import Told
from evals.streams.drafting import Case, Payer, an_invoice, in_full, paid, payer_of, plain_way
from evals.streams.names import damaged_name, folded, without_form
from evals.streams.uniqueness import alike_first, fits_once, shown_is_enough
from evals.streams.wording import naming
from evals.streams.world import MadeCustomer, MadeInvoice, MadePayment, World

#: From here on two names resemble one another enough to be taken for one.
_RESEMBLES = 0.62
_EMPTY_WORDS = ("", "", "", "INVOICE", "PAYMENT", "Rechnung", "vendor payment", "facture", "ACH PAYMENT", "zaplata")


def _no_reference(world: World) -> MadePayment | None:
    """Who paid is certain and just one invoice fits."""
    invoice = an_invoice(world, lambda each: fits_once(world, each.customer, each.left) and not _alike(world, each))
    return _by_amount(world, "no_ref", invoice)


def _equal_amounts(world: World) -> MadePayment | None:
    """Several invoices of the amount are open: the one due first is meant."""
    invoice = an_invoice(world, lambda each: _alike(world, each) and fits_once(world, each.customer, each.left))
    if invoice is None or alike_first(world, invoice).kept:
        return None
    return _by_amount(world, "equal_amounts", alike_first(world, invoice))


def _by_amount(world: World, case: str, invoice: MadeInvoice | None) -> MadePayment | None:
    if invoice is None:
        return None
    customer = invoice.customer
    payer = payer_of(world, customer, customer.method)
    if not shown_is_enough(world, customer, payer.name, payer.account):
        return None
    words = world.rng.choice((*_EMPTY_WORDS, *customer.country.language.see_advice))
    return paid(world, case, customer, [in_full(invoice)], Told(words), payer=payer, method=plain_way(customer))


def _alike(world: World, invoice: MadeInvoice) -> bool:
    same = [each for each in world.open_of(invoice.customer, invoice.left.currency) if each.left == invoice.left]
    return len(same) > 1


def _mangled(world: World) -> MadePayment | None:
    """The name is damaged twice over and no account is shown; with a number half of the time."""
    invoice = an_invoice(world, lambda each: not _alike(world, each) and fits_once(world, each.customer, each.left))
    if invoice is None:
        return None
    customer = invoice.customer
    shown = damaged_name(world.rng, customer.name)
    named = world.rng.random() < 0.5
    if not named and _resembling(world, shown) != [customer]:
        return None
    words = naming(world.rng, customer.country.language, invoice.number) if named else ""
    payer = Payer(shown, "")
    told = Told(words, payer=shown)
    return paid(world, "mangled_payer", customer, [in_full(invoice)], told, payer=payer, method=plain_way(customer))


def _resembling(world: World, shown: str) -> list[MadeCustomer]:
    matcher = SequenceMatcher(None, "", folded(shown), autojunk=False)
    found = []
    for customer in world.customers:
        matcher.set_seq1(folded(without_form(customer.name)))
        if (
            matcher.real_quick_ratio() >= _RESEMBLES
            and matcher.quick_ratio() >= _RESEMBLES
            and matcher.ratio() >= _RESEMBLES
        ):
            found.append(customer)
    return found


def _trading_name(world: World) -> MadePayment | None:
    """A brand that shares no word with the company; named by number unless the brand is known."""
    invoice = an_invoice(world, lambda each: not _alike(world, each) and fits_once(world, each.customer, each.left))
    if invoice is None:
        return None
    customer = invoice.customer
    shown = customer.brand.upper() if world.rng.random() < 0.6 else customer.brand
    named = not customer.brand_known or world.brands[folded(shown)] > 1 or world.rng.random() < 0.4
    words = naming(world.rng, customer.country.language, invoice.number) if named else ""
    told = Told(words, payer=shown)
    way = plain_way(customer)
    return paid(world, "trading_name", customer, [in_full(invoice)], told, payer=Payer(shown, ""), method=way)


CASES = {
    "no_ref": Case(10, _no_reference),
    "equal_amounts": Case(2.5, _equal_amounts),
    "mangled_payer": Case(4, _mangled),
    "trading_name": Case(2, _trading_name),
}

"""One invoice, paid in full, whose number the payer names: exactly, by a standard, by its order, or damaged."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from evals.streams.bank_text import Told, structured
from evals.streams.drafting import Case, Payer, an_invoice, in_full, paid
from evals.streams.numbers import DAMAGES
from evals.streams.uniqueness import number_is_told, sums_to
from evals.streams.wording import line_in_full, naming, naming_with_more
from evals.streams.world import MadeInvoice, MadePayment, World

_STRUCTURED = ("sepa_scor", "bg_ocr", "boleto")


def _exact(world: World) -> MadePayment | None:
    invoice = an_invoice(world, lambda each: each.customer.method not in ("ach_ctx", "bai2", "lockbox", *_STRUCTURED))
    return _named(world, "exact_ref", invoice)


def _by_method(case: str, *methods: str) -> Callable[[World], MadePayment | None]:
    def build(world: World) -> MadePayment | None:
        return _named(world, case, an_invoice(world, lambda each: each.customer.method in methods))

    return build


def _named(world: World, case: str, invoice: MadeInvoice | None) -> MadePayment | None:
    if invoice is None:
        return None
    words = naming_with_more(world.rng, invoice.customer.country.language, invoice)
    return paid(world, case, invoice.customer, [in_full(invoice)], Told(words, (line_in_full(invoice),)))


def _structured(world: World) -> MadePayment | None:
    invoice = an_invoice(world, lambda each: each.customer.method in _STRUCTURED)
    if invoice is None:
        return None
    words = structured(invoice.customer, invoice.customer.method, invoice.number)
    return paid(world, "sepa_structured", invoice.customer, [in_full(invoice)], Told(words))


def _by_order(world: World) -> MadePayment | None:
    """The payer's own purchase order stands in for the number."""
    invoice = an_invoice(world, lambda each: bool(each.po_number))
    if invoice is None:
        return None
    words = world.rng.choice([f"PO {invoice.po_number}", invoice.po_number, f"Order {invoice.po_number}"])
    return paid(world, "po_ref", invoice.customer, [in_full(invoice)], Told(words))


def _damaged(case: str, damage: Callable[[Random, str], str]) -> Callable[[World], MadePayment | None]:
    def build(world: World) -> MadePayment | None:
        invoice = an_invoice(world, lambda each: each.customer.method not in _STRUCTURED)
        if invoice is None:
            return None
        written = damage(world.rng, invoice.number)
        if not written or not number_is_told(world, written, invoice):
            return None
        if case == "ref_transposed" and sums_to(world, invoice.customer, invoice.left) != 1:
            return None
        words = naming(world.rng, invoice.customer.country.language, written)
        line = replace(line_in_full(invoice), number=written)
        return paid(world, case, invoice.customer, [in_full(invoice)], Told(words, (line,)))

    return build


def _nameless(world: World) -> MadePayment | None:
    """The number is there, and nothing about who paid."""
    invoice = an_invoice(world)
    if invoice is None:
        return None
    words = naming(world.rng, invoice.customer.country.language, invoice.number)
    told = Told(words, (line_in_full(invoice),), payer=" ")
    return paid(world, "no_payer", invoice.customer, [in_full(invoice)], told, payer=Payer("", ""))


CASES = {
    "exact_ref": Case(21, _exact),
    "sepa_structured": Case(4, _structured),
    "ach_addenda": Case(4, _by_method("ach_addenda", "ach_ctx")),
    "bai2_detail": Case(2, _by_method("bai2_detail", "bai2")),
    "lockbox": Case(3, _by_method("lockbox", "lockbox")),
    "po_ref": Case(2, _by_order),
    "no_payer": Case(1, _nameless),
    **{name: Case(2, _damaged(name, damage)) for name, damage in DAMAGES.items()},
}

"""Money that nobody can place, with what tempts a hasty reader."""

from decimal import Decimal

from core.money import Money
from evals.streams.accounts import account_of
from evals.streams.drafting import Case, an_invoice
from evals.streams.names import folded, stranger
from evals.streams.uniqueness import family, is_free
from evals.streams.world import MadePayment, World
from ledger.model.match import MatchPart, PartKind

_WORDS = ("Miete Mai", "rent flat 4", "Danke!", "gift", "loyer", "Mitgliedsbeitrag", "REFUND VAT Q1", "interest", "",
          "remboursement sinistre", "Ebay 11-2201-48", "donation", "Kaution", "zwrot podatku", "hyra",
          "INTEREST PAID",
          "TAX REF", "salary correction", "dividend", "Order from your webshop", "invoice attached", "as discussed",
)  # fmt: skip


def _stranger(world: World) -> MadePayment | None:
    """No customer, and an amount that means nothing."""
    currency = world.rng.choice(world.customers).country.currency
    amount = Money(Decimal(world.rng.randint(500, 400000)) / 100, currency)
    return _unknown(world, amount, stranger(world.rng), world.rng.choice(_WORDS))


def _stranger_with_an_amount(world: World) -> MadePayment | None:
    """By chance to the cent what one invoice has open."""
    invoice = an_invoice(world)
    if invoice is None:
        return None
    return _unknown(world, invoice.left, stranger(world.rng), world.rng.choice(_WORDS))


def _nobody_with_an_amount(world: World) -> MadePayment | None:
    """No payer and no reference: an amount alone is never enough."""
    invoice = an_invoice(world, lambda each: not any(each.number in advice.text for advice in world.advices))
    return None if invoice is None else _unknown(world, invoice.left, "", "", account=False)


def _stranger_with_a_number(world: World) -> MadePayment | None:
    """A number of somebody else's system."""
    rng = world.rng
    number = f"{rng.randint(10**5, 10**8)}"
    if number[-4:] in world.last_digits:
        return None
    words = rng.choice((f"Rechnung {number} Kd 5512", f"Inv {number}", f"Vertrag {number}", f"policy no {number}"))
    currency = rng.choice(world.customers).country.currency
    return _unknown(world, Money(Decimal(rng.randint(1000, 300000)) / 100, currency), stranger(rng), words)


def _one_of_a_family(world: World) -> MadePayment | None:
    """A name cut so short that it is two customers', and an amount that fits neither."""
    for _ in range(40):
        customer = world.rng.choice(world.customers)
        stem = folded(customer.name).split(" ")[0]
        alike = world.named_like(f"{stem} ")
        if len(alike) < 2 or len(stem) < 4:
            continue
        amount = Money(Decimal(world.rng.randint(10000, 900000)) / 100, customer.country.currency)
        members = [member for each in alike for member in family(each)]
        if all(is_free(world, member, amount) for member in members):
            return _unknown(world, amount, customer.name.split(" ")[0].upper(), "", account=False)
    return None


def _unknown(world: World, amount: Money, name: str, words: str, *, account: bool = True) -> MadePayment:
    rng = world.rng
    shown = account_of(rng, rng.choice(("DE", "GB", "US", "FR", "NL"))) if account and rng.random() < 0.7 else ""
    parts = (MatchPart(PartKind.UNIDENTIFIED, "", amount),)
    way = rng.choice(("sepa", "ach", "wire", "fps", "check"))
    return MadePayment(world.next_payment_id(), world.today, amount, name, shown, words, way, "unidentified", parts)


def _nobody(world: World) -> MadePayment | None:
    ways = (_stranger, _stranger_with_an_amount, _stranger_with_an_amount, _nobody_with_an_amount,
            _stranger_with_a_number, _one_of_a_family)  # fmt: skip
    return world.rng.choice(ways)(world)


CASES = {"unidentified": Case(4, _nobody)}

"""The same money twice, and money that goes back."""

from collections.abc import Callable
from datetime import timedelta

from evals.streams.bank_text import Told
from evals.streams.drafting import Case, an_invoice, in_full, paid, plain_way
from evals.streams.uniqueness import is_free, sums_to
from evals.streams.wording import naming
from evals.streams.world import MadeCustomer, MadePayment, Planned, World
from ledger.model.match import MatchPart, PartKind

_TRIES = 60
#: Later, nobody returns or repeats a payment.
_RECENT_DAYS = 45
_WHOLE = frozenset({PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE, PartKind.CREDIT})


def _an_earlier(world: World, fits: Callable[[MadePayment], bool]) -> MadePayment | None:
    """A recent payment that stands, the only one of its customer and amount."""
    since = world.today - timedelta(days=_RECENT_DAYS)
    recent = world.payments[-600:]
    for _ in range(_TRIES if recent else 0):
        payment = world.rng.choice(recent)
        if payment.taken_back or payment.customer is None or payment.received_on < since or not fits(payment):
            continue
        if payment.amount.amount > 0 and _alone(world, payment.customer, payment):
            return payment
    return None


def _alone(world: World, customer: MadeCustomer, payment: MadePayment) -> bool:
    """No other payment of that amount by anybody whose payer looks the same, nor by the same customer."""
    same = [each for each in world.paid_by(customer) if each.amount == payment.amount]
    return same == [payment]


def _duplicate(world: World) -> MadePayment | None:
    """The same invoice paid again, days later, when nothing of that amount is open."""
    first = _an_earlier(world, lambda each: all(part.kind is PartKind.INVOICE for part in each.parts))
    if first is None or first.customer is None or first.case in ("factor", "pending_posted", "instalment"):
        return None
    paid_up = not any(world.by_number[part.document].left for part in first.parts)
    if not paid_up or not is_free(world, first.customer, first.amount):
        return None
    return _again(world, first, "duplicate", first.reference)


def _again(world: World, first: MadePayment, case: str, reference: str) -> MadePayment:
    parts = (MatchPart(PartKind.DUPLICATE, first.payment_id, first.amount),)
    return MadePayment(
        world.next_payment_id(), world.today, first.amount, first.payer_name, first.payer_account, reference,
        first.method, case, parts, first.customer,
    )  # fmt: skip


def _pending_then_posted(world: World) -> MadePayment | None:
    """A line shown as pending first, then booked: it is the same money."""
    invoice = an_invoice(world)
    if invoice is None or sums_to(world, invoice.customer, invoice.left) != 1:
        return None
    words = naming(world.rng, invoice.customer.country.language, invoice.number)
    way = plain_way(invoice.customer)
    payment = paid(world, "pending_posted", invoice.customer, [in_full(invoice)], Told(words), method=way)
    if payment is None:
        return None
    booked = payment.reference
    payment.reference = f"{world.rng.choice(('PENDING', 'PDNG', 'VORGEMERKT', 'EN COURS'))} {booked}"
    day = world.today + timedelta(days=world.rng.randint(1, 2))
    world.planned.append(Planned(day, lambda later: _again(later, payment, "pending_posted", booked)))
    return payment


def _returned(world: World) -> MadePayment | None:
    """A debit, cheque or transfer that the bank takes back: its invoices are open again."""
    first = _an_earlier(world, lambda each: all(part.kind in _WHOLE for part in each.parts))
    if first is None or first.customer is None or first.case in ("processor_payout", "card_charge", "factor"):
        return None
    rng, language = world.rng, first.customer.country.language
    words = rng.choice(language.returned)
    if rng.random() < 0.6:
        named = first.parts[0].document
        words = f"{words} {rng.choice((named, first.reference))}"
    return _back(world, first, "returned", words)


def _chargeback(world: World) -> MadePayment | None:
    """A cardholder disputes a charge; the processor takes it from us."""
    first = _an_earlier(world, lambda each: each.case == "card_charge")
    if first is None:
        return None
    dispute = f"{world.rng.choice(('CHARGEBACK', 'DISPUTE', 'CB'))} {world.rng.randint(10**6, 10**7)}"
    return _back(world, first, "chargeback", f"{dispute} {first.parts[0].document}")


def _back(world: World, first: MadePayment, case: str, words: str) -> MadePayment:
    world.take_back(first)
    return _out(world, first, case, words, MatchPart(PartKind.REVERSAL, first.payment_id, -first.amount))


def _out(world: World, first: MadePayment, case: str, words: str, part: MatchPart) -> MadePayment:
    return MadePayment(
        world.next_payment_id(), world.today, part.amount, first.payer_name, first.payer_account, words,
        first.method, case, (part,), first.customer,
    )  # fmt: skip


def _refund(world: World) -> MadePayment | None:
    """We send back what was paid twice, paid too much, or credited."""
    way = world.rng.choice((_refund_of_duplicate, _refund_of_duplicate, _refund_of_excess, _refund_of_credit))
    return way(world)


def _refund_of_duplicate(world: World) -> MadePayment | None:
    """The second payment goes back; the first one stands."""
    twice = [each for each in world.payments[-600:] if each.case == "duplicate" and not each.taken_back]
    if not twice:
        return None
    second = world.rng.choice(twice)
    second.taken_back = True
    assert second.customer is not None
    words = f"{world.rng.choice(second.customer.country.language.refund)} duplicate payment"
    return _out(world, second, "refund", words, MatchPart(PartKind.REVERSAL, second.payment_id, -second.amount))


def _refund_of_excess(world: World) -> MadePayment | None:
    """What stands on account goes back to the customer."""
    over = [each for each in world.payments[-600:] if each.case == "overpayment" and not each.taken_back]
    if not over:
        return None
    first = world.rng.choice(over)
    first.taken_back = True
    assert first.customer is not None
    part = MatchPart(PartKind.ON_ACCOUNT, first.customer.customer_id, -first.parts[-1].amount)
    words = f"{world.rng.choice(first.customer.country.language.refund)} overpayment {first.parts[0].document}"
    return _out(world, first, "refund", words, part)


def _refund_of_credit(world: World) -> MadePayment | None:
    """A credit note paid out instead of taken."""
    for customer in world.rng.sample(world.customers, min(len(world.customers), _TRIES)):
        for credit in world.credits_of(customer, customer.currencies[0]):
            if sum(each.left == credit.left for each in world.credits_of(customer, customer.currencies[0])) == 1:
                words = f"{world.rng.choice(customer.country.language.refund)} {credit.number}"
                part = MatchPart(PartKind.CREDIT, credit.number, -credit.left)
                return MadePayment(
                    world.next_payment_id(), world.today, -credit.left, customer.shown, customer.account, words,
                    plain_way(customer), "refund", (part,), customer,
                )  # fmt: skip
    return None


CASES = {
    "duplicate": Case(2, _duplicate),
    "pending_posted": Case(0.6, _pending_then_posted),
    "returned": Case(1.8, _returned),
    "chargeback": Case(0.6, _chargeback),
    "refund": Case(0.9, _refund),
}

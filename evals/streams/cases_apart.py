"""Money whose explanation comes by e-mail: remittance advices, and the reports of payment processors."""

from datetime import date, timedelta
from decimal import Decimal

from core.money import Money
from evals.streams.bank_text import Line, Told
from evals.streams.drafting import (
    Case,
    Payer,
    a_debtor,
    account_of_other,
    an_invoice,
    credit_taken,
    in_full,
    in_part,
    lacking,
    paid,
    payer_of,
    plain_way,
)
from evals.streams.remittance_mail import remittance_mail
from evals.streams.uniqueness import all_unkept, shown_is_enough
from evals.streams.wording import line_in_full, line_less
from evals.streams.world import MadeAdvice, MadeCustomer, MadeInvoice, MadePayment, World
from ledger.model.match import MatchPart, PartKind

_PROCESSORS = (("STRIPE", "STRIPE PAYMENTS EUROPE LTD"), ("ADYEN", "ADYEN N.V."), ("PAYPAL", "PAYPAL INC"),
               ("GOCARDLESS", "GOCARDLESS LTD"), ("WORLDPAY", "WORLDPAY UK LTD"), ("SQUARE", "SQUARE INC"),
)  # fmt: skip
#: The dearest that a card charge of ours gets, in US dollars or the like.
_MOST_BY_CARD = Decimal(6000)


def _advised(world: World) -> MadePayment | None:
    """An e-mail lists what the payment is for; the bank line says nothing, or points to it."""
    customer = _to_advise(world)
    if customer is None:
        return None
    found = all_unkept(world.open_of(customer, customer.currencies[0]))
    chosen = world.rng.sample(found, world.rng.randint(1, min(8, len(found))))
    parts = [*map(in_full, chosen)]
    return _with_mail(world, "remittance_email", customer, chosen, parts, [*map(line_in_full, chosen)])


def _advised_deductions(world: World) -> MadePayment | None:
    """The list holds a deduction with its reason, or a credit note."""
    customer = _to_advise(world)
    if customer is None:
        return None
    rng, language = world.rng, customer.country.language
    found = all_unkept(world.open_of(customer, customer.currencies[0]))
    chosen = rng.sample(found, rng.randint(1, min(6, len(found))))
    lines = [*map(line_in_full, chosen)]
    parts = [*map(in_full, chosen)]
    credits = world.credits_of(customer, customer.currencies[0])
    if credits and rng.random() < 0.5:
        credit = rng.choice(credits)
        parts.append(credit_taken(credit))
        lines.append(Line(credit.number, -credit.left, credit.left, Money.zero(credit.left.currency)))
        return _with_mail(world, "remittance_deductions", customer, chosen, parts, lines)
    short = rng.randrange(len(chosen))
    invoice = chosen[short]
    less = Money(invoice.left.amount * Decimal(rng.choice(("0.05", "0.1", "0.2"))), invoice.left.currency)
    less = less.rounded_half_up()
    if not less:
        return None
    lines[short] = line_less(invoice, less, rng.choice(language.reasons))
    parts[short] = in_part(invoice, invoice.left - less)
    parts.append(lacking(invoice, PartKind.SHORT_PAY, less))
    invoice.kept = True
    return _with_mail(world, "remittance_deductions", customer, chosen, parts, lines)


def _to_advise(world: World) -> MadeCustomer | None:
    return a_debtor(
        world, lambda each: each.domain_known and bool(all_unkept(world.open_of(each, each.currencies[0])))
    )


def _with_mail(
    world: World,
    case: str,
    customer: MadeCustomer,
    chosen: list[MadeInvoice],
    parts: list[MatchPart],
    lines: list[Line],
) -> MadePayment | None:
    rng, language = world.rng, customer.country.language
    payer = payer_of(world, customer, customer.method)
    if not shown_is_enough(world, customer, payer.name, payer.account):
        return None
    words = rng.choice(language.see_advice)
    payment = paid(world, case, customer, parts, Told(words), payer=payer, method=plain_way(customer))
    if payment is None:
        return None
    earliest = max(invoice.issued for invoice in chosen)
    sent = max(earliest, _credited(world, parts) or earliest, world.today - timedelta(days=rng.randint(0, 3)))
    days = [invoice.issued for invoice in chosen] + [sent] * (len(lines) - len(chosen))
    text = remittance_mail(rng, language, lines, days, payment.amount, world.today)
    world.advices.append(MadeAdvice(sent, f"{rng.choice(('ap', 'accounts', 'payables'))}@{customer.domain}", text))
    return payment


def _credited(world: World, parts: list[MatchPart]) -> date | None:
    issued = [world.credit_by_number[part.document].issued for part in parts if part.kind is PartKind.CREDIT]
    return max(issued, default=None)


def _card(world: World) -> MadePayment | None:
    """One charge paid out by itself, less the processor's fee."""
    invoice = an_invoice(world, _by_card)
    if invoice is None:
        return None
    fee = _card_fee(world, invoice.left)
    processor, name = world.rng.choice(_PROCESSORS)
    words = f"{processor} {world.rng.choice(('CHARGE', 'TRANSFER', 'SETTLEMENT'))} {invoice.number} FEE {fee.amount}"
    parts = [in_part(invoice, invoice.left - fee), lacking(invoice, PartKind.FEE, fee)]
    payer = Payer(name, account_of_other(world, name))
    return paid(world, "card_charge", invoice.customer, parts, Told(words, payer=name), payer=payer, method="card")


def _by_card(invoice: MadeInvoice) -> bool:
    return Decimal(50) < invoice.left.amount < _MOST_BY_CARD


def _card_fee(world: World, amount: Money) -> Money:
    percent = Decimal(world.rng.choice(("1.4", "1.9", "2.9")))
    return Money(amount.amount * percent / 100 + Decimal("0.30"), amount.currency).rounded_half_up()


def _payout(world: World) -> MadePayment | None:
    """Many charges less fees, at times less a refund of an earlier charge; a report names each."""
    first = an_invoice(world, _by_card)
    if first is None:
        return None
    rng, chosen = world.rng, [first]
    for _ in range(rng.randint(2, 9)):
        other = an_invoice(world, lambda each: _by_card(each) and each.left.currency == first.left.currency)
        if other is not None and other not in chosen:
            chosen.append(other)
    processor, name = rng.choice(_PROCESSORS)
    payout = f"{processor[:2]}-{rng.randint(10**7, 10**8)}"
    parts, rows = _charges(world, chosen)
    back = _refunded_charge(world, processor, first.left.currency)
    if back is not None and rng.random() < 0.5:
        parts.append(MatchPart(PartKind.REVERSAL, back.payment_id, -back.amount))
        rows.append(f"refund,{back.parts[0].document},-{back.amount.amount},0.00,-{back.amount.amount}")
    payer = Payer(name, account_of_other(world, name))
    told = Told(f"{processor} PAYOUT {payout}", payer=name)
    payment = paid(world, "processor_payout", first.customer, parts, told, payer=payer, method="card")
    if payment is None:
        return None
    if any(part.kind is PartKind.REVERSAL for part in parts) and back is not None:
        world.take_back(back)
    report = f"Payout {payout}\nDate: {world.today}\n\ntype,invoice,gross,fee,net\n" + "\n".join(rows)
    text = f"{report}\n\nNet payout: {payment.amount.amount} {payment.amount.currency}"
    world.advices.append(MadeAdvice(world.today, f"reports@{processor.lower()}.example", text))
    payment.customer = None
    return payment


def _charges(world: World, chosen: list[MadeInvoice]) -> tuple[list[MatchPart], list[str]]:
    """Fee by fee, or one fee for all that falls on the invoice named last."""
    fees = [_card_fee(world, invoice.left) for invoice in chosen]
    if world.rng.random() < 0.25:
        whole = fees[0]
        for fee in fees[1:]:
            whole = whole + fee
        if whole < chosen[-1].left:
            rows = [f"charge,{each.number},{each.left.amount},,{each.left.amount}" for each in chosen]
            rows.append(f"fees,,,{whole.amount},-{whole.amount}")
            last = chosen[-1]
            parts = [*map(in_full, chosen[:-1]), in_part(last, last.left - whole)]
            return [*parts, lacking(last, PartKind.FEE, whole)], rows
    parts, rows = [], []
    for invoice, fee in zip(chosen, fees, strict=True):
        net = invoice.left - fee
        parts += [in_part(invoice, net), lacking(invoice, PartKind.FEE, fee)]
        rows.append(f"charge,{invoice.number},{invoice.left.amount},{fee.amount},{net.amount}")
    return parts, rows


def _refunded_charge(world: World, processor: str, currency: str) -> MadePayment | None:
    """An earlier single charge by this processor that the customer got back."""
    for payment in reversed(world.payments[-400:]):
        is_charge = payment.case == "card_charge" and payment.reference.startswith(processor)
        if is_charge and not payment.taken_back and payment.amount.currency == currency:
            return payment
    return None


CASES = {
    "remittance_email": Case(5, _advised),
    "remittance_deductions": Case(2, _advised_deductions),
    "card_charge": Case(1.5, _card),
    "processor_payout": Case(1.5, _payout),
}

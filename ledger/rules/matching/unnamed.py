"""Stories for a payment that names no document: the amount must speak, and only for a payer who is known."""

from collections.abc import Iterator
from decimal import Decimal

from ledger.model.match import MatchPart, OpenInvoice, PartKind
from ledger.rules.matching.book import KnownPayment, due_order
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.document_numbers import core_digits, damaged_forms
from ledger.rules.matching.evidence import Evidence
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, chance_sign, invoice_parts, listed
from ledger.rules.matching.payer import PayerMark
from ledger.rules.matching.references import DocumentType, Strength, nearly_names
from ledger.rules.matching.unnamed_case import UnnamedCase
from ledger.rules.matching.unnamed_less import less_stories
from ledger.rules.matching.unnamed_sets import set_stories

_REPEAT_DAYS = 45
_SOON_DAYS = 10
_PENDING_DAYS = 5
_SHOWN_BY_AMOUNT = 3
_LOOKED_AT_BY_AMOUNT = 20
_CLAIMED = 0.9
_NEARLY_WORDS = {
    Strength.DIGITS: "named in the reference by its digits",
    Strength.ENDING: "named in the reference by its last digits",
    Strength.DAMAGED: "meant in the reference, one digit damaged",
}


def unnamed_stories(evidence: Evidence) -> Iterator[Hypothesis]:
    """Every story that the payer and the amount alone allow."""
    if not evidence.identity.known:
        yield from _by_amount_alone(evidence)
        return
    case = UnnamedCase(evidence)
    singles = list(_singles(case))
    yield from singles
    yield from _repeated(case, alike_open=bool(singles))
    yield from set_stories(case, besides_a_single=bool(singles))
    yield from less_stories(case)
    yield from _instalment_again(case)
    yield _on_account(case)


def unnamed_singles(evidence: Evidence) -> Iterator[Hypothesis]:
    """One open invoice of the payer with exactly this balance, though the text names another document."""
    if evidence.identity.known:
        yield from _singles(UnnamedCase(evidence))


def _singles(case: UnnamedCase) -> Iterator[Hypothesis]:
    """One invoice with exactly this open balance, the payer's own before its family's."""
    family = set(case.evidence.identity.family)
    same = [i for i in case.evidence.book.invoices_with_open(case.paid) if i.customer_id in family]
    for customer_id, alike in _by_customer(same):
        first = _not_claimed(case, alike)
        why = f"{first.number} has exactly this open balance."
        if len(alike) > 1:
            why = (
                f"{listed([i.number for i in alike])} are alike in amount and currency and nothing tells them "
                f"apart: {first.number} is due first."
            )
        signs = [] if customer_id == case.payer else [Sign.OF_THE_FAMILY]
        named = _slip_of(case.evidence, alike)
        if named is not None:
            first, quote = named
            why = f"{first.number} has exactly this open balance, and {quote!r} is one slip away from it."
            signs.append(Sign.SLIP_AND_EXACT)
        yield case.story(Fit.EXACT, invoice_parts([first], [case.zero]), [first], why, signs=signs)


def _not_claimed(case: UnnamedCase, alike: list[OpenInvoice]) -> OpenInvoice:
    """The one due first, of those that no waiting payment of another amount almost certainly takes."""
    for invoice in alike:
        waiting = case.evidence.book.waiting_on(invoice.number)
        if not any(one.confidence >= _CLAIMED and one.payment.amount != case.paid for one in waiting):
            return invoice
    return alike[0]


def _slip_of(evidence: Evidence, invoices: list[OpenInvoice]) -> tuple[OpenInvoice, str] | None:
    """The invoice whose number is one slip away from a number in the text, with that text."""
    for reference in evidence.references:
        if reference.kind is not DocumentType.INVOICE:
            continue
        slips = {form for document in reference.documents for form in damaged_forms(core_digits(document))}
        for invoice in invoices:
            if core_digits(invoice.number) in slips:
                return invoice, reference.quote
    for invoice in invoices:
        nearly = nearly_names(evidence.payment.reference, invoice.number)
        if nearly in (Strength.DIGITS, Strength.DAMAGED):
            return invoice, evidence.payment.reference.strip()[:60]
    return None


def _repeated(case: UnnamedCase, *, alike_open: bool) -> Iterator[Hypothesis]:
    """The same payer paid the same amount a short while ago, with the same words."""
    day = case.evidence.payment.received_on
    for known in case.evidence.book.earlier_payments(case.evidence.payment, case.paid)[:1]:
        days = (day - known.payment.received_on).days
        if days > _REPEAT_DAYS:
            continue
        part = MatchPart(PartKind.DUPLICATE, known.payment.payment_id, case.paid)
        why = f"The same amount came {days} days before as payment {known.payment.payment_id}."
        # With an invoice of this amount open, the next payment of it is that invoice's.
        signs = [*_repeat_signs(case, known, days), *((Sign.ALIKE_OPEN,) if alike_open else ())]
        blocked = "" if known.posted else "the payment that it repeats still waits for a person"
        yield case.story(Fit.DUPLICATE, [part], (), why, blocked=blocked, signs=signs)


def _repeat_signs(case: UnnamedCase, known: KnownPayment, days: int) -> list[Sign]:
    reference, other = case.evidence.payment.reference.strip(), known.payment.reference.strip()
    signs = []
    if days <= _SOON_DAYS:
        signs.append(Sign.REPEAT_SOON)
    if reference and reference == other:
        signs.append(Sign.REPEAT_ALIKE)
    pending = Cue.PENDING in case.evidence.cues or any(word in other.upper() for word in ("PENDING", "VORGEMERKT"))
    if pending and days <= _PENDING_DAYS:
        signs.append(Sign.REPEAT_PENDING)
    invoices = [case.evidence.book.invoice(part.document) for part in known.parts if part.kind is PartKind.INVOICE]
    if any(invoice is not None and invoice.open_balance >= case.paid for invoice in invoices):
        signs.append(Sign.EARLIER_STILL_OPEN)
    return signs


def _instalment_again(case: UnnamedCase) -> Iterator[Hypothesis]:
    """A partly paid invoice that this payer paid the same amount on before."""
    for known in case.evidence.book.earlier_payments(case.evidence.payment, case.paid)[:3]:
        numbers = [part.document for part in known.parts if part.kind is PartKind.INVOICE]
        invoice = case.evidence.book.invoice(numbers[0]) if len(numbers) == 1 else None
        if invoice is None or not known.posted or invoice.open_balance < case.paid:
            continue
        parts = invoice_parts([invoice], [invoice.open_balance - case.paid])
        why = f"The same amount was paid on {invoice.number} on {known.payment.received_on}, which is still open."
        yield case.story(Fit.INSTALMENT_AGAIN, parts, [invoice], why)


def _on_account(case: UnnamedCase) -> Hypothesis:
    """Nothing fits: the customer's own money, which a person places, unless the text calls it a deposit."""
    deposit = Cue.DEPOSIT in case.evidence.cues
    part = MatchPart(PartKind.ON_ACCOUNT, case.payer, case.paid)
    why = "The text calls it a deposit." if deposit else "No open invoice explains the amount."
    blocked = "" if deposit else "nothing says what it is for"
    signs = (Sign.DEPOSIT_SAID,) if deposit else ()
    return case.story(Fit.ON_ACCOUNT, [part], (), why, blocked=blocked, signs=signs)


def _by_amount_alone(evidence: Evidence) -> Iterator[Hypothesis]:
    """Nobody is known: invoices with this amount are shown, those of tied names first.

    Posted only where the text nearly names the one invoice, or where the payer is one of several and only one of
    them has this amount open.
    """
    same = evidence.book.invoices_with_open(evidence.payment.amount, _LOOKED_AT_BY_AMOUNT)
    tied = set(evidence.identity.tied)
    same.sort(key=lambda invoice: (invoice.customer_id not in tied, *due_order(invoice)))
    nearly = {i.number: nearly_names(evidence.payment.reference, i.number) for i in same}
    named = [invoice for invoice in same if nearly[invoice.number]]
    blocked = "" if len(named) == 1 else "the text fits several invoices of this amount"
    if len(same) == _LOOKED_AT_BY_AMOUNT:
        blocked = "more invoices have this amount than are looked at: the text may fit another one"
    for invoice in named[:_SHOWN_BY_AMOUNT]:
        weak = nearly[invoice.number] is Strength.ENDING and invoice.customer_id not in tied
        why = "last digits tell nothing where the payer is unknown" if weak else ""
        yield _nearly_named(evidence, invoice, nearly[invoice.number], blocked=blocked or why)
    holders = {invoice.customer_id for invoice in same} & tied
    for _, alike in _by_customer([i for i in same if not nearly[i.number]])[:_SHOWN_BY_AMOUNT]:
        yield _same_amount(evidence, alike[0], tied=alike[0].customer_id in tied, one=len(holders) == 1)


def _nearly_named(evidence: Evidence, invoice: OpenInvoice, strength: Strength | None, *, blocked: str) -> Hypothesis:
    words = _NEARLY_WORDS[strength or Strength.DAMAGED]
    return Hypothesis(
        Fit.EXACT,
        invoice_parts([invoice], [invoice.open_balance - invoice.open_balance]),
        (invoice.customer_id,),
        (f"{invoice.number} {words}.", "The amount is the open balance."),
        strength=strength,
        blocked=blocked,
        signs=(Sign.SLIP_AND_EXACT,),
    )


def _same_amount(evidence: Evidence, invoice: OpenInvoice, *, tied: bool, one: bool) -> Hypothesis:
    blocked = "an amount alone tells nothing"
    if tied:
        blocked = "" if one else "the payer could be several customers"
    who = "The payer is not known."
    if tied:
        who = "The payer's name or account fits several customers."
        if one:
            who += " Only this one has the amount open."
    unit = 100 if evidence.payment.amount.amount == evidence.payment.amount.amount.to_integral_value() else 1
    unit *= 10 if not evidence.payment.amount.amount % Decimal(10) else 1
    open_to_tied = sum(
        evidence.book.open_number(customer_id, evidence.currency) for customer_id in evidence.identity.tied
    )
    signs = [Sign.ONE_OF_TIED, chance_sign(open_to_tied, evidence.payment.amount, unit)]
    if not tied:
        signs = [Sign.UNKNOWN_PAYER if evidence.payment.payer_name.strip() else Sign.NO_PAYER]
    return Hypothesis(
        Fit.EXACT,
        invoice_parts([invoice], [invoice.open_balance - invoice.open_balance]),
        (invoice.customer_id,),
        (f"{invoice.number} has exactly this open balance.", who),
        mark=PayerMark.TIED if tied else PayerMark.NOBODY,
        blocked=blocked,
        signs=tuple(signs),
    )


def _by_customer(invoices: list[OpenInvoice]) -> list[tuple[str, list[OpenInvoice]]]:
    by: dict[str, list[OpenInvoice]] = {}
    for invoice in invoices:
        by.setdefault(invoice.customer_id, []).append(invoice)
    return [(customer_id, sorted(found, key=due_order)) for customer_id, found in by.items()]

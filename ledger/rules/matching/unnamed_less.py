"""Stories in which a payment that names nothing is for one invoice, less something or a part of it, or more."""

from collections.abc import Iterator
from decimal import Decimal

from core.money import Money
from ledger.model.match import MatchPart, OpenInvoice, PartKind
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, invoice_parts
from ledger.rules.matching.unnamed_case import UnnamedCase
from ledger.rules.matching.withheld_tax import with_tax_withheld

_CENT = Decimal("0.01")
_HALF = Decimal("0.5")
_EVEN_PARTS = (2, 3, 4, 5, 6, 10, 12)
_OVER_SHARE = Decimal("0.1")
#: Invoices of one payer that are looked at.
_LOOKED_AT = 200
_TAKEN_OFF = frozenset({Cue.DEDUCTION, Cue.DISCOUNT, Cue.TAX, Cue.LESS})
_NOT_NAMED = "nothing names the invoice that it is a part of"


def less_stories(case: UnnamedCase) -> Iterator[Hypothesis]:
    """One invoice less its early-payment discount, a fee, a stated deduction; then a part of it, or more than it."""
    for alike in _alike(case.open[:_LOOKED_AT]):
        invoice = alike[0]
        gap = invoice.open_balance - case.paid
        if gap > case.zero:
            yield from _less(case, invoice, gap)
    if len(case.open) == 1 and Cue.DEPOSIT not in case.evidence.cues:
        yield from _only_one_open(case, case.open[0])


def _less(case: UnnamedCase, invoice: OpenInvoice, gap: Money) -> Iterator[Hypothesis]:
    discount = discount_of(invoice)
    usual = case.evidence.usual_deduction((case.payer,), gap, invoice.open_balance)
    cues, fees = case.evidence.cues, case.evidence.book.fees
    if discount is not None and abs((gap - discount).amount) <= _CENT:
        yield _discounted(case, invoice, gap)
    elif usual is not None:
        parts = (*invoice_parts([invoice], [gap]), MatchPart(usual.kind, invoice.number, gap))
        why = f"The amount is the open balance of {invoice.number} less {gap}, {usual.words}."
        fit = Fit.FEE if usual.kind is PartKind.FEE else Fit.SHORT_PAY
        as_tax = with_tax_withheld(parts) if usual.is_tax else ()
        yield case.story(fit, parts, [invoice], why, signs=(Sign.FEE_USUAL,), as_tax=as_tax)
    elif Cue.FEE in cues and fees.allows_said(gap, invoice.open_balance):
        yield _less_a_fee(case, invoice, gap, said=True)
    elif cues.writes(gap.amount) or _by_rate(case, invoice, gap):
        yield _deducted(case, invoice, gap)
    elif fees.allows_unsaid(gap, invoice.open_balance) and not cues.words & _TAKEN_OFF:
        yield _less_a_fee(case, invoice, gap, said=False)
    elif _is_even_part(case, invoice):
        parts = invoice_parts([invoice], [gap])
        said = Cue.PART in case.evidence.cues
        why = f"The amount is an even part of the open balance of {invoice.number}."
        signs = (Sign.EVEN_PART, *((Sign.PART_SAID,) if said else ()))
        yield case.story(Fit.PART_PAYMENT, parts, [invoice], why, blocked=_NOT_NAMED, signs=signs)


def _discounted(case: UnnamedCase, invoice: OpenInvoice, gap: Money) -> Hypothesis:
    until = discount_until(invoice)
    late = until is not None and case.evidence.payment.received_on > until
    kind, fit = (PartKind.SHORT_PAY, Fit.LATE_DISCOUNT) if late else (PartKind.DISCOUNT, Fit.DISCOUNT)
    parts = (*invoice_parts([invoice], [gap]), MatchPart(kind, invoice.number, gap))
    when = "after its window; it stays open" if late else "within the terms"
    why = f"The amount is the open balance of {invoice.number} less {gap} early-payment discount, {when}."
    signs = (Sign.DISCOUNT_SAID,) if Cue.DISCOUNT in case.evidence.cues else ()
    return case.story(fit, parts, [invoice], why, signs=signs)


def _less_a_fee(case: UnnamedCase, invoice: OpenInvoice, gap: Money, *, said: bool) -> Hypothesis:
    """Shown to a person where neither the invoice is named nor a fee."""
    parts = (*invoice_parts([invoice], [gap]), MatchPart(PartKind.FEE, invoice.number, gap))
    why = f"The amount is the open balance of {invoice.number} less {gap}, as a fee would be."
    signs = [Sign.FEE_SAID] if said else []
    if gap.amount % _HALF:
        signs.append(Sign.FEE_ODD)
    blocked = "" if said else "nothing names the invoice, and nothing says that a fee was taken"
    return case.story(Fit.FEE, parts, [invoice], why, blocked=blocked, signs=signs)


def _deducted(case: UnnamedCase, invoice: OpenInvoice, gap: Money) -> Hypothesis:
    parts = (*invoice_parts([invoice], [gap]), MatchPart(PartKind.SHORT_PAY, invoice.number, gap))
    why = f"The amount is the open balance of {invoice.number} less {gap}, as the text states; that stays open."
    if Cue.TAX in case.evidence.cues:
        why = (
            f"The amount is the open balance of {invoice.number} less {gap}, which looks like tax withheld: it stays "
            "open, and an adjustment for it is a person's to make."
        )
    written = case.evidence.cues.writes(gap.amount)
    signs = (Sign.GAP_WRITTEN if written else Sign.GAP_BY_RATE,)
    as_tax = with_tax_withheld(parts) if Cue.TAX in case.evidence.cues else ()
    return case.story(Fit.SHORT_PAY, parts, [invoice], why, signs=signs, as_tax=as_tax)


def _by_rate(case: UnnamedCase, invoice: OpenInvoice, gap: Money) -> bool:
    return any(
        abs(invoice.open_balance.amount * percent / 100 - gap.amount) <= _CENT
        for percent in case.evidence.cues.percents
    )


def _is_even_part(case: UnnamedCase, invoice: OpenInvoice) -> bool:
    whole = invoice.amount.amount
    return any(abs(whole / parts - case.paid.amount) <= _CENT for parts in _EVEN_PARTS)


def _only_one_open(case: UnnamedCase, invoice: OpenInvoice) -> Iterator[Hypothesis]:
    """Shown to a person: more than the only open invoice, or a part of it."""
    over = case.paid - invoice.open_balance
    if case.zero < over and over.amount <= _OVER_SHARE * invoice.open_balance.amount:
        parts = (*invoice_parts([invoice], [case.zero]), MatchPart(PartKind.ON_ACCOUNT, case.payer, over))
        why = f"{over} more than {invoice.number}, the only open invoice, goes on the customer's account."
        yield case.story(Fit.OVERPAID, parts, [invoice], why, blocked="nothing names the invoice")
    elif over < case.zero and Cue.PART in case.evidence.cues:
        parts = invoice_parts([invoice], [-over])
        why = f"The text says that it is a part, and {invoice.number} is the only open invoice."
        yield case.story(Fit.PART_PAYMENT, parts, [invoice], why, blocked=_NOT_NAMED, signs=(Sign.PART_SAID,))


def _alike(invoices: list[OpenInvoice]) -> list[list[OpenInvoice]]:
    """Invoices alike in open balance, amount, terms and issue day together; due first within each."""
    by: dict[object, list[OpenInvoice]] = {}
    for invoice in invoices:
        by.setdefault((invoice.open_balance, invoice.amount, invoice.terms), []).append(invoice)
    return list(by.values())

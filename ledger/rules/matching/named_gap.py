"""Stories for a payment below what is open on the documents that its text names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from core.money import Money, total
from ledger.model.match import MatchPart, OpenCredit, OpenInvoice, PartKind
from ledger.rules.matching.cues import Cue, read_cues
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, credit_parts, gap_on_last, invoice_parts, listed
from ledger.rules.matching.named_case import NamedCase
from ledger.rules.matching.subset_sum import subset_sums
from ledger.rules.matching.withheld_tax import usual_tax_rate, with_tax_withheld

#: Words that something was taken off the amount.
_TAKEN_OFF = frozenset({Cue.DEDUCTION, Cue.DISCOUNT, Cue.FEE, Cue.LESS})
_CENT_PER_DOCUMENT = Decimal("0.01")
_LARGE_GAP = Decimal("0.5")


def gap_stories(case: NamedCase) -> Iterator[Hypothesis]:
    """Less is paid than is open: a credit note, discounts, a fee, a deduction, a part, or only some of them."""
    yield from _credit_not_named(case)
    discounts = list(_discounts(case))
    yield from discounts
    if not discounts:
        yield from _less(case)
    yield from _some_of_them(case)


def _credit_not_named(case: NamedCase) -> Iterator[Hypothesis]:
    """A credit note was taken that the text does not name: the gap is one, or a unique sum of several."""
    used = {credit.number for credit in case.credits}
    open_credits = [
        credit
        for customer_id in case.customers
        for credit in case.evidence.book.open_credits(customer_id, case.currency)
        if credit.number not in used
    ]
    same = [credit for credit in open_credits if credit.open_balance == case.gap]
    numbers = {invoice.number for invoice in case.invoices}
    same = [credit for credit in same if credit.invoice_number in numbers] or same
    taken = same[:1] or _credit_sum(open_credits, case.gap)
    if taken:
        parts = (*invoice_parts(case.invoices, case.full()), *credit_parts([*case.credits, *taken]))
        why = f"The amount is the open balance less credit note {listed([c.number for c in taken])}."
        told = Cue.CREDIT in case.evidence.cues or taken[0].invoice_number in numbers
        yield case.story(
            Fit.CREDIT_TAKEN, parts, why, credits=[*case.credits, *taken], signs=(Sign.CREDIT_TOLD,) if told else ()
        )


def _credit_sum(open_credits: list[OpenCredit], gap: Money) -> list[OpenCredit]:
    found = subset_sums([(c.open_balance.amount, 1) for c in open_credits], gap.amount)
    if len(found.solutions) != 1 or not found.complete:
        return []
    return [credit for credit, n in zip(open_credits, found.solutions[0], strict=True) if n]


def _discounts(case: NamedCase) -> Iterator[Hypothesis]:
    offered = [discount_of(invoice) or case.zero for invoice in case.invoices]
    for chosen in _discount_choices(case, offered):
        difference = (total(chosen, case.currency) - case.gap).amount
        if not any(chosen) or abs(difference) > _CENT_PER_DOCUMENT * len(chosen):
            continue
        lacking = _absorb(chosen, difference)
        if not all(case.zero <= gap < i.open_balance for i, gap in zip(case.invoices, lacking, strict=True)):
            continue
        late = any(gap and _is_late(case, i) for i, gap in zip(case.invoices, lacking, strict=True))
        taken = [
            MatchPart(PartKind.SHORT_PAY if _is_late(case, i) else PartKind.DISCOUNT, i.number, gap)
            for i, gap in zip(case.invoices, lacking, strict=True)
            if gap
        ]
        parts = (*invoice_parts(case.invoices, lacking), *credit_parts(case.credits), *taken)
        signs = (Sign.DISCOUNT_SAID,) if Cue.DISCOUNT in case.evidence.cues else ()
        if late:
            why = f"{case.gap} early-payment discount was taken after its window; it stays open."
            yield case.story(Fit.LATE_DISCOUNT, parts, why, signs=signs)
        else:
            why = f"{case.gap} early-payment discount was taken within the terms."
            yield case.story(Fit.DISCOUNT, parts, why, signs=signs)
        return


def _is_late(case: NamedCase, invoice: OpenInvoice) -> bool:
    until = discount_until(invoice)
    return until is not None and case.evidence.payment.received_on > until


def _discount_choices(case: NamedCase, offered: list[Money]) -> Iterator[list[Money]]:
    """The discount on all that grant one, on those within their window, on each alone, then the only sum of some."""
    yield offered
    yield [case.zero if _is_late(case, i) else d for i, d in zip(case.invoices, offered, strict=True)]
    granting = [position for position, discount in enumerate(offered) if discount]
    if len(granting) > 1:
        for position in granting:
            yield [discount if at == position else case.zero for at, discount in enumerate(offered)]
        found = subset_sums([(offered[position].amount, 1) for position in granting], case.gap.amount)
        if len(found.solutions) == 1 and found.complete:
            taken = {position for position, n in zip(granting, found.solutions[0], strict=True) if n}
            yield [discount if at in taken else case.zero for at, discount in enumerate(offered)]


def _absorb(chosen: list[Money], difference: Decimal) -> list[Money]:
    """The chosen discounts with the payer's rounding difference on the last of them."""
    last = max(position for position, discount in enumerate(chosen) if discount)
    adjusted = list(chosen)
    adjusted[last] = adjusted[last] - Money(difference, adjusted[last].currency)
    return adjusted


def _less(case: NamedCase) -> Iterator[Hypothesis]:
    """A fee, a usual deduction, a stated one, or just a part: whatever the words and the size of the gap say."""
    lacking = _where_it_lacks(case)
    if lacking is None:
        return
    reason = _reason_for_gap(case)
    money = [*invoice_parts(case.invoices, lacking), *credit_parts(case.credits)]
    gaps = [
        MatchPart(PartKind.SHORT_PAY, invoice.number, gap)
        for invoice, gap in zip(case.invoices, lacking, strict=True)
        if gap
    ]
    parts = [*money, *(replace(gap, kind=reason.kind) for gap in gaps if reason.kind is not None)]
    signs = list(reason.signs)
    if reason.kind is not None and case.evidence.cues.writes(case.gap.amount):
        signs.append(Sign.GAP_WRITTEN)
    if len(case.invoices) > 1 and case.gap.amount > _LARGE_GAP * (case.gap + case.paid).amount:
        signs.append(Sign.GAP_LARGE)
    as_tax = with_tax_withheld(money, gaps) if _may_be_tax(case, reason) else ()
    yield case.story(reason.fit, parts, reason.why, signs=signs, held=reason.held, as_tax=as_tax)


def _where_it_lacks(case: NamedCase) -> list[Money] | None:
    """The gap by invoice: where the stated amounts put it, else on the one named last."""
    stated = [case.naming.stated.get(invoice.number) for invoice in case.invoices]
    below = [
        position
        for position, (invoice, line) in enumerate(zip(case.invoices, stated, strict=True))
        if line and case.zero < line < invoice.open_balance and invoice.open_balance - line == case.gap
    ]
    if len(case.invoices) > 1 and len(below) == 1:
        lacking = case.full()
        lacking[below[0]] = case.gap
        return lacking
    return gap_on_last(case.invoices, case.gap)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why less was paid. `kind` is what lacks on the invoice; None where it just stays open."""

    fit: Fit
    kind: PartKind | None
    why: str
    signs: tuple[Sign, ...] = ()
    held: str = ""
    is_tax: bool = False


def _reason_for_gap(case: NamedCase) -> _Reason:
    cues, gap, whole = case.evidence.cues, case.gap, case.paid + case.gap
    if Cue.PART in cues and Cue.FEE not in cues:
        return _Reason(
            Fit.PART_PAYMENT, None, f"The text says that it is a part; {gap} stays open.", (Sign.PART_SAID,)
        )
    usual = case.evidence.usual_deduction(case.customers, gap, whole)
    if usual is not None:
        fit = Fit.FEE if usual.kind is PartKind.FEE else Fit.SHORT_PAY
        why = f"The amount is {gap} less, {usual.words}."
        return _Reason(fit, usual.kind, why, (Sign.FEE_USUAL,), is_tax=usual.is_tax)
    return _as_fee(case, whole) or _as_deduction(case) or _as_unsaid(case, whole)


def _as_fee(case: NamedCase, whole: Money) -> _Reason | None:
    """What a processor keeps, or what the payer calls a fee, as far as the policy allows it."""
    gap, fees = case.gap, case.evidence.book.fees
    if case.evidence.through_processor and fees.allows_processor(gap, whole, len(case.invoices)):
        why = f"The amount is {gap} less, as the processor's fees."
        return _Reason(Fit.FEE, PartKind.FEE, why, (Sign.FEE_SAID,))
    if Cue.FEE in case.evidence.cues and fees.allows_said(gap, whole):
        return _Reason(Fit.FEE, PartKind.FEE, f"The amount is {gap} less, as the text says a fee.", (Sign.FEE_SAID,))
    return None


def _as_deduction(case: NamedCase) -> _Reason | None:
    """Tax, or something else that the text says was taken off: it stays open."""
    cues, gap = case.evidence.cues, case.gap
    signs = (Sign.GAP_BY_RATE,) if _by_rate(case) else ()
    if Cue.TAX in cues:
        why = f"{gap} looks like tax withheld: it stays open, and an adjustment for it is a person's to make."
        return _Reason(Fit.SHORT_PAY, PartKind.SHORT_PAY, why, signs)
    if cues.words & _TAKEN_OFF or cues.writes(gap.amount) or signs:
        why = f"{gap} was deducted with a stated reason and stays open."
        return _Reason(Fit.SHORT_PAY, PartKind.SHORT_PAY, why, signs)
    return None


def _as_unsaid(case: NamedCase, whole: Money) -> _Reason:
    """No word explains it: a bank's fee where the payer is known and it is small, else it stays open."""
    gap, evidence = case.gap, case.evidence
    if evidence.through_processor:
        why = f"{gap} less came than is open, more than a processor's fees would be."
        held = "a processor kept more than its fees would be, and does not say for what"
        return _Reason(Fit.PART_PAYMENT, None, why, held=held)
    known = evidence.payer_is_known and set(case.customers) <= set(evidence.identity.family)
    told = read_cues(evidence.payment.reference).words & {*_TAKEN_OFF, Cue.TAX, Cue.PART}
    taxed = usual_tax_rate(gap, whole, evidence.payment) is not None
    if known and not told and not taxed and evidence.book.fees.allows_unsaid(gap, whole):
        return _Reason(Fit.FEE, PartKind.FEE, f"The amount is {gap} less, as a bank or processor fee would be.")
    return _Reason(Fit.PART_PAYMENT, None, f"The amount is a part of the open balance; {gap} stays open.")


def _may_be_tax(case: NamedCase, reason: _Reason) -> bool:
    """Whether the gap that stays open may be tax withheld: by words, by what was taught, or by a usual rate."""
    cues = case.evidence.cues
    if reason.kind is PartKind.FEE or (Cue.PART in cues and Cue.TAX not in cues):
        return False
    by_rate = usual_tax_rate(case.gap, case.paid + case.gap, case.evidence.payment)
    return (
        reason.is_tax or Cue.TAX in cues or (by_rate is not None and not cues.words & {Cue.DEDUCTION, Cue.DISCOUNT})
    )


def _by_rate(case: NamedCase) -> bool:
    """The gap is the share that the text writes with a percent sign, to the cent by document."""
    whole = (case.paid + case.gap).amount
    return any(
        abs(whole * percent / 100 - case.gap.amount) <= _CENT_PER_DOCUMENT * len(case.invoices)
        for percent in case.evidence.cues.percents
    )


def _some_of_them(case: NamedCase) -> Iterator[Hypothesis]:
    """The text names more than is paid: exactly one choice among the named adds up."""
    if len(case.invoices) < 2 or case.credits:
        return
    found = subset_sums([(i.open_balance.amount, 1) for i in case.invoices], case.paid.amount)
    if len(found.solutions) == 1 and found.complete:
        chosen = [i for i, n in zip(case.invoices, found.solutions[0], strict=True) if n]
        parts = invoice_parts(chosen, [case.zero] * len(chosen))
        why = f"Of the invoices named, only {listed([i.number for i in chosen])} add up to the amount."
        yield case.story(Fit.SOME_OF_NAMED, parts, why, invoices=chosen)

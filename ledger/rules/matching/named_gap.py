"""Stories for a payment below what is open on the documents that its text names."""

from collections.abc import Iterator
from decimal import Decimal

from core.money import Money, total
from ledger.model.match import MatchPart, OpenCredit, OpenInvoice, PartKind
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, credit_parts, gap_on_last, invoice_parts, listed
from ledger.rules.matching.named_case import NamedCase
from ledger.rules.matching.subset_sum import subset_sums

#: A gap up to this, and up to this share, may be a bank's or processor's fee.
FEE_LIMIT = Decimal(60)
FEE_SHARE = Decimal("0.05")
#: Processors take a share of every charge and some cents.
PROCESSOR_SHARE = Decimal("0.08")
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
    """The amount is less than what is open: a fee, a deduction with a reason, or a part of it."""
    lacking = _where_it_lacks(case)
    if lacking is None:
        return
    fit, kind, why, signs = _reason_for_gap(case)
    parts = [*invoice_parts(case.invoices, lacking), *credit_parts(case.credits)]
    if kind is not None:
        gaps = zip(case.invoices, lacking, strict=True)
        parts += [MatchPart(kind, invoice.number, gap) for invoice, gap in gaps if gap]
    if kind is not None and case.evidence.cues.writes(case.gap.amount):
        signs.append(Sign.GAP_WRITTEN)
    if len(case.invoices) > 1 and case.gap.amount > _LARGE_GAP * (case.gap + case.paid).amount:
        signs.append(Sign.GAP_LARGE)
    yield case.story(fit, parts, why, signs=signs)


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


def _reason_for_gap(case: NamedCase) -> tuple[Fit, PartKind | None, str, list[Sign]]:
    cues, gap = case.evidence.cues, case.gap
    share = gap.amount / (case.paid + gap).amount
    usual = case.evidence.usual_deduction(case.customers, gap, case.paid + gap)
    small = gap.amount <= FEE_LIMIT and share <= FEE_SHARE
    if Cue.PART in cues and Cue.FEE not in cues:
        return Fit.PART_PAYMENT, None, f"The text says that it is a part; {gap} stays open.", [Sign.PART_SAID]
    if usual is not None:
        fit = Fit.FEE if usual.kind is PartKind.FEE else Fit.SHORT_PAY
        return fit, usual.kind, f"The amount is {gap} less, {usual.words}.", [Sign.FEE_USUAL]
    if case.evidence.through_processor and share <= PROCESSOR_SHARE:
        return Fit.FEE, PartKind.FEE, f"The amount is {gap} less, as the processor's fees.", [Sign.FEE_SAID]
    if small and (Cue.FEE in cues or not cues.words & {Cue.DEDUCTION, Cue.TAX}):
        signs = [Sign.FEE_SAID] if Cue.FEE in cues else []
        return Fit.FEE, PartKind.FEE, f"The amount is {gap} less, as a bank or processor fee would be.", signs
    if Cue.TAX in cues:
        why = f"{gap} looks like tax withheld: it stays open, and an adjustment for it is a person's to make."
        return Fit.SHORT_PAY, PartKind.SHORT_PAY, why, [Sign.GAP_BY_RATE] if _by_rate(case) else []
    if cues.words & {Cue.DEDUCTION, Cue.DISCOUNT, Cue.FEE} or cues.writes(gap.amount) or _by_rate(case):
        signs = [Sign.GAP_BY_RATE] if _by_rate(case) else []
        return Fit.SHORT_PAY, PartKind.SHORT_PAY, f"{gap} was deducted with a stated reason and stays open.", signs
    return Fit.PART_PAYMENT, None, f"The amount is a part of the open balance; {gap} stays open.", []


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

"""Stories in which a payment that names nothing is for several invoices that add up."""

from collections.abc import Iterator, Sequence

from core.money import Money, total
from ledger.model.match import MatchPart, OpenCredit, OpenInvoice, PartKind
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, credit_parts, invoice_parts, listed, open_total
from ledger.rules.matching.sets import FoundSet, sets_with_sum
from ledger.rules.matching.subset_sum import MAX_DOCUMENTS
from ledger.rules.matching.unnamed_case import UnnamedCase

_MAX_CREDITS = 4
_NOT_ALL = "there may be other sets with this sum"


def set_stories(case: UnnamedCase, *, besides_a_single: bool = False) -> Iterator[Hypothesis]:
    """Invoices that add up to the amount: as they are, less credit notes, less discounts, then the family's.

    Beside a single invoice of exactly the amount only plain sets are looked at: they may be meant as well.
    """
    plain = list(_plain(case, case.paid, [], case.open))
    yield from plain
    if besides_a_single:
        return
    yield from _everything_due(case)
    for credits in _credit_choices(case):
        taken = total([credit.open_balance for credit in credits], case.currency)
        yield from _plain(case, case.paid + taken, credits, case.open)
    if plain:
        return
    discounted = list(_less_discounts(case))
    yield from discounted
    if not discounted:
        yield from _of_the_family(case)


def _credit_choices(case: UnnamedCase) -> Iterator[list[OpenCredit]]:
    yield from ([credit] for credit in case.credits[:_MAX_CREDITS])
    if 1 < len(case.credits) <= _MAX_CREDITS:
        yield case.credits


def _plain(
    case: UnnamedCase, target: Money, credits: Sequence[OpenCredit], invoices: Sequence[OpenInvoice]
) -> Iterator[Hypothesis]:
    least = 1 if credits else 2
    for found in sets_with_sum(invoices, target, [i.open_balance for i in invoices], least=least):
        numbers = listed([invoice.number for invoice in found.invoices])
        why = f"{numbers} add up to the amount" + (", and no other open invoices do." if found.unique else ".")
        fit = Fit.SUBSET
        if len(found.invoices) == len(invoices) and len(invoices) > 1:
            fit, why = Fit.ALL_OPEN, f"All open invoices, {numbers}, add up to the amount."
        if credits:
            fit = Fit.CREDIT_TAKEN if len(found.invoices) == 1 else fit
            why = f"{numbers} less credit note {listed([c.number for c in credits])} give the amount."
        parts = (*invoice_parts(found.invoices, _nothing(case, found)), *credit_parts(credits))
        linked = {credit.invoice_number for credit in credits} & {i.number for i in found.invoices}
        signs = [*found.signs, *((Sign.CREDIT_TOLD,) if linked else ()), *((Sign.CREDIT_SILENT,) if credits else ())]
        yield case.story(fit, parts, found.invoices, why, blocked="" if found.complete else _NOT_ALL, signs=signs)


def _nothing(case: UnnamedCase, found: FoundSet) -> list[Money]:
    return [case.zero] * len(found.invoices)


def _everything_due(case: UnnamedCase) -> Iterator[Hypothesis]:
    """Of too many invoices to search: all that is open, or all that is due by the day."""
    if len(case.open) <= MAX_DOCUMENTS:
        return
    day = case.evidence.payment.received_on
    for chosen, words in ((case.open, "open"), ([i for i in case.open if i.due <= day], "due")):
        if chosen and open_total(chosen, case.currency) == case.paid:
            parts = invoice_parts(chosen, [case.zero] * len(chosen))
            yield case.story(Fit.ALL_OPEN, parts, chosen, f"All {len(chosen)} {words} invoices add up to the amount.")
            return


def _less_discounts(case: UnnamedCase) -> Iterator[Hypothesis]:
    """Every invoice within its window less its discount; then every one that grants a discount, late or not."""
    day = case.evidence.payment.received_on
    offered = [discount_of(invoice) or case.zero for invoice in case.open]
    for late in (False, True):
        granted = [
            discount if late or (until := discount_until(invoice)) is None or day <= until else case.zero
            for invoice, discount in zip(case.open, offered, strict=True)
        ]
        if not any(granted):
            continue
        payable = [invoice.open_balance - gap for invoice, gap in zip(case.open, granted, strict=True)]
        if any(amount <= case.zero for amount in payable):
            continue
        stories = [
            _discounted(case, found, late=late) for found in sets_with_sum(case.open, case.paid, payable, least=2)
        ]
        if stories:
            yield from stories
            return


def _discounted(case: UnnamedCase, found: FoundSet, *, late: bool) -> Hypothesis:
    lacking = [invoice.open_balance - paid for invoice, paid in zip(found.invoices, found.payable, strict=True)]
    kind = PartKind.SHORT_PAY if late else PartKind.DISCOUNT
    taken = [MatchPart(kind, i.number, gap) for i, gap in zip(found.invoices, lacking, strict=True) if gap]
    numbers = listed([invoice.number for invoice in found.invoices])
    when = "some of it after its window; it stays open" if late else "within the terms"
    why = f"{numbers} less {total(lacking, case.currency)} early-payment discount add up to the amount, {when}."
    fit = Fit.LATE_DISCOUNT if late else Fit.DISCOUNT
    parts = (*invoice_parts(found.invoices, lacking), *taken)
    blocked = "" if found.complete else _NOT_ALL
    return case.story(fit, parts, found.invoices, why, blocked=blocked, signs=found.signs)


def _of_the_family(case: UnnamedCase) -> Iterator[Hypothesis]:
    """A parent pays for its children, or one of them for the others."""
    others = [
        invoice
        for customer_id in case.evidence.identity.family
        if customer_id != case.payer
        for invoice in case.evidence.book.open_invoices(customer_id, case.currency)
    ]
    if not others or len(others) + len(case.open) > MAX_DOCUMENTS:
        return
    everything = [*case.open, *others]
    for found in sets_with_sum(everything, case.paid, [i.open_balance for i in everything], least=2):
        if {invoice.customer_id for invoice in found.invoices} == {case.payer}:
            continue
        numbers = listed([invoice.number for invoice in found.invoices])
        why = f"{numbers} of the payer's family add up to the amount."
        parts = invoice_parts(found.invoices, _nothing(case, found))
        blocked = "" if found.complete else _NOT_ALL
        signs = (*found.signs, Sign.OF_THE_FAMILY)
        yield case.story(Fit.SUBSET, parts, found.invoices, why, blocked=blocked, signs=signs)

"""Stories for a payment whose text names documents of ours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ledger.model.match import MatchPart, OpenInvoice, PartKind
from ledger.rules.matching.book import KnownPayment, due_order
from ledger.rules.matching.document_numbers import folded
from ledger.rules.matching.evidence import Evidence, Naming, namings
from ledger.rules.matching.hypothesis import (
    TIGHT,
    Fit,
    Hypothesis,
    Sign,
    credit_parts,
    customers_of,
    invoice_parts,
    listed,
    payer_agreement,
)
from ledger.rules.matching.named_case import NamedCase, named_words
from ledger.rules.matching.named_gap import gap_stories
from ledger.rules.matching.named_lines import stated_lines
from ledger.rules.matching.sets import sets_with_sum

#: More over than this share of what is open was hardly meant for the account.
_LARGE_OVERPAYMENT = Decimal("0.25")
_TAIL_FROM = 3


def named_stories(evidence: Evidence) -> Iterator[Hypothesis]:
    """Every story in which the documents that the text names are paid; empty where it names none."""
    yield from _due_first(list(_stories_of_all_readings(evidence)), evidence)


def _stories_of_all_readings(evidence: Evidence) -> Iterator[Hypothesis]:
    """An advice that does not state the payment's amount counts only where its documents explain the amount."""
    for naming in namings(evidence):
        for story in _stories_of(evidence, naming):
            known = not evidence.by_advice_alone or evidence.through_processor
            told = evidence.hinted or (evidence.advice_agrees and known)
            if evidence.advice is None or told or story.fit in TIGHT:
                yield story


def _stories_of(evidence: Evidence, naming: Naming) -> Iterator[Hypothesis]:
    ours = [i for i in naming.invoices if i.open_balance.currency == evidence.currency]
    live = [i for i in ours if i.open_balance]
    if live:
        yield from _open_stories(NamedCase(evidence, naming, live))
    elif ours:
        yield from _already_paid(evidence, naming, ours)
    elif naming.invoices:
        yield _other_currency(evidence, naming)


def _open_stories(case: NamedCase) -> Iterator[Hypothesis]:
    if not case.gap:
        yield _exact(case)
        return
    lines = list(stated_lines(case))
    yield from lines
    if lines:
        return
    if case.gap > case.zero:
        yield from gap_stories(case)
    else:
        yield from _more(case)
        yield _overpaid(case)


def _due_first(stories: list[Hypothesis], evidence: Evidence) -> Iterator[Hypothesis]:
    """Where the words fit several of one customer's invoices alike in amount, the story with those due first."""
    alike: dict[object, list[Hypothesis]] = {}
    for story in stories:
        amounts = tuple(sorted((part.kind, part.amount.amount) for part in story.parts))
        alike.setdefault((story.fit, story.customer_ids, amounts), []).append(story)
    for group in alike.values():
        first = min(group, key=lambda story: _due_orders(story, evidence))
        one_posting = len({story.money_key for story in group}) == 1
        if len(first.customer_ids) > 1 and not one_posting:
            yield from group
        elif one_posting:
            yield first
        else:
            why = "Several invoices alike in amount and currency fit the words: the one due first is taken."
            yield replace(first, reasons=(*first.reasons, why))


def _due_orders(story: Hypothesis, evidence: Evidence) -> list[tuple[date, str]]:
    found = [evidence.book.invoice(part.document) for part in story.parts if part.kind is PartKind.INVOICE]
    return sorted(due_order(invoice) for invoice in found if invoice is not None)


def _exact(case: NamedCase) -> Hypothesis:
    parts = (*invoice_parts(case.invoices, case.full()), *credit_parts(case.credits))
    if case.credits:
        taken = listed([credit.number for credit in case.credits])
        return case.story(Fit.CREDIT_TAKEN, parts, f"The amount is the open balance less credit note {taken}.")
    what = "open balance" if len(case.invoices) == 1 else "sum of the open balances"
    return case.story(Fit.EXACT, parts, f"The amount is the {what}.")


def _more(case: NamedCase) -> Iterator[Hypothesis]:
    """What is over is other open invoices of the same customers: a list that was cut short."""
    named = {invoice.number for invoice in case.invoices}
    others = [
        invoice
        for customer_id in case.customers
        for invoice in case.evidence.book.open_invoices(customer_id, case.currency)
        if invoice.number not in named
    ]
    over = -case.gap
    for found in sets_with_sum(others, over, [invoice.open_balance for invoice in others]):
        paid = [*case.invoices, *found.invoices]
        parts = (*invoice_parts(paid, [case.zero] * len(paid)), *credit_parts(case.credits))
        rest = listed([invoice.number for invoice in found.invoices])
        cut = _is_cut_list(case, found.invoices)
        why = f"The rest of {over} is exactly the open balance of {rest}."
        if cut:
            why = f"The list is cut short; the rest of {over} is exactly the open balance of {rest}."
        signs = (*found.signs, *((Sign.CUT_TAIL,) if cut else ()))
        yield case.story(Fit.NAMED_AND_MORE, parts, why, invoices=paid, signs=signs)


def _is_cut_list(case: NamedCase, others: tuple[OpenInvoice, ...]) -> bool:
    """The text ends in a separator, or with the beginning of the number of one of the others."""
    text = case.evidence.text.rstrip()
    if text.endswith((",", ";", "+", "/")):
        return True
    tail = folded(text[-24:].replace(",", " ").replace(";", " ").split(" ")[-1])
    return len(tail) >= _TAIL_FROM and any(
        folded(other.number).startswith(tail) and folded(other.number) != tail for other in others
    )


def _overpaid(case: NamedCase) -> Hypothesis:
    payer = case.evidence.identity.customer_id
    holder = case.customers[0] if len(case.customers) == 1 or not payer else payer
    over = -case.gap
    parts = (
        *invoice_parts(case.invoices, case.full()),
        *credit_parts(case.credits),
        MatchPart(PartKind.ON_ACCOUNT, holder, over),
    )
    why = f"{over} more than is open goes on the customer's account."
    large = over.amount > _LARGE_OVERPAYMENT * (case.paid - over).amount
    return case.story(Fit.OVERPAID, parts, why, signs=(Sign.OVER_LARGE,) if large else ())


def _already_paid(evidence: Evidence, naming: Naming, invoices: list[OpenInvoice]) -> Iterator[Hypothesis]:
    """All that the text names is closed: the payment repeats an earlier one, or is more than was owed."""
    customers = customers_of(invoices)
    mark, stranger = payer_agreement(evidence, customers)
    paid = f"{listed([invoice.number for invoice in invoices])} is named and already paid."
    known = Hypothesis(Fit.DUPLICATE, (), customers, (paid,), strength=naming.strength, mark=mark, stranger=stranger)
    earlier = _equal_payments(evidence, invoices)
    for repeated in earlier[-1:]:
        document = repeated.payment.payment_id
        part = MatchPart(PartKind.DUPLICATE, document, evidence.payment.amount)
        why = f"Payment {document} of {repeated.payment.received_on} was the same amount for the same invoice."
        yield replace(known, parts=(part,), reasons=(paid, why))
    part = MatchPart(PartKind.ON_ACCOUNT, customers[0], evidence.payment.amount)
    why = "No earlier payment of this amount is known for it." if not earlier else "It may be meant for later."
    yield replace(
        known,
        fit=Fit.ON_ACCOUNT,
        parts=(part,),
        reasons=(paid, why),
        blocked="what it names is already paid",
    )


def _equal_payments(evidence: Evidence, invoices: list[OpenInvoice]) -> list[KnownPayment]:
    """Payments of exactly this amount on these invoices, newest first; the first of all came earliest."""
    known = [payment for invoice in invoices for payment in evidence.book.payments_on(invoice.number)]
    unique = {payment.payment.payment_id: payment for payment in known}
    return [payment for payment in unique.values() if payment.payment.amount == evidence.payment.amount]


def _other_currency(evidence: Evidence, naming: Naming) -> Hypothesis:
    """The text names invoices in another currency: shown to a person, never posted."""
    invoice = naming.invoices[0]
    mark, stranger = payer_agreement(evidence, (invoice.customer_id,))
    why = f"It is in {invoice.open_balance.currency}, the payment in {evidence.currency}."
    return Hypothesis(
        Fit.PART_PAYMENT,
        (MatchPart(PartKind.INVOICE, invoice.number, evidence.payment.amount),),
        (invoice.customer_id,),
        (f"{invoice.number} {named_words(evidence, naming.strength)}.", why),
        strength=naming.strength,
        mark=mark,
        stranger=stranger,
        blocked="the payment is in another currency than the invoice it names",
    )

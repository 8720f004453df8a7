"""Stories for a payment whose text names documents of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.money import Money, total
from ledger.model.match import MatchPart, OpenCredit, OpenInvoice, PartKind
from ledger.rules.matching.book import KnownPayment, due_order
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.evidence import Evidence, Naming, namings
from ledger.rules.matching.hypothesis import (
    TIGHT,
    Fit,
    Hypothesis,
    credit_parts,
    customers_of,
    gap_on_last,
    invoice_parts,
    listed,
    open_total,
    payer_agreement,
)
from ledger.rules.matching.references import Strength
from ledger.rules.matching.subset_sum import subset_sums

#: A gap up to this, and up to this share, may be a bank's or processor's fee.
FEE_LIMIT = Decimal(60)
FEE_SHARE = Decimal("0.05")
_CENT_PER_DOCUMENT = Decimal("0.01")
_NAMED = {
    Strength.WHOLE: "named in the reference",
    Strength.DIGITS: "named in the reference by its digits",
    Strength.LISTED: "named in a shortened list in the reference",
    Strength.ENDING: "named in the reference by its last digits",
    Strength.DAMAGED: "meant in the reference, one digit damaged",
}


def named_stories(evidence: Evidence) -> Iterator[Hypothesis]:
    """Every story in which the documents that the text names are paid; empty where it names none."""
    yield from _due_first(list(_stories_of_all_readings(evidence)), evidence)


def _stories_of_all_readings(evidence: Evidence) -> Iterator[Hypothesis]:
    """An advice that does not state the payment's amount counts only where its documents explain the amount."""
    for naming in namings(evidence):
        for story in _stories_of(evidence, naming):
            if evidence.advice is None or evidence.advice_agrees or story.fit in TIGHT:
                yield story


def _stories_of(evidence: Evidence, naming: Naming) -> Iterator[Hypothesis]:
    ours = [i for i in naming.invoices if i.open_balance.currency == evidence.currency]
    live = [i for i in ours if i.open_balance]
    if live:
        yield from _Named(evidence, naming, live).stories()
    elif ours:
        yield from _already_paid(evidence, naming, ours)
    elif naming.invoices:
        yield _other_currency(evidence, naming)


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


class _Named:
    """The stories of one reading of the references."""

    def __init__(self, evidence: Evidence, naming: Naming, invoices: list[OpenInvoice]) -> None:
        self._evidence = evidence
        self._naming = naming
        self._invoices = invoices
        self._currency = evidence.currency
        self._credits = [c for c in naming.credits if c.open_balance.currency == self._currency]
        self._paid = evidence.payment.amount
        credits = total([credit.open_balance for credit in self._credits], self._currency)
        self._gap = open_total(invoices, self._currency) - credits - self._paid
        self._zero = Money.zero(self._currency)

    def stories(self) -> Iterator[Hypothesis]:
        if not self._gap:
            yield self._exact()
            return
        yield from self._stated_lines()
        if self._gap > self._zero:
            yield from self._credit_not_named()
            yield from self._discounts()
            yield from self._less()
            yield from self._some_of_them()
        else:
            yield from self._one_more()
            yield self._overpaid()

    def _story(
        self,
        fit: Fit,
        parts: Sequence[MatchPart],
        why: str,
        *,
        invoices: Sequence[OpenInvoice] | None = None,
        credits: Sequence[OpenCredit] | None = None,
        nudge: float = 0.0,
    ) -> Hypothesis:
        paid = list(self._invoices if invoices is None else invoices)
        customers = customers_of([*paid, *(self._credits if credits is None else credits)])
        mark, stranger = payer_agreement(self._evidence, customers)
        named = listed([invoice.number for invoice in self._invoices])
        source = "the remittance e-mail" if self._evidence.advice else "the reference"
        said = _NAMED[self._naming.strength].replace("the reference", source)
        related = len(customers) == 1 or not (stranger or mark == 0)
        return Hypothesis(
            fit,
            tuple(parts),
            customers,
            (f"{named} {said}.", why),
            strength=self._naming.strength,
            mark=mark,
            stranger=stranger,
            blocked=self._blocked(fit, related=related),
            nudge=nudge + self._advice_nudge(),
            advice=self._evidence.advice,
        )

    def _blocked(self, fit: Fit, *, related: bool) -> str:
        if not related:
            return "it names documents of customers that are not related"
        if fit not in TIGHT and self._has_unread_lines():
            return "the text states amounts for documents that are not recognised"
        return ""

    def _has_unread_lines(self) -> bool:
        """The amounts written add up to the payment, and some stand beside nothing that is named."""
        written = [amount for amount in self._evidence.cues.figures if amount != self._paid.amount]
        return len(written) > len(self._naming.stated) and sum(written, Decimal(0)) == self._paid.amount

    def _advice_nudge(self) -> float:
        if self._evidence.advice is None:
            return 0.0
        return 0.0 if self._evidence.advice_agrees else -1.5

    def _full(self) -> list[Money]:
        return [self._zero] * len(self._invoices)

    def _exact(self) -> Hypothesis:
        parts = (*invoice_parts(self._invoices, self._full()), *credit_parts(self._credits))
        if self._credits:
            taken = listed([credit.number for credit in self._credits])
            return self._story(Fit.CREDIT_TAKEN, parts, f"The amount is the open balance less credit note {taken}.")
        what = "open balance" if len(self._invoices) == 1 else "sum of the open balances"
        return self._story(Fit.EXACT, parts, f"The amount is the {what}.")

    def _stated_lines(self) -> Iterator[Hypothesis]:
        lines = [self._naming.stated.get(invoice.number) for invoice in self._invoices]
        known = [line for line in lines if line]
        credits = total([credit.open_balance for credit in self._credits], self._currency)
        if len(known) != len(lines) or total(known, self._currency) - credits != self._paid:
            return
        lacking = [i.open_balance - line for i, line in zip(self._invoices, known, strict=True)]
        if all(gap >= self._zero for gap in lacking):
            parts = (*invoice_parts(self._invoices, lacking), *credit_parts(self._credits))
            yield self._story(Fit.STATED_LINES, parts, "The text states the amount for each invoice; they add up.")

    def _credit_not_named(self) -> Iterator[Hypothesis]:
        """A credit note was taken that the text does not name: the gap is one, or a unique sum of several."""
        used = {credit.number for credit in self._credits}
        open_credits = [
            credit
            for customer_id in customers_of(self._invoices)
            for credit in self._evidence.book.open_credits(customer_id, self._currency)
            if credit.number not in used
        ]
        same = [credit for credit in open_credits if credit.open_balance == self._gap]
        numbers = {invoice.number for invoice in self._invoices}
        same = [credit for credit in same if credit.invoice_number in numbers] or same
        taken = same[:1] or self._credit_sum(open_credits)
        if taken:
            parts = (*invoice_parts(self._invoices, self._full()), *credit_parts([*self._credits, *taken]))
            why = f"The amount is the open balance less credit note {listed([c.number for c in taken])}."
            cue = 1.5 if Cue.CREDIT in self._evidence.cues or taken[0].invoice_number in numbers else 0.0
            yield self._story(Fit.CREDIT_TAKEN, parts, why, credits=taken, nudge=cue)

    def _credit_sum(self, open_credits: list[OpenCredit]) -> list[OpenCredit]:
        found = subset_sums([(c.open_balance.amount, 1) for c in open_credits], self._gap.amount)
        if len(found.solutions) != 1 or not found.complete:
            return []
        return [credit for credit, n in zip(open_credits, found.solutions[0], strict=True) if n]

    def _discounts(self) -> Iterator[Hypothesis]:
        offered = [discount_of(invoice) or self._zero for invoice in self._invoices]
        for chosen in _discount_choices(offered):
            difference = (total(chosen, self._currency) - self._gap).amount
            if not any(chosen) or abs(difference) > _CENT_PER_DOCUMENT * len(chosen):
                continue
            lacking = _absorb(chosen, difference)
            if not all(self._zero <= gap < i.open_balance for i, gap in zip(self._invoices, lacking, strict=True)):
                continue
            day = self._evidence.payment.received_on
            until = [discount_until(invoice) for invoice in self._invoices]
            late = any(gap and end and day > end for gap, end in zip(lacking, until, strict=True))
            kind = PartKind.SHORT_PAY if late else PartKind.DISCOUNT
            taken = [MatchPart(kind, i.number, gap) for i, gap in zip(self._invoices, lacking, strict=True) if gap]
            parts = (*invoice_parts(self._invoices, lacking), *credit_parts(self._credits), *taken)
            if late:
                why = f"{self._gap} early-payment discount was taken after its window; it stays open."
                yield self._story(Fit.LATE_DISCOUNT, parts, why)
            else:
                why = f"{self._gap} early-payment discount was taken within the terms."
                yield self._story(Fit.DISCOUNT, parts, why)
            return

    def _less(self) -> Iterator[Hypothesis]:
        """The amount is less than what is open: a fee, a deduction with a reason, or a part of it."""
        lacking = self._where_it_lacks()
        if lacking is None:
            return
        fit, kind, why = self._reason_for_gap()
        parts = [*invoice_parts(self._invoices, lacking), *credit_parts(self._credits)]
        if kind is not None:
            gaps = zip(self._invoices, lacking, strict=True)
            parts += [MatchPart(kind, invoice.number, gap) for invoice, gap in gaps if gap]
        cue = 1.0 if kind is not None and self._evidence.cues.writes(self._gap.amount) else 0.0
        yield self._story(fit, parts, why, nudge=cue)

    def _where_it_lacks(self) -> list[Money] | None:
        """The gap by invoice: where the stated amounts put it, else on the one named last."""
        stated = [self._naming.stated.get(invoice.number) for invoice in self._invoices]
        below = [
            position
            for position, (invoice, line) in enumerate(zip(self._invoices, stated, strict=True))
            if line and self._zero < line < invoice.open_balance and invoice.open_balance - line == self._gap
        ]
        if len(self._invoices) > 1 and len(below) == 1:
            lacking = self._full()
            lacking[below[0]] = self._gap
            return lacking
        return gap_on_last(self._invoices, self._gap)

    def _reason_for_gap(self) -> tuple[Fit, PartKind | None, str]:
        cues, gap = self._evidence.cues, self._gap
        usual = self._evidence.book.usual_fee(customers_of(self._invoices), gap)
        small = gap.amount <= FEE_LIMIT and gap.amount <= FEE_SHARE * (self._paid + gap).amount
        if Cue.PART in cues and Cue.FEE not in cues:
            return Fit.PART_PAYMENT, None, f"The text says that it is a part; {gap} stays open."
        if small and usual:
            return Fit.FEE, PartKind.FEE, f"The amount is {gap} less, this payer's usual fee."
        if small and (Cue.FEE in cues or Cue.DEDUCTION not in cues):
            return Fit.FEE, PartKind.FEE, f"The amount is {gap} less, as a bank or processor fee would be."
        if Cue.DEDUCTION in cues or Cue.DISCOUNT in cues or cues.writes(gap.amount):
            return Fit.SHORT_PAY, PartKind.SHORT_PAY, f"{gap} was deducted with a stated reason and stays open."
        return Fit.PART_PAYMENT, None, f"The amount is a part of the open balance; {gap} stays open."

    def _some_of_them(self) -> Iterator[Hypothesis]:
        """The text names more than is paid: exactly one choice among the named adds up."""
        if len(self._invoices) < 2 or self._credits:
            return
        found = subset_sums([(i.open_balance.amount, 1) for i in self._invoices], self._paid.amount)
        if len(found.solutions) == 1 and found.complete:
            chosen = [i for i, n in zip(self._invoices, found.solutions[0], strict=True) if n]
            parts = invoice_parts(chosen, [self._zero] * len(chosen))
            why = f"Of the invoices named, only {listed([i.number for i in chosen])} add up to the amount."
            yield self._story(Fit.SOME_OF_NAMED, parts, why, invoices=chosen)

    def _one_more(self) -> Iterator[Hypothesis]:
        """What is over is exactly one other open invoice of the same customer."""
        customers = customers_of(self._invoices)
        named = {invoice.number for invoice in self._invoices}
        others = [
            invoice
            for invoice in self._evidence.book.invoices_with_open(-self._gap)
            if invoice.customer_id in customers and invoice.number not in named
        ]
        if others:
            paid = [*self._invoices, others[0]]
            parts = (*invoice_parts(paid, [self._zero] * len(paid)), *credit_parts(self._credits))
            why = f"The rest of {-self._gap} is exactly the open balance of {others[0].number}."
            yield self._story(Fit.NAMED_AND_ONE_MORE, parts, why, invoices=paid)

    def _overpaid(self) -> Hypothesis:
        customers = customers_of(self._invoices)
        payer = self._evidence.identity.customer_id
        holder = customers[0] if len(customers) == 1 or not payer else payer
        parts = (
            *invoice_parts(self._invoices, self._full()),
            *credit_parts(self._credits),
            MatchPart(PartKind.ON_ACCOUNT, holder, -self._gap),
        )
        why = f"{-self._gap} more than is open goes on the customer's account."
        return self._story(Fit.OVERPAID, parts, why)


def _discount_choices(offered: list[Money]) -> Iterator[list[Money]]:
    """The discount on all that grant one, then on each alone."""
    yield offered
    if sum(1 for discount in offered if discount) > 1:
        for position, discount in enumerate(offered):
            if discount:
                alone = [Money.zero(discount.currency)] * len(offered)
                alone[position] = discount
                yield alone


def _absorb(chosen: list[Money], difference: Decimal) -> list[Money]:
    """The chosen discounts with the payer's rounding difference on the last of them."""
    last = max(position for position, discount in enumerate(chosen) if discount)
    adjusted = list(chosen)
    adjusted[last] = adjusted[last] - Money(difference, adjusted[last].currency)
    return adjusted


def _already_paid(evidence: Evidence, naming: Naming, invoices: list[OpenInvoice]) -> Iterator[Hypothesis]:
    """All that the text names is closed: the payment repeats an earlier one, or is more than was owed."""
    customers = customers_of(invoices)
    mark, stranger = payer_agreement(evidence, customers)
    named = listed([invoice.number for invoice in invoices])
    paid = f"{named} is named and already paid."
    earlier = _equal_payments(evidence, invoices)
    for known in earlier[-1:]:
        document = known.payment.payment_id
        part = MatchPart(PartKind.DUPLICATE, document, evidence.payment.amount)
        why = f"Payment {document} of {known.payment.received_on} was the same amount for the same invoice."
        yield Hypothesis(
            Fit.DUPLICATE,
            (part,),
            customers,
            (paid, why),
            strength=naming.strength,
            mark=mark,
            stranger=stranger,
        )
    part = MatchPart(PartKind.ON_ACCOUNT, customers[0], evidence.payment.amount)
    why = "No earlier payment of this amount is known for it." if not earlier else "It may be meant for later."
    yield Hypothesis(
        Fit.ON_ACCOUNT,
        (part,),
        customers,
        (paid, why),
        strength=naming.strength,
        mark=mark,
        stranger=stranger,
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
        (f"{invoice.number} {_NAMED[naming.strength]}.", why),
        strength=naming.strength,
        mark=mark,
        stranger=stranger,
        blocked="the payment is in another currency than the invoice it names",
    )

"""One reading of a text that names documents: what it leaves over or open, and how a story about it is told."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from core.money import Money, total
from ledger.model.match import MatchPart, OpenCredit, OpenInvoice, PartKind
from ledger.rules.matching.book import KnownPayment
from ledger.rules.matching.cues import Cue, read_cues
from ledger.rules.matching.evidence import Evidence, Naming
from ledger.rules.matching.hypothesis import (
    TIGHT,
    Fit,
    Hypothesis,
    Sign,
    customers_of,
    listed,
    open_total,
    payer_agreement,
)
from ledger.rules.matching.references import Strength

_NAMED = {
    Strength.WHOLE: "named in the reference",
    Strength.DIGITS: "named in the reference by its digits",
    Strength.LISTED: "named in a shortened list in the reference",
    Strength.ENDING: "named in the reference by its last digits",
    Strength.DAMAGED: "meant in the reference, one digit damaged",
}
_SEVERAL = 2
#: An amount beside a number from this share of what is posted on it is a line's, and no deduction's.
_TOO_MUCH_TAKEN_OFF = Decimal("0.3")
#: Documents of unrelated customers are posted together only where each is named at least this surely.
_SURELY = Strength.LISTED


def named_words(evidence: Evidence, strength: Strength) -> str:
    """How a document was named, and where."""
    source = "the remittance e-mail" if evidence.advice else "the reference"
    return _NAMED[strength].replace("the reference", source)


class NamedCase:
    """The open documents that one reading names, in the payment's currency."""

    def __init__(self, evidence: Evidence, naming: Naming, invoices: list[OpenInvoice]) -> None:
        self.evidence = evidence
        self.naming = naming
        self.invoices = invoices
        self.currency = evidence.currency
        self.zero = Money.zero(self.currency)
        self.credits = [c for c in naming.credits if c.open_balance.currency == self.currency and c.open_balance]
        self.paid = evidence.payment.amount
        self.returns = _returns(evidence, naming)
        taken = total([credit.open_balance for credit in self.credits], self.currency)
        #: What is open beyond the payment; below zero where more was paid.
        self.gap = open_total(invoices, self.currency) - taken - self.paid - self.given_back

    @property
    def given_back(self) -> Money:
        """What a processor gave back and keeps from what it pays out."""
        return total([known.payment.amount for known in self.returns], self.currency)

    def return_parts(self) -> tuple[MatchPart, ...]:
        """A negative part for each payment that was given back."""
        parts = ((known.payment.payment_id, -known.payment.amount) for known in self.returns)
        return tuple(MatchPart(PartKind.REVERSAL, payment_id, amount) for payment_id, amount in parts)

    @property
    def customers(self) -> tuple[str, ...]:
        """Customers of the invoices named."""
        return customers_of(self.invoices)

    def full(self) -> list[Money]:
        """Nothing lacks on any invoice."""
        return [self.zero] * len(self.invoices)

    def story(
        self,
        fit: Fit,
        parts: Sequence[MatchPart],
        why: str,
        *,
        invoices: Sequence[OpenInvoice] | None = None,
        credits: Sequence[OpenCredit] | None = None,
        signs: Sequence[Sign] = (),
        held: str = "",
        as_tax: Sequence[MatchPart] = (),
    ) -> Hypothesis:
        """A story in which the documents named are paid as `parts` say; `held` says why a person must look."""
        paid = list(self.invoices if invoices is None else invoices)
        customers = customers_of([*paid, *(self.credits if credits is None else credits)])
        mark, stranger = payer_agreement(self.evidence, customers)
        named = listed([invoice.number for invoice in self.invoices])
        related = len(customers) == 1 or not (stranger or mark == 0)
        disagreeing = "" if fit is Fit.STATED_LINES else self._disagreeing_line(parts)
        elsewhere = stranger and self._is_told_by_another(customers)
        told = ((Sign.ADVICE_OF_ANOTHER, elsewhere), (Sign.LINES_DISAGREE, bool(disagreeing)))
        blocked = held or disagreeing or ("the remittance e-mail is not the payer's" if elsewhere else "")
        return Hypothesis(
            fit,
            (*parts, *self.return_parts()),
            customers,
            (f"{named} {named_words(self.evidence, self.naming.strength)}.", why),
            strength=self.naming.strength,
            mark=mark,
            stranger=stranger,
            blocked=blocked or self._blocked(fit, customers, related=related, stranger=stranger),
            signs=(*signs, *self._common_signs(fit), *(sign for sign, holds in told if holds)),
            advice=self.evidence.advice,
            as_tax=(*as_tax, *self.return_parts()) if as_tax else (),
        )

    def _is_told_by_another(self, customers: tuple[str, ...]) -> bool:
        """An advice that the payer's family did not send names documents for which the payer is not known to pay."""
        evidence = self.evidence
        if evidence.advice is None or not evidence.payer_is_known or evidence.hinted:
            return False
        senders = evidence.book.payers.at_domain(evidence.advice.from_email)
        return not senders & set(evidence.identity.family) and not evidence.pays_for(customers)

    def _disagreeing_line(self, parts: Sequence[MatchPart]) -> str:
        """In words, the first of several lines that states another amount than would be posted; empty without one.

        Its amounts are neither what is posted nor what is open or was billed, and one is too large for a deduction.
        """
        posted = {part.document: part.amount.amount for part in parts if part.kind is PartKind.INVOICE}
        if len(posted) < _SEVERAL:
            return ""
        leads = self._figures(self.naming.before, self.invoices[0])
        for invoice in self.invoices:
            amount, number = posted.get(invoice.number), invoice.number
            beside = self._figures(self.naming.behind, invoice)
            if leads:
                beside += self._figures(self.naming.before, invoice)
            agreeing = {amount, invoice.open_balance.amount, invoice.amount.amount}
            if amount is None or not beside or not agreeing.isdisjoint(_said_by(beside)):
                continue
            if max(beside) >= _TOO_MUCH_TAKEN_OFF * amount:
                stated = Money(max(beside), self.currency)
                return f"the text states {stated} for {number}, and {Money(amount, self.currency)} would be posted"
        return ""

    def _figures(self, column: Mapping[str, tuple[Decimal, ...]], invoice: OpenInvoice) -> list[Decimal]:
        """Amounts beside an invoice's number, without the whole payment."""
        return [figure for figure in column.get(invoice.number, ()) if figure != self.paid.amount]

    def _blocked(self, fit: Fit, customers: tuple[str, ...], *, related: bool, stranger: bool) -> str:
        if self._is_a_strangers():
            return "the payer is unknown, and nothing but its amount speaks for the remittance e-mail"
        if fit in TIGHT:
            told_apart = related or self.naming.strength >= _SURELY
            return "" if told_apart else "it names documents of customers that are not related"
        collected = fit is Fit.FEE and self.evidence.through_processor
        if not related and not collected:
            return "it names documents of customers that are not related"
        if stranger and not collected and not self.evidence.pays_for(customers):
            return "the payer is known as somebody else, and the amount does not agree"
        if fit in (Fit.NAMED_AND_MORE, Fit.OVERPAID) and len(self.naming.invoices) > len(self.invoices):
            return "one of the documents named is already paid"
        if self._has_unread_lines():
            return "the text states amounts for documents that are not recognised"
        return ""

    def _is_a_strangers(self) -> bool:
        """Somebody unknown paid an amount that somebody's advice states, and does not speak of an advice."""
        evidence = self.evidence
        if not evidence.by_advice_alone or not evidence.payment.payer_name.strip() or evidence.hinted:
            return False
        return not evidence.through_processor and Cue.ADVICE not in read_cues(evidence.payment.reference)

    def _has_unread_lines(self) -> bool:
        """The amounts written add up to the payment, and some stand beside nothing that is named."""
        written = [amount for amount in self.evidence.cues.figures if amount != self.paid.amount]
        return len(written) > len(self.naming.stated) and sum(written) == self.paid.amount

    def _common_signs(self, fit: Fit) -> list[Sign]:
        signs = []
        if self.evidence.advice is not None:
            signs += self._advice_signs()
        if self.evidence.hinted:
            signs.append(Sign.ADVICE_HINT)
        elif self.evidence.advice is not None and not self.evidence.advice_agrees:
            signs.append(Sign.ADVICE_TOTAL_DIFFERS)
        if fit not in TIGHT and self.naming.unread:
            signs.append(Sign.UNREAD_NUMBERS)
        if fit not in TIGHT and len(self.naming.invoices) > len(self.invoices):
            signs.append(Sign.CLOSED_NAMED)
        return signs

    def _advice_signs(self) -> list[Sign]:
        """Whether the payment speaks of an advice; where it does not, another invoice may be meant that is alike."""
        if Cue.ADVICE in read_cues(self.evidence.payment.reference):
            return [Sign.ADVICE_TOLD]
        alike = [i for i in self.evidence.book.invoices_with_open(self.paid) if i.customer_id in self.customers]
        return [Sign.ADVICE_NOT_TOLD] if len(self.invoices) == 1 and len(alike) > 1 else []


def _said_by(figures: Sequence[Decimal]) -> set[Decimal]:
    """The figures of a line, and what two of them are together (net and tax) or apart (gross and deduction)."""
    pairs = list(combinations(figures, 2))
    return {*figures, *(a + b for a, b in pairs), *(abs(a - b) for a, b in pairs)}


def _returns(evidence: Evidence, naming: Naming) -> tuple[KnownPayment, ...]:
    """Earlier payments of exactly what a processor's list takes back beside an invoice."""
    if not evidence.through_processor:
        return ()
    found = []
    for number, amount in naming.returned.items():
        same = [k for k in evidence.book.payments_on(number) if k.payment.amount == Money(amount, evidence.currency)]
        found.extend(same[:1])
    return tuple(found)

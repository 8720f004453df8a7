"""Stories for a payment that names no document: the amount must speak, and only for a payer who is known."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from core.money import Money, total
from ledger.model.match import MatchPart, OpenCredit, OpenInvoice, PartKind
from ledger.rules.matching.book import due_order
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.document_numbers import core_digits, damaged_forms
from ledger.rules.matching.early_payment import discount_of, discount_until
from ledger.rules.matching.evidence import Evidence
from ledger.rules.matching.hypothesis import (
    Fit,
    Hypothesis,
    credit_parts,
    customers_of,
    invoice_parts,
    listed,
    open_total,
    payer_agreement,
)
from ledger.rules.matching.named import FEE_LIMIT, FEE_SHARE
from ledger.rules.matching.references import DocumentType
from ledger.rules.matching.subset_sum import MAX_DOCUMENTS, subset_sums

_REPEAT_DAYS = 45
_MAX_CREDITS = 4
_SHOWN_BY_AMOUNT = 3
#: The payer's own invoice has the amount to the cent, and its number is nearly the one written.
_SLIP_AND_EXACT_AMOUNT = 4.0


def unnamed_stories(evidence: Evidence) -> Iterator[Hypothesis]:
    """Every story that the payer and the amount alone allow."""
    if not evidence.identity.known:
        yield from _by_amount_alone(evidence)
        return
    unnamed = _Unnamed(evidence)
    singles = list(unnamed.singles())
    yield from singles
    yield from unnamed.repeated(alike_open=bool(singles))
    if not singles:
        yield from unnamed.sets()
    yield from unnamed.less_something()
    yield from unnamed.instalment_again()
    yield unnamed.on_account()


def unnamed_singles(evidence: Evidence) -> Iterator[Hypothesis]:
    """One open invoice of the payer with exactly this balance, though the text names another document."""
    if evidence.identity.known:
        yield from _Unnamed(evidence).singles()


class _Unnamed:
    """The stories of a known payer's payment."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._paid = evidence.payment.amount
        self._payer = evidence.identity.customer_id
        self._currency = evidence.currency
        self._zero = Money.zero(self._currency)
        self._open = evidence.book.open_invoices(self._payer, self._currency)
        self._credits = evidence.book.open_credits(self._payer, self._currency)

    def _story(
        self,
        fit: Fit,
        parts: Sequence[MatchPart],
        documents: Sequence[OpenInvoice],
        why: str,
        *,
        blocked: str = "",
        nudge: float = 0.0,
    ) -> Hypothesis:
        customers = customers_of(documents) or (self._payer,)
        mark, stranger = payer_agreement(self._evidence, customers)
        who = self._evidence.payment.payer_name.strip() or self._evidence.payment.payer_account
        return Hypothesis(
            fit,
            tuple(parts),
            customers,
            (f"{who[:60]} is {self._payer}, known by {_MARK_WORDS[int(mark)]}.", why),
            mark=mark,
            stranger=stranger,
            blocked=blocked,
            nudge=nudge,
        )

    def singles(self) -> Iterator[Hypothesis]:
        """One invoice with exactly this open balance, the payer's own before its family's."""
        same = [i for i in self._evidence.book.invoices_with_open(self._paid) if self._in_family(i)]
        for customer_id, alike in _by_customer(same):
            first = alike[0]
            why = f"{first.number} has exactly this open balance."
            if len(alike) > 1:
                why = (
                    f"{listed([i.number for i in alike])} are alike in amount and currency and nothing tells them "
                    f"apart: {first.number} is due first."
                )
            nudge = 0.0 if customer_id == self._payer else -2.0
            named = self._slip_of(alike)
            if named is not None:
                first, quote = named
                why = f"{first.number} has exactly this open balance, and {quote!r} is one slip away from it."
                nudge += _SLIP_AND_EXACT_AMOUNT
            yield self._story(Fit.EXACT, invoice_parts([first], [self._zero]), [first], why, nudge=nudge)

    def _slip_of(self, invoices: list[OpenInvoice]) -> tuple[OpenInvoice, str] | None:
        """The invoice whose number is one slip away from a number in the text, with that text."""
        for reference in self._evidence.references:
            if reference.kind is not DocumentType.INVOICE:
                continue
            slips = {form for document in reference.documents for form in damaged_forms(core_digits(document))}
            for invoice in invoices:
                if core_digits(invoice.number) in slips:
                    return invoice, reference.quote
        return None

    def _in_family(self, invoice: OpenInvoice) -> bool:
        return invoice.customer_id in self._evidence.identity.family

    def repeated(self, *, alike_open: bool) -> Iterator[Hypothesis]:
        """The same payer paid the same amount a short while ago, with the same words."""
        day, reference = self._evidence.payment.received_on, self._evidence.payment.reference.strip()
        for known in self._evidence.book.earlier_payments(self._evidence.payment, self._paid)[:1]:
            days = (day - known.payment.received_on).days
            if days > _REPEAT_DAYS:
                continue
            alike = bool(reference) and known.payment.reference.strip() == reference
            part = MatchPart(PartKind.DUPLICATE, known.payment.payment_id, self._paid)
            why = f"The same amount came {days} days before as payment {known.payment.payment_id}."
            yield self._story(
                Fit.DUPLICATE,
                [part],
                (),
                why,
                blocked="" if known.posted else "the payment that it repeats still waits for a person",
                # With an invoice of this amount open, the next payment of it is that invoice's.
                nudge=(1.0 if alike or days <= 10 else -1.0) - (2.0 if alike_open else 0.0),
            )

    def sets(self) -> Iterator[Hypothesis]:
        """Invoices that add up to the amount, with no credit note, with one of them, or with all."""
        if len(self._open) > MAX_DOCUMENTS:
            yield from self._everything_due()
            return
        choices: list[list[OpenCredit]] = [[], *([c] for c in self._credits[:_MAX_CREDITS])]
        if 1 < len(self._credits) <= _MAX_CREDITS:
            choices.append(self._credits)
        for credits in choices:
            taken = total([credit.open_balance for credit in credits], self._currency)
            yield from self._sets_for(self._paid + taken, credits)

    def _sets_for(self, target: Money, credits: list[OpenCredit]) -> Iterator[Hypothesis]:
        groups = [list(same) for _, same in groupby(sorted(self._open, key=_by_amount), key=_amount)]
        found = subset_sums([(group[0].open_balance.amount, len(group)) for group in groups], target.amount)
        for solution in found.solutions:
            chosen = [i for group, n in zip(groups, solution, strict=True) for i in group[:n]]
            chosen.sort(key=due_order)
            numbers = listed([invoice.number for invoice in chosen])
            alone = len(found.solutions) == 1 and found.complete
            why = f"{numbers} add up to the amount" + (", and no other open invoices do." if alone else ".")
            fit = Fit.SUBSET
            if len(chosen) == len(self._open):
                fit, why = Fit.ALL_OPEN, f"All open invoices, {numbers}, add up to the amount."
            if credits:
                fit = Fit.CREDIT_TAKEN if len(chosen) == 1 else fit
                why = f"{numbers} less credit note {listed([c.number for c in credits])} give the amount."
            parts = (*invoice_parts(chosen, [self._zero] * len(chosen)), *credit_parts(credits))
            blocked = "" if found.complete else "there may be other sets with this sum"
            linked = {credit.invoice_number for credit in credits} & {i.number for i in chosen}
            nudge = _by_chance(len(self._open), target) + (1.5 if linked else 0.0) - (1.5 if credits else 0.0)
            yield self._story(fit, parts, chosen, why, blocked=blocked, nudge=nudge)

    def _everything_due(self) -> Iterator[Hypothesis]:
        """Too many invoices to search: only all that is open, or all that is due by the day, can be told."""
        day = self._evidence.payment.received_on
        for chosen, words in ((self._open, "open"), ([i for i in self._open if i.due <= day], "due")):
            if chosen and open_total(chosen, self._currency) == self._paid:
                parts = invoice_parts(chosen, [self._zero] * len(chosen))
                why = f"All {len(chosen)} {words} invoices add up to the amount."
                yield self._story(Fit.ALL_OPEN, parts, chosen, why)
                return

    def less_something(self) -> Iterator[Hypothesis]:
        """One invoice less its early-payment discount, or less what looks like a fee."""
        for alike in _alike(self._open):
            invoice = alike[0]
            gap = invoice.open_balance - self._paid
            if gap <= self._zero:
                continue
            discount = discount_of(invoice)
            if discount is not None and gap == discount:
                yield self._discounted(invoice, gap)
            elif gap.amount <= FEE_LIMIT and gap.amount <= FEE_SHARE * invoice.open_balance.amount:
                yield self._less_a_fee(invoice, gap)

    def _discounted(self, invoice: OpenInvoice, gap: Money) -> Hypothesis:
        until = discount_until(invoice)
        late = until is not None and self._evidence.payment.received_on > until
        kind, fit = (PartKind.SHORT_PAY, Fit.LATE_DISCOUNT) if late else (PartKind.DISCOUNT, Fit.DISCOUNT)
        parts = (*invoice_parts([invoice], [gap]), MatchPart(kind, invoice.number, gap))
        when = "after its window; it stays open" if late else "within the terms"
        why = f"The amount is the open balance of {invoice.number} less {gap} early-payment discount, {when}."
        return self._story(fit, parts, [invoice], why)

    def _less_a_fee(self, invoice: OpenInvoice, gap: Money) -> Hypothesis:
        usual = self._evidence.book.usual_fee((self._payer,), gap)
        said = Cue.FEE in self._evidence.cues or self._evidence.cues.writes(gap.amount)
        parts = (*invoice_parts([invoice], [gap]), MatchPart(PartKind.FEE, invoice.number, gap))
        what = "this payer's usual fee" if usual else "as a fee would be"
        why = f"The amount is the open balance of {invoice.number} less {gap}, {what}."
        whole = gap.amount % Decimal("0.5") == 0
        nudge = 1.5 * usual + 1.0 * said - (0.0 if whole else 1.5)
        return self._story(Fit.FEE, parts, [invoice], why, nudge=nudge)

    def instalment_again(self) -> Iterator[Hypothesis]:
        """A partly paid invoice that this payer paid the same amount on before."""
        for known in self._evidence.book.earlier_payments(self._evidence.payment, self._paid)[:3]:
            numbers = [part.document for part in known.parts if part.kind is PartKind.INVOICE]
            invoice = self._evidence.book.invoice(numbers[0]) if len(numbers) == 1 else None
            if invoice is None or not known.posted or invoice.open_balance < self._paid:
                continue
            parts = invoice_parts([invoice], [invoice.open_balance - self._paid])
            why = f"The same amount was paid on {invoice.number} on {known.payment.received_on}, which is still open."
            yield self._story(Fit.INSTALMENT_AGAIN, parts, [invoice], why)

    def on_account(self) -> Hypothesis:
        """Nothing fits: the customer's own money, which a person places, unless the text calls it a deposit."""
        deposit = Cue.DEPOSIT in self._evidence.cues
        part = MatchPart(PartKind.ON_ACCOUNT, self._payer, self._paid)
        why = "The text calls it a deposit." if deposit else "No open invoice explains the amount."
        blocked = "" if deposit else "nothing says what it is for"
        return self._story(Fit.ON_ACCOUNT, [part], (), why, blocked=blocked, nudge=4.0 if deposit else 0.0)


_MARK_WORDS = (
    "nothing",
    "a similar name",
    "a shortened name",
    "earlier payments",
    "its name",
    "an alias",
    "its bank account",
)


def _by_amount_alone(evidence: Evidence) -> Iterator[Hypothesis]:
    """Nobody is known: invoices with this amount are shown, those of tied names first; none may be posted."""
    same = evidence.book.invoices_with_open(evidence.payment.amount)
    tied = set(evidence.identity.tied)
    same.sort(key=lambda invoice: (invoice.customer_id not in tied, *due_order(invoice)))
    for invoice in same[:_SHOWN_BY_AMOUNT]:
        held = invoice.customer_id in tied
        yield Hypothesis(
            Fit.EXACT,
            invoice_parts([invoice], [Money.zero(evidence.currency)]),
            (invoice.customer_id,),
            (
                f"{invoice.number} has exactly this open balance.",
                "The payer's name fits several customers." if held else "The payer is not known.",
            ),
            blocked="the payer could be several customers" if held else "an amount alone tells nothing",
            nudge=0.0 if held else -2.5,
        )


def _by_chance(documents: int, target: Money) -> float:
    """Log odds for how likely some set adds up by chance: sets there are, against amounts there could be."""
    by_chance = 2**documents / int(target.amount.scaleb(2))
    if by_chance < 0.01:
        return 1.0
    return 0.0 if by_chance < 0.2 else -2.0


def _by_customer(invoices: list[OpenInvoice]) -> list[tuple[str, list[OpenInvoice]]]:
    by: dict[str, list[OpenInvoice]] = {}
    for invoice in sorted(invoices, key=due_order):
        by.setdefault(invoice.customer_id, []).append(invoice)
    return list(by.items())


def _alike(invoices: list[OpenInvoice]) -> list[list[OpenInvoice]]:
    """Invoices alike in open balance, amount, terms and issue day together; due first within each."""
    by: dict[object, list[OpenInvoice]] = {}
    for invoice in invoices:
        by.setdefault((invoice.open_balance, invoice.amount, invoice.terms), []).append(invoice)
    return list(by.values())


def _amount(invoice: OpenInvoice) -> Decimal:
    return invoice.open_balance.amount


def _by_amount(invoice: OpenInvoice) -> tuple[Decimal, object]:
    return invoice.open_balance.amount, due_order(invoice)

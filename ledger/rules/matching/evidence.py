"""What is known about one payment before any hypothesis: who paid, what the text names, which advice belongs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from core.money import Money
from ledger.model.match import IncomingPayment, OpenCredit, OpenInvoice, RemittanceAdvice
from ledger.rules.matching.book import Book
from ledger.rules.matching.cues import Cue, Cues, read_cues
from ledger.rules.matching.habits import UsualDeduction
from ledger.rules.matching.payer import NOBODY, PayerIdentity, PayerMark
from ledger.rules.matching.references import (
    DocumentType,
    Reference,
    Scope,
    Strength,
    find_references,
    has_unread_numbers,
)
from ledger.rules.matching.remittances import RemittanceIndex

#: Ways to read references that fit several documents; beyond this a person reads them.
_MAX_READINGS = 32
_PROCESSOR_METHODS = frozenset({"card", "processor", "stripe", "payout"})
#: Who is known by itself as one of our customers.
_OF_A_CUSTOMER = frozenset(
    {PayerMark.SIMILAR_NAME, PayerMark.TRUNCATED_NAME, PayerMark.NAME, PayerMark.ALIAS, PayerMark.ACCOUNT}
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The payment with all that was read about it from one source of text."""

    payment: IncomingPayment
    book: Book
    identity: PayerIdentity
    references: tuple[Reference, ...]
    cues: Cues
    #: The advice whose text was read; None where it is the payment's own reference.
    advice: RemittanceAdvice | None = None
    #: The advice states exactly the payment's amount, or its lines add up to it.
    advice_agrees: bool = False
    #: The advice names the payment itself.
    hinted: bool = False
    #: Nothing but the advice says who the payer is.
    by_advice_alone: bool = False

    @property
    def currency(self) -> str:
        """Currency of the payment."""
        return self.payment.amount.currency

    @property
    def text(self) -> str:
        """What was read: the advice, or the payment's own reference."""
        return self.advice.text if self.advice else self.payment.reference

    @property
    def through_processor(self) -> bool:
        """Whether a card or payment processor pays out what it collected."""
        is_customer = not self.by_advice_alone and self.identity.mark in _OF_A_CUSTOMER
        return is_processor(self.payment, self.cues, is_customer=is_customer)

    @property
    def payer_is_known(self) -> bool:
        """Whether the payment itself says who pays, and not only an advice that may belong to it."""
        return self.identity.known and not self.by_advice_alone

    def pays_for(self, customer_ids: Iterable[str]) -> bool:
        """Whether the payer, known as somebody else, is taught or seen to pay for these customers."""
        return self.book.payers.pays_for(self.payment.payer_name, self.payment.payer_account, customer_ids)

    def usual_deduction(self, customer_ids: Iterable[str], gap: Money, whole: Money) -> UsualDeduction | None:
        """The customers' habit that agrees with `gap` taken off `whole`."""
        return self.book.habits.deduction(customer_ids, gap, whole)


@dataclass(frozen=True, slots=True)
class Naming:
    """One reading of the references: the documents named in the order of the text."""

    invoices: tuple[OpenInvoice, ...]
    credits: tuple[OpenCredit, ...]
    #: The weakest of the namings.
    strength: Strength
    #: Amounts written beside invoices, by number.
    stated: dict[str, Money]
    #: Words as they stood, for the reasons.
    quotes: tuple[str, ...]
    #: Several documents fit the words; this reading chose among them.
    chosen: bool
    #: Every amount behind and before an invoice's number, by number.
    behind: dict[str, tuple[Decimal, ...]]
    before: dict[str, tuple[Decimal, ...]]
    #: Amounts written with a minus beside an invoice, by number: what a processor gave back.
    returned: dict[str, Decimal]
    #: The text writes numbers like these that are not recognised.
    unread: bool


def is_processor(payment: IncomingPayment, cues: Cues, *, is_customer: bool = False) -> bool:
    """Whether a card or payment processor pays: by its method, its name or its words.

    One of our customers is none by its name or words: `Full and final settlement`, `12 Park Square`.
    """
    if payment.method.lower() in _PROCESSOR_METHODS:
        return True
    name = read_cues(payment.payer_name)
    return not is_customer and (Cue.PROCESSOR in cues or bool(name.words & {Cue.PROCESSOR, Cue.PAYOUT}))


def gather(payment: IncomingPayment, book: Book, remittances: RemittanceIndex) -> tuple[Evidence, ...]:
    """Evidence from the payment's own reference, and from each advice that may belong to it."""
    identity = book.payers.identify(payment.payer_name, payment.payer_account, payment.reference)
    cues = read_cues(payment.reference)
    if identity.mark is PayerMark.LEARNED and is_processor(payment, cues):
        # Whoever was paid through it last says nothing about the next one.
        identity = NOBODY
    customers = identity.family or identity.tied
    scope = Scope(customers, book.owner, identity.is_one_of_many)
    own = Evidence(payment, book, identity, find_references(payment.reference, book.numbers, scope, cues), cues)
    found = [own]
    for advice in remittances.for_payment(payment, customers):
        read = _of_advice(payment, book, identity, advice, remittances)
        if read.references:
            found.append(read)
    return tuple(found)


def _of_advice(
    payment: IncomingPayment,
    book: Book,
    identity: PayerIdentity,
    advice: RemittanceAdvice,
    remittances: RemittanceIndex,
) -> Evidence:
    """An unknown payer is the customer from whose domain the advice came."""
    senders = tuple(sorted(book.payers.at_domain(advice.from_email)))
    alone = not identity.known
    if not identity.known and len(senders) == 1:
        identity = PayerIdentity(senders[0], PayerMark.IN_TEXT, book.payers.family(senders[0]))
    cues = read_cues(advice.text)
    scope = Scope(identity.family or identity.tied or senders, book.owner, identity.is_one_of_many)
    references = find_references(advice.text, book.numbers, scope, cues)
    agrees = remittances.states_amount(advice, payment) and not _is_one_line(payment, references)
    hinted = remittances.hints_at(advice, payment)
    return Evidence(payment, book, identity, references, cues, advice, agrees, hinted, alone)


def _is_one_line(payment: IncomingPayment, references: tuple[Reference, ...]) -> bool:
    """The payment's amount stands beside one of several numbers only: the advice is about other money."""
    if len(references) < 2:
        return False
    amount = payment.amount.amount
    stated = [reference.figures[0].signed for reference in references if reference.figures]
    beside = any(amount in (figure.amount for figure in reference.figures) for reference in references[:-1])
    return (beside or references[-1].stated == amount) and sum(stated) != amount


def namings(evidence: Evidence) -> tuple[Naming, ...]:
    """Every reading of the references, at most 32; empty where nothing of ours is named."""
    surely = [reference for reference in evidence.references if reference.strength >= Strength.LISTED]
    readings = _readings(evidence, evidence.references)
    if 0 < len(surely) < len(evidence.references):
        # An ending or a damaged number may be no number at all.
        readings += _readings(evidence, surely)
    return tuple(readings)


def _readings(evidence: Evidence, references: Sequence[Reference]) -> list[Naming]:
    options = [_options(evidence, reference) for reference in references]
    used = [(reference, option) for reference, option in zip(references, options, strict=True) if option]
    if not used:
        return []
    readings = 1
    for _, option in used:
        readings *= len(option)
    if readings > _MAX_READINGS:
        used = [(reference, option[:1]) for reference, option in used]
    chosen = readings > 1
    return [
        _naming(evidence, [reference for reference, _ in used], choice, chosen=chosen)
        for choice in product(*(option for _, option in used))
    ]


def _options(evidence: Evidence, reference: Reference) -> list[tuple[str, ...]]:
    """What one reference may mean: each of its documents, or for a purchase order also all of its open invoices.

    Open documents in the payment's currency are preferred over closed ones, since a reference is about now.
    """
    documents = list(reference.documents)
    if reference.kind is DocumentType.CREDIT:
        usable = [d for d in documents if (credit := evidence.book.credit(d)) and credit.open_balance]
        return [(document,) for document in usable]
    fits = [d for d in documents if _is_open_in(evidence, d)]
    single: list[tuple[str, ...]] = [(document,) for document in fits or documents]
    if reference.kind is DocumentType.PO and len(fits) > 1:
        single.append(tuple(fits))
    return single


def _is_open_in(evidence: Evidence, number: str) -> bool:
    invoice = evidence.book.invoice(number)
    return invoice is not None and bool(invoice.open_balance) and invoice.open_balance.currency == evidence.currency


def _naming(
    evidence: Evidence, references: list[Reference], choice: tuple[tuple[str, ...], ...], *, chosen: bool
) -> Naming:
    invoices: dict[str, OpenInvoice] = {}
    credits: dict[str, OpenCredit] = {}
    stated: dict[str, Money] = {}
    for reference, documents in zip(references, choice, strict=True):
        for document in documents:
            credit = evidence.book.credit(document) if reference.kind is DocumentType.CREDIT else None
            invoice = evidence.book.invoice(document) if reference.kind is not DocumentType.CREDIT else None
            if credit is not None:
                credits[document] = credit
            if invoice is not None:
                invoices[document] = invoice
                if reference.stated is not None and len(documents) == 1:
                    stated[document] = Money(reference.stated, evidence.currency)
    strength = min(reference.strength for reference in references)
    quotes = tuple(reference.quote for reference in references)
    behind, before = _columns(references, choice)
    unread = has_unread_numbers(evidence.text, references)
    return Naming(
        tuple(invoices.values()),
        tuple(credits.values()),
        strength,
        stated,
        quotes,
        chosen,
        behind,
        before,
        _returned(references, choice),
        unread,
    )


def _returned(references: list[Reference], choice: tuple[tuple[str, ...], ...]) -> dict[str, Decimal]:
    return {
        documents[0]: reference.figures[0].amount
        for reference, documents in zip(references, choice, strict=True)
        if len(documents) == 1 and reference.kind is DocumentType.INVOICE
        if reference.figures and reference.figures[0].negative
    }


def _columns(
    references: list[Reference], choice: tuple[tuple[str, ...], ...]
) -> tuple[dict[str, tuple[Decimal, ...]], dict[str, tuple[Decimal, ...]]]:
    """The amounts behind each number, and before it: those behind the number before, first the ones that lead."""
    behind: dict[str, tuple[Decimal, ...]] = {}
    before: dict[str, tuple[Decimal, ...]] = {}
    previous = tuple(written.amount for written in references[0].leading)
    for reference, documents in zip(references, choice, strict=True):
        figures = tuple(written.amount for written in reference.figures)
        if len(documents) == 1 and reference.kind is not DocumentType.CREDIT:
            behind.setdefault(documents[0], figures)
            before.setdefault(documents[0], previous)
        previous = figures
    return behind, before

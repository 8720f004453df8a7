"""What is known about one payment before any hypothesis: who paid, what the text names, which advice belongs."""

from dataclasses import dataclass
from itertools import product

from core.money import Money
from ledger.model.match import IncomingPayment, OpenCredit, OpenInvoice, RemittanceAdvice
from ledger.rules.matching.book import Book
from ledger.rules.matching.cues import Cues, read_cues
from ledger.rules.matching.payer import PayerIdentity
from ledger.rules.matching.references import DocumentType, Reference, Scope, Strength, find_references
from ledger.rules.matching.remittances import RemittanceIndex

#: Ways to read references that fit several documents; beyond this a person reads them.
_MAX_READINGS = 32


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
    #: The advice states exactly the payment's amount.
    advice_agrees: bool = False

    @property
    def currency(self) -> str:
        """Currency of the payment."""
        return self.payment.amount.currency


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


def gather(payment: IncomingPayment, book: Book, remittances: RemittanceIndex) -> tuple[Evidence, ...]:
    """Evidence from the payment's own reference, and from each advice that may belong to it."""
    identity = book.payers.identify(payment.payer_name, payment.payer_account)
    customers = identity.family or identity.tied
    own = _evidence(payment, book, identity, payment.reference)
    found = [own]
    for advice in remittances.for_payment(payment, customers):
        cues = read_cues(advice.text)
        senders = tuple(sorted(book.payers.at_domain(advice.from_email)))
        scope = Scope(customers or senders, book.owner)
        references = find_references(advice.text, book.numbers, scope, cues)
        if references:
            agrees = remittances.states_amount(advice, payment)
            found.append(Evidence(payment, book, identity, references, cues, advice, agrees))
    return tuple(found)


def _evidence(payment: IncomingPayment, book: Book, identity: PayerIdentity, text: str) -> Evidence:
    cues = read_cues(text)
    scope = Scope(identity.family or identity.tied, book.owner)
    return Evidence(payment, book, identity, find_references(text, book.numbers, scope, cues), cues)


def namings(evidence: Evidence) -> tuple[Naming, ...]:
    """Every reading of the references, at most 32; empty where nothing of ours is named."""
    options = [_options(evidence, reference) for reference in evidence.references]
    used = [(reference, option) for reference, option in zip(evidence.references, options, strict=True) if option]
    if not used:
        return ()
    readings = 1
    for _, option in used:
        readings *= len(option)
    if readings > _MAX_READINGS:
        used = [(reference, option[:1]) for reference, option in used]
    chosen = readings > 1
    return tuple(
        _naming(evidence, [reference for reference, _ in used], choice, chosen=chosen)
        for choice in product(*(option for _, option in used))
    )


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
    return Naming(tuple(invoices.values()), tuple(credits.values()), strength, stated, quotes, chosen)

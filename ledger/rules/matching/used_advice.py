"""Which remittance advice a posted payment uses up: it explains no other one."""

from ledger.model.match import IncomingPayment, MatchCandidate, PartKind, RemittanceAdvice
from ledger.rules.matching.book import Book
from ledger.rules.matching.remittances import RemittanceIndex

_DOCUMENTS = frozenset({PartKind.INVOICE, PartKind.CREDIT})


def used_advice(
    payment: IncomingPayment, posted: MatchCandidate, book: Book, remittances: RemittanceIndex
) -> RemittanceAdvice | None:
    """The advice that explains the payment as it was posted; None where none does.

    Another customer's that states the same amount is about other money.
    """
    documents = {part.document for part in posted.parts if part.kind in _DOCUMENTS}
    payer = book.payers.identify(payment.payer_name, payment.payer_account, payment.reference)
    theirs = {*posted.customer_ids, *payer.family}
    for advice in remittances.for_payment(payment, posted.customer_ids):
        senders = book.payers.at_domain(advice.from_email)
        if (not senders or theirs & senders) and remittances.explains(advice, payment, documents):
            return advice
    return None

"""`propose`: how a payment falls on the open documents, and whether it may be posted without a person."""

from collections.abc import Sequence

from ledger.model.match import (
    IncomingPayment,
    MatchCandidate,
    MatchPart,
    MatchProposal,
    MatchStatus,
    PartKind,
)
from ledger.rules.matching.book import Book
from ledger.rules.matching.evidence import gather
from ledger.rules.matching.hypotheses import hypotheses_for
from ledger.rules.matching.hypothesis import Hypothesis
from ledger.rules.matching.payer import PayerMark
from ledger.rules.matching.remittances import RemittanceIndex
from ledger.rules.matching.scoring import confidences

#: Below this a person decides. Checked against the precision measured by `evals/matching.py`.
APPLY_FROM = 0.95
MAX_CANDIDATES = 3


def propose(payment: IncomingPayment, book: Book, remittances: RemittanceIndex) -> MatchProposal:
    """The best candidates, at most three, and whether the first may be posted by itself.

    Never applied: a tie between customers or between different sets, an amount without a payer or a reference,
    another currency than the invoice's. Changes nothing; `settle` posts.
    """
    found = gather(payment, book, remittances)
    stories = hypotheses_for(found)
    chances = confidences(stories)
    held = _held_because(payment, stories[0], chances[0], book)
    candidates = tuple(_candidate(s, c) for s, c in zip(stories[:MAX_CANDIDATES], chances, strict=False))
    status = MatchStatus.SUGGESTED if held else MatchStatus.APPLIED
    return MatchProposal(payment.payment_id, status, candidates, held)


def settle(payment: IncomingPayment, proposal: MatchProposal, book: Book, remittances: RemittanceIndex) -> None:
    """Brings a proposal into the book: posts and learns when applied, else remembers that the payment waits."""
    best = proposal.best
    if best is None or proposal.status is MatchStatus.SUGGESTED:
        book.hold(payment, best)
        return
    if not book.post(payment, best):
        return
    for advice in remittances.for_payment(payment, best.customer_ids):
        if remittances.states_amount(advice, payment):
            remittances.mark_used(advice)
            break
    if _teaches(best, book, payment):
        book.learn_payer(payment, best.customer_ids[0])


def _teaches(candidate: MatchCandidate, book: Book, payment: IncomingPayment) -> bool:
    """A payer who was not known, and whose reference and amount named exactly one customer's invoices."""
    if len(candidate.customer_ids) != 1 or any(p.kind is not PartKind.INVOICE for p in candidate.money_parts):
        return False
    identity = book.payers.identify(payment.payer_name, payment.payer_account)
    return identity.mark < PayerMark.NAME


def _candidate(hypothesis: Hypothesis, confidence: float) -> MatchCandidate:
    return MatchCandidate(hypothesis.parts, hypothesis.customer_ids, round(confidence, 6), hypothesis.reasons)


def _held_because(payment: IncomingPayment, best: Hypothesis, chance: float, book: Book) -> str:
    """Why the best story may not be posted without a person; empty when it may."""
    if best.blocked:
        return best.blocked
    if best.strength is None and best.mark is PayerMark.NOBODY:
        return "neither a payer nor a reference is recognised"
    waiting = _waiting_alike(payment, best, book)
    if waiting:
        return f"payment {waiting} of the same amount waits for the same invoice"
    if chance < APPLY_FROM:
        return "another explanation is nearly as likely, or this one is not certain enough"
    return ""


def _waiting_alike(payment: IncomingPayment, best: Hypothesis, book: Book) -> str:
    """An earlier payment, alike, that a person has not decided yet and that would take the same documents."""
    documents = _documents(best.parts)
    for known in book.earlier_payments(payment, payment.amount):
        if not known.posted and documents & _documents(known.parts):
            return known.payment.payment_id
    return ""


def _documents(parts: Sequence[MatchPart]) -> set[str]:
    kinds = {PartKind.INVOICE, PartKind.CREDIT}
    return {part.document for part in parts if part.kind in kinds}

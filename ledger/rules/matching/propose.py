"""`propose`: how a payment falls on the open documents, and whether it may be posted without a person."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

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
from ledger.rules.matching.used_advice import used_advice

#: Below this a person decides. Checked against the precision measured by `evals/matching.py`.
APPLY_FROM = 0.95
MAX_CANDIDATES = 3
_TAX_WHY = "With the payer's certificate, a person may book what stays open as tax withheld."


def propose(payment: IncomingPayment, book: Book, remittances: RemittanceIndex) -> MatchProposal:
    """The best candidates, at most three, and whether the first may be posted by itself.

    Never applied: a tie between customers or between different sets, an amount without a payer or a reference,
    another currency than the invoice's. Changes nothing; `settle` posts.
    """
    stories = weigh(payment, book, remittances)
    best, chance = stories[0]
    held = held_because(payment, best, chance, book)
    candidates = tuple(islice(candidates_of(stories), MAX_CANDIDATES))
    status = MatchStatus.SUGGESTED if held else MatchStatus.APPLIED
    return MatchProposal(payment.payment_id, status, candidates, held)


def weigh(payment: IncomingPayment, book: Book, remittances: RemittanceIndex) -> list[tuple[Hypothesis, float]]:
    """Every story with its probability, likeliest first; never empty."""
    stories = hypotheses_for(gather(payment, book, remittances))
    return list(zip(stories, confidences(stories), strict=True))


def settle(payment: IncomingPayment, proposal: MatchProposal, book: Book, remittances: RemittanceIndex) -> None:
    """Brings a proposal into the book: posts and learns when applied, else remembers that the payment waits."""
    best = proposal.best
    if best is None or proposal.status is MatchStatus.SUGGESTED:
        book.hold(payment, best, proposal.candidates[1:])
        return
    if not book.post(payment, best):
        return
    advice = used_advice(payment, best, book, remittances)
    if advice is not None:
        remittances.mark_used(advice)
    if _teaches(best, book, payment):
        book.learn_payer(payment, best.customer_ids[0])


def _teaches(candidate: MatchCandidate, book: Book, payment: IncomingPayment) -> bool:
    """A payer who was not known, and whose reference and amount named exactly one customer's invoices."""
    if len(candidate.customer_ids) != 1 or any(p.kind is not PartKind.INVOICE for p in candidate.money_parts):
        return False
    identity = book.payers.identify(payment.payer_name, payment.payer_account, payment.reference)
    return identity.mark < PayerMark.NAME


def candidates_of(stories: Iterable[tuple[Hypothesis, float]]) -> Iterator[MatchCandidate]:
    """Stories as they are proposed; behind one whose gap may be tax withheld, the same money with the tax booked."""
    for story, likely in stories:
        yield as_candidate(story, likely)
        if story.as_tax:
            reasons = (*story.reasons, _TAX_WHY)
            yield MatchCandidate(story.as_tax, story.customer_ids, round(likely, 6), reasons)


def as_candidate(hypothesis: Hypothesis, confidence: float) -> MatchCandidate:
    """A story as it is proposed."""
    return MatchCandidate(hypothesis.parts, hypothesis.customer_ids, round(confidence, 6), hypothesis.reasons)


def held_because(payment: IncomingPayment, best: Hypothesis, chance: float, book: Book) -> str:
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
    """An earlier payment of the amount that a person has not decided yet and that would take the same documents."""
    waiting = [known for document in sorted(_documents(best.parts)) for known in book.waiting_on(document)]
    ids = {known.payment.payment_id for known in waiting}
    for known in book.earlier_payments(payment, payment.amount):
        if known.payment.payment_id in ids:
            return known.payment.payment_id
    if best.strength is not None:
        return ""
    same = (k for k in waiting if k.payment.amount == payment.amount and k.payment.payment_id != payment.payment_id)
    return next((known.payment.payment_id for known in same if known.customer_ids == best.customer_ids), "")


def _documents(parts: Sequence[MatchPart]) -> set[str]:
    kinds = {PartKind.INVOICE, PartKind.CREDIT}
    return {part.document for part in parts if part.kind in kinds}

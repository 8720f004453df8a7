"""Stories for money that leaves again: returns, chargebacks, and refunds of credit notes and money on account."""

from collections.abc import Iterator

from core.money import Money
from ledger.model.match import MatchPart, PartKind
from ledger.rules.matching.book import KnownPayment
from ledger.rules.matching.cues import Cue
from ledger.rules.matching.evidence import Evidence
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, payer_agreement
from ledger.rules.matching.payer import PayerMark
from ledger.rules.matching.references import DocumentType, Strength

_SHOWN = 4
_METHODS = frozenset({"return", "returned", "chargeback", "reversal", "refund"})
_SILENT = "nothing says that money goes back, and neither the payment nor its invoice is named"


def negative_stories(evidence: Evidence) -> Iterator[Hypothesis]:
    """Which earlier payment is reversed, or what is refunded."""
    back = -evidence.payment.amount
    yield from _reversals(evidence, back)
    if evidence.identity.known:
        yield from _refunds(evidence, back)


def _reversals(evidence: Evidence, back: Money) -> Iterator[Hypothesis]:
    named = {d for r in evidence.references if r.kind is not DocumentType.CREDIT for d in r.documents}
    same_payer = evidence.book.earlier_payments(evidence.payment, back)
    on_named = [k for number in named for k in evidence.book.payments_on(number) if k.payment.amount == back]
    telling = [k for k in evidence.book.payments_telling(evidence.payment.reference) if k.payment.amount == back]
    known = {k.payment.payment_id: k for k in (*same_payer, *on_named, *telling)}
    same_words = {k.payment.payment_id for k in telling}
    for position, earlier in enumerate(list(known.values())[:_SHOWN]):
        alike = earlier.payment.payment_id in same_words and len(same_words) == 1
        yield _reversal(evidence, earlier, named, newest=position == 0, same_words=alike)


def _reversal(
    evidence: Evidence, known: KnownPayment, named: set[str], *, newest: bool, same_words: bool
) -> Hypothesis:
    earlier = known.payment
    numbers = {part.document for part in known.parts if part.kind is PartKind.INVOICE}
    told = bool(numbers & named) or _mentions(evidence.payment.reference, earlier.payment_id)
    mark, stranger = payer_agreement(evidence, known.customer_ids)
    if not evidence.identity.known and known in evidence.book.earlier_payments(evidence.payment, earlier.amount):
        mark = PayerMark.NAME
    repeat = any(part.kind is PartKind.DUPLICATE for part in known.parts)
    signs = (
        (Sign.OF_A_REPEAT, repeat),
        (Sign.REPEAT_SAID, repeat and Cue.REPEAT in evidence.cues),
        (Sign.NEWEST, newest),
        (Sign.REVERSAL_SAID, Cue.REVERSAL in evidence.cues),
        (Sign.SAME_WORDS, same_words),
    )
    why = f"It takes back payment {earlier.payment_id} of {earlier.received_on}, {earlier.amount}."
    return Hypothesis(
        Fit.REVERSAL,
        (MatchPart(PartKind.REVERSAL, earlier.payment_id, evidence.payment.amount),),
        known.customer_ids,
        (why, "It repeated another payment." if repeat else "Same payer and the same amount."),
        strength=Strength.WHOLE if told or same_words else None,
        mark=mark,
        stranger=stranger,
        blocked="" if told or same_words or _goes_back(evidence) else _SILENT,
        signs=tuple(sign for sign, holds in signs if holds),
    )


def _goes_back(evidence: Evidence) -> bool:
    """Words, a bank's return code or the method say so: we pay customers for other things too."""
    said = evidence.cues.words & {Cue.REVERSAL, Cue.REPEAT}
    return bool(said) or evidence.payment.method.lower() in _METHODS


def _mentions(text: str, payment_id: str) -> bool:
    return len(payment_id) >= 3 and payment_id.upper() in text.upper().replace(",", " ").split()


def _refunds(evidence: Evidence, back: Money) -> Iterator[Hypothesis]:
    customer_id = evidence.identity.customer_id
    mark, stranger = payer_agreement(evidence, (customer_id,))
    for credit in evidence.book.open_credits(customer_id, evidence.currency):
        if credit.open_balance == back:
            named = any(r.kind is DocumentType.CREDIT and credit.number in r.documents for r in evidence.references)
            yield Hypothesis(
                Fit.REFUND,
                (MatchPart(PartKind.CREDIT, credit.number, -back),),
                (customer_id,),
                (f"Credit note {credit.number} of exactly this amount is paid out.",),
                strength=Strength.WHOLE if named else None,
                mark=mark,
                stranger=stranger,
                blocked="" if named else "no reference says that the credit note was paid out",
            )
    held = evidence.book.on_account.get((customer_id, evidence.currency))
    if held is not None and held >= back.amount:
        yield Hypothesis(
            Fit.REFUND,
            (MatchPart(PartKind.ON_ACCOUNT, customer_id, -back),),
            (customer_id,),
            (f"{Money(held, back.currency)} stood on the customer's account.",),
            mark=mark,
            stranger=stranger,
            blocked="" if _goes_back(evidence) or Cue.DEPOSIT in evidence.cues else _SILENT,
            signs=(Sign.WHOLE_BALANCE,) if held == back.amount else (),
        )

"""Looks for the money that a customer says it sent: among payments, unapplied cash and credit notes."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.money import Money
from ledger.model.invoice import Payment
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot

#: A transfer arrives from the day before it was "sent" (zones, early words) to two weeks after it: cheques and
#: cross-border wires take that long (field notes: wire 2-3 days, cheque 14).
_BEFORE = timedelta(days=3)
_AFTER = timedelta(days=14)
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class ClaimedPayment:
    """What was found. `payment` is the best one or None; `words` lists everything that was seen, for a person."""

    payment: Payment | None
    #: The named invoices stand at zero: the claim is true, whoever paid.
    closed: bool
    words: tuple[str, ...]


def find_claimed_payment(signal: Signal, snapshot: AccountSnapshot) -> ClaimedPayment:
    """The payment that a `payment_sent` signal talks about, among those of the account.

    A payment counts where its reference, its amount with the day, or its allocation to a named invoice agrees;
    an amount or a day alone does not.
    """
    named = [invoice for number in signal.invoices if (invoice := snapshot.invoice(number)) is not None]
    closed = bool(named) and all(not invoice.open_balance for invoice in named)
    open_sum = _sum([invoice.open_balance for invoice in named])
    scored = [(_agreement(signal, payment, open_sum), payment) for payment in snapshot.payments]
    found = [payment for score, payment in sorted(scored, key=lambda pair: -pair[0]) if score >= 2]
    words = [_payment_words(payment) for payment in found[:_MOST_WORDS]]
    words += [
        f"credit note {note.number} with {note.open_balance} open"
        for note in snapshot.credit_notes
        if note.open_balance and (note.invoice_number in signal.invoices or note.open_balance == signal.amount)
    ][:_MOST_WORDS]
    return ClaimedPayment(payment=found[0] if found else None, closed=closed, words=tuple(words))


def _agreement(signal: Signal, payment: Payment, open_sum: Money | None) -> int:
    if payment.amount.amount <= 0:
        return 0
    score = 0
    if signal.reference and _plain(signal.reference) and _plain(signal.reference) in _plain(payment.remittance):
        score += 3
    if set(signal.invoices) & set(payment.invoice_numbers):
        score += 2
    if any(_plain(number) in _plain(payment.remittance) for number in signal.invoices):
        score += 2
    if payment.amount in (signal.amount, open_sum):
        score += 1
    if signal.day is not None and _near(signal.day, payment.received_on):
        score += 1
    # Without a day in the mail, unapplied money of exactly this amount is still worth showing.
    if signal.day is None and payment.unapplied and payment.amount in (signal.amount, open_sum):
        score += 1
    return score


def _near(said: date, received: date) -> bool:
    return said - _BEFORE <= received <= said + _AFTER


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


def _sum(amounts: list[Money]) -> Money | None:
    if not amounts or len({amount.currency for amount in amounts}) != 1:
        return None
    result = amounts[0]
    for amount in amounts[1:]:
        result = result + amount
    return result


def _payment_words(payment: Payment) -> str:
    where = (
        f"applied to {', '.join(payment.invoice_numbers)}"
        if payment.invoice_numbers
        else "not applied to any invoice"
    )
    return f"payment {payment.external_id} of {payment.amount} received on {payment.received_on.isoformat()}, {where}"

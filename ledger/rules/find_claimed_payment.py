"""Looks for the money that a customer says it sent.

Among its payments, money of no known payer, lines that the bank has not booked yet (a processor's payout on its way
is one of them) and credit notes.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import StatementLine
from ledger.model.invoice import Payment
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot

#: A transfer arrives from the day before it was "sent" (zones, early words) to two weeks after it: cheques and
#: cross-border wires take that long (field notes: wire 2-3 days, cheque 14).
_BEFORE = timedelta(days=3)
_AFTER = timedelta(days=14)
_MOST_WORDS = 5
#: Shorter words of a name ("AG", "Ltd", "the") are shared by strangers.
_SHORTEST_TELLING_WORD = 5


@dataclass(frozen=True, slots=True)
class ClaimedPayment:
    """What was found. `payment` is the best one or None; `words` lists everything that was seen, for a person."""

    payment: Payment | None
    #: The named invoices stand at zero: the claim is true, whoever paid.
    closed: bool
    words: tuple[str, ...]
    #: Whether `words` name money of no known payer or credit: a person must say whose it is and what it pays.
    needs_look: bool = False


def find_claimed_payment(signal: Signal, snapshot: AccountSnapshot) -> ClaimedPayment:
    """The payment that a `payment_sent` signal talks about: one of the account's, never one of no known payer.

    A payment counts where its reference, its amount with the day, or its allocation to a named invoice agrees;
    an amount or a day alone does not. Money of no known payer is named to a person under the same rule, save that
    amount and day are not enough where the payer's name says somebody else. So is money that the bank has not booked:
    it may still vanish.
    """
    named = [invoice for number in signal.invoices if (invoice := snapshot.invoice(number)) is not None]
    closed = bool(named) and all(not invoice.open_balance for invoice in named)
    open_sum = _sum([invoice.open_balance for invoice in named])
    scored = [(_agreement(signal, payment, open_sum), payment) for payment in snapshot.payments]
    found = [payment for score, payment in sorted(scored, key=lambda pair: -pair[0]) if score >= 2]
    words = [_payment_words(payment) for payment in found[:_MOST_WORDS]]
    unassigned = _unassigned(signal, snapshot, open_sum)[:_MOST_WORDS]
    on_its_way = _on_its_way(signal, snapshot, open_sum)[:_MOST_WORDS]
    credits = [
        f"credit note {note.number} with {note.open_balance} open"
        for note in snapshot.credit_notes
        if note.open_balance and (note.invoice_number in signal.invoices or note.open_balance == signal.amount)
    ][:_MOST_WORDS]
    return ClaimedPayment(
        payment=found[0] if found else None,
        closed=closed,
        words=(*words, *unassigned, *on_its_way, *credits),
        needs_look=not found and bool(unassigned or on_its_way or credits),
    )


def _unassigned(signal: Signal, snapshot: AccountSnapshot, open_sum: Money | None) -> list[str]:
    scored = [(_agreement(signal, payment, open_sum), payment) for payment in snapshot.unassigned]
    return [
        f"{_payment_words(payment)} and of no known payer{_bank_names(payment.payer_name)}"
        for score, payment in sorted(scored, key=lambda pair: -pair[0])
        if _is_likely(score, payment.payer_name, snapshot)
    ]


def _on_its_way(signal: Signal, snapshot: AccountSnapshot, open_sum: Money | None) -> list[str]:
    scored = [(_agreement(signal, _as_if_booked(line), open_sum), line) for line in snapshot.on_its_way]
    return [
        f"{line.amount} that the bank shows since {line.booked_on.isoformat()} and has not booked yet"
        f"{_bank_names(line.payer_name)}"
        for score, line in sorted(scored, key=lambda pair: -pair[0])
        if _is_likely(score, line.payer_name, snapshot)
    ]


def _as_if_booked(line: StatementLine) -> Payment:
    """For comparing only: a pending line is no money."""
    return Payment(
        payment_id=PaymentId(UUID(int=0)),
        external_id=line.external_key,
        received_on=line.booked_on,
        amount=line.amount,
        unapplied=line.amount,
        remittance=line.reference,
    )


def _bank_names(payer: str) -> str:
    return f" (the bank names “{payer[:80]}”)" if payer else ""


def _is_likely(score: int, payer: str, snapshot: AccountSnapshot) -> bool:
    return score >= 3 or (score == 2 and _may_be(payer, snapshot.account.name))


def _may_be(payer: str, customer: str) -> bool:
    """Whether the bank's payer can be this customer: no name, or a telling word in common."""
    ours = {word for word in _words(customer) if len(word) >= _SHORTEST_TELLING_WORD}
    theirs = set(_words(payer))
    return not theirs or bool(ours & theirs)


def _words(name: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in name.casefold()).split()


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

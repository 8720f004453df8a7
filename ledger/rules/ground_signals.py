"""Ties what was read to the ledger: what cannot be tied is shown to a person and never acted on."""

import re
from datetime import date, timedelta

from core.money import Money
from ledger.model.reading import ReadSignal
from ledger.model.signal import Intent, Signal
from ledger.model.snapshot import AccountSnapshot

#: A promise for later than this is a misread date or no promise.
_FURTHEST = timedelta(days=400)
#: A payment said to have been sent longer ago than this is a misread date.
_LONGEST_AGO = timedelta(days=400)

_FIGURES = re.compile(r"\d(?:[ .,'’\u00a0\u202f]?\d){0,24}")

#: Machines write these; no customer's word hangs on who sent them.
_AUTOMATIC = frozenset({Intent.AUTO_REPLY, Intent.OUT_OF_OFFICE, Intent.DELIVERY_FAILURE})


def ground_signals(
    signals: tuple[Signal, ...],
    *,
    snapshot: AccountSnapshot | None,
    texts: tuple[str, ...],
    received_on: date,
    sender_trouble: str,
) -> tuple[ReadSignal, ...]:
    """Each signal with the reason why it may only be shown, or with none.

    `texts` are what the sender wrote: the reply, the subject, the attachments. `received_on` is a day in the
    sender's zone.
    """
    return tuple(
        ReadSignal(signal, _objection(signal, snapshot, texts, received_on, sender_trouble)) for signal in signals
    )


def _objection(
    signal: Signal, snapshot: AccountSnapshot | None, texts: tuple[str, ...], received_on: date, sender_trouble: str
) -> str:
    if snapshot is None:
        return "the sender belongs to no known customer"
    if sender_trouble and signal.intent not in _AUTOMATIC:
        return sender_trouble
    if signal.intent not in _AUTOMATIC and not signal.evidence.quote.strip():
        return "it rests on no words of the mail"
    if signal.evidence.quote and not any(signal.evidence.quote in text for text in texts):
        return "its quote does not stand in the mail"
    if signal.amount is not None and not _stands_in(signal.amount, texts):
        return f"{signal.amount} does not stand in the mail"
    unknown = [number for number in signal.invoices if snapshot.invoice(number) is None]
    if unknown:
        return f"invoice {', '.join(unknown)} is not this customer's"
    if signal.amount is not None and signal.amount.amount <= 0:
        return f"{signal.amount} is no amount that anyone pays or contests"
    return _date_objection(signal, received_on)


def _stands_in(amount: Money, texts: tuple[str, ...]) -> bool:
    """Whether the amount's figures stand in the mail, however they are grouped and whatever noughts are left out."""
    wanted = _figures(f"{amount.amount:f}")
    return any(_figures(found.group()) == wanted for text in texts for found in _FIGURES.finditer(text))


def _figures(text: str) -> str:
    return "".join(char for char in text if char.isdigit()).strip("0")


def _date_objection(signal: Signal, received_on: date) -> str:
    if signal.day is None:
        return ""
    if signal.intent is Intent.PAYMENT_SENT and signal.day < received_on - _LONGEST_AGO:
        return f"the day {signal.day.isoformat()} lies too far back"
    if signal.day > received_on + _FURTHEST:
        return f"the day {signal.day.isoformat()} lies too far ahead"
    if signal.intent is Intent.PROMISE_TO_PAY and signal.day < received_on:
        return f"the promised day {signal.day.isoformat()} is already over"
    return ""

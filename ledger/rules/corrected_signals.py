"""Whether the signals that a person gives may stand: which field belongs to which intent, and one form for each."""

from dataclasses import replace

from ledger.model.correction import MOST_SIGNALS
from ledger.model.reading import ReadSignal
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal

_EMPTY: dict[str, object] = {
    "invoices": (), "day": None, "amount": None, "reference": None, "conditional": False, "reason": None,
    "documents": (), "contact": None, "until": None,
}  # fmt: skip
_NOTHING: frozenset[str] = frozenset()
_INVOICES = frozenset({"invoices"})
#: `docs/formats/replies.md`: the further fields of each intent.
FIELDS: dict[Intent, frozenset[str]] = {
    Intent.PROMISE_TO_PAY: _INVOICES | {"day", "amount", "conditional"},
    Intent.PAYMENT_SENT: _INVOICES | {"day", "amount", "reference"},
    Intent.DISPUTE: _INVOICES | {"reason", "amount"},
    Intent.EXTENSION_REQUEST: _INVOICES | {"day"},
    Intent.PAYMENT_PLAN_REQUEST: _INVOICES,
    Intent.DOCUMENT_REQUEST: _INVOICES | {"documents"},
    Intent.QUESTION: _INVOICES,
    Intent.PROCESSING_UPDATE: _INVOICES,
    Intent.HARDSHIP: _INVOICES,
    Intent.LEGAL_NOTICE: _INVOICES,
    Intent.CONTACT_CHANGE: frozenset({"contact"}),
    Intent.BANK_DETAILS_QUERY: _INVOICES,
    Intent.STOP_CONTACT: _NOTHING,
    Intent.OUT_OF_OFFICE: frozenset({"until", "contact"}),
    Intent.AUTO_REPLY: _NOTHING,
    Intent.DELIVERY_FAILURE: frozenset({"contact"}),
    Intent.UNRELATED: _NOTHING,
}
#: What a person says is as sure as it gets.
_SURE = 1.0


def unfitting_fields(signal: Signal) -> tuple[str, ...]:
    """Names of the fields that are filled and that this intent does not have, sorted."""
    filled = {name for name, empty in _EMPTY.items() if getattr(signal, name) != empty}
    return tuple(sorted(filled - FIELDS[signal.intent]))


def in_form(signal: Signal, text: str) -> Signal:
    """The signal as the ledger keeps it: sorted lists, its place in `text`, and what an intent cannot do without."""
    quote = signal.evidence.quote
    start = signal.evidence.start
    if text[max(start, 0) : max(start, 0) + len(quote)] != quote or start < 0:
        start = text.find(quote)
    reason, documents = signal.reason, tuple(sorted(set(signal.documents), key=lambda kind: kind.value))
    if signal.intent is Intent.DISPUTE:
        reason = reason or DisputeReason.OTHER
    if signal.intent is Intent.DOCUMENT_REQUEST:
        documents = documents or (DocumentKind.OTHER,)
    return replace(
        signal,
        evidence=Evidence(quote, start, start + len(quote) if start >= 0 else -1),
        confidence=_SURE,
        invoices=tuple(sorted(set(signal.invoices))),
        reason=reason,
        documents=documents,
    )


def same_statement(one: Signal, other: Signal) -> bool:
    """Whether both say the same in the same words; where the words stand and how sure anybody is aside."""
    plain = Evidence("")
    return one.evidence.quote == other.evidence.quote and (
        replace(one, evidence=plain, confidence=_SURE) == replace(other, evidence=plain, confidence=_SURE)
    )


def objections(signals: tuple[ReadSignal, ...], *, allowed: str = "") -> tuple[str, ...]:
    """Why the list cannot stand, in words, with the number of the signal meant (from 1); empty where it can.

    `allowed` is the one ground of doubt that is not the corrector's business: trouble with the sender.
    """
    found = [f"at most {MOST_SIGNALS} signals are kept of one mail"] if len(signals) > MOST_SIGNALS else []
    for number, read in enumerate(signals, start=1):
        signal = read.signal
        words = f"signal {number} ({signal.intent.value})"
        if read.ungrounded and read.ungrounded != allowed:
            found.append(f"{words}: {read.ungrounded}")
        unfitting = unfitting_fields(signal)
        if unfitting:
            found.append(f"{words} has no {', '.join('date' if name == 'day' else name for name in unfitting)}")
        if any(same_statement(signal, earlier.signal) for earlier in signals[: number - 1]):
            found.append(f"{words} is there twice")
    return tuple(found)

"""Signals to JSON for JSONB columns, and back."""

from datetime import date
from typing import Any

from core.money import Money
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal


def signal_out(signal: Signal) -> dict[str, Any]:
    """Every field, the empty ones too; money as a decimal string in major units beside its currency."""
    return {
        "intent": signal.intent.value,
        "invoices": list(signal.invoices),
        "day": None if signal.day is None else signal.day.isoformat(),
        "amount": None if signal.amount is None else f"{signal.amount.amount:f}",
        "currency": None if signal.amount is None else signal.amount.currency,
        "reference": signal.reference,
        "conditional": signal.conditional,
        "reason": None if signal.reason is None else signal.reason.value,
        "documents": [kind.value for kind in signal.documents],
        "contact": signal.contact,
        "until": None if signal.until is None else signal.until.isoformat(),
        "quote": signal.evidence.quote,
        "start": signal.evidence.start,
        "end": signal.evidence.end,
        "confidence": signal.confidence,
    }


def signal_in(value: dict[str, Any]) -> Signal:
    """What `signal_out` wrote."""
    return Signal(
        intent=Intent(value["intent"]),
        evidence=Evidence(value["quote"], value["start"], value["end"]),
        confidence=value["confidence"],
        invoices=tuple(value["invoices"]),
        day=_day(value["day"]),
        amount=None if value["amount"] is None else Money.of(value["amount"], value["currency"]),
        reference=value["reference"],
        conditional=value["conditional"],
        reason=None if value["reason"] is None else DisputeReason(value["reason"]),
        documents=tuple(DocumentKind(kind) for kind in value["documents"]),
        contact=value["contact"],
        until=_day(value["until"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

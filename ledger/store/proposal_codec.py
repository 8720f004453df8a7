"""Match candidates as JSON: amounts as decimal strings, with their currency."""

from collections.abc import Sequence
from typing import Any

from core.money import Money, plain
from ledger.model.cash import PostedPart
from ledger.model.match import MatchCandidate, MatchPart, PartKind
from ledger.model.signal import DisputeReason

_KINDS = frozenset(kind.value for kind in PartKind)


def part_out(part: MatchPart | PostedPart) -> dict[str, Any]:
    """`{"kind", "document", "amount", "currency"}`, and the `reason` of a short pay that a person stated."""
    reason = part.reason if isinstance(part, PostedPart) else None
    return {
        "kind": str(part.kind),
        "document": part.document,
        "amount": plain(part.amount.amount, part.amount.currency),
        "currency": part.amount.currency,
        **({"reason": reason.value} if reason is not None else {}),
    }


def parts_out(parts: Sequence[MatchPart | PostedPart]) -> list[dict[str, Any]]:
    return [part_out(part) for part in parts]


def parts_in(value: Sequence[dict[str, Any]]) -> tuple[MatchPart, ...]:
    """What matching knows of the parts: what only a person posts is left out."""
    return tuple(
        MatchPart(PartKind(one.kind), one.document, one.amount) for one in posted_in(value) if one.kind in _KINDS
    )


def posted_in(value: Sequence[dict[str, Any]]) -> tuple[PostedPart, ...]:
    """All parts, as they were posted."""
    return tuple(
        PostedPart(
            one["kind"],
            one["document"],
            Money.of(one["amount"], one["currency"]),
            DisputeReason(one["reason"]) if "reason" in one else None,
        )
        for one in value
    )


def candidate_out(candidate: MatchCandidate) -> dict[str, Any]:
    return {
        "parts": parts_out(candidate.parts),
        "customer_ids": list(candidate.customer_ids),
        "confidence": candidate.confidence,
        "reasons": list(candidate.reasons),
    }


def candidate_in(value: dict[str, Any]) -> MatchCandidate:
    return MatchCandidate(
        parts=parts_in(value["parts"]),
        customer_ids=tuple(value["customer_ids"]),
        confidence=float(value["confidence"]),
        reasons=tuple(value["reasons"]),
    )

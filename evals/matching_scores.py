"""Scores of matching exactly as docs/formats/matching.md says, over all payments and by case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.model.match import MatchPart, MatchStatus, PartKind

#: The kinds that must equal the truth, by document and amount.
SCORED_KINDS = frozenset(
    {PartKind.INVOICE, PartKind.CREDIT, PartKind.ON_ACCOUNT, PartKind.REVERSAL, PartKind.DUPLICATE}
)
_CURVE_STEPS = ("0.50", "0.80", "0.90", "0.95", "0.98", "0.99", "0.995", "0.999")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a matcher said about one payment: the rows of its first candidate."""

    payment_id: str
    paid: Decimal
    parts: tuple[MatchPart, ...]
    status: MatchStatus
    confidence: float


@dataclass(slots=True)
class MatchingTally:
    """Counts over payments whose truth is known; money is summed as plain figures over all currencies."""

    identified: int = 0
    applied: int = 0
    applied_right: int = 0
    matched: int = 0
    top1: int = 0
    money: Decimal = Decimal(0)
    wrong_money: Decimal = Decimal(0)
    unidentified: int = 0
    unidentified_applied: int = 0
    #: Confidence and whether right, of every payment that is not unidentified in truth.
    judged: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, answer: Answer, truth: Sequence[MatchPart]) -> None:
        """Counts one payment."""
        unknown = any(part.kind is PartKind.UNIDENTIFIED for part in truth)
        right = not unknown and scored_rows(answer.parts) == scored_rows(truth)
        self.money += abs(answer.paid)
        self.identified += not unknown
        self.unidentified += unknown
        self.top1 += right
        self.judged.append((answer.confidence if not _is_unknown(answer) else 0.0, right))
        if answer.status is MatchStatus.APPLIED:
            self.applied += 1
            self.applied_right += right
            self.matched += right
            self.unidentified_applied += unknown
            self.wrong_money += wrong_money(answer.parts, truth)

    def scores(self) -> dict[str, Any]:
        """Shares rounded to six places; a share of nothing is null."""
        return {
            "payments": self.identified + self.unidentified,
            "unidentified": self.unidentified,
            "applied": self.applied,
            "match_rate": _share(self.matched, self.identified),
            "precision": _share(self.applied_right, self.applied),
            "top1": _share(self.top1, self.identified),
            "wrong_cash": _share(self.wrong_money, self.money),
            "unidentified_applied": self.unidentified_applied,
        }

    def curve(self) -> list[dict[str, object]]:
        """Coverage and precision were every best candidate applied from a confidence on, whatever else holds it."""
        rows: list[dict[str, object]] = []
        for step in _CURVE_STEPS:
            taken = [right for confidence, right in self.judged if confidence >= float(step)]
            rows.append(
                {
                    "from_confidence": float(step),
                    "coverage": _share(len(taken), len(self.judged)),
                    "precision": _share(sum(taken), len(taken)),
                }
            )
        return rows


def scored_rows(parts: Iterable[MatchPart]) -> dict[tuple[PartKind, str], Decimal]:
    """Amount by kind and document; several rows on one document are one."""
    rows: dict[tuple[PartKind, str], Decimal] = {}
    for part in parts:
        if part.kind in SCORED_KINDS:
            key = (part.kind, part.document)
            rows[key] = rows.get(key, Decimal(0)) + part.amount.amount
    return {key: amount for key, amount in rows.items() if amount}


def wrong_money(parts: Iterable[MatchPart], truth: Iterable[MatchPart]) -> Decimal:
    """What was applied to documents beyond what the truth puts there; absolute."""
    right = scored_rows(truth)
    wrong = Decimal(0)
    for key, amount in scored_rows(parts).items():
        meant = right.get(key, Decimal(0))
        if amount * meant <= 0:
            wrong += abs(amount)
        else:
            wrong += max(abs(amount) - abs(meant), Decimal(0))
    return wrong


def _is_unknown(answer: Answer) -> bool:
    return any(part.kind is PartKind.UNIDENTIFIED for part in answer.parts)


def _share(part: Decimal | int, whole: Decimal | int) -> float | None:
    return round(float(Decimal(part) / Decimal(whole)), 6) if whole else None

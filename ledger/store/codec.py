"""Decisions, supports and findings to JSON for JSONB columns, and back."""

from datetime import date
from typing import Any

from core.money import Money
from ledger.model.decision import Action, PolicyDecision, Reason, Topic, TopicKind
from ledger.model.draft import Finding, Support
from ledger.model.signal import DisputeReason, DocumentKind


def _money_out(value: Money | None) -> dict[str, str] | None:
    return None if value is None else {"amount": f"{value.amount:f}", "currency": value.currency}


def _money_in(value: dict[str, str] | None) -> Money | None:
    return None if value is None else Money.of(value["amount"], value["currency"])


def _day_out(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _day_in(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def topic_out(topic: Topic) -> dict[str, Any]:
    return {
        "kind": topic.kind.value,
        "invoice_numbers": list(topic.invoice_numbers),
        "amount": _money_out(topic.amount),
        "undisputed": _money_out(topic.undisputed),
        "stated_day": _day_out(topic.stated_day),
        "stated_amount": _money_out(topic.stated_amount),
        "stated_reference": topic.stated_reference,
        "ledger_day": _day_out(topic.ledger_day),
        "documents": [kind.value for kind in topic.documents],
        "dispute_reason": topic.dispute_reason.value if topic.dispute_reason else None,
    }


def topic_in(value: dict[str, Any]) -> Topic:
    return Topic(
        kind=TopicKind(value["kind"]),
        invoice_numbers=tuple(value["invoice_numbers"]),
        amount=_money_in(value["amount"]),
        undisputed=_money_in(value["undisputed"]),
        stated_day=_day_in(value["stated_day"]),
        stated_amount=_money_in(value["stated_amount"]),
        stated_reference=value["stated_reference"],
        ledger_day=_day_in(value["ledger_day"]),
        documents=tuple(DocumentKind(kind) for kind in value["documents"]),
        dispute_reason=DisputeReason(value["dispute_reason"]) if value["dispute_reason"] else None,
    )


def decision_out(decision: PolicyDecision) -> dict[str, Any]:
    return {
        "action": decision.action.value,
        "reasons": [{"code": reason.code, "words": reason.words} for reason in decision.reasons],
        "topics": [topic_out(topic) for topic in decision.topics],
        "needs_person": decision.needs_person,
        "next_step_on": _day_out(decision.next_step_on),
        "owner": decision.owner,
        "attachments": [kind.value for kind in decision.attachments],
    }


def decision_in(value: dict[str, Any]) -> PolicyDecision:
    return PolicyDecision(
        action=Action(value["action"]),
        reasons=tuple(Reason(**reason) for reason in value["reasons"]),
        topics=tuple(topic_in(topic) for topic in value["topics"]),
        needs_person=value["needs_person"],
        next_step_on=_day_in(value["next_step_on"]),
        owner=value["owner"],
        attachments=tuple(DocumentKind(kind) for kind in value["attachments"]),
    )


def supports_out(supports: tuple[Support, ...]) -> list[dict[str, Any]]:
    return [{"figure": s.figure, "kind": s.kind, "source": s.source} for s in supports]


def findings_out(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [
        {"check": f.check, "message": f.message, "text": f.text, "start": f.start, "end": f.end} for f in findings
    ]

"""View models of one case: the reply with its evidence, the signals, the draft, and what came of it. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.console.display_text import (
    Segment,
    ShownText,
    Span,
    bounded,
    highlighted,
    stands_in,
    visible,
)
from api.console.words import (
    decision_words,
    document_words,
    intent_words,
    reason_words,
    sentence,
    support_words,
    tone_of,
)
from core.money import Money
from ledger.model.message import Message
from ledger.model.sending import WaitKind
from ledger.queries.approval_queue import CaseShown, DraftShown, SendShown, SignalShown
from ledger.rules.sending_times import customer_zone

_SHORT = 2_000
_MOST_ATTACHMENTS = 50
_MOST_THREAD = 10
#: Sends in these states change by themselves.
_MOVING = ("queued", "claimed", "sending", "known_sent")
_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class SignalCard:
    """One thing that the customer said; `details` are label and value, a value being text, money or a day."""

    title: str
    tone: str
    details: tuple[tuple[str, object], ...]
    quote: ShownText
    in_text: bool
    confidence_percent: int
    ungrounded: str


@dataclass(frozen=True, slots=True)
class AttachmentShown:
    """A file that came with the reply; size in bytes."""

    filename: str
    content_type: str
    size_bytes: int
    text: ShownText


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """A message of the conversation before the reply; `ours` is outbound."""

    ours: bool
    sender: str
    subject: str
    at: datetime
    text: ShownText


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """The customer's mail. `elsewhere` are quotes that do not stand in its text."""

    sender: str
    subject: str
    to: tuple[str, ...]
    at: datetime
    segments: tuple[Segment, ...]
    cut: int
    whole: ShownText
    quoted: ShownText
    elsewhere: tuple[SignalCard, ...]
    attachments: tuple[AttachmentShown, ...]
    hidden: tuple[tuple[str, ShownText], ...]
    warnings: tuple[str, ...]
    earlier: tuple[EarlierMessage, ...]
    #: Why it may not be from whom it says.
    doubts: tuple[str, ...] = ()
    #: Who found that it is from its sender's domain; empty where nobody could tell.
    checked: str = ""


@dataclass(frozen=True, slots=True)
class SupportLine:
    """Why one figure may stand in the draft."""

    figure: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """What a check objects to, and the words of the draft that it means."""

    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """Where an approved mail is; `moving` while it changes.

    `waits_until` it goes out, and `why`; `seconds_left` of those in which it is surely taken back, else zero.
    `sandbox` is who gets it instead of its recipients.
    """

    title: str
    tone: str
    message_id: str
    sent_at: datetime | None
    error: str
    moving: bool
    waits_until: datetime | None = None
    why: str = ""
    seconds_left: int = 0
    can_be_taken_back: bool = False
    sandbox: str = ""


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What a person did."""

    words: str
    by: str
    at: datetime
    reason: str


def present_reply(case: CaseShown, cards: tuple[SignalCard, ...], thread: Iterable[Message]) -> ReplyShown:
    """The customer's mail with the evidence marked."""
    message, details = case.message, case.message_details
    shown = bounded(message.reply_text)
    spans = [
        Span(s.start, s.end, *_meaning(s))
        for s in case.signals
        if stands_in(message.reply_text, s.quote, s.start, s.end)
    ]
    same = message.reply_text.strip() == message.text.strip()
    return ReplyShown(
        sender=visible(message.sender),
        subject=visible(message.subject[:500]),
        to=tuple(visible(address) for address in message.to[:20]),
        at=message.at,
        segments=highlighted(shown.text, spans) if shown.text else (),
        cut=shown.cut,
        whole=ShownText("") if same else bounded(message.text),
        quoted=bounded(_text(details, "quoted")),
        elsewhere=tuple(card for card in cards if not card.in_text and card.quote.text),
        attachments=_attachments(details),
        # The same words are found in the whole message and in its new part: shown once.
        hidden=tuple(
            dict.fromkeys(
                (visible(str(h.get("how", ""))[:200]), bounded(str(h.get("text", "")), _SHORT))
                for h in _list(details, "hidden")[:20]
            )
        ),
        warnings=_warnings(case),
        earlier=_earlier(message, thread),
        doubts=tuple(visible(_sentence(words[:500])) for words in _strings(details, "doubts")[:10]),
        checked=_checked(details),
    )


def _checked(details: Mapping[str, Any]) -> str:
    checks = details.get("sender_checks")
    if not isinstance(checks, dict) or checks.get("verdict") != "pass":
        return ""
    return visible(_sentence(str(checks.get("words", ""))[:500]))


def _warnings(case: CaseShown) -> tuple[str, ...]:
    details = case.message_details
    found: list[str] = []
    for key in ("trouble", "unreadable"):
        if _text(details, key):
            found.append(_sentence(_text(details, key)))
    others = [a for a in _strings(details, "reply_to") if a.lower() != case.message.sender.lower()]
    if others and not _strings(details, "doubts"):
        found.append(f"Its Reply-To names somebody else: {', '.join(others[:5])}.")
    failed = _strings(details, "failed")
    if failed:
        found.append(f"Mail could not be delivered to {', '.join(failed[:10])}.")
    if case.unknown_references:
        found.append(f"It names numbers that the ledger does not know: {', '.join(case.unknown_references[:20])}.")
    found.extend(_sentence(problem) for problem in _strings(details, "problems")[:5])
    return tuple(visible(words[:500]) for words in found)


def _sentence(words: str) -> str:
    return f"{sentence(words).rstrip('.')}."


def _attachments(details: Mapping[str, Any]) -> tuple[AttachmentShown, ...]:
    return tuple(
        AttachmentShown(
            filename=visible(str(part.get("filename", ""))[:200]) or "(no name)",
            content_type=visible(str(part.get("content_type", ""))[:100]),
            size_bytes=part["size_bytes"] if isinstance(part.get("size_bytes"), int) else 0,
            text=bounded(str(part.get("text", "")), 5_000),
        )
        for part in _list(details, "attachments")[:_MOST_ATTACHMENTS]
    )


def _earlier(message: Message, thread: Iterable[Message]) -> tuple[EarlierMessage, ...]:
    before = [m for m in thread if m.message_id != message.message_id and m.at <= message.at]
    return tuple(
        EarlierMessage(
            ours=m.direction.value == "outbound",
            sender=visible(m.sender),
            subject=visible(m.subject[:300]),
            at=m.at,
            text=bounded(m.reply_text or m.text, 5_000),
        )
        for m in before[::-1][:_MOST_THREAD]
    )


def _text(details: Mapping[str, Any], key: str) -> str:
    value = details.get(key)
    return value if isinstance(value, str) else ""


def _list(details: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = details.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _strings(details: Mapping[str, Any], key: str) -> list[str]:
    value = details.get(key)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def present_signal(signal: SignalShown, reply_text: str) -> SignalCard:
    """One signal in words."""
    return SignalCard(
        title=intent_words(signal.intent),
        tone=_meaning(signal)[1],
        details=tuple((label, value) for label, value in _signal_details(signal) if value),
        quote=bounded(signal.quote, _SHORT),
        in_text=stands_in(reply_text, signal.quote, signal.start, signal.end),
        confidence_percent=round(max(0.0, min(1.0, signal.confidence)) * 100),
        ungrounded=visible(signal.ungrounded[:500]),
    )


def _meaning(signal: SignalShown) -> tuple[str, str]:
    """Words and tone; what is not acted on never looks like good news."""
    words = intent_words(signal.intent)
    return (f"{words} (not acted on)", "doubt") if signal.ungrounded else (words, tone_of(signal.intent))


def _signal_details(signal: SignalShown) -> tuple[tuple[str, object | None], ...]:
    amount: Money | None = signal.amount
    return (
        ("Invoices", ", ".join(visible(number) for number in signal.invoices[:50])),
        ("Day", signal.day),
        ("Amount", amount),
        ("Because of", reason_words(signal.reason) if signal.reason else ""),
        ("Wants", ", ".join(document_words(kind) for kind in signal.documents)),
        ("Reference", visible(signal.reference[:200])),
        ("Contact", visible(signal.contact[:320])),
        ("Back on", signal.until),
        ("In the ledger", visible("; ".join(signal.found)[:1_000])),
        ("On condition", "hangs on something we must do" if signal.conditional else ""),
    )


def present_supports(draft: DraftShown) -> tuple[SupportLine, ...]:
    """Each figure of the draft and why it may stand."""
    return tuple(
        SupportLine(str(s.get("figure", "")), support_words(str(s.get("kind", ""))), str(s.get("source", "")))
        for s in draft.supports[:500]
    )


def present_findings(findings: Iterable[Mapping[str, Any]]) -> tuple[FindingLine, ...]:
    """What the checks object to."""
    return tuple(
        FindingLine(visible(sentence(str(f.get("message", ""))[:500])), visible(str(f.get("text", ""))[:300]))
        for f in list(findings)[:50]
    )


def present_sending(send: SendShown, *, now: datetime, sandbox_to: str = "") -> Sending:
    """Where an approved mail is. `sandbox_to` gets what has not left yet."""
    waits = send.state == "queued" and send.not_before is not None and send.not_before > now
    undo_until = send.undo_until if send.state == "queued" and send.undo_until is not None else now
    told = waits and send.wait_kind != WaitKind.UNDO.value
    return Sending(
        title=_waiting_title(send, now) if waits else _titles(send.state)[0],
        tone=_titles(send.state)[1],
        message_id=send.message_id,
        sent_at=send.sent_at,
        error="" if waits else visible(send.last_error),
        moving=send.state in _MOVING,
        waits_until=send.not_before if waits else None,
        why=visible(sentence(send.wait_words)) if told else "",
        seconds_left=max(0, math.ceil((undo_until - now).total_seconds())),
        can_be_taken_back=send.state == "queued" and not send.may_have_left,
        sandbox=visible(sandbox_to if send.state in ("queued", "claimed") else send.sandboxed_to),
    )


def _waiting_title(send: SendShown, now: datetime) -> str:
    """`Goes out Monday 8:00 (customer's time)`; the day of the month where Monday may be another."""
    assert send.not_before is not None
    if send.wait_kind == WaitKind.UNDO.value:
        return "The mail goes out in a moment"
    zone = customer_zone(send.time_zone)
    local, today = send.not_before.astimezone(zone), now.astimezone(zone)
    day = f"{local:%A}" if (local.date() - today.date()).days < _A_WEEK else f"{local:%A}, {local.day} {local:%B}"
    if local.date() == today.date():
        day = "today"
    return f"Goes out {day} {local.hour}:{local.minute:02d} (customer's time)"


def _titles(state: str) -> tuple[str, str]:
    titles = {
        "queued": ("The mail is on its way", "calm"),
        "claimed": ("The mail is on its way", "calm"),
        "sending": ("The mail is being handed over", "calm"),
        "known_sent": ("The mail was sent; it is being recorded", "calm"),
        "sent": ("The mail was sent", "good"),
        "failed": ("The mail was not sent", "bad"),
        "cancelled": ("The mail was held back: the facts moved", "warn"),
        "withdrawn": ("The mail was taken back", "warn"),
        "outcome_unknown": ("Nobody can tell whether the mail was sent", "bad"),
    }
    return titles.get(state, (state, "calm"))


def present_decisions(case: CaseShown) -> tuple[DecisionLine, ...]:
    """What people did, oldest first."""
    return tuple(DecisionLine(decision_words(d.decision), d.by, d.at, visible(d.reason)) for d in case.decisions)


def draft_attachments(draft: DraftShown) -> tuple[tuple[int, str, UUID | None], ...]:
    """Position, name and kept bytes of what goes out with the draft."""
    return tuple(
        (position, visible(str(a.get("name", ""))[:200]), _blob_id(a.get("blob_id")))
        for position, a in enumerate(draft.attachments)
    )


def _blob_id(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None

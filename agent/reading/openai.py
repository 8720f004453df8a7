"""`ModelReader`: a chat model lists what a reply says in quotes; days, amounts and invoices are resolved by our code.

Whatever the model says counts only where its quote stands in the reply letter by letter.
"""

import unicodedata
from dataclasses import replace
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from agent.models.port import ChatMessage, ChatModel, ModelAnswerInvalid, ModelUnavailable, OverBudget
from agent.reading.amounts import find_amounts
from agent.reading.dates import FoundDate, find_dates
from agent.reading.local.alarms import alarms_in
from agent.reading.local.fields import WITHOUT_INVOICES, contact_in
from agent.reading.local.payment_references import payment_reference
from agent.reading.port import Reader
from agent.reading.references import conversation_scope, find_references
from agent.signals import InvoiceFact, ModelUsage, ReplySignals, ReplyToRead
from core.money import Money
from ledger.model.signal import INTENTS_FOR_A_PERSON, DisputeReason, DocumentKind, Evidence, Intent, Signal
from prompts.registry import RenderedPrompt, render
from prompts.understand_context import UnderstandReplyContext

TEMPLATE = "understand_reply/v1"
MAX_TEXT_CHARS = 12_000
_MAX_ANSWERED_CHARS = 1_500
_MAX_INVOICES = 60
_MAX_SIGNALS = 20
_CONFIDENCE = 0.85
_DATED = (Intent.PROMISE_TO_PAY, Intent.PAYMENT_SENT, Intent.EXTENSION_REQUEST)


class WireSignal(BaseModel):
    """A signal as the model writes it: everything in quotes."""

    model_config = ConfigDict(extra="forbid")

    intent: Intent
    quote: str = Field(max_length=2_000)
    invoice_phrases: list[str] = Field(default_factory=list, max_length=60)
    date_phrase: str = Field("", max_length=200)
    amount_phrase: str = Field("", max_length=200)
    conditional: bool = False
    reason: DisputeReason | None = None
    documents: list[DocumentKind] = Field(default_factory=list, max_length=12)
    contact: str = Field("", max_length=320)


class WireReading(BaseModel):
    """All that the model read in one reply."""

    model_config = ConfigDict(extra="forbid")

    language: str = Field("und", max_length=12)
    signals: list[WireSignal] = Field(default_factory=list, max_length=_MAX_SIGNALS)
    instruction_to_software: bool = False
    threat: bool = False
    unclear: bool = False


class ModelReader:
    """Implements `Reader`: one call a reply; `fallback` answers where the model cannot."""

    def __init__(self, model: ChatModel, fallback: Reader) -> None:
        self._model = model
        self._fallback = fallback

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        """What the model read, grounded in the reply's own words; the fallback's reading where there is none."""
        if reply.automatic is not None:
            # Machines write automatic mail; reading it takes no model.
            return await self._fallback.read(reply)
        prompt = _prompt(reply)
        messages = (ChatMessage("system", prompt.instructions), ChatMessage("user", prompt.material))
        try:
            answer = await self._model.complete(messages, WireReading)
        except OverBudget:
            return await self._fall_back(reply, "over budget", ModelUsage())
        except ModelUnavailable:
            return await self._fall_back(reply, "model unavailable", ModelUsage(model=self._model.name))
        except ModelAnswerInvalid:
            return await self._fall_back(reply, "model answer invalid", ModelUsage(model=self._model.name))
        if answer.output is None:
            return await self._fall_back(reply, "model gave no answer", answer.usage)
        return _result(answer.output, reply, self._model.name, answer.usage)

    async def _fall_back(self, reply: ReplyToRead, why: str, usage: ModelUsage) -> ReplySignals:
        read = await self._fallback.read(reply)
        return replace(read, reader=f"local (fallback: {why})", usage=usage)


def _prompt(reply: ReplyToRead) -> RenderedPrompt:
    answered = next((message for message in reversed(reply.thread) if message.outbound), None)
    context = UnderstandReplyContext(
        received_on=f"{reply.received_at:%A} {reply.received_at.date().isoformat()}",
        answered=f"{answered.subject}\n{answered.text[:_MAX_ANSWERED_CHARS]}" if answered else "",
        invoices=tuple(_invoice_line(each) for each in reply.invoices[:_MAX_INVOICES]),
        subject=reply.subject[:400],
        customer_text=reply.text[:MAX_TEXT_CHARS],
    )
    return render(TEMPLATE, context)


def _invoice_line(invoice: InvoiceFact) -> str:
    order = f", order {invoice.po_number}" if invoice.po_number else ""
    return f"{invoice.number}{order}, issued {invoice.issued}, due {invoice.due}, open {invoice.open_balance}"


# From the model's words to signals


def _result(read: WireReading, reply: ReplyToRead, name: str, usage: ModelUsage) -> ReplySignals:
    scope = conversation_scope(reply)
    found = [_signal(wire, reply, scope) for wire in read.signals[:_MAX_SIGNALS]]
    signals = tuple(dict.fromkeys(signal for signal in found if signal is not None))
    reasons = list(alarms_in(reply))
    if read.instruction_to_software and not any("software" in reason for reason in reasons):
        reasons.append("the mail holds an instruction aimed at the software")
    if read.threat and not any("threat" in reason for reason in reasons):
        reasons.append("the mail holds a threat")
    if read.unclear:
        reasons.append("the reply is too unclear to act on")
    if len(signals) < len(read.signals):
        reasons.append("something that the model read does not stand in the reply")
    reasons += [
        f"{intent.value.replace('_', ' ')} is for a person to answer"
        for intent in sorted({signal.intent for signal in signals} & INTENTS_FOR_A_PERSON)
    ]
    abstained = not signals or read.unclear
    if not signals:
        reasons.append("no statement could be made out in the reply")
    unknown = find_references(reply.text, reply.invoices, scope=scope).unknown
    return ReplySignals(
        signals,
        needs_human=bool(reasons),
        reasons=tuple(reasons),
        unknown_references=unknown,
        language=_language(read.language),
        abstained=abstained,
        reader=f"openai:{name}",
        usage=usage,
    )


def _language(tag: str) -> str:
    primary = tag.split("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isalpha() and primary.isascii() else "und"


def _signal(wire: WireSignal, reply: ReplyToRead, scope: tuple[str, ...]) -> Signal | None:
    """The signal with everything resolved by our own code; None where its quote is not in the reply."""
    evidence = locate(wire.quote, reply.text)
    if evidence is None:
        return None
    dispute = wire.intent is Intent.DISPUTE
    documents = tuple(sorted(set(wire.documents), key=lambda kind: kind.value))
    wants_documents = wire.intent is Intent.DOCUMENT_REQUEST
    paid = wire.intent is Intent.PAYMENT_SENT
    return Signal(
        wire.intent,
        evidence,
        _CONFIDENCE,
        invoices=_invoices(wire, reply, scope, documents),
        day=_day(wire, reply),
        amount=_amount(wire, reply),
        reference=payment_reference(evidence.quote) if paid else None,
        conditional=wire.conditional and wire.intent is Intent.PROMISE_TO_PAY,
        reason=(wire.reason or DisputeReason.OTHER) if dispute else None,
        documents=(documents or (DocumentKind.OTHER,)) if wants_documents else (),
        contact=_contact(wire, reply),
    )


def locate(quote: str, text: str) -> Evidence | None:
    """Where `quote` stands in `text` letter by letter; None where it does not, or is empty."""
    stripped = unicodedata.normalize("NFC", quote).strip()
    if not stripped:
        return None
    at = text.find(stripped)
    return Evidence(stripped, at, at + len(stripped)) if at >= 0 else None


def _invoices(
    wire: WireSignal, reply: ReplyToRead, scope: tuple[str, ...], documents: tuple[DocumentKind, ...]
) -> tuple[str, ...]:
    if wire.intent in WITHOUT_INVOICES or documents == (DocumentKind.STATEMENT,):
        return ()
    # Only phrases that the customer wrote, so that the model cannot bring an invoice in by itself.
    phrases = [
        each for each in wire.invoice_phrases if each.strip() and (each in reply.text or each in reply.subject)
    ]
    text = "\n".join(phrases)
    amounts = find_amounts(text, reply.currency)
    numbers = find_references(text, reply.invoices, amounts=amounts, scope=scope).numbers
    if numbers:
        return numbers
    if wire.intent in (Intent.LEGAL_NOTICE, Intent.QUESTION, Intent.BANK_DETAILS_QUERY):
        return scope if len(scope) == 1 and wire.intent is not Intent.LEGAL_NOTICE else ()
    return scope


def _day(wire: WireSignal, reply: ReplyToRead) -> date | None:
    """The day that the quoted phrase means; None where it stands nowhere in the reply or means none."""
    phrase = wire.date_phrase.strip()
    if not phrase or phrase not in reply.text or wire.intent not in _DATED:
        return None
    found = find_dates(phrase, reply.received_at, reply.country)
    if not found:
        return None
    last: FoundDate = found[-1]
    today = reply.received_at.date()
    if wire.intent is Intent.PAYMENT_SENT:
        return last.back if last.back <= today else None
    day = last.nearest if last.rule == "day" else last.ahead
    return day if day >= today else None


def _amount(wire: WireSignal, reply: ReplyToRead) -> Money | None:
    if not wire.amount_phrase.strip() or wire.amount_phrase not in reply.text:
        return None
    if wire.intent not in (Intent.PROMISE_TO_PAY, Intent.PAYMENT_SENT, Intent.DISPUTE):
        return None
    amounts = {each.money for each in find_amounts(wire.amount_phrase, reply.currency) if not each.rough}
    return next(iter(amounts)) if len(amounts) == 1 else None


def _contact(wire: WireSignal, reply: ReplyToRead) -> str | None:
    if wire.intent is not Intent.CONTACT_CHANGE or wire.contact.strip() not in reply.text:
        return None
    return contact_in(wire.contact, reply) or wire.contact.strip() or None

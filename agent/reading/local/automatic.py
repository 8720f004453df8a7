"""What automatic mail says: absences, acknowledgements, bounces."""

from agent.reading.absences import first_day_back
from agent.reading.local.fields import EMAIL
from agent.reading.local.sentences import sentences_of
from agent.signals import ReplyToRead
from ledger.model.signal import Evidence, Intent, Signal

_INTENTS = {
    "out_of_office": Intent.OUT_OF_OFFICE,
    "auto_reply": Intent.AUTO_REPLY,
    "bounce": Intent.DELIVERY_FAILURE,
}
_SURE = 0.95


def automatic_signal(kind: str, reply: ReplyToRead) -> Signal:
    """The one signal of a message that a machine wrote; `kind` is `out_of_office`, `auto_reply` or `bounce`."""
    intent = _INTENTS.get(kind, Intent.AUTO_REPLY)
    evidence = _first_words(reply.text)
    if intent is Intent.DELIVERY_FAILURE:
        failed = reply.failed_addresses[0].lower() if reply.failed_addresses else _address(reply)
        return Signal(intent, evidence, _SURE, contact=failed)
    if intent is Intent.AUTO_REPLY:
        return Signal(intent, evidence, _SURE)
    until = first_day_back(f"{reply.text}", reply.received_at, reply.country)
    return Signal(intent, evidence, _SURE, until=until, contact=_address(reply))


def _address(reply: ReplyToRead) -> str | None:
    ours = {message.sender.lower() for message in reply.thread if message.outbound}
    sender = reply.sender.lower()
    for match in EMAIL.finditer(reply.text[:8000]):
        address = match[0].rstrip(".").lower()
        if address not in ours and address not in sender:
            return address
    return None


def _first_words(text: str) -> Evidence:
    sentences = sentences_of(text)
    if not sentences:
        return Evidence("")
    longest = max(sentences[:6], key=lambda each: min(len(each.text), 120))
    return Evidence(longest.text, longest.start, longest.end)

"""What the clauses of a reply say, as signals: each with its day, amount and invoices."""

from dataclasses import replace

from agent.reading.local.clauses import ReadText
from agent.reading.local.fields import Topic, signals_of
from agent.reading.local.merge import merged
from agent.reading.local.neighbours import Said, with_neighbouring_figures
from agent.reading.local.remittance import remittance_signal
from agent.reading.local.scorer import ClauseSays
from agent.signals import ReplyToRead
from ledger.model.signal import Evidence, Intent, Signal

#: An advice states one payment; its lines are no statements of their own.
_SAID_BY_AN_ADVICE = frozenset(
    {Intent.PAYMENT_SENT, Intent.PROMISE_TO_PAY, Intent.PROCESSING_UPDATE, Intent.QUESTION, Intent.UNRELATED}
)


def statements(read: ReadText, says: tuple[ClauseSays, ...], reply: ReplyToRead) -> list[Signal]:
    """The signals of the reply in reading order, without repetitions."""
    before: tuple[str, ...] = ()
    said: list[Said] = []
    for clause, each in zip(read.clauses, says, strict=True):
        topic = Topic(before, read.scope)
        found = [signal for intent in each.scores for signal in signals_of(clause, intent, each, reply, topic)]
        said.append(Said(clause, tuple(found)))
        before = clause.numbers or before
    signals = with_neighbouring_figures(said, reply.received_at.date())
    return merged(with_advice(signals, remittance_signal(reply, read)))


def with_advice(signals: list[Signal], advice: Signal | None) -> list[Signal]:
    """`signals` with the payment that an advice states in place of what its lines seem to say."""
    if advice is None:
        return signals
    return [advice, *(each for each in signals if each.intent not in _SAID_BY_AN_ADVICE)]


def from_an_attachment(signal: Signal) -> Signal:
    """The signal with evidence that does not stand in the reply's own text."""
    return replace(signal, evidence=Evidence(signal.evidence.quote))

"""What the clauses of a reply say, as signals: each with its day, amount and invoices."""

# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import replace

from agent.reading.local.assumed import narrowed
from agent.reading.local.clauses import Clause, ReadText
from agent.reading.local.fields import later_of_twins, signals_of
from agent.reading.local.merge import merged
from agent.reading.local.neighbours import Said, with_neighbouring_figures
from agent.reading.local.payment_references import with_references
from agent.reading.local.remittance import remittance_signal
from agent.reading.local.scorer import ClauseSays
from agent.reading.local.topics import topics_of
from agent.signals import ReplyToRead
from ledger.model.signal import Evidence, Intent, Signal

#: An advice states one payment; its lines are no statements of their own.
_SAID_BY_AN_ADVICE = frozenset(
    {Intent.PAYMENT_SENT, Intent.PROMISE_TO_PAY, Intent.PROCESSING_UPDATE, Intent.QUESTION, Intent.UNRELATED}
)


def statements(read: ReadText, says: tuple[ClauseSays, ...], reply: ReplyToRead) -> list[Signal]:
    """The signals of the reply in reading order, without repetitions."""
    said: list[Said] = []
    assumed: set[int] = set()
    for index, (clause, each, topic) in enumerate(zip(read.clauses, says, topics_of(read, reply), strict=True)):
        found = [signal for intent in each.scores for signal in signals_of(clause, intent, each, reply, topic)]
        ditto = said and _DITTO.search(clause.folded) is not None and clause.numbers
        said.append(Said(clause, _repeated(said[-1], clause) if ditto else tuple(found)))
        if not clause.numbers and not topic.before:
            assumed.add(index)
    said = with_references(narrowed(said, assumed), reply.text)
    signals = with_neighbouring_figures(said, reply.received_at.date())
    result = merged(with_advice(signals, remittance_signal(reply, read)))
    return [replace(each, invoices=later_of_twins(each.invoices, each.reason, reply)) for each in result]


#: A row that says the same of its invoice as the row above: "TB-1214 | ditto, same call".
_DITTO = re.compile(
    r"(?:^|[|:,;-]) ?(?:ditto|dito|idem|do\.|same (?:here|again|as above|for this(?: one)?)|ebenso|desgleichen|gleiches gilt|pareil|meme chose|lo mismo"
    r"|igual|lo stesso|stessa cosa|hetzelfde|zelfde|o mesmo|to samo|j\.? ?w\.|jak wyzej|samma(?: har| sak)?|detsamma)(?= ?(?:[,.;|)-]|$))"
)


def _repeated(above: Said, clause: Clause) -> tuple[Signal, ...]:
    """What the row above says, said of the invoices of this one."""
    evidence = Evidence(clause.text, clause.start, clause.end)
    return tuple(
        replace(each, invoices=clause.numbers if each.invoices else (), evidence=evidence) for each in above.signals
    )


def with_advice(signals: list[Signal], advice: Signal | None) -> list[Signal]:
    """`signals` with the payment that an advice states in place of what its lines seem to say."""
    if advice is None:
        return signals
    return [advice, *(each for each in signals if each.intent not in _SAID_BY_AN_ADVICE)]


def from_an_attachment(signal: Signal) -> Signal:
    """The signal with evidence that does not stand in the reply's own text."""
    return replace(signal, evidence=Evidence(signal.evidence.quote))

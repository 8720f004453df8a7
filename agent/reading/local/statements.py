"""What the clauses of a reply say, as signals: each with its day, amount and invoices."""

# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import replace
from datetime import date

from agent.reading.local.assumed import narrowed
from agent.reading.local.clauses import Clause, ReadText
from agent.reading.local.fields import later_of_twins, signals_of
from agent.reading.local.merge import merged
from agent.reading.local.neighbours import Said, with_neighbouring_figures
from agent.reading.local.payment_days import with_days_of_payment
from agent.reading.local.payment_references import with_references
from agent.reading.local.remittance import remittance_signal
from agent.reading.local.scorer import ClauseSays, came
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
        above = _meant_by_ditto(clause, said)
        says_now = tuple(found) if above is None else _repeated(above, clause)
        said.append(Said(clause, says_now or _next_promise(clause, said, reply.received_at.date())))
        if not clause.numbers and not topic.before:
            assumed.add(index)
    today = reply.received_at.date()
    said = with_days_of_payment(with_references(narrowed(said, assumed), reply.text), today)
    signals = with_neighbouring_figures(said, today)
    result = merged(with_advice(signals, remittance_signal(reply, read)))
    return [replace(each, invoices=later_of_twins(each.invoices, each.reason, reply)) for each in result]


#: A row has no more words up to its first comma: "77188 wordt 23 januari, dan is ..."
_ROW_WORDS = 7


def _next_promise(clause: Clause, said: list[Said], today: date) -> tuple[Signal, ...]:
    """What a row with an invoice and a day says below a row that promises a day: the same of this one."""
    above = (
        next((one for one in said[-1].signals if one.intent is Intent.PROMISE_TO_PAY and one.day), None)
        if said
        else None
    )
    if above is None or not said[-1].clause.numbers or not clause.numbers or clause.question:
        return ()
    row = clause.folded.partition(",")[0]
    days = [each for each in clause.ahead(today) if each.end - clause.start <= len(row)]
    named = clause.references[0].end - clause.start <= len(row)
    if len(days) != 1 or not named or len(row.split()) > _ROW_WORDS or _states_otherwise(clause):
        return ()
    evidence = Evidence(clause.text, clause.start, clause.end)
    return (
        replace(above, invoices=clause.numbers, day=days[0].ahead, amount=None, reference=None, evidence=evidence),
    )


def _states_otherwise(clause: Clause) -> bool:
    return (
        came(clause)
        or any(name in clause.cues for name in _OTHER_CUES)
        or any(name.startswith("dispute_") for name in clause.cues)
    )


#: Phrase lists of what is no promise.
_OTHER_CUES = (
    "sent",
    "negation",
    "hedge",
    "ooo",
    "extension",
    "doc_request",
    "hardship",
    "cannot_pay_yet",
    "unrelated",
    "legal",
)
#: A row that says the same of its invoice as the row above: "TB-1214 | ditto, same call".
_DITTO = re.compile(
    r"(?:^|[|:,;-]) ?(?:ditto|dito|idem|do\.|same (?:here|again|as above|for this(?: one)?)|ebenso|desgleichen|gleiches gilt|pareil|meme chose|lo mismo"
    r"|igual|lo stesso|stessa cosa|hetzelfde|zelfde|o mesmo|to samo|j\.? ?w\.|jak wyzej|samma(?: har| sak)?|detsamma)(?= ?(?:[,.;|)-]|$))"
)


#: "4430 - same as 4417": a row that names the row that it repeats.
_SAME_AS = re.compile(
    r"[-|:,;=] {0,2}(?:the )?(?:same as|like|wie|genau wie|gleich wie|comme|idem que|como|igual que|igual a|come|come la|zelfde als|net als|als|jak|tak jak|samma som|som) (?:the |die |la |de |den )?(?:#|nr\.? )?\S{2,24}[.;]?$"
)


def _meant_by_ditto(clause: Clause, said: list[Said]) -> Said | None:
    """The row that a row says to be like; None where it says something of its own."""
    if not said or not clause.numbers:
        return None
    if _DITTO.search(clause.folded) is not None:
        return said[-1]
    if len(clause.references) < 2 or not _SAME_AS.search(clause.folded):
        return None
    like = set(clause.references[-1].numbers)
    return next((each for each in reversed(said) if each.signals and like & set(each.clause.numbers)), None)


def _repeated(above: Said, clause: Clause) -> tuple[Signal, ...]:
    """What the row above says, said of the invoices of this one."""
    evidence = Evidence(clause.text, clause.start, clause.end)
    own = tuple(sorted(set(clause.references[0].numbers))) if len(clause.references) > 1 else clause.numbers
    return tuple(replace(each, invoices=own if each.invoices else (), evidence=evidence) for each in above.signals)


def with_advice(signals: list[Signal], advice: Signal | None) -> list[Signal]:
    """`signals` with the payment that an advice states in place of what its lines seem to say."""
    if advice is None:
        return signals
    return [advice, *(each for each in signals if each.intent not in _SAID_BY_AN_ADVICE)]


def from_an_attachment(signal: Signal) -> Signal:
    """The signal with evidence that does not stand in the reply's own text."""
    return replace(signal, evidence=Evidence(signal.evidence.quote))

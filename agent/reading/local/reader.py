"""`LocalReader`: reads a reply with rules and phrase lists; no network, no key, the same answer every time."""
# ruff: noqa: E501 - phrase lists are not wrapped

from dataclasses import replace
from datetime import UTC, date, datetime

from agent.reading.dates import find_dates
from agent.reading.folding import phrase_pattern
from agent.reading.local.alarms import MAX_CHARS, alarms_in
from agent.reading.local.automatic import automatic_signal
from agent.reading.local.clauses import Clause, ReadText, clauses_of
from agent.reading.local.cues import LEXICONS, compile_lexicons
from agent.reading.local.fields import Topic, signals_of
from agent.reading.local.language import detect_languages
from agent.reading.local.merge import merged
from agent.reading.local.neighbours import Said, with_neighbouring_figures
from agent.reading.local.remittance import remittance_signal
from agent.reading.local.scorer import THRESHOLD, LexiconScorer, SentenceScorer
from agent.reading.references import conversation_scope
from agent.signals import ReplySignals, ReplyToRead
from ledger.model.signal import INTENTS_FOR_A_PERSON, Evidence, Intent, Signal

#: A reply of fewer words without any receivable's word in it is a courtesy.
_COURTESY_WORDS = 12
_ALL = tuple(LEXICONS)


class LocalReader:
    """Implements `Reader`. `scorer` gives each clause its intents; trained heads come in there."""

    def __init__(self, scorer: SentenceScorer | None = None) -> None:
        self._scorer = scorer or LexiconScorer()
        compile_lexicons()
        find_dates("", datetime(2026, 1, 1, tzinfo=UTC), "")

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        """What the reply says; never raises for what is in it, abstains instead."""
        return self.read_now(reply)

    def read_now(self, reply: ReplyToRead) -> ReplySignals:
        """`read` for callers without an event loop."""
        full = reply
        reply = replace(reply, text=reply.text[:MAX_CHARS])
        languages = detect_languages(reply.text, reply.language)
        alarms = alarms_in(full)
        if reply.automatic is not None:
            signal = automatic_signal(reply.automatic, reply)
            alarms += self._hidden_in_automatic(reply)
            return ReplySignals((signal,), bool(alarms), alarms, language=_primary(languages))
        scope = conversation_scope(reply)
        read = clauses_of(reply, _lexicon_languages(languages), scope)
        signals = merged(self._signals(read, reply, scope))
        if _is_bulk(read):
            signals = []
        if not signals or _is_off_topic(signals, read, reply):
            signals = _without_statement(read)
        return _answer(signals, alarms, read, languages)

    def _hidden_in_automatic(self, reply: ReplyToRead) -> tuple[str, ...]:
        """What a person must see though the mail calls itself automatic: anybody can set such a header."""
        if reply.automatic == "bounce":
            return ()
        found = {signal.intent for signal in self.read_now(replace(reply, automatic=None)).signals}
        serious = sorted(intent.value.replace("_", " ") for intent in found & INTENTS_FOR_A_PERSON)
        return (f"an automatic mail that speaks of: {', '.join(serious)}",) if serious else ()

    def _signals(self, read: ReadText, reply: ReplyToRead, scope: tuple[str, ...]) -> list[Signal]:
        today = reply.received_at.date()
        before: tuple[str, ...] = ()
        said: list[Said] = []
        listing, ordered = False, -1
        for clause in read.clauses:
            ordered = clause.paragraph if clause.has("inject") else ordered
            if clause.paragraph == ordered:
                # Whatever stands below an order to the software in its paragraph is part of that order.
                continue
            clause = _as_list_item(clause) if listing else clause
            found: list[Signal] = []
            for intent, confidence in self._scores(clause, read, today).items():
                if confidence >= THRESHOLD:
                    found += signals_of(clause, intent, confidence, reply, Topic(before, scope))
            said.append(Said(clause, tuple(found)))
            before = clause.numbers or before
            listing = _opens_list(clause) or (listing and bool(found))
        signals = with_neighbouring_figures(said, today)
        advice = remittance_signal(reply, read)
        if advice is not None:
            signals = [advice, *(each for each in signals if each.intent not in _SAID_BY_AN_ADVICE)]
        return signals

    def _scores(self, clause: Clause, read: ReadText, today: date) -> dict[Intent, float]:
        scores = self._scorer.score(clause, today)
        if not scores and _is_bare_day(clause, read, today):
            return {Intent.PROMISE_TO_PAY: 0.6}
        return scores


#: Newsletters and lists say so themselves.
_BULK = phrase_pattern(
    r"""
    mailing list submissions|today's topics|view (?:this|it) (?:e-?mail )?in (?:your|a) browser|you are receiving this (?:e-?mail|newsletter|message) because you (?:subscribed|signed)
    newsletter abbestellen|im browser (?:ansehen|anzeigen)|voir dans (?:le|votre) navigateur|se désabonner de (?:la|cette) (?:newsletter|liste)
    ver en el navegador|visualizza nel browser|bekijk (?:deze )?(?:e-?mail )?in (?:uw|je) browser|ver no navegador|wyświetl w przeglądarce
    """
)


def _is_bulk(read: ReadText) -> bool:
    return not read.references.numbers and any(_BULK.search(each.folded) for each in read.sentences)


def _opens_list(clause: Clause) -> bool:
    return clause.has("doc_request") and clause.folded.rstrip().endswith(":")


def _as_list_item(clause: Clause) -> Clause:
    """A line below "please send me:" asks for what it names."""
    return replace(clause, cues={**clause.cues, "doc_request": ((0, 0),)})


#: An advice states one payment; its lines are no statements of their own.
_SAID_BY_AN_ADVICE = frozenset(
    {Intent.PAYMENT_SENT, Intent.PROMISE_TO_PAY, Intent.PROCESSING_UPDATE, Intent.QUESTION, Intent.UNRELATED}
)
_MAYBE_OFF_TOPIC = frozenset({Intent.QUESTION, Intent.CONTACT_CHANGE})


def _is_off_topic(signals: list[Signal], read: ReadText, reply: ReplyToRead) -> bool:
    """Whether the reply only asks or refers on, and nothing in it is about what is owed."""
    if not {signal.intent for signal in signals} <= _MAYBE_OFF_TOPIC or read.references.numbers:
        return False
    if any(clause.has("pay", "bank", "will_pay", "sent") for clause in read.clauses):
        return False
    if any(signal.contact for signal in signals):
        return False
    return not reply.thread or any(clause.has("unrelated") for clause in read.clauses)


def _is_bare_day(clause: Clause, read: ReadText, today: date) -> bool:
    """ "Tuesday." as the answer to "when will you pay?": a short reply with a day and no other statement."""
    if clause.question or clause.start != read.sentences[clause.sentence].start:
        return False
    if not clause.ahead(today) or clause.has("negation", "hedge", "ooo", "unrelated", "condition"):
        return False
    words = len(clause.folded.split())
    return words <= (9 if clause.numbers else 6) and (bool(clause.numbers) or read.words <= 20)


def _lexicon_languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The lexicons to read with: the likeliest two, all of them where nothing tells."""
    return languages[:2] if languages else _ALL


def _primary(languages: tuple[str, ...]) -> str:
    return languages[0] if languages else "und"


def _without_statement(read: ReadText) -> list[Signal]:
    """What a reply is that makes no statement we know: unrelated, a courtesy, or unclear (nothing)."""
    if not read.sentences:
        return []
    whole = read.sentences[0]
    evidence = Evidence(whole.text, whole.start, whole.end)
    about_money = any(clause.has("pay", "will_pay", "doc_invoice_copy") or clause.numbers for clause in read.clauses)
    bulk = _is_bulk(read) or any(clause.has("unrelated") for clause in read.clauses)
    if bulk and not read.references.numbers:
        return [Signal(Intent.UNRELATED, evidence, 0.7)]
    if not about_money and (read.words > _COURTESY_WORDS or any(clause.has("courtesy") for clause in read.clauses)):
        return [Signal(Intent.UNRELATED, evidence, 0.5)]
    return []


def _answer(
    signals: list[Signal], alarms: tuple[str, ...], read: ReadText, languages: tuple[str, ...]
) -> ReplySignals:
    reasons = list(alarms)
    for intent in sorted({signal.intent for signal in signals} & INTENTS_FOR_A_PERSON):
        reasons.append(f"{intent.value.replace('_', ' ')} is for a person to answer")
    abstained = not signals
    if abstained:
        reasons.append("no statement could be made out in the reply")
    return ReplySignals(
        tuple(signals),
        needs_human=bool(reasons),
        reasons=tuple(reasons),
        unknown_references=read.references.unknown,
        language=_primary(languages),
        abstained=abstained,
    )

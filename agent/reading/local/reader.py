"""`LocalReader`: reads a reply with trained heads and rules; no network, no key, the same answer every time."""
# ruff: noqa: E501 - phrase lists are not wrapped

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from agent.reading.absences import first_day_back
from agent.reading.dates import find_dates
from agent.reading.folding import phrase_pattern
from agent.reading.local.alarms import MAX_CHARS, alarms_in
from agent.reading.local.automatic import automatic_signal
from agent.reading.local.clauses import ReadText, clauses_of, with_list_items
from agent.reading.local.cues import LEXICONS, compile_lexicons
from agent.reading.local.language import detect_languages
from agent.reading.local.remittance import remittance_signal
from agent.reading.local.scorer import ClauseSays, ClauseScorer, rule_scores
from agent.reading.local.statements import from_an_attachment, statements, with_advice
from agent.reading.local.taught import Taught, TaughtSentence
from agent.reading.local.trained import TrainedScorer
from agent.reading.local.wishes import WISHES
from agent.reading.references import compile_references, conversation_scope
from agent.signals import ReplySignals, ReplyToRead
from ledger.model.signal import INTENTS_FOR_A_PERSON, Evidence, Intent, Signal

#: A reply of fewer words without any receivable's word in it is a courtesy.
_COURTESY_WORDS = 12


def read_text(reply: ReplyToRead) -> tuple[ReadText, tuple[str, ...]]:
    """The reply taken apart, and the languages that it may be in, likeliest first (none where nothing tells)."""
    languages = detect_languages(reply.text, reply.language)
    lexicons = languages[:2] if languages else tuple(LEXICONS)
    return with_list_items(clauses_of(reply, lexicons, conversation_scope(reply))), languages


class LocalReader:
    """Implements `Reader`. `scorer` gives each clause its intents; without one the trained heads do, by words alone."""

    def __init__(self, scorer: ClauseScorer | None = None) -> None:
        self._scorer = scorer or TrainedScorer()
        compile_lexicons()
        compile_references()
        find_dates("", datetime(2026, 1, 1, tzinfo=UTC), "")

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        """What the reply says; never raises for what is in it, abstains instead. Other tasks go on meanwhile."""
        return await asyncio.to_thread(self.read_now, reply)

    def read_now(self, reply: ReplyToRead, taught: Taught | None = None) -> ReplySignals:
        """`read` for callers without an event loop; a sentence in `taught` says what a person said that it says."""
        full = reply
        reply = replace(reply, text=reply.text[:MAX_CHARS])
        read, languages = read_text(reply)
        alarms = alarms_in(full)
        # A bounce's words are the mail system's, and those of our own mail.
        bounced = reply.automatic == "bounce"
        says = () if bounced else self._says(read, reply, taught or {})
        signals, stated_there = ([], ()) if bounced else self._stated(read, says, reply)
        automatic = _kind_of_machine(reply, read, says)
        if automatic is not None:
            alarms += _hidden_in_automatic(read, signals, reply)
            signal = automatic_signal(automatic, reply)
            return ReplySignals((signal,), bool(alarms), alarms, language=_primary(languages))
        alarms += stated_there
        if not signals or _is_off_topic(signals, read, reply):
            signals = _without_statement(read)
        if not alarms and _may_say_more(says, signals, read):
            alarms = ("it may say something that a person must answer",)
        return _answer(signals, alarms, read, languages)

    def _stated(
        self, read: ReadText, says: tuple[ClauseSays, ...], reply: ReplyToRead
    ) -> tuple[list[Signal], tuple[str, ...]]:
        """What the mail and its attachments state, and why a person must see that."""
        return self._with_attachments([] if _is_bulk(read) else statements(read, says, reply), reply)

    def _with_attachments(self, signals: list[Signal], reply: ReplyToRead) -> tuple[list[Signal], tuple[str, ...]]:
        """Payments that attached advices state; and where the mail itself says nothing, what an attached letter says.

        A letter is for a person in any case: it may be an old one, or one of ours sent back.
        """
        letters: list[Signal] = []
        # Logos of a signature stand before the file that carries the answer.
        for attachment in [each for each in reply.attachments if each.text.strip()][:_ATTACHMENTS]:
            attached = replace(reply, text=attachment.text[:MAX_CHARS], answered=())
            read, _ = read_text(attached)
            advice = remittance_signal(attached, read)
            if advice is not None:
                signals = with_advice(signals, from_an_attachment(advice))
            elif not signals:
                letters += statements(read, self._says(read, attached, {}), attached)
        if signals or not letters:
            return signals, ()
        return [from_an_attachment(each) for each in letters], ("what it says stands in an attachment",)

    def _says(self, read: ReadText, reply: ReplyToRead, taught: Taught) -> tuple[ClauseSays, ...]:
        """What each clause says; nothing for an order to the software and whatever stands below it in its paragraph."""
        said = []
        ordered = -1
        for clause, says in zip(read.clauses, self._scorer.score(read, reply.received_at.date()), strict=True):
            ordered = clause.paragraph if clause.has("inject") else ordered
            known = taught.get(read.sentences[clause.sentence].text)
            if clause.paragraph == ordered:
                said.append(ClauseSays())
            else:
                said.append(says if known is None else _as_taught(known))
        return tuple(said)


#: What a portal's notice states of an invoice, though nobody reads what is answered to it.
_STATED = frozenset(
    {Intent.PROMISE_TO_PAY, Intent.PAYMENT_SENT, Intent.DISPUTE, Intent.PROCESSING_UPDATE, Intent.DOCUMENT_REQUEST}
)
#: Heads that are less sure than this do not make a statement of an acknowledgement.
_SURE_OF_A_MACHINE = 0.6


def _kind_of_machine(reply: ReplyToRead, read: ReadText, says: tuple[ClauseSays, ...]) -> str | None:
    """What kind of automatic mail it is; None where it is a person's, or a machine's that states something of its own.

    Headers tell that a machine wrote, seldom what: an absence, a portal's "scheduled for the 24th", or nothing.
    """
    if reply.automatic != "auto_reply":
        return reply.automatic
    sure: dict[Intent, float] = {}
    for each in says:
        for intent, score in each.scores.items():
            sure[intent] = max(score, sure.get(intent, 0.0))
    only_answers = sure.get(Intent.AUTO_REPLY, _SURE_OF_A_MACHINE)
    back = first_day_back(reply.text, reply.received_at, reply.country) if not read.references.numbers else None
    if back is not None or sure.get(Intent.OUT_OF_OFFICE, 0.0) >= only_answers:
        return "out_of_office"
    stated = set(_STATED) if read.references.numbers else set()
    states = any(sure.get(intent, 0.0) > only_answers for intent in {*stated, Intent.CONTACT_CHANGE})
    return None if states else "auto_reply"


def _hidden_in_automatic(read: ReadText, signals: list[Signal], reply: ReplyToRead) -> tuple[str, ...]:
    """What a person must see though the mail calls itself automatic: anybody can set such a header."""
    if reply.automatic == "bounce":
        return ()
    found = {signal.intent for signal in signals}
    # The heads weigh the mail as a whole, where an absence drowns the rest; the rules see each clause by itself.
    found.update(each for clause in read.clauses for each in rule_scores(clause, read, reply.received_at.date()))
    serious = sorted(intent.value.replace("_", " ") for intent in found & INTENTS_FOR_A_PERSON)
    return (f"an automatic mail that speaks of: {', '.join(serious)}",) if serious else ()


#: Files of one mail that are read; what carries an answer is among the first.
_ATTACHMENTS = 5
#: A chance of this that some clause is for a person is enough to ask one: missing a dispute costs more than a look.
_CONCERN = 0.15
#: What the rules read otherwise where they drop it: two dated part payments ask for no instalments.
_READ_OTHERWISE = frozenset({Intent.PAYMENT_PLAN_REQUEST, Intent.DISPUTE})
#: Thanks and wishes are no unclear text, unless the heads are surer of it than this.
_UNCLEAR_COURTESY = 0.4
#: Unsure heads think of a dispute first; where every sentence is told by a signal, one less likely than this is none:
#: true of every reply of the open sets.
_UNTOLD_DISPUTE = 0.3
#: A longer sentence is more than a greeting or a name.
_GREETING_WORDS = 5


def _may_say_more(says: tuple[ClauseSays, ...], signals: list[Signal], read: ReadText) -> bool:
    """Whether a person must see the reply for what its clauses may say besides `signals`."""
    said = {intent for each in says for intent in each.scores}
    dropped = (said & _READ_OTHERWISE) - {signal.intent for signal in signals}
    only_wishes = {signal.intent for signal in signals} == {Intent.UNRELATED}
    heeded: dict[Intent | None, float] = {}
    if only_wishes:
        heeded[None] = _UNCLEAR_COURTESY
    if _is_all_told(signals, read):
        heeded[Intent.DISPUTE] = _UNTOLD_DISPUTE
    return any(
        chance >= heeded.get(intent, _CONCERN)
        for each in says
        for intent, chance in each.concerns.items()
        if intent not in dropped
    )


def _is_all_told(signals: list[Signal], read: ReadText) -> bool:
    """Whether every sentence but greetings and names is the evidence of a signal: no room for a dispute unread."""
    told = [each.evidence for each in signals if each.intent is not Intent.UNRELATED]
    loose = [
        sentence
        for sentence in read.sentences
        if not any(
            each.start is not None and each.start < sentence.end and sentence.start < (each.end or 0) for each in told
        )
    ]
    return bool(told) and all(len(each.folded.split()) <= _GREETING_WORDS for each in loose)


#: A person's word on a sentence like this one.
_TAUGHT = 0.95


def _as_taught(known: TaughtSentence) -> ClauseSays:
    return ClauseSays(dict.fromkeys(sorted(known.intents), _TAUGHT), known.reason, known.documents)


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
    courteous = any(clause.has("courtesy") or WISHES.search(clause.folded) for clause in read.clauses)
    if not about_money and (read.words > _COURTESY_WORDS or courteous):
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

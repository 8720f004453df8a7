"""What a correction teaches: the sentences whose meaning a person changed, and why a mail still needs a person."""

from agent.reading.local.alarms import ALARM
from agent.reading.local.sentences import Sentence, sentences_of
from agent.reading.local.taught import TaughtSentence
from ledger.model.correction import Lesson
from ledger.model.signal import INTENTS_FOR_A_PERSON, DisputeReason, DocumentKind, Intent, Signal

#: "Paid." or "Ok, thanks" says something else in every mail.
LEAST_WORDS = 3
#: Said by the form of a whole mail, never by a sentence of it.
_OF_A_WHOLE_MAIL = frozenset({Intent.OUT_OF_OFFICE, Intent.AUTO_REPLY, Intent.DELIVERY_FAILURE})


def lessons_of(text: str, before: tuple[Signal, ...], after: tuple[Signal, ...]) -> tuple[Lesson, ...]:
    """The sentences of `text` that say something else after the correction than before, with what they say.

    Days, amounts and invoices are not part of it: they belong to one mail, and our own code reads them. Without
    embeddings; sentences of fewer than `LEAST_WORDS` words teach nothing.
    """
    found = []
    for sentence in sentences_of(text):
        if len(sentence.folded.split()) < LEAST_WORDS:
            continue
        right = said_in(sentence, text, after)
        if right != said_in(sentence, text, before):
            intents = tuple(sorted(right.intents, key=lambda intent: intent.value))
            found.append(Lesson(sentence.text, intents, right.reason, right.documents))
    return tuple({lesson.sentence: lesson for lesson in found}.values())


def said_in(sentence: Sentence, text: str, signals: tuple[Signal, ...]) -> TaughtSentence:
    """What the signals that rest on this sentence say."""
    intents: set[Intent] = set()
    reason: DisputeReason | None = None
    documents: set[DocumentKind] = set()
    for signal in signals:
        if signal.intent in _OF_A_WHOLE_MAIL or not rests_on(signal, sentence, text):
            continue
        intents.add(signal.intent)
        reason = reason or signal.reason
        documents.update(signal.documents)
    ordered = tuple(sorted(documents, key=lambda kind: kind.value))
    return TaughtSentence(frozenset(intents), reason, ordered)


def rests_on(signal: Signal, sentence: Sentence, text: str) -> bool:
    """Whether the words of the signal lie in the sentence, at least in part."""
    quote = signal.evidence.quote
    start = signal.evidence.start if signal.evidence.start >= 0 else text.find(quote)
    return bool(quote) and start >= 0 and start < sentence.end and sentence.start < start + len(quote)


def reasons_for_a_person(signals: tuple[Signal, ...], reasons: tuple[str, ...], *, others: bool) -> tuple[str, ...]:
    """Why a person must answer a mail that says these things.

    Of the `reasons` given before, those about an intent are made anew. What the mail holds besides (orders to the
    software, threats, hidden words) stays; `others`, such as doubts of the reader, only where asked for.
    """
    kept = [r for r in reasons if r.startswith(ALARM) or (others and not r.endswith(_IS_FOR_A_PERSON))]
    wanted = sorted({signal.intent.value for signal in signals if signal.intent in INTENTS_FOR_A_PERSON})
    return (*kept, *(f"{intent.replace('_', ' ')}{_IS_FOR_A_PERSON}" for intent in wanted))


#: How the readers say it of an intent.
_IS_FOR_A_PERSON = " is for a person to answer"

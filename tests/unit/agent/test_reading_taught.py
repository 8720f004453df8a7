"""What a correction teaches, how far that reaches, and that it counts over a model's word."""

from dataclasses import dataclass, field

import pytest
from reading_samples import a_reply

from agent.models.port import ModelAnswer
from agent.models.scripted import ScriptedModel
from agent.reading.cascade import CascadeReader
from agent.reading.lessons import lessons_of, reasons_for_a_person
from agent.reading.likeness import plain_sentence, says_the_same
from agent.reading.local.reader import LocalReader
from agent.reading.local.taught import TaughtSentence
from agent.reading.openai import ModelReader, WireReading, WireSignal
from agent.reading.taught import TaughtReader, verdict
from ledger.model.correction import Lesson, NearLesson
from ledger.model.signal import DisputeReason, Evidence, Intent, Signal

IDIOM = "Invoice INV-1041 falls under the harvest clause."
TERMS = Lesson(IDIOM, (Intent.DISPUTE,), DisputeReason.TERMS)


def near(lesson: Lesson, distance: float = 0.0, language: str = "en") -> NearLesson:
    return NearLesson(lesson, language, distance)


def says(quote: str, intent: Intent, text: str, **fields: object) -> Signal:
    at = text.index(quote)
    return Signal(intent, Evidence(quote, at, at + len(quote)), 0.9, **fields)  # type: ignore[arg-type]


# What is taught


TEXT = "Hi Ann,\n\nwe looked at it again. The driver left two boxes short. The rest goes out on Friday.\n\nTom"
SHORT, REST = "The driver left two boxes short.", "The rest goes out on Friday."


def test_only_sentences_whose_meaning_changed_teach() -> None:
    before = (says(SHORT, Intent.QUESTION, TEXT), says(REST, Intent.PROMISE_TO_PAY, TEXT))
    after = (
        says(SHORT, Intent.DISPUTE, TEXT, reason=DisputeReason.QUANTITY), says(REST, Intent.PROMISE_TO_PAY, TEXT),
    )  # fmt: skip
    assert lessons_of(TEXT, before, after) == (Lesson(SHORT, (Intent.DISPUTE,), DisputeReason.QUANTITY),)


def test_a_day_or_an_invoice_put_right_teaches_nothing() -> None:
    before = (says(REST, Intent.PROMISE_TO_PAY, TEXT, invoices=("INV-1041",)),)
    after = (says(REST, Intent.PROMISE_TO_PAY, TEXT, invoices=("INV-1042",)),)
    assert lessons_of(TEXT, before, after) == ()


def test_a_sentence_that_states_nothing_is_taught_as_that() -> None:
    assert lessons_of(TEXT, (says(SHORT, Intent.DISPUTE, TEXT),), ()) == (Lesson(SHORT, ()),)


@pytest.mark.parametrize("text", ["Paid.", "Ok, thanks"])
def test_two_words_teach_nothing(text: str) -> None:
    assert lessons_of(text, (), (says(text, Intent.PAYMENT_SENT, text),)) == ()


def test_alarms_stay_and_doubts_go() -> None:
    reasons = (
        "the mail holds a threat",
        "it may say something that a person must answer",
        "dispute is for a person to answer",
    )
    question = (says(SHORT, Intent.QUESTION, TEXT),)
    assert reasons_for_a_person(question, reasons, others=False) == ("the mail holds a threat",)
    hardship = (says(SHORT, Intent.HARDSHIP, TEXT),)
    assert reasons_for_a_person(hardship, reasons, others=True) == (
        *reasons[:2],
        "hardship is for a person to answer",
    )


# How far it reaches


def test_figures_days_and_months_are_the_same() -> None:
    one = plain_sentence("We pay 1041 and RE-2207 (£1,840.00) on Friday 3 April.", "en")
    other = plain_sentence("We pay 881 and RE-9 (£77.10) on Monday 14 June.", "en")
    assert one == other


@pytest.mark.parametrize(
    ("taught", "new", "language"),
    [
        ("We will pay on Friday.", "We will not pay on Friday.", "en"),
        ("We will pay on Friday.", "Will we pay on Friday?", "en"),
        ("We will pay on Friday.", "We might pay on Friday.", "en"),
        ("We will pay on Friday.", "We paid on Friday.", "en"),
        ("Wir zahlen am Freitag.", "Wir zahlen am Freitag nicht.", "de"),
        ("Le virement est parti mardi.", "Le virement n'est pas parti mardi.", "fr"),
        ("Zapłacimy w piątek.", "Nie zapłacimy w piątek.", "pl"),
        ("The goods came damaged.", "Please call me about the party next week.", "en"),
    ],
)
def test_a_word_that_turns_the_meaning_keeps_sentences_apart(taught: str, new: str, language: str) -> None:
    assert not says_the_same(taught, new, language)


def test_the_nearest_votes_weigh_most() -> None:
    other = Lesson(IDIOM, (Intent.QUESTION,))
    votes = (near(TERMS, 0.001), near(TERMS, 0.002), near(other, 0.028))
    assert verdict(IDIOM, votes, 0.03) == TaughtSentence(frozenset({Intent.DISPUTE}), DisputeReason.TERMS)


def test_a_near_tie_votes_for_none() -> None:
    other = Lesson(IDIOM, (Intent.QUESTION,))
    assert verdict(IDIOM, (near(TERMS, 0.001), near(other, 0.002)), 0.03) is None


def test_what_is_further_than_the_radius_does_not_vote() -> None:
    assert verdict(IDIOM, (near(TERMS, 0.031),), 0.03) is None


# Over the readers


@dataclass
class Memory:
    """`LessonMemory` that finds the same lessons near every sentence with their words in it."""

    lessons: tuple[Lesson, ...] = ()
    asked: list[int] = field(default_factory=list)

    async def holds_any(self, embedder: str) -> bool:
        return bool(self.lessons)

    async def near(
        self, embeddings: list[list[float]], *, embedder: str, radius: float
    ) -> list[tuple[NearLesson, ...]]:
        self.asked.append(len(embeddings))
        return [tuple(near(lesson) for lesson in self.lessons)] * len(embeddings)


@dataclass
class Embedder:
    """`Embedder` that counts."""

    name: str = "multilingual-e5-small-q4"
    dimensions: int = 1
    embedded: list[str] = field(default_factory=list)

    def embed(self, text: str) -> list[float]:
        self.embedded.append(text)
        return [1.0]


LOCAL = LocalReader()


async def test_nothing_is_embedded_where_nothing_was_taught() -> None:
    embedder = Embedder()
    read = await TaughtReader(LOCAL, Memory(), embedder).read(a_reply(IDIOM))
    assert read == LOCAL.read_now(a_reply(IDIOM))
    assert embedder.embedded == []


async def test_a_taught_sentence_is_read_as_it_was_taught_and_the_others_as_before() -> None:
    text = f"We will pay INV-1042 on Friday. {IDIOM}"
    read = await TaughtReader(LOCAL, Memory((TERMS,)), Embedder()).read(a_reply(text))
    assert {(signal.intent, signal.invoices) for signal in read.signals} == {
        (Intent.PROMISE_TO_PAY, ("INV-1042",)), (Intent.DISPUTE, ("INV-1041",)),
    }  # fmt: skip
    assert read.needs_human


async def test_a_long_reply_is_embedded_up_to_a_bound() -> None:
    embedder, memory = Embedder(), Memory((TERMS,))
    await TaughtReader(LOCAL, memory, embedder).read(a_reply("This is one more sentence. " * 200))
    assert memory.asked == [40]


async def test_automatic_mail_is_read_as_it_is() -> None:
    memory = Memory((TERMS,))
    reply = a_reply(IDIOM, automatic="auto_reply")
    assert [s.intent for s in (await TaughtReader(LOCAL, memory, Embedder()).read(reply)).signals] == [
        Intent.AUTO_REPLY
    ]
    assert memory.asked == []


async def test_a_taught_sentence_counts_over_the_models_word() -> None:
    text = f"{IDIOM} The 1042 thing leaves us next Friday."
    wire = [
        WireSignal(intent=Intent.PROCESSING_UPDATE, quote=IDIOM),
        WireSignal(intent=Intent.PROMISE_TO_PAY, quote="The 1042 thing leaves us next Friday."),
    ]
    model = ScriptedModel([ModelAnswer(WireReading(language="en", signals=wire))])
    reader = TaughtReader(LOCAL, Memory((TERMS,)), Embedder(), lambda local: ModelReader(model, local))
    read = await reader.read(a_reply(text))
    assert {signal.intent for signal in read.signals} == {Intent.DISPUTE, Intent.PROMISE_TO_PAY}
    assert (read.reader, read.needs_human) == ("openai:scripted", True)
    assert "dispute is for a person to answer" in read.reasons


async def test_a_cascade_asks_no_model_for_a_reply_that_was_taught() -> None:
    model = ScriptedModel([])
    reader = TaughtReader(
        LOCAL, Memory((TERMS,)), Embedder(), lambda local: CascadeReader(local, ModelReader(model, local))
    )
    read = await reader.read(a_reply(IDIOM))
    assert [(signal.intent, signal.reason) for signal in read.signals] == [(Intent.DISPUTE, DisputeReason.TERMS)]
    assert read.reader == "local"

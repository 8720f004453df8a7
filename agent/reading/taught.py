"""`TaughtReader`: what a person once corrected counts for every like sentence from then on, over rules and models."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from agent.reading.lessons import LEAST_WORDS, reasons_for_a_person, rests_on
from agent.reading.likeness import RADIUS, SAME_WORDS_ONLY, plain_sentence, says_the_same
from agent.reading.local.language import detect_languages
from agent.reading.local.reader import LocalReader
from agent.reading.local.sentences import Sentence, sentences_of
from agent.reading.local.taught import Taught, TaughtSentence
from agent.reading.port import Reader
from agent.signals import ReplySignals, ReplyToRead
from integrations.ports.embedder import Embedder
from ledger.model.correction import NearLesson

#: An embedding takes about 15 ms of one core; what a customer has to say stands in the first sentences.
_MOST_SENTENCES = 40
#: Votes that are heard for one sentence.
MOST_VOTES = 8
#: The share of the votes that an answer needs: below it the taught sentences contradict each other.
_CLEAR = 2 / 3
#: What the nearest possible and the furthest allowed vote weigh more than nothing.
_LEAST_WEIGHT = 0.1


class LessonMemory(Protocol):
    """The taught sentences of one organisation."""

    async def holds_any(self, embedder: str) -> bool:
        """Whether there is anything to ask for."""
        ...

    async def near(
        self, embeddings: list[list[float]], *, embedder: str, radius: float
    ) -> list[tuple[NearLesson, ...]]:
        """For each vector the lessons within `radius`, at most `MOST_VOTES`, nearest first."""
        ...


class TaughtReader:
    """Implements `Reader` around the local reader and whatever stands around that (`around`: a model, a cascade).

    Costs one look into the ledger where nothing was taught.
    """

    def __init__(
        self,
        local: LocalReader,
        memory: LessonMemory,
        embedder: Embedder,
        around: Callable[[Reader], Reader] | None = None,
    ) -> None:
        self._local = local
        self._memory = memory
        self._embedder = embedder
        self._around = around or (lambda reader: reader)

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        """What the reply says, its taught sentences as a person once put them."""
        taught = {} if reply.automatic is not None else await self.taught(reply)
        if not taught:
            return await self._around(self._local).read(reply)
        instructed = _Instructed(self._local, taught)
        read = await self._around(instructed).read(reply)
        by_local = instructed.result or await instructed.read(reply)
        return read if read is by_local else _with_taught(read, by_local, taught, reply.text)

    async def taught(self, reply: ReplyToRead) -> Taught:
        """The sentences of the reply that somebody taught, and what they say."""
        if not await self._memory.holds_any(self._embedder.name):
            return {}
        language = next(iter(detect_languages(reply.text, reply.language)), "und")
        sentences = [s for s in sentences_of(reply.text) if len(s.folded.split()) >= LEAST_WORDS][:_MOST_SENTENCES]
        if not sentences:
            return {}
        radius = radius_of(self._embedder)
        embeddings = await asyncio.to_thread(self._embed, sentences, language)
        found = await self._memory.near(embeddings, embedder=self._embedder.name, radius=radius)
        verdicts = {
            sentence.text: verdict(sentence.text, near, radius)
            for sentence, near in zip(sentences, found, strict=True)
        }
        return {text: answer for text, answer in verdicts.items() if answer is not None}

    def _embed(self, sentences: list[Sentence], language: str) -> list[list[float]]:
        return [self._embedder.embed(plain_sentence(sentence.text, language)) for sentence in sentences]


def radius_of(embedder: Embedder) -> float:
    """The cosine distance within which this embedder's neighbours vote."""
    return RADIUS.get(embedder.name, SAME_WORDS_ONLY)


def verdict(text: str, near: tuple[NearLesson, ...], radius: float) -> TaughtSentence | None:
    """What the taught neighbours of a sentence make of it, weighted by nearness; None where they do not agree.

    Only those vote that say the same; a near tie between different answers votes for none.
    """
    votes: dict[TaughtSentence, float] = defaultdict(float)
    for one in near:
        if one.distance <= radius and says_the_same(one.lesson.sentence, text, one.language):
            answer = TaughtSentence(frozenset(one.lesson.intents), one.lesson.reason, one.lesson.documents)
            votes[answer] += _LEAST_WEIGHT + 1 - max(0.0, one.distance) / radius
    if not votes:
        return None
    best = max(votes, key=lambda answer: votes[answer])
    return best if votes[best] >= _CLEAR * sum(votes.values()) else None


class _Instructed:
    """Implements `Reader`: the local reader with the taught sentences of one reply; keeps what it read."""

    def __init__(self, local: LocalReader, taught: Taught) -> None:
        self._local = local
        self._taught = taught
        self.result: ReplySignals | None = None

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        """The local reader's result."""
        self.result = await asyncio.to_thread(self._local.read_now, reply, self._taught)
        return self.result


def _with_taught(read: ReplySignals, by_local: ReplySignals, taught: Taught, text: str) -> ReplySignals:
    """A model's reading with the taught sentences read as they were taught."""
    sentences = [sentence for sentence in sentences_of(text) if sentence.text in taught]

    def is_taught(index: int, result: ReplySignals) -> bool:
        return any(rests_on(result.signals[index], sentence, text) for sentence in sentences)

    others = [s for i, s in enumerate(read.signals) if not is_taught(i, read)]
    signals = (*others, *(s for i, s in enumerate(by_local.signals) if is_taught(i, by_local)))
    reasons = reasons_for_a_person(signals, read.reasons, others=True)
    return replace(
        read,
        signals=signals,
        needs_human=bool(reasons),
        reasons=reasons,
        abstained=read.abstained and not signals,
    )

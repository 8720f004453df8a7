"""How far a taught sentence reaches: like pairs taken, near misses taken, at the radius of an embedder."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agent.reading.likeness import plain_sentence, says_the_same
from agent.reading.taught import radius_of
from integrations.ports.embedder import Embedder

#: Hand-written pairs; `part` is `development` (the radius was chosen on it) or `held_out`.
PAIRS = Path(__file__).parent / "datasets" / "taught_pairs.jsonl"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences, the first one taught; `like` where both say the same."""

    lang: str
    taught: str
    new: str
    like: bool
    part: str


def load_pairs(path: Path = PAIRS) -> tuple[Pair, ...]:
    """The pairs of the file, in its order."""
    return tuple(Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line)


def measure(pairs: tuple[Pair, ...], embedder: Embedder) -> list[dict[str, Any]]:
    """A row a part: pairs and those taken, like and unlike, and unlike ones that only the guard held back."""

    @lru_cache(maxsize=4_096)
    def vector(text: str, lang: str) -> list[float]:
        return embedder.embed(plain_sentence(text, lang))

    radius, rows = radius_of(embedder), []
    for part in sorted({pair.part for pair in pairs}):
        row: dict[str, Any] = {"part": part, "embedder": embedder.name, "radius": radius, "held_back": 0}
        row |= {"like": 0, "like_taken": 0, "unlike": 0, "unlike_taken": 0}
        for pair in (one for one in pairs if one.part == part):
            kind = "like" if pair.like else "unlike"
            row[kind] += 1
            near = _distance(vector(pair.taught, pair.lang), vector(pair.new, pair.lang)) <= radius
            same = says_the_same(pair.taught, pair.new, pair.lang)
            row[f"{kind}_taken"] += near and same
            row["held_back"] += near and not same and not pair.like
        rows.append(row)
    return rows


def _distance(one: list[float], other: list[float]) -> float:
    """The cosine distance of unit vectors."""
    return 1 - sum(a * b for a, b in zip(one, other, strict=True))

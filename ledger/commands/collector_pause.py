"""Pauses Python's cycle collector while a batch's part of the ledger is in memory.

Tens of thousands of documents are read one after the other and all stay until the batch is done. The collector would
look through them, and through the whole process, again and again without finding anything: a third of a batch's time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


class _Pause:
    """How many batches are under way; the collector is as it was before once the last one ends."""

    def __init__(self) -> None:
        self._batches = 0
        self._was_on = False

    def begin(self) -> None:
        if not self._batches:
            self._was_on = gc.isenabled()
            gc.disable()
        self._batches += 1

    def end(self) -> None:
        self._batches -= 1
        if not self._batches and self._was_on:
            gc.enable()


_pause = _Pause()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Only for work that is bounded; what nobody refers to is still freed at once, and only cycles wait.

    For the tasks of one event loop: several may be within at a time.
    """
    _pause.begin()
    try:
        yield
    finally:
        _pause.end()

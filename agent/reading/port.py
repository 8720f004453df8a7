"""`Reader`: reply text to signals."""

from typing import Protocol

from agent.signals import ReplySignals, ReplyToRead


class Reader(Protocol):
    """Reads one reply. Never raises for what a stranger wrote: it abstains instead."""

    async def read(self, reply: ReplyToRead) -> ReplySignals: ...

"""`AlarmChannel`: where people are told of alarms, outside Duly."""

from typing import Protocol


class AlarmChannel(Protocol):
    """Takes a short text, once a call. It never repeats by itself."""

    async def tell(self, text: str) -> None:
        """Hands the text over.

        Raises:
            TemporarilyUnavailable, RateLimited, Rejected: it was not taken; it may be tried again later.
            OutcomeUnknown: it was handed over, and no answer came.
        """
        ...

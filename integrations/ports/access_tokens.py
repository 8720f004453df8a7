"""`AccessTokens`: what an adapter signs its calls with, for one connection, whoever refreshes it."""

from typing import Protocol


class AccessTokens(Protocol):
    """The access token of one connection to Google or Microsoft.

    Raises (both methods):
        AuthExpired: the grant is gone; a person must connect it again.
        TemporarilyUnavailable: the token server could not be reached or did not answer.
    """

    async def current(self) -> str:
        """A token that is good for another minute at least; refreshed where need be, once for all workers."""
        ...

    async def replace(self, refused: str) -> str:
        """Another token than `refused`, which the provider has just answered with 401 to."""
        ...

"""`CountsAhead`: what a `MailSource` may know besides, how much of its mailbox it has not given yet."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class CountsAhead(Protocol):
    """A `MailSource` that can count, so that people see how far behind it is. Nothing is decided by the figure."""

    async def ahead(self, cursor: str | None) -> int | None:
        """About how many messages lie behind `cursor`, by a few calls; 0 only where there is none. None where the
        mailbox does not tell.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        ...

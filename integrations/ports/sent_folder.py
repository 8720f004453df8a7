"""`SentFolder`: where a person looks for what was sent from a mailbox."""

from typing import Protocol


class SentFolder(Protocol):
    """Takes a copy of each mail that went out by a way that keeps none."""

    async def file(self, message_id: str, raw: bytes) -> None:
        """Puts the copy there unless a mail with this Message-ID (no brackets) lies there already.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: could not be reached, or did not take it.
            Rejected: there is no folder for sent mail.
        """
        ...

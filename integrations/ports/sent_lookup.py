"""`SentLookup`: finds our own copy of a mail that was sent, as proof that it went out."""

from typing import Protocol


class SentLookup(Protocol):
    """Looks through the mailbox that receives a copy of what we send."""

    async def was_sent(self, message_id: str) -> bool:
        """Whether a copy with this Message-ID (no brackets) lies in the mailbox now; absence proves nothing.

        Raises:
            TemporarilyUnavailable: could not look; try later.
            AuthExpired: a person must connect it again.
        """
        ...

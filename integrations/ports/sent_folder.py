"""`SentFolder`: where a person looks for what was sent from a mailbox; and who puts it there."""

from typing import Protocol, runtime_checkable

from integrations.ports.mailbox import OutgoingMessage


class SentFolder(Protocol):
    """Takes a copy of each mail that went out by a way that keeps none."""

    async def file(self, message_id: str, raw: bytes) -> None:
        """Puts the copy there unless a mail with this Message-ID (no brackets) lies there already.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: could not be reached, or did not take it.
            Rejected: there is no folder for sent mail.
        """
        ...


@runtime_checkable
class FilesCopies(Protocol):
    """What a `MailSender` can besides, where its server keeps no copy of what it sends."""

    async def file_copy(self, message: OutgoingMessage) -> None:
        """Puts a copy of a mail that went out where the mailbox keeps its sent mail, unless it lies there.

        Bounded in time, and never the sending's trouble: what goes wrong is logged and not raised. Called after the
        sending is on record, so that a worker that dies here has not left it in doubt.
        """
        ...

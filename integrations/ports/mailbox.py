"""`MailSource` and `MailSender`: the one mail port. A connected mailbox has one of each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A raw message and how the mailbox calls it.

    `cursor` is the mailbox's position after this message: once it is kept, a later `fetch(cursor)` starts
    behind it. `provider_id` is unique within the mailbox (file name, UIDVALIDITY:UID, ...). `raw` is empty and
    `too_large_bytes` says the size where the message was over the limit and was left where it is.
    """

    provider_id: str
    raw: bytes
    cursor: str
    too_large_bytes: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A finished message: its bytes, its envelope, its Message-ID without angle brackets.

    `attempt` names the one try at handing it over; another try has another name. Empty: it is never asked for.
    """

    message_id: str
    raw: bytes
    envelope_from: str
    envelope_to: tuple[str, ...]
    attempt: str = ""


class MailSource(Protocol):
    """Reads a mailbox from a cursor on.

    Raises:
        TemporarilyUnavailable: not reachable; try later from the same cursor.
        AuthExpired: a person must connect it again.
    """

    def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """At most `limit` messages after `cursor`, oldest first; twice the same is allowed, a gap is not."""
        ...


class PreparedSend(Protocol):
    """A message that the other side is ready to take."""

    async def send(self) -> str:
        """Hands the message over; returns the provider's own id, or an empty string.

        Raises:
            Rejected: refused for good; nothing was sent.
            TemporarilyUnavailable: refused for now; nothing was sent.
            OutcomeUnknown: no answer came after the message was handed over.
        """
        ...

    async def abandon(self) -> None:
        """Gives up without sending."""
        ...


@runtime_checkable
class Withdraws(Protocol):
    """What a `MailSender` can besides, where it knows of its tries more than the mailbox shows."""

    async def withdraw(self, attempt: str) -> bool:
        """Whether this attempt handed nothing over and never will, from now on. False: it did, or nobody can tell."""
        ...


class MailSender(Protocol):
    """Sends mail, and can tell whether a message went out."""

    async def prepare(self, message: OutgoingMessage) -> PreparedSend:
        """Everything that can fail before the message is handed over: connect, sign in, name the recipients.

        Raises:
            TemporarilyUnavailable, AuthExpired, Rejected: nothing was sent.
            AlreadySent: it was found to have been sent before.
        """
        ...

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """Whether a message with this Message-ID (no brackets) went out; it cannot have before `handed_over_at`.

        True is proof that it did, False is proof that it did not, None is neither.
        """
        ...

"""`MailWatch`: a provider's promise to tell us of new mail in one mailbox, and what its word looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.errors import ExternalError


@dataclass(frozen=True, slots=True)
class HeldWatch:
    """A watch that stands. `reference` is what pushes name it by, `secret` what they repeat; it may be empty."""

    reference: str
    secret: str = field(repr=False)
    started_at: datetime
    expires_at: datetime


class MailWatch(Protocol):
    """The watch of one mailbox. A push only wakes the fetching, which loses nothing without it.

    Raises (all that call out):
        TemporarilyUnavailable, RateLimited: try later.
        AuthExpired: a person must connect the mailbox again.
        Rejected, InvalidInput: a setting must be mended; the words say which.
    """

    @property
    def place(self) -> str:
        """Where pushes are sent to; a watch that was begun for another place is begun anew."""
        ...

    def is_due(self, held: HeldWatch, now: datetime) -> bool:
        """Whether to renew it now, well before its end."""
        ...

    async def begin(self, now: datetime) -> HeldWatch:
        """A new watch. Keep it at once: pushes of one that is not kept are refused."""
        ...

    async def renew(self, held: HeldWatch, now: datetime) -> HeldWatch:
        """The watch with a new end, or another one in its place."""
        ...

    async def reauthorize(self, held: HeldWatch, now: datetime) -> HeldWatch:
        """The watch as the provider wants it after it asked whether we still may."""
        ...

    async def close(self) -> None:
        """Ends the connections; the watch stands."""
        ...


class Word(StrEnum):
    """What a push says."""

    MAIL = "mail"
    #: The provider could not deliver some pushes.
    MISSED = "missed"
    REAUTHORIZE = "reauthorize"
    #: The watch is gone.
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One word about one watch, from the provider: its secret has been compared."""

    reference: str
    word: Word


class RefusedPush(ExternalError):
    """Not a push that the provider signed for us; nothing of it may be believed."""


class SignedPushes(Protocol):
    """Pushes that prove themselves by a signature."""

    async def reference(self, authorization: str, body: bytes) -> str:
        """The watch that the push names, once it is sure who sent it.

        Raises:
            RefusedPush: forged, expired, or meant for somebody else.
            InvalidInput: signed, and yet no push.
            TemporarilyUnavailable: it cannot be checked now; let the provider try again.
        """
        ...


class SecretPushes(Protocol):
    """Pushes that prove themselves by repeating a secret."""

    def question(self, token: str | None) -> str | None:
        """What to answer to the provider's question whether this address is ours; None where it asks nothing.

        Raises:
            InvalidInput: no question that the provider asks.
        """
        ...

    def references(self, body: bytes) -> tuple[str, ...]:
        """The watches that are named, whoever names them.

        Raises:
            InvalidInput: no pushes.
        """
        ...

    def notices(self, body: bytes, secrets: Mapping[str, str]) -> tuple[Notice, ...]:
        """Those whose secret fits, each once. `secrets` are the secrets of the watches that we know.

        Raises:
            InvalidInput: no pushes.
        """
        ...

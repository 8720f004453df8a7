"""`GmailWatch`: pushes from Gmail to a Pub/Sub topic, and when they must be asked for anew."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import InvalidInput
from integrations.gmail.client import TIMEOUT_SECONDS, GmailClient
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import AuthExpired, Rejected

#: Google ends pushes after 7 days without a word, and asks for a call a day.
RENEWAL = timedelta(days=1)
#: A clock that was set back by more than this says nothing about when the pushes began.
_CLOCK_MARGIN = timedelta(hours=1)
_TOPIC = re.compile(r"projects/[a-z][a-z0-9.:-]{3,98}/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}")


@dataclass(frozen=True, slots=True)
class Watch:
    """Pushes that were asked for at `started_at`. They say that something came; `history_id` is where that began."""

    history_id: int
    started_at: datetime
    expires_at: datetime

    def renewal_due(self, now: datetime) -> bool:
        """Whether to ask for them anew: after a day, or half the time that they last where that is less."""
        if now < self.started_at - _CLOCK_MARGIN:
            return True
        lasts = self.expires_at - self.started_at
        return now >= self.started_at + min(RENEWAL, max(lasts / 2, timedelta(0)))


class GmailWatch:
    """Starts and stops the pushes of one mailbox. Polling goes on beside them: a push can be lost."""

    def __init__(
        self,
        tokens: AccessTokens,
        address: str,
        *,
        api_endpoint: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause_seconds: float = 1.0,
    ) -> None:
        self._client = GmailClient(
            tokens, address, api_endpoint=api_endpoint, timeout_seconds=timeout_seconds, pause_seconds=pause_seconds
        )

    async def start(self, topic: str, *, now: datetime) -> Watch:
        """Asks for pushes to `topic` (`projects/P/topics/T`), anew where they are asked for already.

        Raises:
            InvalidInput: not the name of a topic.
            Rejected: no such topic, or it takes no messages from Gmail.
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        if not _TOPIC.fullmatch(topic):
            raise InvalidInput(f"{topic[:200]!r} is no Pub/Sub topic; write projects/PROJECT/topics/TOPIC")
        advice = f"let gmail-api-push@system.gserviceaccount.com publish to {topic}"
        try:
            watching = await self._client.watch(topic)
        except Rejected as error:
            raise Rejected(f"{error}; {advice}") from error
        except AuthExpired as error:
            # Google words a topic that it may not publish to as it does a grant that does not cover the call.
            raise AuthExpired(f"{error}, or {advice}") from error
        return Watch(watching.history_id, now, _instant(watching.ends_ms))

    async def stop(self) -> None:
        """Ends the pushes, to whichever topic.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired, Rejected.
        """
        await self._client.stop_watch()

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()


def _instant(milliseconds: int) -> datetime:
    """The instant; a year after 9999 is its last."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)

"""`GmailSender`: Gmail as the way out, each mail into its thread, and the proof of what went out."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations.gmail import outgoing
from integrations.gmail.calls import NotFoundThere
from integrations.gmail.client import TIMEOUT_SECONDS, GmailClient
from integrations.gmail.proof import MOST_COMPARED, SentProof
from integrations.gmail.threads import ThreadFinder
from integrations.hand_over import HandOverLimit
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import Rejected
from integrations.ports.mailbox import OutgoingMessage

#: Longer than a hand-over of the largest mail may take (`client.send_seconds`) when it begins as late as it may.
SETTLE_SECONDS = 300.0
#: The part of it that a hand-over may begin after `prepare`. A worker that stood still for longer sends nothing:
#: another one may have proven by now that it did not, and sent the mail itself.
_BEGINS_WITHIN = 0.1
#: Google takes no larger message.
_MOST_BYTES = 35_000_000


class GmailSender:
    """`MailSender` over Gmail's API.

    Gmail sends to whom the message's header names; who is in the envelope alone is added as Bcc. It gives the mail
    a Message-ID of its own, so ours travels in a header of ours, too. For `settle_seconds` and `most_compared` see
    `SentProof`. `hand_over_seconds` is how long after `prepare` a mail may still be handed over, a tenth of
    `settle_seconds` where it is left out.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        address: str,
        *,
        api_endpoint: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause_seconds: float = 1.0,
        settle_seconds: float = SETTLE_SECONDS,
        most_compared: int = MOST_COMPARED,
        hand_over_seconds: float | None = None,
    ) -> None:
        self._client = GmailClient(
            tokens, address, api_endpoint=api_endpoint, timeout_seconds=timeout_seconds, pause_seconds=pause_seconds
        )
        self._threads = ThreadFinder(self._client)
        self._proof = SentProof(self._client, settle_seconds, most_compared)
        self._hand_overs = _HandOvers(self._proof)
        begins_within = settle_seconds * _BEGINS_WITHIN
        self._hand_over_seconds = begins_within if hand_over_seconds is None else hand_over_seconds

    async def prepare(self, message: OutgoingMessage) -> "PreparedMail":
        """See `MailSender.prepare`: signs in, and finds the thread.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired, Rejected: nothing was sent.
        """
        # In a thread: a large message must not hold up the others here.
        ready = await asyncio.to_thread(outgoing.prepared, message)
        if len(ready.raw) > _MOST_BYTES:
            raise Rejected(f"Gmail {self._client.mailbox}: {len(ready.raw):,} bytes are over the limit of a mail")
        thread_id = await self._threads.thread_of(ready.answers, message.envelope_to[0])
        token = await self._client.accepted_token()
        limit = HandOverLimit(f"Gmail {self._client.mailbox}", self._hand_over_seconds)
        return PreparedMail(self._client, self._hand_overs, message.message_id, ready.raw, thread_id, token, limit)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """See `MailSender.was_sent`. With `handed_over_at`, False is possible in a mailbox that sends much, too.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: could not look.
        """
        under_way = self._hand_overs.is_under_way(message_id)
        answer = await self._proof.was_sent(message_id, handed_over_at)
        return None if answer is False and under_way else answer

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()


@dataclass(frozen=True, slots=True)
class PreparedMail:
    """`PreparedSend` of a mail whose thread is known, with a token that Gmail has accepted."""

    client: GmailClient
    hand_overs: "_HandOvers"
    message_id: str
    raw: bytes = field(repr=False)
    thread_id: str
    token: str = field(repr=False)
    limit: HandOverLimit

    async def send(self) -> str:
        """See `PreparedSend.send`; returns Gmail's id of the message.

        Raises:
            Rejected, TemporarilyUnavailable, RateLimited, OutcomeUnknown.
        """
        return await self.hand_overs.run(self.message_id, self._sent())

    async def abandon(self) -> None:
        """See `PreparedSend.abandon`: nothing is kept at Gmail before it is sent."""

    async def _sent(self) -> str:
        if self.thread_id:
            try:
                return await self._handed_over(self.thread_id)
            except (NotFoundThere, Rejected):
                # The thread may have been deleted meanwhile; nothing was sent, and the mail is worth more than it.
                pass
        try:
            return await self._handed_over("")
        except NotFoundThere as error:
            raise Rejected(str(error)) from error

    async def _handed_over(self, thread_id: str) -> str:
        return await self.client.send(self.raw, thread_id=thread_id, token=self.token, limit=self.limit)


class _HandOvers:
    """Hand-overs that are under way, those included whose caller was cancelled: a thread cannot be."""

    def __init__(self, proof: SentProof) -> None:
        self._proof = proof
        self._tasks: dict[asyncio.Task[str], str] = {}

    def is_under_way(self, message_id: str) -> bool:
        """Whether a request that may send this mail has not ended."""
        return message_id in self._tasks.values()

    async def run(self, message_id: str, work: Coroutine[Any, Any, str]) -> str:
        """What `work` returns or raises; it goes on to its end whatever becomes of us."""
        self._proof.forget(message_id)
        task = asyncio.create_task(work)
        self._tasks[task] = message_id
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[str]) -> None:
        # From now on it takes a while again until its absence proves anything.
        self._proof.forget(self._tasks.pop(task))
        if not task.cancelled():
            task.exception()

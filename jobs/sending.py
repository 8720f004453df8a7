"""Sends one approved mail once: claim, re-check, hand over, confirm; looks before it repeats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, assert_never

from core.clock import Clock
from core.ids import MailboxId, OrgId, SendId
from integrations.ports.embedder import Embedder
from integrations.ports.errors import (
    AlreadySent,
    AuthExpired,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TemporarilyUnavailable,
)
from integrations.ports.mailbox import MailSender, OutgoingMessage, PreparedSend, Withdraws
from jobs.mailboxes import Mailboxes
from ledger.commands import send_draft
from ledger.commands.decide_approval import Verify
from ledger.commands.keep_precedent import keep_precedent
from ledger.commands.own_copy import note_found
from ledger.commands.send_draft import ClaimedSend, Compose, KnownSent, NeedsProof, NothingToSend, NotYet
from ledger.commands.sending_trouble import note_refusal
from ledger.store.blobs import BlobStore
from ledger.store.unit_of_work import UnitOfWorkFactory


class TryLater(Exception):
    """Nothing was sent, or nobody can tell yet; the job comes back after `seconds`."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Sending:
    """What sending needs. `proof_wait`: how long an unknown outcome is looked for before it goes to a person.
    `lease`: how long a worker leaves a mail alone that another one has taken from it.
    `sandbox_to`: the address that gets every mail instead of its recipients; empty for none. The mailboxes' senders
    see to that; here it is only put on record."""

    uows: UnitOfWorkFactory
    blobs: BlobStore
    clock: Clock
    verify: Verify
    compose: Compose
    mailboxes: Mailboxes
    embedder: Embedder
    proof_wait: timedelta
    lease: timedelta
    sandbox_to: str = ""

    async def send(self, org_id: OrgId, send_id: SendId) -> None:
        """Does what is left to do for one row of the outbox.

        Raises:
            TryLater: run it again after that many seconds.
        """
        outcome = await send_draft.claim_send(
            self.uows, self.blobs, self.verify, self.compose, org_id, send_id, now=self.clock.now()
        )
        match outcome:
            case NothingToSend() | NotYet():
                return
            case KnownSent():
                await self._confirm(org_id, outcome.send_id, "")
            case NeedsProof():
                await self._look(org_id, outcome)
            case ClaimedSend():
                await self._hand_over(org_id, outcome)
            case _:
                assert_never(outcome)

    async def _look(self, org_id: OrgId, lost: NeedsProof) -> None:
        sender = await self._sender(org_id, lost.mailbox_id)
        if lost.claim_token and isinstance(sender, Withdraws) and await sender.withdraw(str(lost.claim_token)):
            await self._return_to_queue(
                org_id, lost, "its worker stopped before it was sent, and can send it no more"
            )
        was_sent, unread = None, ""
        try:
            was_sent = await sender.was_sent(lost.message_id, handed_over_at=lost.sent_after)
        except (TemporarilyUnavailable, RateLimited, AuthExpired) as error:
            unread = str(error)
        if was_sent:
            if lost.is_repeat:
                await note_found(self.uows, org_id, lost.send_id, now=self.clock.now())
            await self._confirm(org_id, lost.send_id, "")
        elif was_sent is False:
            await self._return_to_queue(org_id, lost, "the mailbox proves that it was not sent")
        elif not lost.is_repeat:
            await self._wait_for_proof(org_id, lost)
        elif not unread:
            await self._return_to_queue(org_id, lost, "no copy was found, and a person had it sent again")
        else:
            await self._unknown(
                org_id,
                lost,
                "This mail was to be sent again, and it was not: it has to be looked for first, and the mailbox "
                f"could not be read ({unread[:300]}). Try again later, or say that it was sent.",
            )

    async def _return_to_queue(self, org_id: OrgId, lost: NeedsProof, why: str) -> NoReturn:
        await send_draft.return_to_queue(self.uows, org_id, lost, why=why)
        raise TryLater(0, why)

    async def _wait_for_proof(self, org_id: OrgId, lost: NeedsProof) -> None:
        now = self.clock.now()
        if not send_draft.proof_is_overdue(lost.handed_over_at, now=now, wait=self.proof_wait):
            at = now + timedelta(seconds=_pause_of_looking(lost.handed_over_at, now=now, wait=self.proof_wait))
            await send_draft.look_again(self.uows, org_id, lost.send_id, at=at, now=now)
            return
        await self._unknown(
            org_id,
            lost,
            "Nobody can tell whether this mail went out: the connection was lost while it was handed over, and "
            "no copy of it was found. It is not repeated by itself. Ask the customer or look at the server's log, "
            "then say whether it was sent.",
        )

    async def _unknown(self, org_id: OrgId, lost: NeedsProof, words: str) -> None:
        await send_draft.put_before_person(
            self.uows,
            org_id,
            lost.send_id,
            state="outcome_unknown",
            words=words,
            now=self.clock.now(),
            lost=lost,
        )

    async def _hand_over(self, org_id: OrgId, claim: ClaimedSend) -> None:
        attempt = str(claim.claim_token)
        message = OutgoingMessage(claim.message_id, claim.raw, claim.envelope_from, claim.envelope_to, attempt)
        try:
            sender = await self._sender(org_id, claim.mailbox_id)
            prepared = await sender.prepare(message)
        except (TemporarilyUnavailable, RateLimited, AuthExpired) as error:
            await self._give_up(org_id, claim, error)
        except AlreadySent:
            await self._confirm(org_id, claim.send_id, "")
        except Rejected as error:
            await self._failed(org_id, claim, error)
        else:
            await self._send_prepared(org_id, claim, prepared)

    async def _send_prepared(self, org_id: OrgId, claim: ClaimedSend, prepared: PreparedSend) -> None:
        ours = await send_draft.begin_handover(
            self.uows,
            org_id,
            claim.send_id,
            claim.claim_token,
            now=self.clock.now(),
            sandboxed_to=self.sandbox_to,
        )
        if not ours:
            await prepared.abandon()
            # Not as if it were done: that would end the job that the other one's successor needs, should it die.
            why = "another worker has this mail by now, or its mailbox was disconnected"
            raise TryLater(self.lease.total_seconds(), why)
        try:
            provider_id = await prepared.send()
        except OutcomeUnknown as error:
            raise TryLater(1, f"the outcome is unknown: {error}") from error
        except (TemporarilyUnavailable, RateLimited) as error:
            await self._give_up(org_id, claim, error)
        except Rejected as error:
            await self._failed(org_id, claim, error)
        else:
            await self._confirm(org_id, claim.send_id, provider_id)

    async def _sender(self, org_id: OrgId, mailbox_id: MailboxId) -> MailSender:
        return await self.mailboxes.sender(org_id, mailbox_id)

    async def _confirm(self, org_id: OrgId, send_id: SendId, provider_id: str) -> None:
        now = self.clock.now()
        draft_id = await send_draft.confirm_sent(self.uows, org_id, send_id, provider_id=provider_id, now=now)
        if draft_id is not None:
            await keep_precedent(
                self.uows, org_id, draft_id, embedder=self.embedder.name, embed=self.embedder.embed, now=now
            )

    async def _give_up(self, org_id: OrgId, claim: ClaimedSend, error: Exception) -> None:
        await send_draft.give_up_claim(self.uows, org_id, claim.send_id, claim.claim_token, error=str(error))
        await note_refusal(
            self.uows,
            org_id,
            claim.send_id,
            error=str(error),
            needs_person=isinstance(error, AuthExpired),
            now=self.clock.now(),
        )
        seconds = error.retry_after_seconds if isinstance(error, RateLimited) else _pause(claim)
        raise TryLater(seconds, str(error)) from error

    async def _failed(self, org_id: OrgId, claim: ClaimedSend, error: Exception) -> None:
        await send_draft.put_before_person(
            self.uows,
            org_id,
            claim.send_id,
            state="failed",
            words=f"The mail server refused this mail, and nothing was sent: {error}",
            now=self.clock.now(),
            claim_token=claim.claim_token,
        )

    async def give_up(self, org_id: OrgId, send_id: SendId, error: Exception) -> None:
        """Puts a mail before a person whose sending fails for a reason that no later try will mend."""
        await send_draft.put_before_person(
            self.uows,
            org_id,
            send_id,
            state="failed",
            words=f"This approved mail could not be sent ({error}). Mend the cause, then send it again.",
            now=self.clock.now(),
        )


def _pause_of_looking(handed_over_at: datetime, *, now: datetime, wait: timedelta) -> float:
    """Seconds until the next look for a proof: short at first, for most copies arrive within seconds, a minute at
    last. A hand-over that lies in the future was written by a clock that has since been put right."""
    since, left = (now - handed_over_at).total_seconds(), (handed_over_at + wait - now).total_seconds()
    return max(0.5, min(60.0, since / 4 if since >= 0 else 60.0, left))


def _pause(claim: ClaimedSend) -> float:
    """Seconds until the next try: longer with each, so that a server that is down all night is not hammered."""
    return float(min(600, 5 * 2 ** min(claim.attempts, 7)))

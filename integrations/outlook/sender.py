"""`OutlookSender`: an Outlook mailbox as the way out, by draft, then send."""

import asyncio
import json
from datetime import datetime
from typing import Any

import structlog

from integrations.outlook.client import GraphClient, Pause
from integrations.outlook.draft import Draft, draft_of
from integrations.outlook.mapping import DraftAnswer
from integrations.outlook.messages import MessageCalls
from integrations.outlook.place import GraphPlace, id_path
from integrations.outlook.upload import attach
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import AlreadySent, AuthExpired, RateLimited, Rejected, TemporarilyUnavailable
from integrations.ports.mailbox import OutgoingMessage

#: References that are looked for in the mailbox, the nearest first.
_MOST_PARENTS = 3

_log = structlog.get_logger()


class OutlookSender:
    """`MailSender` over one mailbox. Safe under concurrent use.

    The draft is looked at before it is sent: it bears our Message-ID (and a stamp of ours, should Exchange change
    that), goes to the envelope's recipients and nobody else, and is an answer within its conversation where the mail
    that it answers lies in the mailbox. Exchange keeps the sent copy, which is the proof of sending.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        mailbox: str,
        *,
        place: GraphPlace | None = None,
        timeout_seconds: float = 30.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._client = GraphClient(
            tokens, mailbox, place or GraphPlace(), timeout_seconds=timeout_seconds, pause=pause
        )
        self._calls = MessageCalls(self._client)

    async def prepare(self, message: OutgoingMessage) -> "PreparedDraft":
        """Makes the draft. See `MailSender.prepare`; what an earlier try left behind is removed first.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired, Rejected: nothing was sent.
            AlreadySent: the mailbox shows that this very mail was sent before.
        """
        # In a thread: a large message must not hold up the others here.
        draft = await asyncio.to_thread(draft_of, message)
        await self._clear(draft.message_id)
        made = await self._make(draft)
        try:
            await self._complete(made, draft)
        except BaseException:
            await asyncio.shield(self._calls.remove_quietly(made.id))
            raise
        return PreparedDraft(self._calls, made.id, draft.message_id)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """See `MailSender.was_sent`. False is said only of a draft that was found unsent and, first, was left
        without recipients: should a lost order to send it still arrive, it fails.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: could not look.
        """
        found = await self._calls.find(message_id)
        if any(not copy.is_draft for copy in found):
            return True
        drafts = await self._calls.drafts(message_id)
        if not drafts:
            return None
        disarmed = [await self._calls.disarm(draft) for draft in drafts]
        if True in disarmed:
            return True
        if None in disarmed:
            return None
        # It may have left between the two looks.
        if any(not copy.is_draft for copy in await self._calls.find(message_id)):
            return True
        for draft in drafts:
            await self._calls.remove_quietly(draft.id)
        return False

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.close()

    async def _clear(self, message_id: str) -> None:
        """Removes drafts that an earlier try left behind."""
        found = await self._calls.find(message_id)
        sent = any(not copy.is_draft for copy in found)
        for draft in await self._calls.drafts(message_id) if found and not sent else []:
            disarmed = await self._calls.disarm(draft)
            if disarmed is None:
                raise TemporarilyUnavailable(
                    f"Outlook mailbox {self._client.mailbox}: an earlier draft of this mail cannot be taken back now"
                )
            sent = sent or disarmed
            if not disarmed:
                await self._calls.remove_quietly(draft.id)
        if sent:
            raise AlreadySent(
                f"Outlook mailbox {self._client.mailbox}: this mail lies in the mailbox as sent already "
                f"(Message-ID {message_id}); it is not sent again"
            )

    async def _make(self, draft: Draft) -> DraftAnswer:
        parent = await self._parent(draft)
        if parent is not None:
            answer = await self._calls.post(f"/{id_path(parent)}/createReply", *_content(draft, reply=True))
            if answer.status not in (400, 404):
                return self._calls.draft_in(answer)
            # The mail that it answers went away, or cannot be answered; headers keep the thread then.
            _log.warning("outlook_reply_refused", mailbox=self._client.mailbox, refusal=str(answer.refusal))
        return self._calls.draft_in(await self._calls.post("", *_content(draft, reply=False)))

    async def _parent(self, draft: Draft) -> str | None:
        """The mail that this one answers, or one before it in the thread, where the mailbox holds it."""
        for message_id in draft.parents[:_MOST_PARENTS]:
            for found in await self._calls.named(message_id):
                if not found.is_draft:
                    return found.id
        return None

    async def _complete(self, made: DraftAnswer, draft: Draft) -> None:
        """Everything that makes the draft the mail that was approved."""
        wrong = _corrections(made, draft)
        answer = await self._calls.patch(made.id, {**wrong, "singleValueExtendedProperties": draft.properties})
        if answer.status == 400 and wrong:
            _log.warning("outlook_stamp_refused", mailbox=self._client.mailbox, refusal=str(answer.refusal))
            answer = await self._calls.patch(made.id, wrong)
        if answer.status != 400 or wrong:
            made = self._calls.draft_in(answer)
        if made.recipients != draft.recipients or not made.is_draft:
            raise Rejected(
                f"Outlook mailbox {self._client.mailbox}: the draft would go to {', '.join(sorted(made.recipients))} "
                f"and not to {', '.join(sorted(draft.recipients))}; it was not sent"
            )
        if made.internet_message_id != f"<{draft.message_id}>":
            # The stamp finds it; the customer's reply is threaded by References to the other id.
            _log.warning("outlook_message_id_changed", mailbox=self._client.mailbox, message_id=draft.message_id)
        for attachment in draft.attachments:
            await attach(self._client, made.id, attachment)


class PreparedDraft:
    """`PreparedSend` of a draft that lies in the mailbox, complete."""

    def __init__(self, calls: MessageCalls, draft_id: str, message_id: str) -> None:
        self._calls = calls
        self._draft_id = draft_id
        self._message_id = message_id

    async def send(self) -> str:
        """See `PreparedSend.send`; returns Graph's id, which is the sent copy's too.

        Raises:
            Rejected, TemporarilyUnavailable, RateLimited, AuthExpired: refused, and nothing was sent.
            OutcomeUnknown: no answer, or one that does not tell.
        """
        try:
            await self._calls.send(self._draft_id)
        except (Rejected, TemporarilyUnavailable, RateLimited):
            await self.abandon()
            raise
        except AuthExpired as error:
            # The port knows no such answer to a send; the next prepare says it again.
            raise TemporarilyUnavailable(str(error)) from error
        return self._draft_id

    async def abandon(self) -> None:
        """See `PreparedSend.abandon`: the draft is deleted."""
        await self._calls.remove_quietly(self._draft_id)


def _content(draft: Draft, *, reply: bool) -> tuple[bytes, str]:
    """What the draft is made from: the mail itself where it fits, else its parts."""
    if draft.mime:
        return draft.mime, "text/plain"
    fields = {**draft.fields, **draft.addressed, "internetMessageId": f"<{draft.message_id}>"}
    return json.dumps({"Message": fields} if reply else fields).encode(), "application/json"


def _corrections(made: DraftAnswer, draft: Draft) -> dict[str, Any]:
    """The fields that have to be set for the draft to be the mail."""
    wrong: dict[str, Any] = {}
    if made.internet_message_id != f"<{draft.message_id}>":
        wrong["internetMessageId"] = f"<{draft.message_id}>"
    if made.recipients != draft.recipients:
        wrong |= draft.addressed
    if not draft.mime:
        # A reply in JSON gets a subject and the quoted mail from Exchange; ours are what was approved.
        wrong |= {key: draft.fields[key] for key in ("subject", "body")} | draft.addressed
    return wrong

"""`GmailClient`: what is asked of Gmail for one mailbox, and what its answers mean."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.gmail import mapping
from integrations.gmail.calls import Api, Calls, Json, NotFoundThere, Result
from integrations.gmail.mapping import History, Message, Metadata, Page, Watching
from integrations.gmail.transport import BYTES_A_SECOND, CALL_SECONDS, AnswerTooLarge, Limits
from integrations.hand_over import HandOverLimit
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import Rejected

#: Above this a message is uploaded as bytes: Google takes requests in JSON up to a few megabytes only.
LARGEST_JSON_BYTES = 3_000_000
TIMEOUT_SECONDS = 20.0
_CHANGES = "messagesAdded(message(id,labelIds)),labelsRemoved(message(id,labelIds),labelIds)"
_GIVEN_LABELS = ",labelsAdded(message(id,labelIds),labelIds)"


class CursorTooOld(Exception):
    """Google has forgotten the history from this id on."""


class NoSuchMessage(Exception):
    """It was deleted since it was listed."""


class TooLarge(Exception):
    """A message is larger than Google's estimate made us expect."""


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which messages to list: Gmail's search words, one label or any, with or without spam and trash."""

    words: str = ""
    label: str = ""
    with_junk: bool = False


class GmailClient:
    """Gmail's API for one mailbox. `api_endpoint` names another server than Google's.

    `timeout_seconds` is the longest silence on the line, `pause_seconds` the first pause between two tries.

    Every method raises:
        TemporarilyUnavailable: no connection, no answer in time, or an answer that makes no sense.
        RateLimited: too many calls, and Google asks for a longer pause than a call waits for.
        AuthExpired: the grant is gone, or does not cover this.
        Rejected: the request itself is refused.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        mailbox: str,
        *,
        api_endpoint: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause_seconds: float = 1.0,
    ) -> None:
        self.mailbox = mailbox
        self._calls = Calls(
            tokens, mailbox, api_endpoint=api_endpoint, timeout_seconds=timeout_seconds, pause_seconds=pause_seconds
        )

    @property
    def server_ms(self) -> int | None:
        """Google's clock at its last answer, in milliseconds since 1970; None before the first."""
        return self._calls.server_ms

    async def accepted_token(self) -> str:
        """A token, after Gmail has accepted it."""
        await self._read("signing in", lambda api: api.labels.get(userId="me", id="SENT", fields="id"), _nothing)
        return await self._calls.current_token()

    async def current_history_id(self) -> int:
        """The id that the mailbox's history has reached; 0 for an empty mailbox without a profile."""
        with contextlib.suppress(NotFoundThere):
            return await self._calls.read(
                "reading the profile",
                lambda api: api.users.getProfile(userId="me", fields="historyId"),
                mapping.history_id,
            )
        # Not every server that speaks Gmail has a profile; there the newest message says it.
        newest = await self.list_messages(MessageQuery(with_junk=True), most=1)
        for message_id in newest.message_ids:
            with contextlib.suppress(NoSuchMessage):
                return (await self.metadata(message_id)).history_id
        return 0

    async def list_messages(self, query: MessageQuery, *, most: int, page_token: str = "") -> Page:
        """One page of ids, newest first as Gmail has it."""
        options: Json = {"maxResults": most, "includeSpamTrash": query.with_junk}
        options |= {"q": query.words} if query.words else {}
        options |= {"labelIds": [query.label]} if query.label else {}
        options |= {"pageToken": page_token} if page_token else {}
        fields = "messages(id,threadId),nextPageToken"
        return await self._read(
            "listing messages", lambda api: api.messages.list(userId="me", fields=fields, **options), mapping.page
        )

    async def history(self, start_history_id: int, *, page_token: str = "", label: str = "") -> History:
        """One page of what was added, or taken out of spam and trash, after `start_history_id`, oldest first; with
        `label` (an id) also of what was given that label.

        Raises:
            CursorTooOld: Google has forgotten it; read the mailbox by date.
        """
        options: Json = {"pageToken": page_token} if page_token else {}

        def make(api: Api) -> Any:
            types = ["messageAdded", "labelRemoved", *(["labelAdded"] if label else [])]
            start = str(start_history_id)
            return api.history.list(
                userId="me",
                startHistoryId=start,
                historyTypes=types,
                maxResults=500,
                fields=f"history(id,{_CHANGES}{_GIVEN_LABELS if label else ''}),nextPageToken",
                **options,
            )

        try:
            return await self._calls.read(
                "listing history", make, lambda answer: mapping.history(answer, label=label)
            )
        except (NotFoundThere, Rejected) as error:
            # 404 is Google's answer; whatever else it has against the id or the page, reading by date helps too.
            raise CursorTooOld from error

    async def metadata(self, message_id: str) -> Metadata:
        """Labels, date and size of a message.

        Raises:
            NoSuchMessage: it is gone.
        """
        fields = "id,threadId,labelIds,historyId,internalDate,sizeEstimate"
        return await self._get(message_id, mapping.metadata, None, format="minimal", fields=fields)

    async def headers(self, message_id: str) -> Message:
        """A message's date, thread, and the ids that its headers give it.

        Raises:
            NoSuchMessage: it is gone.
        """
        names = list(mapping.ID_HEADERS)
        return await self._get(message_id, mapping.message, None, format="metadata", metadataHeaders=names)

    async def raw(self, message_id: str, *, expected_bytes: int, most_bytes: int) -> bytes:
        """A message, byte for byte.

        Raises:
            NoSuchMessage: it is gone.
            TooLarge: it has more than `most_bytes`.
        """
        # Base64 makes four letters of three bytes, and Google's sizes are estimates.
        letters = most_bytes * 4 // 3 + 100_000
        limits = Limits(seconds=CALL_SECONDS + 2 * expected_bytes / BYTES_A_SECOND, answer_bytes=letters)
        try:
            raw = await self._get(message_id, mapping.raw, limits, format="raw", fields="id,raw")
        except AnswerTooLarge as error:
            raise TooLarge from error
        if len(raw) > most_bytes:
            raise TooLarge
        return raw

    async def send(self, raw: bytes, *, thread_id: str, token: str, limit: HandOverLimit) -> str:
        """Hands a message over, once; returns Gmail's id of it.

        Raises:
            NotFoundThere, Rejected: refused for good; nothing was sent.
            TemporarilyUnavailable, RateLimited: nothing was sent; also where `limit` was over before it could be.
            OutcomeUnknown: no answer that says whether it was sent.
        """
        limits = Limits(seconds=send_seconds(len(raw)), hand_over=limit)
        make = _sending(raw, thread_id)
        return await self._calls.hand_over("sending", make, mapping.sent_id, token=token, limits=limits)

    async def labels(self) -> dict[str, str]:
        """Ids of the mailbox's labels by their names, Gmail's own among them."""
        return await self._read(
            "listing labels", lambda api: api.labels.list(userId="me", fields="labels(id,name)"), mapping.labels
        )

    async def make_label(self, name: str) -> str:
        """Makes a label; returns its id. One of that name makes Gmail refuse it."""
        body = {"name": name, "labelListVisibility": "labelShow", "messageListVisibility": "show"}
        return await self._read(
            "making a label", lambda api: api.labels.create(userId="me", body=body, fields="id"), mapping.label_id
        )

    async def add_label(self, message_ids: Sequence[str], label_id: str) -> None:
        """Gives messages a label; those that are gone are left out. Doing it twice does nothing more."""
        body = {"ids": list(message_ids), "addLabelIds": [label_id]}
        await self._read("marking messages", lambda api: api.messages.batchModify(userId="me", body=body), _nothing)

    async def watch(self, topic: str) -> Watching:
        """Asks for pushes to a Pub/Sub topic."""
        return await self._read(
            "starting pushes", lambda api: api.users.watch(userId="me", body={"topicName": topic}), mapping.watching
        )

    async def stop_watch(self) -> None:
        """Ends all pushes of this mailbox."""
        await self._read("stopping pushes", lambda api: api.users.stop(userId="me"), _nothing)

    def close(self) -> None:
        """Ends the connections."""
        self._calls.close()

    async def _read(self, what: str, make: Callable[[Api], Any], understand: Callable[[Json], Result]) -> Result:
        try:
            return await self._calls.read(what, make, understand)
        except NotFoundThere as error:
            raise Rejected(str(error)) from error

    async def _get(
        self, message_id: str, understand: Callable[[Json], Result], limits: Limits | None, **options: Any
    ) -> Result:
        try:
            return await self._calls.read(
                "reading a message",
                lambda api: api.messages.get(userId="me", id=message_id, **options),
                understand,
                limits,
            )
        except NotFoundThere as error:
            raise NoSuchMessage from error


def send_seconds(size: int) -> float:
    """How long handing over so many bytes may take, from start to end."""
    return 2 * CALL_SECONDS + size / BYTES_A_SECOND


def _nothing(_answer: Json) -> None:
    return None


def _sending(raw: bytes, thread_id: str) -> Callable[[Api], Any]:
    def make(api: Api) -> Any:
        thread = {"threadId": thread_id} if thread_id else {}
        if len(raw) <= LARGEST_JSON_BYTES:
            return api.messages.send(userId="me", body={"raw": mapping.base64url(raw), **thread})
        request = api.messages.send(userId="me", body=thread)
        # The SDK would take the message apart and put it together again, and fails where it has 8-bit bytes.
        request.body, request.headers["content-type"] = mapping.multipart(thread, raw)
        request.uri = request.uri.replace("/gmail/v1/", "/upload/gmail/v1/", 1) + "&uploadType=multipart"
        return request

    return make

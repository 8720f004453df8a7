"""`MessageCalls`: the calls to Graph about single messages: find, draft, change, send, delete."""

import json
from typing import Any

import structlog

from integrations.outlook.client import Answer, Call, GraphClient
from integrations.outlook.draft import by_message_id, by_stamp
from integrations.outlook.folder import IMMUTABLE
from integrations.outlook.mapping import DraftAnswer, Listed, Page, parsed
from integrations.outlook.place import id_path
from integrations.ports.errors import AuthExpired, OutcomeUnknown, RateLimited, Rejected, TemporarilyUnavailable

#: Messages that share a Message-ID: the sent copy, one in the inbox where we wrote to ourselves, drafts left behind.
_MOST_COPIES = 25
_FOUND = "id,isDraft,internetMessageId,parentFolderId"
#: An answer about a draft has the draft's text in it.
_DRAFT_BYTES = 8_000_000

_log = structlog.get_logger()


class MessageCalls:
    """The calls about single messages. See `GraphClient.call` for what each raises besides."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    async def find(self, message_id: str) -> list[Listed]:
        """All messages of the mailbox with this Message-ID, or with our stamp for it."""
        return await self.named(message_id) or await self._query("/messages", by_stamp(message_id))

    async def named(self, message_id: str) -> list[Listed]:
        """All messages of the mailbox with this Message-ID."""
        found = await self._query("/messages", by_message_id(message_id))
        return [one for one in found if one.has_message_id(message_id)]

    async def drafts(self, message_id: str) -> list[Listed]:
        """Those of them that lie unsent in the folder for drafts."""
        path = "/mailFolders/drafts/messages"
        found = await self._query(path, by_message_id(message_id))
        exact = [one for one in found if one.has_message_id(message_id)]
        return [one for one in exact or await self._query(path, by_stamp(message_id)) if one.is_draft]

    async def disarm(self, draft: Listed) -> bool | None:
        """Takes the recipients off a draft. False: done, it cannot be sent any more. True: it is sent already."""
        answer = await self.patch(draft.id, {"toRecipients": [], "ccRecipients": [], "bccRecipients": []})
        if not answer.ok:
            return None
        now = self.draft_in(answer)
        if now.is_draft is False:
            return True
        return False if not now.recipients and now.folder_id == draft.folder_id else None

    async def post(self, path: str, content: bytes, content_type: str) -> Answer:
        """Makes a draft. A second one, after an answer that was lost, is removed by the next `prepare`."""
        return await self._call("POST", path, "making the draft", content, content_type, repeatable=False)

    async def patch(self, message_id: str, fields: dict[str, Any]) -> Answer:
        """Changes a draft."""
        content = json.dumps(fields).encode()
        return await self._call(
            "PATCH", f"/{id_path(message_id)}", "completing the draft", content, "application/json"
        )

    async def send(self, draft_id: str) -> None:
        """Orders the draft to be sent, once."""
        what = "sending the draft"
        url = self._client.place.url(f"{self._client.path}/messages/{id_path(draft_id)}/send")
        answer = await self._client.call(
            Call(
                what=what,
                method="POST",
                url=url,
                headers={"Prefer": IMMUTABLE},
                repeatable=False,
                hands_over=True,
            )
        )
        if answer.ok:
            return
        error = self._client.error(answer, what)
        if answer.status == 404 or answer.status < 400:
            # It lies there no more: somebody deleted it, or sent it. The mailbox tells which.
            raise OutcomeUnknown(str(error))
        raise error

    async def delete(self, message_id: str) -> None:
        """Deletes a message; nothing where there is none."""
        answer = await self._call("DELETE", f"/{id_path(message_id)}", "removing a draft")
        if not answer.ok and answer.status not in (404, 410):
            raise self._client.error(answer, "removing a draft")

    async def remove_quietly(self, draft_id: str) -> None:
        """Deletes a draft; one that stays is removed by the next `prepare` of its mail."""
        try:
            await self.delete(draft_id)
        except (TemporarilyUnavailable, RateLimited, AuthExpired, Rejected) as error:
            _log.warning("outlook_draft_left", mailbox=self._client.mailbox, error=str(error))

    def draft_in(self, answer: Answer) -> DraftAnswer:
        """The draft that an answer holds."""
        if not answer.ok:
            raise self._client.error(answer, "making the draft")
        return parsed(DraftAnswer, answer, what="making the draft", mailbox=self._client.mailbox)

    async def _query(self, path: str, where: str) -> list[Listed]:
        what = "looking for a message"
        query = {"$filter": where, "$select": _FOUND, "$top": str(_MOST_COPIES)}
        url = self._client.place.url(f"{self._client.path}{path}", query)
        answer = await self._client.call(Call(what=what, method="GET", url=url, headers={"Prefer": IMMUTABLE}))
        if not answer.ok:
            raise self._client.error(answer, what)
        return parsed(Page, answer, what=what, mailbox=self._client.mailbox).value

    async def _call(
        self, method: str, path: str, what: str, content: bytes = b"", content_type: str = "", repeatable: bool = True
    ) -> Answer:
        headers = {"Prefer": IMMUTABLE, **({"Content-Type": content_type} if content_type else {})}
        url = self._client.place.url(f"{self._client.path}/messages{path}")
        return await self._client.call(
            Call(
                what=what,
                method=method,
                url=url,
                content=content,
                headers=headers,
                most_bytes=_DRAFT_BYTES,
                repeatable=repeatable,
            )
        )

"""`Folder`: the calls that read one mail folder: its changes, its list by date, its messages' bytes."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Literal

import structlog

from integrations.outlook.client import Answer, Call, GraphClient
from integrations.outlook.cursor import DeltaPosition
from integrations.outlook.mapping import Page, odata_time, parsed
from integrations.outlook.place import id_path
from integrations.outlook.rebuild import PARTS, MessageParts, rebuilt
from integrations.ports.errors import AuthExpired, Rejected, TemporarilyUnavailable

#: Ids stay the same when a message is moved to another folder; asked for with every call, as each call decides.
IMMUTABLE = 'IdType="ImmutableId"'
_CHANGES = "isDraft,receivedDateTime"
_LIST = "id,isDraft,receivedDateTime,lastModifiedDateTime"
#: The first walk only counts what is there, in rows of a few hundred bytes.
_WALK_ROWS = 500
#: Pages of it in one go, before the other mailboxes get their turn.
_WALK_PAGES = 40
#: Exchange has the message but cannot write it as MIME.
_NOT_CONVERTIBLE = frozenset({"errormimecontentconversionfailed", "errorcontentconversionfailed"})

_log = structlog.get_logger()


class LinkExpired(Exception):
    """Graph does not know any more what changed since this link was given."""


class Folder:
    """One folder of one mailbox. See `GraphClient.call` for what each method raises besides."""

    def __init__(self, client: GraphClient, name: str, *, page_size: int) -> None:
        self._client = client
        self._path = f"{client.path}/mailFolders/{id_path(name)}/messages"
        self._page_size = page_size
        self._walk: str | None = None
        self._walking = asyncio.Lock()

    async def changes(self, link: str) -> tuple[Page, DeltaPosition]:
        """A page of changes, and the position behind it.

        Raises:
            LinkExpired: everything since the link was given has to be looked through again.
        """
        return await self._page(link, "looking for new mail", self._page_size)

    async def position_now(self) -> DeltaPosition | None:
        """A position behind all that the folder holds now; None as long as counting a large folder takes.

        Graph gives such a position only at the end of a walk over the whole folder. A filter by date would cap the
        walk at 5,000 messages, and would hide what is moved into the folder later. The walk goes on where the last
        call left it.
        """
        async with self._walking:
            link = self._walk or self._client.place.url(f"{self._path}/delta", {"$select": _CHANGES})
            for _ in range(_WALK_PAGES):
                try:
                    page, behind = await self._page(link, "counting what the folder holds", _WALK_ROWS)
                except LinkExpired as error:
                    self._walk = None
                    raise TemporarilyUnavailable(
                        f"Outlook mailbox {self._client.mailbox}: Graph lost its place while counting the folder"
                    ) from error
                if page.delta_link:
                    self._walk = None
                    return behind
                link = self._walk = behind.link
            _log.info("outlook_counting_folder", mailbox=self._client.mailbox, pages=_WALK_PAGES)
            return None

    async def listed(self, by: Literal["receivedDateTime", "lastModifiedDateTime"], since: datetime) -> Page:
        """The oldest messages of that date or later, oldest first; more follow where `next_link` stands."""
        query = {
            "$filter": f"{by} ge {odata_time(since)}",
            "$orderby": by,
            "$select": _LIST,
            "$top": str(self._page_size),
        }
        return await self._list(self._client.place.url(self._path, query))

    async def listed_further(self, link: str) -> Page:
        """The page behind a `next_link`."""
        return await self._list(self._client.place.link(link))

    async def raw(self, message_id: str, most_bytes: int) -> Answer | None:
        """A message byte for byte, or how large it is (`oversize`); None where it is there no more."""
        what = "fetching a message"
        answer = await self._client.call(
            Call(
                what=what,
                method="GET",
                url=self._client.place.url(f"{self._message(message_id)}/$value"),
                headers={"Prefer": IMMUTABLE},
                most_bytes=most_bytes,
                judged=_NOT_CONVERTIBLE,
            )
        )
        if answer.status in (404, 410):
            return None
        if answer.ok:
            return answer
        if answer.refusal.code.lower() not in _NOT_CONVERTIBLE:
            raise self._error(answer, what)
        # Asked for again it would fail again, and hold up all mail behind it.
        return await self._in_parts(message_id)

    async def _in_parts(self, message_id: str) -> Answer | None:
        what = "fetching a message that Exchange cannot turn into bytes"
        url = self._client.place.url(self._message(message_id), {"$select": PARTS})
        answer = await self._get(url, what, (IMMUTABLE,))
        if answer.status in (404, 410):
            return None
        if not answer.ok:
            raise self._error(answer, what)
        parts = parsed(MessageParts, answer, what=what, mailbox=self._client.mailbox)
        return replace(answer, body=rebuilt(parts))

    async def _list(self, url: str) -> Page:
        what = "listing the folder"
        answer = await self._get(url, what, (IMMUTABLE,))
        if not answer.ok:
            raise self._error(answer, what)
        return parsed(Page, answer, what=what, mailbox=self._client.mailbox)

    async def _page(self, link: str, what: str, rows: int) -> tuple[Page, DeltaPosition]:
        prefer = (IMMUTABLE, f"odata.maxpagesize={rows}")
        answer = await self._get(self._client.place.link(link), what, prefer)
        if _is_expired(answer, link):
            raise LinkExpired
        if not answer.ok:
            raise self._error(answer, what)
        page = parsed(Page, answer, what=what, mailbox=self._client.mailbox)
        following = page.next_link or page.delta_link
        if following is None or (page.next_link == link and not page.value):
            raise TemporarilyUnavailable(f"Outlook mailbox {self._client.mailbox}: {what}: the pages do not end")
        return page, DeltaPosition(link=self._client.place.link(following), as_of=answer.date)

    def _message(self, message_id: str) -> str:
        return f"{self._client.path}/messages/{id_path(message_id)}"

    def _error(self, answer: Answer, what: str) -> Exception:
        error = self._client.error(answer, what)
        # Reading is refused for good only where the folder is not there or the setting is wrong.
        return AuthExpired(f"{error}. Connect the mailbox again") if isinstance(error, Rejected) else error

    async def _get(self, url: str, what: str, prefer: tuple[str, ...]) -> Answer:
        return await self._client.call(Call(what=what, method="GET", url=url, headers={"Prefer": ", ".join(prefer)}))


def _is_expired(answer: Answer, link: str) -> bool:
    """Graph says so with 410, or with 400 or 404 and one of several codes. What it says 400 or 404 to on a link
    of its own is about the token in it: a mailbox that is gone answers the same to the call that follows."""
    if answer.status == 410:
        return True
    return answer.status in (400, 404) and "token=" in link.lower()

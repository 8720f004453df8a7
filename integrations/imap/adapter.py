"""`ImapSource` and `ImapSentLookup`: any IMAP server as a mailbox that is read, and as proof of what was sent."""

from collections.abc import AsyncIterator, Iterator
from datetime import date

from integrations.imap import mapping
from integrations.imap.client import FolderState, ImapClient
from integrations.imap.mapping import Cursor
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage

#: Messages asked for at once, and how many bytes of them are held in memory at once.
BATCH = 50
_GROUP_BYTES = 8_000_000
#: A search answers with all its UIDs in one line, and imaplib reads lines up to 1,000,000 bytes.
SEARCH_SPAN = 50_000
#: Searches for one fetch; a folder with more UIDs than this times the span goes on at the next fetch.
_MOST_SEARCHES = 2_000
#: Copies of one mail that are compared; a server that finds more than these matched something else.
_MOST_COPIES = 20


class ImapSource:
    """`MailSource` over one folder. The cursor is `UIDVALIDITY:UID`.

    `since` leaves out what arrived before that day (server's calendar, a day of grace): it bounds the first fetch,
    and the one after the server gave all messages new UIDs. No message is changed or marked as read.
    """

    def __init__(
        self,
        server: MailServer,
        max_bytes: int,
        *,
        folder: str = "INBOX",
        since: date | None = None,
        batch: int = BATCH,
        search_span: int = SEARCH_SPAN,
    ) -> None:
        self._client = ImapClient(server)
        self._max_bytes = max_bytes
        self._folder = mapping.folder_argument(folder)
        self._since = since
        self._batch = max(1, min(batch, BATCH))
        self._span = max(1, min(search_span, SEARCH_SPAN))
        #: Up to here nothing was found; saves the search of a large folder whose new mail is all too old.
        self._empty_up_to = Cursor(0, 0)

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`; a message that is deleted while we fetch is left out.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        state = await self._client.open_folder(self._folder)
        uids = await self._newer_than(_position(cursor, state), state, limit)
        for start in range(0, len(uids), self._batch):
            async for message in self._messages(uids[start : start + self._batch], state.uid_validity):
                yield message

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()

    async def _newer_than(self, after: int, state: FolderState, limit: int) -> list[int]:
        """The first `limit` UIDs above `after`, searched in spans of bounded answers."""
        if limit <= 0 or not state.messages:
            return []
        empty = self._empty_up_to
        first = max(after, empty.uid if empty.uid_validity == state.uid_validity and empty.uid > after else 0) + 1
        if state.messages <= self._span:
            return await self._search(first, None, limit)
        found: list[int] = []
        for _ in range(_MOST_SEARCHES):
            if first > state.highest_uid or len(found) >= limit:
                break
            last = first + self._span - 1
            found += await self._search(first, last, limit - len(found))
            if not found:
                self._empty_up_to = Cursor(state.uid_validity, min(last, state.highest_uid))
            first = last + 1
        return found

    async def _search(self, first: int, last: int | None, limit: int) -> list[int]:
        uids = await self._client.search(*mapping.since_criteria(first, last, self._since))
        # `n:*` names the last message even where its UID is below n.
        return [uid for uid in uids if uid >= first][:limit]

    async def _messages(self, uids: list[int], uid_validity: int) -> AsyncIterator[IncomingMessage]:
        sizes = await self._client.sizes(uids)
        for group in _groups([uid for uid in uids if uid in sizes], sizes, self._max_bytes):
            wanted = [uid for uid in group if sizes[uid] <= self._max_bytes]
            # Some servers only estimate sizes, so more than they say is taken, within reason.
            expected = 2 * sum(sizes[uid] for uid in wanted) + self._max_bytes + 1_000_000
            bodies = await self._client.bodies(wanted, expected) if wanted else {}
            for uid in group:
                message = self._incoming(Cursor(uid_validity, uid), sizes[uid], bodies.get(uid))
                if message is not None:
                    yield message

    def _incoming(self, cursor: Cursor, size: int, raw: bytes | None) -> IncomingMessage | None:
        name = str(cursor)
        if size > self._max_bytes:
            return IncomingMessage(name, b"", name, too_large_bytes=size)
        if raw is None:
            return None
        if len(raw) > self._max_bytes:
            return IncomingMessage(name, b"", name, too_large_bytes=len(raw))
        return IncomingMessage(name, raw, name)


class ImapSentLookup:
    """`SentLookup`: looks for a Message-ID in INBOX and in the folders for sent mail."""

    def __init__(self, server: MailServer, *, folders: tuple[str, ...] = ("INBOX",)) -> None:
        self._client = ImapClient(server)
        self._folders = [mapping.folder_argument(folder) for folder in folders]

    async def was_sent(self, message_id: str) -> bool:
        """See `SentLookup.was_sent`. A folder for sent mail that cannot be opened is passed over.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired.
            ValueError: the id has letters that no Message-ID of ours has.
        """
        wanted = mapping.quoted(f"<{message_id}>")
        for folder in self._folders:
            await self._client.open_folder(folder)
            if await self._holds(wanted, message_id):
                return True
        for folder in await self._client.sent_folders():
            if folder not in self._folders and await self._holds_in(folder, wanted, message_id):
                return True
        return False

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()

    async def _holds_in(self, folder: str, wanted: str, message_id: str) -> bool:
        try:
            await self._client.open_folder(folder)
        except TemporarilyUnavailable:
            return False
        return await self._holds(wanted, message_id)

    async def _holds(self, wanted: str, message_id: str) -> bool:
        uids = await self._client.search("HEADER", "Message-ID", wanted)
        if not uids:
            return False
        # Servers search by part of a header, some by word: only the very same id is proof.
        headers = await self._client.message_id_headers(uids[-_MOST_COPIES:])
        return any(f"<{message_id}>".encode() in header.split() for header in headers)


def _position(cursor: str | None, state: FolderState) -> int:
    """The UID to go on behind; 0 where there is no cursor, or the server has given all messages new UIDs."""
    position = mapping.read_cursor(cursor)
    return position.uid if position is not None and position.uid_validity == state.uid_validity else 0


def _groups(uids: list[int], sizes: dict[int, int], max_bytes: int) -> Iterator[list[int]]:
    """Runs of messages that fit into memory together; one over the limit is not fetched and weighs nothing."""
    group: list[int] = []
    weight = 0
    for uid in uids:
        size = sizes[uid] if sizes[uid] <= max_bytes else 0
        if group and weight + size > _GROUP_BYTES:
            yield group
            group, weight = [], 0
        group.append(uid)
        weight += size
    if group:
        yield group

"""`ImapSentFolder`: a copy of each sent mail in the mailbox's own folder; and how a mail is found by its id."""

import asyncio

from integrations.imap import mapping
from integrations.imap.client import ImapClient
from integrations.ports.errors import Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer

#: Copies of one mail that are compared; a server that finds more than these matched something else.
_MOST_COPIES = 20
#: A lost connection may have taken the copy with it: then we look, and try once more.
_TRIES = 2


class ImapSentFolder:
    """`SentFolder` over IMAP. An empty `folder` means: the one that the server marks, or that is named like one.

    A `folder` that is named and not there is made; none is made up where none is named.
    """

    def __init__(self, server: MailServer, *, folder: str = "") -> None:
        self._client = ImapClient(server)
        self._server = server
        self._named = mapping.folder_argument(folder) if folder else ""
        self._found = ""
        self._lock = asyncio.Lock()

    async def file(self, message_id: str, raw: bytes) -> None:
        """See `SentFolder.file`.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired, Rejected.
            ValueError: the id has letters that no Message-ID of ours has.
        """
        async with self._lock:
            for left in reversed(range(_TRIES)):
                try:
                    return await self._file(message_id, raw)
                except TemporarilyUnavailable:
                    self._found = ""
                    if not left:
                        raise

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()

    async def _file(self, message_id: str, raw: bytes) -> None:
        folder = self._named or self._found or await self._search_folder()
        try:
            await self._client.open_folder(folder)
        except TemporarilyUnavailable:
            if not self._named:
                raise
            await self._client.append(folder, raw, create=True)
            return
        if not await holds(self._client, message_id):
            await self._client.append(folder, raw)

    async def _search_folder(self) -> str:
        await self._client.open_folder(mapping.folder_argument("INBOX"))
        folders = await self._client.sent_folders()
        if not folders:
            raise Rejected(f"IMAP {self._server}: no folder for sent mail was found; name one, or `none` for none")
        self._found = folders[0]
        return self._found


async def holds(client: ImapClient, message_id: str) -> bool:
    """Whether the folder that is open has a mail with this Message-ID.

    Raises:
        TemporarilyUnavailable, RateLimited.
        ValueError: the id has letters that no Message-ID of ours has.
    """
    uids = await client.search("HEADER", "Message-ID", mapping.quoted(f"<{message_id}>"))
    if not uids:
        return False
    # Servers search by part of a header, some by word: only the very same id is proof.
    headers = await client.message_id_headers(uids[-_MOST_COPIES:])
    return any(f"<{message_id}>".encode() in header.split() for header in headers)

"""`ImapIdle`: waits on one connection until a folder may have new mail."""

import asyncio

from integrations.imap import mapping
from integrations.imap.client import ImapClient
from integrations.imap.connection import FolderState
from integrations.imap.idling import News
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer

#: RFC 2177: a server may log out who idles for half an hour.
_LONGEST_IDLE_SECONDS = 29 * 60.0
#: A connection that is dead and does not know it is found out when IDLE is renewed. Routers forget the silent sooner.
RENEW_SECONDS = 9 * 60.0
#: How often a server without IDLE is asked.
POLL_SECONDS = 60.0
#: Connections lost within one wait. A server that takes us and hangs up again and again is given a rest.
_MOST_LOSSES = 3


class ImapIdle:
    """Tells when to fetch; what there is to fetch, `ImapSource` finds out on a connection of its own.

    While nobody waits, the server goes on idling, and what it says is kept for the next `wait`.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        folder: str = "INBOX",
        renew_seconds: float = RENEW_SECONDS,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._client = ImapClient(server)
        self._folder = mapping.folder_argument(folder)
        self._renew_seconds = max(0.01, min(renew_seconds, _LONGEST_IDLE_SECONDS))
        self._poll_seconds = max(0.01, poll_seconds)
        self._renew_at = 0.0
        self._seen: FolderState | None = None
        #: None until the server was asked; it may also announce IDLE and then refuse it.
        self._can_idle: bool | None = None
        self._lock = asyncio.Lock()

    async def wait(self, most_seconds: float) -> bool:
        """True as soon as mail may have come since the last `wait`; False when the time is over.

        The first call returns True at once: from then on nothing is missed, if who calls fetches after each True. A
        lost connection is made anew. May be cancelled at any time.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: fetch at intervals, and wait again later.
        """
        until = asyncio.get_running_loop().time() + most_seconds
        async with self._lock:
            for _ in range(_MOST_LOSSES):
                if not self._client.is_idle and await self._look():
                    return True
                try:
                    return await self._wait(until)
                except TemporarilyUnavailable as error:
                    lost = error
        raise TemporarilyUnavailable(f"{lost} ({_MOST_LOSSES} connections lost while we waited for mail)")

    async def close(self) -> None:
        """Ends the connection."""
        async with self._lock:
            await self._client.close()

    async def _wait(self, until: float) -> bool:
        loop = asyncio.get_running_loop()
        while (left := until - loop.time()) > 0:
            if not await self._idles():
                await asyncio.sleep(min(left, self._poll_seconds))
                if await self._look():
                    return True
                continue
            news = await self._client.news(max(0.0, min(left, self._renew_at - loop.time())))
            if news is News.MAIL:
                return True
            if news is News.ENDED or loop.time() >= self._renew_at:
                await self._client.end_idle()
                if await self._look():
                    return True
        return False

    async def _idles(self) -> bool:
        """Whether the server idles now, asking it to where it can."""
        if self._client.is_idle:
            return True
        if self._can_idle is None:
            self._can_idle = await self._client.can("IDLE")
        if self._can_idle:
            self._can_idle = await self._client.begin_idle()
            self._renew_at = asyncio.get_running_loop().time() + self._renew_seconds
        return self._can_idle

    async def _look(self) -> bool:
        """Whether the folder changed since we last looked: what IDLE did not tell, or could not while it was gone."""
        state = await self._client.open_folder(self._folder)
        before, self._seen = self._seen, state
        return (
            before is None
            or (before.uid_validity, before.highest_uid) != (state.uid_validity, state.highest_uid)
            or state.messages > before.messages
        )

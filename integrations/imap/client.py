"""`ImapClient`: the calls to one IMAP server, blocking ones in a thread, each with a limit in time and size."""

import asyncio
import imaplib
from collections.abc import Callable
from typing import TypeVar

from core.errors import ExternalError
from integrations import sasl
from integrations.imap import connection as imap
from integrations.imap import idling, mapping, refusals
from integrations.imap.connection import Connection, FolderState
from integrations.imap.resting import Resting
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer

#: A server may send so much for any answer but bodies; 50,000 UIDs are about 550,000 bytes.
_ANSWER_BYTES = 4_000_000
#: Slowest line that is still waited for, to tell how long a large answer may take in all.
_BYTES_A_SECOND = 50_000
#: What a server says around the messages of one answer.
_TALK_BYTES = 100_000
#: Getting a token may take a refresh behind another worker's.
_TOKEN_SECONDS = 60.0
_BROKEN = (OSError, imaplib.IMAP4.error, *imap.NONSENSE)

Result = TypeVar("Result")


class ImapClient:
    """One connection, kept and made anew when it is lost. Folders are opened to read only.

    Calls may come from any task of one event loop, one after the other; what belongs together (open a folder, search
    it) is the caller's to keep together. A server that said "not so often" is left alone until that time is over.

    Every method raises:
        TemporarilyUnavailable: no connection, no answer in time, or an answer that makes no sense.
        RateLimited: too many connections or calls.
        AuthExpired: the sign-in was refused, also with a new access token.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: Connection | None = None
        self._capabilities: frozenset[str] | None = None
        self._lock = asyncio.Lock()
        self._resting = Resting()

    async def open_folder(self, folder: str) -> FolderState:
        """Opens a folder (an argument from `mapping`), signing in first where there is no live connection."""
        async with self._lock:
            if self._connection is not None:
                try:
                    return await self._call(lambda connection: imap.examine(connection, folder))
                except TemporarilyUnavailable:
                    # A connection that was idle is often gone; whether the server is, a new one tells.
                    await self._drop()
            await self._connect()
            try:
                return await self._call(lambda connection: imap.examine(connection, folder))
            except TemporarilyUnavailable as error:
                raise TemporarilyUnavailable(f"{error} (opening the folder {folder})") from error

    async def search(self, *criteria: str) -> list[int]:
        """UIDs in the open folder, ascending."""
        async with self._lock:
            return await self._call(
                lambda connection: mapping.found_uids(imap.command(connection, "SEARCH", *criteria))
            )

    async def sizes(self, uids: list[int]) -> mapping.Answer:
        """UID, size and day of arrival of those messages that are still there, for `mapping` to read."""
        wanted = "(UID RFC822.SIZE INTERNALDATE)"
        async with self._lock:
            return await self._call(
                lambda connection: imap.command(connection, "FETCH", mapping.uid_set(uids), wanted)
            )

    async def bodies(self, uids: list[int], announced_bytes: int, *, most_bytes: int) -> dict[int, bytes]:
        """Whole messages, byte for byte, of those that are still there; none is marked as read.

        Some servers only estimate sizes, so the answer may have `most_bytes`, but it takes no longer than
        `announced_bytes` may.
        """
        wanted = "(UID BODY.PEEK[])"
        async with self._lock:
            return await self._call(
                lambda connection: mapping.bodies(imap.command(connection, "FETCH", mapping.uid_set(uids), wanted)),
                answer_bytes=most_bytes,
                in_seconds_of_bytes=announced_bytes + _TALK_BYTES,
            )

    async def message_id_headers(self, uids: list[int]) -> list[bytes]:
        """The Message-ID header lines of these messages."""
        wanted = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        async with self._lock:
            found = await self._call(
                lambda connection: mapping.bodies(imap.command(connection, "FETCH", mapping.uid_set(uids), wanted))
            )
        return list(found.values())

    async def sent_folders(self) -> list[str]:
        """Arguments for `open_folder` of the folders for sent mail. A folder must have been opened before."""
        async with self._lock:
            return await self._call(lambda connection: mapping.sent_folders(imap.checked(connection.list())))

    async def append(self, folder: str, raw: bytes, *, create: bool = False) -> None:
        """Puts a message into a folder, as read; makes the folder first where it is told to."""

        def put(connection: Connection) -> None:
            if create:
                connection.create(folder)  # The answer is NO where there is one.
            imap.checked(connection.append(folder, "(\\Seen)", "", raw))

        async with self._lock:
            if self._connection is None:
                await self._connect()
            await self._call(put, more_seconds=len(raw) / _BYTES_A_SECOND)

    async def can(self, capability: str) -> bool:
        """Whether the server announces this to who has signed in. A folder must have been opened before."""
        async with self._lock:
            if self._capabilities is None:
                self._capabilities = await self._call(imap.capabilities)
        return capability in self._capabilities

    async def begin_idle(self) -> bool:
        """IDLE in the open folder; False where the server will not. Until `end_idle` only `news` may be called."""
        async with self._lock:
            return await self._call(idling.begin)

    async def news(self, seconds: float) -> idling.News:
        """What the server says within `seconds` while it idles; at once where it said something already."""
        connection = self._live()
        connection.line.allow(idling.MOST_BYTES, self._server.timeout_seconds)
        try:
            return await idling.news(connection, seconds)
        except _BROKEN as error:
            self._discard()
            raise self._refused(error) from error

    async def end_idle(self) -> None:
        """Ends IDLE; the connection is as it was before."""
        async with self._lock:
            await self._call(idling.end)

    @property
    def is_idle(self) -> bool:
        """Whether there is a connection, and it idles."""
        return self._connection is not None and self._connection.idle_tag is not None

    async def close(self) -> None:
        """Ends the connection."""
        async with self._lock:
            await self._drop()

    async def _connect(self) -> None:
        token = await self._token(None)
        self._resting.check(token)
        try:
            await self._sign_in(token)
        except AuthExpired as error:
            if token is None or isinstance(error, sasl.TakesNoTokens):
                self._resting.after_refusal(error, token)
                raise
            # Tokens end early: a clock jumped, or somebody revoked one. Once; a second refusal is for a person.
            await self._sign_in_again(await self._token(token))
        self._resting.end()

    async def _sign_in_again(self, token: str | None) -> None:
        try:
            await self._sign_in(token)
        except AuthExpired as error:
            self._resting.after_refusal(error, token)
            raise

    async def _token(self, refused: str | None) -> str | None:
        """An access token, another than `refused`; None where we sign in with a password."""
        tokens = self._server.tokens
        if tokens is None:
            return None
        try:
            async with asyncio.timeout(_TOKEN_SECONDS):
                return await (tokens.current() if refused is None else tokens.replace(refused))
        except TimeoutError as error:
            raise TemporarilyUnavailable(f"IMAP {self._server}: no access token came in time") from error

    async def _sign_in(self, token: str | None) -> None:
        opened: list[Connection] = []
        self._capabilities = None
        try:
            # The line itself bounds each step, and all of them together.
            self._connection = await asyncio.to_thread(imap.sign_in, self._server, token, opened.append)
        except RateLimited as error:
            self._resting.after_limit(error)
            raise
        except _BROKEN as error:
            raise self._refused(error) from error
        except asyncio.CancelledError:
            for connection in opened:
                connection.line.break_off()
            raise

    async def _call(
        self,
        work: Callable[[Connection], Result],
        *,
        answer_bytes: int = _ANSWER_BYTES,
        in_seconds_of_bytes: int = _ANSWER_BYTES,
        more_seconds: float = 0.0,
    ) -> Result:
        connection = self._live()
        seconds = self._server.timeout_seconds + in_seconds_of_bytes / _BYTES_A_SECOND + more_seconds
        connection.line.allow(answer_bytes, seconds)
        try:
            return await asyncio.to_thread(work, connection)
        except _BROKEN as error:
            self._discard()
            raise self._refused(error) from error
        except asyncio.CancelledError:
            # The thread may still wait on the line; it closes with the last who knows it.
            self._connection = None
            connection.line.break_off()
            raise

    def _live(self) -> Connection:
        if self._connection is None:
            raise TemporarilyUnavailable(f"IMAP {self._server}: the connection was lost")
        return self._connection

    def _discard(self) -> None:
        """Ends a connection that cannot be trusted any more; no thread uses it now."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.line.close()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.to_thread(imap.log_out, connection)

    def _refused(self, error: BaseException) -> ExternalError:
        if isinstance(error, TimeoutError):
            return TemporarilyUnavailable(f"IMAP {self._server}: no answer in time")
        words = mapping.words_of(error) or type(error).__name__
        if not isinstance(error, imaplib.IMAP4.error):
            return TemporarilyUnavailable(f"IMAP {self._server}: {words}")
        refused = refusals.command_error(str(self._server), words)
        if isinstance(refused, RateLimited):
            self._resting.after_limit(refused)
        return refused

"""`ImapClient`: the calls to one IMAP server, blocking ones in a thread, each with a limit in time and size."""

import asyncio
import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from integrations.imap import mapping
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer

#: A server may send so much for any answer but bodies; 50,000 UIDs are about 550,000 bytes.
_ANSWER_BYTES = 4_000_000
#: Slowest line that is still waited for, to tell how long a large answer may take in all.
_BYTES_A_SECOND = 50_000

Result = TypeVar("Result")


class _Limited:
    """Counts what the server sends, so that it cannot fill our memory."""

    bytes_left = _ANSWER_BYTES

    def _spend(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise imaplib.IMAP4.abort("the server sent more than it was asked for")


class _PlainConnection(_Limited, imaplib.IMAP4):
    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line: bytes = super().readline()
        self._spend(len(line))
        return line


class _TlsConnection(_Limited, imaplib.IMAP4_SSL):
    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line: bytes = super().readline()
        self._spend(len(line))
        return line


Connection = _PlainConnection | _TlsConnection


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as it was opened: how its UIDs are to be read, how many messages it holds, its highest UID or more."""

    uid_validity: int
    messages: int
    highest_uid: int


class ImapClient:
    """One connection, kept and made anew when it is lost. Folders are opened to read only.

    Every method raises:
        TemporarilyUnavailable: no connection, no answer in time, or an answer that makes no sense.
        RateLimited: too many connections.
        AuthExpired: the sign-in was refused.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()

    async def open_folder(self, folder: str) -> FolderState:
        """Opens a folder (an argument from `mapping`), signing in first where there is no live connection."""
        async with self._lock:
            if self._connection is not None:
                try:
                    return await self._call(lambda connection: _examine(connection, folder))
                except TemporarilyUnavailable:
                    # A connection that was idle is often gone; whether the server is, a new one tells.
                    await self._drop()
            await self._connect()
            return await self._call(lambda connection: _examine(connection, folder))

    async def search(self, *criteria: str) -> list[int]:
        """UIDs in the open folder, ascending."""
        async with self._lock:
            answer = await self._call(lambda connection: _command(connection, "SEARCH", *criteria))
        return mapping.found_uids(answer)

    async def sizes(self, uids: list[int]) -> dict[int, int]:
        """Sizes in bytes of those messages that are still there."""
        async with self._lock:
            answer = await self._call(
                lambda connection: _command(connection, "FETCH", mapping.uid_set(uids), "(UID RFC822.SIZE)")
            )
        return mapping.sizes(answer)

    async def bodies(self, uids: list[int], expected_bytes: int) -> dict[int, bytes]:
        """Whole messages, byte for byte, of those that are still there; none is marked as read."""
        async with self._lock:
            answer = await self._call(
                lambda connection: _command(connection, "FETCH", mapping.uid_set(uids), "(UID BODY.PEEK[])"),
                answer_bytes=expected_bytes,
            )
        return mapping.bodies(answer)

    async def message_id_headers(self, uids: list[int]) -> list[bytes]:
        """The Message-ID header lines of these messages."""
        wanted = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        async with self._lock:
            answer = await self._call(lambda connection: _command(connection, "FETCH", mapping.uid_set(uids), wanted))
        return list(mapping.bodies(answer).values())

    async def sent_folders(self) -> list[str]:
        """Arguments for `open_folder` of the folders for sent mail. A folder must have been opened before."""
        async with self._lock:
            answer = await self._call(lambda connection: _checked(connection.list()))
        return mapping.sent_folders(answer)

    async def close(self) -> None:
        """Ends the connection."""
        async with self._lock:
            await self._drop()

    async def _connect(self) -> None:
        server = self._server
        try:
            # The socket's own timeout bounds each step; this one bounds them together.
            async with asyncio.timeout(3 * server.timeout_seconds):
                self._connection = await asyncio.to_thread(_sign_in, server)
        except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
            raise self._unavailable(error) from error

    async def _call(self, work: Callable[[Connection], Result], *, answer_bytes: int = _ANSWER_BYTES) -> Result:
        connection = self._connection
        if connection is None:
            raise TemporarilyUnavailable(f"IMAP {self._server}: the connection was lost")
        connection.bytes_left = answer_bytes
        limit = self._server.timeout_seconds + answer_bytes / _BYTES_A_SECOND
        try:
            async with asyncio.timeout(limit):
                return await asyncio.to_thread(work, connection)
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            self._break_off()
            raise self._unavailable(error) from error
        except asyncio.CancelledError:
            self._break_off()
            raise

    def _break_off(self) -> None:
        """Wakes a thread that may still wait on the line. Closing it here could block: the thread holds its lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.socket().shutdown(socket.SHUT_RDWR)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.to_thread(_log_out, connection)

    def _unavailable(self, error: BaseException) -> TemporarilyUnavailable:
        words = "no answer in time" if isinstance(error, TimeoutError) else mapping.words_of(error)
        return TemporarilyUnavailable(f"IMAP {self._server}: {words}")


def _sign_in(server: MailServer) -> Connection:
    connection = _open(server)
    try:
        _authenticate(connection, server)
    except BaseException:
        _close(connection)
        raise
    return connection


def _open(server: MailServer) -> Connection:
    context = ssl.create_default_context(cafile=server.ca_file)
    if server.security == "tls":
        return _TlsConnection(server.host, server.port, ssl_context=context, timeout=server.timeout_seconds)
    connection = _PlainConnection(server.host, server.port, timeout=server.timeout_seconds)
    if server.security == "starttls":
        try:
            connection.starttls(ssl_context=context)
        except BaseException:
            _close(connection)
            raise
    return connection


def _authenticate(connection: Connection, server: MailServer) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            plain = f"\0{server.username}\0{server.password}".encode()
            connection.authenticate("PLAIN", lambda _challenge: plain)
        else:
            # imaplib would write them into the line as they are.
            connection.login(mapping.quoted(server.username), _unquoted_password(server))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise mapping.sign_in_error(str(server), mapping.words_of(error.args[0] if error.args else error)) from error
    except ValueError as error:
        raise AuthExpired(f"IMAP {server}: the login has letters that this server cannot take") from error


def _unquoted_password(server: MailServer) -> str:
    """The password, which imaplib itself puts in quotes; refused where it would break out of the line."""
    mapping.quoted(server.password)
    return server.password


def _examine(connection: Connection, folder: str) -> FolderState:
    answer = _checked(connection.select(folder, readonly=True))
    messages = int(answer[0] or 0) if isinstance(answer[0], bytes) else 0
    validity = _number(connection, "UIDVALIDITY")
    following = _number(connection, "UIDNEXT")
    if validity is None:
        raise imaplib.IMAP4.error("the server names no UIDVALIDITY")
    if following is None:
        # RFC 3501 lets a server leave UIDNEXT out.
        known = mapping.found_uids(_command(connection, "SEARCH", "UID", "*")) if messages else []
        return FolderState(validity, messages, max(known, default=0))
    return FolderState(validity, messages, following - 1)


def _number(connection: Connection, code: str) -> int | None:
    _, values = connection.response(code)
    last = values[-1] if values else None
    return int(last) if isinstance(last, bytes) and last.isdigit() else None


def _command(connection: Connection, name: str, *arguments: str) -> mapping.Answer:
    return _checked(connection.uid(name, *arguments))


def _checked(result: tuple[str, mapping.Answer]) -> mapping.Answer:
    status, answer = result
    if status != "OK":
        raise imaplib.IMAP4.error(mapping.words_of(answer[-1] if answer else status))
    return answer


def _log_out(connection: Connection) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error):
        connection.logout()
    _close(connection)


def _close(connection: Connection) -> None:
    # A socket that a failed handshake took over is closed already.
    with contextlib.suppress(OSError):
        connection.shutdown()

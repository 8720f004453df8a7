"""`Line`: one TCP connection to an IMAP server, with limits in time and in bytes on all that it says."""

import contextlib
import imaplib
import socket
import ssl
import time

#: A SEARCH answers with all its UIDs in one line: 50,000 of them are 550,000 bytes at most.
_LONGEST_LINE = 1_000_000
_PIECE = 65_536
#: Seconds of silence before the system asks whether the other side is still there, then between two questions, and
#: how many of them. Routers forget a silent connection after some minutes and tell nobody.
_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))


class Line:
    """A connection whose every answer has a deadline and a size.

    `imaplib.IMAP4.abort` says that the connection is of no use any more; so does any `OSError`.
    """

    def __init__(self, host: str, port: int, *, silence_seconds: float) -> None:
        self._silence = silence_seconds
        self._buffer = bytearray()
        self._scanned = 0
        self._bytes_left = 0
        self._deadline = 0.0
        self._socket = socket.create_connection((host, port), silence_seconds)
        _prepare(self._socket)

    def allow(self, answer_bytes: int, seconds: float) -> None:
        """From now on the server may say so many bytes, within so many seconds."""
        self._bytes_left = answer_bytes
        self._deadline = time.monotonic() + seconds

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speaks TLS from here on.

        Raises:
            OSError: the handshake failed, or the certificate is not trusted.
        """
        if self._buffer:
            # Said before TLS, and not by the server that the certificate names.
            raise imaplib.IMAP4.abort("the server spoke before TLS began")
        self._socket.settimeout(self._patience())
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def read(self, size: int) -> bytes:
        """The next `size` bytes."""
        # Before a byte of it is read: a size that lies costs us nothing.
        self._spend(size)
        while len(self._buffer) < size:
            self._fill()
        return self._take(size)

    def readline(self) -> bytes:
        """The next line with its end."""
        while True:
            line = self._line()
            if line is not None:
                return line
            self._fill()

    def ready_lines(self) -> list[bytes]:
        """The lines that have come by now, without waiting for any."""
        self._socket.settimeout(0)
        try:
            while True:
                self._receive()
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except (OSError, imaplib.IMAP4.abort):
            # What was said before the end comes first: it often says why.
            if b"\n" not in self._buffer:
                raise
        lines: list[bytes] = []
        while (line := self._line()) is not None:
            lines.append(line)
        return lines

    def send(self, data: bytes) -> None:
        """Sends all of it."""
        for start in range(0, len(data), _PIECE):
            self._socket.settimeout(self._patience())
            self._socket.sendall(data[start : start + _PIECE])

    def fileno(self) -> int:
        """What to wait on for something to read."""
        return self._socket.fileno()

    def break_off(self) -> None:
        """Wakes a thread that waits on the line, which then fails; closing could give its number to another."""
        with contextlib.suppress(OSError):
            # Not SSLSocket's own: that would let the thread read what is encrypted as if it were not.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the connection; nobody may be waiting on it."""
        self.break_off()
        with contextlib.suppress(OSError):
            self._socket.close()

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._scanned)
        length = end + 1 if end >= 0 else len(self._buffer)
        if length > _LONGEST_LINE:
            raise imaplib.IMAP4.abort("the server sent a line without end")
        if end < 0:
            self._scanned = len(self._buffer)
            return None
        self._spend(length)
        return self._take(length)

    def _take(self, size: int) -> bytes:
        taken = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        self._scanned = 0
        return taken

    def _spend(self, count: int) -> None:
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise imaplib.IMAP4.abort("the server sent more than it was asked for")

    def _fill(self) -> None:
        self._socket.settimeout(self._patience())
        self._receive()

    def _receive(self) -> None:
        # What lies here unread is bounded as well: one answer's worth, one line and one piece.
        if len(self._buffer) > self._bytes_left + _LONGEST_LINE + _PIECE:
            raise imaplib.IMAP4.abort("the server sent more than it was asked for")
        piece = self._socket.recv(_PIECE)
        if not piece:
            raise imaplib.IMAP4.abort("the server closed the connection")
        self._buffer += piece

    def _patience(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(self._silence, left)


def _prepare(connection: socket.socket) -> None:
    # A message's last bytes must not wait for the answer to those before them.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

"""`BegunMessage`: a message that the server has all of but its end. What has no end is never delivered."""

import asyncio

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol

from core.errors import ExternalError
from integrations.ports.errors import AuthExpired, OutcomeUnknown, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.smtp import mapping

#: Written at once. Below TLS, asyncio holds up to 64 KiB more that nobody outside it can see.
_PIECE_BYTES = 65_536
#: Slowest line that is still waited for, to tell how long a large message may take in all.
_BYTES_A_SECOND = 50_000
_LOOK_SECONDS = 0.005


class BegunMessage:
    """A message that lies with the server and is not ended, on a connection that is good for nothing else now.

    A server delivers nothing before the end is indicated (RFC 5321, 4.1.1.4 and 6.1), and forgets what it has when
    the connection goes away. So until `end`, nothing was sent, whatever becomes of us.
    """

    def __init__(self, server: MailServer, protocol: SMTPProtocol) -> None:
        self._server = server
        self._protocol = protocol
        self._ended = False
        # From now on, for a refusal need not wait for the end, and aiosmtplib drops what nobody waits for.
        self._answer = asyncio.create_task(protocol.read_response())
        self._answer.add_done_callback(_taken_note_of)

    async def write(self, body: bytes, *, timeout_seconds: float) -> None:
        """Returns when the body has left this process. `timeout_seconds` is the longest that nothing of it does; all
        of it may take as long as on the slowest line that is waited for.

        Raises:
            TemporarilyUnavailable, RateLimited, Rejected: the server refused it, hung up, or stopped reading.
        """
        try:
            async with asyncio.timeout(timeout_seconds + len(body) / _BYTES_A_SECOND):
                for start in range(0, len(body), _PIECE_BYTES):
                    await self._write_piece(body[start : start + _PIECE_BYTES], timeout_seconds)
        except TimeoutError as error:
            raise TemporarilyUnavailable(f"SMTP {self._server}: stopped reading the message, nothing sent") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            # What the server said before it hung up tells more than that it did.
            await asyncio.wait({self._answer}, timeout=_LOOK_SECONDS)
            raise self._early() if self._answer.done() else self._lost(error) from error

    async def end(self, *, timeout_seconds: float) -> str:
        """Indicates the end: from here on the message may be delivered. Returns the server's words on it.

        Raises:
            TemporarilyUnavailable, RateLimited, Rejected: the server did not take it.
            OutcomeUnknown: the connection went away, or no answer came, after the end had been written.
        """
        if self._ended:
            raise OutcomeUnknown(f"SMTP {self._server}: this message was ended before")
        if self._answer.done():
            raise self._early()
        try:
            self._protocol.write(mapping.END_OF_MESSAGE)
        except aiosmtplib.SMTPServerDisconnected as error:
            raise self._lost(error) from error
        self._ended = True
        await asyncio.wait({self._answer}, timeout=timeout_seconds)
        return self._judged()

    async def _write_piece(self, piece: bytes, timeout_seconds: float) -> None:
        self._protocol.write(piece)
        clock = asyncio.get_running_loop().time
        least, since = len(piece), clock()
        while not self._answer.done() and (left := self._waiting_bytes()):
            if left < least:
                least, since = left, clock()
            elif clock() - since > timeout_seconds:
                raise TimeoutError
            await asyncio.sleep(_LOOK_SECONDS)
        if self._answer.done():
            raise self._early()

    def _waiting_bytes(self) -> int:
        transport = self._protocol.transport
        return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0

    def _judged(self) -> str:
        if not self._answer.done():
            raise OutcomeUnknown(f"SMTP {self._server}: no answer in time to the message")
        error = self._answer.exception()
        if error is not None:
            words = mapping.words_of(error) or type(error).__name__
            raise OutcomeUnknown(f"SMTP {self._server}: {words} while the message was handed over") from error
        answer = self._answer.result()
        if 400 <= answer.code <= 599:
            raise message_refusal(self._server, answer.code, answer.message)
        if not 200 <= answer.code <= 299:
            raise OutcomeUnknown(f"SMTP {self._server}: answered {answer.code} to the message")
        return mapping.words_of(answer.message)

    def _early(self) -> ExternalError:
        """The error for an answer, or a connection that went away, before the end was written."""
        error = self._answer.exception()
        if error is not None:
            return self._lost(error)
        answer = self._answer.result()
        if 400 <= answer.code <= 599:
            return message_refusal(self._server, answer.code, answer.message)
        # Whoever takes half a message may deliver it: a person looks before it is tried again.
        words = f"answered {answer.code} before the message had ended"
        return Rejected(f"SMTP {self._server}: {words}; this server cannot be trusted with mail")

    def _lost(self, error: BaseException) -> TemporarilyUnavailable:
        words = mapping.words_of(error) or type(error).__name__
        return TemporarilyUnavailable(f"SMTP {self._server}: {words} before the message had ended, nothing sent")


def message_refusal(server: MailServer, code: int, words: str) -> ExternalError:
    """The error for an answer to the message. Past the sign-in, every 5xx is about the message."""
    refused = mapping.refusal(code, words, server=str(server), what="message")
    return Rejected(str(refused)) if isinstance(refused, AuthExpired) else refused


def _taken_note_of(answer: asyncio.Task[aiosmtplib.SMTPResponse]) -> None:
    """A lost connection that nobody asks about is no error of the event loop."""
    if not answer.cancelled():
        answer.exception()

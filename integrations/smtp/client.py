"""`SmtpConnection`: one conversation with an SMTP server, step by step, each with a timeout."""

import asyncio
import contextlib
import ssl

import aiosmtplib

from core.errors import ExternalError
from integrations import sasl
from integrations.ports.errors import AuthExpired, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.smtp import mapping
from integrations.smtp.message import BegunMessage
from integrations.smtp.sign_in import sign_in

_GO_AHEAD = 354
#: A goodbye is a courtesy and must not hold anything up.
_GOODBYE_SECONDS = 2.0
#: Getting a token may take a refresh behind another worker's.
_TOKEN_SECONDS = 60.0


class SmtpConnection:
    """A connection that is signed in. It carries one message; `begin_message` is its last step but the end."""

    def __init__(self, server: MailServer, client: aiosmtplib.SMTP) -> None:
        self._server = server
        self._client = client

    @classmethod
    async def open(cls, server: MailServer, *, our_name: str) -> "SmtpConnection":
        """Connects, greets as `our_name`, signs in; once more with a new token where the access token was refused.

        Raises:
            TemporarilyUnavailable, RateLimited, Rejected: no connection, or none that is safe.
            AuthExpired: the sign-in was refused.
        """
        token = await _token(server, None)
        try:
            return await cls._open(server, our_name, token)
        except AuthExpired as error:
            if token is None or isinstance(error, sasl.TakesNoTokens):
                raise
        # Tokens end early: a clock jumped, or somebody revoked one. Once; a second refusal is for a person.
        return await cls._open(server, our_name, await _token(server, token))

    @classmethod
    async def _open(cls, server: MailServer, our_name: str, token: str | None) -> "SmtpConnection":
        context = await asyncio.to_thread(ssl.create_default_context, cafile=server.ca_file)
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=context,
            local_hostname=our_name,
            timeout=server.timeout_seconds,
        )
        try:
            await client.connect()
            await client.ehlo()
            await sign_in(client, server, token)
        except aiosmtplib.SMTPAuthenticationError as error:
            client.close()
            raise _sign_in_refused(server, error, token) from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise _error(server, error, "connecting") from error
        except BaseException:
            client.close()
            raise
        return cls(server, client)

    async def name_sender(self, address: str, *, size: int, eight_bit: bool, utf8: bool) -> None:
        """MAIL FROM.

        Raises:
            Rejected: refused for good, too large, or in letters that this server cannot carry.
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        options = self._mail_options(size, eight_bit=eight_bit, utf8=utf8)
        encoding = "utf-8" if utf8 else "ascii"
        try:
            await self._client.mail(mapping.checked_address(address), options=options, encoding=encoding)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _error(self._server, error, f"sender {address}") from error

    async def name_recipient(self, address: str) -> None:
        """RCPT TO.

        Raises:
            Rejected, TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        try:
            encoding = "ascii" if address.isascii() else "utf-8"
            await self._client.rcpt(mapping.checked_address(address), encoding=encoding)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _error(self._server, error, f"recipient {address}") from error

    async def begin_message(self, wire: bytes, *, timeout_seconds: float) -> BegunMessage:
        """DATA, then the message in its wire form, all but its end. Nothing can be sent before `BegunMessage.end`.

        Raises:
            TemporarilyUnavailable, RateLimited, Rejected, AuthExpired: the server did not take it.
        """
        try:
            go_ahead = await self._client.execute_command(b"DATA")
        except (aiosmtplib.SMTPException, OSError) as error:
            self.drop()
            raise TemporarilyUnavailable(f"SMTP {self._server}: {_words(error)}") from error
        if go_ahead.code != _GO_AHEAD:
            await self.close()
            raise mapping.refusal(go_ahead.code, go_ahead.message, server=str(self._server), what="message")
        protocol = self._client.protocol
        if protocol is None:
            raise TemporarilyUnavailable(f"SMTP {self._server}: the connection was lost")
        begun = BegunMessage(self._server, protocol)
        try:
            await begun.write(wire, timeout_seconds=timeout_seconds)
        except BaseException:
            self.drop()
            raise
        return begun

    def drop(self) -> None:
        """Ends the connection at once. What waits to be written is forgotten, and so is a message without its end."""
        # Not `close`, which writes what is left; nor QUIT, which would be a line of the message.
        if isinstance(self._client.transport, asyncio.WriteTransport):
            self._client.transport.abort()
        self._client.close()

    def leave(self) -> None:
        """Says goodbye and ends the connection, without waiting for an answer."""
        if self._client.protocol is not None:
            with contextlib.suppress(aiosmtplib.SMTPException):
                self._client.protocol.write(b"QUIT\r\n")
        self._client.close()

    async def close(self) -> None:
        """Says goodbye, for a short while at most, and ends the connection. What was not handed over is forgotten."""
        try:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=_GOODBYE_SECONDS)
        finally:
            self._client.close()

    def _mail_options(self, size: int, *, eight_bit: bool, utf8: bool) -> list[str]:
        client, options = self._client, []
        if client.supports_extension("size"):
            limit = client.esmtp_extensions["size"].strip()
            if limit.isdigit() and 0 < int(limit) < size:
                raise Rejected(f"SMTP {self._server}: {size:,} bytes are over the server's limit of {int(limit):,}")
            options.append(f"SIZE={size}")
        if utf8 and not client.supports_extension("smtputf8"):
            raise Rejected(f"SMTP {self._server}: cannot carry addresses or headers beyond ASCII")
        if utf8:
            options.append("SMTPUTF8")
        if eight_bit and not client.supports_extension("8bitmime"):
            raise Rejected(f"SMTP {self._server}: cannot carry a message with 8-bit bytes")
        if eight_bit:
            options.append("BODY=8BITMIME")
        return options


async def _token(server: MailServer, refused: str | None) -> str | None:
    """An access token, another than `refused`; None where we sign in with a password."""
    if server.tokens is None:
        return None
    try:
        async with asyncio.timeout(_TOKEN_SECONDS):
            return await (server.tokens.current() if refused is None else server.tokens.replace(refused))
    except TimeoutError as error:
        raise TemporarilyUnavailable(f"SMTP {server}: no access token came in time") from error


def _sign_in_refused(
    server: MailServer, error: aiosmtplib.SMTPAuthenticationError, token: str | None
) -> ExternalError:
    words = sasl.without_secrets(error.message, token or server.password)
    refused = mapping.refusal(error.code, words, server=str(server), what="sign-in")
    # Whatever the code's first digit for good: this login does not work any more.
    return AuthExpired(f"{refused}; connect this mailbox again") if _is_for_good(refused) else refused


def _is_for_good(refused: ExternalError) -> bool:
    return isinstance(refused, Rejected | AuthExpired)


def _error(server: MailServer, error: Exception, what: str) -> ExternalError:
    """The error of a step before the hand-over, where nothing was sent."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return mapping.refusal(error.code, error.message, server=str(server), what=what)
    # A refused certificate is both an OSError and a ValueError.
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return Rejected(f"SMTP {server}: {what}: not an address that can be sent to")
    return TemporarilyUnavailable(f"SMTP {server}: {what}: {_words(error)}")


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return mapping.words_of(error) or type(error).__name__

"""`SmtpConnection`: one conversation with an SMTP server, step by step, each with a timeout."""

import asyncio
import contextlib
import ssl

import aiosmtplib

from core.errors import ExternalError
from integrations import sasl
from integrations.ports.errors import AuthExpired, OutcomeUnknown, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.smtp import mapping
from integrations.smtp.sign_in import sign_in

_GO_AHEAD = 354
#: A goodbye is a courtesy and must not hold anything up.
_GOODBYE_SECONDS = 2.0
#: Getting a token may take a refresh behind another worker's.
_TOKEN_SECONDS = 60.0


class SmtpConnection:
    """A connection that is signed in. Up to `hand_over` nothing can be sent; after it, it is used up."""

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

    async def hand_over(self, wire: bytes, *, timeout_seconds: float) -> str:
        """DATA, then the message in its wire form; returns the server's words on it.

        Raises:
            TemporarilyUnavailable, RateLimited, Rejected: the server did not take it.
            OutcomeUnknown: the connection went away, or no answer came, after the message had begun.
        """
        try:
            go_ahead = await self._client.execute_command(b"DATA")
        except (aiosmtplib.SMTPException, OSError) as error:
            # Not a byte of the message has left: whatever the server made of it, it cannot be delivered.
            self._client.close()
            raise TemporarilyUnavailable(f"SMTP {self._server}: {_words(error)}") from error
        if go_ahead.code != _GO_AHEAD:
            await self.close()
            raise mapping.refusal(go_ahead.code, go_ahead.message, server=str(self._server), what="message")
        return await self._deliver(wire, timeout_seconds)

    async def close(self) -> None:
        """Says goodbye, for a short while at most, and ends the connection. What was not handed over is forgotten."""
        try:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=_GOODBYE_SECONDS)
        finally:
            self._client.close()

    async def _deliver(self, wire: bytes, timeout_seconds: float) -> str:
        # aiosmtplib's own `data` does both halves in one call, and does not tell in which a connection was lost.
        protocol = self._client.protocol
        if protocol is None:
            raise TemporarilyUnavailable(f"SMTP {self._server}: the connection was lost")
        try:
            protocol.write(wire)
            answer = await protocol.read_response(timeout=timeout_seconds)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            raise OutcomeUnknown(f"SMTP {self._server}: {_words(error)} while the message was handed over") from error
        except BaseException:
            self._client.close()
            raise
        if 400 <= answer.code <= 599:
            await self.close()
            raise _data_refusal(self._server, answer.code, answer.message)
        if not 200 <= answer.code <= 299:
            self._client.close()
            raise OutcomeUnknown(f"SMTP {self._server}: answered {answer.code} to the message")
        return mapping.words_of(answer.message)

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


def _data_refusal(server: MailServer, code: int, words: str) -> ExternalError:
    refused = mapping.refusal(code, words, server=str(server), what="message")
    # Past the sign-in, every 5xx is about the message.
    return Rejected(str(refused)) if isinstance(refused, AuthExpired) else refused


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return mapping.words_of(error) or type(error).__name__

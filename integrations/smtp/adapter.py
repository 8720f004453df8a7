"""`SmtpSender`: any SMTP server as the way out, with a copy to ourselves as proof of sending."""

import asyncio
from datetime import datetime

import structlog

from core.errors import ExternalError
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import OutgoingMessage
from integrations.ports.sent_folder import SentFolder
from integrations.ports.sent_lookup import SentLookup
from integrations.smtp import mapping
from integrations.smtp.client import SmtpConnection

#: Together with a hand-over this stays below the lease of a claim: nobody takes the mail for a dead worker's.
_FILING_SECONDS = 30.0

_log = structlog.get_logger()


class SmtpSender:
    """`MailSender` over SMTP.

    `own_address` gets a copy as one more recipient of the same transaction, named in no header: the server takes
    the message for all recipients or for none, so the copy, which `lookup` finds by its Message-ID, proves that
    the mail went out. That no copy is found proves nothing: it may still be on its way.
    `data_timeout_seconds` is how long the server may take to accept a message. `sent_folder` gets a copy of what
    went out, where the server keeps none itself; whether that worked changes nothing about the sending.
    """

    def __init__(
        self,
        server: MailServer,
        own_address: str,
        lookup: SentLookup | None,
        *,
        data_timeout_seconds: float = 60.0,
        sent_folder: SentFolder | None = None,
    ) -> None:
        self._server = server
        self._own_address = own_address
        self._lookup = lookup
        self._data_timeout_seconds = data_timeout_seconds
        self._sent_folder = None if mapping.keeps_sent_mail(server.host) else sent_folder

    async def prepare(self, message: OutgoingMessage) -> "PreparedTransaction":
        """See `MailSender.prepare`: one refused recipient refuses the mail; our own copy alone does not.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired, Rejected: nothing was sent.
        """
        if not message.envelope_to:
            raise Rejected("a mail without recipients")
        # In a thread: a large message must not hold up the others here.
        wire = await asyncio.to_thread(mapping.wire_form, message.raw)
        connection = await SmtpConnection.open(self._server, our_name=_our_name(self._own_address))
        try:
            await self._name_parties(connection, message, len(wire))
        except BaseException:
            await connection.close()
            raise
        filing = None if self._sent_folder is None else _Filing(self._sent_folder, self._own_address, message)
        return PreparedTransaction(connection, wire, self._data_timeout_seconds, filing)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """True or None; see `MailSender.was_sent`.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: the mailbox of the copies cannot be read.
        """
        if self._lookup is not None and await self._lookup.was_sent(message_id):
            return True
        return None

    async def _name_parties(self, connection: SmtpConnection, message: OutgoingMessage, size: int) -> None:
        parties = (message.envelope_from, *message.envelope_to, self._own_address)
        await connection.name_sender(
            message.envelope_from,
            size=size,
            eight_bit=not message.raw.isascii(),
            utf8=mapping.needs_utf8(parties, message.raw),
        )
        put_off: TemporarilyUnavailable | RateLimited | None = None
        for address in message.envelope_to:
            try:
                await connection.name_recipient(address)
            except (TemporarilyUnavailable, RateLimited) as error:
                # Another recipient may be refused for good, and then there is no use in trying again.
                put_off = put_off or error
        if put_off is not None:
            raise put_off
        if self._own_address.lower() not in {address.lower() for address in message.envelope_to}:
            await self._name_ourselves(connection)

    async def _name_ourselves(self, connection: SmtpConnection) -> None:
        try:
            await connection.name_recipient(self._own_address)
        except (Rejected, TemporarilyUnavailable, RateLimited, AuthExpired) as error:
            # The mail is worth more than its proof: without one, an unknown outcome goes to a person.
            _log.warning("own_copy_refused", error=str(error))


class _Filing:
    """The copy of one message for the folder of sent mail. Bounded in time, and never the sending's trouble."""

    def __init__(self, folder: SentFolder, mailbox: str, message: OutgoingMessage) -> None:
        self._folder = folder
        self._mailbox = mailbox
        self._message = message

    async def file(self) -> None:
        """Files it, or says in the log why not."""
        message_id = self._message.message_id
        try:
            async with asyncio.timeout(_FILING_SECONDS):
                await self._folder.file(message_id, self._message.raw)
        except (ExternalError, OSError, ValueError) as error:
            why = str(error) or "no answer in time"
            _log.warning("sent_copy_not_filed", mailbox=self._mailbox, message_id=message_id, error=why)


class PreparedTransaction:
    """`PreparedSend` of a connection whose server has accepted sender and recipients."""

    def __init__(
        self, connection: SmtpConnection, wire: bytes, timeout_seconds: float, filing: _Filing | None = None
    ) -> None:
        self._connection = connection
        self._wire = wire
        self._timeout_seconds = timeout_seconds
        self._filing = filing

    async def send(self) -> str:
        """See `PreparedSend.send`; returns the server's words, which often name its queue id.

        Raises:
            Rejected, TemporarilyUnavailable, RateLimited, OutcomeUnknown.
        """
        words = await self._connection.hand_over(self._wire, timeout_seconds=self._timeout_seconds)
        await self._connection.close()
        if self._filing is not None:
            await self._filing.file()
        return words

    async def abandon(self) -> None:
        """See `PreparedSend.abandon`."""
        await self._connection.close()


def _our_name(address: str) -> str:
    """What we greet the server as: our mail domain, and never this machine's name."""
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode("ascii") or "localhost"
    except UnicodeError:
        return "localhost"

"""`SmtpSender`: any SMTP server as the way out, with a copy to ourselves as proof of sending."""

import asyncio
from datetime import datetime

import structlog

from core.errors import ExternalError
from integrations.hand_over import HandOverLimit
from integrations.ports.errors import AuthExpired, OutcomeUnknown, RateLimited, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import OutgoingMessage
from integrations.ports.sent_folder import SentFolder
from integrations.ports.sent_lookup import SentLookup
from integrations.smtp import mapping
from integrations.smtp.client import SmtpConnection
from integrations.smtp.message import BegunMessage
from integrations.smtp.tickets import HandOverTickets, Ticket

#: An approved mail whose copy is missing says so in the log; nobody waits longer for it.
_FILING_SECONDS = 30.0
#: A message that lies with the server for longer is not ended any more. Well below the time after which a person may
#: say of a mail whose worker fell silent that it shall be sent again.
_HAND_OVER_SECONDS = 60.0

_log = structlog.get_logger()


class SmtpSender:
    """`MailSender` over SMTP.

    `own_address` gets a copy as one more recipient of the same transaction, named in no header: the server takes
    the message for all recipients or for none, so the copy, which `lookup` finds by its Message-ID, proves that
    the mail went out. That no copy is found proves nothing: it may still be on its way.
    `data_timeout_seconds` is how long the server may take to read a message, and to accept it. `sent_folder` gets a
    copy of what went out, where the server keeps none itself. `hand_over_seconds` is how long after `prepare` a
    message may still be sent. By `tickets` a worker's death before the end of a message is told from one after it.
    """

    def __init__(
        self,
        server: MailServer,
        own_address: str,
        lookup: SentLookup | None,
        *,
        data_timeout_seconds: float = 60.0,
        sent_folder: SentFolder | None = None,
        hand_over_seconds: float = _HAND_OVER_SECONDS,
        tickets: HandOverTickets | None = None,
    ) -> None:
        self._server = server
        self._own_address = own_address
        self._lookup = lookup
        self._data_timeout_seconds = data_timeout_seconds
        self._hand_over_seconds = hand_over_seconds
        self._tickets = tickets
        self._sent_folder = None if mapping.keeps_sent_mail(server.host) else sent_folder

    async def prepare(self, message: OutgoingMessage) -> "PreparedTransaction":
        """See `MailSender.prepare`: one refused recipient refuses the mail; our own copy alone does not.

        The server has the whole message then, all but its end, so that next to nothing is left for `send`.

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
        begun = await connection.begin_message(wire, timeout_seconds=self._data_timeout_seconds)
        limit = HandOverLimit(f"SMTP {self._server}", self._hand_over_seconds)
        try:
            ticket = await self._tickets.issue(message.attempt) if self._tickets and message.attempt else None
        except BaseException:
            connection.drop()
            raise
        return PreparedTransaction(connection, begun, limit, ticket, self._data_timeout_seconds)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """True or None; see `MailSender.was_sent`.

        Raises:
            TemporarilyUnavailable, RateLimited, AuthExpired: the mailbox of the copies cannot be read.
        """
        if self._lookup is not None and await self._lookup.was_sent(message_id):
            return True
        return None

    async def withdraw(self, attempt: str) -> bool:
        """See `Withdraws.withdraw`."""
        return self._tickets is not None and await self._tickets.withdraw(attempt)

    async def file_copy(self, message: OutgoingMessage) -> None:
        """See `FilesCopies.file_copy`. Takes half a minute at most, and says in the log why there is no copy."""
        if self._sent_folder is None:
            return
        try:
            async with asyncio.timeout(_FILING_SECONDS):
                await self._sent_folder.file(message.message_id, message.raw)
        except (ExternalError, OSError, ValueError) as error:
            why = str(error) or "no answer in time"
            _log.warning("sent_copy_not_filed", mailbox=self._own_address, message_id=message.message_id, error=why)

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


class PreparedTransaction:
    """`PreparedSend` of a connection whose server has the whole message but its end, and delivers nothing yet."""

    def __init__(
        self,
        connection: SmtpConnection,
        message: BegunMessage,
        limit: HandOverLimit,
        ticket: Ticket | None,
        timeout_seconds: float,
    ) -> None:
        self._connection = connection
        self._message = message
        self._limit = limit
        self._ticket = ticket
        self._timeout_seconds = timeout_seconds

    async def send(self) -> str:
        """See `PreparedSend.send`; returns the server's words, which often name its queue id.

        Raises:
            Rejected, TemporarilyUnavailable, RateLimited, OutcomeUnknown.
        """
        try:
            self._limit.check()
            if self._ticket is not None:
                self._ticket.use()
            words = await self._message.end(timeout_seconds=self._timeout_seconds)
        except BaseException as error:
            self._connection.drop()
            if isinstance(error, ExternalError) and not isinstance(error, OutcomeUnknown):
                self._forget()
            raise
        self._forget()
        # The sending is to be recorded now, so the server's answer to the goodbye is not waited for.
        self._connection.leave()
        return words

    async def abandon(self) -> None:
        """See `PreparedSend.abandon`: without its end, the server forgets the message."""
        self._connection.drop()
        self._forget()

    def _forget(self) -> None:
        if self._ticket is not None:
            self._ticket.forget()


def _our_name(address: str) -> str:
    """What we greet the server as: our mail domain, and never this machine's name."""
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode("ascii") or "localhost"
    except UnicodeError:
        return "localhost"

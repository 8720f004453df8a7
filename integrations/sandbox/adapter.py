"""`SandboxedSender`: around any way out, so that every mail goes to one address and to nobody else."""

from dataclasses import replace
from datetime import datetime

from core.errors import InvalidInput
from integrations.ports.errors import Rejected
from integrations.ports.mailbox import MailSender, OutgoingMessage, PreparedSend, Withdraws
from integrations.ports.sent_folder import FilesCopies
from mail.redirect import plain_address, redirected


class SandboxedSender:
    """`MailSender` that puts one address in the place of all recipients, in the envelope and in the headers.

    Message-ID and everything else stay, so that proof of sending and retries work as without it. A sender that
    gives our own mailbox a copy as proof still does.

    Raises:
        InvalidInput: `to` is no address.
    """

    def __init__(self, inner: MailSender, to: str) -> None:
        self._inner = inner
        self._to = plain_address(to)

    async def prepare(self, message: OutgoingMessage) -> PreparedSend:
        """See `MailSender.prepare`; a mail that cannot be redirected is refused, and never sent as it is."""
        try:
            redirected_mail = self._redirected(message)
        except InvalidInput as error:
            raise Rejected(f"sandbox: {error}") from error
        return await self._inner.prepare(redirected_mail)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """See `MailSender.was_sent`."""
        return await self._inner.was_sent(message_id, handed_over_at=handed_over_at)

    async def withdraw(self, attempt: str) -> bool:
        """See `Withdraws.withdraw`."""
        return isinstance(self._inner, Withdraws) and await self._inner.withdraw(attempt)

    async def file_copy(self, message: OutgoingMessage) -> None:
        """See `FilesCopies.file_copy`: the copy is of what went out."""
        if isinstance(self._inner, FilesCopies):
            await self._inner.file_copy(self._redirected(message))

    def _redirected(self, message: OutgoingMessage) -> OutgoingMessage:
        raw = redirected(message.raw, to=self._to, instead_of=message.envelope_to)
        return replace(message, raw=raw, envelope_to=(self._to,))

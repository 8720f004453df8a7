"""The copy of a sent mail for the mailbox's own folder, where the server keeps none."""

import structlog

from core.errors import DulyError
from core.ids import MailboxId, OrgId, SendId
from integrations.ports.mailbox import OutgoingMessage
from integrations.ports.sent_folder import FilesCopies
from jobs.sending import Sending
from ledger.store.tables.drafts import DraftRow, SendRow
from ledger.store.tables.people import MailboxRow

_log = structlog.get_logger()


async def file_copy(sending: Sending, org_id: OrgId, send_id: SendId) -> None:
    """Has the copy filed of a mail that is on record as sent; nothing for any other, or where the provider keeps one.

    Done again after a worker died of it, it files no second one.
    """
    try:
        async with sending.uows(org_id) as uow:
            send = await uow.session.get(SendRow, send_id)
            if send is None or send.state != "sent":
                return
            mailbox_id = MailboxId(send.mailbox_id)
        sender = await sending.mailboxes.sender(org_id, mailbox_id)
        if isinstance(sender, FilesCopies):
            message = await _message(sending, org_id, send_id)
            if message is not None:
                await sender.file_copy(message)
    except DulyError as error:
        # Disconnected since, or its bytes are gone: it was sent all the same.
        _log.warning("sent_copy_not_filed", send_id=str(send_id), error=str(error))


async def _message(sending: Sending, org_id: OrgId, send_id: SendId) -> OutgoingMessage | None:
    async with sending.uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id)
        if send.raw_blob_id is None or send.header_message_id is None:
            return None
        draft = await uow.session.get_one(DraftRow, send.draft_id)
        mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id)
        raw = await sending.blobs.read(uow, send.raw_blob_id)
        return OutgoingMessage(send.header_message_id, raw, mailbox.address, (*draft.recipients, *draft.cc))

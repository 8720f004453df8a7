"""Disconnects a mailbox: its row, its history and its place in both stay, and nothing is fetched or sent by it.

An approved mail that was to go out by it goes before a person when its time comes.
"""

from datetime import datetime

from core.errors import NotFound
from core.ids import MailboxId, OrgId
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWorkFactory


async def disconnect_mailbox(
    uows: UnitOfWorkFactory, org_id: OrgId, mailbox_id: MailboxId, *, by: str, now: datetime
) -> None:
    """Doing it twice does nothing more. Connecting it again goes on where it stopped.

    Raises:
        NotFound: no such mailbox in this organisation.
    """
    async with uows(org_id) as uow:
        row = await uow.session.get(MailboxRow, mailbox_id)
        if row is None:
            raise NotFound("mailbox", mailbox_id)
        if not row.active:
            return
        row.active = False
        await append_event(
            uow,
            kind="mailbox_disconnected",
            words=f"{row.address} was disconnected.",
            cause_key=f"mailbox_disconnected:{mailbox_id}:{now.isoformat()}",
            at=now,
            actor=by,
            facts={"mailbox_id": str(mailbox_id)},
        )

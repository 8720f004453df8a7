"""Messages that stay in their mailbox: a person is told of each, once, and fetching goes on behind it."""

import hashlib
from datetime import datetime

from core.ids import OrgId
from ledger.commands.record_inbound_message import Reached
from ledger.store.connections import move_cursor
from ledger.store.review_items import open_item
from ledger.store.unit_of_work import UnitOfWorkFactory


async def record_too_large(
    uows: UnitOfWorkFactory, org_id: OrgId, reached: Reached, *, provider_id: str, size_bytes: int, now: datetime
) -> None:
    """A message over the limit; `reached` is the place behind it."""
    name = _printable(provider_id)
    async with uows(org_id) as uow:
        await open_item(
            uow,
            kind="message_too_large",
            words=f"A message of {size_bytes:,} bytes was left in the mailbox ({name[:200]}): it is over the limit. "
            "Read it there.",
            cause_key=f"too_large:{reached.mailbox_id}:{hashlib.sha256(name.encode()).hexdigest()}",
            at=now,
        )
        await move_cursor(uow, reached.mailbox_id, reached.cursor, at=now)


async def record_unstorable(
    uows: UnitOfWorkFactory, org_id: OrgId, reached: Reached, *, provider_id: str, why: str, now: datetime
) -> None:
    """A message that the ledger cannot keep; `reached` is the place behind it."""
    name = _printable(provider_id)
    async with uows(org_id) as uow:
        await open_item(
            uow,
            kind="message_not_stored",
            words=f"A message could not be stored ({why}) and was left in the mailbox ({name[:200]}). Read it there.",
            cause_key=f"not_stored:{reached.mailbox_id}:{hashlib.sha256(name.encode()).hexdigest()}",
            at=now,
        )
        await move_cursor(uow, reached.mailbox_id, reached.cursor, at=now)


def _printable(provider_id: str) -> str:
    """A file's name may hold bytes that are no text."""
    return provider_id.encode("utf-8", "replace").decode()

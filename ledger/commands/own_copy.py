"""Proof of sending that comes later than somebody was told that there is none: our own copy arrives, or is found."""

from datetime import datetime

from sqlalchemy import select

from core.ids import AccountId, CaseId, OrgId, SendId
from ledger.commands.sending_waits import request_send, stop_waiting
from ledger.store.send_items import hold_items, settle_items
from ledger.store.tables.drafts import DraftRow, SendRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: In these it is not known, or not recorded, that the mail went out.
_UNPROVEN = ("queued", "claimed", "sending", "outcome_unknown", "failed")


async def take_own_copy(uow: UnitOfWork, message_id: str, *, now: datetime) -> bool:
    """Whether a mail with this Message-ID is the copy of one that we send or sent, and not somebody's mail.

    The id holds a random part that leaves the house with the mail and not before: where nobody knew whether the mail
    went out, or it was to be sent again, the copy proves that it did, and its job records it.
    """
    found = await uow.session.scalar(select(SendRow.id).where(SendRow.header_message_id == message_id))
    if found is None:
        return False
    send_id = SendId(found)
    if await _prove(uow, send_id, how="its copy arrived in the mailbox", now=now):
        send = await uow.session.get_one(SendRow, send_id)
        await request_send(uow, send, not_before=None, now=now)
    return True


async def note_found(uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, *, now: datetime) -> None:
    """A mail that a person had sent again was looked for first, and found: it is not sent again."""
    async with uows(org_id) as uow:
        await _prove(uow, send_id, how="a copy of it was found in the mailbox", now=now)


async def _prove(uow: UnitOfWork, send_id: SendId, *, how: str, now: datetime) -> bool:
    """Marks the mail as known to be sent, for its job to record; False where that was known."""
    await hold_items(uow, send_id)
    send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
    if send.state not in _UNPROVEN:
        return False
    if send.state != "sending":
        # Somebody was told otherwise. While it is being handed over nobody was, and the copy is what we wait for.
        draft = await uow.session.get_one(DraftRow, send.draft_id)
        await settle_items(uow, send_id, words=f"it was sent: {how}", now=now)
        await append_event(
            uow,
            kind="send_found",
            words=f"The mail had gone out after all: {how}. It is not sent again.",
            cause_key=f"send_found:{send.id}",
            at=now,
            account_id=AccountId(draft.account_id),
            case_id=CaseId(draft.case_id),
        )
    send.state, send.claim_token = "known_sent", None
    stop_waiting(send)
    return True

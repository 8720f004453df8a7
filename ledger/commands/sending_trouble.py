"""Mails that are refused for now: when a person hears of it, and what the mailbox's health says of its way out."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core.ids import AccountId, CaseId, MailboxId, OrgId, SendId
from ledger.store.review_items import open_item
from ledger.store.send_items import DELAYED
from ledger.store.tables.drafts import DraftRow, SendRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: So long a mail is tried again without a word to anybody: greylisting and a server's restart are over by then.
REFUSED_LONG = timedelta(hours=3)


async def note_refusal(
    uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, *, error: str, needs_person: bool, now: datetime
) -> None:
    """Keeps that a mail was refused for now; it is tried again all the same.

    With `needs_person` (the sign-in is refused) at once, else after `REFUSED_LONG`, a review item says so: one a
    mail, and one at a time a mailbox, for what holds up one mail mostly holds up all. The mailbox's health says it
    too, unless other mail has gone out of it meanwhile.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state not in ("queued", "claimed"):
            return
        since = send.refused_since = now if send.refused_since is None else min(send.refused_since, now)
        if not needs_person and now - since < REFUSED_LONG:
            return
        # Locked: of several workers whose mails are refused together, one opens the item.
        mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id, with_for_update={"key_share": True})
        if needs_person or not await _others_went_out(uow, send, since):
            mailbox.sending_failing_since = mailbox.sending_failing_since or since
            mailbox.sending_error = error[:500]
        if not await _is_said(uow, MailboxId(mailbox.id)):
            await _say(uow, send, mailbox, since, _words(mailbox, since, error, needs_person), now)


async def note_success(uow: UnitOfWork, send: SendRow) -> None:
    """A mail went out: whatever kept it, or its mailbox, from it is over."""
    send.refused_since = None
    mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id)
    mailbox.sending_failing_since, mailbox.sending_error = None, ""


async def _others_went_out(uow: UnitOfWork, send: SendRow, since: datetime) -> bool:
    found = await uow.session.scalar(
        select(SendRow.id)
        .where(SendRow.mailbox_id == send.mailbox_id, SendRow.claimed_at > since, SendRow.state == "sent")
        .limit(1)
    )
    return found is not None


async def _is_said(uow: UnitOfWork, mailbox_id: MailboxId) -> bool:
    found = await uow.session.scalar(
        select(ReviewItemRow.id)
        .where(
            ReviewItemRow.state == "open",
            ReviewItemRow.kind == DELAYED,
            ReviewItemRow.facts["mailbox_id"].astext == str(mailbox_id),
        )
        .limit(1)
    )
    return found is not None


async def _say(
    uow: UnitOfWork, send: SendRow, mailbox: MailboxRow, since: datetime, words: str, now: datetime
) -> None:
    draft = await uow.session.get_one(DraftRow, send.draft_id)
    cause = f"send_delayed:{send.id}:{since.isoformat()}"
    account_id, case_id = AccountId(draft.account_id), CaseId(draft.case_id)
    opened = await open_item(
        uow,
        kind=DELAYED,
        words=words,
        cause_key=cause,
        at=now,
        account_id=account_id,
        case_id=case_id,
        facts={"send_id": str(send.id), "mailbox_id": str(mailbox.id)},
    )
    if opened is not None:
        await append_event(
            uow, kind=DELAYED, words=words, cause_key=cause, at=now, account_id=account_id, case_id=case_id
        )


def _words(mailbox: MailboxRow, since: datetime, error: str, needs_person: bool) -> str:
    todo = (
        f"Connect {mailbox.address} again."
        if needs_person
        else "If it does not pass by itself, have the mail server looked at, or take the mail back."
    )
    return (
        f"This approved mail has not gone out of {mailbox.address}, tried since {since:%Y-%m-%d %H:%M} UTC: "
        f"{error[:500]}. Duly goes on trying, and other mail from there may wait as well. {todo}"
    )

"""What a person decided about a review item, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from core.errors import InvalidInput, NotFound
from core.ids import AccountId, CaseId, OrgId, ReviewItemId, SendId, new_id
from ledger.commands.record_inbound_message import account_lock
from ledger.commands.record_signals import STOP_HOLD
from ledger.model.account import ContactStatus
from ledger.model.errors import AlreadyDecided
from ledger.model.job_request import Redraft, SendMail
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import DraftRow, SendRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.mail import ConversationRow, MessageRow
from ledger.store.tables.money import PaymentRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


class Settlement(StrEnum):
    """The ways to settle an item; which ones fit follows from its kind."""

    #: Nothing more to do.
    DONE = "done"
    #: The sender belongs to this account: make them a contact, and work on their mail again.
    ACCEPT_SENDER = "accept_sender"
    #: The customer's wish not to be written to stands.
    CONFIRM_STOP = "confirm_stop"
    #: It was a misunderstanding: write on.
    LIFT_HOLD = "lift_hold"
    #: The mail did go out after all.
    WAS_SENT = "was_sent"
    #: The mail did not go out: send it, once it was looked for and not found.
    SEND_AGAIN = "send_again"
    #: Mail to the contact arrives again: write there as before.
    ADDRESS_WORKS = "address_works"
    #: Let the agent try once more.
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True)
class SettleItem:
    """`account_id` names the account for `ACCEPT_SENDER` where the item has none; `words` are kept."""

    settlement: Settlement
    words: str = ""
    account_id: AccountId | None = None


#: What each kind of item must be settled by; all others by what fits any mail.
_FITS = {
    "stop_contact": (Settlement.CONFIRM_STOP, Settlement.LIFT_HOLD),
    "send_outcome_unknown": (Settlement.WAS_SENT, Settlement.SEND_AGAIN),
    "contact_unreachable": (Settlement.ADDRESS_WORKS, Settlement.DONE),
    "mailbox_alarm": (Settlement.DONE,),
    "send_failed": (Settlement.SEND_AGAIN, Settlement.TRY_AGAIN, Settlement.DONE),
    "send_delayed": (Settlement.DONE,),
}
#: To be done with one of these says nothing of the case in which it was found out.
_LEAVES_CASE = frozenset({"contact_unreachable", "send_delayed"})
_FITS_ANY = (Settlement.DONE, Settlement.ACCEPT_SENDER, Settlement.TRY_AGAIN)


async def settle_review_item(
    uows: UnitOfWorkFactory, org_id: OrgId, item_id: ReviewItemId, how: SettleItem, *, actor: str, now: datetime
) -> None:
    """Settles one item and starts what follows, in one transaction.

    Raises:
        NotFound: no such item or account in this organisation.
        AlreadyDecided: somebody settled it before.
        InvalidInput: this settlement does not fit the item.
    """
    async with uows(org_id) as uow:
        item = await uow.session.get(ReviewItemRow, item_id, with_for_update=True)
        if item is None:
            raise NotFound("review item", item_id)
        if item.state != "open":
            raise AlreadyDecided(item_id, item.state)
        if item.kind == "payment" and await _still_waits(uow, item):
            raise InvalidInput("decide on the payment itself: that settles the item")
        fits = _FITS.get(item.kind, _FITS_ANY)
        if how.settlement not in fits:
            ways = ", ".join(one.value for one in fits)
            raise InvalidInput(f"an item of the kind {item.kind} is settled by {ways}, not {how.settlement.value}")
        await _follow(uow, item, how, now)
        item.state = "settled"
        item.settled_at, item.settled_by, item.settled_words = now, actor, how.words
        await append_event(
            uow,
            kind="review_settled",
            words=f"{actor}: {how.settlement.value.replace('_', ' ')}{f' ({how.words})' if how.words else ''}",
            cause_key=f"settled:{item.id}",
            at=now,
            actor=actor,
            account_id=None if item.account_id is None else AccountId(item.account_id),
            case_id=None if item.case_id is None else CaseId(item.case_id),
            facts={"settlement": how.settlement.value},
        )


async def _still_waits(uow: UnitOfWork, item: ReviewItemRow) -> bool:
    payment = await uow.session.get(PaymentRow, UUID(str(item.facts["payment_id"])))
    return payment is not None and payment.is_waiting


async def _follow(uow: UnitOfWork, item: ReviewItemRow, how: SettleItem, now: datetime) -> None:
    match how.settlement:
        case Settlement.DONE:
            if item.kind not in _LEAVES_CASE:
                await _close_case(uow, item, now)
        case Settlement.ACCEPT_SENDER:
            await _accept_sender(uow, item, how)
        case Settlement.CONFIRM_STOP | Settlement.LIFT_HOLD:
            await _settle_stop(uow, item, how.settlement, now)
        case Settlement.WAS_SENT | Settlement.SEND_AGAIN:
            await _settle_send(uow, item, how.settlement)
        case Settlement.ADDRESS_WORKS:
            await _release_contact(uow, item)
        case Settlement.TRY_AGAIN:
            await _run_again(uow, item)


async def _close_case(uow: UnitOfWork, item: ReviewItemRow, now: datetime) -> None:
    if item.case_id is None:
        return
    case = await uow.session.get_one(CaseRow, item.case_id, with_for_update=True)
    if case.state == "with_person":
        case.state, case.closed_at = "closed", now


async def _accept_sender(uow: UnitOfWork, item: ReviewItemRow, how: SettleItem) -> None:
    if item.case_id is None:
        raise InvalidInput("this item is about no mail, so there is no sender to accept")
    case = await uow.session.get_one(CaseRow, item.case_id, with_for_update=True)
    message = await uow.session.get_one(MessageRow, case.message_id)
    if "@" not in message.sender:
        raise InvalidInput("this mail names no sender who could be accepted")
    account_id = how.account_id or (None if case.account_id is None else AccountId(case.account_id))
    if account_id is None or await uow.session.get(AccountRow, account_id) is None:
        raise NotFound("account", account_id)
    known = await uow.session.scalar(
        select(ContactRow).where(ContactRow.account_id == account_id, ContactRow.email == message.sender)
    )
    if known is None:
        uow.session.add(
            ContactRow(
                id=new_id(),
                account_id=account_id,
                email=message.sender,
                name=message.sender_name,
                role="",
                status="active",
                source=f"message:{message.id}",
            )
        )
    else:
        known.status = "active"
    case.account_id = message.account_id = account_id
    case.conversation_id = message.conversation_id = await _conversation_for(uow, message, account_id)
    await _run_again(uow, item)


async def _conversation_for(uow: UnitOfWork, message: MessageRow, account_id: AccountId) -> UUID:
    """The message's conversation as this account's; one of its own where somebody else wrote in it as well."""
    conversation = await uow.session.get_one(ConversationRow, message.conversation_id, with_for_update=True)
    others = await uow.session.scalar(
        select(func.count()).where(
            MessageRow.conversation_id == conversation.id, MessageRow.account_id.is_distinct_from(account_id)
        )
    )
    if conversation.account_id == account_id:
        return conversation.id
    if conversation.account_id is None and not others:
        conversation.account_id = account_id
        return conversation.id
    fresh = ConversationRow(
        id=new_id(),
        mailbox_id=conversation.mailbox_id,
        account_id=account_id,
        subject_key=conversation.subject_key,
        created_at=message.stored_at,
    )
    uow.session.add(fresh)
    await uow.session.flush()
    return fresh.id


async def _settle_stop(uow: UnitOfWork, item: ReviewItemRow, settlement: Settlement, now: datetime) -> None:
    account = await uow.session.get_one(AccountRow, item.account_id, with_for_update=True)
    if settlement is Settlement.CONFIRM_STOP:
        account.stopped_at = account.stopped_at or now
    if account.hold_reason == STOP_HOLD:
        account.hold_reason = ""


async def _release_contact(uow: UnitOfWork, item: ReviewItemRow) -> None:
    contact = await uow.session.scalar(
        select(ContactRow)
        .where(ContactRow.account_id == item.account_id, ContactRow.email == str(item.facts.get("contact", "")))
        .with_for_update()
    )
    if contact is None:
        raise NotFound("contact", str(item.facts.get("contact", "")))
    if contact.status == ContactStatus.UNREACHABLE.value:
        contact.status = ContactStatus.ACTIVE.value


async def _settle_send(uow: UnitOfWork, item: ReviewItemRow, settlement: Settlement) -> None:
    send_id = SendId(UUID(str(item.facts["send_id"])))
    send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
    if send.state not in ("outcome_unknown", "failed"):
        raise AlreadyDecided(send_id, send.state)
    draft = await uow.session.get_one(DraftRow, send.draft_id)
    if settlement is Settlement.WAS_SENT:
        # The send job records it like any other proof: it finds the state and asks nobody.
        send.state = "known_sent"
    else:
        if send.state == "failed":
            send.handed_over_at = None
        # Of one that may have gone out the hand-over stays on record: its job looks for it before it sends it again.
        send.state, send.claim_token = "queued", None
        send.attempts, send.takeovers, send.refused_since = 0, 0, None
        draft.state = "approved"
    await uow.request(SendMail(uow.org_id, send_id, f"send:{send.id}"))


async def _run_again(uow: UnitOfWork, item: ReviewItemRow) -> None:
    if item.case_id is None:
        raise InvalidInput("this item is about no mail that could be worked on again")
    case = await uow.session.get_one(CaseRow, item.case_id, with_for_update=True)
    open_send = await uow.session.scalar(
        select(SendRow.id)
        .join(DraftRow, DraftRow.id == SendRow.draft_id)
        .where(DraftRow.case_id == case.id, SendRow.state.in_(("queued", "claimed", "sending", "outcome_unknown")))
    )
    if open_send is not None:
        raise InvalidInput("a mail of this case may still go out: say first what became of it")
    newest = await uow.session.scalar(select(func.max(DraftRow.version)).where(DraftRow.case_id == case.id))
    case.generation = max(case.generation, newest or 0) + 1
    case.state, case.closed_at = "running", None
    if not case.corrected_by:
        # What was read for a stranger was read without the account: read it again with it.
        case.read_at = None
    lock = account_lock(AccountId(case.account_id)) if case.account_id is not None else f"case:{case.id}"
    await uow.request(Redraft(uow.org_id, CaseId(case.id), lock))

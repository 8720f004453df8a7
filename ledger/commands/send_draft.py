"""Sending once: claim, hand over, confirm; each step is one transaction and the call lies between them.

Before the hand-over nothing has left, and a dead worker's claim may be taken over at once: the claim token fences
the old one off. After it, nothing is repeated without proof: `needs_proof` asks the mailbox first.

A mail whose time has not come is not claimed (`NotYet`); whatever it waited for, its facts are checked when it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.errors import NotFound
from core.ids import AccountId, CaseId, ConversationId, DraftId, MailboxId, MessageId, OrgId, SendId, new_id
from ledger.commands.decide_approval import Verify, draft_text, grounded_signals, moved_facts
from ledger.commands.record_inbound_message import account_lock
from ledger.commands.request_approval import ask_for_new_draft
from ledger.commands.sending_trouble import note_success
from ledger.commands.sending_waits import (
    put_off,
    request_send,
    set_clock_right,
    stop_waiting,
    wait_by_clock,
    wait_by_count,
)
from ledger.model.draft import DraftState, DraftText
from ledger.model.message import Message
from ledger.model.sending import SendWait
from ledger.store.account_snapshot import account_snapshot
from ledger.store.blobs import BlobStore
from ledger.store.codec import decision_in
from ledger.store.mapping import to_message
from ledger.store.review_items import open_item
from ledger.store.send_items import DELAYED, hold_items, settle_items
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow, SendRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow, OrganisationRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class MailToCompose:
    """Everything that the bytes of an approved mail are made from; the same every time it is asked."""

    send_id: SendId
    draft: DraftText
    sender_name: str
    sender_address: str
    conversation_id: ConversationId
    reply_secret: bytes
    #: The message that is answered.
    answers: Message
    #: The conversation, oldest first.
    thread: tuple[Message, ...]
    attachments: tuple[tuple[str, str, bytes], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """Finished bytes. `message_id` without angle brackets."""

    message_id: str
    raw: bytes


Compose = Callable[[MailToCompose], ComposedMail]


@dataclass(frozen=True, slots=True)
class ClaimedSend:
    """Ours to hand over, until somebody else claims it."""

    send_id: SendId
    claim_token: UUID
    mailbox_id: MailboxId
    message_id: str
    raw: bytes
    envelope_from: str
    envelope_to: tuple[str, ...]
    #: This try included.
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class NeedsProof:
    """It was being handed over when its worker went away: look for it, by this Message-ID, before anything else.

    What was found out counts only while the row has the same `claim_token` and `handed_over_at`: a later hand-over is
    another one. `sent_after`: it cannot have gone out before; None where the clock has jumped in between.
    """

    send_id: SendId
    claim_token: UUID | None
    mailbox_id: MailboxId
    message_id: str
    handed_over_at: datetime
    sent_after: datetime | None
    #: A person had it sent again: where it is looked for and not found, it goes out.
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class NothingToSend:
    """Already sent, cancelled or before a person."""

    state: str


@dataclass(frozen=True, slots=True)
class KnownSent:
    """A person found out that it did go out."""

    send_id: SendId


@dataclass(frozen=True, slots=True)
class NotYet:
    """It waits; its job was asked for anew at `until`, in the same transaction."""

    send_id: SendId
    until: datetime
    why: str


ClaimOutcome = ClaimedSend | NeedsProof | KnownSent | NothingToSend | NotYet


async def claim_send(
    uows: UnitOfWorkFactory,
    blobs: BlobStore,
    verify: Verify,
    compose: Compose,
    org_id: OrgId,
    send_id: SendId,
    *,
    now: datetime,
) -> ClaimOutcome:
    """Claims an approved mail after checking its time, and then the ledger of now once more.

    Where its time has not come, it is put off with a job of its own; where the facts moved it is cancelled, and a new
    draft is asked for. Both in the same transaction.

    Raises:
        NotFound: no such send in this organisation.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get(SendRow, send_id, with_for_update=True)
        if send is None:
            raise NotFound("send", send_id)
        set_clock_right(send, now=now)
        if send.state == "known_sent":
            return KnownSent(send_id)
        if send.state not in ("queued", "claimed", "sending"):
            return NothingToSend(send.state)
        mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id)
        if not mailbox.active:
            return await _disconnected(uow, send, mailbox, now)
        if send.handed_over_at is not None:
            return _needs_proof(send, send.handed_over_at)
        draft = await uow.session.get_one(DraftRow, send.draft_id, with_for_update=True)
        wait = await wait_by_clock(uow, send, draft, now=now)
        if wait is not None:
            return await _not_yet(uow, send, draft, wait, now)
        case = await uow.session.get_one(CaseRow, draft.case_id)
        if not await _still_holds(uow, verify, send, draft, case, now):
            return NothingToSend("cancelled")
        wait = await wait_by_count(uow, send, draft, now=now)
        if wait is not None:
            return await _not_yet(uow, send, draft, wait, now)
        stop_waiting(send)
        if send.raw_blob_id is None:
            await _compose(uow, blobs, compose, send, draft, case, now)
        send.state = "claimed"
        send.claim_token = new_id()
        send.claimed_at = now
        send.attempts += 1
        assert send.raw_blob_id is not None
        assert send.header_message_id is not None
        return ClaimedSend(
            send_id=send_id,
            claim_token=send.claim_token,
            mailbox_id=MailboxId(send.mailbox_id),
            message_id=send.header_message_id,
            raw=await blobs.read(uow, send.raw_blob_id),
            envelope_from=mailbox.address,
            envelope_to=tuple(dict.fromkeys([*draft.recipients, *draft.cc])),
            attempts=send.attempts,
        )


def _needs_proof(send: SendRow, handed_over_at: datetime) -> NeedsProof:
    assert send.header_message_id is not None
    # The claim came first. Where the stamps say otherwise the clock was put back, or set right, in between.
    claimed_at = send.claimed_at or handed_over_at
    return NeedsProof(
        send_id=SendId(send.id),
        claim_token=send.claim_token,
        mailbox_id=MailboxId(send.mailbox_id),
        message_id=send.header_message_id,
        handed_over_at=handed_over_at,
        sent_after=claimed_at if claimed_at <= handed_over_at else None,
        is_repeat=send.state == "queued",
    )


async def _disconnected(uow: UnitOfWork, send: SendRow, mailbox: MailboxRow, now: datetime) -> NothingToSend:
    if send.handed_over_at is None:
        state = "failed"
        words = (
            f"{mailbox.address} is disconnected and sends nothing: this approved mail has not gone out. Connect the "
            "mailbox again and then send it again, or have it written anew."
        )
    else:
        state = "outcome_unknown"
        words = (
            f"{mailbox.address} is disconnected: no copy of this mail can be looked for there, and it is not sent "
            "again. Connect the mailbox again, or say that it was sent."
        )
    await _to_person(uow, send, state=state, words=words, now=now)
    return NothingToSend(state)


async def _not_yet(uow: UnitOfWork, send: SendRow, draft: DraftRow, wait: SendWait, now: datetime) -> NotYet:
    await put_off(uow, send, draft, wait, now=now)
    return NotYet(SendId(send.id), wait.until, wait.why)


async def _still_holds(
    uow: UnitOfWork, verify: Verify, send: SendRow, draft: DraftRow, case: CaseRow, now: datetime
) -> bool:
    snapshot = await account_snapshot(
        uow,
        AccountId(draft.account_id),
        mailbox_id=MailboxId(case.mailbox_id),
        conversation_id=_conversation(case),
        now=now,
    )
    moved = moved_facts(draft, snapshot, now)
    if not moved:
        signals = await grounded_signals(uow, CaseId(case.id))
        found = verify(draft_text(draft), decision_in(case.decision), snapshot, signals).findings
        moved = tuple(finding.message for finding in found)
    if not moved:
        return True
    send.state = "cancelled"
    send.last_error = "; ".join(moved)
    await settle_items(uow, SendId(send.id), words="the facts moved: it is written anew", now=now, kinds=(DELAYED,))
    approval = (
        await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case.id).with_for_update())
    ).one()
    await ask_for_new_draft(
        uow, approval, draft, why="; ".join(moved), lock=account_lock(AccountId(draft.account_id)), now=now
    )
    return False


def _conversation(case: CaseRow) -> ConversationId | None:
    return None if case.conversation_id is None else ConversationId(case.conversation_id)


async def _compose(
    uow: UnitOfWork,
    blobs: BlobStore,
    compose: Compose,
    send: SendRow,
    draft: DraftRow,
    case: CaseRow,
    now: datetime,
) -> None:
    mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id)
    organisation = await uow.session.get_one(OrganisationRow, uow.org_id)
    rows = await uow.session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == case.conversation_id)
        .order_by(MessageRow.at.desc(), MessageRow.id.desc())
        .limit(20)
    )
    thread = tuple(to_message(row) for row in list(rows)[::-1])
    attachments = [
        (str(a["name"]), str(a["content_type"]), await blobs.read(uow, UUID(str(a["blob_id"]))))
        for a in draft.attachments
    ]
    assert case.conversation_id is not None, "a case with a draft has a conversation"
    composed = compose(
        MailToCompose(
            send_id=SendId(send.id),
            draft=draft_text(draft),
            sender_name=mailbox.name,
            sender_address=mailbox.address,
            conversation_id=ConversationId(case.conversation_id),
            reply_secret=organisation.reply_secret,
            answers=to_message(await uow.session.get_one(MessageRow, case.message_id)),
            thread=thread,
            attachments=tuple(attachments),
            at=now,
        )
    )
    send.header_message_id = composed.message_id
    send.raw_blob_id = await blobs.keep(uow, composed.raw, now)


async def begin_handover(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    send_id: SendId,
    claim_token: UUID,
    *,
    now: datetime,
    sandboxed_to: str = "",
) -> bool:
    """Commits that the mail is being handed over; False where somebody else has claimed it since.

    `sandboxed_to` is who gets it instead of its recipients, where the sandbox is on.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state != "claimed" or send.claim_token != claim_token:
            return False
        if not (await uow.session.get_one(MailboxRow, send.mailbox_id)).active:
            # Disconnected since it was claimed: the next claim puts it before a person.
            return False
        send.state = "sending"
        send.handed_over_at = now
        send.sandboxed_to = sandboxed_to
        (await uow.session.get_one(DraftRow, send.draft_id)).state = DraftState.SENDING.value
        return True


async def confirm_sent(
    uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, *, provider_id: str, now: datetime
) -> DraftId | None:
    """Records that the mail went out, with its message in the conversation; None where that was known already."""
    async with uows(org_id) as uow:
        await hold_items(uow, send_id)
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state == "sent":
            return None
        draft = await uow.session.get_one(DraftRow, send.draft_id)
        case = await uow.session.get_one(CaseRow, draft.case_id, with_for_update=True)
        send.state, send.sent_at, send.provider_id = "sent", now, provider_id
        draft.state = DraftState.SENT.value
        case.state = "waiting" if case.next_step_on is not None else "closed"
        case.closed_at = None if case.next_step_on is not None else now
        await _keep_outbound(uow, send, draft, case, now)
        await settle_items(uow, send_id, words="it was sent", now=now)
        await note_success(uow, send)
        await append_event(
            uow,
            kind="mail_sent",
            words=_sent_words(send, draft),
            cause_key=f"sent:{send.id}",
            at=now,
            account_id=AccountId(draft.account_id),
            case_id=CaseId(case.id),
            facts={"message_id": send.header_message_id},
        )
        return DraftId(draft.id)


def _sent_words(send: SendRow, draft: DraftRow) -> str:
    to = ", ".join(draft.recipients)
    if send.sandboxed_to:
        to = f"{send.sandboxed_to} (sandbox) and not to {to}"
    return f"Mail sent to {to}: {draft.subject[:200]}"


async def _keep_outbound(uow: UnitOfWork, send: SendRow, draft: DraftRow, case: CaseRow, now: datetime) -> None:
    mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id)
    await uow.session.execute(
        insert(MessageRow)
        .values(
            id=MessageId(new_id()),
            org_id=uow.org_id,
            mailbox_id=send.mailbox_id,
            conversation_id=case.conversation_id,
            account_id=draft.account_id,
            direction="outbound",
            header_message_id=send.header_message_id,
            references=[],
            sender=mailbox.address,
            sender_name=mailbox.name,
            recipients=draft.recipients,
            cc=draft.cc,
            subject=draft.subject,
            text=draft.text,
            reply_text=draft.text,
            signature="",
            details={},
            raw_blob_id=send.raw_blob_id,
            at=now,
            state="processed",
            stored_at=now,
        )
        .on_conflict_do_nothing()
    )


async def give_up_claim(
    uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, claim_token: UUID, *, error: str
) -> None:
    """Nothing was handed over: the mail waits for the next try."""
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state in ("claimed", "sending") and send.claim_token == claim_token:
            send.state = "queued"
            send.handed_over_at = None
            send.last_error = error[:500]
            (await uow.session.get_one(DraftRow, send.draft_id)).state = DraftState.APPROVED.value


async def look_again(uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, *, at: datetime, now: datetime) -> None:
    """Asks for another look at `at` for a mail whose outcome is unknown.

    By a job of its own: the tries of one job are counted, and a mail whose worker died would be taken for one that
    kills every worker after the fifth look.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state == "sending":
            await request_send(uow, send, not_before=at, now=now)


async def return_to_queue(uows: UnitOfWorkFactory, org_id: OrgId, lost: NeedsProof, *, why: str) -> None:
    """Lets a mail be tried again that was being handed over and is now proven not to have left.

    Nothing changes where it has been handed over anew since it was looked for.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, lost.send_id, with_for_update=True)
        if _is_still(send, lost):
            send.state, send.claim_token, send.handed_over_at = "queued", None, None
            send.last_error = why[:500]
            (await uow.session.get_one(DraftRow, send.draft_id)).state = DraftState.APPROVED.value


def _is_still(send: SendRow, lost: NeedsProof) -> bool:
    return (
        send.state in ("queued", "sending")
        and send.claim_token == lost.claim_token
        and send.handed_over_at == lost.handed_over_at
    )


async def put_before_person(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    send_id: SendId,
    *,
    state: str,
    words: str,
    now: datetime,
    claim_token: UUID | None = None,
    lost: NeedsProof | None = None,
) -> None:
    """Ends the automatic tries: `failed` where the mail was refused, `outcome_unknown` where nobody can tell.

    Neither is ever repeated by itself. With a `claim_token` only that claim may say so, and with `lost` only of the
    hand-over that was looked for: a worker that was fenced off knows nothing of what the next one did.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state not in ("queued", "claimed", "sending"):
            return
        if claim_token is not None and send.claim_token != claim_token:
            return
        if lost is not None and not _is_still(send, lost):
            return
        if state == "failed" and send.handed_over_at is not None and claim_token is None:
            state = "outcome_unknown"
        await _to_person(uow, send, state=state, words=words, now=now)


async def _to_person(uow: UnitOfWork, send: SendRow, *, state: str, words: str, now: datetime) -> None:
    draft = await uow.session.get_one(DraftRow, send.draft_id)
    case = await uow.session.get_one(CaseRow, draft.case_id, with_for_update=True)
    send.state, send.last_error = state, words[:500]
    stop_waiting(send)
    draft.state = DraftState(state).value
    case.state = "with_person"
    await settle_items(uow, SendId(send.id), words="it is tried no more", now=now, kinds=(DELAYED,))
    # The row's state sees to it that this happens once; what a person has sent again may fail the same way again.
    cause = f"send:{state}:{new_id()}"
    await open_item(
        uow,
        kind=f"send_{state}",
        words=words,
        cause_key=cause,
        at=now,
        account_id=AccountId(draft.account_id),
        case_id=CaseId(case.id),
        facts={"send_id": str(send.id), "message_id": send.header_message_id},
    )
    await append_event(
        uow,
        kind=f"send_{state}",
        words=words,
        cause_key=cause,
        at=now,
        account_id=AccountId(draft.account_id),
        case_id=CaseId(case.id),
    )


def proof_is_overdue(handed_over_at: datetime, *, now: datetime, wait: timedelta) -> bool:
    """Whether the wait for a proof of sending is over."""
    return now >= handed_over_at + wait

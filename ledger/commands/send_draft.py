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
from ledger.commands.sending_waits import put_off, request_send, stop_waiting, wait_by_clock, wait_by_count
from ledger.model.draft import DraftState, DraftText
from ledger.model.message import Message
from ledger.model.sending import SendWait
from ledger.store.account_snapshot import account_snapshot
from ledger.store.blobs import BlobStore
from ledger.store.codec import decision_in
from ledger.store.mapping import to_message
from ledger.store.review_items import open_item
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
    """It was being handed over when its worker went away: look for it, by this Message-ID, before anything else."""

    send_id: SendId
    mailbox_id: MailboxId
    message_id: str
    handed_over_at: datetime


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
        if send.state == "sending":
            assert send.header_message_id is not None
            assert send.handed_over_at is not None
            return NeedsProof(send_id, MailboxId(send.mailbox_id), send.header_message_id, send.handed_over_at)
        if send.state == "known_sent":
            return KnownSent(send_id)
        if send.state not in ("queued", "claimed"):
            return NothingToSend(send.state)
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
        mailbox = await uow.session.get_one(MailboxRow, send.mailbox_id)
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


async def return_to_queue(uows: UnitOfWorkFactory, org_id: OrgId, send_id: SendId, *, why: str) -> None:
    """Lets a mail be tried again that was being handed over and is now proven not to have left."""
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state in ("sending", "outcome_unknown"):
            send.state, send.claim_token, send.handed_over_at = "queued", None, None
            send.last_error = why[:500]
            (await uow.session.get_one(DraftRow, send.draft_id)).state = DraftState.APPROVED.value


async def put_before_person(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    send_id: SendId,
    *,
    state: str,
    words: str,
    now: datetime,
    claim_token: UUID | None = None,
) -> None:
    """Ends the automatic tries: `failed` where the mail was refused, `outcome_unknown` where nobody can tell.

    Neither is ever repeated by itself. With a `claim_token` only that claim may say so: a worker that was fenced off
    knows nothing of what the next one did.
    """
    async with uows(org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id, with_for_update=True)
        if send.state not in ("queued", "claimed", "sending") or send.state == state:
            return
        if claim_token is not None and send.claim_token != claim_token:
            return
        if state == "failed" and send.state == "sending" and claim_token is None:
            state = "outcome_unknown"
        draft = await uow.session.get_one(DraftRow, send.draft_id)
        case = await uow.session.get_one(CaseRow, draft.case_id, with_for_update=True)
        send.state, send.last_error = state, words[:500]
        draft.state = DraftState(state).value
        case.state = "with_person"
        await open_item(
            uow,
            kind=f"send_{state}",
            words=words,
            cause_key=f"send:{state}:{send.id}:{send.attempts}",
            at=now,
            account_id=AccountId(draft.account_id),
            case_id=CaseId(case.id),
            facts={"send_id": str(send.id), "message_id": send.header_message_id},
        )
        await append_event(
            uow,
            kind=f"send_{state}",
            words=words,
            cause_key=f"send:{state}:{send.id}:{send.attempts}",
            at=now,
            account_id=AccountId(draft.account_id),
            case_id=CaseId(case.id),
        )


def proof_is_overdue(handed_over_at: datetime, *, now: datetime, wait: timedelta) -> bool:
    """Whether the wait for a proof of sending is over."""
    return now >= handed_over_at + wait


async def is_own_mail(uow: UnitOfWork, message_id: str) -> bool:
    """Whether this Message-ID is one that we send or sent: the copy in our own mailbox, not somebody's mail."""
    found = await uow.session.scalar(select(SendRow.id).where(SendRow.header_message_id == message_id))
    return found is not None

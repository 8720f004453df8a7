"""Keeps raw messages once, ties them to threads and customers, opens their cases and requests their processing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from core.errors import DulyError
from core.ids import AccountId, CaseId, MailboxId, MessageId, OrgId, new_id
from ledger.commands.tie_messages import tie_messages
from ledger.model.inbound import Identified, InboundMessage, Recorded
from ledger.model.job_request import ProcessInbound
from ledger.store.arrivals import Arrival, KeptMessage, TakenMeanwhile, add_arrivals, keeping, kept_messages
from ledger.store.blobs import BlobStore
from ledger.store.connections import move_cursor
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import TimelineEvent, append_events
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Looks at what is kept, while other workers store some of the same mails.
_MOST_LOOKS = 5


class MessageIdTaken(DulyError):
    """A mail whose Message-ID, and the one that we would give it instead, belong to other mails."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The place in a mailbox behind the last of the messages that are recorded."""

    mailbox_id: MailboxId
    cursor: str


@dataclass(frozen=True, slots=True)
class _Again:
    """A message that is kept already, and the mailbox that it came to this time."""

    kept: KeptMessage
    mailbox_id: MailboxId


@dataclass(frozen=True, slots=True)
class _New:
    """A message that is not kept yet, under the Message-ID that it is kept by."""

    message_id: MessageId
    case_id: CaseId
    message: InboundMessage


async def record_inbound_message(
    uows: UnitOfWorkFactory, blobs: BlobStore, org_id: OrgId, message: InboundMessage, *, now: datetime
) -> Recorded:
    """One message, as `record_inbound_messages`."""
    [recorded] = await record_inbound_messages(uows, blobs, org_id, [message], now=now)
    return recorded


async def record_inbound_messages(
    uows: UnitOfWorkFactory,
    blobs: BlobStore,
    org_id: OrgId,
    messages: Sequence[InboundMessage],
    *,
    now: datetime,
    reached: Reached | None = None,
) -> list[Recorded]:
    """Stores the messages, requests their runs and moves the cursor behind them, all in one transaction.

    Delivered twice, or to two mailboxes of the organisation, is stored once: the mailbox that it came to first has
    its case. A message that could not be read as one is kept as well, and goes to a person. Its case exists from here
    on, so that nothing that arrived can be forgotten. The answers come in the order of the messages.

    Raises:
        MessageIdTaken: of one of them; none is stored.
        TakenMeanwhile: other workers stored the same mails again and again; none is stored.
    """
    for _ in range(_MOST_LOOKS - 1):
        try:
            return await _record(uows, blobs, org_id, messages, reached, now)
        except TakenMeanwhile:
            continue
    return await _record(uows, blobs, org_id, messages, reached, now)


async def _record(
    uows: UnitOfWorkFactory,
    blobs: BlobStore,
    org_id: OrgId,
    messages: Sequence[InboundMessage],
    reached: Reached | None,
    now: datetime,
) -> list[Recorded]:
    async with uows(org_id) as uow:
        sorted_out = await _sort_out(uow, messages)
        new = [one for one in sorted_out if isinstance(one, _New)]
        await _store(uow, blobs, new, now)
        await _note_again(uow, [one for one in sorted_out if isinstance(one, _Again)], now)
        if reached is not None:
            await move_cursor(uow, reached.mailbox_id, reached.cursor, at=now)
    return [
        Recorded(one.message_id, is_new=True, case_id=one.case_id)
        if isinstance(one, _New)
        else Recorded(one.kept.message_id, is_new=False)
        for one in sorted_out
    ]


async def _sort_out(uow: UnitOfWork, messages: Sequence[InboundMessage]) -> list[_New | _Again]:
    """Which are new, and which came before, also among these."""
    kept = await kept_messages(uow, [header_id for message in messages for header_id in _header_ids(message)])
    sorted_out: list[_New | _Again] = []
    for message in messages:
        header_ids = _header_ids(message)
        same = [one for header_id in header_ids for one in kept.get(header_id, ()) if one.is_same(message)]
        if same:
            sorted_out.append(_Again(same[0], message.mailbox_id))
            continue
        free = next((header_id for header_id in header_ids if header_id not in kept), None)
        if free is None:
            raise MessageIdTaken(f"the Message-ID {message.header_message_id[:200]} belongs to other mails")
        new = _New(MessageId(new_id()), CaseId(new_id()), replace(message, header_message_id=free))
        kept[free] = [keeping(new.message_id, new.case_id, new.message)]
        sorted_out.append(new)
    return sorted_out


def _header_ids(message: InboundMessage) -> tuple[str, ...]:
    """The ids that it may be kept by. Another mail under an id that is taken gets one by what it says, or by its
    bytes (an earlier release did): using an id first makes nobody else's mail vanish."""
    own = message.header_message_id
    by_bytes = hashlib.sha256(message.raw).hexdigest()
    return own, *(f"{own}+{digest[:16]}@missing.duly" for digest in (message.content_digest, by_bytes))


async def _store(uow: UnitOfWork, blobs: BlobStore, new: Sequence[_New], now: datetime) -> None:
    if not new:
        return
    tied = await tie_messages(uow, [one.message for one in new], now=now)
    arrivals = [
        Arrival(one.message_id, one.case_id, tie.message, tie.identified, tie.conversation_id)
        for one, tie in zip(new, tied, strict=True)
    ]
    raw_blob_ids = await blobs.keep_all(uow, [one.message.raw for one in new], now)
    await add_arrivals(uow, arrivals, raw_blob_ids, now=now)
    await append_events(uow, [_received(one, now) for one in arrivals])
    await uow.request(
        *(ProcessInbound(uow.org_id, one.message_id, _lock(one.identified, one.message)) for one in arrivals)
    )


def _received(arrival: Arrival, now: datetime) -> TimelineEvent:
    message = arrival.message
    return TimelineEvent(
        kind="message_received",
        words=f"Mail from {message.sender or 'an unreadable sender'}: {message.subject[:200]}",
        cause_key=f"received:{arrival.message_id}",
        at=now,
        actor="customer",
        account_id=arrival.identified.account_id,
        case_id=arrival.case_id,
        facts={"message_id": str(arrival.message_id)},
    )


async def _note_again(uow: UnitOfWork, again: Sequence[_Again], now: datetime) -> None:
    """A mail that came to another mailbox as well says so in its history; once more to the same one is no news."""
    elsewhere = [one for one in again if one.kept.case_id is not None and one.mailbox_id != one.kept.mailbox_id]
    if not elsewhere:
        return
    rows = await uow.session.scalars(
        select(MailboxRow).where(MailboxRow.id.in_({one.mailbox_id for one in elsewhere}))
    )
    addresses = {row.id: row.address for row in rows}
    await append_events(
        uow,
        [
            TimelineEvent(
                kind="message_received_again",
                words=f"The same mail came to {addresses[one.mailbox_id]} as well",
                cause_key=f"received:{one.kept.message_id}:{one.mailbox_id}",
                at=now,
                actor="customer",
                account_id=one.kept.account_id,
                case_id=one.kept.case_id,
                facts={"message_id": str(one.kept.message_id), "mailbox_id": str(one.mailbox_id)},
            )
            for one in elsewhere
        ],
    )


def _lock(identified: Identified, message: InboundMessage) -> str:
    if identified.account_id is not None:
        return account_lock(identified.account_id)
    return f"sender:{hashlib.sha256(message.sender.encode()).hexdigest()[:32]}"


def account_lock(account_id: AccountId) -> str:
    """Jobs about one account run one after the other."""
    return f"account:{account_id}"

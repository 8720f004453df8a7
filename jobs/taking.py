"""Takes messages in: parses them, stores them together, and moves the mailbox's cursor with them."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from core.clock import Clock
from core.ids import MailboxId, OrgId
from integrations.ports.attachment_text import AttachmentReader
from integrations.ports.mailbox import IncomingMessage
from jobs.intake import parse, to_inbound
from jobs.mailboxes import Mailboxes
from jobs.sender_checks import SenderChecks
from ledger.commands.left_in_mailbox import record_too_large, record_unstorable
from ledger.commands.own_copy import take_own_copy
from ledger.commands.record_inbound_message import Reached, record_inbound_messages
from ledger.model.inbound import InboundMessage
from ledger.store.blobs import BlobStore
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.people import OrganisationRow
from ledger.store.unit_of_work import UnitOfWorkFactory

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taking:
    """What taking in needs."""

    uows: UnitOfWorkFactory
    blobs: BlobStore
    clock: Clock
    mailboxes: Mailboxes
    attachments: AttachmentReader
    checks: SenderChecks

    async def take(self, org_id: OrgId, mailbox_id: MailboxId, messages: Sequence[IncomingMessage]) -> int:
        """Stores the messages, in one transaction that also moves the cursor behind the last; how many were new.

        What cannot be stored, for whatever reason, is put before a person and left where it is: one mail never holds
        up those beside it.

        Raises:
            OperationalError, InterfaceError: the database is away; messages that are not stored come again.
        """
        return sum([await self._take(org_id, mailbox_id, run) for run in _runs(messages)])

    async def take_raw(self, org_id: OrgId, mailbox_id: MailboxId, raw: bytes) -> bool:
        """Stores one raw message, of no place in its mailbox; whether it was new."""
        return await self._store(org_id, mailbox_id, [raw], None) > 0

    async def _take(self, org_id: OrgId, mailbox_id: MailboxId, run: Sequence[IncomingMessage]) -> int:
        last = run[-1]
        reached = Reached(mailbox_id, last.cursor)
        try:
            if last.too_large_bytes:
                name, size = last.provider_id, last.too_large_bytes
                now = self.clock.now()
                await record_too_large(self.uows, org_id, reached, provider_id=name, size_bytes=size, now=now)
                return 0
            return await self._store(org_id, mailbox_id, [one.raw for one in run], reached)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(run) > 1:
                # The one at fault is found by halves; nothing of this run is stored yet.
                _log.warning("messages_taken_apart", mailbox_id=str(mailbox_id), messages=len(run))
                middle = len(run) // 2
                return sum([await self._take(org_id, mailbox_id, half) for half in (run[:middle], run[middle:])])
            _log.exception("message_not_stored", mailbox_id=str(mailbox_id))
            why, now = type(error).__name__, self.clock.now()
            await record_unstorable(self.uows, org_id, reached, provider_id=last.provider_id, why=why, now=now)
            return 0

    async def _store(
        self, org_id: OrgId, mailbox_id: MailboxId, raws: Sequence[bytes], reached: Reached | None
    ) -> int:
        read = await self._read(org_id, mailbox_id, raws)
        messages = await self._without_own(org_id, await self._addressed(org_id, mailbox_id, read))
        recorded = await record_inbound_messages(
            self.uows, self.blobs, org_id, messages, now=self.clock.now(), reached=reached
        )
        return sum(one.is_new for one in recorded)

    async def _read(self, org_id: OrgId, mailbox_id: MailboxId, raws: Sequence[bytes]) -> list[InboundMessage]:
        async with self.uows(org_id) as uow:
            secret = (await uow.session.get_one(OrganisationRow, org_id)).reply_secret
        now = self.clock.now()

        def read(raw: bytes) -> InboundMessage:
            parsed = parse(raw, self.attachments, self.checks)
            return to_inbound(parsed, raw, mailbox_id=mailbox_id, reply_secret=secret, now=now)

        # In a thread, one by one: a large message must not hold up this worker's heartbeat.
        return [await asyncio.to_thread(read, raw) for raw in raws]

    async def _addressed(
        self, org_id: OrgId, mailbox_id: MailboxId, messages: Sequence[InboundMessage]
    ) -> list[InboundMessage]:
        """The messages, each in the mailbox that it was written to."""
        found: dict[tuple[str, ...], MailboxId] = {}
        async with self.uows(org_id) as uow:
            for message in messages:
                to = (*message.recipients, *message.cc)
                if to not in found:
                    found[to] = await self.mailboxes.addressed(uow, mailbox_id, to)
        return [replace(one, mailbox_id=found[*one.recipients, *one.cc]) for one in messages]

    async def _without_own(self, org_id: OrgId, messages: Sequence[InboundMessage]) -> list[InboundMessage]:
        """Those that are not copies of what we send; a copy is the proof that its mail went out."""
        ids = {message.header_message_id for message in messages}
        async with self.uows(org_id) as uow:
            found = await uow.session.scalars(
                select(SendRow.header_message_id).where(SendRow.header_message_id.in_(ids))
            )
            sent = {one for one in found if one is not None}
        for header_id in sorted(sent):
            async with self.uows(org_id) as uow:
                await take_own_copy(uow, header_id, now=self.clock.now())
        return [message for message in messages if message.header_message_id not in sent]


def _runs(messages: Sequence[IncomingMessage]) -> Iterator[list[IncomingMessage]]:
    """The messages in their order: what can be stored together, and each that is too large by itself."""
    run: list[IncomingMessage] = []
    for message in messages:
        if not message.too_large_bytes:
            run.append(message)
            continue
        if run:
            yield run
        yield [message]
        run = []
    if run:
        yield run

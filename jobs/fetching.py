"""Fetches mail: one mailbox at a time across all workers, each message stored before the cursor moves past it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from core.clock import Clock
from core.errors import DulyError
from core.ids import MailboxId, OrgId
from integrations.ports.attachment_text import AttachmentReader
from integrations.ports.mailbox import IncomingMessage
from jobs.intake import parse, to_inbound
from jobs.mailboxes import ConnectedSource, Mailboxes
from jobs.sender_checks import SenderChecks
from ledger.commands.record_inbound_message import (
    record_inbound_message,
    record_too_large,
    record_unstorable,
)
from ledger.commands.send_draft import is_own_mail
from ledger.store.blobs import BlobStore
from ledger.store.connections import note_cursor
from ledger.store.tables.people import MailboxRow, OrganisationRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: Messages of one mailbox before the others get their turn.
BATCH = 200

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetching:
    """What fetching needs."""

    uows: UnitOfWorkFactory
    blobs: BlobStore
    clock: Clock
    mailboxes: Mailboxes
    attachments: AttachmentReader
    checks: SenderChecks

    async def fetch_all(self, org_id: OrgId, *, kinds: frozenset[str]) -> int:
        """One round over the organisation's mailboxes of these kinds; returns how many messages were new."""
        new = 0
        for connected in await self.mailboxes.sources(org_id):
            if connected.kind not in kinds:
                continue
            async with self.alone(connected.mailbox_id) as alone:
                if alone:
                    new += await self.fetch(org_id, connected)
        return new

    async def fetch(self, org_id: OrgId, connected: ConnectedSource) -> int:
        """Fetches one mailbox, at most `BATCH` messages; returns how many were new. Only inside `alone`."""
        new, error = 0, ""
        try:
            async for incoming in connected.source.fetch(connected.cursor, limit=BATCH):
                new += await self._take_or_report(org_id, connected.mailbox_id, incoming)
        except DulyError as failure:
            error = str(failure)
            _log.warning("mailbox_failing", mailbox_id=str(connected.mailbox_id), error=error)
        await self._note(org_id, connected.mailbox_id, error, self.clock.now())
        return new

    async def _take_or_report(self, org_id: OrgId, mailbox_id: MailboxId, incoming: IncomingMessage) -> bool:
        """Stores one message. What cannot be stored, for whatever reason, is put before a person and left where it
        is: one mail never holds up those behind it. A database that is away is another matter: the round ends."""
        try:
            return await self.take(org_id, mailbox_id, incoming)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            _log.exception("message_not_stored", mailbox_id=str(mailbox_id))
            await record_unstorable(
                self.uows,
                org_id,
                mailbox_id,
                provider_id=incoming.provider_id,
                cursor=incoming.cursor,
                why=type(error).__name__,
                now=self.clock.now(),
            )
            return False

    async def take(self, org_id: OrgId, mailbox_id: MailboxId, incoming: IncomingMessage) -> bool:
        """Stores one message and moves the cursor behind it; whether it was new."""
        now = self.clock.now()
        is_new = False
        if incoming.too_large_bytes:
            await record_too_large(
                self.uows,
                org_id,
                mailbox_id,
                provider_id=incoming.provider_id,
                size_bytes=incoming.too_large_bytes,
                now=now,
            )
        else:
            is_new = await self.take_raw(org_id, mailbox_id, incoming.raw)
        async with self.uows(org_id) as uow:
            (await uow.session.get_one(MailboxRow, mailbox_id)).source_cursor = incoming.cursor
            await note_cursor(uow, mailbox_id, at=now)
        return is_new

    async def take_raw(self, org_id: OrgId, mailbox_id: MailboxId, raw: bytes) -> bool:
        """Parses and stores one raw message; whether it was new."""
        now = self.clock.now()
        # In a thread: a large message must not hold up this worker's heartbeat.
        parsed = await asyncio.to_thread(parse, raw, self.attachments, self.checks)
        async with self.uows(org_id) as uow:
            secret = (await uow.session.get_one(OrganisationRow, org_id)).reply_secret
            message = to_inbound(parsed, raw, mailbox_id=mailbox_id, reply_secret=secret, now=now)
            if await is_own_mail(uow, message.header_message_id):
                return False
            mailbox_id = await self.mailboxes.addressed(uow, mailbox_id, (*message.recipients, *message.cc))
        message = replace(message, mailbox_id=mailbox_id)
        recorded = await record_inbound_message(self.uows, self.blobs, org_id, message, now=now)
        return recorded.is_new

    async def _note(self, org_id: OrgId, mailbox_id: MailboxId, error: str, now: datetime) -> None:
        async with self.uows(org_id) as uow:
            row = await uow.session.get_one(MailboxRow, mailbox_id)
            if error:
                row.failing_since = row.failing_since or now
                row.last_error = error[:500]
            else:
                row.fetched_at, row.failing_since, row.last_error = now, None, ""

    @asynccontextmanager
    async def alone(self, mailbox_id: MailboxId) -> AsyncIterator[bool]:
        """Whether this worker alone fetches the mailbox now. Storing is idempotent; this only avoids waste."""
        async with self.uows.sessions() as session:
            got = await session.scalar(
                text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"fetch:{mailbox_id}"}
            )
            yield bool(got)

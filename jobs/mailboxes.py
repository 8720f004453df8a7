"""Connected mailboxes as adapters: which one a row names is decided in `jobs.wiring`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from core.clock import Clock
from core.errors import DulyError, NotFound
from core.ids import MailboxId, OrgId
from integrations.ports.mailbox import MailSender, MailSource
from ledger.model.inbox import Inbox, inbox_of
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

_log = structlog.get_logger()

#: From a mailbox's settings, its address and its organisation.
SourceMaker = Callable[[dict[str, Any], str, OrgId], MailSource]
SenderMaker = Callable[[dict[str, Any], str, OrgId], MailSender]


@dataclass(frozen=True, slots=True)
class ConnectedSource:
    """A mailbox to fetch from, and where it stands."""

    mailbox_id: MailboxId
    kind: str
    source: MailSource
    cursor: str | None
    #: When it was last fetched to its end; None before the first time.
    fetched_at: datetime | None


class Mailboxes:
    """Keeps one adapter a mailbox and setting, so that connections and what they remember live on."""

    def __init__(
        self, uows: UnitOfWorkFactory, clock: Clock, make_source: SourceMaker, make_sender: SenderMaker
    ) -> None:
        self._uows = uows
        self._clock = clock
        self._make_source = make_source
        self._make_sender = make_sender
        self._sources: dict[MailboxId, tuple[dict[str, Any], MailSource]] = {}
        self._senders: dict[MailboxId, tuple[dict[str, Any], MailSender]] = {}

    async def sources(self, org_id: OrgId) -> list[ConnectedSource]:
        """The organisation's active mailboxes that mail is fetched from."""
        async with self._uows(org_id) as uow:
            rows = list(await uow.session.scalars(select(MailboxRow).where(MailboxRow.active.is_(True))))
        found: list[ConnectedSource] = []
        seen: set[Inbox] = set()
        for row in sorted(rows, key=lambda row: row.id):
            # Several addresses may share one folder or inbox: it is fetched once, and each mail finds its address.
            inbox = inbox_of(row.source, row.address)
            if inbox and inbox not in seen:
                seen.add(inbox)
                kind = str(row.source["kind"])
                try:
                    source = self._source(row)
                except DulyError as error:
                    _log.warning("mailbox_unusable", mailbox_id=str(row.id), error=str(error))
                    await self._note_unusable(org_id, row, str(error))
                    continue
                except Exception as error:  # settings that no adapter understands: one mailbox stops no other
                    _log.exception("mailbox_unusable", mailbox_id=str(row.id))
                    await self._note_unusable(org_id, row, _unusable(error))
                    continue
                found.append(ConnectedSource(MailboxId(row.id), kind, source, row.source_cursor, row.fetched_at))
        return found

    async def source(self, org_id: OrgId, mailbox_id: MailboxId) -> ConnectedSource | None:
        """One of `sources` as it stands now; None where it is not among them any more."""
        return next((one for one in await self.sources(org_id) if one.mailbox_id == mailbox_id), None)

    async def _note_unusable(self, org_id: OrgId, row: MailboxRow, error: str) -> None:
        async with self._uows(org_id) as uow:
            kept = await uow.session.get_one(MailboxRow, row.id)
            kept.failing_since = kept.failing_since or self._clock.now()
            kept.last_error = error[:500]

    async def addressed(self, uow: UnitOfWork, fetched_by: MailboxId, recipients: tuple[str, ...]) -> MailboxId:
        """The mailbox that a mail was written to, among those that share the source it was fetched from."""
        rows = list(await uow.session.scalars(select(MailboxRow).where(MailboxRow.active.is_(True))))
        inbox = next((inbox_of(row.source, row.address) for row in rows if row.id == fetched_by), None)
        for address in recipients:
            for row in rows:
                if row.address == address and inbox_of(row.source, row.address) == inbox:
                    return MailboxId(row.id)
        return fetched_by

    def _source(self, row: MailboxRow) -> MailSource:
        key = MailboxId(row.id)
        kept = self._sources.get(key)
        if kept is None or kept[0] != row.source:
            kept = (row.source, self._make_source(row.source, row.address, OrgId(row.org_id)))
            self._sources[key] = kept
        return kept[1]

    async def sender(self, org_id: OrgId, mailbox_id: MailboxId) -> MailSender:
        """How mail leaves this mailbox.

        Raises:
            NotFound: no such mailbox in this organisation, or it is disconnected, or has no way out.
        """
        async with self._uows(org_id) as uow:
            row = await uow.session.get(MailboxRow, mailbox_id)
        if row is None or not row.active or not row.sender.get("kind"):
            raise NotFound("sending mailbox", mailbox_id)
        kept = self._senders.get(mailbox_id)
        if kept is None or kept[0] != row.sender:
            kept = (row.sender, self._make_sender(row.sender, row.address, org_id))
            self._senders[mailbox_id] = kept
        return kept[1]


def _unusable(error: Exception) -> str:
    """For the mailbox's health. The error's own words may hold settings, and stay in the log."""
    is_missing = isinstance(error, KeyError)
    what = f"the setting {error} is missing" if is_missing else f"a setting is no good ({type(error).__name__})"
    return f"{what}; connect this mailbox again"

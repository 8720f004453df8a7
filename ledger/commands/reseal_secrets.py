"""Puts everything that is kept encrypted under today's first key, so that an older key may go."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.errors import NotConfigured
from core.ids import OrgId
from core.secrets import SecretBox
from ledger.store.org_scope import list_organisations
from ledger.store.tables.connections import OAuthGrantRow
from ledger.store.tables.people import MailboxRow
from ledger.store.tables.watches import MailboxWatchRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Rows of one transaction: a refresh that meets one of them waits no longer than these take.
BATCH = 100
_SEALED = "sealed_"


@dataclass(slots=True)
class ResealReport:
    """Secrets found, those of them that were put under the first key, and what lies under a key that is not here."""

    found: int = 0
    resealed: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def old_keys_may_go(self) -> bool:
        """Whether nothing needs an older key any more."""
        return not self.unreadable


async def reseal_secrets(uows: UnitOfWorkFactory, secrets: SecretBox, *, batch: int = BATCH) -> ResealReport:
    """Reseals the tokens of grants, and the passwords and watches of mailboxes, of all organisations, in small
    transactions.

    Every running process must know the new key by then (DULY_SECRET_KEY=new,old everywhere, started anew), or it
    could not read what is resealed here. May run twice, and beside the workers.
    """
    report = ResealReport()
    async with uows.sessions() as session, session.begin():
        organisations = [org_id for org_id, _ in await list_organisations(session)]
    for org_id in organisations:
        await _grants(uows, org_id, secrets, batch, report)
        await _mailboxes(uows, org_id, secrets, batch, report)
        await _watches(uows, org_id, secrets, batch, report)
    return report


async def _grants(
    uows: UnitOfWorkFactory, org_id: OrgId, secrets: SecretBox, batch: int, report: ResealReport
) -> None:
    after = UUID(int=0)
    while True:
        async with uows(org_id) as uow:
            statement = select(OAuthGrantRow).where(OAuthGrantRow.id > after).order_by(OAuthGrantRow.id)
            rows = list(await uow.session.scalars(statement.limit(batch).with_for_update()))
            for row in rows:
                name = f"grant {row.id}"
                row.sealed_refresh_token = _resealed(secrets, row.sealed_refresh_token, name, report)
                row.sealed_access_token = _resealed(secrets, row.sealed_access_token, name, report)
        if len(rows) < batch:
            return
        after = rows[-1].id


async def _mailboxes(
    uows: UnitOfWorkFactory, org_id: OrgId, secrets: SecretBox, batch: int, report: ResealReport
) -> None:
    # Mailboxes that share a source have it word for word alike, and must still have afterwards.
    done: dict[str, str] = {}
    after = UUID(int=0)
    while True:
        async with uows(org_id) as uow:
            rows = await _locked_mailboxes(uow, after, batch)
            for row in rows:
                name = f"mailbox {row.id}"
                row.source = _inside(secrets, row.source, name, report, done)
                row.sender = _inside(secrets, row.sender, name, report, done)
        if len(rows) < batch:
            return
        after = rows[-1].id


async def _watches(
    uows: UnitOfWorkFactory, org_id: OrgId, secrets: SecretBox, batch: int, report: ResealReport
) -> None:
    after = UUID(int=0)
    while True:
        async with uows(org_id) as uow:
            key = MailboxWatchRow.mailbox_id
            statement = select(MailboxWatchRow).where(key > after).order_by(key).limit(batch).with_for_update()
            rows = list(await uow.session.scalars(statement))
            for row in rows:
                name = f"watch of mailbox {row.mailbox_id}"
                row.sealed_secret = _resealed(secrets, row.sealed_secret, name, report)
        if len(rows) < batch:
            return
        after = rows[-1].mailbox_id


async def _locked_mailboxes(uow: UnitOfWork, after: UUID, batch: int) -> list[MailboxRow]:
    statement = select(MailboxRow).where(MailboxRow.id > after).order_by(MailboxRow.id)
    return list(await uow.session.scalars(statement.limit(batch).with_for_update()))


def _inside(
    secrets: SecretBox, settings: dict[str, Any], name: str, report: ResealReport, done: dict[str, str]
) -> dict[str, Any]:
    """The settings with every secret in them resealed, at whatever depth."""
    changed: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            changed[key] = _inside(secrets, value, name, report, done)
        elif key.startswith(_SEALED) and isinstance(value, str):
            if value not in done:
                done[value] = _resealed(secrets, value, name, report)
            changed[key] = done[value]
        else:
            changed[key] = value
    return changed


def _resealed(secrets: SecretBox, sealed: str, name: str, report: ResealReport) -> str:
    if not sealed:
        return sealed
    report.found += 1
    try:
        rotated = secrets.rotate(sealed)
    except NotConfigured:
        if name not in report.unreadable:
            report.unreadable.append(name)
        return sealed
    report.resealed += rotated != sealed
    return rotated

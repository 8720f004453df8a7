"""Makes an organisation, and connects its mailboxes."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.errors import NotFound
from core.ids import EntityId, MailboxId, OrgId, new_id
from ledger.store.org_scope import list_organisations
from ledger.store.tables.people import EntityRow, MailboxRow, OrganisationRow
from ledger.store.unit_of_work import UnitOfWorkFactory


async def ensure_organisation(
    uows: UnitOfWorkFactory,
    *,
    slug: str,
    name: str,
    language: str,
    country: str,
    time_zone: str,
    now: datetime,
) -> OrgId:
    """The organisation with this slug, made where there is none."""
    async with uows.sessions() as session, session.begin():
        known = dict((slug_, org) for org, slug_ in await list_organisations(session))
    if slug in known:
        return known[slug]
    org_id = OrgId(new_id())
    async with uows(org_id) as uow:
        uow.session.add(
            OrganisationRow(
                id=org_id,
                slug=slug,
                name=name,
                language=language,
                country=country,
                time_zone=time_zone,
                reply_secret=secrets.token_bytes(32),
                created_at=now,
            )
        )
    return org_id


async def connect_mailbox(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    *,
    entity_code: str,
    address: str,
    name: str,
    source: dict[str, Any],
    sender: dict[str, Any],
) -> MailboxId:
    """Connects a mailbox of an entity, or changes how it is connected; its cursor stays where the source does.

    Raises:
        NotFound: no entity with this code.
    """
    async with uows(org_id) as uow:
        entity = await uow.session.scalar(select(EntityRow.id).where(EntityRow.code == entity_code))
        if entity is None:
            raise NotFound("entity", entity_code)
        row = (await uow.session.scalars(select(MailboxRow).where(MailboxRow.address == address.lower()))).first()
        if row is None:
            row = MailboxRow(id=new_id(), address=address.lower(), entity_id=EntityId(entity))
            uow.session.add(row)
        elif row.source != source:
            row.source_cursor = None
        row.entity_id, row.name, row.source, row.sender, row.active = entity, name, source, sender, True
        await uow.session.flush()
        return MailboxId(row.id)

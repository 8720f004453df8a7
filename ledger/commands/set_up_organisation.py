"""Makes an organisation, and connects its mailboxes."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.errors import NotFound
from core.ids import EntityId, MailboxId, OrgId, new_id
from ledger.model.inbox import inbox_of
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
    """Connects a mailbox of an entity, or changes how it is connected.

    Its cursor stays where the inbox does, unless an earlier first day (`since`) is named: then it is read again.
    Addresses that share an inbox have one `source`, so that whichever is connected again mends all of them.

    Raises:
        NotFound: no entity with this code.
    """
    address = address.lower()
    async with uows(org_id) as uow:
        entity = await uow.session.scalar(select(EntityRow.id).where(EntityRow.code == entity_code))
        if entity is None:
            raise NotFound("entity", entity_code)
        rows = list(await uow.session.scalars(select(MailboxRow).order_by(MailboxRow.id).with_for_update()))
        row = next((row for row in rows if row.address == address), None)
        if row is None:
            row = MailboxRow(id=new_id(), address=address, entity_id=EntityId(entity), source={})
            uow.session.add(row)
        inbox = inbox_of(source, address)
        if inbox_of(row.source, address) != inbox:
            row.source_cursor = None
        sharing = [one for one in rows if one is not row and inbox and inbox_of(one.source, one.address) == inbox]
        shared = _shared([one.source for one in sharing], source)
        for one in (row, *sharing):
            if _begins_earlier(shared, one.source):
                one.source_cursor = None
            one.source = shared
        row.entity_id, row.name, row.sender, row.active = entity, name, sender, True
        row.sending_failing_since, row.sending_error = None, ""
        await uow.session.flush()
        return MailboxId(row.id)


def _shared(others: list[dict[str, Any]], source: dict[str, Any]) -> dict[str, Any]:
    """The `source` of all addresses of one inbox: as just named, what else the others had set, and the earliest of
    their first days."""
    merged = {key: value for other in others for key, value in other.items()} | source
    days = [str(one.get("since") or "") for one in (source, *others)]
    merged.pop("since", None)
    return merged | {"since": min(days)} if all(days) else merged


def _begins_earlier(source: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether it names an earlier first day (`YYYY-MM-DD`) than was named before; none means all mail."""
    named = str(before.get("since") or "")
    return bool(named) and str(source.get("since") or "") < named

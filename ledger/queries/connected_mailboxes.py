"""What the page for connecting mailboxes shows: the entities that one may belong to, and those that are connected."""

from dataclasses import dataclass

from sqlalchemy import select

from core.ids import MailboxId
from ledger.store.connections import Connection, connections
from ledger.store.tables.people import EntityRow
from ledger.store.unit_of_work import UnitOfWork

MOST_ENTITIES = 500


@dataclass(frozen=True, slots=True)
class EntityChoice:
    """An entity by its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ConnectedMailbox:
    """A mailbox as it is connected. `account` is who signed in for it; empty where nobody did."""

    mailbox_id: MailboxId
    address: str
    name: str
    kind: str
    entity_code: str
    account: str
    is_lapsed: bool
    #: Nobody signed in for it: an administrator allowed it.
    is_application: bool
    #: As they are set; empty where the usual ones hold.
    per_minute: str
    per_day: str


async def entity_choices(uow: UnitOfWork) -> tuple[EntityChoice, ...]:
    """By name, so many as a list can hold."""
    rows = await uow.session.scalars(select(EntityRow).order_by(EntityRow.name, EntityRow.code).limit(MOST_ENTITIES))
    return tuple(EntityChoice(row.code, row.name or row.code) for row in rows)


async def connected_mailboxes(uow: UnitOfWork) -> tuple[ConnectedMailbox, ...]:
    """The active ones, oldest first."""
    codes = {row.id: row.code for row in await uow.session.scalars(select(EntityRow))}
    return tuple(
        ConnectedMailbox(
            mailbox_id=MailboxId(one.mailbox.id),
            address=one.mailbox.address,
            name=one.mailbox.name,
            kind=str(one.mailbox.source.get("kind") or one.mailbox.sender.get("kind") or ""),
            entity_code=codes.get(one.mailbox.entity_id, ""),
            account=one.grant.subject if one.grant is not None else "",
            is_lapsed=_is_lapsed(one),
            is_application=one.mailbox.source.get("permission") == "application",
            per_minute=str(one.mailbox.sender.get("per_minute", "")),
            per_day=str(one.mailbox.sender.get("per_day", "")),
        )
        for one in await connections(uow)
    )


def _is_lapsed(one: Connection) -> bool:
    """Whether only a person can have it work again."""
    if one.grant_id is not None and (one.grant is None or one.grant.state != "active"):
        return True
    return one.mailbox.failing_since is not None and one.mailbox.sign_in_refused

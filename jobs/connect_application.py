"""Connects a mailbox that nobody signs in to: application permission (Microsoft), a service account (Google)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from core.errors import InvalidInput
from core.ids import MailboxId, OrgId
from integrations.oauth.providers import Provider
from integrations.ports.errors import TemporarilyUnavailable
from jobs.connect_grant import KINDS, NewMailbox, checked_since, with_labels, with_limits, with_since
from ledger.commands.set_up_organisation import connect_mailbox
from ledger.store.org_scope import list_organisations
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: A token, and one look into the mailbox.
TRY_SECONDS = 60.0

#: Opens a mailbox by its settings and its address, and looks into it.
TryMailbox = Callable[[dict[str, Any], str], Awaitable[None]]


async def connect_application(
    uows: UnitOfWorkFactory,
    try_mailbox: TryMailbox,
    org_id: OrgId,
    provider: Provider,
    address: str,
    mailbox: NewMailbox,
) -> MailboxId:
    """Connects it, or connects it again, after the provider has let us look into it; its cursor stays where it is.

    Raises:
        NotConfigured: what proves that we are the application is not set, or wrong.
        AuthExpired, Rejected: an administrator has not allowed it, or there is no such mailbox; nothing was kept.
        TemporarilyUnavailable, RateLimited: the provider could not be asked.
        InvalidInput: no day of the calendar.
        NotFound: no entity with this code.
    """
    since = checked_since(mailbox.since)
    settings: dict[str, Any] = {"kind": KINDS[provider], "permission": "application"}
    await _try(try_mailbox, settings, address)
    async with uows(org_id) as uow:
        before = await uow.session.scalar(select(MailboxRow).where(MailboxRow.address == address))
        source, sender = ({}, {}) if before is None else (before.source, before.sender)
    return await connect_mailbox(
        uows,
        org_id,
        entity_code=mailbox.entity_code,
        address=address,
        name=mailbox.name,
        source=with_since(with_labels(_kept(source, settings), mailbox), since),
        sender=with_limits(_kept(sender, settings), mailbox, sender),
    )


async def only_organisation(uows: UnitOfWorkFactory, org_id: OrgId) -> None:
    """The permission is the installation's, and opens every mailbox of its tenant: whoever administers one
    organisation of several must not reach another's by it.

    Raises:
        InvalidInput: there are several; whoever runs Duly connects such a mailbox.
    """
    async with uows.sessions() as session, session.begin():
        found = [one for one, _ in await list_organisations(session)]
    if found != [org_id]:
        raise InvalidInput(
            "this Duly works for several organisations: a mailbox without a sign-in is connected by whoever runs it "
            "(duly connect --application)"
        )


async def _try(try_mailbox: TryMailbox, settings: dict[str, Any], address: str) -> None:
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await try_mailbox(settings, address)
    except TimeoutError as error:
        raise TemporarilyUnavailable(f"{address}: no answer within {TRY_SECONDS:g} s; try again") from error


def _kept(before: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """The settings; with what else was set before, where it was the same connection."""
    is_same = all(before.get(name) == value for name, value in settings.items())
    return {**before, **settings} if is_same else dict(settings)

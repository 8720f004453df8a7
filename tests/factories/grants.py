"""Grants for tests: valid by default, showing what the test is about."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from conftest import NOW, Org
from cryptography.fernet import Fernet
from factories.token_server import TokenServerStandIn
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.clock import Clock
from core.secrets import SecretBox
from integrations.oauth.token_server import TokenServer
from jobs.token_refresh import Limits
from jobs.tokens import Grants
from ledger.store.connections import GivenGrant, GrantId, keep_grant, read_grant
from ledger.store.engine import session_factory, sqlalchemy_url
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.connections import OAuthGrantRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

KEY = Fernet.generate_key().decode()
SECRETS = SecretBox([KEY])


async def a_grant(
    uows: UnitOfWorkFactory,
    org: Org,
    *,
    refresh_token: str = "refresh-0",
    access_token: str = "access-0",
    minutes_left: float = -1,
    at: datetime = NOW,
    refresh_expires_at: datetime | None = None,
    provider: str = "google",
    secrets: SecretBox = SECRETS,
    connected: bool = False,
) -> GrantId:
    """A grant whose access token is over unless `minutes_left` says otherwise; `connected`: the mailbox names it."""
    given = GivenGrant(
        provider=provider,
        address=org.address,
        subject=org.address,
        scopes=("mail",),
        client_id="client-1",
        sealed_refresh_token=secrets.seal(refresh_token),
        sealed_access_token=secrets.seal(access_token),
        access_expires_at=at + timedelta(minutes=minutes_left),
        refresh_expires_at=refresh_expires_at,
        granted_by="Ann",
    )
    async with uows(org.org_id) as uow:
        grant_id = await keep_grant(uow, given, at=at)
        row = await read_grant(uow, grant_id)
        # It was given a while ago: a token that was only just made is not replaced.
        row.refreshed_at = at - timedelta(hours=1)
        if connected:
            mailbox = await uow.session.get_one(MailboxRow, org.mailbox_id)
            kind = "gmail" if provider == "google" else "outlook"
            mailbox.source = {"kind": kind, "grant_id": str(grant_id)}
            mailbox.sender = dict(mailbox.source)
    return grant_id


async def the_grant(uows: UnitOfWorkFactory, org: Org, grant_id: GrantId) -> OAuthGrantRow:
    """The grant as anyone else reads it now."""
    async with uows(org.org_id) as uow:
        return await read_grant(uow, grant_id)


def grants_of(
    uows: UnitOfWorkFactory,
    clock: Clock,
    server: TokenServerStandIn,
    *,
    limits: Limits | None = None,
    call_seconds: float = 5.0,
    secrets: SecretBox = SECRETS,
) -> Grants:
    """One process's tokens, with a memory of its own."""
    servers: Mapping[str, TokenServer] = {"google": TokenServer(server.client(), clock, call_seconds=call_seconds)}
    return Grants(uows, secrets, clock, servers, limits=limits)


@asynccontextmanager
async def separate_connections(urls: DatabaseUrls) -> AsyncIterator[UnitOfWorkFactory]:
    """Units of work that each have a connection of their own, as in as many processes."""
    engine = create_async_engine(sqlalchemy_url(urls.app), poolclass=NullPool)
    try:
        yield UnitOfWorkFactory(session_factory(engine))
    finally:
        await engine.dispose()

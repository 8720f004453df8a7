"""A process that asks for one token: `python refreshing_worker.py DATABASE TOKEN_URL KEY ORG GRANT NOW`."""

import asyncio
import sys
from datetime import datetime
from uuid import UUID

from core.clock import FixedClock
from core.ids import OrgId
from core.secrets import SecretBox
from integrations.oauth.providers import OAuthClient, Provider
from integrations.oauth.token_server import TokenServer
from jobs.tokens import Grants
from ledger.store.connections import GrantId
from ledger.store.engine import create_engine, session_factory
from ledger.store.unit_of_work import UnitOfWorkFactory


async def main(database: str, token_url: str, key: str, org: str, grant: str, now: str) -> None:
    clock = FixedClock(datetime.fromisoformat(now))
    client = OAuthClient(Provider.GOOGLE, "client-1", "", authorize_url=token_url, token_url=token_url)
    engine = create_engine(database, pool_size=2, connect_timeout=10, statement_timeout=30)
    uows = UnitOfWorkFactory(session_factory(engine))
    grants = Grants(uows, SecretBox([key]), clock, {"google": TokenServer(client, clock, call_seconds=60.0)})
    print(await grants.token(OrgId(UUID(org)), GrantId(UUID(grant))), flush=True)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

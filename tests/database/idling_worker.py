"""A worker that only waits for mail, and prints each news: `python idling_worker.py DATABASE KEY ORG`."""

import asyncio
import sys
from uuid import UUID

from core.clock import SystemClock
from core.ids import MailboxId, OrgId
from core.secrets import SecretBox
from jobs.idling import Idling
from jobs.mail_adapters import make_idle
from jobs.tokens import Grants
from ledger.store.engine import create_engine, session_factory
from ledger.store.unit_of_work import UnitOfWorkFactory


async def main(database: str, key: str, org: str) -> None:
    engine = create_engine(database, pool_size=2, connect_timeout=10, statement_timeout=30)
    uows = UnitOfWorkFactory(session_factory(engine))
    secrets = SecretBox([key])

    async def organisations() -> list[OrgId]:
        return [OrgId(UUID(org))]

    async def news(_org_id: OrgId, mailbox_id: MailboxId) -> None:
        print(mailbox_id, flush=True)

    idle = make_idle(secrets, Grants(uows, secrets, SystemClock(), {}))
    await Idling(uows, organisations, database, idle, news, round_seconds=0.2).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

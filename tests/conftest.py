"""A real PostgreSQL for every test that asks for it, and an organisation of its own for each test.

Tests share one migrated database; row-level security keeps them apart as it keeps customers apart.
"""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.clock import FixedClock
from core.ids import EntityId, MailboxId, OrgId, UserId, new_id
from core.settings import Settings
from jobs.deferrer import ProcrastinateDeferrer
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.queue import build_app
from jobs.wiring import open_duly
from ledger.store.engine import create_engine, session_factory
from ledger.store.local_server import DatabaseUrls, LocalServer
from ledger.store.tables.people import EntityRow, MailboxRow, OrganisationRow, UserRow
from ledger.store.unit_of_work import UnitOfWorkFactory

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Org:
    """An organisation with one entity, one mailbox and one collector, and nothing else."""

    org_id: OrgId
    entity_id: EntityId
    mailbox_id: MailboxId
    user_id: UserId
    address: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes begin first: whatever comes last, the others wait for."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/e2e/"))


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    folder = Path(tempfile.mkdtemp(prefix="duly-test-"))
    local = LocalServer(folder / "pg")
    local.start()
    yield local
    local.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def urls(server: LocalServer) -> DatabaseUrls:
    urls = server.urls("duly_test")
    migrate(urls.owner)
    return urls


@pytest.fixture(scope="session")
async def engine(urls: DatabaseUrls) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(urls.app, pool_size=5, connect_timeout=10, statement_timeout=30)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def uows(engine: AsyncEngine, urls: DatabaseUrls) -> AsyncIterator[UnitOfWorkFactory]:
    app = build_app(urls.app)
    async with app.open_async():
        yield UnitOfWorkFactory(session_factory(engine), ProcrastinateDeferrer(app))


async def make_org(uows: UnitOfWorkFactory, slug: str | None = None) -> Org:
    """A fresh organisation."""
    org_id, entity_id, mailbox_id, user_id = new_id(), new_id(), new_id(), new_id()
    slug = slug or f"org-{org_id.hex[-12:]}"
    address = f"ar@{slug}.example"
    async with uows(OrgId(org_id)) as uow:
        uow.session.add(
            OrganisationRow(
                id=org_id, slug=slug, name="Seller", language="en", country="GB", time_zone="Europe/London",
                reply_secret=b"s" * 32, undo_seconds=0, created_at=NOW,
            )
        )  # fmt: skip
        await uow.session.flush()
        uow.session.add(
            EntityRow(
                id=entity_id, org_id=org_id, code="main", name="Seller Ltd", base_currency="GBP", country="GB",
                email=address,
                bank_accounts=[{"holder": "Seller Ltd", "number": "GB33BUKB20201555555555", "routing": "BUKBGB22"}],
            )
        )  # fmt: skip
        uow.session.add(
            UserRow(id=user_id, org_id=org_id, email=f"ann@{slug}.example", name="Ann", role="admin", created_at=NOW)
        )
        await uow.session.flush()
        uow.session.add(
            MailboxRow(id=mailbox_id, org_id=org_id, entity_id=entity_id, address=address, name="Seller AR")
        )
    return Org(OrgId(org_id), EntityId(entity_id), MailboxId(mailbox_id), UserId(user_id), address)


@pytest.fixture
async def org(uows: UnitOfWorkFactory) -> Org:
    return await make_org(uows)


@pytest.fixture
async def other_org(uows: UnitOfWorkFactory) -> Org:
    return await make_org(uows)


@pytest.fixture(scope="session")
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
async def duly(
    urls: DatabaseUrls, clock: FixedClock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Duly]:
    """The whole house on the test database, with a clock that stands still."""
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": tmp_path_factory.mktemp("home")})
    async with open_duly(settings, urls, clock=clock, model="local") as duly:
        yield duly


@pytest.fixture(autouse=True)
def _back_to_now(clock: FixedClock) -> None:
    clock.move_to(NOW)

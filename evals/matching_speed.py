"""How many payments a second the matcher proposes for against a real PostgreSQL, and how that grows with the book.

Everything runs on one core, the database included. The payments are the same for every size of the book: first a
stream's own invoices are loaded, then those of further sellers with other customers and numbers are added.
"""

import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import text

from core.clock import SystemClock
from core.ids import OrgId, PaymentId
from core.settings import DatabaseSettings, Settings
from evals.matching_sellers import SellerLoader
from jobs.deferrer import ProcrastinateDeferrer
from jobs.migrate import migrate
from jobs.queue import build_app
from jobs.wiring import database_urls
from ledger.commands.apply_payments import apply_payments
from ledger.commands.propose_payments import BATCH, propose_payments
from ledger.commands.set_up_organisation import ensure_organisation
from ledger.store.engine import create_engine, session_factory
from ledger.store.unit_of_work import UnitOfWorkFactory

#: Invoices of one made seller; a larger book is several of them.
_SELLER = 100_000
#: Of several rounds the quickest counts for each batch: what others do on the machine only ever adds.
_ROUNDS = 5
#: Payments that are posted once all sizes are measured.
_POSTED = 200

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SpeedOfMatching:
    """Proposals with this many open invoices. Times are of the processor, Python's and the database's together, but
    for `wall_per_second`; memory is Python's highest."""

    open_invoices: int
    customers: int
    payments: int
    proposals_per_second: float
    wall_per_second: float
    #: As if the other were free: proposals a second of Python's time, and of its connection's process in PostgreSQL.
    python_per_second: float
    database_per_second: float
    p50_ms: float
    #: A payment of the slowest batch.
    slowest_ms: float
    peak_mib: float
    load_seconds: float


@dataclass(frozen=True, slots=True)
class PostingSpeed:
    """Proposing and posting together, one transaction a payment, against the largest book: by the processor, Python's
    and the database's together, and by the clock."""

    payments: int
    payments_per_second: float
    wall_per_second: float


@dataclass(frozen=True, slots=True)
class MatchingSpeeds:
    """By size of the book, smallest first."""

    proposing: Sequence[SpeedOfMatching]
    posting: PostingSpeed

    @property
    def growth(self) -> float:
        """What a payment costs against the largest book, over what it costs against the smallest."""
        return round(self.proposing[0].proposals_per_second / self.proposing[-1].proposals_per_second, 2)


def speeds_of_matching(sizes: Sequence[int], payments: int, say: Say) -> MatchingSpeeds:
    """One line for each size; the book grows from one to the next."""
    with one_core(), tempfile.TemporaryDirectory(prefix="duly-bench-") as folder:
        settings = Settings()
        settings.home = settings.home.model_copy(update={"home": Path(folder) / "home", "secret_key": None})
        settings.home.home.mkdir()
        settings.database = DatabaseSettings().model_copy(update={"url": None, "migrate_url": None})
        urls, server = database_urls(settings)
        try:
            migrate(urls.owner)
            return asyncio.run(_measure(urls.owner, urls.app, sorted(sizes), payments, say))
        finally:
            if server is not None:
                server.stop()


async def _measure(owner: str, app: str, sizes: Sequence[int], payments: int, say: Say) -> MatchingSpeeds:
    found: list[SpeedOfMatching] = []
    async with _ledger(app) as uows:
        org_id = await ensure_organisation(
            uows, slug="bench", name="Bench", language="en", country="", time_zone="UTC", now=SystemClock().now()
        )
        loader = SellerLoader(uows, org_id)
        waiting: list[PaymentId] = []
        for size in sizes:
            began = time.perf_counter()
            while loader.invoices < size:
                say(f"matching: {loader.invoices} of {size} open invoices are loaded")
                ids = await loader.add_seller(min(_SELLER, size - loader.invoices), 0 if waiting else payments)
                waiting = waiting or ids
            _analyse(owner)
            seconds = time.perf_counter() - began
            say(f"matching: proposing for {len(waiting)} payments against {size}")
            found.append(await _propose(uows, org_id, waiting, loader, seconds))
        return MatchingSpeeds(found, await _post(uows, org_id, waiting[:_POSTED]))


@asynccontextmanager
async def _ledger(app: str) -> AsyncIterator[UnitOfWorkFactory]:
    engine = create_engine(app, pool_size=2, connect_timeout=10, statement_timeout=600)
    queue = build_app(app)
    async with queue.open_async():
        try:
            yield UnitOfWorkFactory(session_factory(engine), ProcrastinateDeferrer(queue))
        finally:
            await engine.dispose()


async def _propose(
    uows: UnitOfWorkFactory, org_id: OrgId, waiting: Sequence[PaymentId], loader: SellerLoader, load_seconds: float
) -> SpeedOfMatching:
    """All payments, in batches as a worker takes them; each batch as in the quickest of some rounds."""
    rounds = [[await _batch(uows, org_id, batch) for batch in _batches(waiting, BATCH)] for _ in range(_ROUNDS)]
    best = [min(batch, key=lambda spent: spent.processor) for batch in zip(*rounds, strict=True)]
    each = sorted(
        1000 * one.processor / len(batch) for one, batch in zip(best, _batches(waiting, BATCH), strict=True)
    )
    whole = _sum(best)
    return SpeedOfMatching(
        loader.invoices,
        loader.customers,
        len(waiting),
        round(len(waiting) / whole.processor, 1),
        round(len(waiting) / whole.wall, 1),
        round(len(waiting) / whole.python, 1),
        round(len(waiting) / whole.database, 1),
        round(each[len(each) // 2], 2),
        round(each[-1], 2),
        round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        round(load_seconds, 1),
    )


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds: on the clock, of Python's processor time, and of the database's."""

    wall: float
    python: float
    database: float

    @property
    def processor(self) -> float:
        return self.python + self.database


def _sum(spent: Sequence[_Spent]) -> _Spent:
    return _Spent(sum(one.wall for one in spent), sum(one.python for one in spent), sum(o.database for o in spent))


async def _batch(uows: UnitOfWorkFactory, org_id: OrgId, batch: Sequence[PaymentId]) -> _Spent:
    async with uows(org_id) as uow:
        backend = psutil.Process(await uow.session.scalar(text("SELECT pg_backend_pid()")))
        before = backend.cpu_times()
        wall, python = time.perf_counter(), time.process_time()
        await propose_payments(uow, batch)
        wall, python = time.perf_counter() - wall, time.process_time() - python
        after = backend.cpu_times()
    return _Spent(wall, python, after.user + after.system - before.user - before.system)


def _batches(ids: Sequence[PaymentId], size: int) -> Iterator[Sequence[PaymentId]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


async def _post(uows: UnitOfWorkFactory, org_id: OrgId, ids: Sequence[PaymentId]) -> PostingSpeed:
    """Once only: what is posted stays posted."""
    before = await _of_the_database(uows, org_id)
    wall, python = time.perf_counter(), time.process_time()
    decided = await apply_payments(uows, org_id, ids, now=SystemClock().now())
    wall, python = time.perf_counter() - wall, time.process_time() - python
    after = await _of_the_database(uows, org_id)
    processor = python + sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
    return PostingSpeed(len(decided), round(len(decided) / processor, 1), round(len(decided) / wall, 1))


async def _of_the_database(uows: UnitOfWorkFactory, org_id: OrgId) -> dict[int, float]:
    """Processor seconds so far of each of our connections' processes in PostgreSQL, by process id."""
    async with uows(org_id) as uow:
        pids = await uow.session.scalars(text("SELECT pid FROM pg_stat_activity WHERE usename = current_user"))
        times = {pid: psutil.Process(pid).cpu_times() for pid in pids}
    return {pid: spent.user + spent.system for pid, spent in times.items()}


@contextmanager
def one_core() -> Iterator[None]:
    """This process, and all that it starts, on one core; as before on leaving."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _analyse(owner: str) -> None:
    """What autovacuum does sooner or later: the planner has to know how large the tables are."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for table in ("accounts", "payer_marks", "invoices", "credit_notes", "payments"):
            connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))

"""`make bench`: replies per second end to end with the local model, on one worker and on two.

Each run has a database and a home of its own: the sample company, its mails repeated under new Message-IDs in a
folder, and workers as processes of their own with one thread each. Counted is from the first mail stored to the last
case decided (stored, read, decided, drafted, queued). Before that, single replies are timed one by one.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from core.clock import SystemClock
from core.ids import CaseId, MailboxId, OrgId
from core.settings import DatabaseSettings, Settings
from evals.sample.generate import SamplePaths, write_sample
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.wiring import database_urls, open_duly
from ledger.commands.import_ledger import import_ledger
from ledger.commands.set_up_organisation import connect_mailbox, ensure_organisation
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import EntityRow, MailboxRow

_MESSAGE_ID = re.compile(rb"^Message-ID:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_LONGEST_SECONDS = 300.0
_SINGLE = 60


def main() -> None:
    """Prints the figures as one JSON object; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=300, help="mails a run")
    parser.add_argument("--runs", type=int, default=1, help="runs with each number of workers; the median counts")
    arguments = parser.parse_args()
    runs: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for number in range(arguments.runs):
        # Pairwise, so that a machine that drifts drifts under both.
        for workers in (1, 2):
            _say(f"run {number + 1}: {workers} worker(s), {arguments.replies} replies ...")
            runs[workers].append(_run(workers, arguments.replies))
    one, two = (statistics.median(r["replies_per_second"] for r in runs[n]) for n in (1, 2))
    print(
        json.dumps(
            {
                "machine": {"cores": os.cpu_count(), "python": sys.version.split()[0]},
                "replies": arguments.replies,
                "one_worker": _summary(runs[1]),
                "two_workers": _summary(runs[2]),
                "two_over_one": round(two / one, 2),
            },
            indent=2,
        )
    )


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: round(statistics.median(run[key] for run in runs), 1) for key in runs[0]}


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _run(workers: int, replies: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="duly-bench-") as folder:
        settings = Settings()
        settings.home = settings.home.model_copy(update={"home": Path(folder) / "home", "secret_key": None})
        settings.home.home.mkdir()
        settings.database = DatabaseSettings().model_copy(update={"url": None, "migrate_url": None})
        urls, server = database_urls(settings)
        try:
            migrate(urls.owner)
            return asyncio.run(_measure(settings, urls, Path(folder), workers, replies))
        finally:
            if server is not None:
                server.stop()


async def _measure(
    settings: Settings, urls: DatabaseUrls, folder: Path, workers: int, replies: int
) -> dict[str, Any]:
    async with open_duly(settings, urls, clock=SystemClock(), model="local") as duly:
        sample = write_sample(folder / "sample", SystemClock().now().date())
        org_id, inbox = await _set_up(duly, sample, folder)
        mails = await asyncio.to_thread(_mails, sample)
        single = await _time_single(duly, org_id, mails)
        before = await _done(duly, org_id)
        await asyncio.to_thread(_fill, inbox, mails, replies)
        with _workers(settings, workers) as processes:
            await _wait(duly, org_id, before + replies)
            peaks = [_peak_mib(process.pid) for process in processes]
        seconds = await _seconds(duly, org_id)
    return {
        "replies_per_second": replies / seconds,
        "single_ms_p50": statistics.median(single),
        "single_ms_p99": sorted(single)[int(len(single) * 0.99)],
        "peak_mib_a_worker": max(peaks),
    }


async def _set_up(duly: Duly, sample: SamplePaths, folder: Path) -> tuple[OrgId, Path]:
    org_id = await ensure_organisation(
        duly.uows, slug="bench", name="Bench", language="en", country="", time_zone="UTC", now=duly.clock.now()
    )
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(sample.ledger.iterdir())}
    await import_ledger(duly.uows, org_id, files, actor="bench", now=duly.clock.now())
    inbox = folder / "inbox"
    inbox.mkdir()
    async with duly.uows(org_id) as uow:
        entities = list(await uow.session.scalars(select(EntityRow)))
    for entity in entities:
        await connect_mailbox(
            duly.uows, org_id, entity_code=entity.code, address=entity.email, name=entity.name,
            source={"kind": "folder", "path": str(inbox)}, sender={"kind": "folder", "path": str(folder / "outbox")},
        )  # fmt: skip
    return org_id, inbox


def _mails(sample: SamplePaths) -> list[bytes]:
    return [path.read_bytes() for path in sample.mailbox]


def _renamed(raw: bytes, number: int) -> bytes:
    """The same mail under another Message-ID: another message."""
    return _MESSAGE_ID.sub(f"Message-ID: <bench-{number:06}@bench.example>".encode(), raw, count=1)


def _fill(inbox: Path, mails: list[bytes], replies: int) -> None:
    for number in range(replies):
        (inbox / f"{number:06}.eml").write_bytes(_renamed(mails[number % len(mails)], number))


async def _time_single(duly: Duly, org_id: OrgId, mails: list[bytes]) -> list[float]:
    """Milliseconds from raw bytes to the queue, one reply after the other, in this process."""
    async with duly.uows(org_id) as uow:
        mailbox_id = (await uow.session.scalars(select(MailboxRow.id).limit(1))).one()
    found: list[float] = []
    for number in range(_SINGLE):
        raw = _renamed(mails[number % len(mails)], 10_000_000 + number)
        started = time.perf_counter()
        await duly.fetching.take_raw(org_id, MailboxId(mailbox_id), raw)
        async with duly.uows(org_id) as uow:
            case_id = await uow.session.scalar(select(CaseRow.id).order_by(CaseRow.id.desc()).limit(1))
        assert case_id is not None
        await duly.runner.run(org_id, CaseId(case_id))
        found.append((time.perf_counter() - started) * 1000)
    # The queue holds jobs for what was run here: they find nothing left to do.
    async with duly.queue.connector.pool.connection() as connection:  # type: ignore[attr-defined]
        await connection.execute("DELETE FROM procrastinate_jobs")
    return found[5:]


@contextmanager
def _workers(settings: Settings, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    environment = {**os.environ, "DULY_HOME": str(settings.home.home), "OMP_NUM_THREADS": "1"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "cli.main", "worker"]
    processes = [subprocess.Popen(command, env=environment) for _ in range(number)]  # noqa: S603 - our own command
    try:
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=30)


async def _done(duly: Duly, org_id: OrgId) -> int:
    async with duly.uows(org_id) as uow:
        return await uow.session.scalar(select(func.count()).where(CaseRow.state != "running")) or 0


async def _wait(duly: Duly, org_id: OrgId, wanted: int) -> None:
    started = time.monotonic()
    while (done := await _done(duly, org_id)) < wanted:
        if time.monotonic() - started > _LONGEST_SECONDS:
            raise SystemExit(f"only {done} of {wanted} replies were worked on in {_LONGEST_SECONDS:.0f} s")
        await asyncio.sleep(0.2)


async def _seconds(duly: Duly, org_id: OrgId) -> float:
    """From the first mail of the folder stored to the last event of any case."""
    async with duly.uows(org_id) as uow:
        first: datetime | None = await uow.session.scalar(
            select(func.min(MessageRow.stored_at)).where(MessageRow.header_message_id.like("bench-______@%"))
        )
        last: datetime | None = await uow.session.scalar(select(func.max(TimelineEventRow.at)))
    assert first is not None
    assert last is not None
    return (last - first).total_seconds()


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()

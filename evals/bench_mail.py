"""`make bench-mail`: messages ingested a second and peak memory, through IMAP into a real database.

A database and a home of its own, and the sample company's mails under new Message-IDs. The mailbox is our stand-in
(`evals/imap_stand_in.py`), in a process of its own: mail-devel takes some twenty messages a second, and to fill it
would take as long as to read it. Counted is what `jobs/fetching.py` does, in this process: fetch, take apart, store,
ask for the work that follows, and move the cursor. The work that follows is not done here; `make bench` times that.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, select

from core.clock import SystemClock
from core.ids import OrgId
from core.settings import DatabaseSettings, Settings
from evals.imap_stand_in import Folder, ImapStandIn, start
from evals.sample.generate import SamplePaths, write_sample
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.wiring import database_urls, open_duly
from ledger.commands.import_ledger import import_ledger
from ledger.commands.set_up_organisation import connect_mailbox, ensure_organisation
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import EntityRow, MailboxRow

_MESSAGE_ID = re.compile(rb"^Message-ID:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_KINDS = frozenset({"imap"})
#: So many messages are timed together, to show whether the last come as fast as the first.
_STRETCH = 2_000
#: Rounds without a new message after which something is wrong.
_MOST_IDLE_ROUNDS = 3
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class MailSpeed:
    """One run. Memory is of the process that fetches: before it began, and its highest; so is the processor's time,
    which a busy machine changes less than what the clock says."""

    messages: int
    mib_of_mail: float
    seconds: float
    messages_per_second: float
    processor_ms_a_message: float
    first_stretch_per_second: float
    last_stretch_per_second: float
    mib_before: float
    peak_mib: float
    stored_again_on_a_second_pass: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures as one JSON object and, on stderr, in words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, help="messages in the mailbox")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        asyncio.run(_serve(options.serve, options.messages))
        return
    speed = _run(options.messages)
    figures = {"machine": {"cores": os.cpu_count(), "python": sys.version.split()[0]}, **asdict(speed)}
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    _say(as_text(speed))


def as_text(speed: MailSpeed) -> str:
    """The figures in words."""
    return (
        f"{speed.messages:,} messages ({speed.mib_of_mail:.0f} MiB) in {speed.seconds:.0f} s: "
        f"{speed.messages_per_second:.0f} a second, the first {speed.first_stretch_per_second:.0f}, the last "
        f"{speed.last_stretch_per_second:.0f}; {speed.processor_ms_a_message:.1f} ms of the processor each. "
        f"Peak memory {speed.peak_mib:.0f} MiB, {speed.mib_before:.0f} before. "
        f"Stored twice when all is read again: {speed.stored_again_on_a_second_pass}."
    )


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def _run(messages: int) -> MailSpeed:
    with tempfile.TemporaryDirectory(prefix="duly-bench-mail-") as folder:
        settings = Settings()
        settings.home = settings.home.model_copy(update={"home": Path(folder) / "home", "secret_key": None})
        settings.home.home.mkdir()
        settings.database = DatabaseSettings().model_copy(update={"url": None, "migrate_url": None})
        sample = write_sample(Path(folder) / "sample", SystemClock().now().date())
        urls, server = database_urls(settings)
        try:
            migrate(urls.owner)
            with _mailbox(sample, messages) as port:
                return asyncio.run(_measure(settings, urls, sample, port, messages))
        finally:
            if server is not None:
                server.stop()


# The mailbox


@contextmanager
def _mailbox(sample: SamplePaths, messages: int) -> Iterator[int]:
    """The port of the stand-in, in a process of its own."""
    command = [sys.executable, "-m", "evals.bench_mail", "--messages", str(messages)]
    serve = ["--serve", str(sample.mailbox[0].parent)]
    process = subprocess.Popen([*command, *serve], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=30)


async def _serve(folder: Path, messages: int) -> None:
    mails = [path.read_bytes() for path in await asyncio.to_thread(_files, folder)]
    stand_in = ImapStandIn(Folder(range(1, messages + 1), raw=lambda uid: renamed(mails[uid % len(mails)], uid)))
    serving = await start(stand_in)
    sys.stdout.write(f"{serving.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with serving:
        await serving.serve_forever()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".eml")


def renamed(raw: bytes, number: int) -> bytes:
    """The same mail under another Message-ID: another message."""
    return _MESSAGE_ID.sub(f"Message-ID: <bench-{number:06}@bench.example>".encode(), raw, count=1)


# The measuring


async def _measure(
    settings: Settings, urls: DatabaseUrls, sample: SamplePaths, port: int, messages: int
) -> MailSpeed:
    async with open_duly(settings, urls, clock=SystemClock(), model="local") as duly:
        org_id = await _set_up(duly, sample, port)
        before, began, worked = _memory_mib("VmRSS"), time.perf_counter(), time.process_time()
        marks = await _ingest(duly, org_id, messages)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        stored = await _stored(duly, org_id)
        if stored != messages:
            raise SystemExit(f"{stored} of {messages} messages were stored")
        again = await _second_pass(duly, org_id)
        raws = [path.stat().st_size for path in sample.mailbox]
    return MailSpeed(
        messages=messages,
        mib_of_mail=messages * sum(raws) / len(raws) / _MIB,
        seconds=seconds,
        messages_per_second=messages / seconds,
        processor_ms_a_message=1000 * worked / messages,
        first_stretch_per_second=_pace(marks[:2]),
        last_stretch_per_second=_pace(marks[-2:]),
        mib_before=before,
        peak_mib=_memory_mib("VmHWM"),
        stored_again_on_a_second_pass=again,
    )


async def _set_up(duly: Duly, sample: SamplePaths, port: int) -> OrgId:
    org_id = await ensure_organisation(
        duly.uows, slug="bench", name="Bench", language="en", country="", time_zone="UTC", now=duly.clock.now()
    )
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(sample.ledger.iterdir())}
    await import_ledger(duly.uows, org_id, files, actor="bench", now=duly.clock.now())
    async with duly.uows(org_id) as uow:
        entities = list(await uow.session.scalars(select(EntityRow)))
    source = {
        "kind": "imap", "host": "127.0.0.1", "port": port, "security": "plain", "user": "bench",
        "sealed_password": duly.secrets.seal("bench"),
    }  # fmt: skip
    for entity in entities:
        await connect_mailbox(
            duly.uows,
            org_id,
            entity_code=entity.code,
            address=entity.email,
            name=entity.name,
            source=source,
            sender={},
        )
    return org_id


async def _ingest(duly: Duly, org_id: OrgId, messages: int) -> list[tuple[float, int]]:
    """Fetches until all are there; returns when how many were, at each stretch."""
    marks, new, idle = [(time.perf_counter(), 0)], 0, 0
    while new < messages:
        got = await duly.fetching.fetch_all(org_id, kinds=_KINDS)
        idle = 0 if got else idle + 1
        if idle > _MOST_IDLE_ROUNDS:
            raise SystemExit(f"no more mail came after {new} of {messages} messages")
        new += got
        if new - marks[-1][1] >= min(_STRETCH, max(1, messages // 2)) or new >= messages:
            marks.append((time.perf_counter(), new))
            _say(f"{new} of {messages} ...")
    return marks


async def _second_pass(duly: Duly, org_id: OrgId) -> int:
    """How many messages of one round are stored again when a mailbox is read from its beginning once more."""
    async with duly.uows(org_id) as uow:
        for row in await uow.session.scalars(select(MailboxRow)):
            row.source_cursor = None
    return await duly.fetching.fetch_all(org_id, kinds=_KINDS)


async def _stored(duly: Duly, org_id: OrgId) -> int:
    async with duly.uows(org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(MessageRow)) or 0


def _pace(marks: Sequence[tuple[float, int]]) -> float:
    (began, first), (ended, last) = marks[0], marks[-1]
    return (last - first) / (ended - began) if ended > began else 0.0


def _memory_mib(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()

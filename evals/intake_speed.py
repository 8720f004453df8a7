"""Messages taken in a second and peak memory, through IMAP into a real database.

The mailbox is our stand-in (`evals/imap_stand_in.py`), in a process of its own: mail-devel takes some twenty messages
a second, and to fill it would take as long as to read it. Counted is what `jobs/fetching.py` does, in this process:
fetch, take apart, store, ask for the work that follows, and move the cursor.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from core.clock import SystemClock
from core.ids import OrgId
from evals.imap_stand_in import Folder, ImapStandIn, start
from evals.mail_house import MailHouse, mail_house, mails_of, renamed, say, set_up
from jobs.duly import Duly
from jobs.wiring import open_duly
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow

_KINDS = frozenset({"imap"})
#: So many messages are timed together, to show whether the last come as fast as the first.
STRETCH = 2_000
#: Rounds without a new message after which something is wrong.
_MOST_IDLE_ROUNDS = 3
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class IntakeSpeed:
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


def measure_intake(messages: int) -> IntakeSpeed:
    """Takes in so many messages, in a house of its own.

    Raises:
        SystemExit: not all of them were stored.
    """
    with mail_house() as house, _mailbox(house, messages) as port:
        return asyncio.run(_measure(house, port, messages))


# The mailbox


@contextmanager
def _mailbox(house: MailHouse, messages: int) -> Iterator[int]:
    """The port of the stand-in, in a process of its own."""
    folder = house.sample.mailbox[0].parent
    command = [sys.executable, "-m", "evals.intake_speed", "--messages", str(messages), "--serve", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=30)


async def _serve(folder: Path, messages: int) -> None:
    mails = await asyncio.to_thread(mails_of, folder)
    stand_in = ImapStandIn(Folder(range(1, messages + 1), raw=lambda uid: renamed(mails[uid % len(mails)], uid)))
    serving = await start(stand_in)
    sys.stdout.write(f"{serving.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with serving:
        await serving.serve_forever()


# The measuring


async def _measure(house: MailHouse, port: int, messages: int) -> IntakeSpeed:
    async with open_duly(house.settings, house.urls, clock=SystemClock(), model="local") as duly:
        org_id = await set_up(duly, house.sample, port)
        before, began, worked = _memory_mib("VmRSS"), time.perf_counter(), time.process_time()
        marks = await _take_in(duly, org_id, messages)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        stored = await _stored(duly, org_id)
        if stored != messages:
            raise SystemExit(f"{stored} of {messages} messages were stored")
        again = await _second_pass(duly, org_id)
    raws = [path.stat().st_size for path in house.sample.mailbox]
    return IntakeSpeed(
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


async def _take_in(duly: Duly, org_id: OrgId, messages: int) -> list[tuple[float, int]]:
    """Fetches until all are there; returns when how many were, at each stretch."""
    marks, new, idle = [(time.perf_counter(), 0)], 0, 0
    while new < messages:
        got = await duly.fetching.fetch_all(org_id, kinds=_KINDS)
        idle = 0 if got else idle + 1
        if idle > _MOST_IDLE_ROUNDS:
            raise SystemExit(f"no more mail came after {new} of {messages} messages")
        new += got
        if new - marks[-1][1] >= min(STRETCH, max(1, messages // 2)) or new >= messages:
            marks.append((time.perf_counter(), new))
            say(f"{new} of {messages} ...")
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
    _parser = argparse.ArgumentParser(description="the stand-in's own process")
    _parser.add_argument("--messages", type=int, required=True)
    _parser.add_argument("--serve", type=Path, required=True)
    _options = _parser.parse_args()
    asyncio.run(_serve(_options.serve, _options.messages))

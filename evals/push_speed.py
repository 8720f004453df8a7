"""Seconds from a push to a case on the queue: API and worker in processes of their own, as they are installed.

All on the way is the product's: the door for pushes, the job, the fetch over IMAP, reading, deciding, drafting, the
approval. Played are the mailbox (`evals/imap_stand_in.py`, in this process) and the provider that pushes: over HTTP
it is a notice as Microsoft Graph sends them, for a mailbox whose mail then comes over IMAP.
"""

import asyncio
import math
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlalchemy import func, select

from core.clock import SystemClock
from core.ids import MailboxId, OrgId
from evals.imap_stand_in import CAPABILITIES, Folder, ImapStandIn, start
from evals.mail_house import MailHouse, header_id, mail_house, renamed, say, set_up
from jobs.duly import Duly
from jobs.wiring import open_duly
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.user import Role
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow
from ledger.store.watches import StandingWatch, keep_watch

_HOST = "127.0.0.1"
_REFERENCE, _SECRET = "bench-subscription", secrets.token_urlsafe(24)
#: The first mails load the reader, and are not counted.
_WARM_UP = 3
_LOOK_SECONDS = 0.02
_START_SECONDS = 120.0
#: A case that takes longer is a failure of the bench.
_LONGEST_SECONDS = 180.0
_STATES = {"awaiting_approval": "approval", "with_person": "person"}


@dataclass(frozen=True, slots=True)
class PushSpeed:
    """One way to hear of mail. `p50`, `p99` and `slowest` are seconds, of mails that came before a person:
    `approvals` on the queue, `with_person` in review. What needs nobody (an out-of-office, say) is counted and not
    timed."""

    way: str
    mails: int
    approvals: int
    with_person: int
    needs_nobody: int
    p50: float
    p99: float
    slowest: float


def measure_pushes(mails: int) -> list[PushSpeed]:
    """The ways, each with so many mails, in a house of its own.

    Raises:
        SystemExit: a mail did not come, or no process answered.
    """
    found: list[PushSpeed] = []
    for idles, at_once, way in (
        (False, False, "HTTP push, one mail at a time"),
        (True, False, "IMAP IDLE, one mail at a time"),
        (False, True, "HTTP push, all mails at once"),
    ):
        with mail_house() as house:
            found.append(asyncio.run(_measure(house, way, mails, idles=idles, at_once=at_once)))
        say(f"{found[-1].way}: p50 {found[-1].p50:.2f} s, p99 {found[-1].p99:.2f} s")
    return found


def percentile(seconds: Sequence[float], percent: int) -> float:
    """By nearest rank; 0 of nothing."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


@dataclass(slots=True)
class _Bench:
    """What a measurement needs at hand."""

    duly: Duly
    org_id: OrgId
    mailbox_id: MailboxId
    uids: list[int]
    http: httpx.AsyncClient
    pushes: bool

    async def _push(self, times: int) -> None:
        notice = {"subscriptionId": _REFERENCE, "clientState": _SECRET, "changeType": "created"}
        for _ in range(times):
            answer = await self.http.post("/v1/push/outlook", json={"value": [notice]})
            answer.raise_for_status()

    async def _watch(self) -> None:
        """The worker forgets what no provider of the mailbox's kind can have given, so it is given again."""
        now = self.duly.clock.now()
        sealed = self.duly.secrets.seal(_SECRET)
        watch = StandingWatch(_REFERENCE, sealed, "bench", now, now + timedelta(days=2))
        async with self.duly.uows(self.org_id) as uow:
            await keep_watch(uow, self.mailbox_id, watch, at=now)

    async def _done(self, numbers: Sequence[int]) -> dict[int, str]:
        """Of these mails those whose case is no longer being worked on, and its state."""
        wanted = {header_id(number): number for number in numbers}
        async with self.duly.uows(self.org_id) as uow:
            rows = await uow.session.execute(
                select(MessageRow.header_message_id, CaseRow.state)
                .join(CaseRow, CaseRow.message_id == MessageRow.id)
                .where(MessageRow.header_message_id.in_(wanted), CaseRow.state != "running")
            )
            return {wanted[key]: state for key, state in rows}

    async def time(self, numbers: Sequence[int]) -> dict[int, tuple[float, str]]:
        """Puts these mails into the mailbox, tells of each and waits for their cases; the state of each, and the
        seconds since telling began."""
        if self.pushes:
            await self._watch()
        found: dict[int, tuple[float, str]] = {}
        began = time.perf_counter()
        self.uids += numbers
        async with asyncio.TaskGroup() as group:
            if self.pushes:
                group.create_task(self._push(len(numbers)))
            while left := [number for number in numbers if number not in found]:
                done = await self._done(left)
                after = time.perf_counter() - began
                found |= {number: (after, state) for number, state in done.items()}
                if after > _LONGEST_SECONDS + len(numbers):
                    raise SystemExit(f"{len(left)} of {len(numbers)} mails were not worked on in time")
                await asyncio.sleep(_LOOK_SECONDS)
        return found


async def _measure(house: MailHouse, way: str, mails: int, *, idles: bool, at_once: bool) -> PushSpeed:
    async with _bench(house, idles=idles) as bench:
        for number in range(1, 1 + _WARM_UP):
            await bench.time([number])
        numbers = range(1 + _WARM_UP, 1 + _WARM_UP + mails)
        found: dict[int, tuple[float, str]] = {}
        for some in [numbers] if at_once else [[number] for number in numbers]:
            found |= await bench.time(some)
        await _all_shown(bench)
    states = Counter(_STATES.get(state, "nobody") for _, state in found.values())
    seconds = [after for after, state in found.values() if state in _STATES]
    return PushSpeed(
        way=way,
        mails=mails,
        approvals=states["approval"],
        with_person=states["person"],
        needs_nobody=states["nobody"],
        p50=percentile(seconds, 50),
        p99=percentile(seconds, 99),
        slowest=max(seconds, default=0.0),
    )


async def _all_shown(bench: _Bench) -> None:
    """That the API shows what awaits approval; a draft that another mail of its customer made stale is written anew
    meanwhile."""
    until = time.monotonic() + _START_SECONDS
    while (shown := await _shown(bench)) != (waiting := await _waiting(bench)):
        if time.monotonic() > until:
            raise SystemExit(f"/v1/approvals shows {shown} approvals, and {waiting} cases await one")
        await asyncio.sleep(0.5)


async def _waiting(bench: _Bench) -> int:
    async with bench.duly.uows(bench.org_id) as uow:
        return await uow.session.scalar(select(func.count()).where(CaseRow.state == "awaiting_approval")) or 0


async def _shown(bench: _Bench) -> int:
    """How many approvals the API shows, page by page."""
    count, cursor = 0, ""
    while True:
        params = {"status": "pending", "limit": "200"} | ({"cursor": cursor} if cursor else {})
        answer = await bench.http.get("/v1/approvals", params=params)
        answer.raise_for_status()
        page = answer.json()
        count += len(page["items"])
        if not (cursor := page.get("next_cursor") or ""):
            return count


# The house, with its people in it


@asynccontextmanager
async def _bench(house: MailHouse, *, idles: bool) -> AsyncIterator[_Bench]:
    mails, uids = house.mails, list[int]()
    folder = Folder(uids, raw=lambda uid: renamed(mails[uid % len(mails)], uid))
    capabilities = CAPABILITIES if idles else CAPABILITIES.replace(" IDLE", "")
    async with (
        await start(ImapStandIn(folder, capabilities=capabilities)) as serving,
        open_duly(house.settings, house.urls, clock=SystemClock(), model="local") as duly,
    ):
        org_id = await set_up(duly, house.sample, serving.sockets[0].getsockname()[1])
        token = await _token(duly, org_id)
        async with duly.uows(org_id) as uow:
            mailbox_id = (await uow.session.scalars(select(MailboxRow.id).order_by(MailboxRow.id).limit(1))).one()
        port = _free_port()
        with _processes(house, port):
            headers = {"Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=f"http://{_HOST}:{port}", headers=headers, timeout=30) as http:
                await _both_ready(http)
                yield _Bench(duly, org_id, MailboxId(mailbox_id), uids, http, pushes=not idles)


async def _token(duly: Duly, org_id: OrgId) -> str:
    now = duly.clock.now()
    user = await create_user(duly.uows, org_id, email="kim@bench.example", name="Kim", role=Role.ADMIN, now=now)
    return await issue_credential(duly.uows, org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=now)


@contextmanager
def _processes(house: MailHouse, port: int) -> Iterator[None]:
    environment = {
        **os.environ,
        "DULY_HOME": str(house.settings.home.home),
        "DULY_PORT": str(port),
        "DULY_LOG_LEVEL": "WARNING",
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("DATABASE_URL", None)
    commands = [[sys.executable, "-m", "cli.main", word] for word in ("serve", "worker")]
    processes = [subprocess.Popen(command, env=environment) for command in commands]  # noqa: S603 - our own commands
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


async def _both_ready(http: httpx.AsyncClient) -> None:
    until = time.monotonic() + _START_SECONDS
    for path in ("/health/ready", "/health/workers"):
        while not await _answers(http, path):
            if time.monotonic() > until:
                raise SystemExit(f"{path} did not answer within {_START_SECONDS:.0f} s")
            await asyncio.sleep(0.2)


async def _answers(http: httpx.AsyncClient, path: str) -> bool:
    try:
        return (await http.get(path)).is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port

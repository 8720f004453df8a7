"""Waiting for mail in several workers: one connection a mailbox, taken over from the dead, ended at once."""

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import Org
from factories.grants import KEY, SECRETS
from imap_scripts import listening
from mailservers import HOST

from core.clock import SystemClock
from core.ids import MailboxId, OrgId, new_id
from evals.imap_stand_in import Folder, ImapStandIn
from jobs.idling import Idling
from jobs.mail_adapters import make_idle
from jobs.tokens import Grants
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

WORKER = Path(__file__).with_name("idling_worker.py")
ROUND = 0.2


@dataclass
class Mailserver:
    """An IMAP server that counts who is connected."""

    imap: ImapStandIn = field(default_factory=lambda: ImapStandIn(Folder(range(1, 4))))
    port: int = 0
    connected: int = 0
    most_connected: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        self.most_connected = max(self.most_connected, self.connected)
        try:
            await self.imap.serve(reader, writer)
        finally:
            self.connected -= 1


@pytest.fixture
async def mail() -> AsyncIterator[Mailserver]:
    server = Mailserver()
    async with listening(server.serve) as server.port:
        yield server


def a_source(mail: Mailserver, **more: Any) -> dict[str, Any]:
    return {
        "kind": "imap", "host": HOST, "port": mail.port, "security": "plain", "user": "ar",
        "sealed_password": SECRETS.seal("x"), **more,
    }  # fmt: skip


async def set_mailbox(uows: UnitOfWorkFactory, org: Org, **what: Any) -> None:
    async with uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        for name, value in what.items():
            setattr(row, name, value)


@dataclass
class Worker:
    """One worker's `Idling`, and what it told."""

    uows: UnitOfWorkFactory
    urls: DatabaseUrls
    org: Org
    news: Counter[MailboxId] = field(default_factory=Counter)
    most_mailboxes: int = 400
    task: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        idle = make_idle(SECRETS, Grants(self.uows, SECRETS, SystemClock(), {}))
        idling = Idling(
            self.uows, self._organisations, self.urls.app, idle, self._tell,
            round_seconds=ROUND, most_mailboxes=self.most_mailboxes,
        )  # fmt: skip
        self.task = asyncio.create_task(idling.run())

    async def _organisations(self) -> list[OrgId]:
        return [self.org.org_id]

    async def _tell(self, _org_id: OrgId, mailbox_id: MailboxId) -> None:
        self.news[mailbox_id] += 1

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


Start = Callable[..., Worker]


@pytest.fixture
async def start(uows: UnitOfWorkFactory, urls: DatabaseUrls, org: Org) -> AsyncIterator[Start]:
    started: list[Worker] = []

    def make(**how: Any) -> Worker:
        started.append(Worker(uows, urls, org, **how))
        return started[-1]

    yield make
    for worker in started:
        await worker.stop()


async def until(what: Callable[[], bool], seconds: float = 20.0) -> None:
    ends_at = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends_at, "it did not come about"
        await asyncio.sleep(0.02)


async def test_two_workers_wait_on_one_connection_and_one_of_them_tells(
    uows: UnitOfWorkFactory, org: Org, mail: Mailserver, start: Start
) -> None:
    await set_mailbox(uows, org, source=a_source(mail))
    workers = [start(), start()]
    await until(lambda: sum(one.news.total() for one in workers) == 1)
    # The stand-in tells what comes while it idles.
    await until(lambda: "IDLE" in mail.imap.commands)
    await asyncio.sleep(0.1)
    mail.imap.folder.uids = range(1, 5)
    await until(lambda: sum(one.news.total() for one in workers) == 2)
    await asyncio.sleep(5 * ROUND)
    assert (mail.connected, mail.most_connected) == (1, 1)
    assert sorted(one.news.total() for one in workers) == [0, 2]


async def test_a_worker_that_is_killed_is_followed_by_another(
    uows: UnitOfWorkFactory, urls: DatabaseUrls, org: Org, mail: Mailserver, start: Start
) -> None:
    await set_mailbox(uows, org, source=a_source(mail))
    first = await asyncio.create_subprocess_exec(
        sys.executable, str(WORKER), urls.app, KEY, str(org.org_id), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert first.stdout is not None
        async with asyncio.timeout(60):
            assert (await first.stdout.readline()).decode().strip() == str(org.mailbox_id)
        second = start()
        await asyncio.sleep(5 * ROUND)
        assert (second.news.total(), mail.connected) == (0, 1)
    finally:
        first.kill()
        await first.wait()
    await until(lambda: second.news[org.mailbox_id] == 1)


async def test_a_worker_whose_database_connection_is_lost_ends_its_waits_and_another_takes_over(
    uows: UnitOfWorkFactory, urls: DatabaseUrls, org: Org, mail: Mailserver, start: Start
) -> None:
    await set_mailbox(uows, org, source=a_source(mail))
    first = start()
    await until(lambda: first.news.total() == 1)
    second = start()
    await asyncio.sleep(2 * ROUND)
    await end_lock_holder(urls, org)
    await until(first.task.done, seconds=5)
    assert isinstance(first.task.exception(), psycopg.Error)
    await until(lambda: second.news.total() == 1)
    await until(lambda: mail.connected == 1)


async def end_lock_holder(urls: DatabaseUrls, org: Org) -> None:
    superuser = urls.owner.replace("duly_owner@", "postgres@")
    async with await psycopg.AsyncConnection.connect(superuser, autocommit=True) as connection:
        answer = await connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks, hashtextextended(%s, 0) AS key"
            " WHERE locktype = 'advisory' AND granted AND objid = (key & 4294967295)::bigint::oid"
            " AND classid = ((key >> 32) & 4294967295)::bigint::oid",
            (f"idle:{org.mailbox_id}",),
        )
        assert await answer.fetchone() == (1,)


async def test_mailboxes_that_come_change_and_go_are_picked_up(
    uows: UnitOfWorkFactory, org: Org, mail: Mailserver, start: Start
) -> None:
    worker = start()
    await asyncio.sleep(2 * ROUND)
    assert mail.connected == 0
    await set_mailbox(uows, org, source=a_source(mail))
    await until(lambda: worker.news.total() == 1)
    await set_mailbox(uows, org, source=a_source(mail, folder="Archive"))
    await until(lambda: worker.news.total() == 2)
    assert any("Archive" in command for command in mail.imap.commands)
    await set_mailbox(uows, org, active=False)
    await until(lambda: mail.connected == 0)
    assert mail.most_connected == 1
    await set_mailbox(uows, org, active=True)
    await until(lambda: worker.news.total() == 3)


async def test_mailboxes_that_share_a_folder_are_waited_for_once(
    uows: UnitOfWorkFactory, org: Org, mail: Mailserver, start: Start
) -> None:
    source = a_source(mail)
    await set_mailbox(uows, org, source=source)
    async with uows(org.org_id) as uow:
        uow.session.add(
            MailboxRow(id=new_id(), entity_id=org.entity_id, address=f"info@{new_id().hex}.example", source=source)
        )
    worker = start()
    await until(lambda: worker.news.total() == 1)
    await asyncio.sleep(4 * ROUND)
    assert (worker.news, mail.connected) == ({org.mailbox_id: 1}, 1)


async def test_what_one_worker_has_no_room_for_another_takes(
    uows: UnitOfWorkFactory, org: Org, mail: Mailserver, start: Start
) -> None:
    await set_mailbox(uows, org, source=a_source(mail))
    async with uows(org.org_id) as uow:
        uow.session.add(
            MailboxRow(
                id=new_id(), entity_id=org.entity_id, address=f"info@{new_id().hex}.example",
                source=a_source(mail, folder="Other"),
            )
        )  # fmt: skip
    workers = [start(most_mailboxes=1), start(most_mailboxes=1)]
    await until(lambda: [one.news.total() for one in workers] == [1, 1])
    assert mail.connected == 2


async def test_a_worker_that_is_stopped_ends_at_once_and_its_mailboxes_are_free(
    uows: UnitOfWorkFactory, org: Org, mail: Mailserver, start: Start
) -> None:
    await set_mailbox(uows, org, source=a_source(mail))
    first = start()
    await until(lambda: first.news.total() == 1)
    started = time.monotonic()
    await first.stop()
    assert time.monotonic() - started < 2
    await until(lambda: mail.connected == 0, seconds=2)
    second = start()
    await until(lambda: second.news.total() == 1)


@pytest.mark.parametrize(
    "wrong", [{"port": 1}, {"sealed_password": "gAAAA"}, {"host": None}], ids=["no server", "no key", "no host"]
)
async def test_a_mailbox_that_cannot_be_waited_for_stops_no_other(
    uows: UnitOfWorkFactory, org: Org, mail: Mailserver, start: Start, wrong: dict[str, Any]
) -> None:
    await set_mailbox(uows, org, source=a_source(mail, **wrong))
    good = new_id()
    async with uows(org.org_id) as uow:
        uow.session.add(
            MailboxRow(
                id=good, entity_id=org.entity_id, address=f"info@{good.hex}.example",
                source=a_source(mail, folder="Other"),
            )
        )  # fmt: skip
    worker = start()
    await until(lambda: worker.news.total() == 1)
    assert worker.news == {good: 1}
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(worker.task), 2 * ROUND)
    assert not worker.task.done()

"""Sending once, with workers killed at random points: against real SMTP, and against Gmail as `emulate` plays it."""

import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from e2e.crash_outbox import (
    Connection,
    Outbox,
    an_organisation,
    arrived_by_gmail,
    arrived_by_smtp,
    fill_outbox,
    gmail_connection,
    smtp_connection,
)
from e2e.crash_sends import GMAIL_POINTS, SMTP_POINTS, Course, Death, Figures, crash_and_send, deaths
from emulators import GmailEmulator, node_or_skip
from mailservers import Delivery, EnvelopeServer, MailDevel

from core.ids import new_id
from core.settings import Settings
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.wiring import open_duly
from ledger.store.local_server import LocalServer

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

OUR_ADDRESS = "ar@seller.example"
_GMAIL_MAILBOXES = 10


@dataclass(frozen=True)
class Ground:
    """A database of its own, and what a worker's process must know to work on it."""

    duly: Duly
    environment: Mapping[str, str]


class OwnCopies(EnvelopeServer):
    """Keeps all that it takes, and delivers our own copies only: nobody here reads the customers' mailboxes."""

    def deliver(self, envelope: Envelope) -> None:
        raw = bytes(envelope.content or b"")
        self.deliveries.append(Delivery(str(envelope.mail_from), tuple(envelope.rcpt_tos), raw))
        if self._into is not None and OUR_ADDRESS in envelope.rcpt_tos:
            self._into.append(OUR_ADDRESS, raw)


@asynccontextmanager
async def ground(server: LocalServer, home: Path, **more: str) -> AsyncIterator[Ground]:
    urls = server.urls(f"crash_{new_id().hex[-12:]}")
    migrate(urls.owner)
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": home})
    environment = {
        **os.environ, "DULY_HOME": str(home), "DATABASE_URL": urls.app, "DULY_MIGRATE_DATABASE_URL": urls.owner,
        "OMP_NUM_THREADS": "1", "DULY_WORKER_HEARTBEAT_SECONDS": "0.5", "DULY_WORKER_STALLED_SECONDS": "4",
        "DULY_LOG_LEVEL": "ERROR", "PYTHONPATH": os.pathsep.join(sys.path), **more,
    }  # fmt: skip
    async with open_duly(settings, urls, model="local") as duly:
        yield Ground(duly, environment)


@contextmanager
def smtp_server() -> Iterator[tuple[MailDevel, EnvelopeServer]]:
    mail = MailDevel()
    mail.start()
    smtp = OwnCopies(into=mail)
    smtp.start()
    try:
        yield mail, smtp
    finally:
        smtp.stop()
        mail.stop()


@contextmanager
def gmail_server(folder: Path) -> Iterator[GmailEmulator]:
    node_or_skip()
    emulator = GmailEmulator()
    emulator.start(folder)
    try:
        yield emulator
    finally:
        emulator.stop()


async def over_smtp(server: LocalServer, home: Path, *, sends: int, course: Course) -> Figures:
    with smtp_server() as (mail, smtp):
        async with ground(server, home) as here:
            org_id, user_id = await an_organisation(here.duly, "smtp")
            connections = [smtp_connection(here.duly, OUR_ADDRESS, mail, smtp)]
            customers = await fill_outbox(here.duly, org_id, user_id, connections, sends=sends)
            outbox = Outbox(org_id, customers, arrived_by_smtp(smtp))
            return await crash_and_send(here.duly, outbox, course, here.environment, side="smtp")


async def over_gmail(server: LocalServer, home: Path, *, sends: int, course: Course) -> Figures:
    with gmail_server(home) as emulator:
        async with ground(server, home, DULY_GMAIL_URL=emulator.endpoint) as here:
            org_id, user_id = await an_organisation(here.duly, "gmail")
            connections: list[Connection] = [
                await gmail_connection(here.duly, org_id, emulator) for _ in range(min(_GMAIL_MAILBOXES, sends))
            ]
            customers = await fill_outbox(here.duly, org_id, user_id, connections, sends=sends)
            outbox = Outbox(org_id, customers, arrived_by_gmail(emulator, connections))
            return await crash_and_send(here.duly, outbox, course, here.environment, side="gmail")


def assert_nothing_lost_or_doubled(figures: Figures, *, sends: int, kills: int) -> None:
    print(figures.line())
    assert (figures.sends, figures.lost, figures.doubled, figures.untrue) == (sends, 0, 0, 0), figures.line()
    assert figures.kills >= kills, figures.line()


# Minutes beside other work; in the suite, test_killed_while_sending.py dies at each point once.
@pytest.mark.soak
async def test_workers_killed_over_smtp_lose_and_double_nothing(server: LocalServer, tmp_path: Path) -> None:
    course = Course(deaths(5, 8, skipped=(1, 4), points=SMTP_POINTS), proof_wait_seconds=30)
    figures = await over_smtp(server, tmp_path, sends=24, course=course)
    assert_nothing_lost_or_doubled(figures, sends=24, kills=4)


@pytest.mark.soak
async def test_workers_killed_over_gmail_lose_and_double_nothing(server: LocalServer, tmp_path: Path) -> None:
    course = Course(deaths(6, 8, skipped=(1, 4), points=GMAIL_POINTS), proof_wait_seconds=60, settle_seconds=1.0)
    figures = await over_gmail(server, tmp_path, sends=24, course=course)
    assert_nothing_lost_or_doubled(figures, sends=24, kills=4)


async def test_the_same_without_the_proof_doubles_mails(server: LocalServer, tmp_path: Path) -> None:
    dying = [Death("answered", skip) for skip in (0, 1, 0)]
    course = Course(dying, proof_wait_seconds=30, unprotected=True)
    figures = await over_smtp(server, tmp_path, sends=8, course=course)
    assert figures.doubled > 0, figures.line()


@pytest.mark.soak
async def test_250_sends_over_smtp_with_workers_killed_at_random_points(server: LocalServer, tmp_path: Path) -> None:
    course = Course(deaths(1, 60, skipped=(3, 8), points=SMTP_POINTS), proof_wait_seconds=60)
    figures = await over_smtp(server, tmp_path, sends=250, course=course)
    assert_nothing_lost_or_doubled(figures, sends=250, kills=30)
    if figures.before_person_percent > 1.0:
        # Between the committed hand-over and the server's answer nobody can tell; 16 % of kills on 21 November 2026.
        pytest.xfail(f"the mark is 1 % of kills before a person: {figures.line()}")


@pytest.mark.soak
async def test_250_sends_over_gmail_with_workers_killed_at_random_points(server: LocalServer, tmp_path: Path) -> None:
    points = deaths(2, 60, skipped=(3, 8), points=GMAIL_POINTS)
    course = Course(points, proof_wait_seconds=180, settle_seconds=1.0)
    figures = await over_gmail(server, tmp_path, sends=250, course=course)
    assert_nothing_lost_or_doubled(figures, sends=250, kills=30)
    assert figures.before_person_percent <= 1.0, figures.line()

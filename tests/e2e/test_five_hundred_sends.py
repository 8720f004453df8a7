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
from e2e.crash_sends import Course, Death, Figures, crash_and_send, deaths
from e2e.crash_worker import ANSWERED
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
        "DULY_SEND_LEASE_SECONDS": "5", "DULY_LOG_LEVEL": "ERROR", "PYTHONPATH": os.pathsep.join(sys.path), **more,
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


def assert_sent_once(figures: Figures, *, sends: int, kills: int) -> None:
    print(figures.line())
    assert (figures.sends, figures.lost, figures.doubled, figures.untrue) == (sends, 0, 0, 0), figures.line()
    assert figures.kills >= kills, figures.line()
    assert figures.before_person_percent <= 1.0, figures.line()


async def test_workers_killed_over_smtp_lose_and_double_nothing(server: LocalServer, tmp_path: Path) -> None:
    course = Course(deaths(8, 8), proof_wait_seconds=60)
    figures = await over_smtp(server, tmp_path, sends=16, course=course)
    assert_sent_once(figures, sends=16, kills=4)


async def test_the_same_without_the_proof_doubles_mails(server: LocalServer, tmp_path: Path) -> None:
    dying = [Death(ANSWERED, skip) for skip in (0, 1, 0)]
    course = Course(dying, proof_wait_seconds=30, unprotected=True)
    figures = await over_smtp(server, tmp_path, sends=8, course=course)
    assert figures.doubled > 0, figures.line()


# One in a hundred can be told from none by hundreds of kills only: of 320 without one before a person, the share is
# below 1 % at 95 % confidence. On a quiet machine each of the two takes some minutes.
@pytest.mark.soak
async def test_360_sends_over_smtp_with_workers_killed_at_random_moments(server: LocalServer, tmp_path: Path) -> None:
    course = Course(deaths(1, 160), proof_wait_seconds=60)
    figures = await over_smtp(server, tmp_path, sends=360, course=course)
    assert_sent_once(figures, sends=360, kills=150)


@pytest.mark.soak
async def test_360_sends_over_gmail_with_workers_killed_at_random_moments(
    server: LocalServer, tmp_path: Path
) -> None:
    # A mail whose outcome is unknown is proven unsent by a worker that lives for `settle_seconds`: one of the last.
    course = Course(deaths(2, 160), proof_wait_seconds=900, settle_seconds=20.0)
    figures = await over_gmail(server, tmp_path, sends=360, course=course)
    assert_sent_once(figures, sends=360, kills=150)

"""A running house for end-to-end tests: its own database, real IMAP and SMTP servers, API and worker processes."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import forked
import httpx
from mailservers import PASSWORD, EnvelopeServer, MailDevel, free_port

from core.clock import SystemClock
from core.ids import OrgId, new_id
from core.settings import Settings
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.wiring import open_duly
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.commands.set_up_organisation import connect_mailbox, ensure_organisation
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.sending import HIGHEST_CAP, SendingHours, SendingPolicy
from ledger.model.user import Role
from ledger.store.local_server import DatabaseUrls, LocalServer
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.money import InvoiceRow
from ledger.store.tables.people import EntityRow

OUR_ADDRESS = "ar@seller.example"
KILLING_WORKER = Path(__file__).with_name("killing_worker.py")


@dataclass
class House:
    """Everything that runs, and how to ask it."""

    mail: MailDevel
    smtp: EnvelopeServer
    environment: dict[str, str]
    url: str
    token: str
    org_id: OrgId
    urls: DatabaseUrls
    settings: Settings
    processes: list[forked.Forked] = field(default_factory=list)

    def start(self, *command: str) -> forked.Forked:
        """A process of the house; it ends with the house."""
        process = forked.start(command, env=self.environment)
        self.processes.append(process)
        return process

    def start_worker(self) -> forked.Forked:
        return self.start("-m", "cli.main", "worker")

    def start_dying_worker(self, point: str) -> forked.Forked:
        return self.start(str(KILLING_WORKER), point)

    def stop(self, process: forked.Forked) -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)

    def stop_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait(timeout=10)

    def get(self, path: str, **params: Any) -> Any:
        answer = httpx.get(f"{self.url}{path}", params=params, headers=self._headers(), timeout=10)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, headers={**self._headers(), **headers}, timeout=10)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def add_customer(self) -> "Buyer":
        """A customer of its own for one test."""
        buyer = Buyer(f"tom@{new_id().hex[-12:]}.example", f"INV-{new_id().hex[-8:].upper()}")
        asyncio.run(self._add(buyer))
        return buyer

    async def _add(self, buyer: "Buyer") -> None:
        today = SystemClock().now().date()
        async with open_duly(self.settings, self.urls, model="local") as duly, duly.uows(self.org_id) as uow:
            account = AccountRow(id=new_id(), external_id=buyer.email, name="Buyer", currency="GBP", language="en")
            uow.session.add(account)
            await uow.session.flush()
            uow.session.add(ContactRow(id=new_id(), account_id=account.id, email=buyer.email, name="Tom Reed"))
            entity = (await uow.session.execute(EntityRow.__table__.select())).one()
            uow.session.add(
                InvoiceRow(
                    id=new_id(), account_id=account.id, entity_id=entity.id, number=buyer.invoice,
                    issued=today - timedelta(days=50), due=today - timedelta(days=20), currency="GBP",
                    amount=Decimal("1840.00"), opening_balance=Decimal("1840.00"), open_balance=Decimal(0),
                )
            )  # fmt: skip

    def pending(self, buyer: "Buyer") -> dict[str, Any] | None:
        """The buyer's waiting approval, or None."""
        items = self.get("/v1/approvals", status="pending", limit=200)["items"]
        return next((item for item in items if item["to"] == [buyer.email]), None)

    def received(self, buyer: "Buyer") -> list[EmailMessage]:
        """What has reached the buyer's mailbox."""
        raw = self.mail.read(buyer.email)
        return [message_from_bytes(one, policy=policy.default) for one in raw]  # type: ignore[misc]


@dataclass(frozen=True)
class Buyer:
    """A customer's address and their one invoice."""

    email: str
    invoice: str

    @property
    def message_id(self) -> str:
        return f"reply-{self.invoice}@buyer.example"

    def reply(self) -> bytes:
        """Their mail: a promise."""
        day = date.today() + timedelta(days=7)  # noqa: DTZ011 - the sender's own calendar
        return (
            f"From: Tom Reed <{self.email}>\r\nTo: {OUR_ADDRESS}\r\nSubject: Re: Invoice {self.invoice}\r\n"
            f"Date: {format_datetime(SystemClock().now())}\r\nMessage-ID: <{self.message_id}>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            f"Hi,\r\n\r\nwe will pay invoice {self.invoice} on {day.day} {day:%B %Y}.\r\n\r\nTom\r\n"
        ).encode()


def wait_for(what: str, look: Callable[[], Any], *, seconds: float = 90.0) -> Any:
    """What `look` finds, asked again and again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds:.0f} s")


async def _set_up(duly: Duly, mail: MailDevel, smtp: EnvelopeServer) -> tuple[OrgId, str]:
    now = duly.clock.now()
    org_id = await ensure_organisation(
        duly.uows, slug="seller", name="Seller", language="en", country="GB", time_zone="Europe/London", now=now
    )
    async with duly.uows(org_id) as uow:
        uow.session.add(
            EntityRow(
                id=new_id(), code="main", name="Seller Ltd", base_currency="GBP", country="GB", email=OUR_ADDRESS
            )
        )
    # Whatever day and hour it is where the tests run, mail goes out at once.
    at_once = SendingPolicy(SendingHours(0, 24 * 60, every_day=True), contact_cap=HIGHEST_CAP, undo=timedelta(0))
    await set_sending_policy(duly.uows, org_id, at_once)
    user = await create_user(duly.uows, org_id, email="kim@seller.example", name="Kim", role=Role.ADMIN, now=now)
    login = {"user": OUR_ADDRESS, "sealed_password": duly.secrets.seal(PASSWORD), "security": "plain"}
    imap = {"host": "127.0.0.1", "port": mail.imap_port, **login}
    await connect_mailbox(
        duly.uows, org_id, entity_code="main", address=OUR_ADDRESS, name="Seller AR",
        source={"kind": "imap", **imap},
        sender={"kind": "smtp", "host": "127.0.0.1", "port": smtp.port, "proof": imap, **login},
    )  # fmt: skip
    token = await issue_credential(duly.uows, org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=now)
    return org_id, token


def build_house(server: LocalServer, home: Path, mail: MailDevel, smtp: EnvelopeServer) -> House:
    """Sets it up and starts the API; workers are the test's own."""
    urls = server.urls(f"e2e_{new_id().hex[-12:]}")
    migrate(urls.owner)
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": home})

    async def prepare() -> tuple[OrgId, str]:
        async with open_duly(settings, urls, model="local") as duly:
            return await _set_up(duly, mail, smtp)

    org_id, token = asyncio.run(prepare())
    port = free_port()
    environment = {
        **os.environ,
        "DULY_HOME": str(home), "DATABASE_URL": urls.app, "DULY_MIGRATE_DATABASE_URL": urls.owner,
        "DULY_PORT": str(port), "OMP_NUM_THREADS": "1",
        "DULY_WORKER_HEARTBEAT_SECONDS": "0.3", "DULY_WORKER_STALLED_SECONDS": "3",
        "DULY_WORKER_IMAP_POLL_SECONDS": "0.3", "DULY_SEND_PROOF_WAIT_SECONDS": "3",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    house = House(mail, smtp, environment, f"http://127.0.0.1:{port}", token, org_id, urls, settings)
    house.start("-m", "cli.main", "serve")

    def ready() -> bool:
        try:
            return httpx.get(f"{house.url}/health/ready", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    wait_for("the API", ready)
    return house


def approve(house: House, buyer: Buyer) -> str:
    approval = wait_for("the draft", lambda: house.pending(buyer))
    answer = house.post(f"/v1/approvals/{approval['id']}/approve", **{"If-Match": f'"{approval["version"]}"'})
    assert answer.status_code == 200, answer.text
    return str(approval["id"])


def sent(house: House, approval_id: str) -> bool:
    return bool(house.get(f"/v1/approvals/{approval_id}")["send_state"] == "sent")


def assert_one_answer(house: House, buyer: Buyer) -> None:
    [message] = house.received(buyer)
    assert message["In-Reply-To"] == f"<{buyer.message_id}>"
    assert f"<{buyer.message_id}>" in message["References"]
    assert message["From"].addresses[0].addr_spec == "ar@seller.example"
    assert buyer.invoice in message.get_content()


def a_house(server: LocalServer, home: Path) -> Iterator[House]:
    """What a fixture yields: a house with servers of its own, and nothing left of it after."""
    mail = MailDevel()
    mail.start()
    smtp = EnvelopeServer(into=mail)
    smtp.start()
    built = build_house(server, home, mail, smtp)
    yield built
    built.stop_all()
    smtp.stop()
    mail.stop()

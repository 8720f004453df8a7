"""`duly demo`: everything on one machine, on the sample company or on a person's own files."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy import func, select

from cli.ledger_files import read_ledger_folder
from cli.link import sign_in_link
from cli.running import database, running
from cli.serve import server
from core.clock import SystemClock
from core.errors import InvalidInput
from core.ids import MailboxId, OrgId, UserId
from core.settings import Settings
from evals.sample.generate import write_sample
from jobs.duly import Duly
from jobs.intake import read_message
from ledger.commands.import_ledger import import_ledger
from ledger.commands.record_sent_message import record_sent_message
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.commands.set_up_organisation import connect_mailbox, ensure_organisation
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.import_report import ImportReport
from ledger.model.sending import SendingHours, SendingPolicy
from ledger.model.user import Role
from ledger.store.local_server import DatabaseUrls
from ledger.store.sending_policy import policy_of
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import EntityRow, OrganisationRow
from mail.parse_mime import parse_mime

_out = Console(stderr=True, highlight=False)
_MOST_LOOKED_AT = 200
_TOKEN_LIFETIME = timedelta(days=30)
_LONGEST_FIRST_ROUND_SECONDS = 120.0
#: Mail goes into a folder here: it need not wait for Monday, and the delay only shows that there is one.
_SENDING = SendingPolicy(SendingHours(0, 24 * 60, every_day=True), undo=timedelta(seconds=5))


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the demo works on."""

    mailbox: Path
    ledger: Path
    outbox: Path
    #: Our mails that the sample's replies answer; None for a person's own files.
    sent: Path | None
    slug: str


def demo(
    mailbox: Annotated[Path | None, typer.Option(help="Folder of .eml files, or a Maildir, to read.")] = None,
    ledger: Annotated[Path | None, typer.Option(help="Folder with customers.csv, invoices.csv, ...")] = None,
    outbox: Annotated[Path | None, typer.Option(help="Folder for what is sent, one .eml each.")] = None,
    address: Annotated[str, typer.Option(help="Our own address; found in the mail where it is left out.")] = "",
    company: Annotated[str, typer.Option(help="Our company's name, where entities.json does not say it.")] = "",
) -> None:
    """Starts everything on this machine and prints a sign-in link. Ctrl-C stops it all."""
    settings = Settings()
    settings.home.home.mkdir(parents=True, exist_ok=True)
    # A service manager's stop is a Ctrl-C to us: the worker and the database end as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _out.print("Starting the database ...")
    with database(settings) as urls:
        worker: subprocess.Popen[bytes] | None = None
        try:
            files = _files(settings, mailbox, ledger, outbox)
            worker = _start_worker(urls)
            asyncio.run(_demo(settings, urls, files, address, company))
        except KeyboardInterrupt:
            pass
        finally:
            _out.print("Stopping ...")
            if worker is not None:
                _stop_worker(worker)


def _files(settings: Settings, mailbox: Path | None, ledger: Path | None, outbox: Path | None) -> DemoFiles:
    home = settings.home.home
    for given in (mailbox, ledger):
        if given is not None and not given.is_dir():
            raise InvalidInput(f"{given} is no folder")
    sample = home / "sample"
    if ledger is None and not (sample / "written").exists():
        # The date of the first start stays the sample's today: a second start changes nothing.
        write_sample(sample, SystemClock().now().date())
        (sample / "written").touch()
    inbox = mailbox or (sample / "mailbox" if ledger is None else home / "mailbox")
    target = outbox or home / "outbox"
    for folder in (inbox, target):
        folder.mkdir(parents=True, exist_ok=True)
    return DemoFiles(
        mailbox=inbox.resolve(),
        ledger=(ledger or sample / "ledger").resolve(),
        outbox=target.resolve(),
        sent=(sample / "sent").resolve() if ledger is None else None,
        slug="sample" if ledger is None else "own",
    )


def _start_worker(urls: DatabaseUrls) -> subprocess.Popen[bytes]:
    """A worker process on the same database. Its own group, so that Ctrl-C reaches it through us, once."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "cli.main", "worker", "--with-parent"]
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own command


def _stop_worker(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(timeout=15)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


async def _demo(settings: Settings, urls: DatabaseUrls, files: DemoFiles, address: str, company: str) -> None:
    async with running(settings, urls) as duly:
        org_id = await ensure_organisation(
            duly.uows,
            slug=files.slug,
            name=company or ("Hallenberg Packaging Group" if files.slug == "sample" else "Our company"),
            language="en",
            country="GB" if files.slug == "sample" else "",
            time_zone="Europe/London" if files.slug == "sample" else "UTC",
            now=duly.clock.now(),
        )
        await _let_mail_go(duly, org_id)
        (settings.home.home / "organisation").write_text(files.slug)
        user_id = await create_user(
            duly.uows,
            org_id,
            email="collector@duly.localhost",
            name="Alex Morgan",
            role=Role.ADMIN,
            now=duly.clock.now(),
        )
        await _load(duly, org_id, files, address, company)
        await _wait_for_first_round(duly, org_id)
        await _serve(duly, org_id, user_id, files)


async def _let_mail_go(duly: Duly, org_id: OrgId) -> None:
    """The demo's own sending policy, where nobody set another one (`duly sending`)."""
    async with duly.uows(org_id) as uow:
        today = policy_of(await uow.session.get_one(OrganisationRow, org_id))
    if today == SendingPolicy():
        await set_sending_policy(duly.uows, org_id, _SENDING)


async def _load(duly: Duly, org_id: OrgId, files: DemoFiles, address: str, company: str) -> None:
    _out.print(f"Reading the ledger in {files.ledger} ...", markup=False, soft_wrap=True)
    report = await import_ledger(
        duly.uows,
        org_id,
        read_ledger_folder(files.ledger),
        actor="demo",
        now=duly.clock.now(),
        default_entity_name=company or "Our company",
    )
    _show(report)
    mailboxes = await _connect(duly, org_id, files, address)
    if files.sent is not None:
        await _load_sent(duly, org_id, mailboxes, files.sent)


def _show(report: ImportReport) -> None:
    for line in report.words():
        _out.print(f"  {line}", markup=False, soft_wrap=True)


async def _connect(duly: Duly, org_id: OrgId, files: DemoFiles, address: str) -> dict[str, MailboxId]:
    """One mailbox an entity, all on the same two folders."""
    async with duly.uows(org_id) as uow:
        entities = list(await uow.session.scalars(select(EntityRow).order_by(EntityRow.id)))
    found: dict[str, MailboxId] = {}
    for entity in entities:
        own = (address or entity.email or _own_address(files.mailbox)).lower()
        if own in found:
            continue
        found[own] = await connect_mailbox(
            duly.uows,
            org_id,
            entity_code=entity.code,
            address=own,
            name=entity.name,
            source={"kind": "folder", "path": str(files.mailbox)},
            sender={"kind": "folder", "path": str(files.outbox)},
        )
    return found


def _own_address(folder: Path) -> str:
    """The address that most of the mail in the folder is written to."""
    counted: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.eml"))[:_MOST_LOOKED_AT]:
        counted.update(recipient.email for recipient in parse_mime(path.read_bytes()).to)
    return counted.most_common(1)[0][0] if counted else "ar@duly.localhost"


async def _load_sent(duly: Duly, org_id: OrgId, mailboxes: dict[str, MailboxId], folder: Path) -> None:
    async with duly.uows(org_id) as uow:
        secret = (await uow.session.get_one(OrganisationRow, org_id)).reply_secret
        known = await uow.session.scalar(select(func.count()).where(MessageRow.direction == "outbound"))
    if known:
        return
    for raw in await asyncio.to_thread(_mails_in, folder):
        sender = parse_mime(raw).sender
        mailbox_id = mailboxes.get(sender.email if sender else "", next(iter(mailboxes.values())))
        message = read_message(raw, mailbox_id=mailbox_id, reply_secret=secret, now=duly.clock.now())
        await record_sent_message(duly.uows, duly.blobs, org_id, message, now=duly.clock.now())


def _mails_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.eml"))]


async def _wait_for_first_round(duly: Duly, org_id: OrgId) -> None:
    """Shows how the worker gets on, until what lies in the mailbox is read."""
    started, waited = duly.clock.now(), 0.0
    with _out.status("Reading the mailbox ...") as status:
        while waited < _LONGEST_FIRST_ROUND_SECONDS:
            total, left = await _progress(duly, org_id)
            status.update(f"Reading the mailbox: {total - left} of {total} mails worked on ...")
            sources = await duly.mailboxes.sources(org_id)
            if not left and all(s.fetched_at is not None and s.fetched_at >= started for s in sources):
                break
            await asyncio.sleep(0.3)
            waited += 0.3
    total, left = await _progress(duly, org_id)
    _out.print(f"{total - left} of {total} mails worked on.")


async def _progress(duly: Duly, org_id: OrgId) -> tuple[int, int]:
    async with duly.uows(org_id) as uow:
        total = await uow.session.scalar(select(func.count()).select_from(CaseRow)) or 0
        left = await uow.session.scalar(select(func.count()).where(CaseRow.state == "running")) or 0
    return total, left


async def _serve(duly: Duly, org_id: OrgId, user_id: UserId, files: DemoFiles) -> None:
    web = server(duly)
    token = await issue_credential(
        duly.uows, org_id, user_id, API_TOKEN, lifetime=_TOKEN_LIFETIME, name="demo", now=duly.clock.now()
    )
    link = await sign_in_link(duly, org_id, user_id)
    task = asyncio.create_task(web.serve())
    while not web.started and not task.done():  # noqa: ASYNC110 - uvicorn tells by a flag only
        await asyncio.sleep(0.05)
    if task.done():
        await task
        return
    settings = duly.settings
    _write_private(
        settings.home.home / "demo.json",
        {"url": link.partition("/sign-in/")[0], "api_token": token, "outbox": str(files.outbox)},
    )
    _out.print(f"Mail is read from {files.mailbox}, and sent to {files.outbox}.", markup=False, soft_wrap=True)
    _out.print("Ctrl-C stops everything. Sign in with this link, once:")
    print(link, flush=True)
    await task


def _write_private(path: Path, content: dict[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file)

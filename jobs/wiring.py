"""Composition root: with `jobs.readers` the only module that names adapters."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from agent.checks.verify import verify
from agent.graph import build_graph
from agent.models.metered import MeteredModel
from agent.models.port import ChatModel
from agent.reading.taught import TaughtReader
from agent.runtime import Services
from agent.writing.openai import ModelWriter
from agent.writing.port import Writer
from agent.writing.templates import TemplateWriter
from core.clock import Clock, SystemClock
from core.errors import NotConfigured
from core.ids import CaseId, OrgId
from core.secrets import SecretBox, key_from_file
from core.settings import Settings
from integrations.embedding.hashed import HashedEmbedder
from integrations.files.folder import FolderSender, FolderSource
from integrations.files.mbox import MboxSource
from integrations.imap.adapter import ImapSentLookup, ImapSource
from integrations.ports.embedder import Embedder
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import MailSender, MailSource
from integrations.smtp.adapter import SmtpSender
from integrations.typeset.maker import TypesetDocuments
from jobs.composing import compose_mail
from jobs.correcting import Correcting
from jobs.deferrer import ProcrastinateDeferrer
from jobs.duly import Duly
from jobs.fetching import Fetching
from jobs.lessons import LedgerLessons
from jobs.mailboxes import Mailboxes
from jobs.metering import LedgerMeter
from jobs.queue import build_app
from jobs.readers import (
    ENCODER,
    MOST_MESSAGE_BYTES,
    choose_model,
    local_reader,
    make_attachment_reader,
    reader_around,
)
from jobs.runs import CaseRunner
from jobs.sending import Sending
from jobs.tasks import match_cash, process_inbound, send_mail
from ledger.store.blobs import PostgresBlobStore
from ledger.store.engine import as_app_role, create_engine, session_factory
from ledger.store.local_server import DatabaseUrls, LocalServer
from ledger.store.tables.drafts import EMBEDDING_DIMENSIONS
from ledger.store.unit_of_work import UnitOfWorkFactory


def database_urls(settings: Settings) -> tuple[DatabaseUrls, LocalServer | None]:
    """Where the database is; starts the bundled one where none is named (the caller stops it)."""
    named = settings.database
    if named.url is not None:
        url = named.url.get_secret_value()
        owner = url if named.migrate_url is None else named.migrate_url.get_secret_value()
        return DatabaseUrls(owner=owner, app=as_app_role(url)), None
    server = LocalServer(settings.home.home / "postgres")
    server.start()
    return server.urls(), server


@asynccontextmanager
async def open_duly(
    settings: Settings, urls: DatabaseUrls, *, clock: Clock | None = None, model: str | None = None
) -> AsyncIterator[Duly]:
    """All parts of one process, on a migrated database; closed on leaving."""
    clock = clock or SystemClock()
    engine = create_engine(
        urls.app,
        pool_size=settings.database.pool_size,
        connect_timeout=settings.database.connect_timeout_seconds,
        statement_timeout=settings.database.statement_timeout_seconds,
    )
    queue = build_app(urls.app)
    checkpoints = AsyncConnectionPool[Any](
        urls.app,
        min_size=1,
        max_size=4,
        open=False,
        kwargs={"autocommit": True, "prepare_threshold": 3, "row_factory": dict_row},
    )
    async with queue.open_async(), checkpoints:
        uows = UnitOfWorkFactory(session_factory(engine), ProcrastinateDeferrer(queue))
        try:
            yield _assemble(settings, urls, clock, uows, queue, AsyncPostgresSaver(checkpoints), model)
        finally:
            await engine.dispose()


def _assemble(
    settings: Settings,
    urls: DatabaseUrls,
    clock: Clock,
    uows: UnitOfWorkFactory,
    queue: Any,
    checkpointer: AsyncPostgresSaver,
    model: str | None,
) -> Duly:
    blobs = PostgresBlobStore()
    secrets = secret_box(settings)
    chosen = choose_model(settings.model, model)

    def metered(org_id: OrgId, case_id: CaseId, purpose: str) -> ChatModel | None:
        if chosen is None:
            return None
        budgets = (settings.model.case_token_budget, settings.model.month_token_budget)
        return MeteredModel(chosen, LedgerMeter(uows, clock, org_id, case_id, *budgets, purpose))

    services = Services(
        uows=uows,
        blobs=blobs,
        clock=clock,
        reader=lambda org, case: TaughtReader(
            local_reader(),
            LedgerLessons(uows, org),
            _SENTENCES,
            reader_around(model or settings.model.model, metered(org, case, "reading")),
        ),
        writer=lambda org, case: make_writer(metered(org, case, "writing")),
        verify=verify,
        documents=TypesetDocuments(),
        embedder=HashedEmbedder(EMBEDDING_DIMENSIONS),
        model=lambda org, case: metered(org, case, "answering"),
    )
    runner = CaseRunner(build_graph(services, checkpointer), checkpointer, uows)
    mailboxes = Mailboxes(uows, make_source(secrets), make_sender(secrets))
    sending = Sending(
        uows=uows,
        blobs=blobs,
        clock=clock,
        verify=verify,
        compose=compose_mail,
        mailboxes=mailboxes,
        embedder=services.embedder,
        proof_wait=timedelta(seconds=settings.send.proof_wait_seconds),
    )
    process_inbound.register(queue, runner, uows, clock)
    send_mail.register(queue, sending)
    match_cash.register(queue, uows, clock)
    return Duly(
        settings=settings,
        urls=urls,
        clock=clock,
        secrets=secrets,
        uows=uows,
        blobs=blobs,
        queue=queue,
        services=services,
        runner=runner,
        mailboxes=mailboxes,
        fetching=Fetching(uows, blobs, clock, mailboxes, make_attachment_reader()),
        sending=sending,
        correcting=Correcting(uows, _SENTENCES),
    )


def secret_box(settings: Settings) -> SecretBox:
    """The keys that stored passwords are encrypted with."""
    if settings.home.secret_key is not None:
        return SecretBox([key.strip() for key in settings.home.secret_key.get_secret_value().split(",")])
    settings.home.home.mkdir(parents=True, exist_ok=True)
    return SecretBox([key_from_file(settings.home.home / "secret.key")])


_TEMPLATES = TemplateWriter()


#: What sentences are compared by: their meaning, or their spelling on a machine without the encoder.
_SENTENCES: Embedder = ENCODER or HashedEmbedder(EMBEDDING_DIMENSIONS)


def make_writer(model: ChatModel | None) -> Writer:
    """Templates, reworded by the model where there is one."""
    return _TEMPLATES if model is None else ModelWriter(model, _TEMPLATES)


def make_source(secrets: SecretBox) -> Callable[[dict[str, Any], str], MailSource]:
    """Builds the adapter that a mailbox's `source` names."""

    def make(settings: dict[str, Any], address: str) -> MailSource:
        match settings["kind"]:
            case "folder" | "maildir":
                return FolderSource(Path(settings["path"]), max_bytes=MOST_MESSAGE_BYTES)
            case "mbox":
                return MboxSource(Path(settings["path"]), max_bytes=MOST_MESSAGE_BYTES)
            case "imap":
                return ImapSource(_server(settings, secrets), MOST_MESSAGE_BYTES)
            case other:
                raise NotConfigured(f"mailbox {address}: {other!r} is no way to fetch mail")

    return make


def make_sender(secrets: SecretBox) -> Callable[[dict[str, Any], str], MailSender]:
    """Builds the adapter that a mailbox's `sender` names."""

    def make(settings: dict[str, Any], address: str) -> MailSender:
        match settings["kind"]:
            case "folder":
                return FolderSender(Path(settings["path"]))
            case "smtp":
                lookup = ImapSentLookup(_server(settings["proof"], secrets)) if settings.get("proof") else None
                return SmtpSender(_server(settings, secrets), address, lookup)
            case other:
                raise NotConfigured(f"mailbox {address}: {other!r} is no way to send mail")

    return make


def _server(settings: dict[str, Any], secrets: SecretBox) -> MailServer:
    return MailServer(
        host=settings["host"],
        port=settings["port"],
        username=settings["user"],
        password=secrets.open(settings["sealed_password"]),
        security=settings.get("security", "tls"),
    )

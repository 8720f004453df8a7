"""Composition root: with `jobs.readers` and `jobs.mail_adapters` the only module that names adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
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
from core.ids import CaseId, OrgId
from core.secrets import SecretBox, key_from_file
from core.settings import MailTrustSettings, Settings
from integrations.dns.resolver import DnsTxtResolver
from integrations.embedding.hashed import HashedEmbedder
from integrations.ports.embedder import Embedder
from integrations.typeset.maker import TypesetDocuments
from jobs.composing import compose_mail
from jobs.correcting import Correcting
from jobs.deferrer import ProcrastinateDeferrer
from jobs.duly import Duly
from jobs.fetching import Fetching
from jobs.lessons import LedgerLessons
from jobs.mail_adapters import make_sender, make_source, token_servers
from jobs.mailboxes import Mailboxes
from jobs.metering import LedgerMeter
from jobs.queue import build_app
from jobs.readers import (
    ENCODER,
    choose_model,
    local_reader,
    make_attachment_reader,
    reader_around,
)
from jobs.runs import CaseRunner
from jobs.sandbox import in_sandbox
from jobs.sender_checks import SenderChecks
from jobs.sending import Sending
from jobs.tasks import match_cash, process_inbound, send_mail
from jobs.tokens import Grants
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
            duly = _assemble(settings, urls, clock, uows, queue, AsyncPostgresSaver(checkpoints), model)
            try:
                yield duly
            finally:
                await duly.grants.close()
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
    grants = Grants(uows, secrets, clock, token_servers(settings.oauth, clock))
    sandbox_to = settings.send.sandbox_to
    mailboxes = Mailboxes(
        uows,
        clock,
        make_source(secrets, grants, settings.oauth, clock),
        in_sandbox(
            make_sender(secrets, grants, settings.oauth, hand_overs=settings.home.home / "hand-overs"), sandbox_to
        ),
    )
    sending = Sending(
        uows=uows,
        blobs=blobs,
        clock=clock,
        verify=verify,
        compose=compose_mail,
        mailboxes=mailboxes,
        embedder=services.embedder,
        proof_wait=timedelta(seconds=settings.send.proof_wait_seconds),
        lease=timedelta(seconds=settings.send.lease_seconds),
        sandbox_to=sandbox_to,
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
        grants=grants,
        mailboxes=mailboxes,
        fetching=Fetching(
            uows, blobs, clock, mailboxes, make_attachment_reader(), make_sender_checks(settings.mail_trust)
        ),
        sending=sending,
        correcting=Correcting(uows, _SENTENCES),
    )


def secret_box(settings: Settings) -> SecretBox:
    """The keys that stored passwords are encrypted with."""
    if settings.home.secret_key is not None:
        return SecretBox([key.strip() for key in settings.home.secret_key.get_secret_value().split(",")])
    settings.home.home.mkdir(parents=True, exist_ok=True)
    return SecretBox([key_from_file(settings.home.home / "secret.key")])


def make_sender_checks(settings: MailTrustSettings) -> SenderChecks:
    """Whose word counts on where a mail comes from; without `check_dkim` no key is looked up."""
    dns = DnsTxtResolver(timeout_seconds=settings.dns_timeout_seconds) if settings.check_dkim else None
    return SenderChecks(settings.trusted, dns)


_TEMPLATES = TemplateWriter()


#: What sentences are compared by: their meaning, or their spelling on a machine without the encoder.
_SENTENCES: Embedder = ENCODER or HashedEmbedder(EMBEDDING_DIMENSIONS)


def make_writer(model: ChatModel | None) -> Writer:
    """Templates, reworded by the model where there is one."""
    return _TEMPLATES if model is None else ModelWriter(model, _TEMPLATES)

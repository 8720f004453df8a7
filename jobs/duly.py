"""`Duly`: everything that a process of ours works with, put together by `jobs.wiring`."""

from dataclasses import dataclass

from procrastinate import App

from agent.runtime import Services
from core.clock import Clock
from core.secrets import SecretBox
from core.settings import Settings
from jobs.correcting import Correcting
from jobs.fetching import Fetching
from jobs.mailboxes import Mailboxes
from jobs.runs import CaseRunner
from jobs.sending import Sending
from jobs.tokens import Grants
from ledger.store.blobs import BlobStore
from ledger.store.local_server import DatabaseUrls
from ledger.store.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class Duly:
    """One process's parts, open until it leaves."""

    settings: Settings
    urls: DatabaseUrls
    clock: Clock
    secrets: SecretBox
    uows: UnitOfWorkFactory
    blobs: BlobStore
    queue: App
    services: Services
    runner: CaseRunner
    grants: Grants
    mailboxes: Mailboxes
    fetching: Fetching
    sending: Sending
    correcting: Correcting

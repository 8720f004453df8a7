"""A home, a database and an organisation for the measurements of mail, and the sample company's mails for them."""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from core.clock import SystemClock
from core.ids import OrgId
from core.settings import DatabaseSettings, Settings
from evals.sample.generate import SamplePaths, write_sample
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.wiring import database_urls
from ledger.commands.import_ledger import import_ledger
from ledger.commands.set_up_organisation import connect_mailbox, ensure_organisation
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import EntityRow

_MESSAGE_ID = re.compile(rb"^Message-ID:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MailHouse:
    """Migrated, and nobody in it yet."""

    settings: Settings
    urls: DatabaseUrls
    sample: SamplePaths

    @property
    def mails(self) -> list[bytes]:
        """The sample company's, in their order."""
        return mails_of(self.sample.mailbox[0].parent)


@contextmanager
def mail_house() -> Iterator[MailHouse]:
    """Nothing is left of it after."""
    with tempfile.TemporaryDirectory(prefix="duly-bench-mail-") as folder:
        settings = Settings()
        settings.home = settings.home.model_copy(update={"home": Path(folder) / "home", "secret_key": None})
        settings.home.home.mkdir()
        settings.database = DatabaseSettings().model_copy(update={"url": None, "migrate_url": None})
        sample = write_sample(Path(folder) / "sample", SystemClock().now().date())
        urls, server = database_urls(settings)
        try:
            migrate(urls.owner)
            yield MailHouse(settings, urls, sample)
        finally:
            if server is not None:
                server.stop()


async def set_up(duly: Duly, sample: SamplePaths, port: int) -> OrgId:
    """The sample company, whose mailboxes all lie at the IMAP server on this port."""
    org_id = await ensure_organisation(
        duly.uows, slug="bench", name="Bench", language="en", country="", time_zone="UTC", now=duly.clock.now()
    )
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(sample.ledger.iterdir())}
    await import_ledger(duly.uows, org_id, files, actor="bench", now=duly.clock.now())
    async with duly.uows(org_id) as uow:
        entities = list(await uow.session.scalars(select(EntityRow)))
    source = {
        "kind": "imap", "host": "127.0.0.1", "port": port, "security": "plain", "user": "bench",
        "sealed_password": duly.secrets.seal("bench"),
    }  # fmt: skip
    for entity in entities:
        await connect_mailbox(
            duly.uows,
            org_id,
            entity_code=entity.code,
            address=entity.email,
            name=entity.name,
            source=source,
            sender={},
        )
    return org_id


def mails_of(folder: Path) -> list[bytes]:
    """The mails in a folder, by name."""
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == ".eml"]


def renamed(raw: bytes, number: int) -> bytes:
    """The same mail under another Message-ID: another message."""
    return _MESSAGE_ID.sub(f"Message-ID: <{header_id(number)}>".encode(), raw, count=1)


def header_id(number: int) -> str:
    """What `renamed` calls it."""
    return f"bench-{number:06}@bench.example"


def say(words: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()

"""Servers for the suites of mail adapters, and mailboxes of every kind for that of all `MailSource`s."""

import itertools
import os
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from emulators import GmailEmulator
from faultproxy import FaultProxy, google_error
from graph_stand_in import GraphStandIn, GraphTokens
from mailservers import HOST, PASSWORD, EnvelopeServer, MailDevel, free_port

from integrations.fakes.mailbox import FakeMailbox, FakeSource
from integrations.files.folder import FolderSource
from integrations.files.mbox import MboxSource
from integrations.gmail.source import GmailSource
from integrations.imap.adapter import ImapSource
from integrations.outlook.place import GraphPlace
from integrations.outlook.source import OutlookSource
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import MailSource

LARGEST = 100_000
_POSTMARK = b"From a@x.example Mon Apr 20 09:00:00 2026\n"
_FOLDER = "Debtors"


class Mailbox(Protocol):
    """A mailbox under test: mail arrives in it, and any number of sources read it."""

    def deliver(self, raw: bytes) -> None: ...

    def source(self) -> MailSource:
        """A fresh adapter, as after a restart."""
        ...

    def unreachable(self) -> MailSource:
        """An adapter whose mailbox is not there."""
        ...

    def size_of(self, raw: bytes) -> int:
        """How large the mailbox says that a message is."""
        ...

    def forget(self) -> bool:
        """From now on the positions that the mailbox gave before are worth nothing; False where that cannot be."""
        ...


class Servers:
    """The servers, started when the first test asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mail_devel: MailDevel | None = None
        self._envelope: EnvelopeServer | None = None
        self._gmail: GmailEmulator | None = None
        self._proxy: FaultProxy | None = None
        self._graph: GraphStandIn | None = None

    def mail_devel(self) -> MailDevel:
        if self._mail_devel is None:
            self._mail_devel = MailDevel()
            self._mail_devel.start()
        return self._mail_devel

    def envelope(self) -> EnvelopeServer:
        """SMTP that keeps envelopes, and hands the mail on to the other server."""
        if self._envelope is None:
            self._envelope = EnvelopeServer(into=self.mail_devel())
            self._envelope.start()
        return self._envelope

    def gmail(self) -> GmailEmulator:
        if self._gmail is None:
            emulator = GmailEmulator()
            emulator.start(self._folder)
            self._gmail = emulator
        return self._gmail

    def proxy(self) -> FaultProxy:
        """In front of Gmail."""
        if self._proxy is None:
            self._proxy = FaultProxy(self.gmail().endpoint)
            self._proxy.start()
        return self._proxy

    def graph(self) -> GraphStandIn:
        if self._graph is None:
            self._graph = GraphStandIn()
            self._graph.start()
        return self._graph

    def stop(self) -> None:
        for server in (self._envelope, self._mail_devel, self._proxy, self._gmail, self._graph):
            if server is not None:
                server.stop()


class ExactSizes:
    """A mailbox that counts a message's bytes."""

    def size_of(self, raw: bytes) -> int:
        return len(raw)

    def forget(self) -> bool:
        """Files keep their names, and a mailbox in memory its numbers."""
        return False


class FakeCase(ExactSizes):
    def __init__(self, _folder: Path, _servers: Servers) -> None:
        self._mailbox = FakeMailbox()

    def deliver(self, raw: bytes) -> None:
        self._mailbox.deliver(raw)

    def source(self) -> MailSource:
        return FakeSource(self._mailbox, LARGEST)

    def unreachable(self) -> MailSource:
        self._mailbox.fail_next("fetch", TemporarilyUnavailable("down"))
        return FakeSource(self._mailbox, LARGEST)


class FolderCase(ExactSizes):
    place = ""
    ending = ".eml"

    def __init__(self, folder: Path, _servers: Servers) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        for name in ("new", "cur", "tmp") if self.place else ():
            (folder / name).mkdir()

    def deliver(self, raw: bytes) -> None:
        number = next(self._numbers)
        path = self._folder / self.place / f"{number:04}.M1P2.host{self.ending}"
        path.write_bytes(raw)
        os.utime(path, ns=(10**18, 10**18 + number * 10**9))

    def source(self) -> MailSource:
        return FolderSource(self._folder, LARGEST, settle_seconds=0.05)

    def unreachable(self) -> MailSource:
        return FolderSource(self._folder / "missing", LARGEST)


class MaildirCase(FolderCase):
    place = "new"
    ending = ""


class MboxCase(ExactSizes):
    def __init__(self, folder: Path, _servers: Servers) -> None:
        self._path = folder / "mail.mbox"
        self._path.touch()

    def deliver(self, raw: bytes) -> None:
        lines = raw.splitlines(keepends=True) if b"\r" not in raw else raw.split(b"\n")
        if b"\r" in raw:
            lines = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
        quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
        with self._path.open("ab") as file:
            file.write(_POSTMARK + b"".join(quoted) + b"\n")

    def source(self) -> MailSource:
        return MboxSource(self._path, LARGEST)

    def forget(self) -> bool:
        """A mail program leaves the first message out and writes the file anew."""
        first, *others = self._path.read_bytes().split(_POSTMARK)[1:]
        assert first
        self._path.write_bytes(b"".join(_POSTMARK + one for one in others))
        return True

    def unreachable(self) -> MailSource:
        return MboxSource(self._path.with_name("missing.mbox"), LARGEST)


class ImapCase(ExactSizes):
    def __init__(self, _folder: Path, servers: Servers) -> None:
        self._server = servers.mail_devel()
        self._user = f"ar-{uuid4().hex}@supplier.example"
        self._raws: list[bytes] = []
        with self._server.imap(self._user) as connection:
            connection.create(_FOLDER)

    def deliver(self, raw: bytes) -> None:
        self._raws.append(raw)
        self._server.append(self._user, raw, _FOLDER)

    def source(self) -> MailSource:
        return self._at(self._server.imap_port)

    def unreachable(self) -> MailSource:
        return self._at(free_port())

    def _at(self, port: int) -> MailSource:
        server = MailServer(HOST, port, self._user, PASSWORD, "plain", timeout_seconds=10)
        return ImapSource(server, LARGEST, folder=_FOLDER)

    def forget(self) -> bool:
        """The folder is restored from a copy: another UIDVALIDITY."""
        self._server.renew_folder(self._user, _FOLDER)
        for raw in self._raws:
            self._server.append(self._user, raw, _FOLDER)
        return True


class GmailCase:
    """`emulate`, whose sizes are those of the base64."""

    def __init__(self, _folder: Path, servers: Servers) -> None:
        self._gmail, self._proxy = servers.gmail(), servers.proxy()
        self._proxy.reset()
        self._address = self._gmail.mailbox()

    def deliver(self, raw: bytes) -> None:
        self._gmail.deliver(self._address, raw)

    def source(self) -> MailSource:
        return self._at(self._proxy.endpoint)

    def unreachable(self) -> MailSource:
        return self._at(f"http://{HOST}:{free_port()}")

    def size_of(self, raw: bytes) -> int:
        return -(-len(raw) * 4 // 3)

    def forget(self) -> bool:
        """Google keeps the history for a week or so."""
        self._proxy.add(google_error(404, "notFound"), path="/history", times=1)
        return True

    def _at(self, endpoint: str) -> MailSource:
        tokens = self._gmail.tokens(self._address)
        return GmailSource(tokens, self._address, LARGEST, api_endpoint=endpoint, pause_seconds=0.01)


class OutlookCase(ExactSizes):
    """Our own stand-in for Microsoft Graph."""

    def __init__(self, _folder: Path, servers: Servers) -> None:
        self._graph = servers.graph()
        self._address = f"ar-{uuid4().hex}@supplier.example"
        self._mailbox = self._graph.mailbox(self._address)

    def deliver(self, raw: bytes) -> None:
        self._mailbox.deliver(raw)

    def source(self) -> MailSource:
        return self._at(self._graph.base_url)

    def unreachable(self) -> MailSource:
        return self._at(f"http://{HOST}:{free_port()}/v1.0")

    def forget(self) -> bool:
        """Graph's answer is 410 then."""
        self._mailbox.forget_positions()
        return True

    def _at(self, base_url: str) -> MailSource:
        tokens = GraphTokens(self._graph, self._address)
        return OutlookSource(tokens, self._address, LARGEST, place=GraphPlace(base_url), pause=tokens.pause)


CASES = (FakeCase, FolderCase, MaildirCase, MboxCase, ImapCase, GmailCase, OutlookCase)

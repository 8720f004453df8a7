"""One suite for every `MailSource`: files, IMAP against a server, Gmail and Outlook against stand-ins."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from emulators import GmailEmulator
from graph_stand_in import GraphStandIn, GraphTokens
from mailservers import HOST, PASSWORD, MailDevel, free_port

from integrations.fakes.mailbox import FakeMailbox, FakeSource
from integrations.files.folder import FolderSource
from integrations.files.mbox import MboxSource
from integrations.gmail.source import GmailSource
from integrations.imap.adapter import ImapSource
from integrations.outlook.place import GraphPlace
from integrations.outlook.source import OutlookSource
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage, MailSource

LARGEST = 100_000


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


class Servers:
    """The servers, started when the first test asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mail_devel: MailDevel | None = None
        self._gmail: GmailEmulator | None = None
        self._graph: GraphStandIn | None = None

    def mail_devel(self) -> MailDevel:
        if self._mail_devel is None:
            self._mail_devel = MailDevel()
            self._mail_devel.start()
        return self._mail_devel

    def gmail(self) -> GmailEmulator:
        if self._gmail is None:
            emulator = GmailEmulator()
            emulator.start(self._folder)
            self._gmail = emulator
        return self._gmail

    def graph(self) -> GraphStandIn:
        if self._graph is None:
            self._graph = GraphStandIn()
            self._graph.start()
        return self._graph

    def stop(self) -> None:
        for server in (self._mail_devel, self._gmail, self._graph):
            if server is not None:
                server.stop()


class ExactSizes:
    """A mailbox that counts a message's bytes."""

    def size_of(self, raw: bytes) -> int:
        return len(raw)


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
            file.write(b"From a@x.example Mon Apr 20 09:00:00 2026\n" + b"".join(quoted) + b"\n")

    def source(self) -> MailSource:
        return MboxSource(self._path, LARGEST)

    def unreachable(self) -> MailSource:
        return MboxSource(self._path.with_name("missing.mbox"), LARGEST)


class ImapCase(ExactSizes):
    def __init__(self, _folder: Path, servers: Servers) -> None:
        self._server = servers.mail_devel()
        self._user = f"ar-{uuid4().hex}@supplier.example"

    def deliver(self, raw: bytes) -> None:
        self._server.append(self._user, raw)

    def source(self) -> MailSource:
        return self._at(self._server.imap_port)

    def unreachable(self) -> MailSource:
        return self._at(free_port())

    def _at(self, port: int) -> MailSource:
        return ImapSource(MailServer(HOST, port, self._user, PASSWORD, "plain", timeout_seconds=10), LARGEST)


class GmailCase:
    """`emulate`, whose sizes are those of the base64."""

    def __init__(self, _folder: Path, servers: Servers) -> None:
        self._gmail = servers.gmail()
        self._address = self._gmail.mailbox()

    def deliver(self, raw: bytes) -> None:
        self._gmail.deliver(self._address, raw)

    def source(self) -> MailSource:
        return self._at(self._gmail.endpoint)

    def unreachable(self) -> MailSource:
        return self._at(f"http://{HOST}:{free_port()}")

    def size_of(self, raw: bytes) -> int:
        return -(-len(raw) * 4 // 3)

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

    def _at(self, base_url: str) -> MailSource:
        tokens = GraphTokens(self._graph, self._address)
        return OutlookSource(tokens, self._address, LARGEST, place=GraphPlace(base_url), pause=tokens.pause)


CASES = (FakeCase, FolderCase, MaildirCase, MboxCase, ImapCase, GmailCase, OutlookCase)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.stop()


@pytest.fixture(params=CASES, ids=lambda case: case.__name__.removesuffix("Case").lower())
def mailbox(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers) -> Mailbox:
    return request.param(tmp_path, servers)


def a_mail(subject: str) -> bytes:
    return f"From: ann@customer.example\nSubject: {subject}\n\nHello\n".encode()


async def fetched(source: MailSource, cursor: str | None, limit: int = 100) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


async def raws(source: MailSource, cursor: str | None, limit: int = 100) -> list[bytes]:
    return [message.raw for message in await fetched(source, cursor, limit)]


async def test_an_empty_mailbox_gives_nothing(mailbox: Mailbox) -> None:
    assert await fetched(mailbox.source(), None) == []


async def test_the_first_fetch_gives_every_message_oldest_first(mailbox: Mailbox) -> None:
    for subject in ("one", "two", "three"):
        mailbox.deliver(a_mail(subject))
    assert await raws(mailbox.source(), None) == [a_mail("one"), a_mail("two"), a_mail("three")]


async def test_each_message_has_a_provider_id_of_its_own_that_stays(mailbox: Mailbox) -> None:
    mailbox.deliver(a_mail("same"))
    mailbox.deliver(a_mail("same"))
    first = [message.provider_id for message in await fetched(mailbox.source(), None)]
    again = [message.provider_id for message in await fetched(mailbox.source(), None)]
    assert len(set(first)) == 2
    assert again == first


async def test_what_arrives_later_comes_from_the_cursor_on(mailbox: Mailbox) -> None:
    source = mailbox.source()
    mailbox.deliver(a_mail("one"))
    mailbox.deliver(a_mail("two"))
    cursor = (await fetched(source, None))[-1].cursor
    assert await fetched(source, cursor) == []
    mailbox.deliver(a_mail("three"))
    assert await raws(source, cursor) == [a_mail("three")]


async def test_a_restart_goes_on_from_the_kept_cursor(mailbox: Mailbox) -> None:
    mailbox.deliver(a_mail("one"))
    mailbox.deliver(a_mail("two"))
    cursor = (await fetched(mailbox.source(), None))[-1].cursor
    mailbox.deliver(a_mail("three"))
    assert await raws(mailbox.source(), cursor) == [a_mail("three")]


async def test_an_older_cursor_gives_what_followed_it_once_more(mailbox: Mailbox) -> None:
    source = mailbox.source()
    for subject in ("one", "two", "three"):
        mailbox.deliver(a_mail(subject))
    older = (await fetched(source, None))[0].cursor
    assert await raws(source, older) == [a_mail("two"), a_mail("three")]


async def test_a_fetch_gives_no_more_than_its_limit_and_the_next_one_goes_on(mailbox: Mailbox) -> None:
    expected = [a_mail(f"number {number}") for number in range(7)]
    for raw in expected:
        mailbox.deliver(raw)
    source, cursor, got = mailbox.source(), None, []
    for _ in range(4):
        batch = await fetched(source, cursor, limit=3)
        assert len(batch) <= 3
        got += [message.raw for message in batch]
        cursor = batch[-1].cursor if batch else cursor
    assert got == expected


async def test_a_message_whose_keeping_failed_comes_again(mailbox: Mailbox) -> None:
    source = mailbox.source()
    mailbox.deliver(a_mail("one"))
    mailbox.deliver(a_mail("two"))
    kept = None
    with pytest.raises(ConnectionError):
        async for message in source.fetch(None, limit=10):
            if message.raw == a_mail("two"):
                raise ConnectionError("the database went away")
            kept = message.cursor
    assert await raws(source, kept) == [a_mail("two")]


async def test_a_message_over_the_limit_is_named_with_its_size_and_left_where_it_is(mailbox: Mailbox) -> None:
    large = a_mail("large") + b"x" * LARGEST + b"\n"
    mailbox.deliver(a_mail("one"))
    mailbox.deliver(large)
    mailbox.deliver(a_mail("three"))
    messages = await fetched(mailbox.source(), None)
    assert [message.raw for message in messages] == [a_mail("one"), b"", a_mail("three")]
    assert [message.too_large_bytes for message in messages] == [0, mailbox.size_of(large), 0]
    assert await raws(mailbox.source(), messages[1].cursor) == [a_mail("three")]


@pytest.mark.parametrize(
    "raw",
    [
        "Subject: Überweisung über 1.250,00 € an 山田\n\nGrüße\n".encode(),
        "Subject: Mahnung\n\nüber\n".encode("latin-1"),
        b"Subject: broken \xff\xfe\x80\n\n\xc3\x28 body\n",
        b"no header at all\n\nand a body\n",
        b"Subject: line ends\r\n\r\none\r\ntwo\nthree\r four\r\n",
        b"Subject: escapes\n\nFrom here on\n>From there\n>>From far\n.\n..\n\n\n\nend\n\n",
        b"Subject: spaces   \n\n \t\n  \n",
    ],
    ids=["utf-8", "latin-1", "malformed", "headless", "mixed-line-ends", "escapes", "spaces"],
)
async def test_bytes_arrive_as_they_were(mailbox: Mailbox, raw: bytes) -> None:
    mailbox.deliver(a_mail("before"))
    mailbox.deliver(raw)
    mailbox.deliver(a_mail("after"))
    assert await raws(mailbox.source(), None) == [a_mail("before"), raw, a_mail("after")]


async def test_a_cursor_that_is_not_ours_leaves_no_gap(mailbox: Mailbox) -> None:
    mailbox.deliver(a_mail("one"))
    for foreign in ("", "nonsense", "{}", "[1]", '{"newest": 3}', "4:x", "-1:-1", "99999999999:7"):
        assert await raws(mailbox.source(), foreign) == [a_mail("one")]


async def test_a_mailbox_that_cannot_be_reached_is_for_later(mailbox: Mailbox) -> None:
    with pytest.raises(TemporarilyUnavailable):
        await fetched(mailbox.unreachable(), None)

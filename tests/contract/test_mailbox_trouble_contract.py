"""One suite for every mailbox that is somebody's service: a token that ends early, and "not so often", in and out."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from emulators import FixedTokens, GmailEmulator
from faultproxy import FaultProxy, google_error
from graph_stand_in import GraphStandIn, GraphTokens
from imap_scripts import listening as listening_imap
from mailservers import HOST
from test_imap_sign_in import TokenImap
from test_smtp_sign_in import TokenSmtp
from test_smtp_sign_in import listening as listening_smtp

from integrations.fakes.mailbox import FakeMailbox, FakeSender, FakeSource
from integrations.gmail.sender import GmailSender
from integrations.gmail.source import GmailSource
from integrations.imap.adapter import ImapSource
from integrations.outlook.place import GraphPlace
from integrations.outlook.sender import OutlookSender
from integrations.outlook.source import OutlookSource
from integrations.ports.errors import RateLimited
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage, MailSender, MailSource, OutgoingMessage
from integrations.smtp.adapter import SmtpSender

LARGEST = 100_000
OLD, NEW = "old-token-" + "a" * 40, "new-token-" + "b" * 40
MAIL = b"0123456789"


class Service(Protocol):
    """A mailbox with one mail in it, at a provider that can be told to refuse us."""

    #: How long we are told to wait, where mail comes from and where it goes out.
    pauses: tuple[float, float]

    async def open(self, stack: AsyncExitStack) -> None:
        """Begins to answer, until the stack closes."""
        ...

    def source(self) -> MailSource:
        """A fresh adapter."""
        ...

    def sender(self) -> MailSender: ...

    def throttle(self) -> None:
        """From now on it has us wait."""
        ...

    def recover(self) -> None:
        """It takes us again."""
        ...

    def end_token(self) -> None:
        """The token that we have is refused from now on."""
        ...

    def replaced(self) -> int:
        """How often another token was asked for."""
        ...

    def sent(self) -> int:
        """How many mails went out."""
        ...


class FakeService:
    """In memory. It asks for no token."""

    pauses = (120.0, 120.0)

    def __init__(self, _gmail: FaultProxy, _emulator: GmailEmulator, _graph: GraphStandIn) -> None:
        self._mailbox = FakeMailbox()
        self._mailbox.deliver(MAIL)

    async def open(self, stack: AsyncExitStack) -> None:
        """It answers already."""

    def source(self) -> MailSource:
        return FakeSource(self._mailbox, LARGEST)

    def sender(self) -> MailSender:
        return FakeSender(self._mailbox)

    def throttle(self) -> None:
        self._mailbox.fail_next("fetch", RateLimited("not so often", 120.0))
        self._mailbox.fail_next("prepare", RateLimited("not so often", 120.0))

    def recover(self) -> None:
        """Once was all."""

    def sent(self) -> int:
        return len(self._mailbox.sent)


class GmailService:
    pauses = (120.0, 120.0)

    def __init__(self, proxy: FaultProxy, emulator: GmailEmulator, _graph: GraphStandIn) -> None:
        self._proxy, self._emulator, self._address = proxy, emulator, emulator.mailbox()
        proxy.reset()
        first, second = (emulator.sign_in(self._address).access_token for _ in range(2))
        self._tokens = FixedTokens(first, second)
        emulator.deliver(self._address, MAIL)

    async def open(self, stack: AsyncExitStack) -> None:
        """It answers already."""

    def source(self) -> MailSource:
        return GmailSource(
            self._tokens, self._address, LARGEST, api_endpoint=self._proxy.endpoint, pause_seconds=0.01
        )

    def sender(self) -> MailSender:
        return GmailSender(self._tokens, self._address, api_endpoint=self._proxy.endpoint, pause_seconds=0.01)

    def throttle(self) -> None:
        self._proxy.add(google_error(429, "rateLimitExceeded", Retry_After="120"), times=99)

    def recover(self) -> None:
        self._proxy.reset()

    def end_token(self) -> None:
        # The emulator takes any token.
        self._proxy.add(google_error(401, "authError"), times=1)

    def replaced(self) -> int:
        return len(self._tokens.replaced)

    def sent(self) -> int:
        return len(self._emulator.sent_raw(self._address))


class OutlookService:
    pauses = (120.0, 120.0)

    def __init__(self, _proxy: FaultProxy, _emulator: GmailEmulator, graph: GraphStandIn) -> None:
        self._graph, self._address = graph, f"ar-{uuid4().hex}@supplier.example"
        self._mailbox = graph.mailbox(self._address)
        self._mailbox.deliver(MAIL)
        self._tokens = GraphTokens(graph, self._address)

    async def open(self, stack: AsyncExitStack) -> None:
        stack.callback(self.recover)

    def source(self) -> MailSource:
        place = GraphPlace(self._graph.base_url)
        return OutlookSource(self._tokens, self._address, LARGEST, place=place, pause=self._tokens.pause)

    def sender(self) -> MailSender:
        place = GraphPlace(self._graph.base_url)
        return OutlookSender(self._tokens, self._address, place=place, pause=self._tokens.pause)

    def throttle(self) -> None:
        self._graph.fail("", status=429, code="ApplicationThrottled", headers={"Retry-After": "120"}, times=99)

    def recover(self) -> None:
        self._graph.faults.clear()

    def end_token(self) -> None:
        self._tokens.revoke()

    def replaced(self) -> int:
        return self._tokens.replaced

    def sent(self) -> int:
        return len(self._mailbox.delivered)


class ThrottledSmtp(TokenSmtp):
    """Asks for messages, and says as Google's and Microsoft's servers do that it is too much for now."""

    is_busy = False

    def _answer(self, state: str, line: str) -> tuple[str, str]:
        if self.is_busy and line.upper().startswith("MAIL"):
            return "", "421 4.7.0 Try again later, too many messages: rate limit exceeded"
        if line.upper() == "DATA":
            return "", "354 go ahead"
        return super()._answer(state, line)


class ServersService:
    """IMAP and SMTP with access tokens; the scripted SMTP server takes no message."""

    pauses = (120.0, 60.0)

    def __init__(self, _proxy: FaultProxy, _emulator: GmailEmulator, _graph: GraphStandIn) -> None:
        self._imap, self._smtp = TokenImap(OLD, NEW), ThrottledSmtp((OLD, NEW))
        self._tokens = FixedTokens(OLD, NEW)
        self._ports = (0, 0)

    async def open(self, stack: AsyncExitStack) -> None:
        self._ports = (
            await stack.enter_async_context(listening_imap(self._imap.serve)),
            await stack.enter_async_context(listening_smtp(self._smtp)),
        )

    def source(self) -> MailSource:
        return ImapSource(self._at(self._ports[0]), LARGEST)

    def sender(self) -> MailSender:
        return SmtpSender(self._at(self._ports[1]), "ar@supplier.example", None)

    def throttle(self) -> None:
        self._imap.answers["UID SEARCH"] = "BAD Request is throttled. Suggested Backoff Time: 120000 milliseconds"
        self._smtp.is_busy = True

    def recover(self) -> None:
        del self._imap.answers["UID SEARCH"]
        self._smtp.is_busy = False

    def end_token(self) -> None:
        self._imap.good = self._smtp.good = (NEW,)

    def replaced(self) -> int:
        return len(self._tokens.replaced)

    def sent(self) -> int:
        return 0

    def _at(self, port: int) -> MailServer:
        return MailServer(HOST, port, "ar@supplier.example", security="plain", timeout_seconds=5, tokens=self._tokens)


WITH_TOKENS = (GmailService, OutlookService, ServersService)


def _name(kind: type) -> str:
    return kind.__name__.removesuffix("Service").lower()


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(Path(tmp_path_factory.mktemp("gmail")))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def proxy(emulator: GmailEmulator) -> Iterator[FaultProxy]:
    proxy = FaultProxy(emulator.endpoint)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def graph() -> Iterator[GraphStandIn]:
    graph = GraphStandIn()
    graph.start()
    yield graph
    graph.stop()


@pytest.fixture
async def service(
    request: pytest.FixtureRequest, proxy: FaultProxy, emulator: GmailEmulator, graph: GraphStandIn
) -> AsyncIterator[Service]:
    service = request.param(proxy, emulator, graph)
    async with AsyncExitStack() as stack:
        await service.open(stack)
        yield service


with_tokens = pytest.mark.parametrize("service", WITH_TOKENS, ids=_name, indirect=True)
every_service = pytest.mark.parametrize("service", [FakeService, *WITH_TOKENS], ids=_name, indirect=True)


@pytest.fixture
def message() -> OutgoingMessage:
    message_id = f"{uuid4().hex}@supplier.example"
    raw = f"Message-ID: <{message_id}>\r\nTo: ann@customer.example\r\nSubject: Invoice 4711\r\n\r\nDear Ann\r\n"
    return OutgoingMessage(message_id, raw.encode(), "ar@supplier.example", ("ann@customer.example",))


async def fetched(source: MailSource) -> list[IncomingMessage]:
    return [message async for message in source.fetch(None, limit=10)]


@with_tokens
async def test_a_token_that_ended_is_replaced_once_and_the_mail_comes(service: Service) -> None:
    service.end_token()
    assert [message.raw for message in await fetched(service.source())] == [MAIL]
    assert service.replaced() == 1


@with_tokens
async def test_a_token_that_ended_is_replaced_once_before_a_mail_is_handed_over(
    service: Service, message: OutgoingMessage
) -> None:
    service.end_token()
    prepared = await service.sender().prepare(message)
    assert (service.replaced(), service.sent()) == (1, 0)
    await prepared.abandon()


@with_tokens
async def test_a_token_that_is_good_is_kept(service: Service, message: OutgoingMessage) -> None:
    source = service.source()
    assert [len(await fetched(source)) for _ in range(2)] == [1, 1]
    await (await service.sender().prepare(message)).abandon()
    assert service.replaced() == 0


@every_service
async def test_not_so_often_says_when_to_come_again_and_then_the_mail_is_there(service: Service) -> None:
    service.throttle()
    with pytest.raises(RateLimited) as refused:
        await fetched(service.source())
    assert refused.value.retry_after_seconds == service.pauses[0]
    service.recover()
    assert [message.raw for message in await fetched(service.source())] == [MAIL]


@every_service
async def test_not_so_often_comes_before_a_mail_is_handed_over(service: Service, message: OutgoingMessage) -> None:
    service.throttle()
    with pytest.raises(RateLimited) as refused:
        await service.sender().prepare(message)
    assert refused.value.retry_after_seconds == service.pauses[1]
    service.recover()
    assert service.sent() == 0
    await (await service.sender().prepare(message)).abandon()

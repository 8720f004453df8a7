"""A Gmail mailbox that we are behind in: what a person took out of spam meanwhile, and how much lies ahead."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from emulators import GmailEmulator
from faultproxy import FaultProxy, google_error

from integrations.gmail.source import GmailSource
from integrations.ports.mailbox import IncomingMessage
from integrations.ports.mailbox_gap import CountsAhead

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(tmp_path_factory.mktemp("gmail"))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def proxy(gmail: GmailEmulator) -> Iterator[FaultProxy]:
    proxy = FaultProxy(gmail.endpoint)
    proxy.start()
    yield proxy
    proxy.stop()


class Mailbox:
    """A mailbox of the emulator behind the proxy."""

    def __init__(self, gmail: GmailEmulator, proxy: FaultProxy) -> None:
        self.gmail, self.proxy, self.address = gmail, proxy, gmail.mailbox()
        self._tokens = gmail.tokens(self.address)

    def source(self, *, since: datetime | None = None) -> GmailSource:
        return GmailSource(
            self._tokens, self.address, 100_000, api_endpoint=self.proxy.endpoint, pause_seconds=0.01, since=since
        )

    def deliver(self, subject: str, *, at_ms: int = 0, labels: tuple[str, ...] = ("INBOX",)) -> str:
        raw = f"From: ann@customer.example\nSubject: {subject}\n\nHello\n".encode()
        return self.gmail.deliver(self.address, raw, labels=labels, at_ms=at_ms)

    def forget_history(self) -> None:
        """The next question for the history is answered as Google answers one of a week ago."""
        self.proxy.add(google_error(404, "notFound"), path="/history", times=1)


@pytest.fixture
def mailbox(gmail: GmailEmulator, proxy: FaultProxy) -> Mailbox:
    proxy.reset()
    return Mailbox(gmail, proxy)


async def fetched(source: GmailSource, cursor: str | None, limit: int = 100) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


def subjects(messages: list[IncomingMessage]) -> list[str]:
    return [message.raw.splitlines()[1].decode().removeprefix("Subject: ") for message in messages]


@pytest.mark.parametrize("days", [6, 29])
@pytest.mark.parametrize("forgotten", [True, False], ids=["history forgotten", "history known"])
async def test_what_a_person_took_out_of_spam_is_delivered_and_nothing_else_again(
    mailbox: Mailbox, days: int, forgotten: bool
) -> None:
    now_ms = int(time.time() * 1000)
    junk = mailbox.deliver("a promise", at_ms=now_ms - days * DAY_MS, labels=("SPAM",))
    for day in (20, 5, 1):
        mailbox.deliver(f"{day} days ago", at_ms=now_ms - day * DAY_MS)
    cursor = (await fetched(mailbox.source(), None))[-1].cursor
    mailbox.gmail.label(mailbox.address, junk, add=["INBOX"], remove=["SPAM"])
    if forgotten:
        mailbox.forget_history()
    messages = await fetched(mailbox.source(), cursor)
    assert subjects(messages) == ["a promise"]
    # The emulator, which has no profile, may tell of the same message once more; the intake knows it.
    again = await fetched(mailbox.source(), messages[-1].cursor)
    assert {one.provider_id for one in again} <= {junk}


async def test_a_mailbox_read_anew_is_not_read_from_before_its_first_day(mailbox: Mailbox) -> None:
    now_ms = int(time.time() * 1000)
    since = datetime.now(UTC) - timedelta(days=3)
    mailbox.deliver("one", at_ms=now_ms - DAY_MS)
    cursor = (await fetched(mailbox.source(since=since), None))[-1].cursor
    mailbox.deliver("imported from before", at_ms=now_ms - 5 * DAY_MS)
    mailbox.deliver("two")
    mailbox.forget_history()
    mailbox.proxy.requests.clear()
    assert subjects(await fetched(mailbox.source(since=since), cursor)) == ["two"]
    (listing,) = [one.path for one in mailbox.proxy.seen("/messages?") if "after" in one.path]
    assert f"after%3A{int(since.timestamp()) - 1}" in listing


async def test_after_a_first_fetch_what_lies_ahead_is_counted_by_date(mailbox: Mailbox) -> None:
    for number in range(7):
        mailbox.deliver(f"number {number}", at_ms=1_776_000_000_000 + number * DAY_MS)
    mailbox.deliver("our own", labels=("SENT",))
    source = mailbox.source()
    assert isinstance(source, CountsAhead)
    cursors = [message.cursor for message in await fetched(source, None)]
    assert [await source.ahead(cursor) for cursor in cursors] == [6, 5, 4, 3, 2, 1, 0]
    assert await source.ahead(None) is None


async def test_later_it_is_counted_by_the_history(mailbox: Mailbox) -> None:
    mailbox.deliver("earlier")
    source = mailbox.source()
    cursor = (await fetched(source, None))[-1].cursor
    mailbox.deliver("one")
    mailbox.deliver("our own", labels=("SENT",))
    mailbox.deliver("two")
    assert await source.ahead(cursor) == 2
    cursors = [message.cursor for message in await fetched(source, cursor)]
    assert [await source.ahead(one) for one in cursors] == [1, 0]
    mailbox.forget_history()
    assert await source.ahead(cursor) is None

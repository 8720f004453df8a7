"""What is Gmail's own as a source: reading by date, history and its loss, labels, limits, broken answers, tokens."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from emulators import FixedTokens, GmailEmulator
from faultproxy import Fault, FaultProxy, google_error
from mailservers import HOST

from core.errors import NotConfigured
from integrations.gmail.source import GmailSource
from integrations.gmail.transport import Limits, LostAnswer, Transport
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage

LARGEST = 100_000
DAY_MS = 86_400_000
START_MS = 1_776_000_000_000


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(tmp_path_factory.mktemp("gmail"))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def running_proxy(gmail: GmailEmulator) -> Iterator[FaultProxy]:
    proxy = FaultProxy(gmail.endpoint)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def proxy(running_proxy: FaultProxy) -> FaultProxy:
    running_proxy.reset()
    return running_proxy


@pytest.fixture
def address(gmail: GmailEmulator) -> str:
    return gmail.mailbox()


class Reader:
    """Sources over one mailbox behind the proxy."""

    def __init__(self, gmail: GmailEmulator, proxy: FaultProxy, address: str) -> None:
        self._gmail, self._proxy, self.address = gmail, proxy, address
        self.tokens = gmail.tokens(address)

    def source(self, **options: object) -> GmailSource:
        options = {"pause_seconds": 0.01, "timeout_seconds": 5.0, **options}
        return GmailSource(self.tokens, self.address, LARGEST, api_endpoint=self._proxy.endpoint, **options)  # type: ignore[arg-type]

    def deliver(self, *subjects: str, at_ms: int = 0, labels: tuple[str, ...] = ("INBOX",)) -> list[str]:
        return [self._gmail.deliver(self.address, a_mail(one), labels=labels, at_ms=at_ms) for one in subjects]


@pytest.fixture
def reader(gmail: GmailEmulator, proxy: FaultProxy, address: str) -> Reader:
    return Reader(gmail, proxy, address)


def a_mail(subject: str) -> bytes:
    return f"From: ann@customer.example\nSubject: {subject}\n\nHello\n".encode()


def subjects(messages: list[IncomingMessage]) -> list[str]:
    return [message.raw.splitlines()[1].decode().removeprefix("Subject: ") for message in messages]


async def fetched(source: GmailSource, cursor: str | None, limit: int = 100) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


async def drained(reader: Reader, cursor: str | None, limit: int, **options: object) -> list[str]:
    """The subjects of all there is, each fetch by a fresh source, as if it were started anew every time."""
    found: list[str] = []
    for _ in range(200):
        batch = await fetched(reader.source(**options), cursor, limit)
        if not batch:
            return found
        found += subjects(batch)
        cursor = batch[-1].cursor
    raise AssertionError("no end")


async def test_a_long_mailbox_is_read_oldest_first_in_many_fetches(reader: Reader) -> None:
    expected = []
    for burst in range(6):
        at_ms = START_MS + burst * burst * 11 * DAY_MS
        for number in range(15):
            reader.deliver(f"{burst}.{number}", at_ms=at_ms + number * 700)
            expected.append(f"{burst}.{number}")
    assert await drained(reader, None, 20) == expected


async def test_the_first_sync_begins_at_its_start_date(reader: Reader) -> None:
    for day in range(6):
        reader.deliver(f"day {day}", at_ms=START_MS + day * DAY_MS)
    since = datetime.fromtimestamp(START_MS / 1000, UTC) + timedelta(days=3)
    assert await drained(reader, None, 2, since=since) == ["day 3", "day 4", "day 5"]


async def test_messages_of_one_instant_are_all_read_whatever_the_limit(reader: Reader) -> None:
    expected = [f"same {number}" for number in range(60)]
    reader.deliver(*expected, at_ms=START_MS)
    found = await drained(reader, None, 25)
    assert sorted(found) == sorted(expected)
    assert len(found) == 60


@pytest.mark.parametrize("way", ["by date", "by history"])
async def test_every_cursor_on_the_way_gives_just_what_follows_it(reader: Reader, way: str) -> None:
    cursor = None
    if way == "by history":
        reader.deliver("earlier")
        cursor = (await fetched(reader.source(), None))[-1].cursor
    expected = [f"number {number}" for number in range(6)]
    reader.deliver(*expected)
    messages = await fetched(reader.source(), cursor)
    assert subjects(messages) == expected
    for place, message in enumerate(messages):
        assert subjects(await fetched(reader.source(), message.cursor)) == expected[place + 1 :]


async def test_our_own_mail_drafts_and_junk_are_left_out(reader: Reader) -> None:
    for label in ("SENT", "DRAFT", "SPAM", "TRASH", "INBOX"):
        reader.deliver(label, labels=(label,))
    first = await fetched(reader.source(), None)
    for label in ("SENT", "DRAFT", "SPAM", "TRASH", "INBOX"):
        reader.deliver(f"later {label}", labels=(label,))
    assert subjects(first) == ["INBOX"]
    assert subjects(await fetched(reader.source(), first[-1].cursor)) == ["later INBOX"]


async def test_junk_is_read_where_that_is_asked_for(reader: Reader) -> None:
    reader.deliver("spam", labels=("SPAM",))
    reader.deliver("trash", labels=("TRASH",))
    assert await drained(reader, None, 10, with_junk=True) == ["spam", "trash"]


async def test_archived_mail_is_read(reader: Reader) -> None:
    reader.deliver("archived", labels=())
    assert await drained(reader, None, 10) == ["archived"]


@pytest.mark.parametrize("label", ["SPAM", "TRASH"])
async def test_what_a_person_takes_out_of_the_junk_is_delivered_then(
    reader: Reader, gmail: GmailEmulator, label: str
) -> None:
    source = reader.source()
    (junk,) = reader.deliver("wrongly taken for junk", labels=(label,))
    reader.deliver("one")
    cursor = (await fetched(source, None))[-1].cursor
    gmail.label(reader.address, junk, add=["INBOX"], remove=[label])
    assert subjects(await fetched(source, cursor)) == ["wrongly taken for junk"]


@pytest.mark.parametrize("form", ["minimal", "raw"])
async def test_a_message_that_is_deleted_between_list_and_get_is_left_out(
    reader: Reader, proxy: FaultProxy, form: str
) -> None:
    _, gone, _ = reader.deliver("one", "gone", "three")
    proxy.add(google_error(404, "notFound"), path=f"{gone}?format={form}", times=9)
    assert await drained(reader, None, 2) == ["one", "three"]


async def test_messages_that_are_deleted_meanwhile_hide_none_behind_them(reader: Reader, proxy: FaultProxy) -> None:
    for gone in reader.deliver(*[f"gone {number}" for number in range(6)]):
        proxy.add(google_error(404, "notFound"), path=f"{gone}?format=raw", times=9)
    reader.deliver("seven", "eight")
    assert await drained(reader, None, 1) == ["seven", "eight"]


async def test_a_last_message_that_is_deleted_meanwhile_hides_nothing_that_follows(
    reader: Reader, proxy: FaultProxy
) -> None:
    _, gone = reader.deliver("one", "gone")
    proxy.add(google_error(404, "notFound"), path=f"{gone}?format=raw", times=9)
    source = reader.source()
    cursor = (await fetched(source, None))[-1].cursor
    assert await fetched(source, cursor) == []
    reader.deliver("three")
    assert subjects(await fetched(source, cursor)) == ["three"]


async def test_a_forgotten_history_loses_nothing_and_doubles_nothing(reader: Reader, proxy: FaultProxy) -> None:
    reader.deliver("one", "two", "three")
    kept = (await fetched(reader.source(), None))[-1].cursor
    reader.deliver("four")
    kept = (await fetched(reader.source(), kept))[-1].cursor
    reader.deliver("five", "six", "seven")
    for expected in (["five", "six"], ["seven"], []):
        proxy.add(google_error(404, "notFound"), path="/history", times=1)
        messages = await fetched(reader.source(), kept, limit=2)
        assert subjects(messages) == expected
        kept = messages[-1].cursor if messages else kept


async def test_mail_imported_with_a_date_of_the_past_is_found_after_the_history_was_forgotten(
    reader: Reader, proxy: FaultProxy
) -> None:
    now_ms = int(time.time() * 1000)
    reader.deliver("one", at_ms=now_ms - 3_600_000)
    cursor = (await fetched(reader.source(), None))[-1].cursor
    reader.deliver("imported", at_ms=now_ms - DAY_MS)
    proxy.add(google_error(404, "notFound"), path="/history", times=1)
    assert subjects(await fetched(reader.source(), cursor)) == ["imported"]


async def test_a_message_dated_in_the_future_hides_nothing_after_the_history_was_forgotten(
    reader: Reader, proxy: FaultProxy
) -> None:
    reader.deliver("from 2099", at_ms=4_070_908_800_000)
    cursor = (await fetched(reader.source(), None))[-1].cursor
    reader.deliver("of today")
    proxy.add(google_error(404, "notFound"), path="/history", times=1)
    assert subjects(await fetched(reader.source(), cursor)) == ["of today"]


async def test_a_quiet_mailbox_whose_history_was_forgotten_is_read_by_date_once(
    reader: Reader, proxy: FaultProxy
) -> None:
    reader.deliver("one", "two")
    source = reader.source()
    cursor = (await fetched(source, None))[-1].cursor
    proxy.add(google_error(404, "notFound"), path="/history", times=1)
    assert await fetched(source, cursor) == []
    proxy.requests.clear()
    assert await fetched(source, cursor) == []
    assert [request.path.partition("?")[0] for request in proxy.requests] == ["/gmail/v1/users/me/history"]


async def test_many_mails_of_our_own_are_passed_over_once(reader: Reader, proxy: FaultProxy) -> None:
    reader.deliver("one")
    source = reader.source()
    cursor = (await fetched(source, None))[-1].cursor
    reader.deliver(*[f"sent {number}" for number in range(510)], labels=("SENT",))
    assert await fetched(source, cursor) == []
    assert len(proxy.seen("/history")) == 2, "the history has two pages"
    proxy.requests.clear()
    reader.deliver("two")
    assert subjects(await fetched(source, cursor)) == ["two"]
    assert len(proxy.seen("/history")) == 1
    assert len(proxy.seen("/messages/")) == 2


async def test_a_message_that_is_larger_than_google_s_estimate_is_named_and_left(
    reader: Reader, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    message_id = gmail.deliver(reader.address, a_mail("large") + b"x" * 3 * LARGEST)
    estimate = gmail.call(reader.address, "GET", f"messages/{message_id}", params={"format": "minimal"})
    small = Fault("replace", body=json.dumps({**estimate, "sizeEstimate": 500}).encode())
    proxy.add(small, path=f"{message_id}?format=minimal", times=5)
    (message,) = await fetched(reader.source(), None)
    assert message.raw == b""
    assert message.too_large_bytes > LARGEST


async def test_a_message_over_the_limit_is_not_downloaded(
    reader: Reader, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    gmail.deliver(reader.address, a_mail("large") + b"x" * 3 * LARGEST)
    (message,) = await fetched(reader.source(), None)
    assert message.too_large_bytes > LARGEST
    assert proxy.seen("format=raw") == []


async def test_a_cursor_of_another_mailbox_is_no_cursor(
    reader: Reader, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    other = Reader(gmail, proxy, gmail.mailbox())
    other.deliver("theirs")
    reader.deliver("ours")
    foreign = (await fetched(other.source(), None))[-1].cursor
    assert subjects(await fetched(reader.source(), foreign)) == ["ours"]


async def test_a_refusal_for_a_moment_is_waited_for_as_long_as_google_asks(reader: Reader, proxy: FaultProxy) -> None:
    reader.deliver("one")
    proxy.add(google_error(429, "rateLimitExceeded", Retry_After="1"), path="format=raw", times=1)
    started = time.monotonic()
    assert await drained(reader, None, 10) == ["one"]
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (google_error(429, "rateLimitExceeded", Retry_After="120"), 120),
        (google_error(429, "rateLimitExceeded"), 60),
        (google_error(403, "rateLimitExceeded"), 60),
        (google_error(403, "userRateLimitExceeded"), 60),
        (google_error(403, "dailyLimitExceeded"), 3600),
        (
            google_error(
                429,
                "rateLimitExceeded",
                "User-rate limit exceeded.  Retry after 2026-04-20T09:05:00.000Z",
                Date="Mon, 20 Apr 2026 09:00:00 GMT",
            ),
            300,
        ),
        (
            google_error(429, "x", Retry_After="Mon, 20 Apr 2026 09:02:00 GMT", Date="Mon, 20 Apr 2026 09:00:00 GMT"),
            120,
        ),
    ],
    ids=["429 with a pause", "429", "403 project", "403 user", "403 day", "429 until an instant", "429 until a date"],
)
async def test_a_storm_of_refusals_is_for_the_job_to_wait_out(
    reader: Reader, proxy: FaultProxy, fault: Fault, pause: float
) -> None:
    reader.deliver("one")
    proxy.add(fault, times=99)
    with pytest.raises(RateLimited) as refused:
        await fetched(reader.source(), None)
    assert refused.value.retry_after_seconds == pause
    assert len(proxy.requests) <= 3
    assert reader.address in str(refused.value)


BROKEN = {
    "500": Fault("answer", status=500),
    "503": google_error(503, "backendError"),
    "lost": Fault("lose"),
    "dropped": Fault("drop"),
    "halved": Fault("halve"),
    "no JSON": Fault("replace", body=b"<html>"),
    "no object": Fault("replace", body=b"[1]"),
    "another object": Fault("replace", body=b'{"raw": 5, "historyId": true, "messages": {}}'),
    "deep": Fault("replace", body=b"[" * 100_000),
    "redirect": Fault("answer", status=302, headers={"Location": "http://elsewhere.example/"}),
    "408": Fault("answer", status=408),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path", ["messages?", "format=minimal", "format=raw"])
async def test_a_broken_answer_is_asked_for_again(reader: Reader, proxy: FaultProxy, name: str, path: str) -> None:
    reader.deliver("one")
    proxy.add(replace_of(BROKEN[name]), path=path, times=2)
    assert await drained(reader, None, 10) == ["one"]


@pytest.mark.parametrize("name", BROKEN)
async def test_answers_that_stay_broken_are_for_later(reader: Reader, proxy: FaultProxy, name: str) -> None:
    reader.deliver("one", "two")
    cursor = (await fetched(reader.source(), None, limit=1))[-1].cursor
    proxy.add(replace_of(BROKEN[name]), path="format=raw", times=99)
    with pytest.raises(TemporarilyUnavailable) as failed:
        await fetched(reader.source(), cursor)
    assert reader.address in str(failed.value)
    proxy.reset()
    assert subjects(await fetched(reader.source(), cursor)) == ["two"]


def replace_of(fault: Fault) -> Fault:
    return Fault(fault.kind, status=fault.status, headers=fault.headers, body=fault.body)


async def test_what_came_before_a_failure_is_kept(reader: Reader, proxy: FaultProxy) -> None:
    ids = reader.deliver(*[f"number {number}" for number in range(9)])
    proxy.add(Fault("answer", status=500), path=f"{ids[8]}?format=raw", times=9)
    got: list[IncomingMessage] = []
    with pytest.raises(TemporarilyUnavailable):
        async for message in reader.source().fetch(None, limit=100):
            got.append(message)
    assert subjects(got) == [f"number {number}" for number in range(8)]
    proxy.reset()
    assert subjects(await fetched(reader.source(), got[-1].cursor)) == ["number 8"]


async def test_a_server_that_says_nothing_is_given_up_in_time(reader: Reader, proxy: FaultProxy) -> None:
    proxy.add(Fault("silent", seconds=2), times=99)
    started = time.monotonic()
    with pytest.raises(TemporarilyUnavailable, match="no answer in time"):
        await fetched(reader.source(timeout_seconds=0.2), None)
    assert time.monotonic() - started < 2


def test_a_body_that_trickles_is_given_up_in_time(proxy: FaultProxy) -> None:
    proxy.add(Fault("trickle", seconds=0.05), times=1)
    transport = Transport(5)
    started = time.monotonic()
    with pytest.raises(LostAnswer):
        transport.request(
            "GET", f"{proxy.endpoint}/.well-known/openid-configuration", headers={}, body=None, limits=Limits(0.4)
        )
    transport.close()
    assert time.monotonic() - started < 2


async def test_a_refused_token_is_replaced_once_and_the_fetch_goes_on(
    reader: Reader, proxy: FaultProxy, gmail: GmailEmulator
) -> None:
    reader.deliver("one")
    reader.tokens = FixedTokens("stale", gmail.sign_in(reader.address).access_token)
    proxy.add(google_error(401, "authError"), times=1)
    assert await drained(reader, None, 10) == ["one"]
    assert reader.tokens.replaced == ["stale"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (google_error(401, "authError"), "connect this mailbox again"),
        (google_error(403, "insufficientPermissions"), "allow all that is asked"),
        (google_error(403, "accessNotConfigured"), "switch it on"),
        (google_error(403, "domainPolicy"), "administrator"),
        (google_error(400, "failedPrecondition"), "not switched on"),
        (google_error(403, "something new"), "connect this mailbox again"),
    ],
    ids=["401", "scopes", "API off", "policy", "no Gmail", "unknown"],
)
async def test_a_grant_that_is_gone_says_what_a_person_must_do(
    reader: Reader, proxy: FaultProxy, fault: Fault, words: str
) -> None:
    proxy.add(fault, times=99)
    with pytest.raises(AuthExpired, match=words) as refused:
        await fetched(reader.source(), None)
    assert await reader.tokens.current() not in str(refused.value)
    assert len(proxy.requests) <= 2


async def test_a_revoked_grant_ends_the_fetch(reader: Reader, proxy: FaultProxy) -> None:
    class Revoked:
        async def current(self) -> str:
            raise AuthExpired("invalid_grant")

        replace = current

    source = GmailSource(Revoked(), reader.address, LARGEST, api_endpoint=proxy.endpoint)  # type: ignore[arg-type]
    with pytest.raises(AuthExpired):
        await fetched(source, None)
    assert proxy.requests == []


async def test_fetches_at_the_same_time_do_not_disturb_one_another(reader: Reader) -> None:
    expected = [f"number {number}" for number in range(30)]
    reader.deliver(*expected)
    source = reader.source()
    assert [subjects(one) for one in await asyncio.gather(*(fetched(source, None) for _ in range(4)))] == [
        expected
    ] * 4


async def test_messages_are_asked_for_a_few_at_a_time(reader: Reader, proxy: FaultProxy) -> None:
    reader.deliver(*[f"number {number}" for number in range(20)])
    async for _message in reader.source().fetch(None, limit=100):
        break
    assert len(proxy.seen("format=raw")) <= 4


@pytest.mark.parametrize(
    "endpoint", ["http://gmail.example", "ftp://x", "gmail.example", ""], ids=["plain", "ftp", "no scheme", "empty"]
)
def test_tokens_do_not_travel_in_the_clear(endpoint: str) -> None:
    with pytest.raises(NotConfigured):
        GmailSource(FixedTokens("x"), "ar@supplier.example", LARGEST, api_endpoint=endpoint)


def test_the_emulator_listens_on_this_machine_only(gmail: GmailEmulator) -> None:
    assert gmail.endpoint.startswith(f"http://{HOST}:")

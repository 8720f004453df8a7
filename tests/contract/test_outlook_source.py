"""`OutlookSource` against our stand-in for Graph: positions that expire, what moves and changes, what goes wrong."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from graph_mailbox import GraphMailbox
from graph_stand_in import GraphStandIn, GraphTokens

from integrations.outlook.cursor import DeltaPosition, ListPosition, read_cursor, write_cursor
from integrations.outlook.place import GraphPlace
from integrations.outlook.source import OutlookSource
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage

ADDRESS = "ar@supplier.example"
LARGEST = 100_000


class House:
    """The stand-in with one mailbox, and sources over it."""

    def __init__(self, graph: GraphStandIn) -> None:
        self.graph = graph
        self.box: GraphMailbox = graph.mailbox(ADDRESS)
        self.tokens = GraphTokens(graph, ADDRESS)

    def source(self, mailbox: str = ADDRESS, **options: object) -> OutlookSource:
        options = {"page_size": 3, "timeout_seconds": 5.0, **options}
        place = GraphPlace(self.graph.base_url)
        return OutlookSource(self.tokens, mailbox, LARGEST, place=place, pause=self.tokens.pause, **options)

    def deliver(self, *subjects: str, folder: str = "inbox") -> list[str]:
        return [self.box.deliver(a_mail(subject), folder=folder) for subject in subjects]

    def raw_calls(self) -> int:
        return len(self.graph.calls(r"GET .*/\$value$"))


@pytest.fixture
def house() -> Iterator[House]:
    graph = GraphStandIn()
    graph.start()
    yield House(graph)
    graph.stop()
    assert graph.violations == []


def a_mail(subject: str) -> bytes:
    message_id = f"<{subject}@customer.example>"
    return f"From: ann@customer.example\nMessage-ID: {message_id}\nSubject: {subject}\n\nHello\n".encode()


async def fetched(source: OutlookSource, cursor: str | None, limit: int = 100) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


def subjects(messages: list[IncomingMessage]) -> list[str]:
    return [message.raw.split(b"Subject: ")[1].split(b"\n")[0].decode() for message in messages]


async def drained(source: OutlookSource, cursor: str | None, limit: int = 2) -> tuple[list[str], str | None]:
    """All that comes, a few at a time, each cursor kept as the ledger keeps it."""
    got: list[str] = []
    while batch := await fetched(source, cursor, limit):
        got += subjects(batch)
        cursor = batch[-1].cursor
    return got, cursor


async def test_a_mailbox_of_many_pages_comes_oldest_first_and_once(house: House) -> None:
    names = [f"n{number:02}" for number in range(20)]
    house.deliver(*names)
    assert (await drained(house.source(), None))[0] == names
    assert house.raw_calls() == 20


async def test_a_start_date_leaves_out_what_is_older_without_fetching_it(house: House) -> None:
    for day in range(1, 10):
        house.box.deliver(a_mail(f"day{day}"), received_at=datetime(2026, 3, day, 12, tzinfo=UTC))
    source = house.source(since=date(2026, 3, 7))
    assert subjects(await fetched(source, None)) == ["day7", "day8", "day9"]
    assert house.raw_calls() == 3


async def test_an_old_mail_that_is_marked_as_read_does_not_come_where_a_start_date_is_set(house: House) -> None:
    old = house.box.deliver(a_mail("old"), received_at=datetime(2025, 1, 1, tzinfo=UTC))
    house.deliver("new")
    source = house.source(since=date(2026, 1, 1))
    cursor = (await fetched(source, None))[-1].cursor
    house.box.touch(house.box.messages[old])
    assert await fetched(house.source(since=date(2026, 1, 1)), cursor) == []


async def test_a_mail_that_is_moved_in_comes_although_it_arrived_long_ago(house: House) -> None:
    (rescued,) = house.deliver("rescued", folder="junkemail")
    house.deliver("one", "two")
    source = house.source()
    cursor = (await fetched(source, None))[-1].cursor
    house.box.move(rescued, "inbox")
    assert subjects(await fetched(source, cursor)) == ["rescued"]


async def test_a_mail_that_was_kept_is_not_fetched_again_for_being_marked_as_read(house: House) -> None:
    (read, _) = house.deliver("one", "two")
    source = house.source()
    cursor = (await fetched(source, None))[-1].cursor
    house.box.touch(house.box.messages[read])
    house.deliver("three")
    assert subjects(await fetched(source, cursor)) == ["three"]
    assert house.raw_calls() == 3


async def test_a_mail_whose_keeping_failed_comes_again_even_when_changes_are_followed(house: House) -> None:
    house.deliver("one")
    source = house.source(page_size=4)
    cursor = (await fetched(source, None))[-1].cursor
    house.deliver("two", "three", "four", "five")
    # A page of four, which comes in the order of arrival.
    with pytest.raises(ConnectionError):
        async for message in source.fetch(cursor, limit=10):
            if subjects([message]) == ["four"]:
                raise ConnectionError("the database went away")
            cursor = message.cursor
    assert subjects(await fetched(source, cursor)) == ["four", "five"]


async def test_nothing_is_lost_at_any_point_where_a_reader_of_changes_stops(house: House) -> None:
    house.deliver("first")
    start = (await fetched(house.source(), None))[-1].cursor
    names = [f"n{number}" for number in range(8)]
    house.deliver(*names)
    for stop in range(1, 9):
        head = await fetched(house.source(), start, stop)
        rest = await fetched(house.source(), head[-1].cursor)
        assert sorted(subjects(head) + subjects(rest)) == names


async def test_deleted_drafts_and_vanished_messages_are_left_out(house: House) -> None:
    gone, _, draft = house.deliver("gone", "kept", "draft")
    house.box.messages[draft].is_draft = True
    source = house.source()
    house.graph.fail(rf"GET .*{gone}/\$value", status=404, code="ErrorItemNotFound")
    messages = await fetched(source, None)
    assert subjects(messages) == ["kept"]
    house.box.delete(gone)
    assert await fetched(source, messages[-1].cursor) == []


async def test_an_expired_position_lists_again_what_was_touched_since_and_loses_nothing(house: House) -> None:
    long_ago = datetime(2026, 2, 1, tzinfo=UTC)
    rescued = house.box.deliver(a_mail("rescued"), folder="junkemail", received_at=long_ago)
    house.deliver("one", "two", "three")
    cursor = (await fetched(house.source(), None))[-1].cursor
    house.box.now += timedelta(days=10)
    house.box.move(rescued, "inbox")
    house.deliver("four", "five", "six", "seven")
    house.box.forget_positions()
    got, end = await drained(house.source(), cursor)
    assert [name for name in got if name not in ("one", "two", "three")] == [
        "rescued",
        "four",
        "five",
        "six",
        "seven",
    ]
    house.deliver("eight")
    assert (await drained(house.source(), end))[0] == ["eight"]


async def test_a_resync_is_bounded_by_the_last_position_and_not_by_the_mailbox(house: House) -> None:
    for number in range(30):
        house.box.deliver(a_mail(f"old{number}"), received_at=datetime(2026, 1, 1, tzinfo=UTC))
    house.box.now += timedelta(days=30)
    house.deliver("last")
    cursor = (await fetched(house.source(), None))[-1].cursor
    house.box.forget_positions()
    before = house.raw_calls()
    house.deliver("new")
    assert subjects(await fetched(house.source(), cursor)) == ["last", "new"]
    assert house.raw_calls() - before == 2


@pytest.mark.parametrize(
    ("status", "code"),
    [(410, "syncStateNotFound"), (410, "resyncRequired"), (400, "SyncStateInvalid"), (404, "ErrorSyncStateNotFound")],
    ids=["410", "410-resync", "400", "404"],
)
async def test_each_way_of_saying_expired_starts_the_list_again(house: House, status: int, code: str) -> None:
    house.deliver("one")
    cursor = (await fetched(house.source(), None))[-1].cursor
    house.deliver("two")
    house.graph.fail(r"/delta", status=status, code=code)
    assert "two" in subjects(await fetched(house.source(), cursor))


async def test_a_position_that_expires_while_the_list_is_given_loses_nothing(house: House) -> None:
    names = [f"n{number}" for number in range(9)]
    house.deliver(*names)
    head = await fetched(house.source(), None, 4)
    house.deliver("late")
    house.box.forget_positions()
    got, _ = await drained(house.source(), head[-1].cursor)
    assert set(subjects(head) + got) == {*names, "late"}


async def test_positions_that_expire_at_once_are_a_failure_and_no_loop(house: House) -> None:
    house.deliver("one")
    cursor = (await fetched(house.source(), None))[-1].cursor
    house.graph.fail(r"/delta$", status=410, code="syncStateNotFound", times=100)
    before = len(house.graph.seen)
    with pytest.raises(TemporarilyUnavailable, match="lost its place"):
        await fetched(house.source(), cursor)
    assert len(house.graph.seen) - before < 10


async def test_more_messages_of_one_second_than_a_page_holds_all_come(house: House) -> None:
    same = datetime(2026, 4, 1, tzinfo=UTC)
    names = [f"n{number:02}" for number in range(20)]
    for name in names:
        house.box.deliver(a_mail(name), received_at=same)
    house.deliver("after")
    got, _ = await drained(house.source(), None, limit=7)
    assert sorted(got) == sorted([*names, "after"])


async def test_a_large_folder_is_counted_in_turns_and_its_old_mail_never_fetched(house: House) -> None:
    for _ in range(41):
        house.deliver("old")
    house.deliver("new")
    # 500 rows a page are asked for; the stand-in gives one.
    house.graph.page_rows = 1
    source = house.source(since=house.box.now)
    assert await fetched(source, None) == []
    assert len(house.graph.calls("delta")) == 40
    assert subjects(await fetched(source, None)) == ["new"]
    assert house.raw_calls() == 1


async def test_a_size_that_is_not_announced_ends_the_reading_at_the_limit(house: House) -> None:
    (large,) = house.deliver("large")
    house.box.messages[large].raw = b"Subject: large\n\n" + b"x" * 10_000_000
    house.deliver("next")
    house.graph.fail(r"\$value", kind="unannounced")
    first, second = await fetched(house.source(), None)
    assert first.raw == b""
    assert LARGEST < first.too_large_bytes < 1_000_000
    assert subjects([second]) == ["next"]


async def test_a_mail_that_exchange_cannot_write_as_mime_comes_in_its_parts(house: House) -> None:
    house.deliver("odd", "next")
    house.graph.fail(r"\$value", status=500, code="ErrorMimeContentConversionFailed")
    odd, following = await fetched(house.source(), None)
    assert b"Subject: odd" in odd.raw
    assert b"Message-ID: <odd@customer.example>" in odd.raw
    assert b"X-Duly-Rebuilt" in odd.raw
    assert subjects([following]) == ["next"]


async def test_throttling_is_waited_out_as_long_as_retry_after_asks(house: House) -> None:
    house.deliver("one")
    house.graph.fail(r"\$value", status=429, code="ApplicationThrottled", headers={"Retry-After": "7"}, times=2)
    assert subjects(await fetched(house.source(), None)) == ["one"]
    assert house.tokens.pauses == [7, 7]


async def test_throttling_for_long_is_for_the_job_and_what_came_before_it_is_kept(house: House) -> None:
    _, two = house.deliver("one", "two")
    house.graph.fail(rf"{two}/\$value", status=429, headers={"Retry-After": "600"})
    kept = None
    with pytest.raises(RateLimited) as caught:
        async for message in (source := house.source()).fetch(None, limit=10):
            kept = message.cursor
    assert caught.value.retry_after_seconds == 600
    assert ADDRESS in str(caught.value)
    assert subjects(await fetched(source, kept)) == ["two"]


async def test_a_storm_of_429_ends_after_some_tries(house: House) -> None:
    house.graph.fail(r".", status=429, times=1000)
    with pytest.raises(RateLimited):
        await fetched(house.source(), None)
    assert len(house.graph.seen) == 4


@pytest.mark.parametrize("kind", ["hang_up_before", "hang_up_after", "half"])
async def test_a_broken_answer_is_asked_for_again(house: House, kind: str) -> None:
    house.deliver("one")
    house.graph.fail(r"\$value", kind=kind, times=2)
    house.graph.fail(r"delta", kind=kind, times=2)
    assert subjects(await fetched(house.source(), None)) == ["one"]


async def test_answers_that_never_come_whole_are_for_later(house: House) -> None:
    house.deliver("one")
    house.graph.fail(r"\$value", kind="half", times=100)
    with pytest.raises(TemporarilyUnavailable, match="fetching a message"):
        await fetched(house.source(), None)


async def test_silence_has_a_limit(house: House) -> None:
    house.graph.fail("delta", kind="wait", seconds=1.5, times=9)
    with pytest.raises(TemporarilyUnavailable, match="no answer in time"):
        await fetched(house.source(timeout_seconds=0.1), None)


async def test_a_refused_token_is_replaced_once(house: House) -> None:
    house.deliver("one")
    house.tokens.revoke()
    assert subjects(await fetched(house.source(), None)) == ["one"]
    assert house.tokens.replaced == 1


async def test_a_grant_that_is_gone_needs_a_person_and_no_token_is_named(house: House) -> None:
    house.graph.fail(r".", status=401, code="InvalidAuthenticationToken", times=100)
    with pytest.raises(AuthExpired) as caught:
        await fetched(house.source(), None)
    assert house.tokens.replaced == 1
    assert len(house.graph.seen) == 2
    assert await house.tokens.current() not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "ErrorAccessDenied"), (404, "ErrorInvalidUser"), (404, "ErrorItemNotFound"), (400, "ErrorInvalidRequest")],
    ids=["forbidden", "no-mailbox", "no-folder", "senseless"],
)
async def test_a_mailbox_that_may_not_be_read_needs_a_person(house: House, status: int, code: str) -> None:
    house.graph.fail(r".", status=status, code=code, times=100)
    with pytest.raises(AuthExpired, match=r"onnect (it|the mailbox) again"):
        await fetched(house.source(), None)


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b"null", b'{"value": 3}', b'{"value": [{"id": 7}]}', b'{"value": []}', b"\xff\xfe", b"[" * 50_000],
    ids=["empty", "list", "null", "no-list", "no-id", "no-link", "no-text", "deep"],
)
async def test_answers_that_are_not_graph_s_are_for_later(house: House, answer: bytes) -> None:
    house.graph.fail(r"delta", status=200, body=answer, times=100)
    with pytest.raises(TemporarilyUnavailable):
        await fetched(house.source(), None)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me/messages/delta?$deltatoken=1",
        "http://127.0.0.1:1/v1.0/x?$skiptoken=1",
        "http://graph@evil.example/v1.0/x",
        "file:///etc/passwd",
        "//evil.example/v1.0/",
        "not a link",
    ],
    ids=["host", "port", "user", "file", "relative", "text"],
)
async def test_a_link_that_leads_elsewhere_is_not_followed(house: House, link: str) -> None:
    body = b'{"value": [], "@odata.nextLink": "%s"}' % link.encode()
    house.graph.fail(r"delta", status=200, body=body, times=100)
    with pytest.raises(TemporarilyUnavailable, match="another place"):
        await fetched(house.source(), None)


async def test_a_kept_cursor_with_a_link_elsewhere_sends_no_token_there(house: House) -> None:
    forged = write_cursor(DeltaPosition(link="https://evil.example/v1.0/?$deltatoken=1"))
    with pytest.raises(TemporarilyUnavailable, match="another place"):
        await fetched(house.source(), forged)
    assert house.graph.seen == []


async def test_a_redirection_is_not_followed(house: House) -> None:
    house.graph.fail(r"delta", status=302, headers={"Location": f"{house.graph.base_url}/elsewhere"}, times=100)
    with pytest.raises(TemporarilyUnavailable):
        await fetched(house.source(), None)
    assert house.graph.calls("elsewhere") == []


async def test_the_signed_in_mailbox_is_read_as_me(house: House) -> None:
    house.deliver("one")
    assert subjects(await fetched(house.source("me"), None)) == ["one"]


async def test_a_shared_mailbox_is_read_by_its_address(house: House) -> None:
    house.graph.mailbox("shared+ar@supplier.example").deliver(a_mail("shared"))
    assert subjects(await fetched(house.source("shared+ar@supplier.example"), None)) == ["shared"]


async def test_a_round_without_new_mail_moves_no_reader_but_its_own(house: House) -> None:
    house.deliver("one", "two")
    source = house.source()
    one, two = await fetched(source, None)
    assert await fetched(source, two.cursor) == []
    assert subjects(await fetched(source, one.cursor)) == ["two"]
    assert subjects(await fetched(source, None)) == ["one", "two"]


async def test_a_round_without_new_mail_is_not_gone_through_again(house: House) -> None:
    names = house.deliver("one", "two", "three", "four", "five", "six", "seven")
    source = house.source()
    cursor = (await fetched(source, None))[-1].cursor
    for name in names:
        house.box.touch(house.box.messages[name])
    assert await fetched(source, cursor) == []
    before = len(house.graph.seen)
    assert await fetched(source, cursor) == []
    assert len(house.graph.seen) - before == 1


async def test_two_readers_at_once_both_get_everything(house: House) -> None:
    house.deliver("one", "two", "three", "four")
    source = house.source()
    first, second = await asyncio.gather(fetched(source, None), fetched(source, None))
    assert {*subjects(first), *subjects(second)} == {"one", "two", "three", "four"}


def test_a_cursor_survives_being_written_and_read() -> None:
    then = DeltaPosition(
        link="https://graph.microsoft.com/v1.0/x?$deltatoken=1", as_of=datetime(2026, 4, 1, tzinfo=UTC)
    )
    for position in (
        then,
        ListPosition(by="receivedDateTime", reached=datetime(2026, 4, 1, tzinfo=UTC), done=("a", "b"), then=then),
    ):
        assert read_cursor(write_cursor(position)) == position


@pytest.mark.parametrize("text", ["outlook1.", "outlook1.@@@", "outlook1.AAAA", "outlook2.eJw=", "x" * 300_000])
def test_a_cursor_that_is_damaged_is_none(text: str) -> None:
    assert read_cursor(text) is None

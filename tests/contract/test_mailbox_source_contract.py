"""One suite for every `MailSource`: files, IMAP against a server, Gmail and Outlook against stand-ins."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Org
from mailbox_cases import CASES, LARGEST, Mailbox, Servers
from sqlalchemy import func, select

from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage, MailSource
from jobs.duly import Duly
from jobs.mailboxes import ConnectedSource
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow


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


async def test_after_a_position_was_lost_nothing_that_came_meanwhile_is_missing(mailbox: Mailbox) -> None:
    source = mailbox.source()
    delivered = [a_mail(subject) for subject in ("one", "two", "three", "four")]
    for raw in delivered[:2]:
        mailbox.deliver(raw)
    cursor = (await fetched(source, None))[-1].cursor
    mailbox.deliver(delivered[2])
    if not mailbox.forget():
        pytest.skip("positions in this mailbox cannot be lost")
    mailbox.deliver(delivered[3])
    messages = await fetched(source, cursor)
    assert [one.raw for one in messages if one.raw in delivered[2:]] == delivered[2:]
    assert {one.raw for one in messages} <= set(delivered)
    # The reading has come to its end: from there on, only what is new.
    last = messages[-1].cursor
    mailbox.deliver(a_mail("five"))
    assert await raws(mailbox.source(), last) == [a_mail("five")]


async def test_what_is_delivered_twice_and_fetched_twice_is_one_message(
    mailbox: Mailbox, duly: Duly, org: Org
) -> None:
    raw = f"Message-ID: <{org.org_id}@customer.example>\nTo: {org.address}\n".encode() + a_mail("Re: INV-1")
    mailbox.deliver(raw)
    mailbox.deliver(raw)
    mailbox.deliver(a_mail("another"))
    fresh = ConnectedSource(org.mailbox_id, "imap", mailbox.source(), None, None)
    # The second time as after a crash that lost the cursor.
    new = [await duly.fetching.fetch(org.org_id, replace(fresh, source=mailbox.source())) for _ in range(2)]
    async with duly.uows(org.org_id) as uow:
        stored = await uow.session.scalar(select(func.count()).select_from(MessageRow))
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
    assert (new, stored, row.failing_since) == ([2, 0], 2, None)

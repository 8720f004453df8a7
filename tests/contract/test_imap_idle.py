"""Waiting for mail on one connection: IDLE, its renewal, servers without it, connections that die."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from imap_scripts import CUT, ScriptedImap, listening
from mailservers import HOST, PASSWORD, MailDevel, make_certificate

from evals.imap_stand_in import Folder, ImapStandIn
from integrations.imap.idle import ImapIdle
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer


@pytest.fixture(scope="module")
def boxes() -> Iterator[MailDevel]:
    server = MailDevel()
    server.start()
    yield server
    server.stop()


def idling_at(port: int, **options: float) -> ImapIdle:
    server = MailServer(HOST, port, "ar@supplier.example", "x", "plain", timeout_seconds=options.pop("timeout", 2.0))
    return ImapIdle(server, **options)


@asynccontextmanager
async def waiting(handle: object, **options: float) -> AsyncIterator[ImapIdle]:
    """Somebody who waits at this server, and has looked once."""
    async with listening(handle) as port:  # type: ignore[arg-type]
        idle = idling_at(port, **options)
        assert await idle.wait(5) is True
        yield idle
        await idle.close()


async def test_the_first_wait_is_over_at_once_and_the_next_when_its_time_is() -> None:
    stand_in = ImapStandIn(Folder(range(1, 4)))
    async with waiting(stand_in.serve) as idle:
        started = time.monotonic()
        assert await idle.wait(0.2) is False
        assert 0.15 < time.monotonic() - started < 2


async def test_new_mail_ends_the_wait_at_once() -> None:
    stand_in = ImapStandIn(Folder(range(1, 4)))
    async with waiting(stand_in.serve) as idle:
        wait = asyncio.ensure_future(idle.wait(10))
        await asyncio.sleep(0.1)
        stand_in.folder.uids = range(1, 5)
        async with asyncio.timeout(1):
            assert await wait is True
        assert await idle.wait(0.1) is False


async def test_mail_that_came_while_nobody_waited_is_told_by_the_next_wait() -> None:
    stand_in = ImapStandIn(Folder(range(1, 4)))
    async with waiting(stand_in.serve) as idle:
        assert await idle.wait(0.1) is False
        stand_in.folder.uids = range(1, 5)
        await asyncio.sleep(0.1)
        async with asyncio.timeout(1):
            assert await idle.wait(10) is True


async def test_one_connection_and_no_thread_waits_for_all_of_it() -> None:
    server = ScriptedImap({"IDLE": "+ idling"})
    async with waiting(server.serve, renew_seconds=0.05) as idle:
        # The default executor has a handful of threads: these would be stuck behind those that wait.
        others = [asyncio.to_thread(time.monotonic) for _ in range(50)]
        assert await idle.wait(0.3) is False
        await asyncio.gather(*others)
    assert server.connections == 1
    assert server.commands.count("IDLE") >= 3
    assert server.commands.count("DONE") >= 3


async def test_idle_is_renewed_and_what_was_not_told_is_found_then() -> None:
    """mail-devel takes IDLE and says nothing of new mail, as some real servers do."""
    server = ScriptedImap(
        {
            "EXAMINE": [
                "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\nOK done",
                "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\nOK done",
                "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\nOK done",
            ],
            "IDLE": "+ idling",
        }
    )
    async with waiting(server.serve, renew_seconds=0.05) as idle, asyncio.timeout(2):
        assert await idle.wait(10) is True


async def test_a_real_server_s_new_mail_is_heard_of(boxes: MailDevel) -> None:
    user = f"ar-{uuid4().hex}@supplier.example"
    idle = ImapIdle(MailServer(HOST, boxes.imap_port, user, PASSWORD, "plain"), renew_seconds=0.3)
    assert await idle.wait(5) is True
    assert await idle.wait(0.5) is False
    await asyncio.to_thread(boxes.append, user, b"Subject: one\n\n1\n")
    async with asyncio.timeout(5):
        assert await idle.wait(10) is True
    await idle.close()


async def test_over_tls_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = make_certificate(tmp_path_factory.mktemp("idle"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    stand_in = ImapStandIn(Folder(range(1, 4)))
    async with listening(stand_in.serve, tls=context) as port:
        idle = ImapIdle(MailServer(HOST, port, "ar@supplier.example", "x", ca_file=made.certificate))
        assert await idle.wait(5) is True
        for count in (5, 6, 7):
            assert await idle.wait(0.1) is False
            stand_in.folder.uids = range(1, count)
            async with asyncio.timeout(2):
                assert await idle.wait(10) is True
        await idle.close()
    assert stand_in.commands.count("IDLE") == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"CAPABILITY": "* CAPABILITY IMAP4rev1\r\nOK done"},
        {"IDLE": "NO not for you"},
    ],
    ids=["not-announced", "refused"],
)
async def test_a_server_without_idle_is_asked_at_intervals(answers: dict[str, str | list[str]]) -> None:
    grown = "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\nOK done"
    same = grown.replace("2 EXISTS", "1 EXISTS").replace("UIDNEXT 3", "UIDNEXT 2")
    server = ScriptedImap({**answers, "EXAMINE": [same, same, same, same, grown]})
    async with waiting(server.serve, poll_seconds=0.05) as idle:
        assert await idle.wait(0.01) is False
        async with asyncio.timeout(2):
            assert await idle.wait(10) is True
    assert server.connections == 1


@pytest.mark.parametrize(
    "end",
    ["+ idling\r\n* BYE Session expired, please login again.\r\n" + CUT, "+ idling\r\n" + CUT, "+ idling\r\nOK done"],
    ids=["a-goodbye", "cut", "ended-by-the-server"],
)
async def test_a_connection_that_ends_is_made_anew_and_what_came_meanwhile_is_found(end: str) -> None:
    same = "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\nOK done"
    grown = "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\nOK done"
    server = ScriptedImap({"IDLE": [end, "+ idling"], "EXAMINE": [same, grown]})
    async with waiting(server.serve) as idle, asyncio.timeout(2):
        assert await idle.wait(10) is True


async def test_a_server_that_hangs_up_again_and_again_is_not_asked_without_end() -> None:
    server = ScriptedImap({"IDLE": "+ idling\r\n" + CUT})
    async with waiting(server.serve) as idle:
        with pytest.raises(TemporarilyUnavailable, match="connections lost while we waited"):
            await idle.wait(10)
    assert server.connections == 3


async def test_a_connection_that_is_dead_without_a_word_is_found_out_when_idle_is_renewed() -> None:
    server = ScriptedImap({"IDLE": ["+ idling", "+ idling", "+ idling"], "DONE": ["", "OK done"]})
    async with waiting(server.serve, renew_seconds=0.1, timeout=0.3) as idle:
        assert await idle.wait(1.5) is False
    assert server.connections == 2


async def test_a_server_that_is_gone_is_for_later_and_back_when_it_is() -> None:
    stand_in = ImapStandIn(Folder(range(1, 4)))
    async with listening(stand_in.serve) as port:
        idle = idling_at(port)
        assert await idle.wait(5) is True
        assert await idle.wait(0.05) is False
        await idle.close()
    with pytest.raises(TemporarilyUnavailable):
        await idle.wait(5)


async def test_a_refused_sign_in_is_for_a_person() -> None:
    async with listening(ScriptedImap({"LOGIN": "NO [AUTHENTICATIONFAILED] no"}).serve) as port:
        with pytest.raises(AuthExpired):
            await idling_at(port).wait(5)


async def test_a_wait_that_is_cancelled_ends_at_once_and_another_may_follow() -> None:
    stand_in = ImapStandIn(Folder(range(1, 4)))
    async with waiting(stand_in.serve) as idle:
        for _ in range(3):
            started = time.monotonic()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await idle.wait(30)
            assert time.monotonic() - started < 1
        stand_in.folder.uids = range(1, 5)
        async with asyncio.timeout(1):
            assert await idle.wait(10) is True
    assert stand_in.commands.count("IDLE") == 1


async def test_a_server_that_chatters_without_end_fills_no_memory() -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ScriptedImap({"IDLE": "+ idling\r\n" + "* OK Still here\r\n" * 200_000}).serve(reader, writer)

    async with waiting(chatter) as idle:
        with pytest.raises(TemporarilyUnavailable, match="more than it was asked for"):
            await idle.wait(10)


async def test_heartbeats_and_changed_flags_are_no_mail() -> None:
    server = ScriptedImap({"IDLE": "+ idling\r\n* OK Still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 1 EXPUNGE"})
    async with waiting(server.serve) as idle:
        assert await idle.wait(0.2) is False

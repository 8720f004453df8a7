"""What servers do to us: limits, half answers, lies about sizes, messages that cannot be had."""

import asyncio
import contextlib
import random
import time

import pytest
from imap_scripts import CUT, ScriptedImap, listening
from mailservers import HOST

from integrations.imap import mapping, refusals
from integrations.imap.adapter import ImapSentLookup, ImapSource
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import IncomingMessage

THREE = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\nOK done"
SIZES = "".join(f"* {uid} FETCH (UID {uid} RFC822.SIZE 10)\r\n" for uid in (1, 2, 3)) + "OK done"


def body(uid: int, *, text: str = "0123456789", size: int | None = None) -> str:
    return f"* {uid} FETCH (UID {uid} BODY[] {{{len(text) if size is None else size}}}\r\n{text})\r\n"


def source_at(port: int, *, largest: int = 1000, timeout: float = 1.0, folder: str = "INBOX") -> ImapSource:
    server = MailServer(HOST, port, "ar@supplier.example", "x", "plain", timeout_seconds=timeout)
    return ImapSource(server, largest, folder=folder)


async def fetched(source: ImapSource, cursor: str | None = None) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=50)]


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "BODY.PEEK"])
@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("NO [THROTTLED] slow down", RateLimited),
        ("NO [LIMIT] rate limit hit", RateLimited),
        ("NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", RateLimited),
        ("BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds", RateLimited),
        ("* BYE Maximum number of connections from user+IP exceeded\r\n" + CUT, RateLimited),
        ("NO [UNAVAILABLE] the backend is away", TemporarilyUnavailable),
        ("NO [INUSE] locked", TemporarilyUnavailable),
        ("* BYE server shutting down\r\n" + CUT, TemporarilyUnavailable),
        (CUT, TemporarilyUnavailable),
        ("* 1 FETCH (UID 1" + CUT, TemporarilyUnavailable),
    ],
    ids=[
        "throttled", "limit", "overquota", "microsoft-backoff", "connections", "unavailable", "in-use", "bye", "cut",
        "half-a-line",
    ],
)  # fmt: skip
async def test_what_a_refusal_means_at_each_step(command: str, words: str, error: type[Exception]) -> None:
    async with listening(ScriptedImap({command: words}).serve) as port:
        with pytest.raises(error):
            await fetched(source_at(port))


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds", 92.415),
        ("Suggested Backoff Time: 999999999 milliseconds. Throttled", 3600.0),
        ("Suggested Backoff Time: 0 ms. Throttled", 1.0),
        ("[OVERQUOTA] no", 600.0),
        ("[LIMIT] no", 60.0),
    ],
    ids=["as-said", "too-long", "too-short", "quota", "unsaid"],
)
def test_how_long_a_limit_lasts(words: str, seconds: float) -> None:
    error = refusals.command_error("imap.example:993", words)
    assert isinstance(error, RateLimited)
    assert error.retry_after_seconds == seconds


async def test_a_server_that_said_not_so_often_is_left_alone_that_long() -> None:
    server = ScriptedImap({"UID SEARCH": "BAD Request is throttled. Suggested Backoff Time: 1000 milliseconds"})
    async with listening(server.serve) as port:
        source = source_at(port)
        for _ in range(3):
            with pytest.raises(RateLimited) as limited:
                await fetched(source)
            assert limited.value.retry_after_seconds <= 1
        assert server.connections == 1
        server.answers.clear()
        await asyncio.sleep(1.05)
        assert len(await fetched(source)) == 1


async def test_a_refused_password_is_not_tried_every_few_seconds() -> None:
    server = ScriptedImap({"LOGIN": "NO [AUTHENTICATIONFAILED] no"})
    async with listening(server.serve) as port:
        source = source_at(port)
        for _ in range(3):
            with pytest.raises(AuthExpired):
                await fetched(source)
    assert server.connections == 1


async def test_messages_before_a_cut_are_not_lost_and_the_next_fetch_goes_on() -> None:
    server = ScriptedImap(
        {
            "EXAMINE": THREE,
            "UID SEARCH": "* SEARCH 1 2 3\r\nOK done",
            "BODY.PEEK": [
                body(1) + body(2)[:30] + CUT,
                body(1) + "OK done",
                body(2) + "OK done",
                body(3) + "OK done",
            ],
            "UID FETCH": SIZES,
        }
    )
    async with listening(server.serve) as port:
        messages = await fetched(source_at(port))
    assert [message.provider_id for message in messages] == ["7:1", "7:2", "7:3"]
    assert server.connections == 2


async def test_a_message_that_the_server_never_gives_is_named_and_those_before_it_come() -> None:
    server = ScriptedImap(
        {
            "EXAMINE": THREE,
            "UID SEARCH": "* SEARCH 1 2 3\r\nOK done",
            "UID FETCH 1,2,3 (UID BODY": body(1) + CUT,
            "UID FETCH 1 (UID BODY": body(1) + "OK done",
            "UID FETCH 2 (UID BODY": "* 2 FETCH (UID 2 BODY[] {10}\r\n012" + CUT,
            "UID FETCH": SIZES,
        }
    )
    got = []
    async with listening(server.serve) as port:
        with pytest.raises(TemporarilyUnavailable, match="stops before message 7:2: move it to another folder"):
            async for message in source_at(port).fetch(None, limit=50):
                got.append(message.provider_id)
    assert got == ["7:1"]


async def test_a_message_deleted_between_search_and_fetch_is_left_out() -> None:
    server = ScriptedImap(
        {
            "EXAMINE": THREE,
            "UID SEARCH": "* SEARCH 1 2 3\r\nOK done",
            "BODY.PEEK": "* 2 EXPUNGE\r\n" + body(1) + body(3) + "OK done",
            "UID FETCH": SIZES.replace("* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n", ""),
        }
    )
    async with listening(server.serve) as port:
        assert [message.provider_id for message in await fetched(source_at(port))] == ["7:3"]


@pytest.mark.parametrize(
    "answer",
    [
        body(1, size=9_999_999_999) + "OK done",
        body(1, size=99_999_999) + "OK done",
        "* 1 FETCH (UID 1 BODY[] {" + "9" * 5000 + "}\r\n",
        "* 1 FETCH (UID 1 BODY[] {18446744073709551616}\r\n",
    ],
    ids=["ten-gigabytes", "a-hundred-megabytes", "endless-digits", "two-to-the-64"],
)
async def test_a_literal_larger_than_was_asked_for_is_not_waited_for(answer: str) -> None:
    async with listening(ScriptedImap({"BODY.PEEK": answer}).serve) as port:
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable):
            await fetched(source_at(port, timeout=5))
        assert time.monotonic() - started < 3


async def test_a_literal_smaller_than_was_said_spoils_nothing_else() -> None:
    server = ScriptedImap({"BODY.PEEK": [body(1, text="01234", size=3) + "OK done", body(1) + "OK done"]})
    async with listening(server.serve) as port:
        with pytest.raises(TemporarilyUnavailable):
            await fetched(source_at(port))
        assert [message.raw for message in await fetched(source_at(port))] == [b"0123456789"]


async def test_a_server_that_floods_us_is_cut_off() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = ScriptedImap({"UID SEARCH": ("* SEARCH" + " 1" * 1_000 + "\r\n") * 3_000 + "OK done"})
        await script.serve(reader, writer)

    async with listening(flood) as port:
        with pytest.raises(TemporarilyUnavailable, match="more than it was asked for"):
            await fetched(source_at(port, timeout=10))


async def test_a_server_that_drips_holds_no_thread_for_long() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.02)

    async with listening(drip) as port:
        started = time.monotonic()
        with pytest.raises(TemporarilyUnavailable, match="no answer in time"):
            await fetched(source_at(port, timeout=0.2))
        # The thread itself has ended, not only we who waited for it.
        assert time.monotonic() - started < 2


async def test_a_fetch_that_is_cancelled_ends_at_once_and_the_next_one_works() -> None:
    server = ScriptedImap({"UID SEARCH": ["", "* SEARCH 1\r\nOK done"]})
    async with listening(server.serve) as port:
        source = source_at(port, timeout=30)
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await fetched(source)
        assert time.monotonic() - started < 2
        assert len(await fetched(source)) == 1


async def test_the_folder_that_cannot_be_opened_is_named() -> None:
    async with listening(ScriptedImap({"EXAMINE": "NO [NONEXISTENT] Unknown Mailbox"}).serve) as port:
        with pytest.raises(TemporarilyUnavailable, match=r"ar@supplier\.example.*opening the folder \"Rechnungen\""):
            await fetched(source_at(port, folder="Rechnungen"))


async def test_many_look_ups_at_once_do_not_mix_their_folders() -> None:
    """Each search is answered for the folder that is open: a mixed-up one would miss what is there."""

    class TwoFolders(ScriptedImap):
        def _answer(self, command: str) -> str:
            opened = next((each for each in reversed(self.commands) if each.startswith("EXAMINE")), "")
            if "HEADER Message-ID" in command:
                there = "<sent>" if "Sent" in opened else "<inbox>"
                return "* SEARCH 1\r\nOK done" if there in command else "* SEARCH\r\nOK done"
            if "HEADER.FIELDS" in command:
                found = "Message-ID: <inbox>\r\n <sent>"
                return f"* 1 FETCH (UID 1 BODY[] {{{len(found)}}}\r\n{found})\r\nOK done"
            if command.startswith("LIST"):
                return '* LIST (\\Sent) "/" "Sent"\r\nOK done'
            return super()._answer(command)

    async with listening(TwoFolders().serve) as port:
        lookup = ImapSentLookup(MailServer(HOST, port, "ar@supplier.example", "x", "plain", timeout_seconds=5))

        async def look(message_id: str, times: int) -> list[bool]:
            return [await lookup.was_sent(message_id) for _ in range(times)]

        # Of unlike lengths, so that they do not go in step.
        answers = await asyncio.gather(look("inbox", 7), look("sent", 3), look("inbox", 5), look("sent", 4))
        assert all(all(each) for each in answers)
        await lookup.close()


@pytest.mark.parametrize("seed", range(60))
async def test_nonsense_is_for_later_whatever_it_is(seed: int) -> None:
    """Answers with random damage raise the port's errors and no others."""
    chance = random.Random(seed)
    server = ScriptedImap({"EXAMINE": THREE, "UID SEARCH": "* SEARCH 1 2 3\r\nOK done", "UID FETCH": SIZES})

    async def damaged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        write = writer.write

        def spoil(data: bytes) -> None:
            spoiled = bytearray(data)
            for _ in range(chance.randrange(4)):
                if spoiled:
                    place = chance.randrange(len(spoiled))
                    spoiled[place : place + chance.randrange(3)] = chance.choice(
                        [
                            b"\r\n",
                            b"{3}\r\n",
                            b"* ",
                            b"\x00\xff",
                            b'"',
                            b"(",
                            b"* BYE {2}\r\n",
                            b"+ ",
                            b"\\",
                            b"9" * 30,
                        ]
                    )
            write(bytes(spoiled))

        writer.write = spoil  # type: ignore[method-assign]
        await server.serve(reader, writer)

    async with listening(damaged) as port:
        with contextlib.suppress(TemporarilyUnavailable, RateLimited, AuthExpired):
            await fetched(source_at(port, timeout=0.2))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("INBOX", "INBOX"),
        ("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés"),
        ("Tom &- Jerry", "Tom & Jerry"),
        ("&U,BTFw-", "台北"),
        ("&2D3eCg-", "\U0001f60a"),
        ("&abc", "&abc"),
        ("&2AA-", "&2AA-"),
        ("&!!!-", "&!!!-"),
    ],
    ids=["plain", "french", "ampersand", "chinese", "beyond-16-bits", "unfinished", "half-a-pair", "nonsense"],
)
def test_folder_names_are_read_from_modified_utf7(written: str, name: str) -> None:
    assert mapping.folder_name(written) == name

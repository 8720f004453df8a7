"""IDLE (RFC 2177) on one connection: begin, hear, end. imaplib has it from Python 3.14 on only."""

import asyncio
import enum
import imaplib
import re

from integrations.imap.connection import Connection

#: What a server may say while it idles, "still here" every few seconds included.
MOST_BYTES = 1_000_000
_NEW = re.compile(rb"\* \d{1,10} (?:EXISTS|RECENT)\b", re.IGNORECASE)
_GOODBYE = re.compile(rb"\* BYE\b", re.IGNORECASE)


class News(enum.Enum):
    """What a server said: that mail came, nothing of that kind, or that it idles no more."""

    MAIL = "mail"
    NOTHING = "nothing"
    ENDED = "ended"


def begin(connection: Connection) -> bool:
    """Asks for IDLE; False where it is refused."""
    tag = connection._new_tag()
    connection.untagged_responses.pop("EXISTS", None)
    connection.send(tag + b" IDLE\r\n")
    while connection._get_response() is not None:
        if connection.tagged_commands[tag] is not None:
            connection._get_tagged_response(tag)
            return False
    connection.idle_tag = tag
    # What came between the last command and this one is told here, before the server waits.
    connection.idle_news = "EXISTS" in connection.untagged_responses
    return True


def end(connection: Connection) -> None:
    """Says DONE and waits for the end.

    Raises:
        imaplib.IMAP4.error: the server ends it in another way than it should.
    """
    tag, connection.idle_tag = connection.idle_tag, None
    if tag is not None:
        connection.send(b"DONE\r\n")
        connection._get_tagged_response(tag)


async def news(connection: Connection, seconds: float) -> News:
    """What is said within `seconds`; no thread waits meanwhile, and whoever is cancelled here leaves nothing behind.

    Raises:
        OSError, imaplib.IMAP4.error: the connection is lost.
    """
    if connection.idle_news:
        connection.idle_news = False
        return News.MAIL
    heard = _heard(connection, connection.line.ready_lines())
    if heard is News.NOTHING and await _readable(connection.line.fileno(), seconds):
        heard = _heard(connection, connection.line.ready_lines())
    return heard


def _heard(connection: Connection, lines: list[bytes]) -> News:
    heard = News.NOTHING
    for line in lines:
        if _GOODBYE.match(line):
            raise imaplib.IMAP4.abort(line[6:].decode("utf-8", "replace").strip() or "the server said goodbye")
        if connection.idle_tag is not None and line.startswith(connection.idle_tag + b" "):
            connection.tagged_commands.pop(connection.idle_tag, None)
            connection.idle_tag = None
            return News.MAIL if heard is News.MAIL else News.ENDED
        if _NEW.match(line):
            heard = News.MAIL
    return heard


async def _readable(file: int, seconds: float) -> bool:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(file, ready.set)
    try:
        async with asyncio.timeout(seconds):
            await ready.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(file)
    return True

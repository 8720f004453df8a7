"""IMAP servers whose every word is a test's: for what a real server never says, or says once a year."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from mailservers import HOST

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

USUAL = (
    ("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\nOK done"),
    ("LOGIN", "OK done"),
    ("EXAMINE", "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\nOK done"),
    ("UID SEARCH", "* SEARCH 1\r\nOK done"),
    ("BODY.PEEK", "* 1 FETCH (UID 1 BODY[] {10}\r\n0123456789)\r\nOK done"),
    ("UID FETCH", "* 1 FETCH (UID 1 RFC822.SIZE 10)\r\nOK done"),
    ("LOGOUT", "* BYE\r\nOK done"),
    ("", "OK done"),
)
CUT = "CUT"


@dataclass
class ScriptedImap:
    """One message of 10 bytes, and answers by the words of a command; the first that fits counts.

    An answer's last line gets the tag where it begins with OK, NO or BAD. One that ends with `CUT` ends the
    connection there. A list of answers is used up one by one; its last stays.
    """

    answers: dict[str, str | list[str]] = field(default_factory=dict)
    greeting: str = "* OK ready"
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        self.connections += 1
        tag = ""
        writer.write(f"{self.greeting}\r\n".encode())
        while line := (await reader.readline()).decode("utf-8", "replace"):
            command = line.rstrip("\r\n")
            if known := re.match(r"([A-Z]{4}\d+) (.*)", command):
                tag, command = known[1], known[2]
            self.commands.append(command)
            answer = self._answer(command)
            writer.write(_written(answer.removesuffix(CUT), tag, whole=not answer.endswith(CUT)))
            if answer.endswith(CUT) or command == "LOGOUT":
                break
        writer.close()

    def _answer(self, command: str) -> str:
        for words, answer in (*self.answers.items(), *USUAL):
            if words in command if words else True:
                if isinstance(answer, list):
                    return answer.pop(0) if len(answer) > 1 else answer[0]
                return answer
        raise AssertionError(command)


def _written(answer: str, tag: str, *, whole: bool) -> bytes:
    *untagged, last = answer.split("\r\n")
    if re.match("(OK|NO|BAD) ", last):
        last = f"{tag} {last}"
    text = "\r\n".join([*untagged, last])
    return (text + ("\r\n" if whole and text else "")).encode()


@asynccontextmanager
async def listening(handle: Handle, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that gives each connection to `handle`."""
    server = await asyncio.start_server(handle, HOST, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()

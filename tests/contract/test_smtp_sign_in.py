"""Signing in to SMTP with an access token, and the limits that providers put on a day's mail."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from mailservers import HOST

from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from integrations.ports.mailbox import OutgoingMessage
from integrations.smtp import mapping
from integrations.smtp.adapter import SmtpSender

USER = "ar@supplier.example"
OLD, NEW = "ya29.old-token_" + "a" * 40, "ya29.new-token_" + "b" * 40
GOOGLE_ERROR = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
REFUSED = "535 5.7.8 Username and Password not accepted"


class Tokens:
    """`AccessTokens` of this test: the first token, and what replaces it."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.replaced: list[str] = []

    async def current(self) -> str:
        return self._tokens[0]

    async def replace(self, refused: str) -> str:
        self.replaced.append(refused)
        if len(self._tokens) > 1:
            self._tokens.pop(0)
        return self._tokens[0]


@dataclass
class TokenSmtp:
    """A server that takes these tokens and refuses others with Google's challenge and then `refusal`."""

    good: tuple[str, ...] = ()
    announced: str = "PLAIN XOAUTH2"
    refusal: str = REFUSED
    challenge: bytes = GOOGLE_ERROR
    takes_first_response: bool = True
    said: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"220 ready\r\n")
        state = ""
        while line := (await reader.readline()).decode().rstrip("\r\n") if not reader.at_eof() else "":
            state, answer = self._answer(state, line)
            writer.write(f"{answer}\r\n".encode())
            if state == "challenged":
                # The client's answer may be an empty line.
                self.said.append((await reader.readline()).strip())
                writer.write(f"{self.refusal}\r\n".encode())
                state = ""
        writer.close()

    def _answer(self, state: str, line: str) -> tuple[str, str]:
        verb = line.partition(" ")[0].upper()
        if state == "first":
            return self._judge(line)
        if verb == "EHLO":
            return "", f"250-here\r\n250-AUTH {self.announced}\r\n250 SMTPUTF8"
        if verb == "AUTH":
            first = line.split(" ")[2:]
            if first and not self.takes_first_response:
                return "", "500 5.5.6 line too long"
            return self._judge(first[0]) if first else ("first", "334 ")
        return "", {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 OK")

    def _judge(self, first: str) -> tuple[str, str]:
        said = base64.b64decode(first)
        self.said.append(said)
        if any(f"auth=Bearer {token}\x01".encode() in said for token in self.good):
            return "", "235 2.7.0 Accepted"
        return "challenged", "334 " + base64.b64encode(self.challenge).decode()


@asynccontextmanager
async def listening(server: TokenSmtp) -> AsyncIterator[int]:
    serving = await asyncio.start_server(server.serve, HOST, 0)
    try:
        yield serving.sockets[0].getsockname()[1]
    finally:
        serving.close()


async def prepared(port: int, tokens: Tokens) -> None:
    at = MailServer(HOST, port, USER, security="plain", timeout_seconds=3, tokens=tokens)
    message = OutgoingMessage("a@b", b"Subject: x\r\n\r\nx\r\n", USER, ("ann@customer.example",))
    await (await SmtpSender(at, USER, None).prepare(message)).abandon()


@pytest.mark.parametrize("takes_first_response", [True, False], ids=["with-the-command", "after-a-challenge"])
async def test_a_token_is_said_as_google_and_microsoft_document_it(takes_first_response: bool) -> None:
    server = TokenSmtp((NEW,), takes_first_response=takes_first_response)
    async with listening(server) as port:
        await prepared(port, Tokens(NEW))
    assert server.said == [f"user={USER}\x01auth=Bearer {NEW}\x01\x01".encode()]


async def test_oauthbearer_where_nothing_else_is_announced() -> None:
    server = TokenSmtp((NEW,), announced="PLAIN OAUTHBEARER")
    async with listening(server) as port:
        await prepared(port, Tokens(NEW))
    assert server.said == [f"n,a={USER},\x01host={HOST}\x01port={port}\x01auth=Bearer {NEW}\x01\x01".encode()]


@pytest.mark.parametrize(
    ("announced", "last"), [("XOAUTH2", b""), ("OAUTHBEARER", b"AQ==")], ids=["xoauth2", "oauthbearer"]
)
async def test_a_refused_token_is_replaced_once(announced: str, last: bytes) -> None:
    server, tokens = TokenSmtp((NEW,), announced=announced), Tokens(OLD, NEW)
    async with listening(server) as port:
        await prepared(port, tokens)
    assert tokens.replaced == [OLD]
    assert server.said[1] == last
    assert server.connections == 2


async def test_a_second_refusal_is_for_a_person_and_says_what_the_server_said() -> None:
    server, tokens = TokenSmtp(), Tokens(OLD, NEW)
    async with listening(server) as port:
        with pytest.raises(AuthExpired, match=r"not accepted status 400.*connect this mailbox again") as refused:
            await prepared(port, tokens)
    assert tokens.replaced == [OLD]
    assert server.connections == 2
    assert USER in str(refused.value)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ("454 4.7.0 Temporary authentication failure", TemporarilyUnavailable),
        ("421 4.7.0 Too many login attempts, try again later", RateLimited),
        ("454 4.7.0 Too many login attempts", RateLimited),
    ],
    ids=["for-now", "closing", "too-many"],
)
async def test_a_refusal_for_now_costs_no_token(refusal: str, error: type[Exception]) -> None:
    tokens = Tokens(OLD, NEW)
    async with listening(TokenSmtp(refusal=refusal)) as port:
        with pytest.raises(error):
            await prepared(port, tokens)
    assert tokens.replaced == []


async def test_a_server_that_takes_no_tokens_gets_none() -> None:
    server = TokenSmtp((NEW,), announced="PLAIN LOGIN")
    tokens = Tokens(OLD, NEW)
    async with listening(server) as port:
        with pytest.raises(AuthExpired, match="takes no access tokens"):
            await prepared(port, tokens)
    assert tokens.replaced == []
    assert server.said == []


@pytest.mark.parametrize("refusal", [f"535 no {OLD}", f"535 no {OLD[:40]}"], ids=["whole", "cut-off"])
async def test_a_token_never_shows_even_where_the_server_repeats_it(refusal: str) -> None:
    async with listening(TokenSmtp(refusal=refusal)) as port:
        with pytest.raises(AuthExpired) as refused:
            await prepared(port, Tokens(OLD))
    assert OLD[:20] not in f"{refused.value!r} {refused.value.__cause__!r}"


async def test_challenges_without_end_are_not_answered_without_end() -> None:
    server = TokenSmtp(refusal="334 ")
    async with listening(server) as port:
        with pytest.raises((AuthExpired, TemporarilyUnavailable)):
            await asyncio.wait_for(prepared(port, Tokens(OLD)), 10)


@pytest.mark.parametrize(
    ("code", "words", "error"),
    [
        (550, "5.4.5 Daily user sending limit exceeded. For more information", RateLimited),
        (550, "5.1.90 Your message can't be sent because you've reached your daily limit", RateLimited),
        (554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", RateLimited),
        (432, "4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", RateLimited),
        (550, "5.1.1 no such user", Rejected),
        (535, "5.7.139 SmtpClientAuthentication is disabled for the Tenant", AuthExpired),
    ],
    ids=["google-a-day", "microsoft-a-day", "microsoft-quota", "microsoft-threads", "unknown", "switched-off"],
)
def test_what_providers_limits_mean(code: int, words: str, error: type[Exception]) -> None:
    assert type(mapping.refusal(code, words, server="smtp.example:587", what="message")) is error

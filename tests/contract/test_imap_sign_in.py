"""Signing in to IMAP with an access token: XOAUTH2 and OAUTHBEARER, refusals, and a token that never shows."""

import base64
import json

import pytest
from imap_scripts import ScriptedImap, listening
from mailservers import HOST
from structlog.testing import capture_logs

from core.errors import NotConfigured
from integrations import sasl
from integrations.imap.adapter import ImapSource
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable
from integrations.ports.mail_server import MailServer

USER = "ar@supplier.example"
OLD, NEW = "ya29.old-token_" + "a" * 40, "ya29.new-token_" + "b" * 40


class Tokens:
    """`AccessTokens` of this test: the first token, and what replaces it."""

    def __init__(self, *tokens: str, error: Exception | None = None) -> None:
        self._tokens = list(tokens)
        self._error = error
        self.replaced: list[str] = []

    async def current(self) -> str:
        return self._tokens[0]

    async def replace(self, refused: str) -> str:
        self.replaced.append(refused)
        if self._error is not None:
            raise self._error
        if len(self._tokens) > 1:
            self._tokens.pop(0)
        return self._tokens[0]


class TokenImap(ScriptedImap):
    """A server that takes the tokens it is told, in both ways to say them, and refuses the rest as Google does."""

    def __init__(
        self, *good: str, capabilities: str = "AUTH=XOAUTH2 SASL-IR", refusal: str = "", status: str = "400"
    ) -> None:
        super().__init__({"CAPABILITY": f"* CAPABILITY IMAP4rev1 {capabilities}\r\nOK done"})
        self.good = good
        self.refusal = refusal or "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"
        self.status = status
        self.said: list[bytes] = []

    def _answer(self, command: str) -> str:
        if command.startswith("AUTHENTICATE"):
            _, _, first = command.removeprefix("AUTHENTICATE ").partition(" ")
            return self._judge(first) if first else "+ "
        before = self.commands[-2] if len(self.commands) > 1 else ""
        if before.startswith("AUTHENTICATE") and before.count(" ") == 1:
            return self._judge(command)
        if command in ("", "AQ=="):
            self.said.append(command.encode())
            return self.refusal
        return super()._answer(command)

    def _judge(self, first: str) -> str:
        said = base64.b64decode(first)
        self.said.append(said)
        if any(f"auth=Bearer {token}\x01".encode() in said for token in self.good):
            return "OK Success"
        error = {"status": self.status, "schemes": "Bearer", "scope": "https://mail.google.com/"}
        return "+ " + base64.b64encode(json.dumps(error).encode()).decode()


async def fetched(port: int, tokens: Tokens) -> ImapSource:
    server = MailServer(HOST, port, USER, security="plain", timeout_seconds=2, tokens=tokens)
    source = ImapSource(server, 1000)
    assert [message.raw async for message in source.fetch(None, limit=5)] == [b"0123456789"]
    return source


@pytest.mark.parametrize("more", ["SASL-IR", ""], ids=["with-the-command", "after-a-challenge"])
async def test_a_token_is_said_as_google_and_microsoft_document_it(more: str) -> None:
    server = TokenImap(NEW, capabilities=f"AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER {more}")
    async with listening(server.serve) as port:
        await fetched(port, Tokens(NEW))
    assert server.said == [f"user={USER}\x01auth=Bearer {NEW}\x01\x01".encode()]


@pytest.mark.parametrize("more", ["SASL-IR", ""], ids=["with-the-command", "after-a-challenge"])
async def test_oauthbearer_where_nothing_else_is_announced(more: str) -> None:
    server = TokenImap(NEW, capabilities=f"AUTH=OAUTHBEARER {more}")
    async with listening(server.serve) as port:
        await fetched(port, Tokens(NEW))
    assert server.said == [f"n,a={USER},\x01host={HOST}\x01port={port}\x01auth=Bearer {NEW}\x01\x01".encode()]


@pytest.mark.parametrize(
    ("capabilities", "last"),
    [("AUTH=XOAUTH2 SASL-IR", b""), ("AUTH=XOAUTH2", b""), ("AUTH=OAUTHBEARER SASL-IR", b"AQ==")],
    ids=["xoauth2-at-once", "xoauth2-after-a-challenge", "oauthbearer"],
)
async def test_a_refused_token_is_replaced_once(capabilities: str, last: bytes) -> None:
    server, tokens = TokenImap(NEW, capabilities=capabilities), Tokens(OLD, NEW)
    async with listening(server.serve) as port:
        await fetched(port, tokens)
    assert tokens.replaced == [OLD]
    assert server.said[1] == last
    assert (OLD.encode() in server.said[0], NEW.encode() in server.said[2]) == (True, True)


async def test_a_second_refusal_is_for_a_person_and_says_what_the_server_said() -> None:
    server, tokens = TokenImap(), Tokens(OLD, NEW)
    async with listening(server.serve) as port:
        with pytest.raises(
            AuthExpired, match=r"Invalid credentials .*status 400.*connect this mailbox again"
        ) as refused:
            await fetched(port, tokens)
    assert tokens.replaced == [OLD]
    assert server.connections == 2
    assert USER in str(refused.value)


async def test_a_server_that_refused_is_not_asked_again_at_once_but_for_another_token() -> None:
    server, tokens = TokenImap(), Tokens(OLD, OLD)
    async with listening(server.serve) as port:
        at = MailServer(HOST, port, USER, security="plain", timeout_seconds=2, tokens=tokens)
        source = ImapSource(at, 1000)
        for _ in range(3):
            with pytest.raises(AuthExpired):
                await anext(source.fetch(None, limit=5))
        assert server.connections == 2
        server.good, tokens._tokens = (NEW,), [NEW]
        assert (await anext(source.fetch(None, limit=5))).raw == b"0123456789"


@pytest.mark.parametrize(
    ("refusal", "status", "error"),
    [
        ("NO [UNAVAILABLE] later", "400", TemporarilyUnavailable),
        ("NO AUTHENTICATE failed.", "503", TemporarilyUnavailable),
        ("NO [ALERT] Too many simultaneous connections. (Failure)", "400", RateLimited),
    ],
    ids=["unavailable", "a-server-error-in-the-json", "too-many"],
)
async def test_a_refusal_for_now_costs_no_token(refusal: str, status: str, error: type[Exception]) -> None:
    tokens = Tokens(OLD, NEW)
    async with listening(TokenImap(refusal=refusal, status=status).serve) as port:
        with pytest.raises(error):
            await fetched(port, tokens)
    assert tokens.replaced == []


@pytest.mark.parametrize(
    "error",
    [AuthExpired("the grant is gone"), TemporarilyUnavailable("the token server is away")],
    ids=["gone", "away"],
)
async def test_what_the_token_server_says_is_passed_on(error: Exception) -> None:
    async with listening(TokenImap().serve) as port:
        with pytest.raises(type(error), match=str(error)):
            await fetched(port, Tokens(OLD, error=error))


async def test_a_server_that_takes_no_tokens_gets_none() -> None:
    server = TokenImap(NEW, capabilities="AUTH=PLAIN")
    tokens = Tokens(OLD, NEW)
    async with listening(server.serve) as port:
        with pytest.raises(AuthExpired, match="takes no access tokens"):
            await fetched(port, tokens)
    assert tokens.replaced == []
    assert server.said == []


@pytest.mark.parametrize(
    "refusal",
    [
        f"NO I do not know {OLD}",
        f"BAD {base64.b64encode(f'user={USER}auth=Bearer {OLD}'.encode()).decode()}",
        f"NO {OLD[:38]}",
    ],
    ids=["whole", "in-base64", "cut-off"],
)
async def test_a_token_never_shows_even_where_the_server_repeats_it(refusal: str) -> None:
    async with listening(TokenImap(refusal=refusal).serve) as port:
        with capture_logs() as logs, pytest.raises(AuthExpired) as refused:
            await fetched(port, Tokens(OLD))
    shown = f"{refused.value!r} {refused.value.__cause__!r} {logs}"
    assert OLD[:20] not in shown
    assert base64.b64encode(OLD.encode()).decode()[:20] not in shown
    assert "user=" not in shown


def test_a_server_s_repr_shows_no_tokens() -> None:
    assert "Tokens" not in repr(MailServer("imap.example", 993, USER, tokens=Tokens(OLD)))


def test_a_token_without_a_user_name_is_a_mistake() -> None:
    with pytest.raises(NotConfigured, match="user name"):
        MailServer("imap.example", 993, tokens=Tokens(OLD))


@pytest.mark.parametrize("token", ["", "a\r\nb", "a\x01b", "ü"], ids=["empty", "line-end", "field-end", "no-ascii"])
def test_a_token_that_would_break_out_of_its_field_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        sasl.first_response("XOAUTH2", username=USER, token=token, host="h", port=1)


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        (b'{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}',
         "status 401, scope https://mail.google.com/"),
        (b'{"status":"invalid_token","openid-configuration":"x"}', "status invalid_token"),
        (b"[]", ""), (b"", ""), (b"{", ""), (b"\xff", ""), (b"[" * 5000, ""), (b'{"status":{"a":1}}', ""),
    ],
    ids=["google", "rfc-7628", "list", "nothing", "half", "no-text", "deep", "nested"],
)  # fmt: skip
def test_what_the_json_of_a_refusal_says(challenge: bytes, words: str) -> None:
    assert sasl.error_in(challenge) == words

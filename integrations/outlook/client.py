"""`GraphClient`: calls to Microsoft Graph about one mailbox, each with a limit in time, size and tries."""

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import httpx

from integrations.outlook.place import GraphPlace, mailbox_path
from integrations.outlook.refusals import Refusal, error_of, http_date, printable, refusal
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import AuthExpired, OutcomeUnknown, RateLimited, TemporarilyUnavailable

#: How often one call is made at most, and the longest pauses that it takes by itself: one, and all together.
#: What asks for more is for the job to try later.
_TRIES = 4
_LONGEST_WAIT = 15.0
_LONGEST_WAITS = 30.0
#: Graph allows four calls at once for each mailbox and application; source and sender have two each.
_AT_ONCE = 2
_CONNECT_SECONDS = 10.0
#: Slowest line that is still waited for, to tell how long a large body may take in all.
_BYTES_A_SECOND = 50_000
_JSON_BYTES = 2_000_000
_PASSING_STATUS = frozenset({408, 500, 502, 503, 504})

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `what` is what an error says that we were doing.

    `repeatable`: the same call twice is the same as once, so it is made again when its answer was lost.
    `hands_over`: it sends a mail, so a lost answer is `OutcomeUnknown`.
    `signed`: our token goes along; an upload's address has its own permission instead.
    `judged`: codes of failures on the other side that the caller judges, as trying again does not mend them.
    """

    what: str
    method: str
    url: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    most_bytes: int = _JSON_BYTES
    repeatable: bool = True
    hands_over: bool = False
    signed: bool = True
    judged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its status, its headers, its body. `oversize` is its size where that was over the limit; then the
    body was not read."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)
    oversize: int = 0

    @property
    def ok(self) -> bool:
        return 200 <= self.status <= 299

    @property
    def refusal(self) -> Refusal:
        """What was refused, for an answer that is not ok."""
        return refusal(self.status, self.headers, self.body, now=self.date or datetime.now(UTC))

    @property
    def date(self) -> datetime | None:
        """The server's clock when it answered."""
        return http_date(self.headers.get("date", ""))


class _NotDelivered(Exception):
    """No connection was made: the server has not seen the call."""


class _AnswerLost(Exception):
    """The call may have arrived; its answer did not."""


class GraphClient:
    """Calls for one mailbox. Safe under concurrent use; connections are kept until `close`.

    `path` is where the mailbox lies. Nothing is redirected, no cookie is kept, and no error names a token or a link.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        mailbox: str,
        place: GraphPlace,
        *,
        timeout_seconds: float = 30.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.place = place
        self.mailbox = mailbox
        self.path = mailbox_path(mailbox)
        self._tokens = tokens
        self._timeout = timeout_seconds
        self._pause = pause
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
            follow_redirects=False,
            verify=_certificates(),
        )

    async def close(self) -> None:
        """Ends the connections."""
        await self._http.aclose()

    async def call(self, call: Call) -> Answer:
        """A success, or a refusal that the caller has to judge: any 4xx but 401, 408 and 429.

        Raises:
            TemporarilyUnavailable: not reached, not answered, or failing on the other side.
            RateLimited: too many calls, for longer than we wait here.
            AuthExpired: the token is refused, and so was another one.
            OutcomeUnknown: the call hands a mail over, and no answer that tells was received.
        """
        token = await self._token() if call.signed else ""
        replaced, waited = False, 0.0
        for tries_left in reversed(range(_TRIES)):
            answer, failure = await self._try(call, token)
            if answer is not None and answer.status == 401 and call.signed and not replaced:
                # The provider refuses a token that should be good: another one, once, and no pause.
                token, replaced = _checked(await self._tokens.replace(token), self.mailbox), True
                answer, failure = await self._try(call, token)
            if answer is not None and _is_for_the_caller(answer, call):
                return answer
            wait = self._wait(call, answer, failure, tries_left)
            if wait is None or waited + wait > _LONGEST_WAITS:
                raise self._error(call, answer, failure)
            waited += wait
            await self._pause(wait)
        raise TemporarilyUnavailable(f"{self._about(call)}: given up after {_TRIES} tries")

    def error(self, answer: Answer, what: str) -> Exception:
        """The error for a refusal that nobody knows how to live with."""
        return error_of(answer.refusal, what=what, mailbox=self.mailbox)

    async def _try(self, call: Call, token: str) -> tuple[Answer | None, Exception | None]:
        try:
            return await self._once(call, token), None
        except (_NotDelivered, _AnswerLost) as failure:
            return None, failure

    def _wait(self, call: Call, answer: Answer | None, failure: Exception | None, tries_left: int) -> float | None:
        """Seconds until the call may be made again; None where it may not."""
        if tries_left == 0 or (answer is not None and answer.status == 401):
            return None
        refused_for_now = answer is not None and answer.status == 429
        if not call.repeatable and not refused_for_now and not isinstance(failure, _NotDelivered):
            return None
        asked = answer.refusal.retry_after_seconds if answer is not None else None
        if asked is not None:
            return asked if asked <= _LONGEST_WAIT else None
        # A spread, so that many workers do not come back at the same moment.
        return float(2 ** (_TRIES - 1 - tries_left)) * random.uniform(0.3, 0.6)  # noqa: S311

    def _error(self, call: Call, answer: Answer | None, failure: Exception | None) -> Exception:
        if answer is None:
            message = f"{self._about(call)}: {failure}"
            unknown = call.hands_over and isinstance(failure, _AnswerLost)
            return OutcomeUnknown(message) if unknown else TemporarilyUnavailable(message)
        error = error_of(answer.refusal, what=call.what, mailbox=self.mailbox)
        told = isinstance(error, AuthExpired) or (isinstance(error, RateLimited) and answer.status == 429)
        # Behind a gateway's 5xx the mail may have gone out all the same.
        return OutcomeUnknown(str(error)) if call.hands_over and not told else error

    async def _once(self, call: Call, token: str) -> Answer:
        headers = {"Accept-Encoding": "identity", **call.headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        seconds = self._timeout + (len(call.content) + call.most_bytes) / _BYTES_A_SECOND
        try:
            request = self._http.build_request(call.method, call.url, content=call.content or None, headers=headers)
            async with self._places, asyncio.timeout(seconds):
                return await self._exchange(call, request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _NotDelivered(_words(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            # Not chained: what h11 says of a header that it does not like holds the header, and so the token.
            raise _AnswerLost(_words(error)) from None

    async def _exchange(self, call: Call, request: httpx.Request) -> Answer:
        response = await self._http.send(request, stream=True)
        try:
            if call.hands_over and response.status_code == 202:
                # The status says it all; whether a body follows, and how much of it comes, does not matter.
                return Answer(202, response.headers, b"")
            return await self._read(call, response)
        finally:
            await response.aclose()

    async def _read(self, call: Call, response: httpx.Response) -> Answer:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise httpx.DecodingError("compressed, which was not asked for")
        if 300 <= response.status_code <= 399:
            raise httpx.RemoteProtocolError("a redirection, which is not followed")
        most = call.most_bytes if response.is_success else _JSON_BYTES
        stated = response.headers.get("content-length", "")
        if stated.isdigit() and int(stated[:18]) > most:
            return Answer(response.status_code, response.headers, b"", int(stated[:18]))
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > most:
                return Answer(response.status_code, response.headers, b"", len(body))
        return Answer(response.status_code, response.headers, bytes(body))

    async def _token(self) -> str:
        return _checked(await self._tokens.current(), self.mailbox)

    def _about(self, call: Call) -> str:
        return f"Outlook mailbox {self.mailbox}: {call.what}"


@cache
def _certificates() -> ssl.SSLContext:
    """Those that are trusted; to read them takes longer than a call does."""
    return httpx.create_ssl_context()


def _is_for_the_caller(answer: Answer, call: Call) -> bool:
    if answer.status in (401, 429):
        return False
    return answer.status not in _PASSING_STATUS or answer.refusal.code.lower() in call.judged


def _checked(token: str, mailbox: str) -> str:
    """A token that can stand in a header; what cannot would otherwise be quoted in an error of the HTTP library."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise AuthExpired(f"Outlook mailbox {mailbox}: what is stored as its access token is none; connect it again")
    return token


def _words(error: Exception) -> str:
    """An error of the HTTP library, without what it may quote from our request."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        return printable(str(error), 150) or "no connection"
    if isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError):
        return f"an answer that breaks off or makes no sense ({printable(str(error), 100)})"
    return f"the connection broke ({type(error).__name__})"

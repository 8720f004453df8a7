"""`Transport`: HTTP under Google's SDK, with limits in time and size, and without a repetition of its own."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.errors import NotConfigured
from integrations.hand_over import HandOverLimit
from integrations.ports.mail_server import is_loopback

#: Slowest line that is still waited for, to tell how long a large body may take in all.
BYTES_A_SECOND = 200_000
#: A call with a small body, from its first byte to its last.
CALL_SECONDS = 30.0
_CONNECTIONS = 16
_PIECE_BYTES = 65_536


class NotHandedOver(Exception):
    """No connection, so the request cannot have reached anybody."""


class LostAnswer(Exception):
    """The request went out, wholly or in part, and no answer came that can be read."""


class AnswerTooLarge(LostAnswer):
    """The answer went on beyond what was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer. `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def sent_at_ms(self) -> int | None:
        """The other side's clock as it answered, in milliseconds since 1970; None where it does not say."""
        try:
            return int(parsedate_to_datetime(self.headers["date"]).timestamp() * 1000)
        except (KeyError, ValueError, TypeError, OverflowError):
            return None


class Refused(Exception):
    """An answer other than 2xx."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take from start to end, how many bytes its answer may have, and until when it is made."""

    seconds: float = CALL_SECONDS
    answer_bytes: int = 4_000_000
    #: For a call that must not be made late: asked before the body leaves, piece by piece.
    hand_over: HandOverLimit | None = None


class Transport:
    """Connections that any number of threads share. `timeout_seconds` is the longest silence on the line.

    httplib2, which the SDK brings, sends a request again where a connection breaks while the answer is awaited, a
    POST too: a mail would go out twice. Here a request goes out once, and the error says whether it went out.
    """

    def __init__(self, timeout_seconds: float) -> None:
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout_seconds),
            limits=httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=30.0),
            # A redirect would carry the token to wherever it points.
            follow_redirects=False,
        )

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, limits: Limits
    ) -> Answer:
        """Blocks until the whole answer is there.

        Raises:
            NotHandedOver, LostAnswer, AnswerTooLarge.
            TemporarilyUnavailable: it is too late for this call, and not made.
        """
        deadline = time.monotonic() + limits.seconds
        named, content = dict(headers), body if body is None else _in_time(body, limits)
        if body is not None:
            named["content-length"] = str(len(body))
        try:
            with self._client.stream(method, url, headers=named, content=content) as response:
                answer = _read(response, deadline, limits.answer_bytes)
                received = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, received, answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotHandedOver(_words(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise LostAnswer(_words(error)) from error

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()


@dataclass(frozen=True, slots=True)
class SdkHttp:
    """One call's `http` as the SDK knows it: signs with a token, and raises what is not 2xx as it came."""

    transport: Transport
    token: str = field(repr=False)
    limits: Limits
    #: Told Google's clock at each answer.
    note_time: Callable[[int | None], None]

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_options: Any,
    ) -> tuple[Answer, bytes]:
        """See `httplib2.Http.request`.

        Raises:
            Refused, NotHandedOver, LostAnswer, AnswerTooLarge.
        """
        # The length is counted anew: the SDK's is that of the body it made.
        named = {name: value for name, value in (headers or {}).items() if name.lower() != "content-length"}
        named["authorization"] = f"Bearer {self.token}"
        content = body.encode() if isinstance(body, str) else body
        answer = self.transport.request(method, uri, headers=named, body=content, limits=self.limits)
        self.note_time(answer.sent_at_ms)
        if not 200 <= answer.status <= 299:
            raise Refused(answer)
        return answer, answer.content


def checked_endpoint(endpoint: str | None) -> str | None:
    """Another address for Google's, of an emulator or a private one; None for Google's own.

    Raises:
        NotConfigured: not a URL, or tokens would travel there in the clear.
    """
    if endpoint is None:
        return None
    parts = urlsplit(endpoint)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not parts.hostname or not secure:
        raise NotConfigured(f"Gmail's endpoint must be an https address, not {endpoint[:200]!r}")
    return endpoint.rstrip("/")


def _in_time(body: bytes, limits: Limits) -> bytes | Iterator[bytes]:
    """The body, and where the call must not be made late no more of it than is in time: half of it sends nothing."""
    if limits.hand_over is None:
        return body
    return _pieces(body, limits.hand_over, limits.seconds)


def _pieces(body: bytes, limit: HandOverLimit, seconds: float) -> Iterator[bytes]:
    for start in range(0, len(body), _PIECE_BYTES):
        limit.check(more_seconds=seconds if start else 0.0)
        yield body[start : start + _PIECE_BYTES]


def _read(response: httpx.Response, deadline: float, most_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > most_bytes:
            raise AnswerTooLarge(f"the answer has more than {most_bytes:,} bytes")
        # Each piece comes within the line's own timeout; a body that trickles could otherwise take for ever.
        if time.monotonic() > deadline:
            raise LostAnswer("the answer did not come to its end in time")
        pieces.append(piece)
    return b"".join(pieces)


def _words(error: Exception) -> str:
    return "no answer in time" if isinstance(error, httpx.TimeoutException) else str(error) or type(error).__name__

"""A push of Pub/Sub: what it says, and whether it is from Google and meant for us."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.auth import exceptions
from google.auth.transport import Request
from google.oauth2 import id_token

from core.errors import ExternalError, InvalidInput
from integrations.gmail.transport import Limits, LostAnswer, NotHandedOver, Transport
from integrations.ports.errors import TemporarilyUnavailable

MOST_BYTES = 65_536
#: What our clock may differ from Google's.
_CLOCK_SKEW_SECONDS = 30
_MOST_TOKEN_LETTERS = 8_192
_BEARER = "bearer "
_FETCH_SECONDS = 10.0


class ForgedPush(ExternalError):
    """Not a push that Google signed for us; nothing of it may be believed."""


@dataclass(frozen=True, slots=True)
class Push:
    """Something happened in the mailbox `address`; its history has reached `history_id`."""

    address: str
    history_id: int


def parse_push(body: bytes) -> Push:
    """What a push says. It only wakes the one who fetches: mail is read from the cursor that we kept.

    Raises:
        InvalidInput: not a push of Gmail.
    """
    if len(body) > MOST_BYTES:
        raise InvalidInput(f"a push has {MOST_BYTES:,} bytes at most")
    try:
        letters = json.loads(body)["message"]["data"]
        said = json.loads(base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True))
        address, history_id = said["emailAddress"], said["historyId"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidInput("not a push of Gmail: message.data with emailAddress and historyId is missing") from error
    if not isinstance(address, str) or not 3 <= len(address) <= 320 or not address.isprintable():
        raise InvalidInput("not a push of Gmail: emailAddress is no address")
    return Push(address.strip().lower(), _history_id(history_id))


def verify_push(authorization: str, *, audience: str, service_account: str, certificates: Request) -> None:
    """Returns where the `Authorization` header of a push was signed by Google, for `audience`, by `service_account`.

    `certificates` fetches Google's, see `CertificateCache`. It blocks: call it in a thread.

    Raises:
        ForgedPush: missing, malformed, signed by nobody, expired, for somebody else or by somebody else.
        TemporarilyUnavailable: Google's certificates could not be fetched; let Pub/Sub try again.
    """
    if not audience or not service_account:
        raise ForgedPush("pushes are not accepted: no audience or no service account to check them by")
    if not authorization.lower().startswith(_BEARER) or len(authorization) > _MOST_TOKEN_LETTERS:
        raise ForgedPush("a push without a bearer token")
    claims = _claims(authorization[len(_BEARER) :].strip(), audience, certificates)
    if claims.get("aud") != audience:
        raise ForgedPush("a push for somebody else")
    if claims.get("email_verified") is not True or claims.get("email") != service_account:
        raise ForgedPush("a push that another account than ours signed")


class CertificateCache(Request):
    """Google's certificates, fetched again after a while, so that forged pushes cannot make us ask for each.

    `fetch` gets an address and returns what lies there. `monotonic` is a clock that never jumps.
    """

    def __init__(
        self, fetch: Callable[[str], bytes], monotonic: Callable[[], float], seconds: float = 3600.0
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._seconds = seconds
        self._kept: dict[str, tuple[float, bytes]] = {}

    def __call__(self, url: str, method: str = "GET", *_arguments: Any, **_options: Any) -> "_Fetched":
        """See `google.auth.transport.Request`."""
        now = self._monotonic()
        kept = self._kept.get(url)
        if kept is None or now - kept[0] >= self._seconds:
            kept = now, self._fetch(url)
            self._kept[url] = kept
        return _Fetched(kept[1])


def fetch_from_google(url: str) -> bytes:
    """What lies at an address of Google's, for `CertificateCache`.

    Raises:
        google.auth.exceptions.TransportError: it could not be fetched.
    """
    transport = Transport(_FETCH_SECONDS)
    try:
        limits = Limits(seconds=2 * _FETCH_SECONDS, answer_bytes=1_000_000)
        answer = transport.request("GET", url, headers={}, body=None, limits=limits)
    except (NotHandedOver, LostAnswer) as error:
        raise _not_fetched(str(error)) from error
    finally:
        transport.close()
    if answer.status != 200:
        raise _not_fetched(f"HTTP {answer.status}")
    return answer.content


def _not_fetched(words: str) -> Exception:
    make: Any = exceptions.TransportError
    error: Exception = make(f"certificates: {words}")
    return error


@dataclass(frozen=True, slots=True)
class _Fetched:
    data: bytes
    status: int = 200
    headers: Mapping[str, str] | None = None


def _claims(token: str, audience: str, certificates: Request) -> Mapping[str, Any]:
    try:
        verify: Any = id_token.verify_oauth2_token
        claims = verify(token, certificates, audience=audience, clock_skew_in_seconds=_CLOCK_SKEW_SECONDS)
    except exceptions.TransportError as error:
        raise TemporarilyUnavailable("Google's certificates could not be fetched") from error
    except (exceptions.GoogleAuthError, ValueError, TypeError, KeyError, RecursionError) as error:
        # The words of the error quote the token.
        raise ForgedPush("a push whose token Google did not sign for us, or that has expired") from error
    if not isinstance(claims, Mapping):
        raise ForgedPush("a push whose token says nothing")
    return claims


def _history_id(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**40:
        return value
    if isinstance(value, str) and len(value) <= 40 and value.isascii() and value.isdigit():
        return int(value)
    raise InvalidInput("not a push of Gmail: historyId is no number")

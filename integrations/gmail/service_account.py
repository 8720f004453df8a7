"""`ServiceAccountTokens`: a service account with domain-wide delegation that acts for one mailbox."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.auth import exceptions
from google.auth.transport import Request
from google.oauth2 import service_account

from core.errors import NotConfigured
from integrations.gmail.transport import Answer, Limits, LostAnswer, NotHandedOver, Transport, checked_endpoint
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable

#: What reading, sending and watching need.
SCOPES = ("https://www.googleapis.com/auth/gmail.modify",)
_TOKEN_ENDPOINT = "https://oauth2.googleapis.com/token"  # noqa: S105
#: Google's tokens are good for an hour; by the loop's clock, which never jumps.
_GOOD_SECONDS = 3000.0
_TRY_SECONDS = 15.0
#: google-auth tries a failing endpoint a few times by itself, with pauses.
_REFRESH_SECONDS = 60.0


class ServiceAccountTokens:
    """`AccessTokens` of a service account whose client an administrator allowed to act for the whole domain.

    `key` is the JSON of the account's key as Google gives it, `mailbox` the address it acts for. The token endpoint
    is Google's whatever the key says, because whoever gave us the key must not choose where we send it.

    Raises:
        NotConfigured: not the key of a service account.
    """

    def __init__(
        self, key: str, mailbox: str, *, scopes: tuple[str, ...] = SCOPES, token_endpoint: str | None = None
    ) -> None:
        self._mailbox = mailbox
        self._transport = Transport(_TRY_SECONDS)
        self._credentials = _credentials(key, mailbox, scopes, checked_endpoint(token_endpoint) or _TOKEN_ENDPOINT)
        self._lock = asyncio.Lock()
        self._token = ""
        self._fetched_at = 0.0

    async def current(self) -> str:
        """See `AccessTokens.current`.

        Raises:
            AuthExpired, TemporarilyUnavailable.
        """
        async with self._lock:
            age = asyncio.get_running_loop().time() - self._fetched_at
            if not self._token or age >= _GOOD_SECONDS:
                await self._refresh()
            return self._token

    async def replace(self, refused: str) -> str:
        """See `AccessTokens.replace`.

        Raises:
            AuthExpired, TemporarilyUnavailable.
        """
        async with self._lock:
            if self._token in ("", refused):
                await self._refresh()
            return self._token

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(_REFRESH_SECONDS):
                await asyncio.to_thread(self._credentials.refresh, _TokenRequest(self._transport))
        except exceptions.RefreshError as error:
            raise self._refusal(error) from error
        except (exceptions.GoogleAuthError, TimeoutError, ValueError) as error:
            raise TemporarilyUnavailable(f"Gmail {self._mailbox}: Google's token endpoint did not answer") from error
        self._token = str(self._credentials.token or "")
        self._fetched_at = asyncio.get_running_loop().time()

    def _refusal(self, error: exceptions.RefreshError) -> AuthExpired | TemporarilyUnavailable:
        if error.retryable:
            return TemporarilyUnavailable(f"Gmail {self._mailbox}: Google gives no token for now")
        return AuthExpired(
            f"Gmail {self._mailbox}: Google gives the service account no token for this mailbox: {_words(error)}; "
            "check in the admin console that its client may use the Gmail scopes, that its key is not deleted, and "
            "that the mailbox exists"
        )


class _TokenRequest(Request):
    """How google-auth asks for a token: by our transport, within its limits."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_options: Any,
    ) -> "_TokenAnswer":
        """See `google.auth.transport.Request`."""
        limits = Limits(seconds=timeout or _TRY_SECONDS, answer_bytes=100_000)
        try:
            return _TokenAnswer(self._transport.request(method, url, headers=headers or {}, body=body, limits=limits))
        except (NotHandedOver, LostAnswer) as error:
            make: Any = exceptions.TransportError
            raise make(str(error)) from error


@dataclass(frozen=True, slots=True)
class _TokenAnswer:
    answer: Answer

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self.answer.headers

    @property
    def data(self) -> bytes:
        return self.answer.content


def _credentials(key: str, mailbox: str, scopes: tuple[str, ...], token_uri: str) -> Any:
    try:
        account: Any = json.loads(key)
        make: Any = service_account.Credentials
        return make.from_service_account_info({**account, "token_uri": token_uri}, scopes=scopes, subject=mailbox)
    except (ValueError, TypeError, KeyError, exceptions.GoogleAuthError):
        # The words of the error may quote the key.
        raise NotConfigured(
            "not the key of a Google service account: give the JSON file that the Cloud console made, as it is"
        ) from None


def _words(error: exceptions.RefreshError) -> str:
    """Google's error code, which holds no secret; its answer may."""
    details = error.args[1] if len(error.args) > 1 else None
    code = details.get("error") if isinstance(details, Mapping) else None
    return code[:100] if isinstance(code, str) and code.isprintable() else "refused"

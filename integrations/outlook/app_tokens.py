"""`AppTokens`: access tokens by application permission, for mailboxes that nobody signs in to."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import msal  # type: ignore[import-untyped]
from msal.exceptions import MsalError  # type: ignore[import-untyped]

from core.errors import NotConfigured
from integrations.outlook.entra_http import EntraHttp, EntraUnreachable
from integrations.outlook.refusals import printable
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable

#: What the administrator granted the application, all of it.
_SCOPES = ["https://graph.microsoft.com/.default"]
_AUTHORITY = "https://login.microsoftonline.com"
#: Three calls of `EntraHttp`, and what signing takes.
_ALL_SECONDS = 40.0
#: A token is good for another minute at least, and a call may wait for its turn.
_MARGIN_SECONDS = 120.0
#: Refusals that pass; every other one needs a person: a wrong or expired secret, an application that was removed.
_PASSING = frozenset({"temporarily_unavailable", "server_error", "service_unavailable", "request_timeout"})


@dataclass(frozen=True, slots=True)
class AppCertificate:
    """The application's certificate: its private key and itself, both as PEM text."""

    private_key: str = field(repr=False)
    public_certificate: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """An application in a Microsoft Entra tenant, and what it proves itself by: a certificate, or a secret.

    Raises:
        NotConfigured: a part is missing.
    """

    tenant: str
    client_id: str
    proof: AppCertificate | str = field(repr=False)
    authority: str = _AUTHORITY
    scopes: tuple[str, ...] = tuple(_SCOPES)

    def __post_init__(self) -> None:
        if not (self.tenant and self.client_id and self.proof) or any(letter in self.tenant for letter in "/?# \\"):
            raise NotConfigured("application permission needs the tenant, the client id and a certificate or secret")
        if not self.authority.startswith("https://"):
            raise NotConfigured(f"the sign-in authority must be an https address, not {self.authority!r}")


class _Unusable(Exception):
    """msal cannot work with the registration: no such tenant, a key that cannot be read."""


class AppTokens:
    """`AccessTokens` by client credentials. The tenant's access policy decides which mailboxes they open.

    One object serves all mailboxes of the tenant. There is no refresh token here that could be lost: msal's own
    store of access tokens, in memory, is left empty, and each process asks for its own.
    """

    def __init__(
        self,
        app: AppRegistration,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._http = EntraHttp(transport)
        self._clock = clock
        self._client: msal.ConfidentialClientApplication | None = None
        self._token = ""
        self._good_until = 0.0
        self._lock = asyncio.Lock()

    async def current(self) -> str:
        """See `AccessTokens.current`."""
        async with self._lock:
            if not self._token or self._clock() >= self._good_until:
                await self._acquire()
            return self._token

    async def replace(self, refused: str) -> str:
        """See `AccessTokens.replace`."""
        async with self._lock:
            if self._token == refused or not self._token or self._clock() >= self._good_until:
                await self._acquire()
            return self._token

    async def _acquire(self) -> None:
        self._token = ""
        asked_at = self._clock()
        try:
            # The thread goes on when this limit ends; its own calls have limits, so it ends soon after.
            async with asyncio.timeout(_ALL_SECONDS):
                answer = await asyncio.to_thread(self._ask)
        except OSError as error:
            words = str(error) if isinstance(error, EntraUnreachable) else "no answer in time"
            raise TemporarilyUnavailable(f"{self._about()}: {words}") from None
        except _Unusable as error:
            raise AuthExpired(
                f"{self._about()}: there is no such tenant, or the certificate's key cannot be read ({error}); "
                "check the application's settings"
            ) from None
        self._take(answer, asked_at)

    def _take(self, answer: dict[str, Any], asked_at: float) -> None:
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if isinstance(token, str) and token:
            lifetime = float(seconds) if isinstance(seconds, int | float | str) and str(seconds).isdigit() else 300.0
            self._token = token
            self._good_until = asked_at + max(lifetime - _MARGIN_SECONDS, 30.0)
            return
        code = printable(str(answer.get("error", "")), 60)
        words = f"{self._about()}: {code} {printable(str(answer.get('error_description', '')), 200)}".strip()
        if not code or code in _PASSING:
            raise TemporarilyUnavailable(words)
        raise AuthExpired(f"{words}. Check the application's certificate or secret, and that it still has permission")

    def _ask(self) -> dict[str, Any]:
        """One token from the tenant; in a thread, as msal blocks."""
        if self._client is None:
            try:
                self._client = self._built()
            except (ValueError, TypeError) as error:
                # Not chained: msal's words may quote what it was given.
                raise _Unusable(type(error).__name__) from None
        # Its store would give a token again that was just refused.
        self._client.remove_tokens_for_client()
        try:
            answer: dict[str, Any] | None = self._client.acquire_token_for_client(scopes=list(self._app.scopes))
        except (MsalError, LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            # An answer that is a JSON object and yet none that msal knows.
            raise EntraUnreachable(f"an answer that makes no sense ({type(error).__name__})") from None
        return answer or {}

    def _built(self) -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            self._app.client_id,
            client_credential=_credential(self._app.proof),
            authority=f"{self._app.authority.rstrip('/')}/{self._app.tenant}",
            http_client=self._http,
        )

    def _about(self) -> str:
        return f"Microsoft application {self._app.client_id} in tenant {self._app.tenant}"


def _credential(proof: AppCertificate | str) -> str | dict[str, str]:
    if isinstance(proof, str):
        return proof
    # With the public certificate msal computes the thumbprint (SHA-256) itself and sends it along.
    return {"private_key": proof.private_key, "public_certificate": proof.public_certificate}

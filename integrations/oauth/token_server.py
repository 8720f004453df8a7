"""`TokenServer`: the calls to a provider's token endpoint, each with a limit in time and in size."""

import asyncio
from urllib.parse import urlsplit

import httpx

from core.clock import Clock
from integrations.oauth.answers import TokenAnswer, read_answer
from integrations.oauth.providers import OAuthClient
from integrations.ports.errors import TemporarilyUnavailable

CALL_SECONDS = 10.0
_MOST_BYTES = 65_536


class TokenServer:
    """One provider's token endpoint. No call is repeated here: the old refresh token may be spent by the first."""

    def __init__(self, client: OAuthClient, clock: Clock, *, call_seconds: float = CALL_SECONDS) -> None:
        self.client = client
        self.call_seconds = call_seconds
        self._clock = clock
        self._name = urlsplit(client.token_url).hostname or client.provider.value

    async def refresh(self, refresh_token: str, scopes: tuple[str, ...]) -> TokenAnswer:
        """A new access token, and a new refresh token where the provider gives one.

        Raises:
            GrantRefused: this refresh token is not taken any more.
            ClientRefused, RateLimited, TemporarilyUnavailable: nothing is known about the grant.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        if self.client.scopes_at_refresh and scopes:
            form["scope"] = " ".join(scopes)
        return await self._ask(form, secrets=(refresh_token,))

    async def exchange_code(self, code: str, *, verifier: str, redirect_uri: str) -> TokenAnswer:
        """The first tokens of a grant, for the code that the browser came back with.

        Raises:
            GrantRefused: the code was used, is too old, or belongs to another sign-in.
            ClientRefused, RateLimited, TemporarilyUnavailable.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        return await self._ask(form, secrets=(code, verifier))

    async def _ask(self, form: dict[str, str], *, secrets: tuple[str, ...]) -> TokenAnswer:
        client = self.client
        form["client_id"] = client.client_id
        if client.client_secret:
            form["client_secret"] = client.client_secret
        status, headers, body = await self._post(form)
        return read_answer(
            status,
            headers,
            body,
            server=self._name,
            secrets=(*secrets, client.client_secret),
            now=self._clock.now(),
        )

    async def _post(self, form: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        # Not compressed: a small answer that unpacks to a large one is no way to fill our memory.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            # One limit over all of it: a server that sends a byte now and then would outlast each single timeout.
            async with (
                asyncio.timeout(self.call_seconds),
                httpx.AsyncClient(timeout=self.call_seconds, follow_redirects=False) as http,
                http.stream("POST", self.client.token_url, data=form, headers=headers) as response,
            ):
                return response.status_code, response.headers, await self._body(response)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TemporarilyUnavailable(f"{self._name}: no answer within {self.call_seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            # Only the kind: a library's message may repeat what was sent.
            raise TemporarilyUnavailable(f"{self._name}: cannot be reached ({type(error).__name__})") from error

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > _MOST_BYTES:
                raise TemporarilyUnavailable(f"{self._name}: answered with more than {_MOST_BYTES:,} bytes")
        return bytes(body)

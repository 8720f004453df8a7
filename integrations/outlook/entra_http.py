"""`EntraHttp`: HTTP for msal, with limits in time and size that its own way of calling lacks."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

#: One call in all; msal makes two or three for a token.
CALL_SECONDS = 10.0
_MOST_BYTES = 1_000_000


class EntraUnreachable(OSError):
    """No answer that makes sense; says no more than its kind, as msal's log would repeat it."""


class EntraAnswer:
    """An answer in the shape that msal reads."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        self.status_code = status
        self.headers = headers
        self.text = text

    def raise_for_status(self) -> None:
        """Raises:
        EntraUnreachable: for 4xx and 5xx.
        """
        if self.status_code >= 400:
            raise EntraUnreachable(f"HTTP {self.status_code}")


class EntraHttp:
    """What msal calls through, from threads. Follows no redirection, and gives it nothing but JSON objects.

    msal writes an answer that is not JSON into its log, and half a token answer is one.
    """

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(timeout=CALL_SECONDS, follow_redirects=False, transport=transport)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        **_: Any,
    ) -> EntraAnswer:
        """A page of the sign-in server."""
        return self._send("GET", url, headers, None, params)

    def post(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str | bytes | None] | None = None,
        params: Mapping[str, str] | None = None,
        **_: Any,
    ) -> EntraAnswer:
        """An order to the sign-in server."""
        return self._send("POST", url, headers, data, params)

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        data: Mapping[str, str | bytes | None] | None,
        params: Mapping[str, str] | None,
    ) -> EntraAnswer:
        asked = {**(headers or {}), "Accept-Encoding": "identity"}
        # msal gives a signed assertion as bytes, which httpx would write as Python does.
        filled = {key: _text(value) for key, value in data.items() if value is not None} if data else None
        try:
            with self._client.stream(method, url, headers=asked, data=filled, params=params) as response:
                body = _body(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # Not chained, and only the kind: a library's message may repeat what was sent.
            raise EntraUnreachable(type(error).__name__) from None
        if response.status_code >= 500:
            raise EntraUnreachable(f"HTTP {response.status_code}")
        if not _is_object(body):
            raise EntraUnreachable(f"HTTP {response.status_code} without a JSON object")
        return EntraAnswer(response.status_code, dict(response.headers), body.decode("utf-8", "replace"))


def _text(value: str | bytes) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else value


def _body(response: httpx.Response) -> bytes:
    ends_at, body = time.monotonic() + CALL_SECONDS, bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > _MOST_BYTES or time.monotonic() > ends_at:
            raise EntraUnreachable("an answer that is too long or too slow")
    return bytes(body)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False

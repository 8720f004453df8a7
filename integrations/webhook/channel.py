"""`WebhookChannel`: an incoming webhook that takes `{"text": ...}`, as Slack, Mattermost and others have it."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.errors import ExternalError
from integrations.ports.errors import OutcomeUnknown, RateLimited, Rejected, TemporarilyUnavailable

#: One call in all, from the connection to the answer's first line.
CALL_SECONDS = 10.0
_LONGEST_TEXT = 3_000
_USUAL_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 60.0, 3_600.0


class WebhookChannel:
    """See `AlarmChannel`. The address is a secret: whoever has it may post, so no error and no log names its path.

    Follows no redirection: an answer must not send us, and the text, to an address that nobody set.
    """

    def __init__(self, url: str, *, call_seconds: float = CALL_SECONDS) -> None:
        self._url = url
        self._host = urlsplit(url).hostname or "the webhook"
        self._call_seconds = call_seconds

    async def tell(self, text: str) -> None:
        """See `AlarmChannel.tell`."""
        handed_over = False

        async def trace(event: str, _: Any) -> None:
            nonlocal handed_over
            handed_over = handed_over or ".send_request" in event

        try:
            async with (
                asyncio.timeout(self._call_seconds),
                httpx.AsyncClient(timeout=self._call_seconds, follow_redirects=False) as http,
                http.stream(
                    "POST", self._url, json={"text": _escaped(text[:_LONGEST_TEXT])}, extensions={"trace": trace}
                ) as response,
            ):
                # Nothing of the answer is read: its first line says all.
                refusal = self._refusal(response)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            # Not chained, and only the kind: a library's message may repeat the address.
            raise self._failure(error, handed_over=handed_over) from None
        if refusal is not None:
            raise refusal

    def _failure(self, error: Exception, *, handed_over: bool) -> ExternalError:
        is_late = isinstance(error, TimeoutError | httpx.TimeoutException)
        words = f"no answer within {self._call_seconds:g} s" if is_late else type(error).__name__
        if handed_over:
            return OutcomeUnknown(f"{self._host}: {words}, after it was handed over")
        return TemporarilyUnavailable(f"{self._host}: cannot be reached ({words})")

    def _refusal(self, response: httpx.Response) -> ExternalError | None:
        status = response.status_code
        if response.is_success:
            return None
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return RateLimited(f"{self._host}: too many messages", _pause(response.headers.get("retry-after", "")))
        if status >= 500 or status == httpx.codes.REQUEST_TIMEOUT:
            return TemporarilyUnavailable(f"{self._host}: answered {status}")
        return Rejected(f"{self._host}: answered {status}; look at DULY_ALARM_WEBHOOK_URL")


def _pause(stated: str) -> float:
    """Seconds by Retry-After; a date is not worth reading here."""
    stated = stated.strip()
    seconds = float(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else _USUAL_PAUSE_SECONDS
    return min(max(seconds, 1.0), _LONGEST_PAUSE_SECONDS)


def _escaped(text: str) -> str:
    """The three signs that Slack takes for its own: with them a text could address a whole channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

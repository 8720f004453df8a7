"""`GmailMailWatch`: the pushes of one mailbox as a `MailWatch`; `GmailPushes`: whether Google sent one."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from google.auth import exceptions
from google.auth.transport import Request

from integrations.gmail.push import CertificateCache, ForgedPush, fetch_from_google, parse_push, verify_push
from integrations.gmail.watch import GmailWatch, Watch
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_watch import HeldWatch, RefusedPush

#: Signatures that are checked at once. Where Google's certificates are slow to come, no more threads wait for them.
_MOST_CHECKS = 3
_CHECK_SECONDS = 15.0
#: How long certificates that could not be fetched are not asked for again.
_REST_SECONDS = 10.0


class GmailMailWatch:
    """See `MailWatch`. Pushes name the account that signed in, which may be another than the mailbox's address."""

    def __init__(self, watch: GmailWatch, account: str, topic: str) -> None:
        self._watch = watch
        self._account = account.lower()
        self._topic = topic

    @property
    def place(self) -> str:
        """The topic."""
        return self._topic

    def is_due(self, held: HeldWatch, now: datetime) -> bool:
        """See `MailWatch.is_due`."""
        return Watch(0, held.started_at, held.expires_at).renewal_due(now)

    async def begin(self, now: datetime) -> HeldWatch:
        """See `MailWatch.begin`."""
        watch = await self._watch.start(self._topic, now=now)
        return HeldWatch(self._account, "", watch.started_at, watch.expires_at)

    async def renew(self, held: HeldWatch, now: datetime) -> HeldWatch:
        """Asking anew is how Google renews."""
        return await self.begin(now)

    async def reauthorize(self, held: HeldWatch, now: datetime) -> HeldWatch:
        """As `renew`; Google never asks for it."""
        return await self.begin(now)

    async def close(self) -> None:
        """Ends the connections."""
        await asyncio.to_thread(self._watch.close)


class GmailPushes:
    """`SignedPushes` of Pub/Sub: a token that Google signed, for `audience`, as `service_account`.

    `certificates` is for tests; by default they are fetched from Google and kept for an hour.
    """

    def __init__(self, audience: str, service_account: str, certificates: Request | None = None) -> None:
        self._audience = audience
        self._service_account = service_account
        self._certificates = certificates or CertificateCache(_Rested(fetch_from_google), time.monotonic)
        self._turns = asyncio.Semaphore(_MOST_CHECKS)

    async def reference(self, authorization: str, body: bytes) -> str:
        """See `SignedPushes.reference`."""
        try:
            async with asyncio.timeout(_CHECK_SECONDS), self._turns:
                await asyncio.to_thread(
                    verify_push,
                    authorization,
                    audience=self._audience,
                    service_account=self._service_account,
                    certificates=self._certificates,
                )
        except ForgedPush as error:
            raise RefusedPush(str(error)) from error
        except TimeoutError as error:
            raise TemporarilyUnavailable("a push of Gmail could not be checked in time") from error
        return parse_push(body).address


class _Rested:
    """Fetches, and after a failure fails at once for a while."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch
        self._failed_at: float | None = None

    def __call__(self, url: str) -> bytes:
        if self._failed_at is not None and time.monotonic() - self._failed_at < _REST_SECONDS:
            make: Any = exceptions.TransportError
            raise make("certificates: they could not be fetched a moment ago")
        try:
            found = self._fetch(url)
        except exceptions.TransportError:
            self._failed_at = time.monotonic()
            raise
        self._failed_at = None
        return found

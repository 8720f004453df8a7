"""`OutlookSubscription`: Graph's notices of new mail for one mailbox: asked for, renewed, given back."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from integrations.outlook.client import Answer, Call, GraphClient, Pause
from integrations.outlook.folder import IMMUTABLE
from integrations.outlook.mapping import parsed
from integrations.outlook.place import GraphPlace, id_path
from integrations.ports.access_tokens import AccessTokens

#: Graph refuses 4,230 minutes and more for mail (references/integrations.md, I9 to I11): 60 hours, renewed daily.
LIFE = timedelta(hours=60)
RENEW_AFTER = timedelta(hours=24)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Subscription:
    """What Graph notifies us by. `client_state` is the secret that each of its notices repeats."""

    subscription_id: str
    client_state: str = field(repr=False)
    expires_at: datetime


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: Annotated[str, Field(min_length=1, max_length=200)]
    expires_at: AwareDatetime = Field(alias="expirationDateTime")


class OutlookSubscription:
    """Asks Graph to post to `notification_url` when mail arrives in the folder, and to `lifecycle_url` when the
    subscription needs us. Both have to answer Graph's question (`notifications.validation_answer`) while `create`
    runs. Notices only wake the fetching, which loses nothing without them.

    Every method raises:
        TemporarilyUnavailable, RateLimited: try later.
        AuthExpired: a person must connect the mailbox again.
        Rejected: Graph does not take the subscription, mostly because it could not reach the addresses.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        mailbox: str,
        *,
        notification_url: str,
        lifecycle_url: str,
        folder: str = "inbox",
        place: GraphPlace | None = None,
        timeout_seconds: float = 30.0,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._client = GraphClient(
            tokens, mailbox, place or GraphPlace(), timeout_seconds=timeout_seconds, pause=pause
        )
        self._notification_url = notification_url
        self._lifecycle_url = lifecycle_url
        self._folder = folder

    async def create(self, *, now: datetime) -> Subscription:
        """A new subscription, with a secret of its own. Keep it at once: without it its notices are refused."""
        client_state = secrets.token_urlsafe(32)
        what = "subscribing to new mail"
        answer = await self._call(
            "POST",
            "/subscriptions",
            what,
            {
                "changeType": "created",
                "notificationUrl": self._notification_url,
                "lifecycleNotificationUrl": self._lifecycle_url,
                "resource": f"{self._client.path.removeprefix('/')}/mailFolders('{self._folder}')/messages",
                "expirationDateTime": _time(now + LIFE),
                "clientState": client_state,
                "latestSupportedTlsVersion": "v1_2",
            },
        )
        return self._read(answer, client_state, what)

    async def renew(self, subscription: Subscription, *, now: datetime) -> Subscription:
        """The subscription with a new end, or a new one in its place where Graph has lost it or never lets it live
        on; each other refusal is raised, for a second subscription would only double the notices."""
        what = "renewing the subscription"
        path = f"/subscriptions/{id_path(subscription.subscription_id)}"
        answer = await self._call("PATCH", path, what, {"expirationDateTime": _time(now + LIFE)})
        if answer.ok:
            return self._read(answer, subscription.client_state, what)
        if not _is_to_be_replaced(answer):
            raise self._client.error(answer, what)
        _log.warning("outlook_subscription_replaced", mailbox=self._client.mailbox, refusal=str(answer.refusal))
        if answer.status == 400:
            await self.delete(subscription)
        return await self.create(now=now)

    async def reauthorize(self, subscription: Subscription, *, now: datetime) -> Subscription:
        """The subscription with notices flowing again, under the same end; a new one where it is gone."""
        what = "authorising the subscription again"
        path = f"/subscriptions/{id_path(subscription.subscription_id)}/reauthorize"
        answer = await self._call("POST", path, what)
        if answer.ok:
            return subscription
        if answer.status == 404:
            return await self.create(now=now)
        raise self._client.error(answer, what)

    async def delete(self, subscription: Subscription) -> None:
        """Ends it; nothing where it has ended already."""
        what = "ending the subscription"
        answer = await self._call("DELETE", f"/subscriptions/{id_path(subscription.subscription_id)}", what)
        if not answer.ok and answer.status != 404:
            raise self._client.error(answer, what)

    async def close(self) -> None:
        """Ends the connections; the subscription stays."""
        await self._client.close()

    async def _call(self, method: str, path: str, what: str, body: dict[str, Any] | None = None) -> Answer:
        headers = {"Prefer": IMMUTABLE, **({"Content-Type": "application/json"} if body is not None else {})}
        return await self._client.call(
            Call(
                what=what,
                method=method,
                url=self._client.place.url(path),
                content=b"" if body is None else json.dumps(body).encode(),
                headers=headers,
                # A subscription that was made and not answered for ends by itself, and its notices are refused.
                repeatable=method != "POST",
            )
        )

    def _read(self, answer: Answer, client_state: str, what: str) -> Subscription:
        if not answer.ok:
            raise self._client.error(answer, what)
        said = parsed(_Said, answer, what=what, mailbox=self._client.mailbox)
        return Subscription(said.id, client_state, said.expires_at.astimezone(UTC))


def renewal_is_due(subscription: Subscription, *, now: datetime) -> bool:
    """Whether it has lived a day of its 60 hours; two renewals may then fail before its notices end."""
    return subscription.expires_at - now <= LIFE - RENEW_AFTER


def _is_to_be_replaced(answer: Answer) -> bool:
    if answer.status == 404:
        return True
    return answer.status == 400 and answer.refusal.code.lower() == "errorinvalidparameter"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

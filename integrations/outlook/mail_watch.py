"""`OutlookMailWatch`: a Graph subscription as a `MailWatch`, and `OutlookPushes`, which compares their secrets."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import structlog

from core.errors import InvalidInput
from integrations.outlook.notifications import (
    MOST_BYTES,
    MailArrived,
    NoticesMissed,
    NotOurs,
    ReauthorizationRequired,
    SubscriptionRemoved,
    read_notices,
    validation_answer,
)
from integrations.outlook.subscriptions import OutlookSubscription, Subscription, renewal_is_due
from integrations.ports.mail_watch import HeldWatch, Notice, Word

#: Subscriptions of one post; Graph gathers the notices of some, never of so many.
_MOST_REFERENCES = 200
_LONGEST_REFERENCE = 200
_WORDS = {
    MailArrived: Word.MAIL,
    NoticesMissed: Word.MISSED,
    ReauthorizationRequired: Word.REAUTHORIZE,
    SubscriptionRemoved: Word.REMOVED,
}

_log = structlog.get_logger()


class OutlookMailWatch:
    """See `MailWatch`."""

    def __init__(self, subscription: OutlookSubscription, place: str) -> None:
        self._subscription = subscription
        self._place = place

    @property
    def place(self) -> str:
        """The address that notices are posted to."""
        return self._place

    def is_due(self, held: HeldWatch, now: datetime) -> bool:
        """See `MailWatch.is_due`. A clock that was set back says nothing: it is due then, too."""
        return renewal_is_due(_subscription(held), now=now) or now < held.started_at

    async def begin(self, now: datetime) -> HeldWatch:
        """See `MailWatch.begin`."""
        return _held(await self._subscription.create(now=now), now)

    async def renew(self, held: HeldWatch, now: datetime) -> HeldWatch:
        """See `MailWatch.renew`."""
        return _held(await self._subscription.renew(_subscription(held), now=now), now)

    async def reauthorize(self, held: HeldWatch, now: datetime) -> HeldWatch:
        """See `MailWatch.reauthorize`."""
        return _held(await self._subscription.reauthorize(_subscription(held), now=now), held.started_at)

    async def close(self) -> None:
        """Ends the connections."""
        await self._subscription.close()


class OutlookPushes:
    """`SecretPushes` of Graph."""

    def question(self, token: str | None) -> str | None:
        """See `SecretPushes.question`."""
        return validation_answer(token)

    def references(self, body: bytes) -> tuple[str, ...]:
        """See `SecretPushes.references`."""
        if len(body) > MOST_BYTES:
            raise InvalidInput(f"{len(body):,} bytes are more than Microsoft Graph posts")
        try:
            named = [one["subscriptionId"] for one in json.loads(body)["value"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            # Not chained: the error would quote the body.
            raise InvalidInput("the body is not a collection of change notifications") from None
        fit = (one for one in named if isinstance(one, str) and _is_reference(one))
        found = tuple(dict.fromkeys(fit))
        if len(found) > _MOST_REFERENCES:
            raise InvalidInput(f"{len(found):,} subscriptions are more than Microsoft Graph names in one post")
        return found

    def notices(self, body: bytes, secrets: Mapping[str, str]) -> tuple[Notice, ...]:
        """See `SecretPushes.notices`."""
        notices, refused = [], Counter[str]()
        for one in read_notices(body, secrets.get):
            if isinstance(one, NotOurs):
                refused[one.reason] += 1
            else:
                notices.append(Notice(one.subscription_id, _WORDS[type(one)]))
        if refused:
            _log.warning("outlook_push_refused", **{reason.replace(" ", "_"): n for reason, n in refused.items()})
        return tuple(notices)


def _is_reference(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_REFERENCE and text.isascii() and text.isprintable()


def _subscription(held: HeldWatch) -> Subscription:
    return Subscription(held.reference, held.secret, held.expires_at)


def _held(subscription: Subscription, started_at: datetime) -> HeldWatch:
    return HeldWatch(subscription.subscription_id, subscription.client_state, started_at, subscription.expires_at)

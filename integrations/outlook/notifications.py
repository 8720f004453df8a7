"""What Graph posts to us: its question whether an address is ours, and its notices. Pure.

A route answers the question with 200 and `text/plain`, within ten seconds. Everything else it answers with 202 at
once, forged and unknown notices too: Graph repeats for hours what is refused, and a stranger learns nothing.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput

#: Graph sends at most some hundreds of notices in one post; each has about a kilobyte.
MOST_BYTES = 2_000_000
_MOST_NOTICES = 2_000
_MOST_QUESTION = 4_096


@dataclass(frozen=True, slots=True)
class MailArrived:
    """Something arrived in the folder: fetch it."""

    subscription_id: str


@dataclass(frozen=True, slots=True)
class ReauthorizationRequired:
    """Notices will stop until `OutlookSubscription.renew` or `reauthorize` is called."""

    subscription_id: str


@dataclass(frozen=True, slots=True)
class SubscriptionRemoved:
    """The subscription is gone: create a new one, then fetch."""

    subscription_id: str


@dataclass(frozen=True, slots=True)
class NoticesMissed:
    """Graph could not deliver some notices: fetch."""

    subscription_id: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Its subscription is not known, or its secret is wrong: nothing is done, and it is counted."""

    subscription_id: str
    reason: Literal["unknown subscription", "wrong client state"]


Notice = MailArrived | ReauthorizationRequired | SubscriptionRemoved | NoticesMissed | NotOurs


class _Change(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    subscription_id: Annotated[str, Field(alias="subscriptionId", min_length=1, max_length=200)]
    client_state: Annotated[str, Field(alias="clientState", max_length=1_000)] = ""
    change_type: Annotated[str, Field(alias="changeType", max_length=100)] = ""
    lifecycle_event: Annotated[str, Field(alias="lifecycleEvent", max_length=100)] = ""


class _Changes(BaseModel):
    model_config = ConfigDict(extra="ignore")

    value: Annotated[list[_Change], Field(max_length=_MOST_NOTICES)]


def validation_answer(validation_token: str | None) -> str | None:
    """What to answer, as `text/plain` and nothing else, to a post with this `validationToken` in its address; None
    for a post without one. The address's encoding has been undone.

    Raises:
        InvalidInput: no question that Graph asks.
    """
    if validation_token is None:
        return None
    if not validation_token or len(validation_token) > _MOST_QUESTION or not validation_token.isprintable():
        raise InvalidInput("validationToken is none that Microsoft Graph sends")
    return validation_token


def read_notices(body: bytes, client_state_of: Callable[[str], str | None]) -> list[Notice]:
    """The notices of one post, one for each kind and subscription, in order. `client_state_of` gives the secret of
    a subscription that we know.

    Raises:
        InvalidInput: the body is none that Graph posts.
    """
    if len(body) > MOST_BYTES:
        raise InvalidInput(f"{len(body):,} bytes are more than Microsoft Graph posts")
    try:
        changes = _Changes.model_validate_json(body).value
    except ValidationError:
        # Not chained: the error would quote the body, and the secrets in it.
        raise InvalidInput("the body is not a collection of change notifications") from None
    return list(dict.fromkeys(_notice(change, client_state_of(change.subscription_id)) for change in changes))


def _notice(change: _Change, client_state: str | None) -> Notice:
    subscription_id = change.subscription_id
    if client_state is None:
        return NotOurs(subscription_id, "unknown subscription")
    if not hmac.compare_digest(change.client_state.encode("utf-8", "replace"), client_state.encode()):
        return NotOurs(subscription_id, "wrong client state")
    match change.lifecycle_event:
        case "reauthorizationRequired":
            return ReauthorizationRequired(subscription_id)
        case "subscriptionRemoved":
            return SubscriptionRemoved(subscription_id)
        case "missed":
            return NoticesMissed(subscription_id)
        case _:
            # A kind that Graph may add one day: to fetch once too often costs a call.
            return MailArrived(subscription_id)

"""`OutlookSubscription` against our stand-in for Graph, and what Graph posts to us."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from graph_stand_in import GraphStandIn, GraphTokens

from core.errors import InvalidInput
from integrations.outlook.notifications import (
    MailArrived,
    NoticesMissed,
    NotOurs,
    ReauthorizationRequired,
    SubscriptionRemoved,
    read_notices,
    validation_answer,
)
from integrations.outlook.place import GraphPlace
from integrations.outlook.subscriptions import LIFE, OutlookSubscription, renewal_is_due
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable

ADDRESS = "ar@supplier.example"
NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
STATES = {"sub-1": "s3cret", "sub-2": "other"}


@pytest.fixture
def graph() -> Iterator[GraphStandIn]:
    graph = GraphStandIn()
    graph.mailbox(ADDRESS)
    graph.start()
    yield graph
    graph.stop()
    assert graph.violations == []


@pytest.fixture
def notices(graph: GraphStandIn) -> OutlookSubscription:
    tokens = GraphTokens(graph, ADDRESS)
    return OutlookSubscription(
        tokens,
        ADDRESS,
        notification_url="https://duly.example/graph",
        lifecycle_url="https://duly.example/graph/lifecycle",
        place=GraphPlace(graph.base_url),
        pause=tokens.pause,
    )


async def test_a_subscription_asks_for_new_mail_under_the_longest_life_and_with_a_secret(
    graph: GraphStandIn, notices: OutlookSubscription
) -> None:
    made = await notices.create(now=NOW)
    held = graph.subscriptions[made.subscription_id]
    assert held["resource"] == f"users/{ADDRESS}/mailFolders('inbox')/messages"
    assert (held["changeType"], held["clientState"]) == ("created", made.client_state)
    assert made.expires_at == NOW + timedelta(hours=60) < NOW + timedelta(minutes=4230)
    assert made.client_state not in repr(made)
    assert len(made.client_state) >= 32


async def test_each_subscription_has_a_secret_of_its_own(notices: OutlookSubscription) -> None:
    assert (await notices.create(now=NOW)).client_state != (await notices.create(now=NOW)).client_state


async def test_renewing_moves_the_end_and_keeps_the_rest(graph: GraphStandIn, notices: OutlookSubscription) -> None:
    made = await notices.create(now=NOW)
    later = NOW + timedelta(hours=24)
    graph.mailbox(ADDRESS).now = later
    assert await notices.renew(made, now=later) == replace(made, expires_at=later + LIFE)
    assert len(graph.subscriptions) == 1


@pytest.mark.parametrize("status", [404, 400], ids=["gone", "too-long"])
async def test_a_subscription_that_cannot_live_on_is_replaced(
    graph: GraphStandIn, notices: OutlookSubscription, status: int
) -> None:
    made = await notices.create(now=NOW)
    if status == 404:
        graph.subscriptions.clear()
    else:
        graph.fail("PATCH", status=400, code="ErrorInvalidParameter")
    renewed = await notices.renew(made, now=NOW)
    assert list(graph.subscriptions) == [renewed.subscription_id]
    assert renewed.client_state != made.client_state


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "BadRequest", Rejected),
        (403, "ErrorAccessDenied", AuthExpired),
        (429, "TooManyRequests", RateLimited),
        (500, "InternalServerError", TemporarilyUnavailable),
    ],
    ids=["bad-request", "forbidden", "throttled", "failing"],
)
async def test_any_other_refusal_replaces_nothing(
    graph: GraphStandIn, notices: OutlookSubscription, status: int, code: str, expected: type[Exception]
) -> None:
    made = await notices.create(now=NOW)
    graph.fail("PATCH", status=status, code=code, headers={"Retry-After": "60"}, times=9)
    with pytest.raises(expected):
        await notices.renew(made, now=NOW)
    assert list(graph.subscriptions) == [made.subscription_id]


async def test_a_lifecycle_notice_is_answered_by_authorising_again(
    graph: GraphStandIn, notices: OutlookSubscription
) -> None:
    made = await notices.create(now=NOW)
    assert await notices.reauthorize(made, now=NOW) == made
    assert len(graph.calls("POST .*/reauthorize$")) == 1
    graph.subscriptions.clear()
    assert (await notices.reauthorize(made, now=NOW)).subscription_id in graph.subscriptions


async def test_ending_it_twice_is_ending_it_once(graph: GraphStandIn, notices: OutlookSubscription) -> None:
    made = await notices.create(now=NOW)
    await notices.delete(made)
    await notices.delete(made)
    assert graph.subscriptions == {}


@pytest.mark.parametrize(("hours", "due"), [(0, False), (23, False), (24, True), (59, True), (90, True)])
async def test_renewal_is_due_a_day_after_the_last(notices: OutlookSubscription, hours: int, due: bool) -> None:
    made = await notices.create(now=NOW)
    assert renewal_is_due(made, now=NOW + timedelta(hours=hours)) is due


def a_post(*changes: dict[str, object]) -> bytes:
    return json.dumps({"value": list(changes), "validationTokens": []}).encode()


def a_change(**fields: object) -> dict[str, object]:
    return {
        "subscriptionId": "sub-1",
        "clientState": "s3cret",
        "changeType": "created",
        "resource": "Users/1/Messages/AAkALg",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "AAkALg"},
        "tenantId": "7a1",
        "subscriptionExpirationDateTime": "2026-04-22T21:00:00Z",
        **fields,
    }


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("reauthorizationRequired", ReauthorizationRequired("sub-1")),
        ("subscriptionRemoved", SubscriptionRemoved("sub-1")),
        ("missed", NoticesMissed("sub-1")),
        ("aNewOne", MailArrived("sub-1")),
    ],
    ids=["reauthorise", "removed", "missed", "unknown"],
)
def test_each_lifecycle_event_says_what_to_do(event: str, expected: object) -> None:
    assert read_notices(a_post(a_change(lifecycleEvent=event)), STATES.get) == [expected]


def test_a_hundred_notices_of_one_mailbox_wake_its_fetching_once() -> None:
    post = a_post(*(a_change(resource=f"Users/1/Messages/{number}") for number in range(100)))
    assert read_notices(post, STATES.get) == [MailArrived("sub-1")]


@pytest.mark.parametrize("state", ["", "S3CRET", "s3cre", "s3crets", "other", "\ud800", "s3crét"])
def test_a_notice_with_a_wrong_secret_is_not_ours_and_stops_no_other(state: str) -> None:
    post = a_post(a_change(clientState=state), a_change(subscriptionId="sub-2", clientState="other"))
    if "\ud800" in state:
        with pytest.raises(InvalidInput):
            read_notices(post, STATES.get)
        return
    assert read_notices(post, STATES.get) == [NotOurs("sub-1", "wrong client state"), MailArrived("sub-2")]


def test_a_notice_of_an_unknown_subscription_or_without_a_secret_is_not_ours() -> None:
    without = a_change()
    del without["clientState"]
    assert read_notices(a_post(a_change(subscriptionId="sub-9"), without), STATES.get) == [
        NotOurs("sub-9", "unknown subscription"),
        NotOurs("sub-1", "wrong client state"),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"value": 1}', b'{"value": [{}]}', b"\xff", b"[" * 100_000, b" " * 2_000_001],
    ids=["empty", "list", "object", "number", "no-id", "no-text", "deep", "large"],
)
def test_a_body_that_graph_does_not_post_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_notices(body, STATES.get)
    assert len(str(caught.value)) < 100
    assert caught.value.__cause__ is None


def test_graph_s_question_is_answered_letter_by_letter() -> None:
    question = "Validation: Testing client application reachability for subscription Request-Id: 1a"
    assert validation_answer(question) == question
    assert validation_answer(None) is None


@pytest.mark.parametrize("question", ["", "a\nb", "x" * 5_000, "\x00"], ids=["empty", "two-lines", "long", "zero"])
def test_a_question_that_graph_does_not_ask_is_refused(question: str) -> None:
    with pytest.raises(InvalidInput):
        validation_answer(question)

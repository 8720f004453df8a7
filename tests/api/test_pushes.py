"""Pushes over HTTP: who is believed, what they start, and that a hundred of them are one fetch."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.google_signer import AUDIENCE, PUSHER, GoogleSigner, a_gmail_push
from procrastinate import App
from sqlalchemy import text

from api.main import create_app
from api.push_brake import PushBrake
from api.routes import pushes as routes
from api.routes.pushes import PushDoor
from core.ids import MailboxId, new_id
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage
from jobs.duly import Duly
from jobs.mail_adapters import gmail_pushes, outlook_pushes
from jobs.mailboxes import Mailboxes
from jobs.pushes import Pushes
from jobs.queue import FETCH_QUEUE, build_app
from jobs.tasks import fetch_mailbox
from jobs.worker import rescue_round
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory
from ledger.store.watches import StandingWatch, keep_watch, pushed

SECRET = "s3cret-of-the-subscription"
MANY = json.dumps({"value": [{"subscriptionId": str(number)} for number in range(500)]}).encode()


@pytest.fixture(scope="module")
def google() -> GoogleSigner:
    return GoogleSigner()


@dataclass
class Pusher:
    """Somebody who posts to this Duly."""

    client: httpx.AsyncClient
    door: PushDoor
    google: GoogleSigner

    async def gmail(self, body: bytes, token: str | None = None) -> int:
        header = f"Bearer {self.google.token() if token is None else token}"
        answer = await self.client.post("/v1/push/gmail", content=body, headers={"Authorization": header})
        return answer.status_code

    async def outlook(self, *notices: dict[str, Any]) -> httpx.Response:
        return await self.client.post("/v1/push/outlook", json={"value": list(notices)})


@pytest.fixture
async def pusher(duly: Duly, google: GoogleSigner) -> AsyncIterator[Pusher]:
    from integrations.gmail.mail_watch import GmailPushes

    gmail = GmailPushes(AUDIENCE, PUSHER, google.certificates())
    app = create_app(duly, version="test")
    if "/v1/push/gmail" not in {getattr(route, "path", "") for route in app.routes}:
        app.include_router(routes.router)
    app.state.push_door = PushDoor(Pushes(duly.uows, duly.secrets, duly.queue, gmail, outlook_pushes()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://duly.test") as client:
        yield Pusher(client, app.state.push_door, google)


async def watched(duly: Duly, org: Org, reference: str, secret: str = "") -> None:
    """The mailbox is watched under this reference."""
    sealed = duly.secrets.seal(secret) if secret else ""
    standing = StandingWatch(reference, sealed, "here", NOW, NOW + timedelta(days=2))
    async with duly.uows(org.org_id) as uow:
        await keep_watch(uow, org.mailbox_id, standing, at=NOW)


async def waiting(uows: UnitOfWorkFactory, mailbox_id: MailboxId) -> list[str]:
    """The jobs that wait for this mailbox."""
    async with uows.sessions() as session:
        rows = await session.scalars(
            text(
                "SELECT task_name || coalesce(' ' || (args->>'is_gone'), '') FROM procrastinate_jobs"
                " WHERE status = 'todo' AND args->>'mailbox_id' = :id ORDER BY id"
            ),
            {"id": str(mailbox_id)},
        )
        return [str(row) for row in rows]


# Gmail.


async def test_a_push_of_gmail_has_its_mailbox_fetched_and_no_other(
    duly: Duly, org: Org, other_org: Org, pusher: Pusher
) -> None:
    await watched(duly, org, org.address)
    await watched(duly, other_org, other_org.address)
    assert await pusher.gmail(a_gmail_push(org.address.upper())) == 204
    assert await waiting(duly.uows, org.mailbox_id) == ["fetch_mailbox"]
    assert await waiting(duly.uows, other_org.mailbox_id) == []


async def test_an_account_that_two_organisations_connected_wakes_both(
    duly: Duly, org: Org, other_org: Org, pusher: Pusher
) -> None:
    for one in (org, other_org):
        await watched(duly, one, org.address)
    assert await pusher.gmail(a_gmail_push(org.address)) == 204
    for one in (org, other_org):
        assert await waiting(duly.uows, one.mailbox_id) == ["fetch_mailbox"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/"},
        {"iss": "https://evil.example"},
        {"email": "pusher@other.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"exp": int(time.time()) - 120, "iat": int(time.time()) - 3600},
    ],
    ids=["audience", "issuer", "account", "unverified", "expired"],
)
async def test_a_push_that_was_not_signed_for_us_does_nothing(
    duly: Duly, org: Org, pusher: Pusher, claims: dict[str, object]
) -> None:
    await watched(duly, org, org.address)
    assert await pusher.gmail(a_gmail_push(org.address), pusher.google.token(**claims)) == 403
    assert await waiting(duly.uows, org.mailbox_id) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Basic eDp5"}, 403), ({"Authorization": "Bearer x.y.z"}, 403)],
    ids=["no token", "another scheme", "no token of Google's"],
)
async def test_a_push_without_a_signature_does_nothing(
    duly: Duly, org: Org, pusher: Pusher, headers: dict[str, str], status: int
) -> None:
    await watched(duly, org, org.address)
    answer = await pusher.client.post("/v1/push/gmail", content=a_gmail_push(org.address), headers=headers)
    assert (answer.status_code, await waiting(duly.uows, org.mailbox_id)) == (status, [])
    assert org.address not in answer.text


async def test_a_push_that_another_key_signed_does_nothing(duly: Duly, org: Org, pusher: Pusher) -> None:
    await watched(duly, org, org.address)
    assert await pusher.gmail(a_gmail_push(org.address), GoogleSigner().token()) == 403
    assert await waiting(duly.uows, org.mailbox_id) == []


async def test_a_push_for_a_mailbox_that_nobody_connected_is_taken_and_forgotten(pusher: Pusher) -> None:
    assert await pusher.gmail(a_gmail_push("nobody@nowhere.example")) == 204


async def test_a_push_of_gmail_wakes_no_subscription_of_outlook(duly: Duly, org: Org, pusher: Pusher) -> None:
    await watched(duly, org, "a@b.example", SECRET)
    assert await pusher.gmail(a_gmail_push("a@b.example")) == 204
    assert await waiting(duly.uows, org.mailbox_id) == []


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"{}", 400), (b"\xff", 400), (b"x" * 70_000, 413)],
    ids=["empty", "says nothing", "no JSON", "large"],
)  # fmt: skip
async def test_a_signed_post_that_is_no_push_is_refused(pusher: Pusher, body: bytes, status: int) -> None:
    assert await pusher.gmail(body) == status


async def test_where_nothing_is_set_to_check_pushes_by_all_are_refused(duly: Duly, pusher: Pusher) -> None:
    gmail = gmail_pushes(duly.settings.push)
    pusher.door.pushes = Pushes(duly.uows, duly.secrets, duly.queue, gmail, outlook_pushes())
    assert await pusher.gmail(a_gmail_push("a@b.example")) == 403


async def test_certificates_that_cannot_be_fetched_have_the_push_sent_again(duly: Duly, pusher: Pusher) -> None:
    class Away:
        async def reference(self, _authorization: str, _body: bytes) -> str:
            raise TemporarilyUnavailable("Google's certificates could not be fetched")

    pusher.door.pushes = Pushes(duly.uows, duly.secrets, duly.queue, Away(), outlook_pushes())
    assert await pusher.gmail(a_gmail_push("a@b.example")) == 503


async def test_a_push_sees_the_watches_that_it_names_and_no_others(duly: Duly, org: Org, other_org: Org) -> None:
    await watched(duly, org, org.address)
    await watched(duly, other_org, other_org.address)
    async with duly.uows.sessions() as session, session.begin():
        assert [one.mailbox_id for one in await pushed(session, [org.address])] == [org.mailbox_id]
        assert (await session.execute(text("SELECT count(*) FROM mailbox_watches"))).scalar_one() == 1
        assert (await session.execute(text("SELECT count(*) FROM mailboxes"))).scalar_one() == 0
    async with duly.uows.sessions() as session, session.begin():
        assert await pushed(session, ["", "x\n" + other_org.address]) == ()
        assert (await session.execute(text("SELECT count(*) FROM mailbox_watches"))).scalar_one() == 0


async def test_jobs_that_a_dead_worker_left_hold_up_nobody(duly: Duly, org: Org, pusher: Pusher) -> None:
    """A fetch that died, and another that waits: to queue the first again would be two."""
    await watched(duly, org, org.address)
    await pusher.gmail(a_gmail_push(org.address))
    async with duly.uows.sessions() as session, session.begin():
        await session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'mailbox_id' = :id"),
            {"id": str(org.mailbox_id)},
        )
    await pusher.gmail(a_gmail_push(org.address))
    await rescue_round(duly)
    assert await waiting(duly.uows, org.mailbox_id) == ["fetch_mailbox"]
    async with duly.uows.sessions() as session:
        left = "SELECT count(*) FROM procrastinate_jobs WHERE args->>'mailbox_id' = :id"
        assert (await session.execute(text(left), {"id": str(org.mailbox_id)})).scalar_one() == 1


# Outlook.


async def test_the_question_of_graph_is_answered_as_it_is(pusher: Pusher) -> None:
    answer = await pusher.client.post("/v1/push/outlook", params={"validationToken": "Validation: <b>1 & 2</b>"})
    assert (answer.status_code, answer.text) == (200, "Validation: <b>1 & 2</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await pusher.client.post("/v1/push/outlook", params={"validationToken": ""})).status_code == 400


@pytest.mark.parametrize(
    ("event", "jobs"),
    [
        ({"changeType": "created"}, ["fetch_mailbox"]),
        ({"lifecycleEvent": "missed"}, ["fetch_mailbox"]),
        ({"lifecycleEvent": "reauthorizationRequired"}, ["keep_watch false"]),
        ({"lifecycleEvent": "subscriptionRemoved"}, ["keep_watch true", "fetch_mailbox"]),
    ],
    ids=["mail", "missed", "reauthorise", "removed"],
)
async def test_a_notice_of_graph_starts_what_it_asks_for(
    duly: Duly, org: Org, pusher: Pusher, event: dict[str, str], jobs: list[str]
) -> None:
    reference = new_id().hex
    await watched(duly, org, reference, SECRET)
    notice = {"subscriptionId": reference, "clientState": SECRET, **event}
    answer = await pusher.outlook(notice, notice)
    assert (answer.status_code, answer.content) == (202, b"")
    assert await waiting(duly.uows, org.mailbox_id) == jobs


@pytest.mark.parametrize("state", ["", "wrong", SECRET + "x", SECRET[:-1], None], ids=str)
async def test_a_notice_with_another_secret_does_nothing_and_is_answered_alike(
    duly: Duly, org: Org, pusher: Pusher, state: str | None
) -> None:
    reference = new_id().hex
    await watched(duly, org, reference, SECRET)
    forged = await pusher.outlook({"subscriptionId": reference, **({} if state is None else {"clientState": state})})
    unknown = await pusher.outlook({"subscriptionId": "none", "clientState": SECRET})
    assert (forged.status_code, forged.content) == (unknown.status_code, unknown.content) == (202, b"")
    assert await waiting(duly.uows, org.mailbox_id) == []


async def test_a_watch_without_a_secret_is_woken_by_no_notice(duly: Duly, org: Org, pusher: Pusher) -> None:
    await watched(duly, org, org.address)
    assert (await pusher.outlook({"subscriptionId": org.address, "clientState": ""})).status_code == 202
    assert await waiting(duly.uows, org.mailbox_id) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"value": 5}', b'{"value": [5]}', b"[" * 60_000, MANY],
    ids=["empty", "list", "number", "numbers", "deep", "many subscriptions"],
)  # fmt: skip
async def test_a_post_that_is_none_of_graphs_is_answered_like_any_other(pusher: Pusher, body: bytes) -> None:
    answer = await pusher.client.post("/v1/push/outlook", content=body)
    assert (answer.status_code, answer.content) == (202, b"")


# Floods.


async def test_a_flood_is_held_back_before_anything_is_looked_at(pusher: Pusher) -> None:
    pusher.door.brake = PushBrake(burst=3, per_second=0.001)
    statuses = [(await pusher.outlook()).status_code for _ in range(4)]
    assert statuses == [202, 202, 202, 429]
    assert await pusher.gmail(b"", "x") == 429


def test_the_brake_lets_go_with_time_and_counts_each_client() -> None:
    brake = PushBrake(burst=2, per_second=1)
    assert [brake.holds_back("a", 10.0) for _ in range(3)] == [False, False, True]
    assert brake.holds_back("b", 10.0) is False
    assert [brake.holds_back("a", at) for at in (10.5, 11.5, 11.6, 5.0)] == [True, False, True, True]


# One fetch.


@dataclass
class CountedSource:
    """A mailbox that counts who looks into it, and lets them go when it is told to."""

    looks: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, _cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        self.looks += 1
        self.begun.set()
        await self.go_on.wait()
        for message in ():
            yield message


@pytest.fixture
async def queue(urls: DatabaseUrls) -> AsyncIterator[App]:
    app = build_app(urls.app)
    async with app.open_async():
        yield app


@pytest.fixture
async def source(duly: Duly, org: Org, queue: App) -> CountedSource:
    """The mailbox of `org`, watched, and a worker's queue that fetches it."""
    counted = CountedSource()
    await watched(duly, org, org.address)
    async with duly.uows(org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, org.mailbox_id)).source = {"kind": "folder", "path": "/nowhere"}
    mailboxes = Mailboxes(duly.uows, duly.clock, lambda *_: counted, lambda *_: pytest.fail("nothing is sent"))
    fetch_mailbox.register(queue, replace(duly.fetching, mailboxes=mailboxes))
    return counted


def work(queue: App) -> "asyncio.Task[None]":
    """A worker that ends when nothing waits."""
    return asyncio.create_task(
        queue.run_worker_async(
            queues=[FETCH_QUEUE], wait=False, concurrency=4, delete_jobs="always", install_signal_handlers=False
        )
    )


async def test_a_hundred_pushes_are_one_fetch(org: Org, pusher: Pusher, source: CountedSource, queue: App) -> None:
    pushes = [pusher.gmail(a_gmail_push(org.address, n)) for n in range(100)]
    assert set(await asyncio.gather(*pushes)) == {204}
    source.go_on.set()
    await work(queue)
    assert source.looks == 1


async def test_pushes_that_come_during_a_fetch_are_one_more_after_it(
    org: Org, pusher: Pusher, source: CountedSource, queue: App
) -> None:
    await pusher.gmail(a_gmail_push(org.address))
    worker = work(queue)
    async with asyncio.timeout(30):
        await source.begun.wait()
    for n in range(10):
        assert await pusher.gmail(a_gmail_push(org.address, n)) == 204
    assert source.looks == 1
    source.go_on.set()
    await worker
    await work(queue)
    assert source.looks == 2


async def test_a_push_while_the_poll_fetches_is_fetched_after_it(
    duly: Duly, org: Org, pusher: Pusher, source: CountedSource, queue: App
) -> None:
    source.go_on.set()
    async with duly.uows.sessions() as session:
        key = f"fetch:{org.mailbox_id}"
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
        await pusher.gmail(a_gmail_push(org.address))
        await work(queue)
        assert (source.looks, await waiting(duly.uows, org.mailbox_id)) == (0, ["fetch_mailbox"])
    async with asyncio.timeout(30):
        while not source.looks:
            await asyncio.sleep(0.5)
            await work(queue)
    assert source.looks == 1

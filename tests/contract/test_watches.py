"""Watches of mailboxes, from their beginning to a queued case: Gmail against `emulate`, Outlook against our stand-in
for Graph."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from emulators import GmailEmulator
from factories.google_signer import AUDIENCE, PUSHER, GoogleSigner, a_gmail_push
from factories.grants import a_grant
from graph.running import work
from graph_stand_in import GraphStandIn
from sqlalchemy import select

from api.main import create_app
from api.routes import pushes as routes
from api.routes.pushes import PushDoor
from core.clock import FixedClock, SystemClock
from core.ids import MailboxId, OrgId, new_id
from core.settings import OAuthSettings, PushSettings, Settings
from integrations.gmail.mail_watch import GmailPushes
from integrations.ports.errors import Rejected
from integrations.ports.mail_watch import HeldWatch
from jobs.duly import Duly
from jobs.mail_adapters import make_watch, outlook_pushes
from jobs.mailbox_health import HealthLimits, Verdict, mailbox_health
from jobs.pushes import Pushes
from jobs.watches import Watches
from jobs.wiring import open_duly
from jobs.worker import word_of_mail
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.connections import MailboxSyncRow
from ledger.store.tables.people import MailboxRow
from ledger.store.tables.watches import MailboxWatchRow

TOPIC = "projects/duly-test/topics/gmail"
PUBLIC = "https://duly.example"
HOUR = timedelta(hours=1)


# What the round does, whatever the provider.


@dataclass
class ScriptedWatch:
    """A provider that counts what it is asked, and fails where it is told to."""

    asked: list[str] = field(default_factory=list)
    place: str = "here"
    fails: bool = False
    due_after: timedelta = 24 * HOUR
    lasts: timedelta = 60 * HOUR

    def is_due(self, held: HeldWatch, now: datetime) -> bool:
        return now - held.started_at >= self.due_after

    async def begin(self, now: datetime) -> HeldWatch:
        return self._answer("begin", f"watch-{len(self.asked)}", now)

    async def renew(self, held: HeldWatch, now: datetime) -> HeldWatch:
        return self._answer(f"renew {held.secret}", held.reference, now)

    async def reauthorize(self, held: HeldWatch, now: datetime) -> HeldWatch:
        return self._answer("reauthorize", held.reference, held.started_at)

    async def close(self) -> None:
        pass

    def _answer(self, what: str, reference: str, started_at: datetime) -> HeldWatch:
        self.asked.append(what)
        if self.fails:
            raise Rejected("the provider cannot reach https://duly.example")
        return HeldWatch(reference, "s3cret", started_at, started_at + self.lasts)


@dataclass
class Rounds:
    """The watches of one organisation."""

    duly: Duly
    org: Org
    watch: ScriptedWatch
    news: list[MailboxId] = field(default_factory=list)

    def worker(self) -> Watches:
        async def tell(_org_id: OrgId, mailbox_id: MailboxId) -> None:
            self.news.append(mailbox_id)

        duly = self.duly
        return Watches(duly.uows, duly.secrets, duly.clock, lambda *_: self.watch, tell)

    async def round(self) -> None:
        await self.worker().round(self.org.org_id)

    async def row(self) -> MailboxWatchRow | None:
        async with self.duly.uows(self.org.org_id) as uow:
            return await uow.session.get(MailboxWatchRow, self.org.mailbox_id)

    async def ends(self) -> datetime | None:
        async with self.duly.uows(self.org.org_id) as uow:
            sync = await uow.session.get(MailboxSyncRow, self.org.mailbox_id)
        return None if sync is None else sync.watch_expires_at


@pytest.fixture
async def rounds(duly: Duly, org: Org) -> Rounds:
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        row.source, row.fetched_at = {"kind": "gmail", "grant_id": ""}, NOW
    return Rounds(duly, org, ScriptedWatch())


async def test_a_watch_is_begun_once_and_renewed_well_before_its_end(rounds: Rounds, clock: FixedClock) -> None:
    for hours in (0, 1, 23, 24.5, 25):
        clock.move_to(NOW + hours * HOUR)
        await rounds.round()
    assert rounds.watch.asked == ["begin", "renew s3cret"]
    assert await rounds.ends() == NOW + (24.5 + 60) * HOUR
    assert rounds.news == [rounds.org.mailbox_id]
    row = await rounds.row()
    assert row is not None
    assert "s3cret" not in row.sealed_secret


async def test_many_workers_begin_one_watch(rounds: Rounds) -> None:
    await asyncio.gather(*(rounds.round() for _ in range(4)))
    assert rounds.watch.asked == ["begin"]


async def test_a_watch_that_cannot_be_begun_is_seen_in_health_and_tried_again_after_an_hour(
    rounds: Rounds, clock: FixedClock
) -> None:
    rounds.watch.fails = True
    for minutes in (0, 1, 59, 61):
        clock.move_to(NOW + timedelta(minutes=minutes))
        await rounds.round()
    assert rounds.watch.asked == ["begin", "begin"]
    [health] = await mailbox_health(
        rounds.duly.uows, rounds.org.org_id, now=NOW + timedelta(minutes=5), limits=HealthLimits()
    )
    assert health.verdict is Verdict.OK
    assert "was not renewed" in health.words
    rounds.watch.fails = False
    clock.move_to(NOW + timedelta(minutes=122))
    await rounds.round()
    async with rounds.duly.uows(rounds.org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, rounds.org.mailbox_id)).fetched_at = clock.now()
    [health] = await mailbox_health(rounds.duly.uows, rounds.org.org_id, now=clock.now(), limits=HealthLimits())
    assert health.words == "Works."


async def test_a_renewal_that_fails_leaves_the_watch_as_it_stands(rounds: Rounds, clock: FixedClock) -> None:
    await rounds.round()
    rounds.watch.fails = True
    clock.move_to(NOW + 25 * HOUR)
    await rounds.round()
    row = await rounds.row()
    assert row is not None
    assert (row.reference, row.expires_at, row.last_error != "") == ("watch-0", NOW + 60 * HOUR, True)
    assert await rounds.ends() == NOW + 60 * HOUR


@pytest.mark.parametrize("change", ["place", "account", "end", "clock"])
async def test_a_watch_that_serves_no_more_is_begun_anew(rounds: Rounds, clock: FixedClock, change: str) -> None:
    await rounds.round()
    if change == "place":
        rounds.watch.place = "elsewhere"
    elif change == "account":
        async with rounds.duly.uows(rounds.org.org_id) as uow:
            (await uow.session.get_one(MailboxRow, rounds.org.mailbox_id)).address = "other@seller.example"
    elif change == "end":
        clock.move_to(NOW + 61 * HOUR)
    else:
        rounds.watch.due_after = timedelta(days=-1)
    await rounds.round()
    assert rounds.watch.asked == (["begin", "renew s3cret"] if change == "clock" else ["begin", "begin"])


async def test_a_mailbox_that_was_disconnected_is_watched_no_more(rounds: Rounds) -> None:
    await rounds.round()
    async with rounds.duly.uows(rounds.org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, rounds.org.mailbox_id)).active = False
    await rounds.round()
    assert (await rounds.row(), await rounds.ends()) == (None, None)


async def test_a_provider_that_asks_is_answered_at_once(rounds: Rounds) -> None:
    await rounds.round()
    await rounds.worker().reauthorize(rounds.org.org_id, rounds.org.mailbox_id)
    await rounds.worker().begin_anew(rounds.org.org_id, rounds.org.mailbox_id)
    assert rounds.watch.asked == ["begin", "reauthorize", "begin"]
    assert rounds.news == [rounds.org.mailbox_id] * 2


async def test_where_nothing_is_set_up_nothing_is_watched(duly: Duly) -> None:
    make = make_watch(duly.grants, OAuthSettings(), PushSettings())
    settings = {"grant_id": "018f0000-0000-7000-8000-000000000000"}
    for kind in ("gmail", "outlook", "imap", "folder"):
        assert make({"kind": kind, **settings}, "a@b.example", "a@b.example", OrgId(new_id())) is None


# From a push to a case, with the providers.


@dataclass
class World:
    """This Duly, its door for pushes, and who signs as Google."""

    duly: Duly
    watches: Watches
    client: httpx.AsyncClient
    google: GoogleSigner

    async def gmail(self, address: str) -> int:
        header = {"Authorization": f"Bearer {self.google.token()}"}
        answer = await self.client.post("/v1/push/gmail", content=a_gmail_push(address), headers=header)
        return answer.status_code

    async def outlook(self, **notice: str) -> int:
        return (await self.client.post("/v1/push/outlook", json={"value": [notice]})).status_code

    async def cases(self, org: Org) -> int:
        async with self.duly.uows(org.org_id) as uow:
            return len(list(await uow.session.scalars(select(CaseRow.id))))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    gmail = GmailEmulator()
    gmail.start(tmp_path_factory.mktemp("gmail"))
    yield gmail
    gmail.stop()


@pytest.fixture(scope="module")
def graph() -> Iterator[GraphStandIn]:
    graph = GraphStandIn()
    graph.start()
    yield graph
    graph.stop()
    assert graph.violations == []


async def a_world(urls: DatabaseUrls, home: Any, **oauth: str) -> AsyncIterator[World]:
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": home})
    settings.oauth = settings.oauth.model_copy(update=oauth)
    settings.push = PushSettings(public_url=PUBLIC, gmail_topic=TOPIC, gmail_push_account=PUSHER)
    assert settings.push.audience == AUDIENCE
    google = GoogleSigner()
    async with open_duly(settings, urls, clock=SystemClock(), model="local") as duly:
        app = create_app(duly, version="test")
        if "/v1/push/gmail" not in {getattr(route, "path", "") for route in app.routes}:
            app.include_router(routes.router)
        gmail = GmailPushes(settings.push.audience, settings.push.gmail_push_account, google.certificates())
        app.state.push_door = PushDoor(Pushes(duly.uows, duly.secrets, duly.queue, gmail, outlook_pushes()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://duly.test") as client:
            yield World(duly, word_of_mail(duly)[1], client, google)


def a_mail(address: str) -> bytes:
    return (
        f"From: Tom <tom@buyer.example>\r\nTo: {address}\r\nSubject: Invoice 7\r\n"
        f"Message-ID: <{time.monotonic_ns()}@buyer.example>\r\n\r\nWe will pay invoice 7 on 4 May 2026.\r\n"
    ).encode()


async def connect(world: World, org: Org, address: str, token: str, provider: str) -> None:
    """The organisation's mailbox is this one, with a grant whose access token is good."""
    await a_grant(
        world.duly.uows, replace(org, address=address), access_token=token, minutes_left=50, provider=provider,
        at=world.duly.clock.now(), secrets=world.duly.secrets, connected=True,
    )  # fmt: skip
    async with world.duly.uows(org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, org.mailbox_id)).address = address


async def test_a_push_of_gmail_becomes_a_case(
    urls: DatabaseUrls, org: Org, emulator: GmailEmulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async for world in a_world(urls, tmp_path_factory.mktemp("home"), gmail_url=emulator.endpoint):
        address = emulator.mailbox()
        await connect(world, org, address, emulator.sign_in(address).access_token, "google")
        await world.watches.round(org.org_id)
        await work(world.duly, org, fetch=True)
        assert await world.cases(org) == 0
        emulator.deliver(address, a_mail(address))
        assert await world.gmail(address) == 204
        await work(world.duly, org, fetch=True)
        assert await world.cases(org) == 1


async def test_a_notice_of_graph_becomes_a_case_and_its_events_keep_the_subscription_alive(
    urls: DatabaseUrls, org: Org, graph: GraphStandIn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async for world in a_world(urls, tmp_path_factory.mktemp("home"), graph_url=graph.base_url):
        box = graph.mailbox(org.address)
        box.now = world.duly.clock.now()
        await connect(world, org, org.address, graph.token(org.address), "microsoft")
        await world.watches.round(org.org_id)
        await work(world.duly, org, fetch=True)
        [first] = graph.subscriptions.values()
        assert first["notificationUrl"] == first["lifecycleNotificationUrl"] == f"{PUBLIC}/v1/push/outlook"

        box.deliver(a_mail(org.address))
        told = {"subscriptionId": first["id"], "clientState": first["clientState"]}
        assert await world.outlook(**told | {"clientState": "wrong"}) == 202
        await work(world.duly, org, fetch=True)
        assert await world.cases(org) == 0
        assert await world.outlook(**told, changeType="created") == 202
        await work(world.duly, org, fetch=True)
        assert await world.cases(org) == 1

        assert await world.outlook(**told, lifecycleEvent="reauthorizationRequired") == 202
        await work(world.duly, org, fetch=True)
        assert len(graph.calls(f"POST .*/subscriptions/{first['id']}/reauthorize")) == 1

        graph.subscriptions.clear()
        assert await world.outlook(**told, lifecycleEvent="subscriptionRemoved") == 202
        await work(world.duly, org, fetch=True)
        [second] = graph.subscriptions.values()
        assert second["clientState"] != first["clientState"]

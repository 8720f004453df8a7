"""What a monitor sees without a sign-in: whether workers run, and figures that name nobody."""

from datetime import timedelta

import httpx
from conftest import NOW, Org
from factories.console import a_visitor
from sqlalchemy import text

from api.main import create_app
from core.clock import FixedClock
from jobs.duly import Duly
from jobs.mailbox_alarms import raise_alarms
from jobs.mailbox_health import HealthLimits
from ledger.model.user import Role
from ledger.store.tables.people import MailboxRow


async def get(duly: Duly, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(duly, version="test"))
    async with httpx.AsyncClient(transport=transport, base_url="http://duly.test") as client:
        return await client.get(path)


async def set_workers(duly: Duly, *seconds_ago: int) -> None:
    async with duly.uows.sessions() as session, session.begin():
        await session.execute(text("DELETE FROM procrastinate_workers"))
        for seconds in seconds_ago:
            await session.execute(
                text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :s))"),
                {"s": seconds},
            )


async def a_silent_mailbox(duly: Duly, org: Org) -> None:
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        row.source, row.fetched_at = {"kind": "imap"}, NOW - timedelta(hours=1)


async def test_workers_that_fell_silent_are_none(duly: Duly) -> None:
    await set_workers(duly, 600)
    answer = await get(duly, "/health/workers")
    assert (answer.status_code, answer.json()["status"], answer.json()["workers"]) == (503, "none", 0)
    assert "duly worker" in answer.json()["why"]
    await set_workers(duly, 600, 2, 5)
    answer = await get(duly, "/health/workers")
    assert (answer.status_code, answer.json()) == (200, {"status": "working", "workers": 2})
    await set_workers(duly)


async def test_figures_count_mailboxes_and_alarms_and_name_nobody(duly: Duly, org: Org, clock: FixedClock) -> None:
    before = (await get(duly, "/health/metrics")).text.splitlines()
    await a_silent_mailbox(duly, org)
    await raise_alarms(duly.uows, org.org_id, clock, HealthLimits())
    answer = await get(duly, "/health/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    after = answer.text.splitlines()
    for name in ('duly_mailboxes{verdict="late"}', 'duly_mailbox_alarms{kind="late"}'):
        [was], [now] = ([int(one.split()[1]) for one in lines if one.startswith(name)] for lines in (before, after))
        assert now == was + 1
    assert "duly_workers 0" in after
    assert org.address not in answer.text
    assert str(org.org_id) not in answer.text


async def test_the_page_of_mailboxes_says_that_no_worker_runs(duly: Duly, org: Org) -> None:
    await a_silent_mailbox(duly, org)
    visitor = await a_visitor(duly, org, role=Role.VIEWER)
    await set_workers(duly)
    assert "No worker runs" in (await visitor.get("/mailboxes")).one("[role=alert]").text()
    await set_workers(duly, 1)
    assert (await visitor.get("/mailboxes")).all("[role=alert]") == []
    await set_workers(duly)

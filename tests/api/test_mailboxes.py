"""Mailboxes over HTTP and as a page: how each is, what to do, and nothing of another organisation."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.console import a_visitor

from api.main import create_app
from core.ids import new_id
from jobs.duly import Duly
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.user import Role
from ledger.store.tables.people import MailboxRow


async def set_mailbox(duly: Duly, org: Org, **what: Any) -> None:
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        for name, value in what.items():
            setattr(row, name, value)


async def asked(duly: Duly, org: Org) -> list[dict[str, Any]]:
    user = await create_user(
        duly.uows, org.org_id, email=f"{new_id().hex}@duly.example", name="Vi", role=Role.VIEWER, now=NOW
    )
    secret = await issue_credential(duly.uows, org.org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=NOW)
    app = create_app(duly, version="test")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://duly.test") as client:
        answer = await client.get("/v1/mailboxes", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200
        assert (await client.get("/v1/mailboxes")).status_code == 401
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    ("what", "verdict", "shown"),
    [
        ({"fetched_at": NOW - timedelta(minutes=1)}, "ok", "Works"),
        ({"fetched_at": NOW - timedelta(hours=1)}, "late", "Silent"),
        (
            {"fetched_at": NOW, "failing_since": NOW - timedelta(minutes=9), "last_error": "<b>refused</b>"},
            "failing",
            "Failing",
        ),
    ],
    ids=["works", "silent", "failing"],
)
async def test_the_api_and_the_page_say_how_a_mailbox_is(
    duly: Duly, org: Org, what: dict[str, Any], verdict: str, shown: str
) -> None:
    await set_mailbox(duly, org, source={"kind": "folder", "path": "/nowhere"}, **what)
    [item] = await asked(duly, org)
    assert (item["mailbox_id"], item["address"], item["verdict"]) == (str(org.mailbox_id), org.address, verdict)
    page = await (await a_visitor(duly, org, role=Role.VIEWER)).get("/mailboxes")
    card = page.one("section.mailbox")
    assert (org.address in card.text(), shown in card.text()) == (True, True)
    assert not card.css("b")
    assert page.one("nav a[aria-current]").text() == "Mailboxes"


async def test_another_organisations_mailboxes_are_not_shown(duly: Duly, org: Org, other_org: Org) -> None:
    await set_mailbox(duly, other_org, failing_since=NOW, last_error="theirs")
    assert [item["address"] for item in await asked(duly, org)] == [org.address]
    assert other_org.address not in (await (await a_visitor(duly, org)).get("/mailboxes")).one("main").text()

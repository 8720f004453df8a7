"""A mailbox's limits over HTTP and in the console: who may set them, and what is no limit."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.console import Visitor, a_visitor
from sqlalchemy import select

from api.main import create_app
from core.ids import new_id
from jobs.duly import Duly
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.user import Role
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.people import MailboxRow


async def patch(duly: Duly, org: Org, role: Role, mailbox_id: object, body: dict[str, Any]) -> httpx.Response:
    email = f"{new_id().hex}@duly.example"
    user = await create_user(duly.uows, org.org_id, email=email, name="Vi", role=role, now=NOW)
    token = await issue_credential(duly.uows, org.org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=NOW)
    transport = httpx.ASGITransport(create_app(duly, version="test"))
    async with httpx.AsyncClient(transport=transport, base_url="http://duly.test") as client:
        signed = {"Authorization": f"Bearer {token}"}
        return await client.patch(f"/v1/mailboxes/{mailbox_id}/limits", json=body, headers=signed)


async def sender(duly: Duly, org: Org) -> dict[str, Any]:
    async with duly.uows(org.org_id) as uow:
        return (await uow.session.get_one(MailboxRow, org.mailbox_id)).sender


async def test_an_administrator_sets_one_limit_and_the_other_stays(duly: Duly, org: Org) -> None:
    first = await patch(duly, org, Role.ADMIN, org.mailbox_id, {"per_minute": 5})
    second = await patch(duly, org, Role.ADMIN, org.mailbox_id, {"per_day": 400})
    assert (first.json(), second.json()) == (
        {"per_minute": 5, "per_day": 2000},
        {"per_minute": 5, "per_day": 400},
    )
    assert await sender(duly, org) == {"per_minute": 5, "per_day": 400}
    async with duly.uows(org.org_id) as uow:
        words = list(await uow.session.scalars(select(TimelineEventRow.words).order_by(TimelineEventRow.id)))
    assert words[-1] == f"{org.address} sends at most 5 mails a minute and 400 a day."


@pytest.mark.parametrize("limit", [0, -1, 1.5, "many", 1_000_001, True])
async def test_what_is_no_limit_is_refused(duly: Duly, org: Org, limit: object) -> None:
    assert (await patch(duly, org, Role.ADMIN, org.mailbox_id, {"per_day": limit})).status_code == 422
    assert await sender(duly, org) == {}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COLLECTOR, Role.MANAGER], ids=lambda role: role.value)
async def test_others_may_not(duly: Duly, org: Org, role: Role) -> None:
    assert (await patch(duly, org, role, org.mailbox_id, {"per_day": 1})).status_code == 403


async def test_another_organisations_mailbox_is_not_there(duly: Duly, org: Org, other_org: Org) -> None:
    assert (await patch(duly, org, Role.ADMIN, other_org.mailbox_id, {"per_day": 1})).status_code == 404


async def form(duly: Duly, org: Org) -> tuple[Visitor, str, dict[str, str]]:
    visitor = await a_visitor(duly, org, role=Role.ADMIN)
    page = await visitor.get("/mailboxes/connect")
    path = f"/mailboxes/{org.mailbox_id}/limits"
    return visitor, path, page.fields(f"form[action='{path}']")


async def test_the_console_sets_them_and_shows_them(duly: Duly, org: Org) -> None:
    visitor, path, fields = await form(duly, org)
    done = await visitor.post(path, fields | {"per_minute": "7", "per_day": ""})
    assert "The limits count from now on" in done.one(".flash").text()
    assert done.fields(f"form[action='{path}']")["per_minute"] == "7"
    assert "7 mails a minute, 2,000 a day" in (await visitor.get("/mailboxes")).text


@pytest.mark.parametrize("typed", ["0", "-3", "1e3", "ten", "99999999"])
async def test_the_console_says_what_is_wrong(duly: Duly, org: Org, typed: str) -> None:
    visitor, path, fields = await form(duly, org)
    refused = await visitor.post(path, fields | {"per_day": typed})
    assert refused.status == 400
    assert "a number from 1 to 1,000,000" in refused.one("main [role=alert]").text()
    assert await sender(duly, org) == {}

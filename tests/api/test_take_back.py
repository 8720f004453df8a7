"""Taking an approved mail back: over HTTP, and by the button of the console."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.console import Page, a_visitor
from factories.ledger import a_customer, a_mail
from graph.running import approval, approval_id, handle
from sqlalchemy import select, text

from api.main import create_app
from core.clock import FixedClock
from core.ids import CaseId, new_id
from jobs.composing import compose_mail
from jobs.duly import Duly
from ledger.commands import send_draft
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.sending import SendingPolicy
from ledger.model.user import Role
from ledger.store.tables.drafts import SendRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on 15 May 2026.\n\nTom"


class Caller:
    """An HTTP client with one user's token."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> httpx.Response:
        return await self._client.get(path, headers=self._headers)

    async def post(self, path: str, *, version: int | None = None, key: str | None = None) -> httpx.Response:
        more: dict[str, Any] = {"If-Match": None if version is None else f'"{version}"', "Idempotency-Key": key}
        given = {name: value for name, value in more.items() if value is not None}
        return await self._client.post(path, headers=self._headers | given)


@pytest.fixture
async def client(duly: Duly) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(duly, version="test")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://duly.test") as client:
        yield client


async def a_caller(duly: Duly, client: httpx.AsyncClient, org: Org, role: Role = Role.COLLECTOR) -> Caller:
    user = await create_user(
        duly.uows, org.org_id, email=f"{new_id().hex}@duly.example", name="Kim", role=role, now=NOW
    )
    token = await issue_credential(duly.uows, org.org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=NOW)
    return Caller(client, token)


@pytest.fixture
async def kim(duly: Duly, client: httpx.AsyncClient, org: Org) -> Caller:
    return await a_caller(duly, client, org)


async def a_draft(duly: Duly, org: Org) -> str:
    return str(await approval_id(duly, org, await a_case(duly, org)))


@pytest.fixture(autouse=True)
async def _half_a_minute(duly: Duly, org: Org) -> None:
    await set_sending_policy(duly.uows, org.org_id, SendingPolicy(undo=timedelta(seconds=30)))


async def claimed(duly: Duly, org: Org) -> None:
    """A worker takes the mail."""
    async with duly.uows(org.org_id) as uow:
        send_id = (await uow.session.scalars(select(SendRow.id))).one()
    outcome = await send_draft.claim_send(
        duly.uows, duly.blobs, duly.services.verify, compose_mail, org.org_id, send_id, now=duly.clock.now()
    )
    assert isinstance(outcome, send_draft.ClaimedSend)


async def test_a_mail_is_taken_back_once_and_answered_alike_for_one_key(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    await kim.post(f"/v1/approvals/{key}/approve", version=1)
    shown = (await kim.get(f"/v1/approvals/{key}")).json()["send"]
    assert (shown["state"], shown["waits_for"], shown["why"]) == ("queued", "undo", "it can still be taken back")
    assert datetime.fromisoformat(shown["take_back_until"]) == NOW + timedelta(seconds=30)
    first = await kim.post(f"/v1/approvals/{key}/take-back", version=2, key="b-1")
    second = await kim.post(f"/v1/approvals/{key}/take-back", version=2, key="b-1")
    assert first.status_code == 200, first.text
    assert first.json() == second.json()
    assert (first.json()["status"], first.json()["version"]) == ("pending", 3)
    assert (await kim.get(f"/v1/approvals/{key}")).json()["status"] == "pending"
    assert (await kim.post(f"/v1/approvals/{key}/approve", version=3)).json()["status"] == "approved"


async def test_an_answer_that_was_lost_is_given_again_without_the_first_ones_record(
    duly: Duly, org: Org, kim: Caller
) -> None:
    key = await a_draft(duly, org)
    await kim.post(f"/v1/approvals/{key}/approve", version=1)
    await kim.post(f"/v1/approvals/{key}/take-back", version=2, key="b-2")
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(text("DELETE FROM idempotency_keys"))
    again = await kim.post(f"/v1/approvals/{key}/take-back", version=2, key="b-2")
    assert (again.status_code, again.json()["status"]) == (200, "pending")


async def test_too_late_is_said_so(duly: Duly, org: Org, kim: Caller, clock: FixedClock) -> None:
    key = await a_draft(duly, org)
    await kim.post(f"/v1/approvals/{key}/approve", version=1)
    clock.move_to(NOW + timedelta(seconds=30))
    await claimed(duly, org)
    answer = await kim.post(f"/v1/approvals/{key}/take-back", version=2)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:duly:problem:too-late")
    assert answer.json()["detail"] == "the mail cannot be taken back: it is being handed over"


async def test_refusals(duly: Duly, org: Org, other_org: Org, kim: Caller, client: httpx.AsyncClient) -> None:
    key = await a_draft(duly, org)
    assert (await kim.post(f"/v1/approvals/{key}/take-back")).status_code == 428
    assert (await kim.post(f"/v1/approvals/{key}/take-back", version=1)).status_code == 409
    await kim.post(f"/v1/approvals/{key}/approve", version=1)
    assert (await kim.post(f"/v1/approvals/{key}/take-back", version=1)).status_code == 409
    stranger = await a_caller(duly, client, other_org)
    assert (await stranger.post(f"/v1/approvals/{key}/take-back", version=2)).status_code == 404
    reader = await a_caller(duly, client, org, Role.VIEWER)
    assert (await reader.post(f"/v1/approvals/{key}/take-back", version=2)).status_code == 403
    assert (await client.post(f"/v1/approvals/{key}/take-back", headers={"If-Match": '"2"'})).status_code == 401


async def a_case(duly: Duly, org: Org) -> CaseId:
    await a_customer(duly.uows, org)
    return await handle(duly, org, a_mail(to=org.address, text=PROMISE))


async def test_the_button_takes_the_mail_back_and_says_how_long_it_may(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    case_id = await a_case(duly, org)
    visitor = await a_visitor(duly, org)
    page = await visitor.press(await visitor.get(f"/cases/{case_id}"), "approve")
    assert page.one(".sending h2").text() == "The mail goes out in a moment"
    assert page.one(".take-back [data-seconds]").text() == "30 s left"
    assert page.one("meta[http-equiv=refresh]").attributes["content"] == "5"
    clock.move_to(NOW + timedelta(seconds=12))
    page = await visitor.get(f"/cases/{case_id}")
    assert page.one(".take-back [data-seconds]").text() == "18 s left"
    fields = page.fields("form.take-back")
    done = await visitor.post(f"/cases/{case_id}/take-back", fields)
    assert (done.status, done.path) == (200, f"/cases/{case_id}?done=taken-back")
    assert "Taken back. Nothing was sent" in done.one(".flash").text()
    assert done.fields()["version"] == "3"
    assert not done.all(".take-back")
    # Pressed twice, on a slow line.
    assert (await visitor.post(f"/cases/{case_id}/take-back", fields)).path.endswith("done=taken-back")
    assert "took the mail back" in done.text


async def test_a_button_that_comes_too_late_says_so(duly: Duly, org: Org, clock: FixedClock) -> None:
    case_id = await a_case(duly, org)
    visitor = await a_visitor(duly, org)
    page = await visitor.press(await visitor.get(f"/cases/{case_id}"), "approve")
    clock.move_to(NOW + timedelta(seconds=31))
    await claimed(duly, org)
    late = await visitor.post(f"/cases/{case_id}/take-back", page.fields("form.take-back"))
    assert late.status == 409
    assert "it is being handed over" in late.one(".notice").text()
    assert not late.all(".take-back")
    assert (await approval(duly, org, case_id)).status == "approved"


async def test_a_form_of_another_session_takes_nothing_back(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor = await a_visitor(duly, org)
    page = await visitor.press(await visitor.get(f"/cases/{case_id}"), "approve")
    refused = await visitor.post(
        f"/cases/{case_id}/take-back", page.fields("form.take-back") | {"form_token": "forged"}
    )
    assert refused.status == 403
    assert (await approval(duly, org, case_id)).status == "approved"
    viewer = await a_visitor(duly, org, role=Role.VIEWER)
    assert not (await viewer.get(f"/cases/{case_id}")).all(".take-back")


async def test_the_page_says_when_a_mail_goes_out_in_the_customers_time(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    case_id = await a_case(duly, org)
    visitor = await a_visitor(duly, org)
    clock.move_to(datetime(2026, 4, 20, 17, 30, tzinfo=UTC))
    page: Page = await visitor.press(await visitor.get(f"/cases/{case_id}"), "approve")
    assert page.one(".sending h2").text() == "Goes out Tuesday 8:00 (customer's time)"
    assert "It is Monday 18:30 at the customer's; mail goes out from 8:00 to 18:00." in page.one(".sending").text()
    assert page.one("form.take-back button").text() == "Take it back"

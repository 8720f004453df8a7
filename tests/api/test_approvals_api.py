"""The approvals API over HTTP: versions, idempotency, refusals, pages."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import approval_id, handle
from sqlalchemy import func, select

from api.main import create_app
from core.ids import new_id
from jobs.duly import Duly
from ledger.commands.close_run import wake_and_renew
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.user import Role
from ledger.store.tables.drafts import SendRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


class Caller:
    """An HTTP client with one user's token."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._token = token

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self._client.get(path, params=params, headers={"Authorization": f"Bearer {self._token}"})

    async def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        version: int | str | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self._client.post(path, json=body, headers=headers)


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
    await a_customer(duly.uows, org)
    return str(await approval_id(duly, org, await handle(duly, org, a_mail(to=org.address, text=PROMISE))))


async def sends(duly: Duly, org: Org) -> int:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(SendRow)) or 0


async def test_without_a_token_nothing_is_shown(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/approvals")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_health_needs_no_token(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).json() == {"status": "ready"}


async def test_a_pending_draft_is_listed_and_shown_whole(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    listed = (await kim.get("/v1/approvals", status="pending")).json()
    assert [item["id"] for item in listed["items"]] == [key]
    assert listed["items"][0]["expected_cash"] == {"amount": "1840.00", "currency": "GBP"}
    answer = await kim.get(f"/v1/approvals/{key}")
    shown = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert [signal["intent"] for signal in shown["signals"]] == ["promise_to_pay"]
    [signal] = shown["signals"]
    assert shown["reply"]["text"][signal["start"] : signal["end"]] == signal["quote"]
    assert shown["interrupt"]["action_request"]["args"]["to"] == ["tom@brightwater.example"]
    assert shown["interrupt"]["config"] == {
        "allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True,
    }  # fmt: skip


async def test_another_organisations_draft_is_not_there(
    duly: Duly, org: Org, other_org: Org, client: httpx.AsyncClient
) -> None:
    key = await a_draft(duly, org)
    stranger = await a_caller(duly, client, other_org)
    assert (await stranger.get(f"/v1/approvals/{key}")).status_code == 404
    assert (await stranger.post(f"/v1/approvals/{key}/approve", version=1)).status_code == 404
    assert (await stranger.get("/v1/approvals")).json()["items"] == []


async def test_a_decision_needs_the_version(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    assert (await kim.post(f"/v1/approvals/{key}/approve")).status_code == 428
    assert (await kim.post(f"/v1/approvals/{key}/approve", version="x")).status_code == 422
    assert await sends(duly, org) == 0


async def test_a_stale_version_gets_409_and_todays_state(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    kept = await kim.post(f"/v1/approvals/{key}/edit", {"subject": "Invoice INV-20417", "send": False}, version=1)
    assert kept.json()["version"] == 2
    answer = await kim.post(f"/v1/approvals/{key}/approve", version=1)
    assert answer.status_code == 409
    body = answer.json()
    assert body["type"] == "urn:duly:problem:stale-version"
    assert (body["current"]["version"], body["current"]["subject"]) == (2, "Invoice INV-20417")
    assert await sends(duly, org) == 0


async def test_approving_twice_with_one_key_sends_once_and_answers_alike(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    first = await kim.post(f"/v1/approvals/{key}/approve", version=1, key="k-1")
    second = await kim.post(f"/v1/approvals/{key}/approve", version=1, key="k-1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert first.json()["status"] == "approved"
    assert await sends(duly, org) == 1


async def test_approving_twice_without_a_key_is_refused_the_second_time(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    await kim.post(f"/v1/approvals/{key}/approve", version=1)
    assert (await kim.post(f"/v1/approvals/{key}/approve", version=2)).status_code == 409
    assert await sends(duly, org) == 1


async def test_a_key_serves_one_request_only(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    await kim.post(f"/v1/approvals/{key}/reject", {"reason": "no"}, version=1, key="k-2")
    other = await kim.post(f"/v1/approvals/{key}/reject", {"reason": "other"}, version=1, key="k-2")
    assert other.status_code == 422


async def test_moved_facts_get_409_with_what_moved(duly: Duly, org: Org, kim: Caller) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key = await approval_id(duly, org, case_id)
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", on="INV-20417")
    answer = await kim.post(f"/v1/approvals/{key}/approve", version=1, key="k")
    assert answer.status_code == 409
    assert answer.json()["moved"] == ["invoice INV-20417: 1840.00 GBP was open, 0.00 GBP is open now"]
    assert answer.json()["current"]["status"] == "redrafting"
    assert await sends(duly, org) == 0


async def test_an_edit_goes_out_when_its_figures_are_the_ledgers(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    text = "Dear Tom,\n\ninvoice INV-20417 is open with 1,840.00 GBP.\n\nKind regards,\nSeller Ltd"
    answer = await kim.post(f"/v1/approvals/{key}/edit", {"text": text}, version=1)
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    assert (await kim.get(f"/v1/approvals/{key}")).json()["draft"]["text"] == text


@pytest.mark.parametrize(
    "body",
    [
        {"text": "Dear Tom,\n\nplease pay 1,840.01 GBP for INV-20417."},
        {"text": "Dear Tom,\n\nplease pay to GB94BARC10201530093459."},
        {"text": "Dear Tom,\n\nsee https://evil.example/pay."},
        {"to": ["drop@evil.example"]},
        {"cc": ["drop@evil.example"]},
    ],
)
async def test_an_edit_that_the_ledger_does_not_support_is_refused(
    duly: Duly, org: Org, kim: Caller, body: dict[str, Any]
) -> None:
    key = await a_draft(duly, org)
    answer = await kim.post(f"/v1/approvals/{key}/edit", body, version=1)
    assert answer.status_code == 422
    assert answer.json()["findings"]
    assert await sends(duly, org) == 0
    assert (await kim.get(f"/v1/approvals/{key}")).json()["version"] == 1


async def test_a_person_answers_in_their_own_words(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    text = "Dear Tom,\n\nthank you, that helps.\n\nKim"
    answer = await kim.post(f"/v1/approvals/{key}/respond", {"text": text}, version=1)
    assert answer.status_code == 200
    assert (await kim.get(f"/v1/approvals/{key}")).json()["draft"]["written_by"] == "Kim"


async def test_a_rejection_needs_a_reason_and_sends_nothing(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    assert (await kim.post(f"/v1/approvals/{key}/reject", {"reason": ""}, version=1)).status_code == 422
    answer = await kim.post(f"/v1/approvals/{key}/reject", {"reason": "called him"}, version=1)
    assert answer.json()["status"] == "rejected"
    assert await sends(duly, org) == 0


async def test_reassigning_names_a_user_who_may_decide(
    duly: Duly, org: Org, kim: Caller, client: httpx.AsyncClient
) -> None:
    key = await a_draft(duly, org)
    answer = await kim.post(f"/v1/approvals/{key}/reassign", {"to": str(org.user_id)}, version=1)
    assert answer.status_code == 200
    assert (await kim.get(f"/v1/approvals/{key}")).json()["assigned_to"] == str(org.user_id)
    assert (await kim.post(f"/v1/approvals/{key}/reassign", {"to": str(UUID(int=1))}, version=2)).status_code == 404


async def test_a_snoozed_draft_comes_back(duly: Duly, org: Org, kim: Caller) -> None:
    key = await a_draft(duly, org)
    until = NOW + timedelta(hours=2)
    answer = await kim.post(f"/v1/approvals/{key}/snooze", {"until": until.isoformat()}, version=1)
    assert answer.json()["status"] == "snoozed"
    assert (await kim.get("/v1/approvals", status="pending")).json()["items"] == []
    await wake_and_renew(duly.uows, org.org_id, now=until)
    assert [i["id"] for i in (await kim.get("/v1/approvals", status="pending")).json()["items"]] == [key]
    past = await kim.post(f"/v1/approvals/{key}/snooze", {"until": NOW.isoformat()}, version=3)
    assert past.status_code == 422


async def test_a_viewer_reads_and_decides_nothing(duly: Duly, org: Org, client: httpx.AsyncClient) -> None:
    key = await a_draft(duly, org)
    viewer = await a_caller(duly, client, org, Role.VIEWER)
    assert (await viewer.get(f"/v1/approvals/{key}")).status_code == 200
    assert (await viewer.post(f"/v1/approvals/{key}/approve", version=1)).status_code == 403


async def test_pages_follow_one_another_without_gap_or_repeat(duly: Duly, org: Org, kim: Caller) -> None:
    for number in range(5):
        email = f"tom{number}@buyer{number}.example"
        await a_customer(
            duly.uows, org, name=f"B{number}", email=email, invoices={f"N-{number}": f"{number % 2 + 1}00.00"}
        )
        await handle(duly, org, a_mail(to=org.address, text="We pay on Friday.", sender=email, subject=f"N-{number}"))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(5):
        page = (await kim.get("/v1/approvals", limit=2, **cursor)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5
    assert (await kim.get("/v1/approvals", cursor="nonsense")).status_code == 422


async def test_a_body_over_the_limit_and_a_wrong_method_are_problems(client: httpx.AsyncClient, kim: Caller) -> None:
    answer = await kim.post("/v1/approvals/x/edit", {"text": "x" * 2_000_000}, version=1)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert (await client.put("/v1/approvals")).headers["content-type"] == "application/problem+json"


async def test_the_timeline_of_an_account_comes_in_pages_newest_first(duly: Duly, org: Org, kim: Caller) -> None:
    customer = await a_customer(duly.uows, org)
    await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    path = f"/v1/accounts/{customer.account_id}/timeline"
    first = (await kim.get(path, limit=2)).json()
    rest = (await kim.get(path, limit=2, cursor=first["next_cursor"])).json()
    assert len(first["items"]) == 2
    assert {item["kind"] for item in [*first["items"], *rest["items"]]} == {
        "message_received", "promise", "draft_ready",
    }  # fmt: skip
    assert rest["next_cursor"] is None
    assert (await kim.get(path, cursor="nonsense")).status_code == 422

"""Corrections over HTTP: versions, idempotency, roles, refusals, the list, and taking one back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail
from graph.running import approval, handle

from api.main import create_app
from core.ids import CaseId, new_id
from jobs.duly import Duly
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.user import Role

QUOTE = "we will pay invoice INV-20417 on Friday"
DISPUTE = {"intent": "dispute", "quote": QUOTE, "invoices": ["INV-20417"], "reason": "price"}


@pytest.fixture
async def client(duly: Duly) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(duly, version="test")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://duly.test") as client:
        yield client


async def token(duly: Duly, org: Org, role: Role = Role.COLLECTOR) -> dict[str, str]:
    user = await create_user(
        duly.uows, org.org_id, email=f"{new_id().hex}@duly.example", name="Kim", role=role, now=NOW
    )
    secret = await issue_credential(duly.uows, org.org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=NOW)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
async def kim(duly: Duly, org: Org) -> dict[str, str]:
    return await token(duly, org)


@pytest.fixture
async def promise(duly: Duly, org: Org) -> CaseId:
    """A case whose mail was read as a promise."""
    await a_customer(duly.uows, org)
    return await handle(duly, org, a_mail(to=org.address, text=f"Hi,\n\n{QUOTE}.\n\nTom"))


async def post(
    client: httpx.AsyncClient, case_id: CaseId, headers: dict[str, str], *signals: dict[str, Any], **more: str
) -> httpx.Response:
    sent = {"If-Match": '"1"', **headers, **{name.replace("_", "-"): value for name, value in more.items()}}
    return await client.post(f"/v1/cases/{case_id}/corrections", json={"signals": list(signals)}, headers=sent)


async def test_a_reading_is_shown_and_corrected(
    duly: Duly, org: Org, client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId
) -> None:
    shown = await client.get(f"/v1/cases/{promise}/signals", headers=kim)
    assert (shown.headers["etag"], [s["intent"] for s in shown.json()["signals"]]) == ('"1"', ["promise_to_pay"])
    done = await post(client, promise, kim, DISPUTE)
    assert (done.status_code, done.headers["etag"], done.json()["version"]) == (201, '"2"', 2)
    await duly.runner.run(org.org_id, promise)
    again = (await client.get(f"/v1/cases/{promise}/signals", headers=kim)).json()
    assert (again["corrected_by"], again["version"]) == ("Kim", 2)
    assert [(s["intent"], s["reason"], s["quote"]) for s in again["signals"]] == [("dispute", "price", QUOTE)]
    assert (await approval(duly, org, promise)).status == "pending"


async def test_the_same_key_is_one_correction_and_one_answer(
    client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId
) -> None:
    first = await post(client, promise, kim, DISPUTE, Idempotency_Key="k-1")
    second = await post(client, promise, kim, DISPUTE, Idempotency_Key="k-1")
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    other = await post(client, promise, kim, Idempotency_Key="k-1")
    assert other.status_code == 422
    assert len((await client.get("/v1/corrections", headers=kim)).json()["items"]) == 1


async def test_a_correction_needs_the_version_that_was_read(
    duly: Duly, org: Org, client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId
) -> None:
    without = await client.post(f"/v1/cases/{promise}/corrections", json={"signals": []}, headers=kim)
    assert without.status_code == 428
    stale = await post(client, promise, kim, DISPUTE, **{"If-Match": "7"})
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, 1)
    await post(client, promise, kim, DISPUTE)
    running = await post(client, promise, kim, **{"If-Match": "2"})
    assert (running.status_code, "right now" in running.json()["detail"]) == (409, True)


async def test_who_may_only_look_corrects_nothing(
    duly: Duly, org: Org, other_org: Org, client: httpx.AsyncClient, promise: CaseId
) -> None:
    viewer, stranger = await token(duly, org, Role.VIEWER), await token(duly, other_org)
    assert (await post(client, promise, viewer, DISPUTE)).status_code == 403
    assert (await client.get(f"/v1/cases/{promise}/signals", headers=viewer)).status_code == 200
    assert (await post(client, promise, stranger, DISPUTE)).status_code == 404
    assert (await client.get(f"/v1/cases/{promise}/signals", headers=stranger)).status_code == 404
    assert (await post(client, promise, {}, DISPUTE)).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {**DISPUTE, "quote": "you never delivered"},
        {**DISPUTE, "invoices": ["INV-99999"]},
        {**DISPUTE, "reason": "because"},
        {**DISPUTE, "amount": {"amount": "1.840,00", "currency": "GBP"}},
        {**DISPUTE, "amount": {"amount": 1840.0, "currency": "GBP"}},
        {**DISPUTE, "amount": {"amount": "1840.00", "currency": "XXY"}},
        {**DISPUTE, "quote": "we will\x00pay"},
        {**DISPUTE, "until": "2026-05-01"},
        {**DISPUTE, "date": "2026-02-30"},
        {**DISPUTE, "sure": True},
        {"intent": "guess", "quote": QUOTE},
        {"intent": "dispute"},
    ],
)
async def test_what_cannot_stand_is_refused_with_words(
    client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId, wrong: dict[str, Any]
) -> None:
    answer = await post(client, promise, kim, wrong)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (await client.get("/v1/corrections", headers=kim)).json() == {"items": [], "next_cursor": None}


async def test_too_many_signals_are_refused(client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId) -> None:
    assert (await post(client, promise, kim, *[DISPUTE] * 21)).status_code == 422


async def test_corrections_are_listed_and_taken_back(
    duly: Duly, org: Org, client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId
) -> None:
    key = (await post(client, promise, kim, DISPUTE)).json()["id"]
    [listed] = (await client.get("/v1/corrections", params={"case_id": str(promise)}, headers=kim)).json()["items"]
    assert listed["by"] == "Kim"
    assert [signal["intent"] for signal in listed["was_read"]] == ["promise_to_pay"]
    assert listed["taught"] == [
        {
            "sentence": f"{QUOTE}.", "intents": ["dispute"], "reason": "price", "documents": [], "counts": True,
        }
    ]  # fmt: skip
    viewer = await token(duly, org, Role.VIEWER)
    assert (await client.delete(f"/v1/corrections/{key}", headers=viewer)).status_code == 403
    for _ in range(2):
        assert (await client.delete(f"/v1/corrections/{key}", headers=kim)).status_code == 204
    [listed] = (await client.get("/v1/corrections", headers=kim)).json()["items"]
    assert (listed["retracted_by"], listed["taught"][0]["counts"]) == ("Kim", False)
    assert (await client.delete(f"/v1/corrections/{new_id()}", headers=kim)).status_code == 404


async def test_pages_of_corrections_hold_each_once(
    duly: Duly, org: Org, client: httpx.AsyncClient, kim: dict[str, str], promise: CaseId
) -> None:
    question = {"intent": "question", "quote": QUOTE}
    for version, signal in enumerate((DISPUTE, question, DISPUTE), start=1):
        await post(client, promise, kim, signal, **{"If-Match": str(version)})
        await duly.runner.run(org.org_id, promise)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "2"} if cursor is None else {"limit": "2", "cursor": cursor}
        page = (await client.get("/v1/corrections", params=params, headers=kim)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 3


async def test_the_documentation_shows_an_example(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    assert "post" in schema["paths"]["/v1/cases/{case_id}/corrections"]
    assert schema["components"]["schemas"]["CorrectionIn"]["examples"]

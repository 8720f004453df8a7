"""Payments over HTTP: the list, versions, idempotency, roles, refusals, habits."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.cash import a_line, money_in
from factories.ledger import a_customer
from sqlalchemy import select

from api.main import create_app
from core.ids import PaymentId, new_id
from jobs.duly import Duly
from ledger.commands.apply_payments import apply_payments
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.user import Role
from ledger.store.tables.history import DisputeRow

PARTS = [{"kind": "invoice", "document": "INV-20417", "amount": {"amount": "1840.00", "currency": "GBP"}}]


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


async def a_payment(duly: Duly, org: Org, **line: Any) -> PaymentId:
    payment = await money_in(duly.uows, org, a_line(**line))
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    return payment


@pytest.fixture
async def suggested(duly: Duly, org: Org) -> PaymentId:
    """1,840.00 of somebody unknown, beside an open invoice of that amount."""
    await a_customer(duly.uows, org)
    return await a_payment(duly, org, payer="Agent Pay BV", account="NL02ABNA0123456789", reference="")


async def post(
    client: httpx.AsyncClient, payment: PaymentId, action: str, headers: dict[str, str], version: int, body: Any,
    **more: str,
) -> httpx.Response:  # fmt: skip
    sent = {"If-Match": f'"{version}"', **headers, **{name.replace("_", "-"): value for name, value in more.items()}}
    return await client.post(f"/v1/payments/{payment}/{action}", json=body, headers=sent)


async def test_a_short_pay_is_contested_for_the_reason_that_is_stated(
    duly: Duly, org: Org, client: httpx.AsyncClient, kim: dict[str, str]
) -> None:
    await a_customer(duly.uows, org)
    payment = await a_payment(duly, org, payer="Agent Pay BV", amount="1800.00", reference="less discount")
    amounts = {"invoice": "1800.00", "short_pay": "40.00"}
    parts = [
        {"kind": kind, "document": "INV-20417", "amount": {"amount": amount, "currency": "GBP"}}
        for kind, amount in amounts.items()
    ]
    refused = await post(client, payment, "confirm", kim, 1, {"parts": [parts[0] | {"reason": "price"}, parts[1]]})
    assert (refused.status_code, "only a short pay has a reason" in refused.text) == (409, True)
    done = await post(
        client, payment, "confirm", kim, 1, {"parts": [parts[0], parts[1] | {"reason": "not_received"}]}
    )
    assert done.status_code == 200, done.text
    async with duly.uows(org.org_id) as uow:
        dispute = (await uow.session.scalars(select(DisputeRow))).one()
    assert (dispute.reason, dispute.quote, str(dispute.amount)) == ("not_received", "less discount", "40.000000")


async def test_a_payment_is_shown_confirmed_and_undone(
    client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId
) -> None:
    shown = await client.get(f"/v1/payments/{suggested}", headers=kim)
    body = shown.json()
    assert (shown.headers["etag"], body["status"], body["held_because"]) == (
        '"1"', "suggested", body["proposals"][0]["held_because"]
    )  # fmt: skip
    assert body["held_because"]
    candidate = [one["parts"] for one in body["proposals"][0]["candidates"]].index(PARTS)
    done = await post(client, suggested, "confirm", kim, 1, {"candidate": candidate})
    assert (done.status_code, done.headers["etag"], done.json()["status"]) == (200, '"2"', "applied")
    body = (await client.get(f"/v1/payments/{suggested}", headers=kim)).json()
    assert (body["customer"], body["unapplied"]["amount"]) == ("Brightwater Kitchens Ltd", "0.00")
    assert body["explanation"].endswith("Confirmed by Kim.")
    back = await post(client, suggested, "undo", kim, 2, {"reason": "another customer's"})
    assert (back.status_code, back.headers["etag"], back.json()["status"]) == (200, '"4"', "undone")
    body = (await client.get(f"/v1/payments/{suggested}", headers=kim)).json()
    assert (body["status"], body["version"], body["unapplied"]["amount"]) == ("suggested", 4, "1840.00")
    assert [one["status"] for one in body["proposals"]] == ["suggested", "undone"]


async def test_nobody_decides_on_a_version_of_before_an_undo(
    client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId
) -> None:
    await post(client, suggested, "confirm", kim, 1, {"parts": PARTS})
    await post(client, suggested, "undo", kim, 2, {"reason": "no"})
    stale = await post(client, suggested, "confirm", kim, 1, {"candidate": 0})
    assert (stale.status_code, stale.json()["current"]["version"]) == (409, 4)


async def test_the_same_key_is_one_decision_and_one_answer(
    client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId
) -> None:
    first = await post(client, suggested, "confirm", kim, 1, {"parts": PARTS}, Idempotency_Key="k-1")
    second = await post(client, suggested, "confirm", kim, 1, {"parts": PARTS}, Idempotency_Key="k-1")
    assert (first.status_code, first.json()) == (200, second.json())
    other = await post(client, suggested, "confirm", kim, 1, {"candidate": 0}, Idempotency_Key="k-1")
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"candidate": 7}, 422),
        ({"candidate": 0, "parts": PARTS}, 422),
        ({"parts": [{**PARTS[0], "kind": "gift"}]}, 422),
        ({"parts": [{**PARTS[0], "amount": {"amount": "1,840", "currency": "GBP"}}]}, 422),
        ({"parts": [{**PARTS[0], "document": "INV-9"}]}, 404),
        ({"parts": [{**PARTS[0], "amount": {"amount": "1.00", "currency": "GBP"}}]}, 409),
    ],
)
async def test_what_cannot_be_posted_is_refused(
    client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId, body: Any, status: int
) -> None:
    refused = await post(client, suggested, "confirm", kim, 1, body)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"/v1/payments/{suggested}", headers=kim)).json()["version"] == 1


async def test_without_a_version_nothing_is_decided(
    client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId
) -> None:
    missing = await client.post(f"/v1/payments/{suggested}/reject", json={"reason": "no"}, headers=kim)
    assert missing.status_code == 428
    done = await post(client, suggested, "reject", kim, 1, {"reason": "not ours"})
    assert (done.status_code, done.json()["status"]) == (200, "rejected")


async def test_who_may_only_look_decides_nothing_and_strangers_see_nothing(
    duly: Duly, org: Org, other_org: Org, client: httpx.AsyncClient, suggested: PaymentId
) -> None:
    viewer, stranger = await token(duly, org, Role.VIEWER), await token(duly, other_org)
    assert (await post(client, suggested, "confirm", viewer, 1, {"candidate": 0})).status_code == 403
    assert (await client.get(f"/v1/payments/{suggested}", headers=viewer)).status_code == 200
    assert (await client.get(f"/v1/payments/{suggested}", headers=stranger)).status_code == 404
    assert (await post(client, suggested, "confirm", stranger, 1, {"candidate": 0})).status_code == 404
    assert (await client.get("/v1/payments", headers=stranger)).json()["items"] == []


async def test_the_list_pages_through_every_payment_once(
    duly: Duly, org: Org, client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId
) -> None:
    others = [await a_payment(duly, org, amount=f"{n}.00", reference="x", payer="P") for n in range(3, 7)]
    seen, cursor = [], None
    while True:
        asked = {"limit": 2, "status": "suggested"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/payments", params=asked, headers=kim)).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(str(one) for one in (suggested, *others))
    assert (await client.get("/v1/payments", params={"cursor": "zz"}, headers=kim)).status_code == 422
    assert (await client.get("/v1/payments", params={"status": "applied"}, headers=kim)).json()["items"] == []


async def test_a_habit_is_listed_and_removed(
    client: httpx.AsyncClient, kim: dict[str, str], suggested: PaymentId
) -> None:
    await post(client, suggested, "confirm", kim, 1, {"parts": PARTS})
    habits = (await client.get("/v1/payer-habits", headers=kim)).json()["items"]
    assert {(one["kind"], one["payer"]) for one in habits} == {
        ("account", "NL02ABNA0123456789"), ("alias", "Agent Pay BV")
    }  # fmt: skip
    for habit in habits:
        assert (await client.delete(f"/v1/payer-habits/{habit['id']}", headers=kim)).status_code == 204
    assert (await client.get("/v1/payer-habits", params={"standing": True}, headers=kim)).json()["items"] == []
    assert len((await client.get("/v1/payer-habits", headers=kim)).json()["items"]) == 2
    assert (await client.delete(f"/v1/payer-habits/{new_id()}", headers=kim)).status_code == 404

"""Approved mails that have not gone out: on the queue's page and over HTTP, what each waits for, and the way back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from conftest import NOW, Org
from factories.console import a_visitor
from factories.ledger import a_customer, a_mail
from graph.running import approval, handle
from sqlalchemy import update

from api.main import create_app
from core.clock import FixedClock
from core.ids import ApprovalId, CaseId, new_id
from jobs.duly import Duly
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.commands.sign_in import API_TOKEN, create_user, issue_credential
from ledger.model.approval import Decided
from ledger.model.sending import SendingPolicy
from ledger.model.user import Role
from ledger.store.tables.drafts import SendRow

PROMISE = "Hi,\n\nwe will pay invoice {} on 15 May 2026.\n\nTom"
#: Monday, half past six in the evening in London: approved mail waits for Tuesday.
EVENING = datetime(2026, 4, 20, 17, 30, tzinfo=UTC)


async def a_case(duly: Duly, org: Org, *, name: str = "Brightwater Ltd", invoice: str = "INV-20417") -> CaseId:
    email = f"tom@{name.split()[0].lower()}.example"
    await a_customer(duly.uows, org, name=name, email=email, invoices={invoice: "1840.00"})
    return await handle(duly, org, a_mail(to=org.address, sender=email, text=PROMISE.format(invoice)))


async def approved(duly: Duly, org: Org, case_id: CaseId, *, now: datetime) -> None:
    row = await approval(duly, org, case_id)
    by, key = Decider(org.user_id, "Ann", row.version, now), ApprovalId(row.id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by)
    assert isinstance(outcome, Decided), outcome


async def listed(duly: Duly, org: Org, query: str = "") -> dict[str, Any]:
    user = await create_user(
        duly.uows, org.org_id, email=f"{new_id().hex}@duly.example", name="Vi", role=Role.VIEWER, now=NOW
    )
    token = await issue_credential(duly.uows, org.org_id, user, API_TOKEN, lifetime=timedelta(days=1), now=NOW)
    transport = httpx.ASGITransport(create_app(duly, version="test"))
    async with httpx.AsyncClient(transport=transport, base_url="http://duly.test") as client:
        assert (await client.get("/v1/outbox")).status_code == 401
        answer = await client.get(f"/v1/outbox{query}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


@pytest.fixture(autouse=True)
async def _half_a_minute(duly: Duly, org: Org) -> None:
    await set_sending_policy(duly.uows, org.org_id, SendingPolicy(undo=timedelta(seconds=30)))


async def test_the_api_says_who_gets_what_when_and_why_not_now(duly: Duly, org: Org, other_org: Org) -> None:
    case_id = await a_case(duly, org)
    await approved(duly, org, case_id, now=EVENING)
    [mail] = (await listed(duly, org))["items"]
    assert (mail["case_id"], mail["account"], mail["approved_by"]) == (str(case_id), "Brightwater Ltd", "Ann")
    assert (mail["to"], mail["can_be_taken_back"]) == (["tom@brightwater.example"], True)
    assert datetime.fromisoformat(mail["goes_at"]) == datetime(2026, 4, 21, 7, 0, tzinfo=UTC)
    assert (mail["send"]["waits_for"], mail["version"]) == ("hours", 2)
    assert mail["send"]["why"] == "it is Monday 18:30 at the customer's; mail goes out from 8:00 to 18:00"
    assert (await listed(duly, other_org))["items"] == []


async def test_what_goes_first_comes_first_and_pages_miss_none(duly: Duly, org: Org) -> None:
    cases = [await a_case(duly, org, name=f"Firm{n} Ltd", invoice=f"INV-{n}001") for n in range(3)]
    for n, case_id in enumerate(cases):
        await approved(duly, org, case_id, now=EVENING + timedelta(seconds=n))
    seen, cursor = [], ""
    for _ in range(3):
        page = await listed(duly, org, f"?limit=1{cursor}")
        seen += [mail["case_id"] for mail in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(str(case_id) for case_id in cases)
    assert page["next_cursor"] is None


async def test_a_mail_that_was_sent_is_not_in_the_outbox(duly: Duly, org: Org) -> None:
    await approved(duly, org, await a_case(duly, org), now=EVENING)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(state="sent", sent_at=EVENING))
    assert (await listed(duly, org))["items"] == []


async def test_a_mail_that_may_have_gone_out_before_cannot_be_taken_back(duly: Duly, org: Org) -> None:
    await approved(duly, org, await a_case(duly, org), now=EVENING)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(handed_over_at=NOW))
    [mail] = (await listed(duly, org))["items"]
    assert not mail["can_be_taken_back"]


async def test_the_queue_shows_what_goes_out_and_its_button_takes_it_back(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    visitor = await a_visitor(duly, org)
    clock.move_to(EVENING)
    case_id = await a_case(duly, org)
    await approved(duly, org, case_id, now=EVENING)
    page = await visitor.get("/queue")
    tab = next(one for one in page.all(".tabs a") if "Going out" in one.text())
    assert " ".join(tab.text().split()) == "Going out 1"
    page = await visitor.get("/queue?status=outbox")
    row = page.one("li.row").text()
    for words in ("Brightwater Ltd", "Goes out Tuesday 8:00 (customer's time)", "It is Monday 18:30", "by Ann"):
        assert words in " ".join(row.split())
    done = await visitor.post(f"/cases/{case_id}/take-back", page.fields("form.row-act"))
    assert done.path == f"/cases/{case_id}?done=taken-back"
    assert "No approved mail waits" in (await visitor.get("/queue?status=outbox")).text
    assert (await approval(duly, org, case_id)).status == "pending"


async def test_who_may_not_decide_sees_no_button(duly: Duly, org: Org) -> None:
    await approved(duly, org, await a_case(duly, org), now=EVENING)
    page = await (await a_visitor(duly, org, role=Role.VIEWER)).get("/queue?status=outbox")
    assert len(page.all("li.row")) == 1
    assert page.all("form.row-act") == []


@pytest.mark.parametrize("cursor", ["x", "e30", "W10", "WyJhIiwgImIiXQ"])
async def test_a_cursor_that_is_none_of_ours_is_refused(duly: Duly, org: Org, cursor: str) -> None:
    page = await (await a_visitor(duly, org)).get(f"/queue?status=outbox&cursor={cursor}")
    assert page.status in (400, 422)

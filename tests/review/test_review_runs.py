"""Review: runs, review items, growth, hostile input."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import psycopg
import pytest
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import approval, approval_id, case, drafts, handle, items, take
from sqlalchemy import select

from core.clock import FixedClock
from core.errors import DulyError
from jobs.duly import Duly
from jobs.worker import rescue_round, sweep_round
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cases import SignalRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"
AWAY = b"Auto-Submitted: auto-replied\r\nMIME-Version"


@pytest.fixture
async def client(duly: Duly) -> AsyncIterator[httpx.AsyncClient]:
    from api.main import create_app

    app = create_app(duly, version="test")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://duly.test") as client:
        yield client


async def _token(duly: Duly, org: Org) -> dict[str, str]:
    from ledger.commands.sign_in import API_TOKEN, issue_credential

    token = await issue_credential(duly.uows, org.org_id, org.user_id, API_TOKEN, lifetime=None, now=NOW)
    return {"Authorization": f"Bearer {token}"}


def _kept(urls: DatabaseUrls, case_id) -> int:
    with psycopg.connect(urls.app) as connection:
        return sum(
            connection.execute(f"SELECT count(*) FROM {t} WHERE thread_id LIKE %s", (f"{case_id}%",)).fetchone()[0]
            for t in ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
        )


async def test_a_run_that_ends_before_a_person_leaves_no_checkpoint(duly: Duly, org: Org, urls: DatabaseUrls) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text="", subject=""))
    assert (await case(duly, org, case_id)).state == "with_person"
    assert _kept(urls, case_id) == 0


async def test_a_run_that_ends_waiting_leaves_no_checkpoint(duly: Duly, org: Org, urls: DatabaseUrls) -> None:
    await a_customer(duly.uows, org)
    raw = a_mail(to=org.address, text="I am out of the office until 27 April 2026.", subject="Automatic reply: x")
    case_id = await handle(duly, org, raw.replace(b"MIME-Version", AWAY))
    assert (await case(duly, org, case_id)).state == "waiting"
    assert _kept(urls, case_id) == 0


async def test_a_case_that_waits_comes_back_on_its_day(duly: Duly, org: Org, clock: FixedClock) -> None:
    await a_customer(duly.uows, org)
    text_ = "Hello,\n\nINV-20417 is in our approval process, we do not have a date yet.\n\nTom"
    case_id = await handle(duly, org, a_mail(to=org.address, text=text_))
    row = await case(duly, org, case_id)
    assert row.state == "waiting"
    assert row.next_step_on is not None
    clock.move_to(NOW + timedelta(days=30))
    await sweep_round(duly)
    assert (await case(duly, org, case_id)).state != "waiting" or await items(duly, org)


async def test_what_is_read_again_for_the_account_replaces_what_was_read_for_a_stranger(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    raw = a_mail(
        to=org.address, text="Hi,\n\nwe will pay 840.00 of INV-20417 on Friday.\n\nTom", sender="new@some.example"
    )
    case_id = await handle(duly, org, raw)
    async with duly.uows(org.org_id) as uow:
        before = [(s.intent, s.invoices, s.amount, s.currency) for s in await uow.session.scalars(select(SignalRow))]
    [item] = await items(duly, org)
    how = SettleItem(Settlement.ACCEPT_SENDER, account_id=customer.account_id)
    await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)
    await duly.runner.run(org.org_id, case_id)
    async with duly.uows(org.org_id) as uow:
        after = [(s.intent, s.invoices, s.amount, s.currency) for s in await uow.session.scalars(select(SignalRow))]
    assert [(s[0], s[1], str(s[2]), s[3]) for s in after] == [
        ("promise_to_pay", ["INV-20417"], "840.000000", "GBP")
    ], before


async def test_the_wish_not_to_be_written_to_is_not_settled_by_done(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await handle(duly, org, a_mail(to=org.address, text="Please stop contacting us. Do not write to us any more."))
    [item] = [one for one in await items(duly, org) if one.kind == "stop_contact"]
    try:
        await settle_review_item(duly.uows, org.org_id, item.id, SettleItem(Settlement.DONE), actor="Ann", now=NOW)
    except DulyError:
        return
    async with duly.uows(org.org_id) as uow:
        account = await uow.session.get_one(AccountRow, customer.account_id)
    assert account.hold_reason == ""


async def test_a_mail_that_kills_every_worker_goes_to_a_person(duly: Duly, org: Org, urls: DatabaseUrls) -> None:
    await a_customer(duly.uows, org)
    await take(duly, org, a_mail(to=org.address, text=PROMISE))
    with psycopg.connect(urls.app, autocommit=True) as connection:
        connection.execute("DELETE FROM procrastinate_jobs WHERE args->>'org_id' <> %s", (str(org.org_id),))
        worker = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        ).fetchone()[0]
        connection.execute("UPDATE procrastinate_jobs SET status='doing', worker_id=%s, attempts=50", (worker,))
        await rescue_round(duly)
        states = connection.execute("SELECT status::text, attempts FROM procrastinate_jobs").fetchall()
    assert len(await items(duly, org)) == 1, states


@pytest.mark.parametrize(
    "text_",
    [
        "We will pay 1234567890123456789.00 GBP for INV-20417 on Friday.",
        "We paid 123,456,789,012,345,678,901,234,567,890,123,456.00 GBP for INV-20417 last Friday.",
        "We dispute INV-20417: 99999999999999999999.99 GBP is wrong, we only got half of it.",
        "We will pay INV-20417 on Friday. \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ],
)
async def test_an_absurd_amount_goes_to_a_person_at_once(duly: Duly, org: Org, text_: str) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=text_))
    assert (await case(duly, org, case_id)).state in ("with_person", "awaiting_approval")


async def test_a_snooze_until_the_end_of_time_does_not_break_the_queue(
    duly: Duly, org: Org, client: httpx.AsyncClient
) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key, headers = await approval_id(duly, org, case_id), await _token(duly, org)
    snoozed = await client.post(
        f"/v1/approvals/{key}/snooze",
        json={"until": "9999-12-31T23:59:59-12:00"},
        headers=headers | {"If-Match": "1"},
    )
    listed = await client.get("/v1/approvals", headers=headers)
    assert listed.status_code == 200, (snoozed.status_code, listed.text[:200])


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("reject", '{"reason": "a\\u0000b"}'),
        ("reject", '{"reason": "a\\ud800b"}'),
        ("respond", '{"text": "Dear Tom,\\n\\nthank you.\\u0000\\n\\nSeller Ltd"}'),
        ("edit", '{"text": "Dear Tom,\\n\\nthank you.\\ud800\\n\\nSeller Ltd", "send": false}'),
        ("reassign", '{"to": "a\\u0000@x.example"}'),
        ("snooze", '{"until": "2026-05-01T00:00:00Z", "reason": "\\u0000"}'),
    ],
)
async def test_letters_that_the_database_refuses_are_a_clear_error(
    duly: Duly, org: Org, client: httpx.AsyncClient, action: str, body: str
) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key, headers = await approval_id(duly, org, case_id), await _token(duly, org)
    answer = await client.post(
        f"/v1/approvals/{key}/{action}",
        content=body,
        headers=headers | {"If-Match": "1", "Content-Type": "application/json"},
    )
    assert answer.status_code < 500, answer.text[:300]


async def test_a_redraft_after_accepting_a_stranger_keeps_the_currency_of_the_account(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    words = "Hi,\n\nwe will pay 840.00 of INV-20417 on Friday.\n\nTom"
    case_id = await handle(duly, org, a_mail(to=org.address, text=words, sender="new@some.example"))
    [item] = await items(duly, org)
    how = SettleItem(Settlement.ACCEPT_SENDER, account_id=customer.account_id)
    await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)
    await duly.runner.run(org.org_id, case_id)
    await a_payment(duly.uows, org, customer=customer, amount="100.00", on="INV-20417")
    waiting = await approval(duly, org, case_id)
    by = Decider(org.user_id, "Ann", waiting.version, NOW)
    await approve(duly.uows, duly.services.verify, org.org_id, await approval_id(duly, org, case_id), by)
    await duly.runner.run(org.org_id, case_id)
    newest = (await drafts(duly, org, case_id))[-1]
    assert "840.00 GBP towards invoice INV-20417" in newest.text

"""A reply through the whole graph, on the real database with the local reader and the templates."""

from dataclasses import replace

import psycopg
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import approval, approval_id, case, drafts, handle, items, take
from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import select, text

from agent.graph import build_graph
from agent.models.port import ModelAnswer, ToolCall
from agent.models.scripted import ScriptedModel
from agent.writing.answer_with_tools import FinalAnswer
from core.clock import FixedClock
from jobs.duly import Duly
from jobs.runs import CaseRunner
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.model.approval import Decided, FactsHaveMoved
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.cases import CaseRow, ToolCallRow
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.history import DisputeRow, PromiseRow, TimelineEventRow
from ledger.store.tables.mail import MessageRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


def by(org: Org, version: int) -> Decider:
    return Decider(org.user_id, "Ann", version, NOW)


async def test_a_promise_lands_on_the_timeline_and_a_draft_waits(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    async with duly.uows(org.org_id) as uow:
        promise = (await uow.session.scalars(select(PromiseRow))).one()
        kinds = set(await uow.session.scalars(select(TimelineEventRow.kind)))
    assert (str(promise.promised_for), promise.invoice_numbers, promise.state) == (
        "2026-04-24",
        ["INV-20417"],
        "open",
    )
    assert kinds == {"message_received", "promise", "draft_ready"}
    [draft] = await drafts(duly, org, case_id)
    assert draft.recipients == [customer.email]
    assert "24 April 2026" in draft.text
    assert (await case(duly, org, case_id)).state == "awaiting_approval"


async def test_a_mail_delivered_twice_is_stored_and_worked_on_once(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    raw = a_mail(to=org.address, text=PROMISE, message_id="same@brightwater.example")
    first = await handle(duly, org, raw)
    assert not await duly.fetching.take_raw(org.org_id, org.mailbox_id, raw)
    await duly.runner.run(org.org_id, first)
    async with duly.uows(org.org_id) as uow:
        assert len(list(await uow.session.scalars(select(MessageRow)))) == 1
        assert len(list(await uow.session.scalars(select(CaseRow)))) == 1
        assert len(list(await uow.session.scalars(select(PromiseRow)))) == 1
    assert len(await drafts(duly, org, first)) == 1


async def test_an_approval_on_facts_that_moved_sends_nothing_and_writes_again(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key = await approval_id(duly, org, case_id)
    await a_payment(duly.uows, org, customer=customer, amount="840.00", on="INV-20417")
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, 1))
    assert isinstance(outcome, FactsHaveMoved)
    assert outcome.moved == ("invoice INV-20417: 1840.00 GBP was open, 1000.00 GBP is open now",)
    await duly.runner.run(org.org_id, case_id)
    old, new = await drafts(duly, org, case_id)
    assert (old.state, new.state) == ("stale", "awaiting_approval")
    assert "1,000.00" in new.text
    assert "1840.00 GBP was open" in new.why_again
    assert (await approval(duly, org, case_id)).status == "pending"
    async with duly.uows(org.org_id) as uow:
        assert list(await uow.session.scalars(select(SendRow))) == []


async def test_an_approval_queues_exactly_one_send_and_a_second_one_is_refused(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, 1))
    assert isinstance(outcome, Decided)
    async with duly.uows(org.org_id) as uow:
        [send] = list(await uow.session.scalars(select(SendRow)))
    assert (send.id, send.state) == (outcome.send_id, "queued")


async def test_the_decision_counts_without_any_checkpoint(duly: Duly, org: Org, urls: DatabaseUrls) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    with psycopg.connect(urls.app) as connection:
        for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
            connection.execute(f"DELETE FROM {table} WHERE thread_id LIKE %s", (f"{case_id}%",))
    key = await approval_id(duly, org, case_id)
    assert isinstance(await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, 1)), Decided)
    await duly.runner.finish(org.org_id, case_id)


async def test_checkpoints_hold_ids_only_and_go_when_the_case_is_decided(
    duly: Duly, org: Org, urls: DatabaseUrls
) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))

    def kept() -> str:
        with psycopg.connect(urls.app) as connection:
            rows = [
                row
                for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
                for row in connection.execute(
                    f"SELECT t::text FROM {table} t WHERE thread_id LIKE %s", (f"{case_id}%",)
                )
            ]
        return " ".join(row[0] for row in rows)

    assert str(case_id) in kept()
    words = kept()
    assert not any(word in words or word.encode().hex() in words for word in ("Friday", "brightwater", "INV-20417"))
    key = await approval_id(duly, org, case_id)
    await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, 1))
    await duly.runner.finish(org.org_id, case_id)
    assert kept() == ""


async def test_a_stranger_goes_to_a_person_and_once_accepted_is_worked_on(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    raw = a_mail(to=org.address, text=PROMISE, sender="new@somewhere.example")
    case_id = await handle(duly, org, raw)
    [item] = await items(duly, org)
    assert item.words == "the sender is not a known contact of any customer"
    assert await drafts(duly, org, case_id) == []
    how = SettleItem(Settlement.ACCEPT_SENDER, account_id=customer.account_id)
    await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)  # type: ignore[arg-type]
    await duly.runner.run(org.org_id, case_id)
    [draft] = await drafts(duly, org, case_id)
    assert draft.recipients == ["new@somewhere.example"]


async def test_a_reply_into_another_customers_thread_touches_neither(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    other = await a_customer(duly.uows, org, name="Other", email="eve@other.example", invoices={"INV-7": "50.00"})
    first = await handle(duly, org, a_mail(to=org.address, text=PROMISE, message_id="first@brightwater.example"))
    raw = a_mail(
        to=org.address, text="We will pay on Friday.", sender=other.email, in_reply_to="first@brightwater.example"
    )
    case_id = await handle(duly, org, raw)
    assert (await case(duly, org, case_id)).account_id is None
    assert await drafts(duly, org, case_id) == []
    assert len(await drafts(duly, org, first)) == 1
    async with duly.uows(org.org_id) as uow:
        assert len(list(await uow.session.scalars(select(PromiseRow)))) == 1


async def test_an_empty_body_goes_to_a_person(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text="", subject=""))
    assert (await case(duly, org, case_id)).state == "with_person"
    assert len(await items(duly, org)) == 1


async def test_broken_bytes_are_kept_as_received_and_go_to_a_person(duly: Duly, org: Org) -> None:
    raw = b"\xff\xfe\x00 not a mail \r\n\r\n\x80\x81" + bytes(range(256)) * 10
    case_id = await handle(duly, org, raw)
    assert (await case(duly, org, case_id)).state == "with_person"
    async with duly.uows(org.org_id) as uow:
        message = (await uow.session.scalars(select(MessageRow))).one()
        assert message.raw_blob_id is not None
        assert await duly.blobs.read(uow, message.raw_blob_id) == raw


async def test_a_dispute_opens_its_record_and_waits_for_a_person(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    text_ = "Invoice INV-20417 is wrong: we only received 8 of the 10 pallets, please correct it."
    case_id = await handle(duly, org, a_mail(to=org.address, text=text_))
    async with duly.uows(org.org_id) as uow:
        dispute = (await uow.session.scalars(select(DisputeRow))).one()
    assert (dispute.reason, dispute.state, dispute.invoice_numbers) == ("quantity", "open", ["INV-20417"])
    assert (await case(duly, org, case_id)).decision["needs_person"] is True


async def test_a_claim_of_payment_is_looked_up_through_the_catalogue(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", remittance="INV-20417")
    raw = a_mail(to=org.address, text="We paid INV-20417 last Friday, please check your bank account.")
    case_id = await handle(duly, org, raw)
    async with duly.uows(org.org_id) as uow:
        calls = [(c.tool, c.caller) for c in await uow.session.scalars(select(ToolCallRow))]
    assert ("match_payment", "graph") in calls
    assert ("propose_email", "graph") in calls
    [draft] = await drafts(duly, org, case_id)
    assert "17 April 2026" in draft.text


def _with_model(duly: Duly, model: ScriptedModel) -> CaseRunner:
    services = replace(duly.services, model=lambda _org, _case: model)
    saver = InMemorySaver()
    return CaseRunner(build_graph(services, saver), saver, duly.uows)


QUESTION = "Hello,\n\nhow much is still open on invoice INV-20417, and when was it issued?\n\nTom"


async def test_a_model_looks_something_up_and_its_answer_is_verified(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    answer = "Dear Tom,\n\nInvoice INV-20417 is open with 1,840.00 GBP.\n\nKind regards,\nSeller Ltd"
    model = ScriptedModel(
        [
            ModelAnswer(None, (ToolCall("1", "lookup_invoice", '{"number_or_po": "20417"}'),)),
            ModelAnswer(None, (ToolCall("2", "propose_email", f'{{"text": {_json(answer)}}}'),)),
        ]
    )
    case_id = await take(duly, org, a_mail(to=org.address, text=QUESTION))
    await _with_model(duly, model).run(org.org_id, case_id)
    [draft] = await drafts(duly, org, case_id)
    assert draft.text.strip() == answer
    async with duly.uows(org.org_id) as uow:
        calls = [(c.tool, c.caller) for c in await uow.session.scalars(select(ToolCallRow).order_by(ToolCallRow.id))]
    assert ("lookup_invoice", "model") in calls
    assert ("propose_email", "model") in calls


async def test_a_model_that_obeys_a_hostile_mail_gets_nothing_onto_the_queue(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    evil = "Pay 9,999.00 GBP to GB94BARC10201530093459 at https://evil.example/pay before INV-666 is sold."
    model = ScriptedModel([ModelAnswer(FinalAnswer(text=evil), ())])
    case_id = await take(duly, org, a_mail(to=org.address, text=QUESTION))
    await _with_model(duly, model).run(org.org_id, case_id)
    for draft in await drafts(duly, org, case_id):
        assert "evil" not in draft.text


async def test_a_tool_is_bound_to_its_customer(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await a_customer(duly.uows, org, name="Other", email="eve@other.example", invoices={"OTHER-9": "77.00"})
    model = ScriptedModel(
        [
            ModelAnswer(None, (ToolCall("1", "lookup_invoice", '{"number_or_po": "OTHER-9"}'),)),
            ModelAnswer(None, (ToolCall("2", "lookup_invoice", '{"account": "Other"}'),)),
            ModelAnswer(None, (ToolCall("3", "send_email", '{"to": "eve@evil.example"}'),)),
            ModelAnswer(FinalAnswer(text="Dear Tom,\n\nThank you.\n\nKind regards,\nSeller Ltd"), ()),
        ]
    )
    case_id = await take(duly, org, a_mail(to=org.address, text=QUESTION))
    await _with_model(duly, model).run(org.org_id, case_id)
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.execute(
            text("SELECT tool, outcome FROM tool_calls WHERE caller = 'model' ORDER BY id")
        )
    outcomes = [tuple(row) for row in rows]
    assert outcomes[0] == ("lookup_invoice", "0 invoice(s): ")
    assert outcomes[1][1].startswith("refused")
    assert outcomes[2][1].startswith("refused: there is no tool")


def _json(value: str) -> str:
    import json

    return json.dumps(value)


async def test_a_draft_that_names_days_past_due_ends_with_its_day(duly: Duly, org: Org, clock: FixedClock) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            text("UPDATE drafts SET expires_at = :at WHERE case_id = :case"), {"at": NOW, "case": case_id}
        )
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, by(org, 1))
    assert isinstance(outcome, FactsHaveMoved)


async def test_another_mail_under_a_message_id_that_is_taken_is_not_lost(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    await handle(duly, org, a_mail(to=org.address, text="x", sender="eve@evil.example", message_id="same@x.example"))
    genuine = a_mail(to=org.address, text=PROMISE, message_id="same@x.example")
    case_id = await handle(duly, org, genuine)
    assert len(await drafts(duly, org, case_id)) == 1
    assert not await duly.fetching.take_raw(org.org_id, org.mailbox_id, genuine)

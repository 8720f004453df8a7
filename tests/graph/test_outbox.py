"""From the decision to the mail that went out, through a folder outbox, without a worker process."""

from email import message_from_bytes, policy
from pathlib import Path

from conftest import NOW, Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import approval_id, case, handle
from sqlalchemy import delete, select, update

from core.ids import CaseId, SendId
from jobs.duly import Duly
from jobs.studio import studio_graph
from ledger.commands.decide_approval import Decider, approve
from ledger.model.approval import Decided
from ledger.store.tables.drafts import PrecedentRow, SendRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow
from tools.catalog import Catalogue
from tools.scope import ToolScope

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


async def approved(duly: Duly, org: Org, outbox: Path) -> SendId:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(sender={"kind": "folder", "path": str(outbox)}))
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE, message_id="r1@brightwater.example"))
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 1, NOW))
    assert isinstance(outcome, Decided)
    assert outcome.send_id is not None
    return outcome.send_id


async def test_an_approved_mail_goes_out_once_however_often_its_job_runs(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    send_id = await approved(duly, org, tmp_path)
    for _ in range(3):
        await duly.sending.send(org.org_id, send_id)
    [path] = list(tmp_path.glob("*.eml"))
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["In-Reply-To"] == "<r1@brightwater.example>"
    assert message["To"] == "tom@brightwater.example"


async def test_facts_that_move_between_decision_and_sending_stop_the_mail(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    customer = await a_customer(duly.uows, org)
    send_id = await approved(duly, org, tmp_path)
    await a_payment(duly.uows, org, customer=customer, amount="1840.00", on="INV-20417")
    await duly.sending.send(org.org_id, send_id)
    assert list(tmp_path.glob("*.eml")) == []
    async with duly.uows(org.org_id) as uow:
        send = await uow.session.get_one(SendRow, send_id)
    assert send.state == "cancelled"


async def test_an_answer_finds_its_conversation_by_the_token_in_our_message_id(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    await duly.sending.send(org.org_id, await approved(duly, org, tmp_path))
    [path] = list(tmp_path.glob("*.eml"))
    ours = message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"].strip("<>")
    async with duly.uows(org.org_id) as uow:
        first = CaseId((await uow.session.scalars(select(PrecedentRow.case_id))).one())
        # The ledger no longer knows our message: only the signed token in its id is left.
        await uow.session.execute(delete(MessageRow).where(MessageRow.header_message_id == ours))
    raw = a_mail(to=org.address, text="Thanks, all paid.", subject="other words", in_reply_to=ours)
    case_id = await handle(duly, org, raw)
    assert (await case(duly, org, case_id)).conversation_id == (await case(duly, org, first)).conversation_id


async def test_an_answer_to_a_mail_whose_id_the_provider_changed_finds_its_conversation(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    await duly.sending.send(org.org_id, await approved(duly, org, tmp_path))
    [path] = list(tmp_path.glob("*.eml"))
    sent = message_from_bytes(path.read_bytes(), policy=policy.default)
    async with duly.uows(org.org_id) as uow:
        first = CaseId((await uow.session.scalars(select(PrecedentRow.case_id))).one())
    raw = a_mail(to=org.address, text="Thanks, all paid.", subject="other words", in_reply_to="CAF1@mail.gmail.com")
    # As mail programs do it: what our mail refers to, then the id that it has got.
    references = f"References: {sent['References']} <CAF1@mail.gmail.com>\r\nMIME-Version".encode()
    case_id = await handle(duly, org, raw.replace(b"MIME-Version", references, 1))
    assert (await case(duly, org, case_id)).conversation_id == (await case(duly, org, first)).conversation_id


async def test_what_went_out_is_a_precedent_for_the_next_like_reply_of_this_organisation_only(
    duly: Duly, org: Org, other_org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    await duly.sending.send(org.org_id, await approved(duly, org, tmp_path))
    async with duly.uows(org.org_id) as uow:
        [kept] = list(await uow.session.scalars(select(PrecedentRow)))
    assert kept.intents == ["promise_to_pay"]

    async def found(scope_org: Org) -> int:
        scope = ToolScope(scope_org.org_id, None, duly.uows, duly.services.embedder, duly.clock)  # type: ignore[arg-type]
        result = await Catalogue(scope).call("find_precedents", {"text": PROMISE}, caller="graph")
        return len(result.data["precedents"])

    assert (await found(org), await found(other_org)) == (1, 0)


async def test_langgraphs_own_tools_can_open_the_graph(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DULY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    async with studio_graph() as graph:
        assert {"load_context", "await_decision", "hand_to_person"} <= set(graph.nodes)

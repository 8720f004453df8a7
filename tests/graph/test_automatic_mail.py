"""Bounces, absences and robots in the house: who is written to next, what waits, and that nothing goes round."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import pytest
from conftest import NOW, Org
from factories.ledger import Customer, a_customer, a_mail
from graph.running import approval_id, case, drafts, handle, items, take
from langgraph.checkpoint.memory import InMemorySaver
from sqlalchemy import select, update

from agent.graph import build_graph
from agent.signals import ReplySignals, ReplyToRead
from core.clock import FixedClock
from core.ids import CaseId, MessageId, ReviewItemId, new_id
from jobs.duly import Duly
from jobs.runs import CaseRunner
from ledger.commands.close_run import wake_and_renew
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.model.approval import Decided
from ledger.model.signal import Evidence, Intent, Signal
from ledger.rules.brakes import MOST_IN_A_THREAD
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.history import ContactProposalRow, TimelineEventRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow

TOM, JANE = "tom@brightwater.example", "jane@brightwater.example"
ROBOT = "Your message has reached our accounts department, who look into it."
#: More rounds than any test here may need: a loop that is not braked fails instead of running on.
MOST_ROUNDS = 20


async def a_second_contact(duly: Duly, org: Org, customer: Customer, *, role: str = "billing") -> None:
    async with duly.uows(org.org_id) as uow:
        uow.session.add(
            ContactRow(id=new_id(), account_id=customer.account_id, email=JANE, name="Jane Moss", role=role)
        )


async def we_wrote_to(duly: Duly, org: Org, customer: Customer, email: str) -> str:
    """A mail of ours in the ledger; its Message-ID."""
    message_id = f"out-{new_id().hex}@seller.example"
    async with duly.uows(org.org_id) as uow:
        uow.session.add(
            MessageRow(
                id=MessageId(new_id()), mailbox_id=org.mailbox_id, account_id=customer.account_id,
                direction="outbound", header_message_id=message_id, references=[],
                sender=org.address, sender_name="", recipients=[email], cc=[], subject="Reminder", text="Reminder",
                reply_text="Reminder", signature="", at=NOW, stored_at=NOW, state="processed",
            )
        )  # fmt: skip
    return message_id


def a_bounce(*, to: str, failed: str, returned: str, action: str = "failed") -> bytes:
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.seller.example>\r\nTo: {to}\r\n"
        "Subject: Mail delivery report\r\nDate: Mon, 20 Apr 2026 08:50:00 +0000\r\n"
        f"Message-ID: <{new_id().hex}@mx.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n"
        f"Your message to {failed} could not be delivered.\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nSubject: Reminder\r\nMessage-ID: <{returned}>\r\n\r\n--b--\r\n"
    ).encode()


def an_absence(*, to: str, text: str) -> bytes:
    raw = a_mail(to=to, text=text, subject="Automatic reply: Invoice INV-20417")
    return raw.replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version", 1)


def an_acknowledgement(*, to: str) -> bytes:
    return an_absence(to=to, text="We have received your message and answer it within some days.")


async def statuses(duly: Duly, org: Org) -> dict[str, str]:
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.execute(select(ContactRow.email, ContactRow.status))
        return {email: status for email, status in rows}


async def test_a_bounce_proposes_the_next_contact_and_leaves_the_failed_one_alone(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_second_contact(duly, org, customer)
    ours = await we_wrote_to(duly, org, customer, TOM)
    case_id = await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=ours))
    assert await statuses(duly, org) == {TOM: "unreachable", JANE: "active"}
    [draft] = await drafts(duly, org, case_id)
    assert (draft.recipients, draft.cc) == ([JANE], [])
    assert "INV-20417" in draft.text
    [item] = await items(duly, org)
    assert (item.kind, item.facts) == ("contact_unreachable", {"contact": TOM, "proposed": JANE})
    async with duly.uows(org.org_id) as uow:
        assert list(await uow.session.scalars(select(ContactProposalRow.contact))) == [JANE]


async def test_the_failed_address_is_written_to_again_once_a_person_says_so(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_second_contact(duly, org, customer)
    ours = await we_wrote_to(duly, org, customer, TOM)
    await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=ours))
    promise = a_mail(to=org.address, text="We will pay invoice INV-20417 on Friday.")
    still_away = await handle(duly, org, promise)
    assert [draft.recipients for draft in await drafts(duly, org, still_away)] == [[JANE]]
    [item] = [one for one in await items(duly, org) if one.kind == "contact_unreachable"]
    how = SettleItem(Settlement.ADDRESS_WORKS)
    await settle_review_item(duly.uows, org.org_id, ReviewItemId(item.id), how, actor="Ann", now=NOW)
    assert (await statuses(duly, org))[TOM] == "active"


async def test_a_bounce_without_another_contact_of_the_right_role_asks_a_person(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_second_contact(duly, org, customer, role="buyer")
    ours = await we_wrote_to(duly, org, customer, TOM)
    case_id = await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=ours))
    assert await drafts(duly, org, case_id) == []
    assert (await case(duly, org, case_id)).state == "with_person"


@pytest.mark.parametrize("of", ["no mail of ours", "a mail to somebody else", "a mail of long ago"])
async def test_a_bounce_that_gives_back_no_mail_of_ours_to_that_address_changes_nothing(
    duly: Duly, org: Org, of: str
) -> None:
    customer = await a_customer(duly.uows, org)
    await a_second_contact(duly, org, customer)
    ours = await we_wrote_to(duly, org, customer, JANE if of == "a mail to somebody else" else TOM)
    if of == "a mail of long ago":
        async with duly.uows(org.org_id) as uow:
            await uow.session.execute(update(MessageRow).values(at=NOW - timedelta(days=31)))
    returned = f"{new_id().hex}@seller.example" if of == "no mail of ours" else ours
    case_id = await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=returned))
    assert await statuses(duly, org) == {TOM: "active", JANE: "active"}
    assert await drafts(duly, org, case_id) == []
    assert (await case(duly, org, case_id)).state == "with_person"


async def test_a_delayed_mail_is_no_failed_one(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    await a_second_contact(duly, org, customer)
    ours = await we_wrote_to(duly, org, customer, TOM)
    case_id = await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=ours, action="delayed"))
    waits = await case(duly, org, case_id)
    assert (waits.state, waits.next_step_on) == ("waiting", date(2026, 4, 27))
    assert (await statuses(duly, org))[TOM] == "active"


async def test_a_bounce_worked_on_twice_counts_once(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    ours = await we_wrote_to(duly, org, customer, TOM)
    case_id = await handle(duly, org, a_bounce(to=org.address, failed=TOM, returned=ours))
    await duly.runner.run(org.org_id, case_id)
    assert len([one for one in await items(duly, org) if one.kind == "contact_unreachable"]) == 1


async def test_an_absence_moves_what_waits_for_the_same_person_past_the_day_back(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    waiting = await handle(duly, org, an_acknowledgement(to=org.address))
    assert (await case(duly, org, waiting)).next_step_on == date(2026, 4, 27)
    # 4 May 2026 is a public holiday in the United Kingdom.
    text = "I am out of the office and back on Monday 4 May. Urgent: Ida Ray, ida@brightwater.example."
    away = await handle(duly, org, an_absence(to=org.address, text=text))
    for case_id in (away, waiting):
        row = await case(duly, org, case_id)
        assert (row.state, row.next_step_on) == ("waiting", date(2026, 5, 5))
    async with duly.uows(org.org_id) as uow:
        moved = list(
            await uow.session.scalars(select(TimelineEventRow).where(TimelineEventRow.kind == "next_step_moved"))
        )
        proposed = list(await uow.session.scalars(select(ContactProposalRow.contact)))
    assert [event.case_id for event in moved] == [waiting]
    assert proposed == ["ida@brightwater.example"]


async def test_a_long_absence_is_not_waited_for(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    text = "I am on parental leave and back on 1 October 2026."
    case_id = await handle(duly, org, an_absence(to=org.address, text=text))
    assert (await case(duly, org, case_id)).state == "with_person"


async def test_a_due_day_on_a_holiday_is_not_late_before_the_next_business_day(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    # 1 May 2026 is a Friday, the Monday after it a public holiday: what is due on the Saturday has until Tuesday.
    await a_customer(duly.uows, org, due=date(2026, 5, 2))
    waiting = await handle(duly, org, an_acknowledgement(to=org.address))
    for day, state in ((5, "waiting"), (6, "with_person")):
        async with duly.uows(org.org_id) as uow:
            await uow.session.execute(
                update(CaseRow).values(state="waiting", next_step_on=date(2026, 5, day), closed_at=None)
            )
        now = datetime(2026, 5, day, 9, tzinfo=UTC)
        clock.move_to(now)
        await wake_and_renew(duly.uows, org.org_id, now=now)
        found = (await case(duly, org, waiting)).state
        assert found == ("closed" if state == "waiting" else state)


class _AlwaysAsks:
    """The worst of readers: whatever comes in is a question, which is answered by a draft."""

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        quote = " ".join(reply.text.split()[:4])
        evidence = Evidence(quote if quote in reply.text else reply.text.split()[0])
        return ReplySignals(signals=(Signal(Intent.QUESTION, evidence, 0.9),), needs_human=False, reader="test")


def a_careless_house(duly: Duly) -> CaseRunner:
    services = replace(duly.services, reader=lambda _org, _case: _AlwaysAsks())
    saver = InMemorySaver()
    return CaseRunner(build_graph(services, saver), saver, duly.uows)


async def answer_to(duly: Duly, runner: CaseRunner, org: Org, raw: bytes, outbox: Path) -> bytes | None:
    """What an organisation sends back whose people approve everything at once; None where no draft is made."""
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(sender={"kind": "folder", "path": str(outbox)}))
    case_id: CaseId = await take(duly, org, raw)
    await runner.run(org.org_id, case_id)
    if not await drafts(duly, org, case_id):
        return None
    key = await approval_id(duly, org, case_id)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, key, Decider(org.user_id, "Ann", 1, NOW))
    assert isinstance(outcome, Decided)
    assert outcome.send_id is not None
    before = set(outbox.glob("*.eml"))
    await duly.sending.send(org.org_id, outcome.send_id)
    [path] = set(outbox.glob("*.eml")) - before
    return path.read_bytes()


async def exchange(first: bytes, one: Callable[[bytes], object], other: Callable[[bytes], object]) -> int:
    """How many mails go to and fro until somebody is silent."""
    raw: bytes | None = first
    for sent in range(MOST_ROUNDS):
        answer = await (one if sent % 2 == 0 else other)(raw)  # type: ignore[misc]
        if answer is None:
            return sent
        raw = answer
    return MOST_ROUNDS


async def test_two_dulys_that_answer_one_another_come_to_rest(
    duly: Duly, org: Org, other_org: Org, tmp_path: Path
) -> None:
    runner = a_careless_house(duly)
    await a_customer(duly.uows, org, name="Other house", email=other_org.address)
    await a_customer(duly.uows, other_org, name="This house", email=org.address, invoices={"B-7": "90.00"})
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = a_mail(to=org.address, text="Which order is INV-20417 against?", sender=other_org.address)
    sent = await exchange(
        first,
        lambda raw: answer_to(duly, runner, org, raw, tmp_path / "a"),
        lambda raw: answer_to(duly, runner, other_org, raw, tmp_path / "b"),
    )
    assert 0 < sent <= 2 * MOST_IN_A_THREAD
    assert [item.kind for house in (org, other_org) for item in await items(duly, house)] == ["escalate"]


async def test_a_robot_without_any_mark_is_answered_a_few_times_and_then_no_more(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    runner = a_careless_house(duly)
    await a_customer(duly.uows, org)

    minutes = count(13)

    async def robot(raw: bytes) -> bytes:
        ours = message_from_bytes(raw, policy=policy.default)
        return a_mail(
            to=org.address,
            text=ROBOT,
            subject=str(ours["Subject"]),
            in_reply_to=ours["Message-ID"].strip("<>"),
            date_header=f"Mon, 20 Apr 2026 09:{next(minutes)}:00 +0100",
        )

    first = a_mail(to=org.address, text=ROBOT)
    sent = await exchange(first, lambda raw: answer_to(duly, runner, org, raw, tmp_path), robot)
    # The first mail looks like anybody's; the next ones repeat it word for word.
    assert sent == 6
    again = await take(duly, org, await robot(sorted(tmp_path.glob("*.eml"))[-1].read_bytes()))
    await runner.run(org.org_id, again)
    # Told once, then quiet.
    assert (await case(duly, org, again)).state == "waiting"
    assert [item.kind for item in await items(duly, org)] == ["escalate"]


async def test_a_person_is_answered_after_the_brake_held_a_robot(duly: Duly, org: Org, tmp_path: Path) -> None:
    runner = a_careless_house(duly)
    await a_customer(duly.uows, org)
    for _ in range(MOST_IN_A_THREAD + 2):
        await answer_to(duly, runner, org, a_mail(to=org.address, text=ROBOT, in_reply_to="t@x.example"), tmp_path)
    person = a_mail(to=org.address, text="Sorry about our robot. What is INV-20417 for?", in_reply_to="t@x.example")
    assert await answer_to(duly, runner, org, person, tmp_path) is not None


async def test_our_mails_ask_for_no_acknowledgement_and_hide_neither_bounce_nor_absence(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    raw = await answer_to(
        duly, duly.runner, org, a_mail(to=org.address, text="We will pay invoice INV-20417 on Friday."), tmp_path
    )
    assert raw is not None
    sent = message_from_bytes(raw, policy=policy.default)
    assert (sent["X-Auto-Response-Suppress"], sent["Auto-Submitted"]) == ("AutoReply, RN, NRN", None)

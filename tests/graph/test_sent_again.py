"""A mail that may have gone out is looked for before it is sent again, and its own copy proves it however late."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from conftest import NOW, Org
from graph.running import case, items
from graph.test_mail_that_waits import by_ann, claim, jobs_of, the_send
from graph.test_sending_fences import a_send, by_way_of, hand_over
from sqlalchemy import select, update

from core.ids import ApprovalId, ReviewItemId, SendId
from integrations.fakes.mailbox import FakeMailbox, FakeSender
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable
from jobs.duly import Duly
from jobs.sending import TryLater
from ledger.commands import send_draft
from ledger.commands.send_draft import ClaimedSend, NothingToSend
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.commands.take_back_mail import TooLateToTakeBack, take_back
from ledger.model.errors import AlreadyDecided
from ledger.store.tables.drafts import ApprovalRow, PrecedentRow, SendRow
from ledger.store.tables.history import ReviewItemRow, TimelineEventRow
from ledger.store.tables.mail import MessageRow


@dataclass
class ByProofOnly(FakeSender):
    """As over SMTP: a copy that is found proves the sending, and that none is found proves nothing."""

    _mailbox: FakeMailbox
    asked: list[datetime | None] = field(default_factory=list)
    unreadable: TemporarilyUnavailable | AuthExpired | None = None

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        self.asked.append(handed_over_at)
        if self.unreadable is not None:
            raise self.unreadable
        return await super().was_sent(message_id) or None


async def unknown(duly: Duly, org: Org) -> tuple[SendId, ClaimedSend]:
    """A mail of which nobody could tell whether it went out, before a person."""
    send_id = await a_send(duly, org)
    claimed = await hand_over(duly, org, send_id)
    await send_draft.put_before_person(duly.uows, org.org_id, send_id, state="outcome_unknown", words="?", now=NOW)
    return send_id, claimed


async def open_items(duly: Duly, org: Org) -> list[ReviewItemRow]:
    return [item for item in await items(duly, org) if item.state == "open"]


async def settle(duly: Duly, org: Org, how: Settlement) -> None:
    [item] = await open_items(duly, org)
    await settle_review_item(duly.uows, org.org_id, ReviewItemId(item.id), SettleItem(how), actor="Ann", now=NOW)


async def timeline(duly: Duly, org: Org) -> dict[str, str]:
    """The words of the newest event of each kind."""
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(TimelineEventRow).order_by(TimelineEventRow.id))
        return {row.kind: row.words for row in rows}


# Sent again


async def test_what_lies_in_the_mailbox_by_now_is_not_sent_again_and_the_person_is_told(duly: Duly, org: Org) -> None:
    send_id, claimed = await unknown(duly, org)
    box = FakeMailbox()
    sender = ByProofOnly(box)
    await (await sender.prepare(claimed)).send()  # type: ignore[arg-type]
    await settle(duly, org, Settlement.SEND_AGAIN)
    await by_way_of(duly, sender).send(org.org_id, send_id)
    assert (len(sender.asked), len(box.sent)) == (1, 1)
    assert (await the_send(duly, org, send_id)).state == "sent"
    said = await timeline(duly, org)
    assert said["send_found"] == (
        "The mail had gone out after all: a copy of it was found in the mailbox. It is not sent again."
    )
    assert "mail_sent" in said


async def test_what_is_looked_for_and_not_found_is_sent_once_more(duly: Duly, org: Org) -> None:
    send_id, _ = await unknown(duly, org)
    box = FakeMailbox()
    sender = ByProofOnly(box)
    await settle(duly, org, Settlement.SEND_AGAIN)
    sending = by_way_of(duly, sender)
    with pytest.raises(TryLater):
        await sending.send(org.org_id, send_id)
    assert (len(sender.asked), len(box.sent)) == (1, 0)
    await sending.send(org.org_id, send_id)
    await sending.send(org.org_id, send_id)
    assert (len(sender.asked), len(box.sent)) == (1, 1)
    assert await open_items(duly, org) == []


@pytest.mark.parametrize(
    "error",
    [TemporarilyUnavailable("no answer in time"), AuthExpired("the sign-in was refused")],
    ids=["not reachable", "sign-in refused"],
)
async def test_where_nobody_can_look_it_is_not_sent_and_comes_back_to_the_person_each_time(
    duly: Duly, org: Org, error: TemporarilyUnavailable | AuthExpired
) -> None:
    send_id, _ = await unknown(duly, org)
    box = FakeMailbox()
    sender = ByProofOnly(box, unreadable=error)
    for _ in range(2):
        await settle(duly, org, Settlement.SEND_AGAIN)
        await by_way_of(duly, sender).send(org.org_id, send_id)
        [item] = await open_items(duly, org)
        assert item.kind == "send_outcome_unknown"
        assert str(error) in item.words
    assert box.sent == []


async def test_a_mail_that_a_worker_gives_up_before_it_was_looked_for_stays_unknown(duly: Duly, org: Org) -> None:
    send_id, _ = await unknown(duly, org)
    await settle(duly, org, Settlement.SEND_AGAIN)
    await duly.sending.give_up(org.org_id, send_id, RuntimeError("no way out"))
    assert (await the_send(duly, org, send_id)).state == "outcome_unknown"
    assert len(await open_items(duly, org)) == 1


async def test_a_mail_that_is_to_be_looked_for_cannot_be_taken_back(duly: Duly, org: Org) -> None:
    await unknown(duly, org)
    await settle(duly, org, Settlement.SEND_AGAIN)
    async with duly.uows(org.org_id) as uow:
        row = (await uow.session.scalars(select(ApprovalRow))).one()
    with pytest.raises(TooLateToTakeBack, match="may have been sent"):
        await take_back(duly.uows, org.org_id, ApprovalId(row.id), by_ann(org, row.version))


async def test_a_mail_that_was_refused_is_sent_again_without_a_look(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    claimed = await hand_over(duly, org, send_id)
    await send_draft.put_before_person(
        duly.uows, org.org_id, send_id, state="failed", words="550", now=NOW, claim_token=claimed.claim_token
    )
    await settle(duly, org, Settlement.SEND_AGAIN)
    sender = ByProofOnly(FakeMailbox())
    await by_way_of(duly, sender).send(org.org_id, send_id)
    assert sender.asked == []
    assert (await the_send(duly, org, send_id)).state == "sent"


async def test_what_a_person_has_sent_again_is_not_given_up_for_what_it_cost_before(duly: Duly, org: Org) -> None:
    send_id, _ = await unknown(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(attempts=7, takeovers=5))
    await settle(duly, org, Settlement.SEND_AGAIN)
    send = await the_send(duly, org, send_id)
    assert (send.attempts, send.takeovers) == (0, 0)


# The copy comes in


async def test_our_own_copy_that_comes_late_settles_the_question(duly: Duly, org: Org) -> None:
    send_id, claimed = await unknown(duly, org)
    before = len(await jobs_of(duly, send_id))
    assert not await duly.fetching.take_raw(org.org_id, org.mailbox_id, claimed.raw)
    assert await open_items(duly, org) == []
    assert len(await jobs_of(duly, send_id)) == before + 1
    sender = ByProofOnly(FakeMailbox())
    await by_way_of(duly, sender).send(org.org_id, send_id)
    send = await the_send(duly, org, send_id)
    assert (send.state, sender.asked) == ("sent", [])
    said = await timeline(duly, org)
    assert said["send_found"].startswith("The mail had gone out after all: its copy arrived in the mailbox.")
    async with duly.uows(org.org_id) as uow:
        assert len(list(await uow.session.scalars(select(PrecedentRow)))) == 1
        kept = list(await uow.session.scalars(select(MessageRow).where(MessageRow.direction == "outbound")))
    assert len(kept) == 1
    [item] = await items(duly, org)
    assert (item.settled_by, item.settled_words) == ("duly", "it was sent: its copy arrived in the mailbox")


@pytest.mark.parametrize("state", ["queued", "claimed", "outcome_unknown", "failed"])
async def test_a_copy_proves_the_sending_whatever_was_thought_before(duly: Duly, org: Org, state: str) -> None:
    send_id, claimed = await unknown(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(state=state))
    await duly.fetching.take_raw(org.org_id, org.mailbox_id, claimed.raw)
    assert (await the_send(duly, org, send_id)).state == "known_sent"


async def test_a_worker_that_prepares_the_mail_again_finds_that_its_copy_has_come(duly: Duly, org: Org) -> None:
    send_id, claimed = await unknown(duly, org)
    await settle(duly, org, Settlement.SEND_AGAIN)
    box = FakeMailbox()
    sending = by_way_of(duly, ByProofOnly(box))
    with pytest.raises(TryLater):
        await sending.send(org.org_id, send_id)
    again = await claim(duly, org, send_id)
    assert isinstance(again, ClaimedSend)
    await duly.fetching.take_raw(org.org_id, org.mailbox_id, claimed.raw)
    assert not await send_draft.begin_handover(duly.uows, org.org_id, send_id, again.claim_token, now=NOW)
    await sending.send(org.org_id, send_id)
    assert (box.sent, (await the_send(duly, org, send_id)).state) == ([], "sent")


async def test_a_copy_that_comes_while_the_mail_is_handed_over_is_no_news_to_anybody(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    claimed = await hand_over(duly, org, send_id)
    await duly.fetching.take_raw(org.org_id, org.mailbox_id, claimed.raw)
    # The worker that handed it over goes on as always.
    assert await send_draft.confirm_sent(duly.uows, org.org_id, send_id, provider_id="250 queued as 7", now=NOW)
    send = await the_send(duly, org, send_id)
    assert (send.state, send.provider_id) == ("sent", "250 queued as 7")
    assert "send_found" not in await timeline(duly, org)


async def test_the_copy_of_a_mail_that_is_known_to_be_sent_changes_nothing(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    claimed = await hand_over(duly, org, send_id)
    await send_draft.confirm_sent(duly.uows, org.org_id, send_id, provider_id="", now=NOW)
    before = len(await jobs_of(duly, send_id))
    assert not await duly.fetching.take_raw(org.org_id, org.mailbox_id, claimed.raw)
    assert await claim(duly, org, send_id) == NothingToSend("sent")
    assert len(await jobs_of(duly, send_id)) == before


async def test_a_late_answer_of_the_server_settles_the_question_too(duly: Duly, org: Org) -> None:
    send_id, _ = await unknown(duly, org)
    await send_draft.confirm_sent(duly.uows, org.org_id, send_id, provider_id="250", now=NOW)
    [item] = await items(duly, org)
    assert (item.state, item.settled_by) == ("settled", "duly")
    assert (await case(duly, org, item.case_id)).state != "with_person"  # type: ignore[arg-type]
    with pytest.raises(AlreadyDecided):
        await settle_review_item(
            duly.uows, org.org_id, ReviewItemId(item.id), SettleItem(Settlement.SEND_AGAIN), actor="Ann", now=NOW
        )

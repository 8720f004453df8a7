"""Who may say what became of a mail: overtaken workers, disconnected mailboxes, clocks that jump."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Org
from factories.ledger import a_customer
from graph.running import case, items
from graph.test_mail_that_waits import _two_ready as two_ready
from graph.test_mail_that_waits import a_case, approved, claim, into, the_send, with_policy
from sqlalchemy import update

from core.clock import FixedClock
from core.errors import NotFound
from core.ids import MailboxId, OrgId, ReviewItemId, SendId
from integrations.fakes.mailbox import FakeMailbox, FakeSender
from integrations.ports.errors import AlreadySent
from integrations.ports.mailbox import OutgoingMessage
from jobs.duly import Duly
from jobs.sending import Sending
from ledger.commands import send_draft
from ledger.commands.disconnect_mailbox import disconnect_mailbox
from ledger.commands.send_draft import ClaimedSend, NeedsProof, NothingToSend
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.people import MailboxRow

DAY = timedelta(days=1)


async def a_send(duly: Duly, org: Org) -> SendId:
    await a_customer(duly.uows, org)
    return await approved(duly, org, await a_case(duly, org))


async def hand_over(duly: Duly, org: Org, send_id: SendId, *, now: datetime = NOW) -> ClaimedSend:
    """A worker that is handing the mail over, or died of it."""
    claimed = await claim(duly, org, send_id, now=now)
    assert isinstance(claimed, ClaimedSend), claimed
    assert await send_draft.begin_handover(duly.uows, org.org_id, send_id, claimed.claim_token, now=now)
    return claimed


async def look(duly: Duly, org: Org, send_id: SendId, *, now: datetime = NOW) -> NeedsProof:
    lost = await claim(duly, org, send_id, now=now)
    assert isinstance(lost, NeedsProof), lost
    return lost


@dataclass
class Way:
    """A mailbox whose way out is this sender."""

    out: Any

    async def sender(self, org_id: OrgId, mailbox_id: MailboxId) -> Any:
        return self.out


def by_way_of(duly: Duly, out: Any) -> Sending:
    return replace(duly.sending, mailboxes=Way(out))  # type: ignore[arg-type]


# Answers that came too late


async def test_an_old_answer_does_not_take_a_hand_over_from_its_worker(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    slow, quick = await look(duly, org, send_id), await look(duly, org, send_id)
    await send_draft.return_to_queue(duly.uows, org.org_id, quick, why="not sent")
    # The next hand-over, in the same instant.
    await hand_over(duly, org, send_id)
    await send_draft.return_to_queue(duly.uows, org.org_id, slow, why="the same answer, from before")
    assert (await the_send(duly, org, send_id)).state == "sending"
    assert isinstance(await claim(duly, org, send_id), NeedsProof)


async def test_an_answer_that_still_counts_lets_the_mail_be_sent(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    await send_draft.return_to_queue(duly.uows, org.org_id, await look(duly, org, send_id), why="not sent")
    assert isinstance(await claim(duly, org, send_id), ClaimedSend)


async def test_an_old_search_without_result_puts_no_later_hand_over_before_a_person(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    slow = await look(duly, org, send_id)
    await send_draft.return_to_queue(duly.uows, org.org_id, await look(duly, org, send_id), why="not sent")
    await hand_over(duly, org, send_id)
    await send_draft.put_before_person(
        duly.uows, org.org_id, send_id, state="outcome_unknown", words="not found", now=NOW, lost=slow
    )
    assert (await the_send(duly, org, send_id)).state == "sending"
    assert await items(duly, org) == []


# A mailbox that shows the mail as sent


class ShowsItAsSent:
    async def prepare(self, message: OutgoingMessage) -> Any:
        raise AlreadySent("this mail lies in the mailbox as sent already")


async def test_a_mail_that_lies_in_the_mailbox_as_sent_is_recorded_as_sent(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await by_way_of(duly, ShowsItAsSent()).send(org.org_id, send_id)
    assert (await the_send(duly, org, send_id)).state == "sent"
    assert await items(duly, org) == []


# Mailboxes that were disconnected


async def _disconnect(duly: Duly, org: Org) -> None:
    await disconnect_mailbox(duly.uows, org.org_id, org.mailbox_id, by="Ann", now=NOW)


async def test_a_disconnected_mailbox_sends_nothing_and_a_person_hears_of_it(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await into(duly, org, tmp_path)
    send_id = await a_send(duly, org)
    await _disconnect(duly, org)
    await duly.sending.send(org.org_id, send_id)
    assert list(tmp_path.iterdir()) == []
    [item] = await items(duly, org)
    assert (item.kind, item.state) == ("send_failed", "open")
    assert f"{org.address} is disconnected" in item.words
    assert (await case(duly, org, item.case_id)).state == "with_person"  # type: ignore[arg-type]


async def test_sending_again_from_a_mailbox_that_is_still_disconnected_says_so_again(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await into(duly, org, tmp_path)
    send_id = await a_send(duly, org)
    await _disconnect(duly, org)
    await duly.sending.send(org.org_id, send_id)
    [item] = await items(duly, org)
    how = SettleItem(Settlement.SEND_AGAIN)
    await settle_review_item(duly.uows, org.org_id, ReviewItemId(item.id), how, actor="Ann", now=NOW)
    await duly.sending.send(org.org_id, send_id)
    assert sorted(one.state for one in await items(duly, org)) == ["open", "settled"]
    [again] = [one for one in await items(duly, org) if one.state == "open"]
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(active=True))
    await settle_review_item(duly.uows, org.org_id, ReviewItemId(again.id), how, actor="Ann", now=NOW)
    await duly.sending.send(org.org_id, send_id)
    assert len(list(tmp_path.glob("*.eml"))) == 1


async def test_a_mailbox_disconnected_while_the_mail_is_prepared_does_not_send_it(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    claimed = await claim(duly, org, send_id)
    assert isinstance(claimed, ClaimedSend)
    await _disconnect(duly, org)
    assert not await send_draft.begin_handover(duly.uows, org.org_id, send_id, claimed.claim_token, now=NOW)
    assert await claim(duly, org, send_id) == NothingToSend("failed")


async def test_what_may_have_gone_out_of_a_disconnected_mailbox_stays_unknown(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    await send_draft.put_before_person(duly.uows, org.org_id, send_id, state="outcome_unknown", words="?", now=NOW)
    await _disconnect(duly, org)
    [item] = await items(duly, org)
    await settle_review_item(
        duly.uows, org.org_id, ReviewItemId(item.id), SettleItem(Settlement.SEND_AGAIN), actor="Ann", now=NOW
    )
    assert await claim(duly, org, send_id) == NothingToSend("outcome_unknown")
    assert [one.kind for one in await items(duly, org) if one.state == "open"] == ["send_outcome_unknown"]


async def test_a_mail_whose_worker_died_before_the_mailbox_was_disconnected_is_unknown(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    await _disconnect(duly, org)
    assert await claim(duly, org, send_id) == NothingToSend("outcome_unknown")
    [item] = await items(duly, org)
    assert "no copy of this mail can be looked for there" in item.words
    # It was alive after all: what it found out settles the question.
    await send_draft.confirm_sent(duly.uows, org.org_id, send_id, provider_id="250", now=NOW)
    assert [one.state for one in await items(duly, org)] == ["settled"]


async def test_a_disconnected_mailbox_has_no_way_out(duly: Duly, org: Org, tmp_path: Path) -> None:
    await into(duly, org, tmp_path)
    assert await duly.mailboxes.sender(org.org_id, org.mailbox_id)
    await _disconnect(duly, org)
    with pytest.raises(NotFound):
        await duly.mailboxes.sender(org.org_id, org.mailbox_id)


# Clocks that jump


class CannotTell(FakeSender):
    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        return None


async def test_a_hand_over_stamped_by_a_clock_a_day_ahead_is_before_a_person_after_the_usual_wait(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).values(claimed_at=NOW + DAY, handed_over_at=NOW + DAY))
    sending = by_way_of(duly, CannotTell(FakeMailbox()))
    await sending.send(org.org_id, send_id)
    assert (await the_send(duly, org, send_id)).state == "sending"
    clock.move_to(NOW + sending.proof_wait)
    await sending.send(org.org_id, send_id)
    assert (await the_send(duly, org, send_id)).state == "outcome_unknown"


@pytest.mark.parametrize(
    ("claimed", "handed_over", "after"),
    [(-1, 0, -1), (0, 0, 0), (-5, 1_500, -5), (1_500, 1_500, None), (0, -1_500, None)],
    ids=["usual", "at once", "jumped in between", "ahead", "put back in between"],
)
async def test_a_mail_is_looked_for_from_its_claim_on_or_where_the_stamps_contradict_without_a_limit(
    duly: Duly, org: Org, claimed: int, handed_over: int, after: int | None
) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id)
    minute = timedelta(minutes=1)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            update(SendRow).values(claimed_at=NOW + claimed * minute, handed_over_at=NOW + handed_over * minute)
        )
    lost = await look(duly, org, send_id)
    assert lost.sent_after == (None if after is None else NOW + after * minute)
    assert lost.handed_over_at <= NOW


async def test_clocks_that_differ_by_seconds_change_no_stamp(duly: Duly, org: Org) -> None:
    send_id = await a_send(duly, org)
    await hand_over(duly, org, send_id, now=NOW + timedelta(seconds=30))
    assert (await look(duly, org, send_id)).handed_over_at == NOW + timedelta(seconds=30)


async def test_a_mail_approved_by_a_clock_a_day_ahead_can_be_taken_back_for_the_usual_time_and_then_leaves(
    duly: Duly, org: Org
) -> None:
    await with_policy(duly, org, undo=timedelta(minutes=5))
    send_id = await a_send(duly, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            update(SendRow).values(created_at=NOW + DAY, undo_until=NOW + DAY + timedelta(minutes=5))
        )
    await claim(duly, org, send_id)
    assert (await the_send(duly, org, send_id)).not_before == NOW + timedelta(minutes=5)
    assert isinstance(await claim(duly, org, send_id, now=NOW + timedelta(minutes=5)), ClaimedSend)


async def test_claims_stamped_by_a_clock_a_day_ahead_do_not_fill_the_mailboxs_limit(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await into(duly, org, tmp_path, per_minute=1)
    first, second = await two_ready(duly, org)
    assert isinstance(await claim(duly, org, first), ClaimedSend)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(SendRow).where(SendRow.id == first).values(claimed_at=NOW + DAY))
    assert isinstance(await claim(duly, org, second), ClaimedSend)

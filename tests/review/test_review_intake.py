"""Review: mail that comes in and must neither be lost nor hold up others."""

import contextlib
import random
from pathlib import Path

import pytest
from conftest import NOW, Org, make_org
from factories.ledger import a_customer, a_mail
from graph.running import drafts, handle, items
from sqlalchemy import select, update

from core.errors import InvalidInput
from jobs.duly import Duly
from jobs.worker import LOCAL_KINDS, fetch_round
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


def _letters(count: int) -> str:
    """Letters of four bytes each that no compression makes shorter."""
    chance = random.Random(7)
    return "".join(chr(chance.randrange(0x20000, 0x2A000)) for _ in range(count))


async def _stored(duly: Duly, org: Org) -> int:
    async with duly.uows(org.org_id) as uow:
        return len(list(await uow.session.scalars(select(MessageRow.id))))


async def _folder(duly: Duly, org: Org, folder: Path) -> None:
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(
            update(MailboxRow)
            .where(MailboxRow.id == org.mailbox_id)
            .values(source={"kind": "folder", "path": str(folder)})
        )


async def test_a_subject_of_a_thousand_rare_letters_is_stored(duly: Duly, org: Org) -> None:
    await duly.fetching.take_raw(
        org.org_id, org.mailbox_id, a_mail(to=org.address, text=PROMISE, subject=_letters(1000))
    )
    assert await _stored(duly, org) == 1


async def test_a_message_id_of_nine_hundred_rare_letters_is_stored(duly: Duly, org: Org) -> None:
    raw = a_mail(to=org.address, text=PROMISE, message_id=_letters(890) + "@x.example")
    await duly.fetching.take_raw(org.org_id, org.mailbox_id, raw)
    assert await _stored(duly, org) == 1


async def test_one_mail_that_cannot_be_stored_does_not_hold_up_the_folder(
    duly: Duly, org: Org, tmp_path: Path
) -> None:
    await _folder(duly, org, tmp_path)
    (tmp_path / "1.eml").write_bytes(a_mail(to=org.address, text=PROMISE, subject=_letters(1000)))
    (tmp_path / "2.eml").write_bytes(a_mail(to=org.address, text=PROMISE))
    for _ in range(3):
        with contextlib.suppress(Exception):
            await duly.fetching.fetch_all(org.org_id, kinds=LOCAL_KINDS)
    await _folder(duly, org, tmp_path / "none")
    assert await _stored(duly, org) >= 1


async def test_a_mailbox_that_is_set_up_wrong_does_not_stop_other_organisations(duly: Duly, tmp_path: Path) -> None:
    first, second = await make_org(duly.uows), await make_org(duly.uows)
    first, second = sorted((first, second), key=lambda org: org.address)
    async with duly.uows(first.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(source={"kind": "pigeon"}))
    await _folder(duly, second, tmp_path)
    (tmp_path / "1.eml").write_bytes(a_mail(to=second.address, text=PROMISE))
    with contextlib.suppress(Exception):
        await fetch_round(duly, frozenset({"pigeon", *LOCAL_KINDS}))
    stored = await _stored(duly, second)
    for org in (first, second):
        async with duly.uows(org.org_id) as uow:
            await uow.session.execute(update(MailboxRow).values(source={}))
    assert stored == 1


async def test_a_mail_without_a_sender_cannot_make_a_contact_without_an_address(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    raw = f"To: {org.address}\r\nSubject: x\r\nMessage-ID: <n1@x.example>\r\n\r\n{PROMISE}\r\n".encode()
    await handle(duly, org, raw)
    [item] = await items(duly, org)
    how = SettleItem(Settlement.ACCEPT_SENDER, account_id=customer.account_id)
    with pytest.raises(InvalidInput):
        await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)
    async with duly.uows(org.org_id) as uow:
        assert "" not in set(await uow.session.scalars(select(ContactRow.email)))


async def test_two_strangers_in_one_thread_who_become_two_customers_do_not_share_it(duly: Duly, org: Org) -> None:
    one = await a_customer(duly.uows, org, invoices={"INV-20417": "1840.00"})
    two = await a_customer(duly.uows, org, name="Two", email="b@two.example", invoices={"INV-7": "50.00"})
    first = a_mail(to=org.address, text=PROMISE, sender="x@strange.example", message_id="s1@strange.example")
    second = a_mail(
        to=org.address, text="We will pay INV-7 on Friday.", sender="y@odd.example", in_reply_to="s1@strange.example"
    )
    case_1, case_2 = await handle(duly, org, first), await handle(duly, org, second)
    for case_id, customer in ((case_1, one), (case_2, two)):
        [item] = [item for item in await items(duly, org) if item.case_id == case_id]
        how = SettleItem(Settlement.ACCEPT_SENDER, account_id=customer.account_id)
        await settle_review_item(duly.uows, org.org_id, item.id, how, actor="Ann", now=NOW)
        await duly.runner.run(org.org_id, case_id)
    assert len(await drafts(duly, org, case_2)) == 1
    async with duly.uows(org.org_id) as uow:
        rows = list(await uow.session.scalars(select(MessageRow)))
    by_conversation: dict[object, set[object]] = {}
    for row in rows:
        by_conversation.setdefault(row.conversation_id, set()).add(row.account_id)
    assert all(len(accounts) == 1 for accounts in by_conversation.values())

"""Several addresses over one IMAP inbox: fetched once, one login for all, and connected again without a step back."""

from typing import Any

import pytest
from conftest import Org
from factories.ledger import a_mail
from sqlalchemy import select

from core.ids import MailboxId
from jobs.connect_grant import NewMailbox
from jobs.connect_imap import ImapLogin, ServerPlace, connect_imap
from jobs.duly import Duly
from jobs.mailbox_health import HealthLimits, mailbox_health
from jobs.tasks.fetch_mailbox import fetch_one
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow

BILLING = "billing@seller.example"
CURSOR = "7:1234:2026-04-19"


async def connected(
    duly: Duly,
    org: Org,
    address: str,
    *,
    host: str = "127.0.0.1",
    port: int = 1,
    password: str = "secret",
    since: str = "",
) -> MailboxId:
    """Connects an address by IMAP, as the console and the command do. Nothing listens on port 1."""
    login = ImapLogin(ServerPlace(host, port, "plain"), ServerPlace(host, port, "plain"), "shared", password)
    mailbox = NewMailbox("main", address, since)
    return await connect_imap(duly.uows, duly.secrets, None, org.org_id, address, login, mailbox)


async def row_of(duly: Duly, org: Org, mailbox_id: MailboxId) -> MailboxRow:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.get_one(MailboxRow, mailbox_id)


async def change(duly: Duly, org: Org, mailbox_id: MailboxId, **values: Any) -> None:
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, mailbox_id)
        for name, value in values.items():
            setattr(row, name, value)


async def fetched(duly: Duly, org: Org) -> list[MailboxId]:
    return [one.mailbox_id for one in await duly.mailboxes.sources(org.org_id)]


async def test_one_login_connected_for_two_addresses_is_one_inbox(duly: Duly, org: Org) -> None:
    first = await connected(duly, org, org.address)
    second = await connected(duly, org, BILLING)
    assert await fetched(duly, org) == [first]
    raw = a_mail(to=BILLING, text="We will pay invoice INV-20417 on Friday.")
    assert await duly.fetching.take_raw(org.org_id, first, raw)
    async with duly.uows(org.org_id) as uow:
        kept = list(await uow.session.scalars(select(MessageRow.mailbox_id)))
    assert kept == [second]


async def test_it_is_one_inbox_also_where_each_address_sealed_the_login_anew(duly: Duly, org: Org) -> None:
    first = await connected(duly, org, org.address)
    second = await connected(duly, org, BILLING)
    before = (await row_of(duly, org, second)).source
    await change(duly, org, second, source={**before, "sealed_password": duly.secrets.seal("secret")})
    assert await fetched(duly, org) == [first]
    # Word of mail for the second address has the first fetched, and its failure is the health of both.
    await fetch_one(duly.fetching, org.org_id, second)
    health = await mailbox_health(duly.uows, org.org_id, now=duly.clock.now(), limits=HealthLimits())
    assert {one.address: one.failing_since is not None for one in health} == {org.address: True, BILLING: True}


async def test_a_new_password_for_one_address_is_the_new_password_of_the_inbox(duly: Duly, org: Org) -> None:
    first = await connected(duly, org, org.address, since="2026-01-01")
    await change(duly, org, first, source_cursor=CURSOR)
    await connected(duly, org, BILLING, password="new one", since="2026-03-01")
    row = await row_of(duly, org, first)
    assert duly.secrets.open(row.source["sealed_password"]) == "new one"
    assert (row.source["since"], row.source_cursor) == ("2026-01-01", CURSOR)


@pytest.mark.parametrize(
    ("again", "cursor"),
    [
        ({}, CURSOR),
        ({"password": "changed"}, CURSOR),
        ({"since": "2026-02-01"}, CURSOR),
        ({"since": "2025-12-01"}, None),
        ({"since": "all"}, None),
        ({"host": "localhost"}, None),
        ({"port": 2}, None),
    ],
    ids=["same login", "new password", "later day", "earlier day", "everything", "other host", "other port"],
)
async def test_connected_again_it_goes_on_where_it_stopped(
    duly: Duly, org: Org, again: dict[str, Any], cursor: str | None
) -> None:
    mailbox_id = await connected(duly, org, org.address, since="2026-01-01")
    await change(duly, org, mailbox_id, source_cursor=CURSOR)
    assert await connected(duly, org, org.address, **again) == mailbox_id
    assert (await row_of(duly, org, mailbox_id)).source_cursor == cursor


async def test_an_earlier_day_named_for_one_address_is_read_by_the_inbox(duly: Duly, org: Org) -> None:
    first = await connected(duly, org, org.address, since="2026-03-01")
    await change(duly, org, first, source_cursor=CURSOR)
    await connected(duly, org, BILLING, since="2026-01-01")
    row = await row_of(duly, org, first)
    assert (row.source["since"], row.source_cursor) == ("2026-01-01", None)

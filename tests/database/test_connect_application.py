"""Connecting a mailbox that nobody signs in to, and what a mailbox keeps when it is connected again."""

from typing import Any

import pytest
from conftest import Org
from sqlalchemy import select

from core.errors import InvalidInput, NotFound
from core.ids import MailboxId, new_id
from integrations.oauth.providers import Provider
from integrations.ports.errors import AuthExpired
from jobs.connect_application import connect_application, only_organisation
from jobs.connect_grant import NewMailbox, checked_label, checked_limit
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory


class Look:
    """Keeps what was looked into; `refuses` as a provider does."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.seen: list[tuple[dict[str, Any], str]] = []
        self._refuses = refuses

    async def __call__(self, settings: dict[str, Any], address: str) -> None:
        self.seen.append((settings, address))
        if self._refuses is not None:
            raise self._refuses


async def connected(
    uows: UnitOfWorkFactory, org: Org, address: str, mailbox: NewMailbox, *, provider: Provider = Provider.MICROSOFT
) -> MailboxRow:
    found = await connect_application(uows, Look(), org.org_id, provider, address, mailbox)
    async with uows(org.org_id) as uow:
        return await uow.session.get_one(MailboxRow, found)


@pytest.mark.parametrize(
    ("provider", "kind"), [(Provider.MICROSOFT, "outlook"), (Provider.GOOGLE, "gmail")], ids=["outlook", "gmail"]
)
async def test_a_mailbox_is_kept_once_we_were_let_into_it(
    uows: UnitOfWorkFactory, org: Org, provider: Provider, kind: str
) -> None:
    address, look = f"{new_id().hex}@x.example", Look()
    mailbox = NewMailbox("main", "AR", "2026-04-01", per_minute=5)
    mailbox_id = await connect_application(uows, look, org.org_id, provider, address, mailbox)
    settings = {"kind": kind, "permission": "application"}
    assert look.seen == [(settings, address)]
    async with uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, mailbox_id)
    assert (row.source, row.sender) == ({**settings, "since": "2026-04-01"}, {**settings, "per_minute": 5})


async def test_what_an_administrator_did_not_allow_is_not_kept(uows: UnitOfWorkFactory, org: Org) -> None:
    look = Look(AuthExpired("not allowed"))
    with pytest.raises(AuthExpired):
        await connect_application(uows, look, org.org_id, Provider.GOOGLE, "a@x.example", NewMailbox("main"))
    async with uows(org.org_id) as uow:
        assert await uow.session.scalar(select(MailboxRow.id).where(MailboxRow.address == "a@x.example")) is None


async def test_connected_again_it_goes_on_with_the_settings_that_it_had(uows: UnitOfWorkFactory, org: Org) -> None:
    address = f"{new_id().hex}@x.example"
    gmail = {"provider": Provider.GOOGLE}
    first = await connected(
        uows, org, address, NewMailbox("main", "AR", "2026-04-01", 5, 50, "Invoices", "Duly"), **gmail
    )
    async with uows(org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, MailboxId(first.id))).source_cursor = "42"
    again = await connected(uows, org, address, NewMailbox("main", per_day=60, label="any"), **gmail)
    assert (again.id, again.source_cursor) == (first.id, "42")
    assert (again.source.get("label"), again.source["mark"], again.source["since"]) == (None, "Duly", "2026-04-01")
    assert (again.sender["per_minute"], again.sender["per_day"]) == (5, 60)


async def test_limits_stay_with_the_mailbox_however_it_is_connected(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        row.sender = {"kind": "smtp", "host": "smtp.x.example", "per_day": 9}
    row = await connected(uows, org, org.address, NewMailbox("main"))
    assert row.sender == {"kind": "outlook", "permission": "application", "per_day": 9}


async def test_an_entity_that_is_not_there_is_named(uows: UnitOfWorkFactory, org: Org) -> None:
    with pytest.raises(NotFound, match="entity other"):
        await connected(uows, org, "a@x.example", NewMailbox("other"))


async def test_an_administrator_of_one_organisation_of_several_may_not(
    uows: UnitOfWorkFactory, org: Org, other_org: Org
) -> None:
    with pytest.raises(InvalidInput, match="several organisations"):
        await only_organisation(uows, org.org_id)


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "x", "1000001", "\N{ARABIC-INDIC DIGIT FIVE}"])
def test_what_is_no_limit_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="a number from 1"):
        checked_limit(typed, "a day")


def test_labels_and_limits_are_read_as_typed() -> None:
    assert (checked_limit("", "a day"), checked_limit(" 12 ", "a day")) == (None, 12)
    assert checked_label("  My  Label/Sub ") == "My Label/Sub"
    with pytest.raises(InvalidInput):
        checked_label("x" * 226)
    with pytest.raises(InvalidInput):
        checked_label("a\u202eb")

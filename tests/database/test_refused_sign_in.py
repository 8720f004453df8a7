"""A mailbox whose server refuses the sign-in asks for a person, from the server's answer to the health page."""

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import NOW, Org
from mailservers import HOST, PASSWORD, MailDevel

from jobs.duly import Duly
from jobs.mailbox_health import HealthLimits, MailboxHealth, Verdict, mailbox_health
from ledger.store.tables.people import MailboxRow


@pytest.fixture(scope="module")
def imap() -> Iterator[MailDevel]:
    server = MailDevel()
    server.start()
    yield server
    server.stop()


async def fetched(duly: Duly, org: Org, imap: MailDevel, password: str) -> MailboxHealth:
    source: dict[str, Any] = {"kind": "imap", "host": HOST, "port": imap.imap_port, "security": "plain"}
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        row.source = {**source, "user": org.address, "sealed_password": duly.secrets.seal(password)}
    await duly.fetching.fetch_all(org.org_id, kinds=frozenset({"imap"}))
    (one,) = await mailbox_health(duly.uows, org.org_id, now=NOW, limits=HealthLimits())
    return one


async def test_a_refused_sign_in_needs_a_person_until_a_password_is_taken(
    duly: Duly, org: Org, imap: MailDevel
) -> None:
    refused = await fetched(duly, org, imap, "wrong")
    assert refused.verdict is Verdict.NEEDS_RECONNECT
    assert f"duly connect imap {org.address}" in refused.words
    assert "refused the sign-in" in refused.words
    assert (await fetched(duly, org, imap, PASSWORD)).verdict is Verdict.OK


async def test_a_server_that_is_away_is_failing_and_needs_nobody(duly: Duly, org: Org, imap: MailDevel) -> None:
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(MailboxRow, org.mailbox_id)
        source = {"kind": "imap", "host": HOST, "port": 1, "security": "plain", "user": "x"}
        row.source = {**source, "sealed_password": duly.secrets.seal("x")}
    await duly.fetching.fetch_all(org.org_id, kinds=frozenset({"imap"}))
    (one,) = await mailbox_health(duly.uows, org.org_id, now=NOW, limits=HealthLimits())
    assert one.verdict is Verdict.FAILING

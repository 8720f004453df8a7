"""Our signed token finds the case of a reply from another address, and gives its sender nothing."""

import pytest
from conftest import Org
from factories.ledger import a_customer, a_mail
from graph.running import approval, case, drafts, handle, items
from sqlalchemy import select

from core.ids import CaseId
from jobs.duly import Duly
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.history import PromiseRow
from ledger.store.tables.people import OrganisationRow
from mail.compose import new_message_id
from mail.conversation import make_reply_token

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


async def a_conversation(duly: Duly, org: Org) -> tuple[CaseId, str]:
    """A customer's case, and its conversation's id."""
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    return case_id, str((await case(duly, org, case_id)).conversation_id)


async def our_id(duly: Duly, org: Org, conversation: str, *, secret: bytes | None = None) -> str:
    """The Message-ID of a mail of ours that the ledger does not know: only its token can tell where it belongs."""
    async with duly.uows(org.org_id) as uow:
        ours = (await uow.session.get_one(OrganisationRow, org.org_id)).reply_secret
    return new_message_id(make_reply_token(secret or ours, conversation), "seller.example", "f00")


async def test_a_reply_from_another_address_finds_its_case_and_waits_for_a_person(duly: Duly, org: Org) -> None:
    ours = await a_customer(duly.uows, org)
    _, conversation = await a_conversation(duly, org)
    answered = await our_id(duly, org, conversation)
    mail = a_mail(to=org.address, text=PROMISE, sender="ann@elsewhere.example", subject="x", in_reply_to=answered)
    case_id = await handle(duly, org, mail)
    row = await case(duly, org, case_id)
    assert (str(row.conversation_id), row.account_id) == (conversation, ours.account_id)
    assert (row.state, await drafts(duly, org, case_id)) == ("with_person", [])
    [item] = await items(duly, org)
    assert "the sender is not a known contact of this customer" in item.words
    async with duly.uows(org.org_id) as uow:
        assert len(list(await uow.session.scalars(select(PromiseRow)))) == 1
        assert list(await uow.session.scalars(select(ContactRow.email))) == [ours.email]


async def test_a_known_contact_is_found_by_the_token_alone(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    _, conversation = await a_conversation(duly, org)
    answered = await our_id(duly, org, conversation)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE, subject="Hello", in_reply_to=answered))
    assert str((await case(duly, org, case_id)).conversation_id) == conversation
    assert (await approval(duly, org, case_id)).status == "pending"


@pytest.mark.parametrize("how", ["another secret", "one letter", "another conversation's proof"])
async def test_an_altered_token_ties_a_mail_to_nothing(duly: Duly, org: Org, how: str) -> None:
    await a_customer(duly.uows, org)
    _, conversation = await a_conversation(duly, org)
    good = await our_id(duly, org, conversation)
    at = good.index(".") + 10
    answered = {
        "another secret": await our_id(duly, org, conversation, secret=b"x" * 32),
        "one letter": good[:at] + ("b" if good[at] == "a" else "a") + good[at + 1 :],
        "another conversation's proof": (await our_id(duly, org, str(org.org_id)))[:32] + good[32:],
    }[how]
    mail = a_mail(to=org.address, text=PROMISE, sender="ann@elsewhere.example", subject="x", in_reply_to=answered)
    row = await case(duly, org, await handle(duly, org, mail))
    assert (row.account_id, str(row.conversation_id) == conversation) == (None, False)


async def test_a_token_of_another_organisation_ties_a_mail_to_nothing(duly: Duly, org: Org, other_org: Org) -> None:
    await a_customer(duly.uows, org)
    _, conversation = await a_conversation(duly, org)
    answered = await our_id(duly, org, conversation)
    mail = a_mail(to=other_org.address, text=PROMISE, subject="x", in_reply_to=answered)
    row = await case(duly, other_org, await handle(duly, other_org, mail))
    assert (row.account_id, str(row.conversation_id) == conversation) == (None, False)


async def test_a_stolen_token_in_the_hands_of_another_customer_shows_and_changes_nothing(
    duly: Duly, org: Org
) -> None:
    await a_customer(duly.uows, org)
    await a_customer(duly.uows, org, name="Quillon", email="eve@quillon.example", invoices={"QY-777": "6543.21"})
    _, conversation = await a_conversation(duly, org)
    answered = await our_id(duly, org, conversation)
    mail = a_mail(to=org.address, text=PROMISE, sender="eve@quillon.example", subject="x", in_reply_to=answered)
    case_id = await handle(duly, org, mail)
    row = await case(duly, org, case_id)
    assert (row.account_id, str(row.conversation_id) == conversation, row.state) == (None, False, "with_person")
    assert await drafts(duly, org, case_id) == []

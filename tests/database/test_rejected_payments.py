"""The list of rejected payments: what people refused, and money taken back; not what Duly looked at again."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from conftest import NOW, Org

from core.ids import new_id
from ledger.queries.payments import list_payments
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory


async def a_payment(uows: UnitOfWorkFactory, org: Org, *proposals: tuple[str, str, str]) -> UUID:
    """A payment with proposals, oldest first: status, who decided, and in which words."""
    payment_id = new_id()
    async with uows(org.org_id) as uow:
        uow.session.add(
            PaymentRow(
                id=payment_id, external_id=payment_id.hex, received_on=date(2026, 4, 20), currency="GBP",
                amount=Decimal(100), method="transfer", payer_name="P", payer_account="", remittance="",
            )
        )  # fmt: skip
        await uow.session.flush()
        for attempt, (status, by, words) in enumerate(proposals, start=1):
            uow.session.add(
                MatchProposalRow(
                    id=new_id(), payment_id=payment_id, currency="GBP", attempt=attempt, status=status, candidates=[],
                    decided_by=by, decided_words=words, created_at=NOW,
                )
            )  # fmt: skip
            await uow.session.flush()
    return payment_id


@pytest.mark.parametrize(
    ("proposals", "is_listed"),
    [
        ([("rejected", "Ann", "none of these")], True),
        ([("rejected", "Ann", "looked at again")], True),
        ([("rejected", "duly", "payment R-1 took it back")], True),
        ([("rejected", "duly", "looked at again"), ("rejected", "Ann", "none of these")], True),
        ([("rejected", "duly", "looked at again"), ("suggested", "", "")], False),
        ([("rejected", "Ann", "none of these"), ("suggested", "", "")], False),
        ([("ignored", "Ann", "not ours")], False),
    ],
    ids=[
        "by a person",
        "in Duly's words",
        "taken back",
        "after another look",
        "replaced",
        "proposed again",
        "ignored",
    ],
)
async def test_which_payments_are_rejected(
    uows: UnitOfWorkFactory, org: Org, proposals: list[tuple[str, str, str]], is_listed: bool
) -> None:
    payment_id = await a_payment(uows, org, *proposals)
    async with uows(org.org_id) as uow:
        found = await list_payments(uow, limit=10, status="rejected")
    assert [one.payment_id for one in found] == ([payment_id] if is_listed else [])


def test_the_index_leaves_out_what_the_list_leaves_out(urls: DatabaseUrls) -> None:
    """Nearly every rejected proposal was replaced: without the index they are all read for each page."""
    with psycopg.connect(urls.app) as connection:
        found = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_match_proposals_rejected'"
        ).fetchone()
    assert found is not None
    for words in ("looked at again", "looked at again, and posted", "'rejected'", "(org_id, payment_id)"):
        assert words in found[0]

"""The book over a few rows of a ledger: which accounts it knows."""

from datetime import date
from uuid import uuid4

import pytest

from core.money import Money
from ledger.model.cash import EarlierPayment, PayersFound
from ledger.model.match import IncomingPayment, MatchPart, PartKind
from ledger.rules.loaded_book import LoadedBook


def an_earlier(*, posted: bool) -> EarlierPayment:
    amount = Money.of("60000.00", "GBP")
    payment = IncomingPayment("bank:1", date(2026, 4, 15), amount, "Brightwater", "GB99 NEWB 0001", "INV-701")
    part = MatchPart(PartKind.INVOICE, "INV-701", amount)
    return EarlierPayment(uuid4(), payment, (part,), ("C1",), posted=posted, reversed=False)


@pytest.mark.parametrize(("posted", "known"), [(True, {"GB99NEWB0001"}), (False, set())])
def test_only_a_payment_that_was_posted_makes_its_account_known(posted: bool, known: set[str]) -> None:
    book = LoadedBook()
    book.take_payers(PayersFound((), (), (an_earlier(posted=posted),), ()))
    assert book.known_accounts() == known


def test_a_fee_that_was_booked_before_is_no_habit() -> None:
    book = LoadedBook()
    fee = MatchPart(PartKind.FEE, "INV-701", Money.of("38.50", "GBP"))
    earlier = an_earlier(posted=True)
    taught = EarlierPayment(
        earlier.payment_id, earlier.payment, (*earlier.parts, fee), ("C1",), posted=True, reversed=False
    )
    book.take_payers(PayersFound((), (), (taught,), ()))
    assert book.habits.deduction(("C1",), fee.amount, Money.of("1840.00", "GBP")) is None

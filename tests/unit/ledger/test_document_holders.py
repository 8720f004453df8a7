"""Who holds a document is found by all that a text may name it by, and by the amount that is open."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from core.money import Money
from ledger.model.cash import LedgerCredit, NumberKeys
from ledger.model.found_documents import FoundInvoice
from ledger.model.match import OpenCredit
from ledger.rules.cash_keys import number_keys
from ledger.rules.document_holders import HoldersByKey

DAY = date(2026, 3, 1)


def holders(*, asked: bool = True) -> HoldersByKey:
    made = HoldersByKey()
    owed, left = Decimal(90), Decimal("75.00")
    made.add_invoice(
        FoundInvoice("i", "A1", "C1", "e", "SI0008558", DAY, DAY, "EUR", owed, left, "PO-45001", "", asked)
    )
    amount = Money(Decimal(5), "EUR")
    made.add_credit(LedgerCredit(UUID(int=3), UUID(int=4), OpenCredit("GS-12345", "C2", DAY, amount, amount, "")))
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("paying SI 0008558", {"A1"}),
        ("paying 0008558", {"A1"}),
        ("paying 8558", set()),
        ("order PO-45001", {"A1"}),
        ("less 12345", {str(UUID(int=4))}),
    ],
)
def test_by_what_a_text_names(text: str, found: set[str]) -> None:
    assert holders().named_by([number_keys(text)]) == found


def test_by_the_open_amount_whichever_way_the_money_goes() -> None:
    assert holders().with_open(Money(Decimal("-75"), "EUR")) == {"A1"}
    assert holders().with_open(Money(Decimal("75"), "USD")) == set()


def test_one_that_was_found_by_its_amount_is_named_by_nothing() -> None:
    assert holders(asked=False).named_by([number_keys("SI0008558")]) == set()
    assert holders(asked=False).named_by([NumberKeys()]) == set()

"""Which pending line a booked one is, and in what time it is found among many."""

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories.cash import a_line

from core.ids import new_id
from ledger.commands.pending_lines import PendingLines
from ledger.model.cash import StatementLine
from ledger.store.tables.cash import BankLineRow

DAY = date(2026, 4, 17)


def a_row(key: str = "p", **changes: Any) -> BankLineRow:
    values: dict[str, Any] = {
        "payer_name": "Brightwater Ltd", "payer_account": "", "reference": "INV-1", "bank_id": "", "booked_on": DAY
    }  # fmt: skip
    return BankLineRow(id=new_id(), external_key=key, currency="GBP", amount=Decimal("10.000000"), **values | changes)


def a_booked(**changes: Any) -> StatementLine:
    return a_line(amount="10.00", **{"payer": "BRIGHTWATER LTD", "reference": "INV-1", "on": DAY} | changes)


@pytest.mark.parametrize(
    ("row", "line", "found"),
    [
        pytest.param({}, {}, True, id="same-payer"),
        pytest.param({"payer_name": "Orchid"}, {}, False, id="another-payer"),
        pytest.param({"payer_name": "Orchid", "bank_id": "7"}, {"bank_id": "7"}, True, id="same-number"),
        pytest.param({"payer_account": "GB1"}, {"account": "GB 1", "payer": "X"}, True, id="same-account"),
        pytest.param({"payer_account": "GB1"}, {"account": "GB2"}, False, id="another-account"),
        pytest.param({"payer_account": "GB1"}, {}, True, id="name-where-one-has-no-account"),
        pytest.param({"payer_name": ""}, {"reference": "inv 1"}, True, id="words-where-one-has-no-name"),
        pytest.param({"payer_name": ""}, {"reference": "INV-2"}, False, id="other-words"),
        pytest.param({"booked_on": DAY - timedelta(days=10)}, {}, True, id="ten-days-before"),
        pytest.param({"booked_on": DAY - timedelta(days=11)}, {}, False, id="eleven-days-before"),
        pytest.param({"booked_on": DAY + timedelta(days=1)}, {}, False, id="pending-later-than-booked"),
    ],
)
def test_a_pending_line_is_found_by_amount_day_and_payer(
    row: dict[str, Any], line: dict[str, Any], found: bool
) -> None:
    pending, kept = PendingLines(), a_row(**row)
    pending.add(kept)
    asked = a_booked(**line)
    assert (pending.take(asked), pending.take(asked)) == (kept if found else None, None)


def test_the_oldest_is_booked_first_and_each_once() -> None:
    pending = PendingLines()
    rows = [a_row("a"), a_row("b"), a_row("c", booked_on=DAY - timedelta(days=1))]
    for row in rows:
        pending.add(row)
    assert [row and row.external_key for row in (pending.take(a_booked()) for _ in range(4))] == ["c", "a", "b", None]


def test_what_is_booked_under_its_own_key_is_nobody_elses() -> None:
    pending = PendingLines({"p"})
    pending.add(a_row("p"))
    assert pending.take(a_booked()) is None


@pytest.mark.parametrize("same_payer", [True, False], ids=["one-payer", "other-payers"])
def test_thousands_of_one_amount_are_told_apart_in_seconds(same_payer: bool) -> None:
    pending = PendingLines()
    for place in range(8_000):
        pending.add(a_row(str(place), payer_name="P" if same_payer else f"P{place}"))
    begun = time.process_time()
    found = [pending.take(a_booked(payer="P" if same_payer else f"Q{place}")) for place in range(8_000)]
    assert sum(row is not None for row in found) == (8_000 if same_payer else 0)
    # One look at each pending line for each booked one took minutes.
    assert time.process_time() - begun < 10

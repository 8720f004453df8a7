"""References in remittance text are found however they are written, and nothing else is taken for one."""

import time

import pytest

from ledger.rules.matching.cues import MAX_TEXT, read_cues
from ledger.rules.matching.document_numbers import NumberIndex
from ledger.rules.matching.references import (
    DocumentType,
    NumberIndexes,
    Reference,
    Scope,
    Strength,
    find_references,
)

INVOICES = {"INV-004213": "C1", "INV-004214": "C1", "INV-004977": "C1", "RE-2026/00417": "C1", "INV-006611": "C2"}
CREDITS = {"CN-310": "C1"}
ORDERS = {"PO-88123": "INV-004213"}


def _indexes() -> NumberIndexes:
    indexes = NumberIndexes(NumberIndex(), NumberIndex(), NumberIndex())
    for number, customer_id in INVOICES.items():
        indexes.invoices.add(number, document=number, customer_id=customer_id)
    for number, customer_id in CREDITS.items():
        indexes.credits.add(number, document=number, customer_id=customer_id)
    for number, invoice in ORDERS.items():
        indexes.purchase_orders.add(number, document=invoice, customer_id=INVOICES[invoice])
    return indexes


def _owner(kind: DocumentType, document: str) -> str:
    return (CREDITS if kind is DocumentType.CREDIT else INVOICES).get(document, "")


def _find(text: str, *customers: str) -> tuple[Reference, ...]:
    return find_references(text, _indexes(), Scope(customers, _owner), read_cues(text))


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("inv-004213", Strength.WHOLE),
        ("SVWZ+INV 004 213 Danke", Strength.WHOLE),
        ("RMR*IV*INV-004213**120.00", Strength.WHOLE),
        ("INV-OO42l3", Strength.WHOLE),
        ("invoice 004213", Strength.DIGITS),
        ("4213", Strength.DIGITS),
        ("Rechnung 213 bezahlt", Strength.ENDING),
        ("INV-042413", Strength.DAMAGED),
    ],
)
def test_one_invoice_is_found_in_each_way_of_writing_it(text: str, strength: Strength) -> None:
    found = _find(text, "C1")
    assert [(r.documents, r.strength) for r in found] == [(("INV-004213",), strength)]


def test_a_purchase_order_leads_to_its_invoice() -> None:
    (found,) = _find("your order PO 88123", "C1")
    assert (found.kind, found.documents) == (DocumentType.PO, ("INV-004213",))


def test_a_shortened_list_stands_for_numbers_with_the_same_beginning() -> None:
    found = _find("INV-004213/14", "C1")
    assert [r.documents for r in found] == [("INV-004213",), ("INV-004214",)]


def test_each_reference_takes_the_amount_written_behind_it() -> None:
    found = _find("INV-004213 1.200,00; INV-004214 80.50 less CN-310 12.00", "C1")
    assert [(r.documents[0], str(r.stated)) for r in found] == [
        ("INV-004213", "1200.00"),
        ("INV-004214", "80.50"),
        ("CN-310", "12.00"),
    ]


@pytest.mark.parametrize("text", ["4213.00", "paid on 21.04.2026", "2026-04-21", "Miete", "ref 99120773"])
def test_amounts_dates_and_foreign_numbers_are_no_references(text: str) -> None:
    assert _find(text, "C1") == ()


def test_last_digits_mean_nothing_without_a_payer() -> None:
    assert _find("213") == ()
    assert _find("4213") == ()


def test_a_single_digit_needs_the_word_invoice() -> None:
    assert _find("6 boxes", "C1") == ()
    assert [r.documents for r in _find("invoice #417", "C1")] == [("RE-2026/00417",)]


def test_the_same_number_in_a_quoted_history_counts_once() -> None:
    found = _find("INV-004213 \n> INV-004213 \n> 4213", "C1")
    assert [(r.documents, r.strength) for r in found] == [(("INV-004213",), Strength.WHOLE)]


@pytest.mark.parametrize("hostile", ["1", "1 ", "a1-", "9.", "1,00 ", "INV-", "0042130042", "٣", "\x00"])
def test_hostile_text_is_read_in_linear_time(hostile: str) -> None:
    text = hostile * (2 * MAX_TEXT // len(hostile))
    began = time.process_time()
    _find(text, "C1")
    assert time.process_time() - began < 5.0

"""Keys that candidates are looked up by hold every key that the reader of references asks for."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Money
from ledger.model.match import IncomingPayment
from ledger.rules.cash_keys import MOST_KEYS, names_within, number_keys, payer_keys
from ledger.rules.matching.cues import read_cues
from ledger.rules.matching.document_numbers import NumberIndex, all_digits, core_digits, folded, last_group
from ledger.rules.matching.references import DocumentType, NumberIndexes, Scope, find_references

TEXTS = [
    "INV-004213 less bank fee 15.00",
    "Inv oo4213, 4214 & 4290",
    "SVWZ+RE-2026/00417 und 00418/19 EREF+NOTPROVIDED KREF+2026042099",
    "RF18 5390 0754 7034",
    "RF18539007547034",
    "/RFB/INV 0042-13/ROC/9982",
    "RMR*IV*INV-204517**1840.00*1840.00\\RMR*IV*204518**20.00",
    "RECHNUNG004213VOM 02.03.2026",
    "F-3001/02/03 vom 01.02.2026 1.250,00",
    "invoices 20417-20420",
    "PO 4500012345 / GB33BUKB20201555555555",
    "Überweisung № 123 456 789 ﬁnal",
]


class _Asked(NumberIndex):
    """Holds nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    def whole(self, folded_number: str) -> tuple[str, ...]:
        self.keys.add(folded_number)
        return ()

    def by_digits(self, digits: str) -> tuple[str, ...]:
        self.keys.add(digits)
        return ()

    def ending_in(self, digits: str, customer_id: str) -> tuple[str, ...]:
        return ()


def asked_for(text: str) -> set[str]:
    index = _Asked()
    find_references(text, NumberIndexes(index, index, index), Scope((), lambda _kind, _document: ""), read_cues(text))
    return index.keys - {""}


@pytest.mark.parametrize("text", TEXTS)
def test_every_key_that_is_asked_for_is_looked_up(text: str) -> None:
    keys = number_keys(text)
    assert asked_for(text) - keys.whole - keys.digits - keys.short == set()


@settings(max_examples=150)
@given(st.text(alphabet="INVRE0123456789 -/.,+:#\nFoO\u2013", max_size=60))
def test_every_key_of_any_text_is_looked_up(text: str) -> None:
    keys = number_keys(text)
    assert asked_for(text) - keys.whole - keys.digits - keys.short == set()


def test_numbers_of_a_list_and_of_a_range_are_looked_up() -> None:
    keys = number_keys("F-3001/02/03")
    assert ("F3001" in keys.whole, {"3002", "3003"} <= keys.digits) == (True, True)
    assert {"20417", "20418", "20419", "20420"} <= number_keys("invoices 20417-20420").digits


def a_reading(text: str, numbers: list[str], scope: tuple[str, ...]) -> list[tuple[str, ...]]:
    index = NumberIndex()
    for number in numbers:
        index.add(number, document=number, customer_id="C1")
    found = find_references(
        text, NumberIndexes(index, NumberIndex(), NumberIndex()), Scope(scope, lambda *_: "C1"), read_cues(text)
    )
    return [reference.documents for reference in found]


@settings(max_examples=300)
@given(
    text=st.text(alphabet="INVRE0123456789 -/.,+", max_size=40),
    numbers=st.lists(st.from_regex(r"(INV-|RE-|2026/)?[0-9]{1,6}", fullmatch=True), max_size=8, unique=True),
)
def test_a_number_that_only_short_keys_find_says_nothing_of_somebody_unknown(text: str, numbers: list[str]) -> None:
    keys = number_keys(text)
    told = [
        number
        for number in numbers
        if folded(number) in keys.whole
        or {core_digits(number), last_group(number)} & keys.digits
        or all_digits(number) in keys.padded
    ]
    assert a_reading(text, numbers, ()) == a_reading(text, told, ())


def test_a_number_that_only_short_keys_find_counts_within_the_payers_own() -> None:
    assert "9465" in number_keys("Re.-Nr. 2026/26482 + 9465").short
    assert a_reading("paying 9465", ["2026/09465"], ("C1",)) == [("2026/09465",)]
    assert a_reading("paying 9465", ["2026/09465"], ()) == []


def test_a_long_text_gives_a_bounded_number_of_keys() -> None:
    keys = number_keys(" ".join(f"INV-{n:06d}" for n in range(50_000)))
    assert len(keys.whole) <= MOST_KEYS
    assert len(keys.digits) <= MOST_KEYS


def test_a_name_among_the_words_of_the_payer_and_the_text_is_looked_up() -> None:
    payment = IncomingPayment(
        "P1", date(2026, 4, 1), Money.of("1.00", "EUR"), "PayCo BV o/b/o Brightwater Kitchens Ltd", "NL 91 ABNA", "x"
    )
    assert "BRIGHTWATER KITCHENS" in names_within(payment)
    assert payer_keys(payment) == ("account:NL91ABNA", "name:PAYCOBVOBOBRIGHTWATERKITCHENSLTD")


def test_kinds_of_documents_share_their_keys() -> None:
    assert {kind.value for kind in DocumentType} == {"invoice", "credit", "po"}

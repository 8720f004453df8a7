"""Amounts in the conventions of nine languages, and what is none."""

import pytest

from agent.reading.amounts import find_amounts
from core.money import Money


@pytest.mark.parametrize(("text", "currency", "amount"), [
    ("1.250,00 €", "EUR", "1250.00 EUR"),
    ("€1,250.00", "EUR", "1250.00 EUR"),
    ("1 250,00 €", "EUR", "1250.00 EUR"),
    ("1\u202f250,00 €", "EUR", "1250.00 EUR"),
    ("CHF 1'250.00", "CHF", "1250.00 CHF"),
    ("$1,250", "USD", "1250.00 USD"),
    ("$1,250", "CAD", "1250.00 CAD"),
    ("$1,250", "EUR", "1250.00 USD"),
    ("1.250 EUR", "EUR", "1250.00 EUR"),
    ("12.500,50 zł", "PLN", "12500.50 PLN"),
    ("4 000 kr", "SEK", "4000.00 SEK"),
    ("4 000 kr", "NOK", "4000.00 NOK"),
    ("R$ 1.234,56", "BRL", "1234.56 BRL"),
    ("R12,500.00", "ZAR", "12500.00 ZAR"),
    ("USD 27,340.00", "EUR", "27340.00 USD"),
    ("1,234,567.89", "GBP", "1234567.89 GBP"),
    ("500 euros", "EUR", "500.00 EUR"),
    ("1.250 KWD", "KWD", "1.250 KWD"),
    ("£940.50", "GBP", "940.50 GBP"),
    ("940,50", "EUR", "940.50 EUR"),
    ("Rs 1,17,900", "INR", "117900.00 INR"),
    ("₹ 12,34,567.50", "INR", "1234567.50 INR"),
])  # fmt: skip
def test_an_amount_is_read_exactly(text: str, currency: str, amount: str) -> None:
    assert [str(each.money) for each in find_amounts(f"we pay {text} soon", currency)] == [amount]


@pytest.mark.parametrize("text", [
    "invoice 1250", "call 555-0148", "20 boxes", "on 14.08.2026", "20 %", "PO 4500098112", "at 10:30", "inv1250.00",
    "1,17,90", "IBAN DE89 3704 0044 0532 0130 00", "clause 7.3", "2026-03-11",
])  # fmt: skip
def test_what_is_no_amount_gives_none(text: str) -> None:
    assert find_amounts(text, "EUR") == ()


def test_places_that_mean_something_else_are_left_out() -> None:
    assert find_amounts("1.250,00 and 2.500,00", "EUR", taken=((0, 8),))[0].money == Money.of("2500.00", "EUR")


def test_a_rounded_figure_is_marked_as_rough() -> None:
    [found] = find_amounts("the 4.2k one", "USD")
    assert (found.money, found.rough) == (Money.of("4200.0", "USD"), True)


def test_the_place_of_an_amount_is_told() -> None:
    text = "we pay €1,250.00 now"
    [found] = find_amounts(text, "EUR")
    assert text[found.start : found.end] == "€1,250.00"

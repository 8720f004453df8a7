"""Invoices told by words: their place, their size, their month or day, what is left of a list."""

from datetime import date

import pytest
from reading_samples import an_invoice

from agent.reading.amounts import find_amounts
from agent.reading.references import find_references

FEBRUARY, MARCH, APRIL = "H-201", "H-215", "H-230"
LIST = (
    an_invoice(FEBRUARY, amount="310.00", issued=date(2026, 2, 10)),
    an_invoice(MARCH, amount="99.00", issued=date(2026, 3, 17)),
    an_invoice(APRIL, amount="2300.00", issued=date(2026, 4, 2)),
)
SCOPE = (FEBRUARY, MARCH, APRIL)


def numbers_in(text: str) -> list[tuple[str, ...]]:
    amounts = find_amounts(text, "EUR")
    return [each.numbers for each in find_references(text, LIST, amounts=amounts, scope=SCOPE).found]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("First two go out on Thursday.", [(FEBRUARY, MARCH)]),
        ("die ersten beiden gehen am Montag raus", [(FEBRUARY, MARCH)]),
        ("les deux premières partent lundi", [(FEBRUARY, MARCH)]),
        ("las dos primeras salen el lunes", [(FEBRUARY, MARCH)]),
        ("le prime due partono lunedì", [(FEBRUARY, MARCH)]),
        ("de eerste twee gaan maandag", [(FEBRUARY, MARCH)]),
        ("as duas primeiras saem na segunda-feira", [(FEBRUARY, MARCH)]),
        ("pierwsze dwie idą w poniedziałek", [(FEBRUARY, MARCH)]),
        ("de två första går på måndag", [(FEBRUARY, MARCH)]),
        ("the last one is wrong", [(APRIL,)]),
        ("die letzte Rechnung stimmt nicht", [(APRIL,)]),
        ("la dernière est fausse", [(APRIL,)]),
        ("ostatnia faktura jest błędna", [(APRIL,)]),
        ("The middle one never came.", [(MARCH,)]),
        ("die mittlere ist bezahlt", [(MARCH,)]),
        ("- first: paid\n- second: wrong\n- last: Friday", [(FEBRUARY,), (MARCH,), (APRIL,)]),
        ("samma leverans som trean", [(APRIL,)]),
        ("Nr. 2 ist falsch.", [(MARCH,)]),
        ("No. 3 is the problem", [(APRIL,)]),
        ("Trzecia jest błędna", [(APRIL,)]),
        ("I paid the first but not the second", [(FEBRUARY,), (MARCH,)]),
    ],
)
def test_a_place_picks_from_the_list_in_its_order(text: str, numbers: list[tuple[str, ...]]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "We close the first two weeks of May.",
        "in den ersten beiden Wochen",
        "les deux premiers jours",
        "as duas primeiras semanas",
        "at first we thought so",
        "this is reminder no. 3",
        "we have shop number 2",
        "this is the last time",
        "das letzte Mal",
        "a segunda não dá",
        "alle drei Wochen",
        "the 2nd of May",
        "Sort that first.",
        "a small one came by post",
    ],
)
def test_words_for_other_things_pick_nothing(text: str) -> None:
    assert numbers_in(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("the fat one, is June ok?", [(APRIL,)]),
        ("the baby one went out", [(MARCH,)]),
        ("Newest one still has the decaf on it.", [(APRIL,)]),
        ("die kleine Rechnung ist bezahlt", [(MARCH,)]),
        ("na tę większą wpłacę w piątek", [(APRIL,)]),
        ("those two littl'uns", [(FEBRUARY, MARCH)]),
        ("den minsta fakturan är betald", [(MARCH,)]),
        ("la plus ancienne est réglée", [(FEBRUARY,)]),
    ],
)
def test_size_and_age_pick_an_invoice(text: str, numbers: list[tuple[str, ...]]) -> None:
    assert numbers_in(text) == numbers


def test_no_size_picks_between_two_of_the_same_amount() -> None:
    twins = (an_invoice("K-1", amount="90.00"), an_invoice("K-2", amount="90.00"))
    assert find_references("the small one is paid", twins, scope=("K-1", "K-2")).numbers == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("H-215 is wrong. The others go out Friday.", [(MARCH,), (FEBRUARY, APRIL)]),
        ("H-215 ist falsch, die beiden anderen zahlen wir.", [(MARCH,), (FEBRUARY, APRIL)]),
        ("H-201 betald. De två andra har jag inte sett.", [(FEBRUARY,), (MARCH, APRIL)]),
        ("All bar the last are getting paid.", [(FEBRUARY, MARCH)]),
        ("alle außer der letzten Rechnung", [(FEBRUARY, MARCH)]),
        ("toutes sauf la dernière", [(FEBRUARY, MARCH)]),
        ("tutte tranne l'ultima", [(FEBRUARY, MARCH)]),
        ("wszystkie oprócz ostatniej", [(FEBRUARY, MARCH)]),
        ("all three are approved", [(FEBRUARY, MARCH, APRIL)]),
        ("I'll clear everything I have with you", [(FEBRUARY, MARCH, APRIL)]),
    ],
)
def test_sets_are_what_is_left_or_all(text: str, numbers: list[tuple[str, ...]]) -> None:
    assert numbers_in(text) == [tuple(sorted(each)) for each in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "H-215 is paid, the other one is not",
        "H-215 is paid, the other four units are not",
        "all five are approved",
        "the other day",
    ],
)
def test_a_count_that_does_not_fit_is_not_guessed(text: str) -> None:
    assert {number for each in numbers_in(text) for number in each} <= {MARCH}


def test_the_other_one_of_two_is_not_the_one_that_the_conversation_is_about() -> None:
    pair = LIST[:2]
    assert find_references("the other one sunday", pair, scope=(FEBRUARY,)).numbers == (MARCH,)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("march's, end of next week", [(MARCH,)]),
        ("March is the awkward one.", [(MARCH,)]),
        ("Februari en maart staan klaar.", [(FEBRUARY,), (MARCH,)]),
        ("A de abril foi debitada.", [(APRIL,)]),
        ("those of February are paid", [(FEBRUARY,)]),
        ("die Märzrechnung ist falsch", [(MARCH,)]),
        ("skan do kwietniowej faktury", [(APRIL,)]),
        ("de aprilfactuur ontbreekt", [(APRIL,)]),
        ("the fat one from april", [(APRIL,)]),
    ],
)
def test_a_month_names_its_invoice(text: str, numbers: list[tuple[str, ...]]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "as of March we pay",
        "we pay ours in March",
        "we pay on 5 March",
        "paid in March",
        "im April zahlen wir",
        "March 14 works",
        "el 3 de abril",
        "we may pay",
    ],
)
def test_a_month_of_a_day_names_none(text: str) -> None:
    assert numbers_in(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The visit of the 16th we pay.", [(MARCH,)]),
        ("die Rechnung vom 10.2. ist bezahlt", [(FEBRUARY,)]),
        ("la facture du 2 est réglée", [(APRIL,)]),
        ("the one for 2,300 goes Friday", [(APRIL,)]),
        ("the 310 is paid", [(FEBRUARY,)]),
        ("den på 2 300 betalades", [(APRIL,)]),
    ],
)
def test_day_and_amount_name_an_invoice(text: str, numbers: list[tuple[str, ...]]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    "text", ["the visit of the 25th", "die Rechnung vom 10.4.", "the 311 is paid", "the 310 boxes"]
)
def test_day_and_amount_of_no_invoice_name_none(text: str) -> None:
    assert numbers_in(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The 0521 is wrong", ("F0521-26",)),
        ("La 0538 est validée", ("F0538-26",)),
        ("Paid £3,360.00.\n0538: not due", ("F0538-26",)),
    ],
)
def test_a_group_of_a_numbers_digits_names_it(text: str, numbers: tuple[str, ...]) -> None:
    invoices = (an_invoice("F0521-26", amount="70.00"), an_invoice("F0538-26", amount="80.00"))
    assert find_references(text, invoices).numbers == numbers


def test_short_numbers_in_a_list_are_invoices_and_a_single_one_is_none() -> None:
    invoices = (an_invoice("2026/FL/33"), an_invoice("2026/FL/35"))
    assert find_references("A 33 e a 35 saem amanhã", invoices).numbers == ("2026/FL/33", "2026/FL/35")
    assert find_references("FL/35 sai amanhã", invoices).numbers == ("2026/FL/35",)
    assert find_references("a 33 sai amanhã", invoices).numbers == ()


def test_a_reference_of_a_payment_is_no_invoice() -> None:
    invoices = (an_invoice("S-8120"), an_invoice("S-8121"))
    assert find_references("EFT 8120 went out, Scheck 8121 auch", invoices).numbers == ()

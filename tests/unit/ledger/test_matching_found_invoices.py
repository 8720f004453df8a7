"""An invoice that is read when it is asked for is weighed as if it had been read at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from ledger.model.cash import LedgerDebtor, PayersFound
from ledger.model.found_documents import FoundDocuments, FoundInvoice
from ledger.model.match import Debtor, IncomingPayment, MatchProposal
from ledger.rules.loaded_book import LoadedBook
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.references import DocumentType

DAY = date(2026, 3, 1)
DEBTORS = (
    Debtor("C1", "Brightwater Mills", (), (), ("ACC1",)),
    Debtor("C2", "Corvin Boulangerie", (), (), ("ACC2",)),
    Debtor("C3", "Corvin Boulangerie", (), (), ("ACC3",), "C1"),
)
AMOUNTS = st.sampled_from(["10.00", "25.00", "33.00", "75.00", "99.50", "100.00"]).map(Decimal)
TEXTS = ("", "{n}", "inv {n} part", "{end}", "{damaged}", "{n}/{m} and more", "{n} less fee", "PO {po}")


def a_found(
    number: str, customer_id: str = "C1", amount: str | Decimal = "100.00", *, due: int = 0, asked: bool = False
) -> FoundInvoice:
    owed = Decimal(amount)
    position = int(number[-3:])
    return FoundInvoice(
        str(UUID(int=position)), str(UUID(int=9000)), customer_id, str(UUID(int=9001)), number, DAY,
        DAY + timedelta(days=due), "EUR", owed, owed, f"4500{position}", "2/10 net30", asked,
    )  # fmt: skip


def a_book(*found: Sequence[FoundInvoice]) -> LoadedBook:
    """Each sequence was read by itself."""
    book = LoadedBook()
    debtors = [LedgerDebtor(str(UUID(int=8000 + at)), debtor) for at, debtor in enumerate(DEBTORS)]
    book.take_payers(PayersFound(tuple(debtors), (), (), ()))
    for some in found:
        book.take_documents(FoundDocuments(some, (), ()))
    return book


def a_payment(position: int, amount: Decimal, payer: tuple[str, str], reference: str) -> IncomingPayment:
    return IncomingPayment(f"P{position}", DAY + timedelta(days=1), Money(amount, "EUR"), *payer, reference)


def proposals(found: Sequence[FoundInvoice], payments: Sequence[IncomingPayment]) -> list[MatchProposal]:
    """One after the other, each as if those before it were posted."""
    book = a_book(found)
    done = []
    for payment in payments:
        done.append(propose(payment, book, book.remittances))
        settle(payment, done[-1], book, book.remittances)
    return done


@st.composite
def _found(draw: st.DrawFn) -> list[FoundInvoice]:
    customers = st.sampled_from(["C1", "C2", "C3"])
    return [
        a_found(f"INV-100{at}", draw(customers), draw(AMOUNTS), due=at)
        for at in range(100, 100 + draw(st.integers(1, 7)))
    ]


@st.composite
def _payments(draw: st.DrawFn, found: Sequence[FoundInvoice]) -> list[IncomingPayment]:
    made = []
    for position in range(draw(st.integers(1, 4))):
        one, other = draw(st.sampled_from(found)), draw(st.sampled_from(found))
        number = one.number
        words = draw(st.sampled_from(TEXTS)).format(
            n=number, m=other.number, end=number[-3:], damaged=f"INV-1{number[6]}{number[5]}{number[7:]}",
            po=one.po_number,
        )  # fmt: skip
        amount = draw(st.sampled_from([one.open_balance, one.open_balance + other.open_balance, Decimal("12.34")]))
        payer = draw(st.sampled_from([("Brightwater Mills", ""), ("Corvin Boulangerie", ""), ("", "ACC2"), ("", "")]))
        made.append(a_payment(position, amount, payer, words))
    return made


@given(st.data())
def test_what_is_read_late_gives_the_proposals_of_what_is_read_at_once(data: st.DataObject) -> None:
    found = data.draw(_found())
    payments = data.draw(_payments(found))
    texts = " ".join(payment.reference for payment in payments)
    # What a text names is looked up by its number; only the others are merely open.
    late = [one._replace(is_asked_for=one.number in texts or one.po_number in texts) for one in found]
    at_once = [one._replace(is_asked_for=True) for one in found]
    assert proposals(late, payments) == proposals(at_once, payments)


def test_an_invoice_is_its_customers_before_it_is_read() -> None:
    book = a_book([a_found("INV-100101", "C2")])
    assert book.owner(DocumentType.INVOICE, "INV-100101") == "C2"


def test_open_invoices_are_counted_without_being_read_and_after() -> None:
    book = a_book([a_found("INV-100101"), a_found("INV-100102", asked=True), a_found("INV-100103", "C2")])
    counted = [book.open_number("C1", "EUR"), len(book.open_invoices("C1", "EUR")), book.open_number("C1", "EUR")]
    assert counted == [2, 2, 2]


def test_no_more_are_counted_than_are_looked_at() -> None:
    book = a_book([a_found(f"INV-100{at}") for at in range(101, 107)])
    assert (book.open_number("C1", "EUR", 4), book.open_number("C1", "USD", 4)) == (4, 0)


def test_open_invoices_come_due_first_whichever_was_read_first() -> None:
    book = a_book(
        [a_found("INV-100101", due=9), a_found("INV-100102", due=3), a_found("INV-100103", due=5, asked=True)]
    )
    book.invoice("INV-100101")
    first = book.open_invoices("C1", "EUR", 2)
    assert [one.number for one in first] == ["INV-100102", "INV-100103"]


def test_an_invoice_of_an_amount_that_no_payment_has_is_found_as_well() -> None:
    book = a_book([a_found("INV-100101", amount="75.00"), a_found("INV-100102", amount="33.00")])
    found = [book.invoices_with_open(Money(Decimal(amount), "EUR")) for amount in ("33.00", "75.00", "75.00", "1.00")]
    assert [[one.number for one in some] for some in found] == [["INV-100102"], ["INV-100101"], ["INV-100101"], []]


def test_the_row_of_an_invoice_is_known_whether_it_was_read_or_not() -> None:
    book = a_book([a_found("INV-100101")])
    row = book.invoice_row("INV-100101")
    assert row is not None
    assert (row.invoice_id, row.document.po_number) == (UUID(int=101), "4500101")
    assert book.invoice_row("INV-999999") is None


@pytest.mark.parametrize("asked", [True, False])
def test_one_that_is_found_twice_is_taken_once(asked: bool) -> None:
    one = a_found("INV-100101", asked=asked)
    book = a_book([one, one._replace(is_asked_for=False)])
    assert [invoice.number for invoice in book.open_invoices("C1", "EUR")] == ["INV-100101"]


@pytest.mark.parametrize("asked", [True, False])
def test_one_that_is_read_twice_is_taken_once(asked: bool) -> None:
    one = a_found("INV-100101", asked=asked)
    book = a_book([one], [one, a_found("INV-100102", "C2")])
    assert [invoice.number for invoice in book.open_invoices("C1", "EUR")] == ["INV-100101"]
    assert [i.number for i in book.invoices_with_open(Money(Decimal(100), "EUR"))] == ["INV-100101", "INV-100102"]


def test_where_not_all_are_here_they_are_counted_as_the_ledger_does() -> None:
    book = a_book([a_found("INV-100101")])
    book.take_documents(FoundDocuments((), (), (), open_numbers={("C1", "EUR"): 37}))
    assert (book.open_number("C1", "EUR"), book.open_number("C1", "EUR", 10)) == (37, 10)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_number_of_two_entities_is_told_apart_by_the_entity(at_once: bool) -> None:
    one = a_found("INV-100101")
    other = one._replace(invoice_id=str(UUID(int=7)), entity_id=str(UUID(int=9002)), customer_id="C2")
    book = a_book([one, other]) if at_once else a_book([one], [other])
    told_apart = f"INV-100101 ({UUID(int=9002)})"
    assert [(book.owner(DocumentType.INVOICE, number)) for number in ("INV-100101", told_apart)] == ["C1", "C2"]
    book.numbers.invoices.file("C1")
    assert set(book.numbers.invoices.by_digits("100101")) == {"INV-100101", told_apart}


def test_a_balance_below_the_amount_is_read_as_it_stands() -> None:
    book = a_book([a_found("INV-100101")._replace(open_balance=Decimal("40.00"))])
    invoice = book.invoice("INV-100101")
    assert invoice == replace(a_found("INV-100101").document(), open_balance=Money(Decimal("40.00"), "EUR"))

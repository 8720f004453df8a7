"""Money properties of posting: rows sum to the payment, nothing below zero, twice is once, undo restores."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Money
from ledger.model.errors import OverAllocation
from ledger.model.match import (
    MONEY_PARTS,
    Debtor,
    IncomingPayment,
    MatchCandidate,
    MatchPart,
    MatchStatus,
    OpenCredit,
    OpenInvoice,
    PartKind,
    PartsDoNotAddUp,
)
from ledger.rules.matching.book import Book
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex

DAY = date(2026, 3, 1)
AMOUNTS = st.sampled_from([1000, 2000, 2500, 3300, 4999, 7500, 9950, 10000]).map(lambda c: Decimal(c).scaleb(-2))
WORDS = ("", "{n}", "inv {n} part", "{n} fee", "{n}/{m}", "{n} less credit CN-1", "damaged {n}", "Ruecklastschrift")


def _eur(amount: str | Decimal) -> Money:
    return Money(Decimal(amount), "EUR")


@st.composite
def _books(draw: st.DrawFn) -> Book:
    book = Book()
    for position in range(3):
        parent = "C0" if position == 2 else ""
        book.add_debtor(Debtor(f"C{position}", f"Customer{position} Trading", (), (), (f"ACC{position}",), parent))
    for position, amount in enumerate(draw(st.lists(AMOUNTS, min_size=1, max_size=7))):
        customer, terms = f"C{draw(st.integers(0, 2))}", draw(st.sampled_from(("net30", "2/10 net30")))
        money = _eur(amount)
        due = DAY + timedelta(days=30 + draw(st.integers(0, 5)))
        book.add_invoice(OpenInvoice(f"INV-{100 + position}", customer, DAY, due, money, money, "", terms))
    if draw(st.booleans()):
        credit = _eur(draw(AMOUNTS))
        book.add_credit(OpenCredit("CN-1", "C0", DAY, credit, credit))
    return book


@st.composite
def _payments(draw: st.DrawFn) -> list[IncomingPayment]:
    made = []
    for position in range(draw(st.integers(1, 7))):
        base = draw(AMOUNTS) + draw(
            st.sampled_from((Decimal(0), Decimal("-0.20"), Decimal("25.00"), Decimal("5.00")))
        )
        amount = -base if draw(st.integers(0, 4)) == 0 else base
        who = draw(st.integers(0, 3))
        text = draw(st.sampled_from(WORDS)).format(
            n=f"INV-{100 + draw(st.integers(0, 7))}", m=draw(st.integers(100, 107))
        )
        name = f"CUSTOMER{who} TRADING" if who < 3 else "STRANGER"
        on = DAY + timedelta(days=position * 3)
        made.append(IncomingPayment(f"p{position}", on, _eur(amount), name, "", text, "sepa"))
    return made


def _state(book: Book) -> dict[str, object]:
    invoices = {f"INV-{n}": book.invoice(f"INV-{n}") for n in range(100, 108)}
    return {
        "invoices": invoices,
        "credit": book.credit("CN-1"),
        "on_account": {key: held for key, held in book.on_account.items() if held},
        "open": book.open_count,
        "by_amount": {
            i.number: [o.number for o in book.invoices_with_open(i.open_balance)] for i in invoices.values() if i
        },
    }


@settings(max_examples=150, deadline=None)
@given(_books(), _payments())
def test_parts_sum_to_the_payment_and_no_document_goes_below_zero(
    book: Book, payments: list[IncomingPayment]
) -> None:
    remittances = RemittanceIndex(book.payers)
    for payment in payments:
        proposal = propose(payment, book, remittances)
        for candidate in proposal.candidates:
            money = [part.amount.amount for part in candidate.parts if part.kind in MONEY_PARTS]
            assert sum(money, Decimal(0)) == payment.amount.amount
            assert all(p.amount.amount > 0 for p in candidate.parts if p.kind not in MONEY_PARTS)
        settle(payment, proposal, book, remittances)
        for number in range(100, 108):
            invoice = book.invoice(f"INV-{number}")
            assert invoice is None or Decimal(0) <= invoice.open_balance.amount <= invoice.amount.amount
        credit = book.credit("CN-1")
        assert credit is None or Decimal(0) <= credit.open_balance.amount <= credit.amount.amount


@settings(max_examples=100, deadline=None)
@given(_books(), _payments())
def test_posting_a_payment_twice_posts_it_once(book: Book, payments: list[IncomingPayment]) -> None:
    remittances = RemittanceIndex(book.payers)
    for payment in payments:
        proposal = propose(payment, book, remittances)
        settle(payment, proposal, book, remittances)
        after = _state(book)
        settle(payment, proposal, book, remittances)
        assert _state(book) == after


@settings(max_examples=100, deadline=None)
@given(_books(), _payments())
def test_undoing_the_last_payment_restores_the_book_exactly(book: Book, payments: list[IncomingPayment]) -> None:
    remittances = RemittanceIndex(book.payers)
    for payment in payments:
        before = _state(book)
        proposal = propose(payment, book, remittances)
        settle(payment, proposal, book, remittances)
        if proposal.status is MatchStatus.APPLIED:
            assert book.undo(payment.payment_id)
            assert _state(book) == before
            settle(payment, proposal, book, remittances)


def _one_invoice_book() -> Book:
    book = Book()
    book.add_debtor(Debtor("C0", "Customer Trading"))
    book.add_invoice(OpenInvoice("INV-1", "C0", DAY, DAY, _eur("100.00"), _eur("100.00")))
    return book


def _candidate(*parts: MatchPart) -> MatchCandidate:
    return MatchCandidate(parts, ("C0",), 1.0, ())


def test_more_than_is_open_is_refused_and_changes_nothing() -> None:
    book = _one_invoice_book()
    before = _state(book)
    payment = IncomingPayment("p1", DAY, _eur("120.00"))
    with pytest.raises(OverAllocation):
        book.post(payment, _candidate(MatchPart(PartKind.INVOICE, "INV-1", _eur("120.00"))))
    assert _state(book) == before


def test_parts_that_do_not_sum_to_the_payment_are_refused() -> None:
    payment = IncomingPayment("p1", DAY, _eur("90.00"))
    with pytest.raises(PartsDoNotAddUp):
        _one_invoice_book().post(payment, _candidate(MatchPart(PartKind.INVOICE, "INV-1", _eur("80.00"))))


def test_a_payment_is_reversed_once() -> None:
    book = _one_invoice_book()
    book.post(
        IncomingPayment("p1", DAY, _eur("100.00")), _candidate(MatchPart(PartKind.INVOICE, "INV-1", _eur("100.00")))
    )
    back = _candidate(MatchPart(PartKind.REVERSAL, "p1", _eur("-100.00")))
    assert book.post(IncomingPayment("p2", DAY, _eur("-100.00")), back)
    with pytest.raises(OverAllocation):
        book.post(IncomingPayment("p3", DAY, _eur("-100.00")), back)
    invoice = book.invoice("INV-1")
    assert invoice is not None
    assert invoice.open_balance == _eur("100.00")


def test_a_reversed_payment_cannot_be_undone_as_well() -> None:
    book = _one_invoice_book()
    book.post(
        IncomingPayment("p1", DAY, _eur("100.00")), _candidate(MatchPart(PartKind.INVOICE, "INV-1", _eur("100.00")))
    )
    book.post(
        IncomingPayment("p2", DAY, _eur("-100.00")), _candidate(MatchPart(PartKind.REVERSAL, "p1", _eur("-100.00")))
    )
    assert not book.undo("p1")

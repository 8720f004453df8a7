"""Tax withheld: it stays open, and a candidate that books it stands beside for a person."""

from datetime import date
from decimal import Decimal

import pytest

from core.money import Money
from ledger.model.cash import HabitKind, PayerHabit, PostedPart
from ledger.model.match import Debtor, IncomingPayment, MatchCandidate, MatchProposal, MatchStatus, OpenInvoice
from ledger.rules.matching.book import Book
from ledger.rules.matching.propose import MAX_CANDIDATES, propose
from ledger.rules.matching.remittances import RemittanceIndex
from ledger.rules.matching.withheld_tax import usual_tax_rate
from ledger.rules.posting_plan import OnInvoice, plan_posting, posted_parts
from ledger.store.proposal_codec import candidate_in, candidate_out

DAY = date(2026, 4, 22)
WORKS = Debtor("W1", "Deccan Engineering Works Pvt Ltd")


def a_book(*invoices: tuple[str, str], currency: str = "INR") -> Book:
    book = Book()
    book.add_debtor(WORKS)
    for number, amount in invoices:
        money = Money.of(amount, currency)
        book.add_invoice(OpenInvoice(number, "W1", date(2026, 4, 1), date(2026, 5, 1), money, money, "", "net30"))
    return book


def a_payment(amount: str, reference: str, *, currency: str = "INR", account: str = "") -> IncomingPayment:
    return IncomingPayment("p1", DAY, Money.of(amount, currency), "DECCAN ENGINEERING WORKS", account, reference)


def work(book: Book, payment: IncomingPayment) -> MatchProposal:
    return propose(payment, book, RemittanceIndex(book.payers))


def parts(candidate: MatchCandidate) -> list[tuple[str, str, str]]:
    return [(part.kind.value, part.document, str(part.amount.amount)) for part in candidate.parts]


@pytest.mark.parametrize(
    ("reference", "paid", "left"),
    [
        pytest.param("INV-3001 less TDS 2%", "98000.00", "short_pay", id="named-by-word"),
        pytest.param("INV-3001 100000.00 TDS 2000.00 98000.00", "98000.00", "short_pay", id="stated-by-line"),
        pytest.param("TDS 2000.00", "98000.00", "short_pay", id="not-named"),
        pytest.param("INV-3001", "98000.00", "", id="by-the-usual-rate"),
        pytest.param("INV-3001", "99152.54", "", id="by-the-usual-rate-without-vat"),
    ],
)
def test_the_second_candidate_books_the_tax(reference: str, paid: str, left: str) -> None:
    proposal = work(a_book(("INV-3001", "100000.00"), ("INV-3002", "777.00")), a_payment(paid, reference))
    gap = str(Decimal("100000.00") - Decimal(paid))
    first, second = proposal.candidates[:2]
    assert parts(first) == [
        ("invoice", "INV-3001", paid),
        *([(left, "INV-3001", gap)] if left else []),
    ]
    assert parts(second) == [("invoice", "INV-3001", paid), ("withholding_tax", "INV-3001", gap)]
    assert second.reasons[-1] == "With the payer's certificate, a person may book what stays open as tax withheld."
    assert len(proposal.candidates) <= MAX_CANDIDATES


def test_it_is_never_the_one_that_is_posted() -> None:
    proposal = work(a_book(("INV-3001", "100000.00")), a_payment("98000.00", "INV-3001 less TDS"))
    assert (proposal.status, proposal.best) == (MatchStatus.APPLIED, proposal.candidates[0])
    assert "withholding_tax" not in [part.kind.value for part in proposal.candidates[0].parts]


def test_tax_that_a_person_taught_is_proposed_without_a_word() -> None:
    book = a_book(("INV-3001", "1234.50"), ("INV-3002", "876.54"), currency="EUR")
    book.learn_habit(PayerHabit(HabitKind.WITHHOLDING, "name:DECCAN", "W1", "Deccan", rate=Decimal("0.1")))
    named = work(book, a_payment("1111.05", "INV-3001", currency="EUR"))
    unnamed = work(book, a_payment("1111.05", "", currency="EUR"))
    booked = [("invoice", "INV-3001", "1111.05"), ("withholding_tax", "INV-3001", "123.45")]
    assert [parts(named.candidates[1]), parts(unnamed.candidates[1])] == [booked, booked]


@pytest.mark.parametrize("reference", ["INV-3001", "INV-3001 damaged goods", "INV-3001 part payment"])
def test_a_gap_of_another_size_or_with_another_reason_is_no_tax(reference: str) -> None:
    paid = "97123.00" if reference == "INV-3001" else "98000.00"
    proposal = work(a_book(("INV-3001", "100000.00")), a_payment(paid, reference))
    kinds = {part.kind.value for candidate in proposal.candidates for part in candidate.parts}
    assert "withholding_tax" not in kinds


def test_the_candidate_is_kept_and_posted_as_an_adjustment() -> None:
    proposal = work(a_book(("INV-3001", "100000.00")), a_payment("98000.00", "INV-3001 less TDS"))
    kept = candidate_in(candidate_out(proposal.candidates[1]))
    assert kept == proposal.candidates[1]
    plan = plan_posting(Money.of("98000.00", "INR"), posted_parts(kept.parts), {})
    assert plan.adjustments == (OnInvoice("withholding_tax", "INV-3001", Money.of("2000.00", "INR")),)
    assert PostedPart("withholding_tax", "INV-3001", Money.of("2000.00", "INR")) in posted_parts(kept.parts)


@pytest.mark.parametrize(
    ("gap", "whole", "currency", "account", "rate"),
    [
        pytest.param("200.00", "2000.00", "INR", "", "10", id="india-by-currency"),
        pytest.param("400.00", "2000.00", "EUR", "IT60X0542811101000000123456", "20", id="italy-by-account"),
        pytest.param("400.00", "2440.00", "EUR", "IT60X0542811101000000123456", "20", id="italy-without-vat"),
        pytest.param("615.00", "10000.00", "BRL", "", "6.15", id="brazil"),
        pytest.param("400.00", "2000.00", "EUR", "", None, id="nobody-knows-where"),
        pytest.param("400.01", "2000.00", "EUR", "IT60X0542811101000000123456", "20", id="a-cent-apart"),
        pytest.param("400.03", "2000.00", "EUR", "IT60X0542811101000000123456", None, id="three-cents-apart"),
    ],
)
def test_a_rate_is_usual_where_the_payer_is(
    gap: str, whole: str, currency: str, account: str, rate: str | None
) -> None:
    payment = a_payment("1.00", "", currency=currency, account=account)
    found = usual_tax_rate(Money.of(gap, currency), Money.of(whole, currency), payment)
    assert found == (None if rate is None else Decimal(rate))

"""Where several payments wait, one assignment over them gives no document to two."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Money, total
from ledger.model.match import Debtor, IncomingPayment, MatchProposal, MatchStatus, OpenInvoice
from ledger.rules.matching.assignment import MOST_TOGETHER, assign, yielding
from ledger.rules.matching.book import Book
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex

DAY = date(2026, 4, 22)


def a_book(*invoices: tuple[str, str, int]) -> Book:
    book = Book()
    book.add_debtor(Debtor("A1", "Halden Brewing Ltd", (), (), ("GB11HALD0001",)))
    for number, amount, due in invoices:
        money = Money.of(amount, "EUR")
        book.add_invoice(OpenInvoice(number, "A1", date(2026, 3, 1), date(2026, 4, due), money, money))
    return book


def a_payment(payment_id: str, amount: str, reference: str = "") -> IncomingPayment:
    money = Money.of(amount, "EUR")
    return IncomingPayment(payment_id, DAY, money, "HALDEN BREWING LTD", "GB11HALD0001", reference)


def together(book: Book, *payments: IncomingPayment) -> list[tuple[MatchStatus, list[str]]]:
    return [_shown(proposal) for proposal in assign(payments, book, RemittanceIndex(book.payers))]


def _shown(proposal: MatchProposal) -> tuple[MatchStatus, list[str]]:
    assert proposal.best is not None
    return proposal.status, [part.document for part in proposal.best.parts]


def test_a_silent_payment_leaves_the_invoice_to_the_one_that_names_it() -> None:
    book = a_book(("F-3001", "750.00", 1), ("F-3002", "750.00", 9))
    found = together(book, a_payment("p1", "750.00"), a_payment("p2", "750.00", "inv F-3001"))
    assert found == [(MatchStatus.APPLIED, ["F-3002"]), (MatchStatus.APPLIED, ["F-3001"])]


def test_silent_payments_take_alike_invoices_in_the_order_of_their_due_days() -> None:
    book = a_book(("F-3002", "750.00", 9), ("F-3001", "750.00", 1))
    found = together(book, a_payment("p1", "750.00"), a_payment("p2", "750.00"))
    assert [documents for _, documents in found] == [["F-3001"], ["F-3002"]]


def test_two_payments_for_one_invoice_are_not_both_applied() -> None:
    book = a_book(("F-3001", "750.00", 1))
    found = together(book, a_payment("p1", "750.00", "F-3001"), a_payment("p2", "750.00", "F-3001"))
    assert [status for status, _ in found].count(MatchStatus.APPLIED) <= 1


def test_only_a_payment_that_leaves_its_invoice_to_another_one_yields() -> None:
    book = a_book(("F-3001", "750.00", 1), ("F-3002", "750.00", 9), ("F-3003", "210.40", 9))
    payments = [a_payment("p1", "750.00"), a_payment("p2", "750.00", "inv F-3001"), a_payment("p3", "210.40")]
    found = yielding(payments, book, RemittanceIndex(book.payers))
    assert {payment_id: _shown(proposal) for payment_id, proposal in found.items()} == {
        "p1": (MatchStatus.APPLIED, ["F-3002"])
    }


def test_payments_in_two_currencies_that_name_one_invoice_are_weighed_together() -> None:
    book = a_book(("INV-2001", "400.00", 1))
    crossing = replace(a_payment("P2", "400.00", "INV-2001"), amount=Money.of("400.00", "USD"))
    found = together(book, a_payment("P1", "150.00", "INV-2001"), crossing, a_payment("P3", "250.00", "INV-2001"))
    assert [status for status, _ in found] == [MatchStatus.APPLIED, MatchStatus.SUGGESTED, MatchStatus.APPLIED]


def test_what_the_assignment_leaves_nothing_to_does_not_yield() -> None:
    book = a_book(("F-3001", "750.00", 1))
    payments = [a_payment("p1", "750.00", "F-3001"), a_payment("p2", "750.00", "F-3001")]
    assert yielding(payments, book, RemittanceIndex(book.payers)) == {}


def test_what_was_assigned_cannot_be_taken_once_something_else_was_posted_on_it() -> None:
    book = a_book(("F-3001", "750.00", 1), ("F-3002", "750.00", 9))
    remittances = RemittanceIndex(book.payers)
    (assigned,) = yielding(
        [a_payment("p1", "750.00"), a_payment("p2", "750.00", "inv F-3001")], book, remittances
    ).values()
    before = book.can_take(assigned)
    other = a_payment("p3", "750.00", "F-3002")
    settle(other, propose(other, book, remittances), book, remittances)
    assert (before, book.can_take(assigned)) == (True, False)


def test_without_competition_it_is_what_is_proposed_alone() -> None:
    book = a_book(("F-3001", "750.00", 1), ("F-3002", "210.40", 9))
    payment = a_payment("p1", "210.40")
    alone = propose(payment, book, RemittanceIndex(book.payers)).best
    both = assign([a_payment("p0", "750.00"), payment], book, RemittanceIndex(book.payers))[1].best
    assert alone is not None
    assert both is not None
    assert (both.parts, round(both.confidence, 2)) == (alone.parts, round(alone.confidence, 2))


def test_more_than_are_weighed_together_are_still_all_answered() -> None:
    book = a_book(*((f"F-30{i:02d}", "750.00", i + 1) for i in range(10)))
    payments = [a_payment(f"p{i}", "750.00") for i in range(MOST_TOGETHER + 3)]
    found = together(book, *payments)
    taken = [document for status, documents in found if status is MatchStatus.APPLIED for document in documents]
    assert len(found) == len(payments)
    assert len(taken) == len(set(taken))


@settings(max_examples=40, deadline=None)
@given(
    amounts=st.lists(st.sampled_from(["100.00", "200.00", "300.00"]), min_size=1, max_size=5),
    paid=st.lists(st.sampled_from(["100.00", "200.00", "300.00", "400.00"]), min_size=1, max_size=5),
)
def test_what_is_applied_can_be_posted_and_takes_no_invoice_below_zero(amounts: list[str], paid: list[str]) -> None:
    book = a_book(*((f"F-30{i:02d}", amount, i + 1) for i, amount in enumerate(amounts)))
    remittances = RemittanceIndex(book.payers)
    payments = [a_payment(f"p{i}", amount) for i, amount in enumerate(paid)]
    for payment, proposal in zip(payments, assign(payments, book, remittances), strict=True):
        assert proposal.best is not None
        assert total([part.amount for part in proposal.best.money_parts], "EUR") == payment.amount
        settle(payment, proposal, book, remittances)
    invoices = [book.invoice(f"F-30{i:02d}") for i in range(len(amounts))]
    assert all(invoice is not None and invoice.open_balance >= Money.zero("EUR") for invoice in invoices)

"""What is applied by itself, what a person decides, and why."""

from datetime import date, timedelta

import pytest

from core.money import Money
from ledger.model.match import (
    Debtor,
    IncomingPayment,
    MatchProposal,
    MatchStatus,
    OpenCredit,
    OpenInvoice,
    PartKind,
    RemittanceAdvice,
)
from ledger.rules.matching.book import Book
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex

TODAY = date(2026, 4, 22)
HALDEN = Debtor("A1", "Halden Brewing Ltd", (), ("haldenbrewing.example",), ("GB11HALD0001",))
TESSLER = Debtor("A2", "Tessler Werkzeuge GmbH", (), ("tessler.example",), ("DE55TESS0002",))
CHILD = Debtor("A3", "Pinnock & Sons Inc", (), (), (), "A1")
NORD = Debtor("A4", "Morgenstern Nord GmbH")
SUED = Debtor("A5", "Morgenstern Sued GmbH")


def an_invoice(
    number: str,
    amount: str,
    *,
    customer: Debtor = HALDEN,
    currency: str = "EUR",
    issued: date = date(2026, 3, 1),
    due_in: int = 30,
    terms: str = "net30",
    po_number: str = "",
) -> OpenInvoice:
    money = Money.of(amount, currency)
    due = issued + timedelta(days=due_in)
    return OpenInvoice(number, customer.customer_id, issued, due, money, money, po_number, terms)


def a_credit(number: str, amount: str, *, invoice: str = "", customer: Debtor = HALDEN) -> OpenCredit:
    money = Money.of(amount, "EUR")
    return OpenCredit(number, customer.customer_id, date(2026, 3, 20), money, money, invoice)


def a_payment(
    amount: str,
    reference: str = "",
    *,
    payer: str = "HALDEN BREWING LTD",
    account: str = "",
    payment_id: str = "p1",
    currency: str = "EUR",
    on: date = TODAY,
) -> IncomingPayment:
    return IncomingPayment(payment_id, on, Money.of(amount, currency), payer, account, reference, "sepa")


def a_book(*documents: OpenInvoice | OpenCredit) -> Book:
    book = Book()
    for debtor in (HALDEN, TESSLER, CHILD, NORD, SUED):
        book.add_debtor(debtor)
    for document in documents:
        if isinstance(document, OpenInvoice):
            book.add_invoice(document)
        else:
            book.add_credit(document)
    return book


def work(book: Book, *payments: IncomingPayment, advices: tuple[RemittanceAdvice, ...] = ()) -> MatchProposal:
    remittances = RemittanceIndex(book.payers)
    for advice in advices:
        remittances.add(advice)
    for payment in payments:
        proposal = propose(payment, book, remittances)
        settle(payment, proposal, book, remittances)
    return proposal


def rows(proposal: MatchProposal) -> list[tuple[str, str, str]]:
    best = proposal.best
    assert best is not None
    return [(part.kind.value, part.document, str(part.amount)) for part in best.parts]


def test_an_invoice_named_with_its_exact_amount_is_applied_with_the_reason() -> None:
    proposal = work(a_book(an_invoice("F-3001", "1200.00")), a_payment("1200.00", "inv F-3001"))
    assert proposal.status is MatchStatus.APPLIED
    assert rows(proposal) == [("invoice", "F-3001", "1200.00 EUR")]
    assert proposal.candidates[0].reasons == (
        "F-3001 named in the reference.",
        "The amount is the open balance.",
    )


def test_the_reference_and_amount_suffice_when_an_agent_pays() -> None:
    proposal = work(a_book(an_invoice("F-3001", "1200.00")), a_payment("1200.00", "F-3001", payer="FACTOR BANK"))
    assert (proposal.status, rows(proposal)) == (MatchStatus.APPLIED, [("invoice", "F-3001", "1200.00 EUR")])


def test_a_deduction_over_several_invoices_falls_on_the_one_named_last() -> None:
    book = a_book(an_invoice("F-3007", "3310.00"), an_invoice("F-3008", "990.00"))
    proposal = work(book, a_payment("4285.00", "facture 3007 + 3008, frais 15"))
    assert rows(proposal) == [
        ("invoice", "F-3007", "3310.00 EUR"),
        ("invoice", "F-3008", "975.00 EUR"),
        ("fee", "F-3008", "15.00 EUR"),
    ]


def test_amounts_stated_by_invoice_place_the_deduction() -> None:
    book = a_book(an_invoice("F-3007", "500.00"), an_invoice("F-3008", "990.00"))
    proposal = work(book, a_payment("1390.00", "F-3007 400.00, F-3008 990.00"))
    assert rows(proposal)[:2] == [("invoice", "F-3007", "400.00 EUR"), ("invoice", "F-3008", "990.00 EUR")]


def test_a_credit_note_that_explains_the_gap_is_taken_though_it_is_not_named() -> None:
    book = a_book(an_invoice("F-3002", "480.50"), a_credit("C-210", "80.50", invoice="F-3002"))
    proposal = work(book, a_payment("400.00", "F-3002"))
    assert (proposal.status, rows(proposal)) == (
        MatchStatus.APPLIED,
        [("invoice", "F-3002", "480.50 EUR"), ("credit", "C-210", "-80.50 EUR")],
    )


@pytest.mark.parametrize(("day", "kind"), [(date(2026, 4, 30), "discount"), (date(2026, 5, 1), "short_pay")])
def test_a_discount_counts_until_its_last_day_and_is_a_short_pay_after_it(day: date, kind: str) -> None:
    book = a_book(an_invoice("F-3004", "5000.00", issued=date(2026, 4, 20), terms="2/10 net30"))
    proposal = work(book, a_payment("4900.00", "F-3004", on=day))
    assert rows(proposal) == [("invoice", "F-3004", "4900.00 EUR"), (kind, "F-3004", "100.00 EUR")]


def test_a_stated_deduction_leaves_its_amount_open_on_the_invoice() -> None:
    book = a_book(an_invoice("F-3009", "640.00"))
    proposal = work(book, a_payment("600.00", "F3009 damaged box -40"))
    assert rows(proposal) == [("invoice", "F-3009", "600.00 EUR"), ("short_pay", "F-3009", "40.00 EUR")]
    invoice = book.invoice("F-3009")
    assert invoice is not None
    assert invoice.open_balance == Money.of("40.00", "EUR")


def test_what_is_over_goes_on_the_customers_account() -> None:
    proposal = work(a_book(an_invoice("F-3010", "1500.00")), a_payment("1550.00", "F-3010"))
    assert rows(proposal) == [("invoice", "F-3010", "1500.00 EUR"), ("on_account", "A1", "50.00 EUR")]


def test_amounts_stated_for_unknown_documents_stop_the_rest_from_going_on_account() -> None:
    book = a_book(an_invoice("F-3010", "1500.00"))
    proposal = work(book, a_payment("2300.00", "F-3010 1500.00\nX-77 800.00"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert proposal.held_because == "the text states amounts for documents that are not recognised"


def test_of_one_customers_alike_invoices_the_one_due_first_is_applied_and_said_so() -> None:
    book = a_book(an_invoice("F-3006", "750.00", due_in=40), an_invoice("F-3005", "750.00", due_in=30))
    proposal = work(book, a_payment("750.00"))
    assert (proposal.status, rows(proposal)) == (MatchStatus.APPLIED, [("invoice", "F-3005", "750.00 EUR")])
    assert "F-3005 is due first" in proposal.candidates[0].reasons[1]


def test_alike_invoices_due_on_one_day_are_taken_by_the_lower_number() -> None:
    book = a_book(an_invoice("F-3006", "750.00"), an_invoice("F-3005", "750.00"))
    assert rows(work(book, a_payment("750.00"))) == [("invoice", "F-3005", "750.00 EUR")]


def test_a_tie_between_customers_is_never_applied() -> None:
    book = a_book(an_invoice("F-1", "310.00", customer=NORD), an_invoice("F-2", "310.00", customer=SUED))
    proposal = work(book, a_payment("310.00", payer="MORGENSTERN"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert {c.customer_ids for c in proposal.candidates} >= {("A4",), ("A5",)}


def test_different_sets_with_one_sum_are_never_applied() -> None:
    book = a_book(
        *(an_invoice(f"F-{i}", amount) for i, amount in enumerate(("600.00", "400.00", "700.00", "300.00"), 1))
    )
    proposal = work(book, a_payment("1000.00"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert len(proposal.candidates) == 3


def test_the_only_set_that_adds_up_is_applied_for_a_known_payer() -> None:
    amounts = ("612.13", "404.71", "733.08", "318.55")
    book = a_book(*(an_invoice(f"F-{i}", amount) for i, amount in enumerate(amounts, 1)))
    proposal = work(book, a_payment("1137.79"))
    assert (proposal.status, rows(proposal)) == (
        MatchStatus.APPLIED,
        [("invoice", "F-2", "404.71 EUR"), ("invoice", "F-3", "733.08 EUR")],
    )


def test_an_amount_without_a_payer_or_a_reference_is_never_applied() -> None:
    proposal = work(a_book(an_invoice("F-3001", "1234.56")), a_payment("1234.56", payer="J FISCHER"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert [part.document for part in proposal.candidates[1].parts] == ["F-3001"]


def test_another_currency_than_the_invoice_is_never_applied() -> None:
    book = a_book(an_invoice("F-3001", "1200.00", currency="USD"))
    proposal = work(book, a_payment("1200.00", "F-3001", currency="EUR"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert proposal.held_because == "the payment is in another currency than the invoice it names"


def test_the_invoice_in_the_payments_currency_is_taken_when_both_have_the_amount() -> None:
    book = a_book(an_invoice("F-1", "900.00", currency="USD"), an_invoice("F-2", "900.00", currency="EUR"))
    assert rows(work(book, a_payment("900.00"))) == [("invoice", "F-2", "900.00 EUR")]


def test_a_parent_pays_for_its_child() -> None:
    book = a_book(an_invoice("F-9", "812.40", customer=CHILD))
    proposal = work(book, a_payment("812.40"))
    assert (proposal.status, rows(proposal)) == (MatchStatus.APPLIED, [("invoice", "F-9", "812.40 EUR")])


def test_the_same_payment_again_is_a_duplicate_of_the_first() -> None:
    book = a_book(an_invoice("F-3001", "1200.00"))
    proposal = work(
        book, a_payment("1200.00", "inv F-3001"), a_payment("1200.00", "inv F-3001", payment_id="p2", on=TODAY)
    )
    assert (proposal.status, rows(proposal)) == (MatchStatus.APPLIED, [("duplicate", "p1", "1200.00 EUR")])


def test_a_return_reverses_the_payment_and_reopens_its_invoice() -> None:
    book = a_book(an_invoice("F-3005", "750.00"))
    proposal = work(book, a_payment("750.00"), a_payment("-750.00", "Ruecklastschrift", payment_id="p2"))
    assert (proposal.status, rows(proposal)) == (MatchStatus.APPLIED, [("reversal", "p1", "-750.00 EUR")])
    invoice = book.invoice("F-3005")
    assert invoice is not None
    assert invoice.open_balance == Money.of("750.00", "EUR")


def test_a_return_that_fits_two_payments_is_not_applied() -> None:
    book = a_book(an_invoice("F-1", "750.00"), an_invoice("F-2", "750.00"))
    payments = (a_payment("750.00"), a_payment("750.00", payment_id="p2"))
    proposal = work(book, *payments, a_payment("-750.00", "Ruecklastschrift", payment_id="p3"))
    assert proposal.status is MatchStatus.SUGGESTED


def test_a_remittance_that_came_apart_names_what_the_payment_does_not() -> None:
    book = a_book(an_invoice("F-1", "310.10"), an_invoice("F-2", "420.20"), an_invoice("F-3", "99.90"))
    advice = RemittanceAdvice(TODAY, "ap@haldenbrewing.example", "F-1 310.10\nF-2 420.20\nTotal 730.30")
    proposal = work(book, a_payment("730.30", "see remittance"), advices=(advice,))
    assert (proposal.status, rows(proposal)) == (
        MatchStatus.APPLIED,
        [("invoice", "F-1", "310.10 EUR"), ("invoice", "F-2", "420.20 EUR")],
    )


def test_a_remittance_for_other_money_is_not_used_for_this_payment() -> None:
    book = a_book(an_invoice("F-1", "310.10"), an_invoice("F-2", "500.00"))
    advice = RemittanceAdvice(TODAY, "ap@haldenbrewing.example", "F-1 310.10")
    proposal = work(book, a_payment("500.00", ""), advices=(advice,))
    assert rows(proposal) == [("invoice", "F-2", "500.00 EUR")]


def test_a_factor_pays_documents_of_unrelated_customers_that_are_named_and_add_up() -> None:
    book = a_book(an_invoice("F-100001", "10.00"), an_invoice("F-100002", "20.00", customer=TESSLER))
    proposal = work(book, a_payment("30.00", "F-100001 F-100002", payer="FACTOR BANK"))
    assert (proposal.status, [row[1] for row in rows(proposal)]) == (MatchStatus.APPLIED, ["F-100001", "F-100002"])


def test_documents_of_unrelated_customers_that_do_not_add_up_are_never_applied_for_a_stranger() -> None:
    book = a_book(an_invoice("F-100001", "10.00"), an_invoice("F-100002", "20.00", customer=TESSLER))
    proposal = work(book, a_payment("29.00", "F-100001 F-100002", payer="FACTOR BANK"))
    assert proposal.held_because == "it names documents of customers that are not related"


def test_a_named_number_one_slip_from_the_invoice_with_the_exact_amount_is_read_as_that_one() -> None:
    book = a_book(an_invoice("INV-004674", "385.00"), an_invoice("INV-004647", "4487.18"))
    proposal = work(book, a_payment("385.00", "INV-004647"))
    assert rows(proposal) == [("invoice", "INV-004674", "385.00 EUR")]


def test_at_most_three_candidates_with_confidences_that_do_not_exceed_one() -> None:
    book = a_book(*(an_invoice(f"F-{i}", "50.00", customer=NORD) for i in range(9)))
    proposal = work(book, a_payment("50.00", payer="nobody known"))
    assert len(proposal.candidates) <= 3
    assert sum(candidate.confidence for candidate in proposal.candidates) <= 1.0


def test_a_payment_alike_to_one_that_waits_for_a_person_waits_too() -> None:
    book = a_book(an_invoice("F-1", "100.00", customer=NORD), an_invoice("F-2", "100.00", customer=SUED))
    first = a_payment("100.00", payer="MORGENSTERN")
    second = a_payment("100.00", "F-1", payer="MORGENSTERN", payment_id="p2")
    proposal = work(book, first, second)
    assert proposal.status is MatchStatus.SUGGESTED
    assert proposal.held_because == "payment p1 of the same amount waits for the same invoice"


def test_a_deposit_goes_on_account_only_when_the_text_says_so() -> None:
    silent = work(a_book(an_invoice("F-1", "913.37")), a_payment("500.00", "payment"))
    deposit = work(a_book(an_invoice("F-1", "913.37")), a_payment("500.00", "Anzahlung Auftrag"))
    assert silent.status is MatchStatus.SUGGESTED
    assert (deposit.status, rows(deposit)) == (MatchStatus.APPLIED, [("on_account", "A1", "500.00 EUR")])


def test_every_kind_of_part_is_one_of_the_format() -> None:
    assert {kind.value for kind in PartKind} - {"withholding_tax"} == {
        "invoice", "credit", "discount", "fee", "short_pay", "on_account", "reversal", "duplicate", "unidentified",
    }  # fmt: skip

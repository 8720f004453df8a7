"""When a gap is booked as a fee without a person, and when it stays open or goes before one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from babel.core import get_global

from core.money import Money
from ledger.model.cash import HabitKind, PayerHabit
from ledger.model.match import Debtor, IncomingPayment, MatchProposal, MatchStatus, OpenInvoice
from ledger.rules.matching.book import Book
from ledger.rules.matching.fees import FeePolicy
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex
from ledger.rules.reference_amounts import worth

DAY = date(2026, 4, 22)
BREWERY = Debtor("B1", "Kettleby Brewing Ltd", (), ("kettleby.example",), ("GB77KETT0001",))
HOTEL = Debtor("B2", "Park Square Hotel Ltd")


def a_book(*invoices: tuple[str, str], currency: str = "EUR", customer: Debtor = BREWERY) -> Book:
    book = Book()
    book.add_debtor(BREWERY)
    book.add_debtor(HOTEL)
    for number, amount in invoices:
        money = Money.of(amount, currency)
        book.add_invoice(
            OpenInvoice(number, customer.customer_id, date(2026, 4, 1), date(2026, 5, 1), money, money, "", "net30")
        )
    return book


def a_payment(amount: str, reference: str, payer: str = "KETTLEBY BREWING", **more: str) -> IncomingPayment:
    money = Money.of(amount, more.get("currency", "EUR"))
    method, payment_id = more.get("method", "wire"), more.get("payment_id", "p1")
    return IncomingPayment(payment_id, DAY, money, payer, more.get("account", ""), reference, method)


def work(book: Book, *payments: IncomingPayment) -> MatchProposal:
    remittances = RemittanceIndex(book.payers)
    for payment in payments:
        proposal = propose(payment, book, remittances)
        settle(payment, proposal, book, remittances)
    return proposal


def parts(proposal: MatchProposal) -> list[tuple[str, str]]:
    """What is applied; empty where a person must decide."""
    if proposal.status is not MatchStatus.APPLIED or proposal.best is None:
        return []
    return [(part.kind.value, str(part.amount.amount)) for part in proposal.best.parts]


def test_a_small_unsaid_gap_of_a_known_payer_that_names_its_invoice_is_a_fee() -> None:
    proposal = work(a_book(("INV-204817", "1840.00")), a_payment("1825.00", "INV-204817"))
    assert parts(proposal) == [("invoice", "1825.00"), ("fee", "15.00")]


@pytest.mark.parametrize(
    ("whole", "paid", "currency"),
    [
        pytest.param("1840.00", "1790.00", "EUR", id="more-than-30-euros"),
        pytest.param("400.00", "385.00", "EUR", id="more-than-3-percent"),
        pytest.param("1200.000", "1141.000", "KWD", id="59-dinars"),
        pytest.param("100000", "92000", "JPY", id="8000-yen"),
        pytest.param("1840.00", "1803.20", "EUR", id="2-percent-as-a-discount-or-tax"),
        pytest.param("1033.33", "1022.99", "EUR", id="1-percent-rounded"),
    ],
)
def test_any_other_unsaid_gap_stays_open(whole: str, paid: str, currency: str) -> None:
    book = a_book(("INV-204817", whole), currency=currency)
    assert parts(work(book, a_payment(paid, "INV-204817", currency=currency))) == [("invoice", paid)]


def test_the_limit_of_an_unsaid_fee_means_the_same_in_every_currency() -> None:
    book = a_book(("INV-204817", "250000"), currency="JPY")
    proposal = work(book, a_payment("246000", "INV-204817", currency="JPY"))
    assert parts(proposal) == [("invoice", "246000"), ("fee", "4000")]


def test_whoever_makes_the_book_may_set_another_limit() -> None:
    book = a_book(("INV-204817", "1840.00"))
    book.fees = replace(FeePolicy(), unsaid_euros=Decimal(10))
    assert parts(work(book, a_payment("1825.00", "INV-204817"))) == [("invoice", "1825.00")]


def test_an_unknown_payers_gap_is_never_an_unsaid_fee() -> None:
    proposal = work(a_book(("INV-204817", "1840.00")), a_payment("1825.00", "INV-204817", "SOMEBODY ELSE"))
    assert proposal.best is not None
    assert "fee" not in [part.kind.value for part in proposal.best.parts]


@pytest.mark.parametrize(
    ("reference", "paid"),
    [
        ("INV-204817 less 20.00 for late delivery", "1820.00"),
        ("INV-204817 minus 20.00 Rueckware", "1820.00"),
        ("INV-204817 moins 20,00", "1820.00"),
        ("INV-204817 1 box 20.00", "1820.00"),
        ("INV-204817 2 cartons missing", "1820.00"),
        ("INV-204817 Skonto", "1820.00"),
        ("INV-204817 TDS", "1820.00"),
    ],
)
def test_a_gap_that_words_explain_otherwise_is_a_short_pay(reference: str, paid: str) -> None:
    proposal = work(a_book(("INV-204817", "1840.00")), a_payment(paid, reference))
    assert parts(proposal) == [("invoice", "1820.00"), ("short_pay", "20.00")]


@pytest.mark.parametrize(
    ("reference", "paid", "kind"),
    [
        pytest.param("INV-204817 less bank charges 45.00", "1795.00", "fee", id="said"),
        pytest.param("INV-204817 abzgl. Bankspesen", "1795.00", "fee", id="said-without-amount"),
        pytest.param("INV-204817 less bank charges", "1700.00", "short_pay", id="said-and-too-large"),
        pytest.param("INV-204817 1840.00 net of fees 1540.00", "1540.00", "short_pay", id="stated-and-too-large"),
    ],
)
def test_a_gap_that_is_called_a_fee_is_one_within_its_limit(reference: str, paid: str, kind: str) -> None:
    proposal = work(a_book(("INV-204817", "1840.00")), a_payment(paid, reference))
    assert [part[0] for part in parts(proposal)] == ["invoice", kind]


def test_what_duly_booked_as_a_fee_teaches_no_habit() -> None:
    book = a_book(("INV-204817", "1840.00"), ("INV-204818", "300.00"))
    first = a_payment("1825.00", "INV-204817")
    assert parts(work(book, first, a_payment("285.00", "INV-204818", payment_id="p2"))) == [("invoice", "285.00")]
    habit = PayerHabit(HabitKind.FEE, "name:KETTLEBYBREWING", "B1", "Kettleby Brewing", Money.of("15.00", "EUR"))
    taught = a_book(("INV-204818", "300.00"))
    taught.learn_habit(habit)
    assert parts(work(taught, a_payment("285.00", "INV-204818"))) == [("invoice", "285.00"), ("fee", "15.00")]


def test_a_small_gap_without_a_name_or_a_word_is_shown_and_not_applied() -> None:
    book = a_book(("INV-204817", "1839.70"), ("INV-204818", "90.00"))
    proposal = work(book, a_payment("1824.70", "transfer", account="GB77KETT0001"))
    assert parts(proposal) == []
    shown = [[(part.kind.value, str(part.amount.amount)) for part in one.parts] for one in proposal.candidates]
    assert [("invoice", "1824.70"), ("fee", "15.00")] in shown


# Processors


@pytest.mark.parametrize("words", ["Full and final settlement INV-204817", "INV-204817 Auszahlung"])
@pytest.mark.parametrize("payer", ["KETTLEBY BREWING", "SOMEBODY ELSE"])
def test_settlement_in_the_text_makes_nobody_a_processor(words: str, payer: str) -> None:
    proposal = work(a_book(("INV-204817", "100000.00")), a_payment("92500.00", words, payer))
    assert proposal.best is not None
    assert [part.kind.value for part in proposal.best.parts] == ["invoice"]


def test_a_customer_whose_name_or_text_sounds_like_a_processor_is_none() -> None:
    book = a_book(("INV-204817", "1840.00"), customer=HOTEL)
    proposal = work(
        book, a_payment("1750.00", "INV-204817 paid as your Stripe account is closed", "PARK SQUARE HOTEL")
    )
    assert parts(proposal) == [("invoice", "1750.00")]


@pytest.mark.parametrize(("payer", "method"), [("STRIPE PAYMENTS UK", "wire"), ("KETTLEBY BREWING", "card")])
def test_a_processor_keeps_its_fees(payer: str, method: str) -> None:
    proposal = work(a_book(("INV-204817", "2000.00")), a_payment("1941.70", "INV-204817", payer, method=method))
    assert parts(proposal) == [("invoice", "1941.70"), ("fee", "58.30")]


@pytest.mark.parametrize(("whole", "paid"), [("100000.00", "92500.00"), ("2000.00", "1850.00")])
def test_a_processor_that_keeps_more_than_fees_goes_before_a_person(whole: str, paid: str) -> None:
    proposal = work(a_book(("INV-204817", whole)), a_payment(paid, "INV-204817", "STRIPE PAYMENTS UK", method="card"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert proposal.held_because == "a processor kept more than its fees would be, and does not say for what"


def test_a_processor_keeps_fees_of_each_charge() -> None:
    policy = FeePolicy()
    gap, whole = Money.of("1740.00", "EUR"), Money.of("60000.00", "EUR")
    assert (policy.allows_processor(gap, whole, 30), policy.allows_processor(gap, whole, 1)) == (True, False)


# What a few euros are


def test_every_currency_that_is_tender_today_has_a_reference_amount() -> None:
    tender = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _, until, is_tender in currencies
        if until is None and is_tender
    }
    assert {code for code in tender if not worth(Decimal(30), code)} == set()


@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", "30"), ("USD", "30"), ("KWD", "12.0"), ("JPY", "6000"), ("INR", "3000")]
)
def test_thirty_euros_worth(currency: str, amount: str) -> None:
    assert worth(Decimal(30), currency) == Money.of(amount, currency)


def test_a_currency_that_is_gone_is_worth_nothing() -> None:
    assert worth(Decimal(30), "DEM") == Money.zero("DEM")

"""Money that would land on a wrong invoice: what others say of it, what its lines contradict, what goes out."""

from dataclasses import replace
from datetime import date

import pytest

from core.money import Money
from ledger.model.match import (
    Debtor,
    IncomingPayment,
    MatchProposal,
    MatchStatus,
    OpenCredit,
    OpenInvoice,
    RemittanceAdvice,
)
from ledger.rules.matching.book import Book
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex

DAY = date(2026, 4, 22)
BREWERY = Debtor("B1", "Kettleby Brewing Ltd", (), ("kettleby.example",), ("GB77KETT0001",))
ORCHID = Debtor("B2", "Orchid Optics GmbH", (), ("orchid.example",))
BAKERY = Debtor("B3", "Moulin Rouvray SARL", (), ("rouvray.example",))
CHILD = Debtor("B4", "Kettleby Taverns Ltd", (), (), (), "B1")
SILENT = "nothing says that money goes back, and neither the payment nor its invoice is named"


def an_invoice(number: str, amount: str, customer: Debtor = BREWERY) -> OpenInvoice:
    money = Money.of(amount, "EUR")
    return OpenInvoice(number, customer.customer_id, date(2026, 4, 1), date(2026, 5, 1), money, money, "", "net30")


def a_book(*documents: OpenInvoice | OpenCredit) -> Book:
    book = Book()
    for debtor in (BREWERY, ORCHID, BAKERY, CHILD):
        book.add_debtor(debtor)
    for document in documents:
        if isinstance(document, OpenInvoice):
            book.add_invoice(document)
        else:
            book.add_credit(document)
    return book


def a_payment(
    amount: str, reference: str = "", payer: str = "KETTLEBY BREWING", *, payment_id: str = "p1", **more: str
) -> IncomingPayment:
    account, method = more.get("account", ""), more.get("method", "sepa")
    return IncomingPayment(payment_id, DAY, Money.of(amount, "EUR"), payer, account, reference, method)


def work(book: Book, *payments: IncomingPayment, advice: RemittanceAdvice | None = None) -> MatchProposal:
    remittances = RemittanceIndex(book.payers)
    if advice is not None:
        remittances.add(advice)
    for payment in payments:
        proposal = propose(payment, book, remittances)
        settle(payment, proposal, book, remittances)
    return proposal


def applied(proposal: MatchProposal) -> list[tuple[str, str]]:
    """Money parts of what is applied; empty where a person must decide."""
    if proposal.status is not MatchStatus.APPLIED or proposal.best is None:
        return []
    return [(part.document, str(part.amount.amount)) for part in proposal.best.money_parts]


# Somebody else's advice


def an_advice(sender: str, text: str = "Remittance advice\nINV-900001 1,000.00\n") -> RemittanceAdvice:
    return RemittanceAdvice(DAY, sender, text)


@pytest.mark.parametrize("sender", ["kim@orchid.example", "crook@evil.example"])
@pytest.mark.parametrize("account", ["", "GB77KETT0001"])
def test_an_advice_of_somebody_else_does_not_take_a_known_payers_money(sender: str, account: str) -> None:
    documents = [an_invoice("INV-100001", "437.20"), an_invoice("INV-100002", "562.80")]
    book = a_book(*documents, an_invoice("INV-900001", "1000.00", ORCHID))
    proposal = work(book, a_payment("1000.00", account=account), advice=an_advice(sender))
    assert applied(proposal) == [("INV-100001", "437.20"), ("INV-100002", "562.80")]


def test_where_nothing_else_explains_the_money_a_person_decides_about_such_an_advice() -> None:
    book = a_book(an_invoice("INV-100001", "1200.00"), an_invoice("INV-900001", "1000.00", ORCHID))
    proposal = work(book, a_payment("1000.00", "see remittance advice"), advice=an_advice("kim@orchid.example"))
    assert (proposal.status, proposal.held_because) == (
        MatchStatus.SUGGESTED,
        "the remittance e-mail is not the payer's",
    )


def test_a_payer_that_is_known_to_pay_for_others_is_told_by_their_advice() -> None:
    book = a_book(an_invoice("INV-900001", "1000.00", ORCHID), an_invoice("INV-100001", "55.00"))
    book.payers.learn("Kettleby Brewing", "", "B2")
    proposal = work(book, a_payment("1000.00"), advice=an_advice("kim@orchid.example"))
    assert proposal.held_because != "the remittance e-mail is not the payer's"


def test_a_childs_invoices_are_told_by_its_parents_advice() -> None:
    book = a_book(an_invoice("INV-900001", "1000.00", CHILD))
    proposal = work(book, a_payment("1000.00"), advice=an_advice("boss@kettleby.example"))
    assert applied(proposal) == [("INV-900001", "1000.00")]


# Lines that contradict what would be posted

LINES = "INV-901 400.00\nINV-902 500.00\nTotal 1,000.00\n"


@pytest.mark.parametrize(
    ("reference", "advised"),
    [
        pytest.param(LINES, "", id="in-the-reference"),
        pytest.param("", LINES, id="in-the-advice"),
        pytest.param("INV-901 INV-902", LINES, id="in-the-advice-beside-a-bare-reference"),
        pytest.param("INV-901 500.00 INV-902 500.00", "", id="exchanged"),
        pytest.param("INV-901 350.00 INV-902 500.00 total 1000.00", "", id="every-line"),
        pytest.param("400.00 INV-901 500.00 INV-902 1000.00", "", id="amounts-first"),
    ],
)
def test_lines_that_do_not_add_up_hold_the_payment(reference: str, advised: str) -> None:
    book = a_book(*(an_invoice(number, amount) for number, amount in (("INV-901", "400.00"), ("INV-902", "600.00"))))
    advice = an_advice("boss@kettleby.example", f"We paid 1,000.00 today for\n{advised}") if advised else None
    proposal = work(book, a_payment("1000.00", reference), advice=advice)
    assert proposal.status is MatchStatus.SUGGESTED
    assert proposal.held_because.startswith("the text states 500.00 EUR for INV-90") or (
        proposal.held_because == "the text states 350.00 EUR for INV-901, and 400.00 EUR would be posted"
    )


@pytest.mark.parametrize(
    "reference",
    [
        "INV-901 400.00 INV-902 600.00 total 1000.00",
        "INV-901 336.13 63.87 INV-902 504.20 95.80",  # net and tax
        "INV-901 2.50 INV-902 3.10",  # something small beside each
        "INV-901 INV-902 1000.00",
        "INV-901 400.00 INV-902",
    ],
)
def test_lines_that_agree_or_say_nothing_do_not(reference: str) -> None:
    book = a_book(*(an_invoice(number, amount) for number, amount in (("INV-901", "400.00"), ("INV-902", "600.00"))))
    assert applied(work(book, a_payment("1000.00", reference))) == [("INV-901", "400.00"), ("INV-902", "600.00")]


# Money that leaves


def paid_before(amount: str = "731.20") -> tuple[Book, IncomingPayment]:
    first = replace(a_payment(amount, "INV-204817 EREF 88201744", payment_id="PAY-1"), received_on=date(2026, 3, 20))
    return a_book(an_invoice("INV-204817", amount)), first


@pytest.mark.parametrize(
    "reference",
    ["your invoice BK-5531, worktops for our canteen", "Ihre Rechnung 77812 vom 02.04.", "SUPPLIER RUN", ""],
)
@pytest.mark.parametrize("account", ["", "GB77KETT0001"])
def test_what_we_pay_a_customer_for_something_else_takes_nothing_back(reference: str, account: str) -> None:
    book, first = paid_before()
    out = a_payment("-731.20", reference, account=account, payment_id="p2")
    proposal = work(book, replace(first, payer_account=account), out)
    assert (proposal.status, proposal.held_because) == (MatchStatus.SUGGESTED, SILENT)


@pytest.mark.parametrize(
    "reference",
    [
        "RUECKLASTSCHRIFT",
        "Rueckerstattung",
        "TERUGBOEKING",
        "AUTOGIRO SAKNAR TACKNING",
        "PIX DEVOLVIDO",
        "ACH R01",
        "AM04",
        "INV-204817",
        "EREF 88201744",
        "PAY-1",
    ],
)
def test_a_word_a_code_the_invoice_or_the_payment_takes_it_back(reference: str) -> None:
    book, first = paid_before()
    assert applied(work(book, first, a_payment("-731.20", reference, payment_id="p2"))) == [("PAY-1", "-731.20")]


def test_a_chargebacks_method_says_enough() -> None:
    book, first = paid_before()
    back = a_payment("-731.20", "dispute 55", payment_id="p2", method="chargeback")
    assert applied(work(book, first, back)) == [("PAY-1", "-731.20")]


def test_money_on_account_is_not_refunded_by_a_payment_that_says_nothing() -> None:
    deposit = a_payment("500.00", "Anzahlung Auftrag", account="GB77KETT0001")
    silent = a_payment("-500.00", "your invoice BK-5531", payment_id="p2", account="GB77KETT0001")
    proposal = work(a_book(), deposit, silent)
    assert proposal.status is MatchStatus.SUGGESTED


# Many invoices of one amount


def many(amount: str = "49.00", *, count: int = 60) -> Book:
    owners = (BREWERY, ORCHID, BAKERY)
    return a_book(*(an_invoice(f"INV-{204000 + at}", amount, owners[at % 3]) for at in range(count)))


@pytest.mark.parametrize("reference", ["INV-20413", "Rechnung 24017"])
def test_a_damaged_number_is_not_taken_among_more_invoices_than_are_looked_at(reference: str) -> None:
    proposal = work(many(), a_payment("49.00", reference, "MARGARETE ZUCKMAYER"))
    assert proposal.status is MatchStatus.SUGGESTED
    assert proposal.held_because.startswith("more invoices have this amount than are looked at")


def test_a_damaged_number_is_taken_where_all_of_the_amount_were_looked_at() -> None:
    proposal = work(many(count=9), a_payment("49.00", "INV-20405", "MARGARETE ZUCKMAYER"))
    assert applied(proposal) == [("INV-204005", "49.00")]


def test_last_digits_tell_nothing_of_an_unknown_payer() -> None:
    proposal = work(many(count=9), a_payment("49.00", "Vertrag 94 4003", "MARGARETE ZUCKMAYER"))
    assert proposal.best is not None
    assert (proposal.status, proposal.held_because) == (
        MatchStatus.SUGGESTED,
        "last digits tell nothing where the payer is unknown",
    )

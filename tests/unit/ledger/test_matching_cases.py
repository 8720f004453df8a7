"""Each way in which money arrives: what is applied by itself, what is left to a person, and what is said."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Money, total
from ledger.model.cash import HabitKind, PayerHabit
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
BREWERY = Debtor("B1", "Kettleby Brewing Ltd", ("Kettle Bar",), ("kettleby.example",), ("GB77KETT0001",))
SMITHY = Debtor("B2", "Brandt Präzisionsschmiede GmbH & Co. KG", (), ("brandt.example",))
PARENT = Debtor("B3", "Orrin Holdings Inc", (), ("orrin.example",))
CHILD = Debtor("B4", "Fenwick Glass LLC", (), (), (), "B3")
BAKERY = Debtor("B5", "Moulin Rouvray Boulangerie SARL", (), ("rouvray.example",))
FIVE = (BREWERY, SMITHY, PARENT, CHILD, BAKERY)

Document = OpenInvoice | OpenCredit


def an_invoice(
    number: str, amount: str, who: Debtor = BREWERY, *, due: int = 30, terms: str = "net30"
) -> OpenInvoice:
    money, issued = Money.of(amount, "EUR"), date(2026, 4, 15)
    return OpenInvoice(number, who.customer_id, issued, issued + timedelta(days=due), money, money, "", terms)


def a_credit(number: str, amount: str, who: Debtor = BREWERY) -> OpenCredit:
    money = Money.of(amount, "EUR")
    return OpenCredit(number, who.customer_id, date(2026, 4, 1), money, money)


def a_payment(
    amount: str, reference: str = "", payer: str = "KETTLEBY BREWING", *, payment_id: str = "p1", **more: str
) -> IncomingPayment:
    account, method = more.get("account", ""), more.get("method", "sepa")
    return IncomingPayment(payment_id, DAY, Money.of(amount, "EUR"), payer, account, reference, method)


def worked(
    documents: Sequence[Document], *payments: IncomingPayment, advices: Sequence[RemittanceAdvice] = ()
) -> MatchProposal:
    return worked_in(a_book(documents), *payments, advices=advices)


def a_book(documents: Sequence[Document]) -> Book:
    book = Book()
    for debtor in FIVE:
        book.add_debtor(debtor)
    for document in documents:
        if isinstance(document, OpenInvoice):
            book.add_invoice(document)
        else:
            book.add_credit(document)
    return book


def worked_in(book: Book, *payments: IncomingPayment, advices: Sequence[RemittanceAdvice] = ()) -> MatchProposal:
    remittances = RemittanceIndex(book.payers)
    for advice in advices:
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


@pytest.mark.parametrize(
    "reference",
    [
        "INV-204817",
        "inv 2O4817",
        "204817",
        "INVOICE204817VOM",
        "SVWZ+RE 204 817 DANKE",
        "INV-204871",
        "INV-20481",
        "4817",
        "RMR*IV*INV-204817**731.20*731.20*0.00\\",
        "16,142,73120,V,,,/88,INVOICE 204817/88,TRACE 9911",
        "LOCKBOX 70021 CHK 5512 INV 204817",
        "RF79INV204817",
        "RF79 INV2 0481 7",
        "2048170",  # with its Luhn digit
    ],
)
def test_one_invoice_is_found_in_every_convention(reference: str) -> None:
    documents = [an_invoice("INV-204817", "731.20"), an_invoice("INV-204950", "988.00")]
    assert applied(worked(documents, a_payment("731.20", reference))) == [("INV-204817", "731.20")]


@pytest.mark.parametrize(
    "payer",
    [
        "KETTLEBY BREW",
        "Ketlteby Brewing Ltd.",
        "KETTLE BAR",
        "WIRE FROM KETTLEBY BREWING",
        "BILLPAY FBO KETTLEBY BREWING LTD",
        "BREWING LTD KETTLEBY",
        "KETT BREWING",
    ],
)
def test_a_payer_is_known_under_a_mangled_name(payer: str) -> None:
    documents = [an_invoice("INV-204817", "731.20"), an_invoice("INV-204950", "731.20", SMITHY)]
    assert applied(worked(documents, a_payment("731.20", "payment", payer))) == [("INV-204817", "731.20")]


def test_the_one_on_whose_behalf_an_agent_pays_is_read_from_the_text() -> None:
    documents = [an_invoice("INV-204817", "731.20", SMITHY)]
    payment = a_payment("731.20", "ABWA+Brandt Praezisionsschmiede SVWZ+Zahlung", "ZAHLDIENST AG")
    assert applied(worked(documents, payment)) == [("INV-204817", "731.20")]


def test_a_parent_pays_several_of_its_childs_invoices_without_naming_them() -> None:
    documents = [
        an_invoice("F-1", "412.17", CHILD),
        an_invoice("F-2", "308.86", CHILD),
        an_invoice("F-3", "99.10", CHILD),
    ]
    payment = a_payment("721.03", "", "ORRIN HOLDINGS")
    assert applied(worked(documents, payment)) == [("F-1", "412.17"), ("F-2", "308.86")]


@pytest.mark.parametrize(
    "reference",
    [
        "INV-3001, INV-3002 and INV-3003",
        "INV-3001/02/03",
        "INV 3001-3003",
        "3001 bis 3003",
        "INV-3001 100.10; INV-3002 200.20; INV-3003 300.30",
        "INV-3001, INV-3002, INV-300",
        "INV-3001, INV-3002,",
    ],
)
def test_a_list_is_read_whole_shortened_as_a_range_and_cut(reference: str) -> None:
    documents = [an_invoice(f"INV-300{i}", f"{i}00.{i}0", due=i) for i in range(1, 6)]
    found = applied(worked(documents, a_payment("600.60", reference)))
    assert [document for document, _ in found] == ["INV-3001", "INV-3002", "INV-3003"]


def test_invoices_less_a_credit_note_less_a_fee() -> None:
    documents = [an_invoice("INV-3001", "500.00"), an_invoice("INV-3002", "300.00"), a_credit("CN-41", "50.00")]
    assert applied(worked(documents, a_payment("750.00", "INV-3001 INV-3002 less CN-41"))) == [
        ("INV-3001", "500.00"),
        ("INV-3002", "300.00"),
        ("CN-41", "-50.00"),
    ]


def test_discounts_of_several_invoices_without_a_reference_within_their_window() -> None:
    documents = [
        an_invoice(f"INV-300{i}", amount, terms="2/10 net30") for i, amount in ((1, "517.35"), (2, "283.10"))
    ]
    proposal = worked([*documents, an_invoice("INV-3009", "77.77")], a_payment("784.44", "Zahlung"))
    assert applied(proposal) == [("INV-3001", "507.00"), ("INV-3002", "277.44")]


def test_tax_withheld_stays_open_and_its_adjustment_is_a_persons() -> None:
    proposal = worked([an_invoice("INV-3001", "1000.00")], a_payment("900.00", "INV-3001 less 10% TDS"))
    assert proposal.best is not None
    assert [(part.kind.value, str(part.amount.amount)) for part in proposal.best.parts] == [
        ("invoice", "900.00"),
        ("short_pay", "100.00"),
    ]
    assert "a person's to make" in proposal.best.reasons[1]


def test_a_taught_deduction_is_named_in_the_reason() -> None:
    book = a_book([an_invoice("INV-3001", "1000.00")])
    habit = PayerHabit(HabitKind.FEE, "name:KETTLEBYBREWING", "B1", "Kettleby Brewing", Money.of("15.00", "EUR"))
    book.learn_habit(habit)
    proposal = propose(a_payment("985.00", "INV-3001"), book, RemittanceIndex(book.payers))
    assert proposal.best is not None
    assert proposal.best.reasons[1] == "The amount is 15.00 EUR less, this payer's usual fee."


def test_a_taught_alias_is_forgotten_when_it_is_removed() -> None:
    book = a_book([an_invoice("INV-3001", "1000.00")])
    habit = PayerHabit(HabitKind.ALIAS, "name:ZZTOPTRADING", "B1", "ZZ Top Trading")
    book.learn_habit(habit)
    known = book.payers.identify("ZZ TOP TRADING", "")
    book.forget_habit(habit)
    assert (known.customer_id, book.payers.identify("ZZ TOP TRADING", "").customer_id) == ("B1", "")


def test_a_taught_rate_is_taken_off_an_invoice_that_nothing_names() -> None:
    book = a_book([an_invoice("INV-3001", "1234.50"), an_invoice("INV-3002", "876.54")])
    book.learn_habit(PayerHabit(HabitKind.WITHHOLDING, "name:KETTLEBY", "B1", "Kettleby", rate=Decimal("0.1")))
    proposal = propose(a_payment("1111.05"), book, RemittanceIndex(book.payers))
    assert proposal.best is not None
    assert [part.document for part in proposal.best.parts] == ["INV-3001", "INV-3001"]


def test_instalments_follow_the_first_one_that_was_named() -> None:
    documents = [an_invoice("INV-3001", "900.00")]
    first, second = a_payment("300.00", "INV-3001 part 1/3"), a_payment("300.00", "transfer", payment_id="p2")
    assert worked(documents, first, second).best is not None
    proposal = worked(documents, first, second)
    assert proposal.best is not None
    assert [part.document for part in proposal.best.parts] == ["INV-3001"]


def test_a_stranger_who_names_an_invoice_and_pays_another_amount_is_not_applied() -> None:
    documents = [an_invoice("INV-204817", "731.20"), an_invoice("INV-204950", "55.00", SMITHY)]
    proposal = worked(documents, a_payment("500.00", "INV-204950", "KETTLEBY BREWING"))
    assert proposal.status is MatchStatus.SUGGESTED


def test_a_list_with_a_document_that_is_paid_leaves_the_rest_to_a_person() -> None:
    documents = [an_invoice("INV-3001", "500.00"), an_invoice("INV-3002", "300.00")]
    proposal = worked(
        documents, a_payment("500.00", "INV-3001"), a_payment("800.00", "INV-3001 INV-3002", payment_id="p2")
    )
    assert proposal.status is MatchStatus.SUGGESTED


def test_a_pending_line_that_is_posted_later_is_the_same_money() -> None:
    documents = [an_invoice("INV-3001", "731.20")]
    proposal = worked(
        documents, a_payment("731.20", "PENDING INV-3001"), a_payment("731.20", "INV-3001", payment_id="p2")
    )
    assert applied(proposal) == [("p1", "731.20")]


def test_a_return_is_found_by_a_number_of_the_first_reference() -> None:
    documents = [an_invoice("INV-3001", "731.20")]
    first = a_payment("731.20", "INV-3001 EREF 88201744")
    back = a_payment("-731.20", "RETURNED R01 88201744", "", payment_id="p2")
    assert applied(worked(documents, first, back)) == [("p1", "-731.20")]


@pytest.mark.parametrize(
    "text",
    [
        "INV-3001 500.00\nINV-3002 294.00",
        "No | Gross | Off | Paid\nINV-3001 | 500.00 | | 500.00\nINV-3002 | 300.00 | 6.00 | 294.00\nTotal: 794.00",
        "No;Gross;Disc;Net\nINV-3001;500,00;0,00;500,00\nINV-3002;300,00;6,00;294,00\nTotal;;;794,00",
        "INV-3001\n500.00\n500.00\nINV-3002\n300.00\n6.00 short delivery\n294.00\nTotal 794.00",
        "500.00 for INV-3001 and 294.00 for INV-3002",
    ],
)
def test_the_columns_of_an_advice_are_read_in_any_order(text: str) -> None:
    documents = [an_invoice("INV-3001", "500.00"), an_invoice("INV-3002", "300.00")]
    advice = RemittanceAdvice(DAY, "ap@kettleby.example", text)
    proposal = worked(documents, a_payment("794.00", "see advice"), advices=[advice])
    assert applied(proposal) == [("INV-3001", "500.00"), ("INV-3002", "294.00")]


def test_a_payout_nets_charges_fees_and_a_refund() -> None:
    documents = [
        an_invoice("INV-3001", "100.00"),
        an_invoice("INV-3002", "500.00", SMITHY),
        an_invoice("INV-3003", "80.00", BAKERY),
    ]
    text = "type,invoice,gross,fee,net\ncharge,INV-3001,100.00,3.20,96.80\ncharge,INV-3002,500.00,14.80,485.20\n"
    text += "refund,INV-3003,-80.00,0.00,-80.00\nNet payout: 502.00"
    first = a_payment("80.00", "INV-3003", "MOULIN ROUVRAY BOULANGERIE", payment_id="p0")
    payout = a_payment("502.00", "STRIPE PAYOUT po_1", "STRIPE PAYMENTS EUROPE", method="card")
    proposal = worked(documents, first, payout, advices=[RemittanceAdvice(DAY, "payouts@stripe.example", text)])
    assert applied(proposal) == [("INV-3001", "96.80"), ("INV-3002", "485.20"), ("p0", "-80.00")]


def test_an_amount_that_somebodys_advice_states_is_not_a_strangers_money() -> None:
    advice = RemittanceAdvice(DAY, "ap@kettleby.example", "we pay 731.20 for INV-3001")
    proposal = worked([an_invoice("INV-3001", "731.20")], a_payment("731.20", "rent", "TAX OFFICE"), advices=[advice])
    assert proposal.status is MatchStatus.SUGGESTED


@settings(max_examples=30, deadline=None)
@given(
    amounts=st.lists(st.decimals("10.00", "900.00", places=2), min_size=1, max_size=5, unique=True),
    data=st.data(),
)
def test_it_does_not_matter_whether_the_money_or_its_advice_comes_first(
    amounts: list[Decimal], data: st.DataObject
) -> None:
    documents = [an_invoice(f"INV-30{i:02d}", str(amount), due=i + 1) for i, amount in enumerate(amounts)]
    paid = data.draw(st.lists(st.sampled_from(documents), min_size=1, unique_by=lambda one: one.number))
    whole = total([invoice.open_balance for invoice in paid], "EUR")
    lines = "\n".join(f"{invoice.number} {invoice.open_balance.amount}" for invoice in paid)
    advice = RemittanceAdvice(DAY, "ap@kettleby.example", f"{lines}\nTotal {whole.amount}")
    payment = a_payment(str(whole.amount), "see advice")
    book = a_book(documents)
    remittances = RemittanceIndex(book.payers)
    propose(payment, book, remittances)
    remittances.add(advice)
    money_first = propose(payment, book, remittances)
    assert money_first == worked(documents, payment, advices=[advice])
    assert {d for d, _ in applied(money_first)} == {invoice.number for invoice in paid}

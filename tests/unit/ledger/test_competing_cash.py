"""Which payments are assigned together."""

from datetime import date
from uuid import UUID

from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import CashToMatch
from ledger.model.match import IncomingPayment
from ledger.rules.competing_cash import competing_with


def cash(name: str, amount: str, payer: str = "", account: str = "", currency: str = "EUR") -> CashToMatch:
    payment = IncomingPayment(name, date(2026, 4, 1), Money.of(amount, currency), payer, account)
    return CashToMatch(PaymentId(UUID(int=sum(map(ord, name)))), payment)


OTHERS = [
    cash("amount", "75.00", "Somebody"),
    cash("back", "-75.0", "Somebody"),
    cash("payer", "1.00", "orchid optics"),
    cash("account", "2.00", "", "DE 89"),
    cash("currency", "75.00", "Somebody", currency="USD"),
    cash("other", "3.00", "Somebody"),
]
MINE = [cash("mine", "75.00", "Orchid Optics", "DE89")]


def test_payments_of_one_amount_or_one_payer_compete() -> None:
    found = [one.payment.payment_id for one in competing_with(MINE, OTHERS, most=9)]
    assert found == ["amount", "back", "payer", "account"]


def test_no_more_than_asked_for_are_looked_at() -> None:
    assert [one.payment.payment_id for one in competing_with(MINE, OTHERS, most=2)] == ["amount", "back"]

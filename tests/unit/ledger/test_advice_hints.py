"""Which payment a remittance advice names by the transfer's reference."""

from datetime import date
from uuid import UUID

import pytest

from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import CashToMatch, LedgerAdvice
from ledger.model.match import IncomingPayment, RemittanceAdvice
from ledger.rules.advice_hints import hinted

DAY = date(2026, 4, 20)


def cash(payment_id: str, reference: str = "", bank_id: str = "") -> CashToMatch:
    payment = IncomingPayment(payment_id, DAY, Money.of("9.00", "EUR"), reference=reference)
    return CashToMatch(PaymentId(UUID(int=len(payment_id))), payment, bank_id=bank_id)


def hint_of(said: str, *payments: CashToMatch) -> str:
    advice = LedgerAdvice(UUID(int=1), RemittanceAdvice(DAY, "k@orchid.example", "9.00"), (said,))
    return hinted([advice], payments)[0].advice.payment_hint


@pytest.mark.parametrize(
    ("said", "payment"),
    [
        pytest.param("FT26107XK99", cash("p", "SVWZ+thanks EREF+FT26107XK99"), id="in-the-words"),
        pytest.param("ft-26107-xk99", cash("p", "TRN:FT26107XK99,thanks"), id="behind-a-label"),
        pytest.param("KEMBLE 7781", cash("p", "OF KEMBLE 7781 APRIL"), id="two-words"),
        pytest.param("00998877", cash("p", bank_id="0099 8877"), id="the-banks-number"),
        pytest.param("PAY-2026-14", cash("PAY-2026-14"), id="the-books-number"),
    ],
)
def test_a_reference_of_the_transfer_names_its_payment(said: str, payment: CashToMatch) -> None:
    assert hint_of(said, cash("other", "INV-1 TRN:AB12345"), payment) == payment.payment.payment_id


@pytest.mark.parametrize(
    ("said", "payments"),
    [
        pytest.param("FT26107XK99", [cash("p", "FT26107XK990")], id="another-reference"),
        pytest.param("APRIL26", [cash("p", "APRIL26")], id="too-few-figures"),
        pytest.param("2026", [cash("p", "2026")], id="too-short"),
        pytest.param("FT26107XK99", [cash("a", "FT26107XK99"), cash("bb", "FT26107XK99")], id="two-payments"),
    ],
)
def test_what_may_be_another_payment_names_none(said: str, payments: list[CashToMatch]) -> None:
    assert hint_of(said, *payments) == ""

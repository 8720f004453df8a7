"""Flags: what looks odd about a payment."""

from datetime import date
from uuid import uuid4

from core.money import Money
from ledger.model.cash import EarlierPayment, FlagKind
from ledger.model.match import IncomingPayment
from ledger.rules.cash_flags import flags_of


def a_payment(
    amount: str = "500.00",
    *,
    on: date = date(2026, 4, 20),
    account: str = "",
    reference: str = "",
    currency: str = "EUR",
) -> IncomingPayment:
    return IncomingPayment(str(uuid4()), on, Money.of(amount, currency), "Payer", account, reference)


def before(payment: IncomingPayment, *, reversed: bool = False) -> EarlierPayment:
    return EarlierPayment(uuid4(), payment, (), (), posted=True, reversed=reversed)


def kinds(payment: IncomingPayment, *earlier: EarlierPayment, known: frozenset[str] = frozenset()) -> list[FlagKind]:
    return [flag.kind for flag in flags_of(payment, earlier, known_accounts=known)]


def test_the_same_amount_with_the_same_words_within_days_is_flagged() -> None:
    earlier = before(a_payment(on=date(2026, 4, 16), reference="Inv 7"))
    assert kinds(a_payment(reference="inv  7"), earlier) == [FlagKind.REPEATED]


def test_no_words_on_either_side_may_be_the_same_payment_again() -> None:
    earlier = before(a_payment(on=date(2026, 4, 19), reference="INV-20417"))
    assert kinds(a_payment(reference=""), earlier) == [FlagKind.REPEATED]
    assert kinds(a_payment(reference="INV-20417"), before(a_payment(on=date(2026, 4, 19)))) == [FlagKind.REPEATED]


def test_a_twin_that_is_dated_later_and_was_imported_before_is_flagged() -> None:
    assert kinds(a_payment(on=date(2026, 4, 15)), before(a_payment(on=date(2026, 4, 16)))) == [FlagKind.REPEATED]


def test_another_reference_another_amount_or_weeks_between_are_two_payments() -> None:
    assert kinds(a_payment(reference="INV-8"), before(a_payment(on=date(2026, 4, 16), reference="INV-7"))) == []
    assert kinds(a_payment("501.00"), before(a_payment(on=date(2026, 4, 16)))) == []
    assert kinds(a_payment(), before(a_payment(on=date(2026, 4, 12)))) == []


def test_a_payment_that_was_returned_is_not_repeated() -> None:
    assert kinds(a_payment(), before(a_payment(on=date(2026, 4, 16)), reversed=True)) == []


def test_ten_times_the_usual_is_flagged_once_there_is_a_usual() -> None:
    usual = [before(a_payment(amount, on=date(2026, 1, 5))) for amount in ("90.00", "100.00", "700.00")]
    assert kinds(a_payment("1000.00"), *usual) == [FlagKind.MUCH_LARGER]
    assert kinds(a_payment("999.99"), *usual) == []
    assert kinds(a_payment("1000.00"), *usual[:2]) == []


def test_a_large_sum_of_an_unknown_account_is_flagged() -> None:
    large = a_payment("10000.00", account="DE 89 37")
    assert kinds(large) == [FlagKind.UNKNOWN_ACCOUNT]
    assert kinds(large, known=frozenset({"DE8937"})) == []
    assert kinds(a_payment("9999.99", account="DE8937")) == []
    assert kinds(a_payment("10000.00")) == []
    assert kinds(a_payment("999999", account="JP1", currency="JPY")) == []


def test_money_that_left_has_no_flag() -> None:
    assert kinds(a_payment("-50000.00", account="DE8937")) == []

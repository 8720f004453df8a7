"""What looks odd about a payment, so that a person sees it before it is posted."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median

from core.currency import exponent
from ledger.model.cash import CashFlag, EarlierPayment, FlagKind
from ledger.model.match import IncomingPayment
from ledger.rules.matching.party_names import account_key

#: The same amount of the same payer within so many days may be one payment sent twice.
REPEAT_DAYS = 7
#: Against the middle of the payer's earlier payments, of which there must be a few.
TIMES_USUAL = 10
_FEWEST = 3
#: From here a payment of an account that nobody has seen is looked at: 10,000 of a currency with two decimals.
_LARGE_MINOR_UNITS = Decimal(1_000_000)


def flags_of(
    payment: IncomingPayment, earlier: Sequence[EarlierPayment], *, known_accounts: Collection[str]
) -> tuple[CashFlag, ...]:
    """Flags of money that came in; money that left has none. `earlier` are payments of the same payer."""
    if payment.amount.amount <= 0:
        return ()
    same = [
        one.payment for one in earlier if one.payment.amount.currency == payment.amount.currency and not one.reversed
    ]
    found = (_repeated(payment, same), _much_larger(payment, same), _unknown_account(payment, known_accounts))
    return tuple(flag for flag in found if flag is not None)


def _repeated(payment: IncomingPayment, earlier: Sequence[IncomingPayment]) -> CashFlag | None:
    """Two payments with different references are two; the same words, or none on either, may be one sent twice."""
    words = " ".join(payment.reference.upper().split())
    for one in earlier:
        apart = abs(payment.received_on - one.received_on)
        theirs = " ".join(one.reference.upper().split())
        if (
            one.amount == payment.amount
            and apart <= timedelta(days=REPEAT_DAYS)
            and (not words or not theirs or words == theirs)
        ):
            what = f"the same payer sent the same amount on {one.received_on} (payment {one.payment_id})"
            return CashFlag(FlagKind.REPEATED, what)
    return None


def _much_larger(payment: IncomingPayment, earlier: Sequence[IncomingPayment]) -> CashFlag | None:
    amounts = [one.amount.amount for one in earlier if one.amount.amount > 0]
    if len(amounts) < _FEWEST or payment.amount.amount < TIMES_USUAL * median(amounts):
        return None
    return CashFlag(FlagKind.MUCH_LARGER, f"it is at least {TIMES_USUAL} times what this payer usually pays")


def _unknown_account(payment: IncomingPayment, known: Collection[str]) -> CashFlag | None:
    account = account_key(payment.payer_account)
    large = payment.amount.amount.scaleb(exponent(payment.amount.currency)) >= _LARGE_MINOR_UNITS
    if not account or not large or account in known:
        return None
    return CashFlag(FlagKind.UNKNOWN_ACCOUNT, "a large sum from an account that never paid before")

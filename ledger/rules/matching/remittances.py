"""Remittance advices that came apart from the money, found again by sender and by the amounts they state."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from ledger.model.match import IncomingPayment, RemittanceAdvice
from ledger.rules.matching.cues import read_cues
from ledger.rules.matching.document_numbers import compact, core_digits
from ledger.rules.matching.payer import PayerIndex

#: An advice older than this belongs to money that came long ago.
ADVICE_DAYS = 60
_LOOKED_AT = 40
_RETURNED = 3


class RemittanceIndex:
    """All advices so far. One that explained an applied payment is not read for another one."""

    def __init__(self, payers: PayerIndex) -> None:
        self._payers = payers
        self._of_customer: dict[str, list[RemittanceAdvice]] = {}
        self._stating: dict[Decimal, list[RemittanceAdvice]] = {}
        self._hinting: dict[str, list[RemittanceAdvice]] = {}
        self._used: set[RemittanceAdvice] = set()

    def add(self, advice: RemittanceAdvice) -> None:
        """Files an advice under its sender's customers and under each amount that it states."""
        for customer_id in self._payers.at_domain(advice.from_email):
            self._of_customer.setdefault(customer_id, []).append(advice)
        for amount in _amounts_of(advice):
            self._stating.setdefault(amount, []).append(advice)
        if advice.payment_hint:
            self._hinting.setdefault(advice.payment_hint, []).append(advice)

    def for_payment(self, payment: IncomingPayment, customer_ids: Iterable[str]) -> tuple[RemittanceAdvice, ...]:
        """Advices for this payment, likeliest first, at most three: those that state its amount come first.

        Of an unknown sender, only those that state exactly this amount are returned.
        """
        amount = abs(payment.amount.amount)
        senders = [advice for cid in customer_ids for advice in self._of_customer.get(cid, ())[-_LOOKED_AT:]]
        stating = self._stating.get(amount, [])[-_LOOKED_AT:]
        own = [advice for advice in senders if advice in stating]
        hinting = self._hinting.get(payment.payment_id, [])
        ordered = hinting + (own or stating) + [advice for advice in senders if advice not in own]
        fresh = [advice for advice in dict.fromkeys(ordered) if self._may_belong(advice, payment)]
        return tuple(fresh[:_RETURNED])

    def states_amount(self, advice: RemittanceAdvice, payment: IncomingPayment) -> bool:
        """Whether the advice writes exactly the payment's amount, or its lines add up to it."""
        return advice in self._stating.get(abs(payment.amount.amount), ())

    def explains(self, advice: RemittanceAdvice, payment: IncomingPayment, documents: Iterable[str]) -> bool:
        """Whether the advice is about this payment as it was posted: its amount, and every document's number.

        The amount of one line of a longer advice explains nothing.
        """
        numbers = [core_digits(document) or compact(document) for document in documents]
        written = compact(advice.text)
        if not self.states_amount(advice, payment) or not all(number in written for number in numbers):
            return False
        largest = max((one.amount for one in read_cues(advice.text).amounts), default=Decimal(0))
        return len(numbers) > 1 or abs(payment.amount.amount) >= largest

    def hints_at(self, advice: RemittanceAdvice, payment: IncomingPayment) -> bool:
        """Whether the advice names the payment itself."""
        return bool(advice.payment_hint) and advice.payment_hint == payment.payment_id

    def mark_used(self, advice: RemittanceAdvice) -> None:
        """Takes an advice out once it explained a payment that was applied."""
        self._used.add(advice)

    def _may_belong(self, advice: RemittanceAdvice, payment: IncomingPayment) -> bool:
        age = payment.received_on - advice.received_on
        return advice not in self._used and timedelta(0) <= age <= timedelta(days=ADVICE_DAYS)


def _amounts_of(advice: RemittanceAdvice) -> set[Decimal]:
    """Every amount that it states, and what all of them add up to where it states no total."""
    written = read_cues(advice.text).amounts
    amounts = {one.amount for one in written}
    summed = sum((one.signed for one in written), Decimal(0))
    return amounts | ({summed} if summed > 0 else set())

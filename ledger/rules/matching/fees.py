"""How much of a gap may be booked as a fee without a person, and which gaps look like something else."""

from dataclasses import dataclass
from decimal import Decimal

from core.currency import exponent
from core.money import Money
from ledger.rules.reference_amounts import worth

#: Early-payment discounts that terms usually grant, in percent (`1/10 net 30` to `3/10 net 30`).
_USUAL_DISCOUNTS = (Decimal(1), Decimal("1.5"), Decimal(2), Decimal("2.5"), Decimal(3))


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """What an organisation lets go as a bank's or processor's fee; amounts in euros' worth, see `worth`.

    `unsaid` is a gap of a known payer that no word explains: banks on the way take 15 to 35 US dollars of a transfer
    from abroad (`SHA`, `BEN`) without a word. `said` is one that the payer calls a fee. Processors take a share of
    each charge: 1.5 to 4 % on cards, up to 6 % for payment on account, and some cents; `processor_euros` bounds it.
    """

    unsaid_euros: Decimal = Decimal(30)
    unsaid_share: Decimal = Decimal("0.03")
    said_euros: Decimal = Decimal(60)
    said_share: Decimal = Decimal("0.05")
    processor_euros: Decimal = Decimal(1000)
    processor_share: Decimal = Decimal("0.06")
    processor_fixed_euros: Decimal = Decimal(1)

    def allows_unsaid(self, gap: Money, whole: Money) -> bool:
        """A gap in `whole` that nobody explains, and that is no discount's usual share."""
        small = gap <= worth(self.unsaid_euros, gap.currency)
        return small and gap.amount <= self.unsaid_share * whole.amount and not is_usual_discount(gap, whole)

    def allows_said(self, gap: Money, whole: Money) -> bool:
        """A gap in `whole` that the payer calls a fee."""
        small = gap <= worth(self.said_euros, gap.currency)
        return small and gap.amount <= self.said_share * whole.amount

    def allows_processor(self, gap: Money, whole: Money, charges: int) -> bool:
        """What a card or payment processor kept of so many charges."""
        fixed = worth(self.processor_fixed_euros * charges, gap.currency).amount
        ceiling = worth(self.processor_euros * charges, gap.currency)
        return gap <= ceiling and gap.amount <= self.processor_share * whole.amount + fixed


def is_usual_discount(gap: Money, whole: Money) -> bool:
    """Whether the gap is, to the smallest coin, a share that payers take off for paying early."""
    return any(is_share(gap, whole, percent) for percent in _USUAL_DISCOUNTS)


def is_share(gap: Money, whole: Money, percent: Decimal) -> bool:
    """Whether the gap is `percent` of the whole, to the smallest coin."""
    return abs(whole.amount * percent / 100 - gap.amount) <= Decimal(1).scaleb(-exponent(gap.currency))

"""`Money`: an exact Decimal amount and its ISO 4217 currency. Rounding happens only by name."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Self

from core.currency import exponent, is_currency
from core.errors import CurrencyMismatch

#: Above what any invoice holds; also what NUMERIC(20, 6) in the database can keep.
_LIMIT = Decimal("1e14")


def parse_amount(text: str) -> Decimal:
    """The amount in a plain decimal string such as `1250.00` or `-3`; no grouping, no exponent.

    Raises:
        ValueError: anything else; we never guess what "1.250,00" means.
    """
    stripped = text.strip()
    if not stripped or not set(stripped) <= set("+-.0123456789"):
        raise ValueError(f"{text!r} is not an amount like 1250.00")
    try:
        amount = Decimal(stripped)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not an amount like 1250.00") from error
    if abs(amount) >= _LIMIT:
        raise ValueError(f"{text!r} is too large for an amount")
    return amount


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units and its currency; equality and order include the currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("Money takes a Decimal; a float near money is a defect")
        if not self.amount.is_finite():
            raise ValueError("an amount is a finite number")
        if not is_currency(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency code")

    @classmethod
    def of(cls, amount: str | int, currency: str) -> Self:
        """From a decimal string or an integer in major units.

        Raises:
            ValueError: not an amount, or not a currency.
        """
        return cls(parse_amount(str(amount)), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(Decimal(0), currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __ge__(self, other: "Money") -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{plain(self.amount, self.currency)} {self.currency}"

    def rounded_half_up(self) -> "Money":
        """To the currency's minor unit, halves away from zero (what invoices and VAT rules use)."""
        return Money(self.amount.quantize(_unit(self.currency), ROUND_HALF_UP), self.currency)


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-exponent(currency))


def plain(amount: Decimal, currency: str) -> str:
    """Decimal string in major units with the currency's decimals, more only where the amount has more."""
    decimals = max(exponent(currency), -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{decimals}f}"


def total(amounts: list[Money], currency: str) -> Money:
    """Sum in `currency`; zero for an empty list.

    Raises:
        CurrencyMismatch: one of them is in another currency.
    """
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def split(whole: Money, parts: int) -> list[Money]:
    """`whole` in `parts` amounts that sum to it exactly; the first ones take the odd minor units."""
    unit = _unit(whole.currency)
    share = (whole.amount / parts).quantize(unit, rounding="ROUND_DOWN")
    amounts = [share] * parts
    left = whole.amount - share * parts
    step = unit.copy_sign(left)
    position = 0
    while abs(left) >= unit:
        amounts[position] += step
        left -= step
        position += 1
    amounts[0] += left
    return [Money(amount, whole.currency) for amount in amounts]

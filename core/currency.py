"""Currency codes and the number of decimals each is counted in (ISO 4217)."""

from babel.core import get_global
from babel.numbers import get_currency_precision

#: Codes CLDR lists that are no money anyone is invoiced in: metals, test codes, "no currency".
_NOT_MONEY = frozenset({"XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XSU", "XUA", "XBA", "XBB", "XBC", "XBD"})
_KNOWN = frozenset(get_global("all_currencies")) - _NOT_MONEY

#: CLDR gives how currencies are *shown* (ISK, HUF without decimals); ledgers and banks count in ISO 4217
#: minor units, which differ for these.
_ISO_EXPONENTS = {
    "AFN": 2, "ALL": 2, "COP": 2, "CRC": 2, "CZK": 2, "GYD": 2, "HUF": 2, "IDR": 2, "IRR": 2, "IQD": 3,
    "KPW": 2, "LAK": 2, "LBP": 2, "LYD": 3, "MGA": 2, "MMK": 2, "MNT": 2, "MUR": 2, "NOK": 2, "PKR": 2,
    "RSD": 2, "SEK": 2, "SLE": 2, "SOS": 2, "SYP": 2, "TWD": 2, "TZS": 2, "UZS": 2, "YER": 2, "ZMW": 2,
}  # fmt: skip


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 currency that an invoice can be written in."""
    return code in _KNOWN


def exponent(code: str) -> int:
    """Decimals of the currency's minor unit: JPY 0, USD 2, KWD 3.

    Raises:
        ValueError: `code` is no ISO 4217 currency.
    """
    if code not in _KNOWN:
        raise ValueError(f"{code!r} is not an ISO 4217 currency code")
    return _ISO_EXPONENTS.get(code, get_currency_precision(code))

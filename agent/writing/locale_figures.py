"""Dates, money and lists as people of a language and country write them."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from core.currency import exponent
from core.money import Money

#: Some locales group with a narrow blank that old mail programs show as a box.
_NARROW_BLANK = "\u202f"


class FigureFormat:
    """How figures are written to one customer. Amounts carry the ISO code, never a sign that could be two."""

    def __init__(self, language: str, country: str) -> None:
        """`language` is a primary tag that has mail templates, `country` ISO 3166-1 alpha-2 or empty."""
        self._locale = _locale(language, country.upper())

    def money(self, amount: Money) -> str:
        """Such as `1,840.00 GBP` or `1.840,00 EUR`: all decimals of the currency, more only where there are more."""
        decimals = max(exponent(amount.currency), -int(amount.amount.normalize().as_tuple().exponent))
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        written = str(format_decimal(amount.amount, format=pattern, locale=self._locale))
        return f"{written.replace(_NARROW_BLANK, chr(0xA0))} {amount.currency}"

    def day(self, day: date) -> str:
        """Such as `24 April 2026` or `24. April 2026`."""
        return str(format_date(day, format="long", locale=self._locale))

    def join(self, items: Sequence[str]) -> str:
        """Such as `A, B and C`."""
        joined = str(format_list(list(items), locale=self._locale)) if items else ""
        if len(items) > 1 and self._locale.language == "es" and items[-1].lower().startswith(("i", "hi")):
            # "y" becomes "e" before the same sound; CLDR's list patterns do not know the next word.
            return f"{joined.removesuffix(f' y {items[-1]}')} e {items[-1]}"
        return joined


@cache
def _locale(language: str, country: str) -> Locale:
    if language == "en" and country not in ("US", "CA", "AU", "NZ", "IE"):
        return Locale("en", "GB")
    try:
        found = Locale.parse(f"{language}_{country}") if country.isalpha() else Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language)
    return found

"""Finds amounts and other numbers in a text, in any locale's notation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.currency import is_currency

_NUMBER = re.compile(r"\d+(?:[.,']\d+| \d{3}(?!\d))*")
_MAX_DIGITS = 18
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_KRONOR = frozenset({"SEK", "NOK", "DKK", "ISK"})
_SIGNS: dict[str, frozenset[str]] = {
    "€": frozenset({"EUR"}), "£": frozenset({"GBP"}), "$": _DOLLARS, "us$": frozenset({"USD"}),
    "c$": frozenset({"CAD"}), "ca$": frozenset({"CAD"}), "a$": frozenset({"AUD"}), "au$": frozenset({"AUD"}),
    "nz$": frozenset({"NZD"}), "hk$": frozenset({"HKD"}), "s$": frozenset({"SGD"}), "mx$": frozenset({"MXN"}),
    "r$": frozenset({"BRL"}), "¥": frozenset({"JPY", "CNY"}), "zł": frozenset({"PLN"}), "₹": frozenset({"INR"}),
    "kr": _KRONOR, "fr": frozenset({"CHF"}), "sfr": frozenset({"CHF"}), "kč": frozenset({"CZK"}),
    "euro": frozenset({"EUR"}), "euros": frozenset({"EUR"}), "pound": frozenset({"GBP"}),
    "pounds": frozenset({"GBP"}), "pfund": frozenset({"GBP"}), "livres": frozenset({"GBP"}),
    "libras": frozenset({"GBP"}), "sterline": frozenset({"GBP"}), "pond": frozenset({"GBP"}),
    "dollar": _DOLLARS, "dollars": _DOLLARS, "dólares": _DOLLARS, "dollari": _DOLLARS, "dolarów": _DOLLARS,
    "franken": frozenset({"CHF"}), "francs": frozenset({"CHF"}), "franchi": frozenset({"CHF"}),
    "złoty": frozenset({"PLN"}), "złotych": frozenset({"PLN"}), "złote": frozenset({"PLN"}),
    "kronor": _KRONOR, "kronen": _KRONOR, "kroner": _KRONOR, "quid": frozenset({"GBP"}), "bucks": _DOLLARS,
}  # fmt: skip
#: Codes that people write in small letters; others are words when small ("all", "try", "top").
_SMALL_CODES = frozenset({"eur", "usd", "gbp", "chf", "sek", "pln", "cad", "aud", "nok", "dkk", "jpy", "brl", "mxn"})
_WORD = r"(?:[a-z]{1,2}\$|[€£$¥₹]|[^\W\d_]{2,8})"
_AFTER = re.compile(rf"[ \n]?({_WORD})(?![^\W\d_])", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![^\W_])({_WORD})[ \n]?[-+]?$", re.IGNORECASE)
_SCALE = re.compile(
    r" ?(?:(k|tsd\.?|thousand|tausend|mille|mil|mila|duizend|tys\.?|tusen)|(mio\.?|mln\.?|m|million(?:en|s)?|"
    r"millones|"
    r"milion[ie]|miljoen|milh(?:ão|ões)|milion(?:y|ów)?|miljon(?:er)?))(?!\w)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r" ?(?:%|‰|per ?cent\b|prozent\b|pour ?cent\b|por ?ciento\b|por ?cento\b|per cento\b|procent)", re.I
)


@dataclass(frozen=True, slots=True)
class NumberFigure:
    """A number: what it may mean, the currencies beside it (empty for none), and whether it is a percentage."""

    start: int
    end: int
    values: frozenset[Decimal]
    currencies: frozenset[str] = frozenset()
    percent: bool = False
    plain_digits: bool = True

    @property
    def is_amount(self) -> bool:
        return bool(self.currencies)


def find_numbers(text: str) -> tuple[NumberFigure, ...]:
    """All numbers of the normal text, in order; those with a currency beside them are amounts."""
    return tuple(_figure(text, match) for match in _NUMBER.finditer(text))


def _figure(text: str, match: re.Match[str]) -> NumberFigure:
    start, end = match.span()
    values = frozenset(readings(match.group()))
    plain = match.group().isdigit()
    if _PERCENT.match(text, end):
        return NumberFigure(start, end, values, percent=True, plain_digits=plain)
    scale = _SCALE.match(text, end)
    after_scale = _currency_after(text, scale.end()) if scale else None
    if scale and (after_scale or not _currency_after(text, end)):
        factor = Decimal(1000 if scale[1] else 1_000_000)
        values = frozenset(value * factor for value in values)
        end, plain = scale.end(), False
    currencies: frozenset[str] = frozenset()
    if found := _currency_after(text, end):
        currencies, end = found
    elif before := _currency_before(text, start):
        currencies, start = before
    return NumberFigure(start, end, values, currencies, plain_digits=plain)


def _currency_after(text: str, position: int) -> tuple[frozenset[str], int] | None:
    match = _AFTER.match(text, position)
    meant = _currencies(match[1]) if match else frozenset()
    return (meant, match.end()) if match and meant else None


def _currency_before(text: str, position: int) -> tuple[frozenset[str], int] | None:
    offset = max(0, position - 12)
    match = _BEFORE.search(text[offset:position])
    meant = _currencies(match[1]) if match else frozenset()
    return (meant, offset + match.start()) if match and meant else None


def _currencies(word: str) -> frozenset[str]:
    if word.isupper() and len(word) == 3 and is_currency(word):
        return frozenset({word})
    if word.lower() in _SMALL_CODES:
        return frozenset({word.upper()})
    return _SIGNS.get(word.lower(), frozenset())


def currency_words() -> tuple[str, ...]:
    """Spelled names and codes of currencies, in lower case, as they follow a number in words."""
    return tuple(sorted({*(word for word in _SIGNS if word.isalpha() and len(word) > 3), *_SMALL_CODES}))


def readings(token: str) -> Iterator[Decimal]:
    """What a number may mean: `1.250` is 1.25 or 1250. Nothing where it is malformed."""
    digits = token.replace(" ", "").replace("'", "")
    if sum(char.isdigit() for char in digits) > _MAX_DIGITS:
        return
    marks = [char for char in digits if char in ".,"]
    if not marks:
        yield Decimal(digits)
    elif len(set(marks)) == 2:
        last = marks[-1]
        if marks.count(last) == 1:
            other = "." if last == "," else ","
            yield Decimal(digits.replace(other, "").replace(last, "."))
    elif len(marks) > 1:
        if all(2 <= len(group) <= 3 for group in digits.split(marks[0])[1:]):
            yield Decimal(digits.replace(marks[0], ""))
    else:
        yield Decimal(digits.replace(",", "."))
        if len(digits.split(marks[0])[1]) == 3:
            yield Decimal(digits.replace(marks[0], ""))

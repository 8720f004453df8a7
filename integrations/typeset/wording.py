"""`Wording`: the labels, dates and amounts of a document in one language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from core.currency import exponent
from core.money import Money

_LABELS = Path(__file__).parent / "labels"
_FALLBACK = "en"
#: Longer than any language tag that Babel knows.
_LONGEST_TAG = 20
_NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says it. `tag` is the BCP 47 primary language of the labels."""

    tag: str
    labels: Mapping[str, str]
    locale: Locale

    def say(self, label: str, **values: str | int) -> str:
        """The label with its places filled; `values` enter as they are."""
        return self.labels[label].format(**values) if values else self.labels[label]

    def day(self, day: date) -> str:
        """`20 April 2026`, in full."""
        return format_date(day, "long", self.locale)

    def short_day(self, day: date) -> str:
        """`20 Apr 2026`, for tables; the order of day and month is the language's own."""
        return format_date(day, "medium", self.locale)

    def figure(self, money: Money) -> str:
        """The amount without its currency, at least with the currency's decimals; nothing is rounded away."""
        decimals = max(exponent(money.currency), -int(money.amount.normalize().as_tuple().exponent))
        whole = self.locale.decimal_formats[None].pattern.split(";")[0].split(".")[0]
        pattern = f"{whole}.{'0' * decimals}" if decimals else whole
        return format_decimal(money.amount, format=pattern, locale=self.locale)

    def money(self, money: Money) -> str:
        """The amount with its ISO 4217 code, on the side where the language writes the currency."""
        figure = self.figure(money)
        before = self.locale.currency_formats["standard"].pattern.lstrip("\u200e\u200f").startswith("¤")
        parts = (money.currency, figure) if before else (figure, money.currency)
        return _NO_BREAK_SPACE.join(parts)


@cache
def languages() -> frozenset[str]:
    """Primary language tags that documents can be written in."""
    return frozenset(path.stem for path in _LABELS.glob("*.json"))


def wording(language: str) -> Wording:
    """The words for a BCP 47 tag; its region decides over dates and separators. Other languages get English."""
    locale = _locale(language[:_LONGEST_TAG])
    return Wording(tag=locale.language, labels=_labels(locale.language), locale=locale)


def _locale(tag: str) -> Locale:
    primary = tag.replace("_", "-").partition("-")[0].lower()
    if primary not in languages():
        return Locale.parse(_FALLBACK)
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(primary)


@cache
def _labels(language: str) -> Mapping[str, str]:
    labels: dict[str, str] = json.loads((_LABELS / f"{language}.json").read_text(encoding="utf-8"))
    return labels

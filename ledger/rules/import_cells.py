"""Reads the cells of one import row and says in words what is wrong with them and what would be right."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from zoneinfo import available_timezones

from babel.core import get_global

from core.currency import is_currency
from core.money import parse_amount
from ledger.model.import_records import SourceRow

#: Longest cells in characters; the columns of the database take as much.
MOST_IDENTIFIER = 120
MOST_NAME = 300
MOST_TEXT = 10_000
MOST_ITEMS = 200
_MOST_AMOUNT = 40
_MOST_EMAIL = 254
_MOST_SHOWN = 60
#: Years outside are slips of the keyboard, and days near the ends of the calendar cannot be counted on from.
_YEARS = range(1970, 2200)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}")
#: Marks that change the direction of text: what a person sees would not be what is kept.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = frozenset("\t\n\r")


def shown(text: str) -> str:
    """The cell in quotes, shortened, for a message."""
    cut = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
    return f'"{cut}"'


class CellReader:
    """Takes typed values out of one row; `problems` collects what is wrong, so that a person mends a row once.

    A value returned after a problem is a placeholder: look at `problems` before using any.
    """

    def __init__(self, source: SourceRow) -> None:
        self.source = source
        self.problems: list[str] = []

    def given(self, column: str) -> bool:
        """Whether the file has this column (or the object this name) at all."""
        return column in self.source.cells

    def identifier(self, column: str, *, required: bool = True) -> str:
        """An id or number: one line, at most 120 characters, nothing invisible inside."""
        value = self._cell(column)
        if not value and required:
            self._wrong(column, "is empty: it is needed")
        elif len(value) > MOST_IDENTIFIER:
            self._wrong(column, f"has {len(value):,} characters; {MOST_IDENTIFIER} are the most")
        elif not value.isprintable():
            self._wrong(column, "holds a control or invisible character: take it out")
        return value

    def text(self, column: str, *, most: int = MOST_TEXT, required: bool = False) -> str:
        """Free text, kept as it is, a leading `=` too; line breaks may stand in it, control characters not."""
        return self._checked(column, self._cell(column), most=most, required=required)

    def items(self, column: str) -> tuple[str, ...]:
        """The parts of a cell between semicolons, without blanks around them and without repeats."""
        parts = [part.strip() for part in self._cell(column).split(";")]
        unique = tuple(dict.fromkeys(part for part in parts if part))
        if len(unique) > MOST_ITEMS:
            self._wrong(column, f"lists {len(unique):,} items; {MOST_ITEMS} are the most")
            return ()
        return tuple(self._checked(column, part, most=MOST_NAME, required=True) for part in unique)

    def amount(self, column: str) -> Decimal:
        """A plain decimal in major units. We never guess what `1.250,00` means."""
        value = self._cell(column)
        if not value:
            self._wrong(column, "is empty: write an amount like 1250.00")
            return Decimal(0)
        try:
            if len(value) > _MOST_AMOUNT:
                raise ValueError("too long")
            amount = parse_amount(value)
        except ValueError:
            self._wrong(
                column,
                f"{shown(value)} is not an amount like 1250.00: a point before the decimals, no thousands "
                "separators, no currency sign, under 100 trillion",
            )
            return Decimal(0)
        if amount != amount.quantize(Decimal("0.000001")):
            self._wrong(column, f"{shown(value)} has more than six decimals")
        return amount

    def currency(self, column: str, *, required: bool = True) -> str:
        """An ISO 4217 code in capitals; empty only where it is not required."""
        value = self._cell(column)
        if is_currency(value) or (not value and not required):
            return value
        hint = f"write {value.upper()}" if is_currency(value.upper()) else "write one like EUR or USD"
        self._wrong(column, f"{shown(value)} is not an ISO 4217 currency code: {hint}")
        return ""

    def day(self, column: str) -> date:
        """A calendar day written `YYYY-MM-DD`, from 1970 to 2199."""
        value = self._cell(column)
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            self._wrong(column, f"{shown(value)} is no day of the calendar")
            return date.min
        if day is None:
            self._wrong(column, f"{shown(value)} is not a date like 2026-04-30 (YYYY-MM-DD)")
            return date.min
        if day.year not in _YEARS:
            self._wrong(column, f"{shown(value)} is not between {_YEARS[0]} and {_YEARS[-1]}: is the year right?")
        return day

    def email(self, column: str, *, required: bool = True) -> str:
        """One address in lower case."""
        value = self._cell(column).lower()
        if not value and not required:
            return value
        if not is_email(value):
            self._wrong(column, f"{shown(value)} is not one e-mail address like anna@customer.example")
        return value

    def domains(self, column: str) -> tuple[str, ...]:
        """E-mail domains in lower case."""
        found = tuple(item.lower() for item in self.items(column))
        for item in found:
            if not is_domain(item):
                self._wrong(column, f"{shown(item)} is not a domain like customer.example")
        return found

    def country(self, column: str) -> str:
        """ISO 3166-1 alpha-2 in capitals, or empty."""
        return self._known(column, lambda value: value in _countries(), "a country code like DE or GB")

    def language(self, column: str) -> str:
        """A BCP 47 tag, or empty."""
        return self._known(
            column, lambda value: _LANGUAGE.fullmatch(value) is not None, "a language tag like de or en-GB"
        )

    def time_zone(self, column: str) -> str:
        """An IANA name, or empty."""
        return self._known(column, lambda value: value in _time_zones(), "an IANA time zone like Europe/Berlin")

    def wrong(self, problem: str) -> None:
        """Adds a problem that concerns several cells."""
        self.problems.append(problem)

    def reason(self) -> str:
        """All problems in one line."""
        return "; ".join(self.problems)

    def _known(self, column: str, is_known: Callable[[str], bool], example: str) -> str:
        value = self._cell(column)
        if value and not is_known(value):
            self._wrong(column, f"{shown(value)} is not {example}")
        return value

    def _cell(self, column: str) -> str:
        return self.source.cells.get(column, "").strip()

    def _checked(self, column: str, value: str, *, most: int, required: bool) -> str:
        if not value and required:
            self._wrong(column, "is empty: it is needed")
        elif len(value) > most:
            self._wrong(column, f"has {len(value):,} characters; {most:,} are the most")
        elif not value.isprintable() and any(map(_is_unfit, value)):
            self._wrong(column, "holds a control character: take it out")
        return value

    def _wrong(self, column: str, problem: str) -> None:
        self.problems.append(f"{column} {problem}")


def is_email(text: str) -> bool:
    """Whether it is one plain address; no display name, no quoting, no blanks."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > _MOST_EMAIL or not text.isprintable():
        return False
    dots_fit = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return dots_fit and _LOCAL.fullmatch(local) is not None and is_domain(domain)


def is_domain(text: str) -> bool:
    """Whether it is a host name of two labels or more; letters of other alphabets are fine."""
    labels = text.split(".")
    return len(labels) >= 2 and len(text) <= _MOST_EMAIL and all(_LABEL.fullmatch(label) for label in labels)


def has_true_iban_check(text: str) -> bool:
    """False where the text has the form of an IBAN and its check digits are wrong; true for all else."""
    number = text.replace(" ", "").upper()
    if not (15 <= len(number) <= 34 and number.isascii() and number.isalnum()):
        return True
    if not (number[:2].isalpha() and number[2:4].isdigit()):
        return True
    turned = number[4:] + number[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _is_unfit(char: str) -> bool:
    return char in _BIDI or (unicodedata.category(char) in ("Cc", "Cs") and char not in _LINE_BREAKS)


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(code for code in get_global("territory_currencies") if len(code) == 2 and code.isalpha())

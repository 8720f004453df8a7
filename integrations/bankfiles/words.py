"""Text, days and amounts of bank files, exact and without guessing."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from core.currency import exponent, is_currency
from core.money import Money, parse_amount
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.limits import MOST_NAME, MOST_REFERENCE

#: No account has lines before or after these years; others are damage.
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
_NO_REFERENCE = frozenset(
    {"NONREF", "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "NONE", "NULL", "N/A", "0", "KREF", "EREF"}
)
_PLAIN = re.compile(r"[+-]?[0-9]{1,14}(?:\.[0-9]{0,6})?|[+-]?\.[0-9]{1,6}", re.ASCII)


def clean(text: str, most: int = MOST_REFERENCE) -> str:
    """On one line, single blanks, at most `most` characters; what cannot be shown becomes a blank."""
    shown = text[: most * 4]
    if not shown.isprintable():
        shown = "".join(one if one.isprintable() else " " for one in shown)
    return " ".join(shown.split())[:most].rstrip()


def name_of(text: str) -> str:
    return clean(text, MOST_NAME)


def account_of(text: str) -> str:
    """An account number without blanks, upper case, so that two writings of it are one."""
    return "".join(clean(text, MOST_NAME).split()).upper()


def said(text: str) -> str:
    """The text, or nothing where it is one of the words by which banks say that there is none."""
    cleaned = clean(text)
    return "" if cleaned.upper().strip("+-./ ") in _NO_REFERENCE or not cleaned.strip("+-./ ") else cleaned


def joined(*pieces: str) -> str:
    """The pieces that say something, each once, a blank between."""
    kept: list[str] = []
    for piece in map(clean, pieces):
        if piece and piece not in kept:
            kept.append(piece)
    return clean(" ".join(kept))


def currency_of(code: str, line: int) -> str:
    """Raises:
    Fault: no ISO 4217 currency.
    """
    known = code.strip().upper()
    if not is_currency(known):
        raise Fault(f"{quoted(code)} is no currency that is known (ISO 4217)", line)
    return known


def decimal_of(text: str, line: int) -> Decimal:
    """From `1250.00`, `-3` or `.5`.

    Raises:
        Fault: anything else.
    """
    stripped = text.strip()
    if not _PLAIN.fullmatch(stripped):
        raise Fault(f"{quoted(text)} is not an amount", line)
    try:
        return parse_amount(stripped)
    except ValueError as error:
        raise Fault(f"{quoted(text)} is not an amount", line) from error


def money_of(amount: Decimal, currency: str, line: int, *, more_places: int = 0) -> Money:
    """Raises:
    Fault: unknown currency, or parts of a cent: no bank books those, so the point was read in the wrong place.
    """
    known = currency_of(currency, line)
    places = -int(amount.normalize().as_tuple().exponent)
    if places > exponent(known) + more_places:
        raise Fault(f"{amount} has more decimals than {known} has", line)
    return Money(amount, known)


def day_of(year: int, month: int, day: int, line: int, written: str) -> date:
    """Raises:
    Fault: no such day, or one that no bank account has.
    """
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Fault(f"{quoted(written)} is not a day", line)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Fault(f"{quoted(written)} is not a day", line) from error


@lru_cache(maxsize=4_096)
def short_day(written: str, line: int) -> date:
    """`YYMMDD`; from 80 on it is the last century.

    Raises:
        Fault: no such day.
    """
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        raise Fault(f"{quoted(written)} is not a day written YYMMDD", line)
    year = int(written[:2])
    return day_of(year + (1900 if year >= 80 else 2000), int(written[2:4]), int(written[4:]), line, written)


def day_near(written: str, near: date, line: int) -> date:
    """`MMDD` in the year that brings it closest to `near`.

    Raises:
        Fault: no such day.
    """
    found: list[date] = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(day_of(year, int(written[:2]), int(written[2:]), line, written))
        except Fault:
            continue  # 29 February
    if not found:
        raise Fault(f"{quoted(written)} is not a day written MMDD", line)
    return min(found, key=lambda day: abs(day - near) / timedelta(days=1))

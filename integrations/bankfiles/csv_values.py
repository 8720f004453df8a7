"""How a CSV writes its days and amounts, found over whole columns, and the values themselves."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from babel.dates import get_month_names

from core.currency import is_currency
from core.money import parse_amount
from integrations.bankfiles.csv_words import folded
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.words import day_of

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv")
_DAY = re.compile(r"([0-9]{1,4})([./ -])([0-9]{1,2})\2([0-9]{2,4})(?:[T ,].{0,30})?", re.ASCII)
_RUN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[T ].{0,30})?", re.ASCII)
_NAMED = re.compile(r"([0-9]{1,2})[ .\-/]{1,2}([^\W\d_]{3,12})[ .,\-/]{0,2}([0-9]{2,4})(?:[T ,].{0,30})?")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})[ .]{1,2}([0-9]{1,2}),? ([0-9]{4})(?:[T ,].{0,30})?")
_SYMBOLS = {"€": "EUR", "£": "GBP", "zł": "PLN", "₹": "INR", "euros": "EUR", "R$": "BRL"}
_CURRENCY = re.compile(r"^(?:[A-Z]{3}|US\$|R\$|kr|zł|[€£$₹¥])|(?:[A-Z]{3}|kr|zł|[€£$₹¥])$")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ '.,_][0-9]{2,3}){1,6}|[0-9]{1,15}", re.ASCII)
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-", "–": "-"})

DAY_ORDERS = ("dmy", "mdy", "ymd")
#: Figures between two signs of grouping.
_GROUP = 3
_SAY_DECIMAL = "say it: --mapping decimal=point where the sign is a decimal point, else decimal=comma"


def day_order(cells: Sequence[str]) -> str | None:
    """`dmy`, `mdy` or `ymd`; None where the column does not tell.

    Raises:
        Fault: it is written in two ways.
    """
    parts = [(int(found[1]), int(found[3]), found[2]) for found in map(_DAY.fullmatch, cells) if found]
    if not parts:
        return "ymd" if any(map(_RUN.fullmatch, cells)) else "dmy"
    if all(first > 31 for first, _, _ in parts):
        return "ymd"
    if any(first > 31 for first, _, _ in parts):
        raise Fault("its dates are written in two ways")
    day_first = any(first > 12 for first, _, _ in parts)
    month_first = any(second > 12 for _, second, _ in parts)
    if day_first and month_first:
        raise Fault("its dates are written in two ways, day first and month first")
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    if all(sign == "." for _, _, sign in parts):
        return "dmy"
    in_order = [order for order in ("dmy", "mdy") if _is_in_order(cells, order)]
    return in_order[0] if len(in_order) == 1 else None


def _is_in_order(cells: Sequence[str], order: str) -> bool:
    try:
        days = [day_from(cell, order, 0) for cell in cells if _DAY.fullmatch(cell)]
    except Fault:
        return False
    return days == sorted(days) or days == sorted(days, reverse=True)


def looks_like_day(cell: str) -> bool:
    return any(pattern.fullmatch(cell) for pattern in (_DAY, _RUN, _NAMED, _MONTH_FIRST))


def day_from(cell: str, order: str, line: int) -> date:
    """Raises:
    Fault: no day.
    """
    if found := _DAY.fullmatch(cell):
        first, second, third = found[1], found[3], found[4]
        if len(first) == 4:
            return day_of(int(first), int(second), int(third), line, cell)
        day, month = (second, first) if order == "mdy" else (first, second)
        return day_of(_year(third), int(month), int(day), line, cell)
    if found := _RUN.fullmatch(cell):
        return day_of(int(found[1]), int(found[2]), int(found[3]), line, cell)
    if (found := _NAMED.fullmatch(cell)) and folded(found[2]) in _months():
        return day_of(_year(found[3]), _months()[folded(found[2])], int(found[1]), line, cell)
    if (found := _MONTH_FIRST.fullmatch(cell)) and folded(found[1]) in _months():
        return day_of(_year(found[3]), _months()[folded(found[1])], int(found[2]), line, cell)
    raise Fault(f"{quoted(cell)} is not a date", line)


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


@cache
def _months() -> dict[str, int]:
    """Names and short names of the months in nine languages; what two languages use for two months is in none."""
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale=language).items():
                    found.setdefault(folded(name), set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def decimal_sign(cells: Iterable[tuple[str, int]]) -> str:
    """`,` or `.`, of amounts each with the decimals that its currency has; `.` where none has a sign.

    Raises:
        Fault: it is written in two ways, or nothing tells whether `1.250` is a thousand or a fraction.
    """
    told: set[str] = set()
    may_be: set[str] = set()
    ambiguous, in_full = "", True
    for cell, places in cells:
        figures = _figures(cell)[0]
        sign = _told_by(figures, places)
        if sign:
            told.add(sign)
        elif sign is None:
            ambiguous = ambiguous or cell
            may_be.add("," if "," in figures else ".")
            in_full = in_full and places == _GROUP
        elif figures and places == _GROUP:
            in_full = False
    # Banks write a currency's three decimals in full: where every amount has three figures behind its one sign,
    # they are the decimals.
    told = told or (may_be if in_full else set())
    if len(told) > 1:
        raise Fault("its amounts are written in two ways, with decimal comma and decimal point")
    if ambiguous and not told:
        reason = f"nothing tells whether {quoted(ambiguous)} is written in thousands or with three decimals"
        raise Fault(reason, 0, _SAY_DECIMAL)
    return told.pop() if told else "."


def _told_by(figures: str, places: int) -> str | None:
    """The decimal sign that one amount shows; empty where it has no sign, None where it may be read both ways."""
    comma, point = figures.rfind(","), figures.rfind(".")
    if comma < 0 and point < 0:
        return ""
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    sign, other = (",", ".") if comma >= 0 else (".", ",")
    if figures.count(sign) > 1:
        return other
    whole, _, fraction = figures.partition(sign)
    if len(fraction) != _GROUP or whole.startswith("0") or len(whole) > _GROUP:
        return sign
    # A currency without decimals is only ever written in thousands.
    return None if places else other


def looks_like_amount(cell: str) -> bool:
    figures, _ = _figures(cell)
    return bool(
        re.fullmatch(r"[0-9]{1,3}(?:[ '.,]?[0-9]{2,3}){0,6}(?:[.,][0-9]{1,6})?|[0-9]{1,15}[.,]?[0-9]{0,6}", figures)
    )


def amount_from(cell: str, sign: str, line: int) -> Decimal:
    """Signed by a minus before or after it, parentheses, or DR.

    Raises:
        Fault: no amount.
    """
    figures, is_negative = _figures(cell)
    whole, _, fraction = figures.rpartition(sign) if sign in figures else (figures, "", "")
    if not _GROUPED.fullmatch(whole or "0") or (fraction and not (fraction.isascii() and fraction.isdigit())):
        raise Fault(f"{quoted(cell)} is not an amount", line)
    plain = re.sub(r"[^0-9]", "", whole) or "0"
    if sign in whole or not figures:
        raise Fault(f"{quoted(cell)} is not an amount", line)
    try:
        amount = parse_amount(f"{plain}.{fraction or 0}")
    except ValueError as error:
        raise Fault(f"{quoted(cell)} is not an amount", line) from error
    return -amount if is_negative else amount


def currencies_in(cell: str) -> set[str]:
    """The currencies that it names by code or by a sign that means one alone (not `$`, not `kr`)."""
    text = cell[:60].translate(_BLANKS)
    found = {code for sign, code in _SYMBOLS.items() if sign in text}
    return found | {code for code in re.findall(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", text) if is_currency(code)}


def _figures(cell: str) -> tuple[str, bool]:
    """The figures with their signs of grouping, and whether they are negative."""
    text = cell[:60].translate(_BLANKS).strip()
    is_negative = text.startswith("(") and text.endswith(")")
    text = text.strip("()= ").strip('"')
    for _ in range(2):
        text = _CURRENCY.sub("", text).strip()
        marked = re.fullmatch(r"(.*[0-9])\s?(DR|CR|Dr|Cr|[SHCD])", text)
        if marked:
            is_negative = is_negative or marked[2].upper() in ("DR", "S", "D")
            text = marked[1]
        if text[:1] in ("-", "+") and text:
            is_negative = is_negative or text[0] == "-"
            text = text[1:].strip()
        if text[-1:] in ("-", "+") and text:
            is_negative = is_negative or text[-1] == "-"
            text = text[:-1].strip()
    return text, is_negative

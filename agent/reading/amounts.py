"""Amounts of money in a text, in the conventions of nine languages; Decimal from the first digit on."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.reading.folding import fold
from core.currency import exponent, is_currency
from core.money import Money

MAX_CHARS = 40_000
MAX_AMOUNTS = 200

_SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₦": "NGN", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD",
    "ca$": "CAD", "nz$": "NZD", "s$": "SGD", "hk$": "HKD", "r$": "BRL", "mx$": "MXN", "zl": "PLN", "zlotych": "PLN",
    "zlote": "PLN", "euro": "EUR", "euros": "EUR", "eur": "EUR", "pounds": "GBP", "quid": "GBP", "francs": "CHF",
    "franken": "CHF", "fr.": "CHF", "sfr.": "CHF", "kc": "CZK", "rs": "INR", "rs.": "INR", "rupees": "INR", "reais": "BRL",
    "dhs": "AED", "ft": "HUF", "naira": "NGN",
}  # fmt: skip
#: Written alike in several countries: the account's currency where it is one of them, else the first.
_SHARED_SYMBOLS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "COP", "CLP", "ARS", "UYU", "BBD", "JMD", "TTD"),
    "dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "bucks": ("USD", "CAD", "AUD"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("SEK", "NOK", "DKK", "ISK"),
    "kronor": ("SEK", "NOK", "DKK", "ISK"),
    "pesos": ("MXN", "COP", "CLP", "ARS", "UYU", "PHP"),
    "r": ("ZAR",),
    "rand": ("ZAR",),
}
_CURRENCY = (
    r"us\$|au?\$|ca?\$|nz\$|s\$|hk\$|r\$|mx\$|[€£¥₹₦$]|euros?|zlotych|zlote|zl|kronor|kr\.?|pounds|quid|dollars?|bucks"
    r"|pesos|francs|franken|sfr\.|fr\.|rupees|rs\.?|reais|rand|naira|dhs|[a-z]{3}"
)
#: Thousands in threes; Indian lakhs in twos and a three at the end.
_NUMBER = (
    r"\d{1,2}(?:,\d{2}){1,3},\d{3}(?:\.\d{1,2})?|\d{1,3}(?:[ .,']\d{3}){1,4}(?:[.,]\d{1,3})?|\d{1,9}(?:[.,]\d{1,3})?"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,/#:-])(?:(?P<before>{_CURRENCY}|r) ?)?(?P<sign>- ?)?(?P<number>{_NUMBER})(?P<thousand> ?k)?"
    rf"(?:,-|\.-|:-)?(?: ?(?P<after>{_CURRENCY}))?(?![\w/%°]|[.,:-]\d)"
)
#: Such words before a figure say that it is no money.
_NOT_MONEY_BEFORE = re.compile(
    r"(?:invoice|inv|no|nr|number|num|rechnung|rg|facture|factura|fattura|fatura|factuur|faktur[aey]|faktury|ref|po|order|tel"
    r"|phone|mobile|fax|ext|bestellung|bon|ticket|case|id|vat|iban|konto|account|acct|clause|section|page|art|line|ending"
    r"|endet auf|box|room|suite|floor|unit|check|cheque|chq|trace|kw|week|plz)\.?[ :#]{0,3}$"
)


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """Money at `text[start:end]`. `marked` where a currency or two decimals stand with it; `rough` for "4.2k"."""

    start: int
    end: int
    money: Money
    marked: bool
    rough: bool = False


def find_amounts(text: str, currency: str, taken: tuple[tuple[int, int], ...] = ()) -> tuple[FoundAmount, ...]:
    """Amounts in reading order, in the currency written or else in `currency` (ISO 4217, the account's).

    `taken` are places that mean something else (dates, invoice numbers). Bare whole numbers without a currency
    are no amounts, save with a thousands separator.
    """
    folded = fold(text[:MAX_CHARS])
    found: list[FoundAmount] = []
    for match in _AMOUNT.finditer(folded):
        amount = _amount(match, folded, currency)
        if amount is None or any(start < amount.end and amount.start < end for start, end in taken):
            continue
        found.append(amount)
        if len(found) >= MAX_AMOUNTS:
            break
    return tuple(found)


def _amount(match: re.Match[str], folded: str, currency: str) -> FoundAmount | None:
    before = _currency_of(match["before"], currency)
    after = _currency_of(match["after"], currency) if before is None else None
    start = match.start() if before else match.start("number")
    end = match.end() if after else (match.end("thousand") if match["thousand"] else match.end("number"))
    written = before or after
    number = match["number"]
    if (
        match["before"]
        and before is None
        and match["before"].isalpha()
        and match["before"] != "r"
        and " " not in match[0][:4]
    ):
        # "inv1250": letters glued to a figure make an identifier.
        return None
    decimal = _decimal(number, written or currency)
    if decimal is None or not is_currency(written or currency):
        return None
    has_cents = re.search(r"[.,]\d{2}$", number) is not None
    grouped = re.search(r"\d[ .,']\d{3}", number) is not None
    if not written and (
        not (has_cents or grouped or match["thousand"]) or _NOT_MONEY_BEFORE.search(folded, 0, start)
    ):
        return None
    if match["thousand"]:
        decimal *= 1000
    money = Money(decimal, written or currency)
    return FoundAmount(start, end, money, bool(written) or has_cents, bool(match["thousand"]))


def _currency_of(word: str | None, account: str) -> str | None:
    if not word:
        return None
    shared = _SHARED_SYMBOLS.get(word)
    if shared:
        if account in shared:
            return account
        return None if word in ("r", "rand") else shared[0]
    known = _SYMBOLS.get(word)
    if known:
        return known
    code = word.upper()
    return code if len(code) == 3 and code in _CODES else None


#: Codes that customers write; other three-letter words before a figure ("for 200") are no currencies.
_CODES = frozenset(
    "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF CAD AUD NZD SGD HKD JPY CNY INR ZAR BRL MXN COP CLP AED SAR QAR KWD BHD OMR"
    " TRY RON BGN ILS THB MYR IDR PHP KRW NGN KES EGP ISK ARS PEN UYU VND TWD".split()
)


def _decimal(number: str, currency: str) -> Decimal | None:
    """The figure's value; the last separator is a decimal one unless three digits group after it."""
    text = number.replace("'", " ")
    separators = [character for character in text if character in "., "]
    if not separators:
        return Decimal(text)
    last = separators[-1]
    whole, _, tail = text.rpartition(last)
    grouping = last == " " or separators.count(last) > 1
    if not grouping and len(tail) == 3:
        # One separator and three digits: thousands, unless the currency has three decimals.
        grouping = (len(separators) > 1 and separators[0] == last) or exponent(currency) != 3
        if len(set(separators)) > 1:
            grouping = False
    digits = "".join(character for character in whole if character.isdigit())
    if grouping:
        return Decimal(digits + tail)
    return Decimal(f"{digits}.{tail}") if tail else Decimal(digits)

"""Dates written in digits: 2026-04-03, 03/04/2026, 3.4., 24-9 and "week 24", in every language alike."""
# ruff: noqa: E501 - patterns are not wrapped

import re
from datetime import date

from agent.reading import date_rules
from agent.reading.date_hits import Hit, yearless

_ISO = re.compile(r"(?<![\w.,/-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\w/-])")
_TRIPLE = re.compile(r"(?<![\w.,/-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4}|\d{2})(?![\w/-]|:\d)")
_PAIR = re.compile(r"(?<![\w.,/-])(\d{1,2})([./-])(\d{1,2})(\.?)(?![\w/%€$£-])(?!,\d|\.\d|:\d)")
_ROMAN = re.compile(r"(?<![\w.,/-])(\d{1,2})[./](i{1,3}|iv|vi{0,3}|ix|xi{0,2})(?![\w-])(?:[./ ] ?(\d{4})(?!\w))?")
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_WEEK_NUMBER = re.compile(
    r"(?<!\w)(?:(?:week|wk|kw|kalenderwoche|semaine|sem\.|semana|settimana|sett\.|tydzien|tygodniu|tyg\.|vecka|v\.|week nr\.?|wk\.) {0,2}(?:nr\.? |no\.? |n\. )?(\d{1,2})"
    r"|(?:kw|wk|v|w|t)(\d{2})|(\d{1,2})\. {0,2}(?:kw|kalenderwoche|tydzien|tygodniu))(?![\w/-]|\.\d)"
)
_MONEY_AHEAD = re.compile(
    r" {0,2}(?:€|\$|£|eur|usd|gbp|pln|zl|sek|kr\b|chf|k\b|hours?\b|h\b|hrs?\b|uhr|uur|%|std|am\b|pm\b|days?\b|weeks?\b|tagen?\b|wochen\b"
    r"|jours\b|semaines\b|dias\b|semanas\b|giorni\b|settimane\b|dagen\b|weken\b|werkdag|dni\b|tygodni|godz|dagar\b|veckor\b|arbetsdag|bankdag"
    r"|business\b|working\b|werktag|arbeitstag|minut|stuks?\b|szt\b|stuck\b|st\b)"
)
#: So old or so far no paper is: "11.12. 16 Uhr" is no year.
_FAR_YEARS = 12
#: "FV 2/03", "à 2.10", "2/10 net 60": a number, a price, terms.
_NUMBER_BEFORE = re.compile(r"(?<!\w)(?:fv|fa|nr|inv|faktur[aeyo]|f-ra|rechnung|rg|fattura|ft)\.? {0,2}$")
_PRICE_BEFORE = re.compile(r"(?<!\w)(?:a|je|\d ?x|chf|fr|eur|usd|gbp|pln|sek|kr)\.? {0,2}$|[€$£@] ?$")
_NO_DAY_AHEAD = re.compile(r" {0,2}(?:net|netto|n/|of the|of an?|cases?|boxes)(?!\w)")
#: A currency sign with a figure after it is a column of its own: "26/11 $1,415".
_NEXT_FIGURE = re.compile(r" {1,2}(?:€|\$|£|eur|usd|gbp|pln|sek|chf) ?\d")
#: "21.10, 19:04" tells when.
_TIME_AHEAD = re.compile(r"(?:,| o| um| kl\.?| alle| at| a las)? {1,2}\d{1,2}[:.]\d{2}(?!\d)")
#: "Opłacona kartą służbową 19.08, ...": a day of two digits a part, some words after what was paid.
_TWO_DIGITS_EACH = re.compile(r"\d{1,2}\.(?:0\d|1[0-2])")
_PAID_BEFORE = re.compile(
    r"(?<!\w)(?:za|o|w)?(?:plac|przel|ksiegow|ureguluj|uregulowan)\w{1,10}[^.;!?\d]{0,40}$|(?<!\w)(?:in)?(?:betal|swish|overfor|skick)\w{0,10}[^.;!?\d]{0,40}$"
    r"|(?<!\w)(?:be|ge)?(?:zahl|uberwies|glich|bucht)\w{0,8}[^.;!?\d]{0,40}$"
)
_PAID_CHARS = 52
_CLOSED = re.compile(r" {0,2}(?:[,;)]|\.(?= |$)|$)")
#: What a day in digits without a year stands behind, if nothing else marks it.
_DAY_BEFORE = re.compile(
    r"(?<!\w)(?:am|dn\.?|bis|zum|vom|den|dem|per|ab|der|fur|op|van|voor|sinds|uiterlijk|datum|do|dnia|dniu|na|od|z|w|senast|till|pa|fran|until|by|on|og|le|du|au|avant|pour"
    r"|data|il|del|entro|el|al|dia|em|ate|desde|fecha|dated|zapl\.|zaplacon[aeyo]|oplacon[aeyo]|przelan[aeyo]|wyslan[aeyo]|poszl[aoy]|zaplaty|ksiegowania|terminie?|wyplywu|betaald|betaaldatum|valuta|afgeschreven|overgeboekt|voldaan|overgemaakt|verzonden|bezahlt"
    r"|uberwiesen|beglichen|payee?s?|regle?e?s?|viree?s?|pagad[ao]s?|pagat[aeio]|saldat[aeio]|(?:in)?betalt?d?|(?:in)?betalad|(?:in)?betalas|(?:in)?betalades|betaldes|betalade|skickad|skickades|skickade|drogs|swishades?|overford|overfordes|forfallodagen|forfaller"
    r"|t\.?o\.?m\.?|fr\.?o\.?m\.?|uplywa|platn[aeyo]|bezahlte|uberwies|gezahlt|angewiesen|abgebucht|gebucht|zahlung) {1,2}$|[:(] {0,2}$"
)
#: So many characters before a day are looked at.
_BEFORE_CHARS = 14


def dates_in_digits(folded: str, today: date, *, month_first: bool) -> list[Hit]:
    """Every such date of `folded`; `month_first` is what 03/04 means for the account."""
    if not any(digit in folded for digit in "0123456789"):
        return []
    hits = []
    for match in _ISO.finditer(folded):
        day = date_rules.day_or_none(int(match[1]), int(match[3]), int(match[4]))
        if day is not None:
            hits.append(Hit(match.start(), match.end(), day, day, "day"))
    for match in _TRIPLE.finditer(folded):
        # Dots and dashes are day first everywhere; only slashes follow the country, dashes in the US too.
        first = month_first and match[2] in "/-"
        day = date_rules.day_and_month(match[1], match[3], int(match[4]), month_first=first)
        if day is not None and abs(day.year - today.year) <= _FAR_YEARS:
            hits.append(Hit(match.start(), match.end(), day, day, "day"))
    for match in _PAIR.finditer(folded):
        hits += _pair(folded, match, today, month_first=month_first)
    for match in _ROMAN.finditer(folded):
        hits += _roman(match, today)
    return hits + _weeks(folded, today)


def _pair(folded: str, match: re.Match[str], today: date, *, month_first: bool) -> list[Hit]:
    pointed = _DAY_BEFORE.search(folded, max(0, match.start() - _BEFORE_CHARS), match.start()) is not None
    marked = match[2] == "/" or (match[2] == "." and bool(match[4]))
    if not (pointed or (marked and not _is_a_figure(folded, match)) or _is_told(folded, match)):
        # 14.8 without a last dot is a day only after "am", "bis", ...: else it is a figure, and 3-5 a range.
        return []
    is_money = _MONEY_AHEAD.match(folded, match.end()) and not _NEXT_FIGURE.match(folded, match.end())
    if (not match[4] and is_money) or (match[1] == "24" and match[3] == "7" and not pointed):
        return []
    first = month_first and match[2] in "/-"
    day = date_rules.day_and_month(match[1], match[3], today.year, month_first=first)
    if day is None:
        return []
    end = match.end() if marked or not match[4] else match.end() - 1
    return [yearless(match.start(), end, day.month, day.day, today)]


def _is_a_figure(folded: str, match: re.Match[str]) -> bool:
    words = _NUMBER_BEFORE if match[2] == "/" else _PRICE_BEFORE
    before = words.search(folded, max(0, match.start() - _BEFORE_CHARS), match.start())
    return before is not None or _NO_DAY_AHEAD.match(folded, match.end()) is not None


def _is_told(folded: str, match: re.Match[str]) -> bool:
    """Whether a time, or what was paid before it, makes 19.08 a day."""
    if match[2] != "." or _is_a_figure(folded, match):
        return False
    if _TIME_AHEAD.match(folded, match.end()):
        return True
    paid = _PAID_BEFORE.search(folded, max(0, match.start() - _PAID_CHARS), match.start())
    return (
        paid is not None
        and _TWO_DIGITS_EACH.match(match[0]) is not None
        and _CLOSED.match(folded, match.end()) is not None
    )


def _roman(match: re.Match[str], today: date) -> list[Hit]:
    month, number = _ROMANS.index(match[2]) + 1, int(match[1])
    year = int(match[3]) if match[3] else today.year
    day = date_rules.day_or_none(year, month, number)
    if day is None:
        return []
    if match[3]:
        return [Hit(match.start(), match.end(), day, day, "day")]
    return [yearless(match.start(), match.end(2), month, number, today)]


def _weeks(folded: str, today: date) -> list[Hit]:
    hits = []
    for match in _WEEK_NUMBER.finditer(folded):
        friday = date_rules.friday_of_week_number(today, int(match[1] or match[2] or match[3]))
        if friday is not None:
            hits.append(Hit(match.start(), match.end(), friday, friday, "period"))
    return hits

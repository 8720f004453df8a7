"""Month, weekday and relative-day words of the nine languages that we write in, and the patterns made of them."""

import re
from functools import cache

from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv")
#: Month names that are common words too; they count as months next to a day or a year only.
_COMMON_WORDS = frozenset({"may", "march", "mars", "mai", "marca", "mei", "maja", "maj", "set", "out", "lis"})
_EXTRA_WEEKDAYS = {
    "środę": 2, "środy": 2, "sobotę": 5, "soboty": 5, "niedzielę": 6, "niedzieli": 6, "piątku": 4,
    "poniedziałku": 0, "wtorku": 1, "czwartku": 3, "sonnabend": 5, "segunda": 0, "terça": 1, "quarta": 2,
    "quinta": 3, "sexta": 4,
}  # fmt: skip
#: Portuguese weekdays double as ordinals; alone they name no day.
_NEEDS_FEIRA = frozenset({"segunda", "terça", "quarta", "quinta", "sexta"})
#: Days from today that a word stands for.
RELATIVE_DAYS = {
    "today": 0, "tomorrow": 1, "yesterday": -1, "tonight": 0,
    "heute": 0, "morgen": 1, "gestern": -1, "übermorgen": 2,
    "aujourd'hui": 0, "demain": 1, "hier": -1, "après-demain": 2,
    "hoy": 0, "mañana": 1, "ayer": -1, "oggi": 0, "domani": 1, "dopodomani": 2, "ieri": -1,
    "vandaag": 0, "gisteren": -1, "overmorgen": 2, "hoje": 0, "amanhã": 1, "ontem": -1,
    "dziś": 0, "dzisiaj": 0, "jutro": 1, "wczoraj": -1, "pojutrze": 2,
    "idag": 0, "i dag": 0, "imorgon": 1, "i morgon": 1, "igår": -1, "i går": -1, "i övermorgon": 2,
}  # fmt: skip
_DAY_UNITS = (
    r"calendar days?|working days?|business days?|days?|tagen?|tage?|werktagen?|jours?|días?|dias?|giorn[io]|"
    r"dagen|dagar|dag|dni|dzień|dnia"
)
_WEEK_UNITS = r"weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week|tygodn\w{1,3}|tydzień|veckor|vecka"
_MONTH_UNITS = r"months?|monaten?|monate?|mois|mes(?:es)?|mes[ie]|maanden?|miesi\w{2,5}|månader|månad"


@cache
def months() -> dict[str, frozenset[int]]:
    """Lower-case month names and abbreviations to the months they may mean."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        names = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[context][width].items():
                    word = str(name).lower().rstrip(".")
                    if len(word) > 2:
                        found.setdefault(word, set()).add(int(number))
    found.setdefault("sept", set()).add(9)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@cache
def weekdays() -> dict[str, int]:
    """Lower-case full weekday names to the weekday, Monday being 0."""
    found = dict(_EXTRA_WEEKDAYS)
    for language in LANGUAGES:
        names = Locale.parse(language).days
        for context in ("format", "stand-alone"):
            for number, name in names[context]["wide"].items():
                found[str(name).lower()] = int(number)
    return found


def month_pattern() -> str:
    """Alternatives of all month words, longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(months(), key=len, reverse=True)) + ")"


@cache
def lone_months() -> re.Pattern[str]:
    """Full month names that stand for a month even without a day."""
    wide = {
        str(name).lower()
        for language in LANGUAGES
        for context in ("format", "stand-alone")
        for name in Locale.parse(language).months[context]["wide"].values()
    }
    words = sorted(wide - _COMMON_WORDS, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + r")(?!\w)", re.IGNORECASE)


@cache
def weekday_words() -> re.Pattern[str]:
    """Weekday names on their own."""
    words = sorted(set(weekdays()) - _NEEDS_FEIRA, key=len, reverse=True)
    return re.compile(r"(?<!\w)(" + "|".join(re.escape(word) for word in words) + r")(?:s|en)?(?!\w)", re.IGNORECASE)


@cache
def relative_words() -> re.Pattern[str]:
    """Words such as today and tomorrow; "guten Morgen" and "de la mañana" mean no day."""
    words = sorted(RELATIVE_DAYS, key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?<!\w)(?<!guten )(?<!goede )(?<!la )(?<!am )({alternatives})(?!\w)(?!-)", re.IGNORECASE)


@cache
def periods() -> re.Pattern[str]:
    """A number of days (group 2), weeks or months (group 3)."""
    return re.compile(
        rf"(?<![\w.,])(\d{{1,4}})[ \n-]{{1,2}}(?:({_DAY_UNITS})|({_WEEK_UNITS}|{_MONTH_UNITS}))(?!\w)", re.IGNORECASE
    )


PAST_DUE = re.compile(
    r"past due|past its due|overdue|(?<!\w)late(?!\w)|überfällig|verzug|nach fälligkeit|retard|échu|vencid|retraso|"
    r"(?<!\w)mora(?!\w)|scadut|ritardo|oltre la scadenza|over de vervaldatum|te laat|achterstallig|vervallen|"
    r"verlopen|"
    r"atraso|em mora|po terminie|opóźni|przetermin|förfall|försen",
    re.IGNORECASE,
)

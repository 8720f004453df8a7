"""Company names, and what banks, clerks and forms make of them."""

import unicodedata
from random import Random

from evals.streams.countries import COUNTRIES, Country

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "AE", "Ö": "OE", "Ü": "UE"})
_OTHERS = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O"})
_SHORT = {
    "international": "intl", "services": "svcs", "manufacturing": "mfg", "industries": "ind", "distributors": "dist",
    "technologies": "tech", "engineering": "eng", "construction": "constr", "limited": "ltd", "company": "co",
    "group": "grp", "transports": "trsp", "private": "pvt", "maschinenbau": "masch.bau", "electric": "elec",
    "holdings": "hldgs", "consulting": "cons", "medical": "med", "gesellschaft": "ges", "logistics": "log",
}  # fmt: skip
_WIDTHS = (18, 22, 27, 32, 35)
_SUFFIXES = tuple(form for country in COUNTRIES for form in sorted(country.legal_forms, key=len, reverse=True))


def company_name(rng: Random, country: Country, taken: set[str]) -> str:
    """A name that nobody has yet; stems are shared, so that some customers differ by one word only."""
    for attempt in range(60):
        stem = rng.choice(country.stems)
        if attempt > 8 or rng.random() < 0.5:
            stem = f"{_coined(rng)} {stem}" if rng.random() < 0.4 else _coined(rng)
        name = f"{stem} {rng.choice(country.trades)} {rng.choice(country.legal_forms)}"
        if folded(name) not in taken:
            break
    taken.add(folded(name))
    return name


def _coined(rng: Random) -> str:
    """A family name or a made word: consonants and vowels in turn."""
    syllables = [rng.choice("bdfghklmnprstvw") + rng.choice("aeiou") for _ in range(rng.randint(2, 3))]
    return ("".join(syllables) + rng.choice(["", "n", "r", "s", "nd", "lt", "x", "ck"])).capitalize()


def trading_name(rng: Random, name: str) -> str:
    """A brand that shares no word with the company's name, or initials of it."""
    words = [word for word in without_form(name).replace("&", " ").split() if word[0].isalpha()]
    if len(words) >= 3 and rng.random() < 0.3:
        return "".join(word[0] for word in words).upper() + rng.choice([" Group", " Trading", ""])
    tail = rng.choice(["Direct", "Market", "Works", "Hub", "Online", "House", "Depot", "& Friends"])
    return f"{_coined(rng)}{rng.choice(['', 'ly', 'o', 'ium'])} {tail}"


def folded(text: str) -> str:
    """Letters without marks, lower case; `ß` and `ł` spelt out."""
    plain = unicodedata.normalize("NFKD", text.translate(_OTHERS))
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def without_form(name: str) -> str:
    """The name without its legal form."""
    for form in _SUFFIXES:
        if name.endswith(f" {form}"):
            return name[: -len(form) - 1]
    return name


def as_a_bank_shows_it(rng: Random, name: str) -> str:
    """What is habitual and harmless: capitals, no marks, no legal form, a field's width."""
    shown = name
    if rng.random() < 0.25:
        shown = without_form(shown)
    if rng.random() < 0.7:
        shown = shown.translate(_GERMAN) if rng.random() < 0.6 else shown
        shown = "".join(c for c in unicodedata.normalize("NFKD", shown.translate(_OTHERS)) if ord(c) < 128)
    if rng.random() < 0.7:
        shown = shown.upper()
    return shown[: rng.choice(_WIDTHS)].strip() if rng.random() < 0.3 else shown


def damaged_name(rng: Random, name: str) -> str:
    """What a clerk or an old system makes of it, still the same company to a reader."""
    words = without_form(name).split()
    ways = [_abbreviated, _with_a_typo, _cut, _joined, _with_a_prefix, _turned]
    shown = " ".join(words)
    for way in rng.sample(ways, 2):
        shown = way(rng, shown)
    return as_a_bank_shows_it(rng, shown)


def _abbreviated(rng: Random, text: str) -> str:
    del rng
    return " ".join(_SHORT.get(word.casefold(), word) for word in text.split())


def _with_a_typo(rng: Random, text: str) -> str:
    at = [index for index in range(2, len(text) - 1) if text[index].isalpha() and text[index - 1].isalpha()]
    if len(text) < 8 or not at:
        return text
    index = rng.choice(at)
    if rng.random() < 0.5:
        return text[:index] + text[index + 1 :]
    return text[: index - 1] + text[index] + text[index - 1] + text[index + 1 :]


def _cut(rng: Random, text: str) -> str:
    return text[: max(12, rng.choice(_WIDTHS[:3]))].strip()


def _joined(rng: Random, text: str) -> str:
    return text.replace("&", rng.choice(["AND", "+", "U."])).replace("-", " ").replace(".", "").replace("'", "")


def _with_a_prefix(rng: Random, text: str) -> str:
    return f"{rng.choice(['FA.', 'M/S', 'STE', 'THE', 'ORD:', 'FIRMA', 'FROM'])} {text}"


def _turned(rng: Random, text: str) -> str:
    words = text.split()
    return text if len(words) < 2 or rng.random() < 0.6 else f"{words[-1]} {' '.join(words[:-1])}"


_FIRST = ("Anna", "Jonas", "Marie", "Piotr", "Emily", "Luca", "Sofia", "Karl", "Rahul", "João", "Fatima", "Tom")
_LAST = ("Fischer", "Nowak", "Dubois", "Jansen", "Andersson", "Silva", "Patel", "Walker", "Rossi", "Haddad", "Kim")
_OFFICES = ("FINANZAMT KÖLN-SÜD", "HMRC VAT", "IRS TREAS 310", "URSSAF", "BELASTINGDIENST", "SKATTEVERKET",
            "ALLIANZ VERSICHERUNG", "AVIVA INSURANCE", "CITY UTILITIES", "DEUTSCHE POST", "RECEITA FEDERAL",
)  # fmt: skip


def stranger(rng: Random) -> str:
    """Somebody who is no customer."""
    if rng.random() < 0.3:
        return rng.choice(_OFFICES)
    person = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    return person.upper() if rng.random() < 0.5 else person

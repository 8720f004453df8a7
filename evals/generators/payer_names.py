"""Made-up companies, and how banks and clerks mangle their names."""

from random import Random

_FIRST = (
    "Alder", "Brim", "Corvin", "Dunmere", "Estrel", "Farrow", "Gantry", "Hollin", "Isarto", "Juniper", "Kestrel",
    "Lomond", "Marlen", "Norvik", "Oakhurst", "Pellard", "Quarrel", "Rosmar", "Selwyn", "Tarnow", "Ulmen", "Vestra",
    "Wickham", "Yarrow", "Zentis", "Brücken", "Étoile", "Nørre", "Castell", "Duvall",
)  # fmt: skip
_SECOND = (
    "Foods", "Tooling", "Textiles", "Logistics", "Instruments", "Papers", "Chemicals", "Timber", "Marine", "Optics",
    "Catering", "Packaging", "Furniture", "Bearings", "Ceramics", "Publishing", "Medical", "Glass",
)  # fmt: skip
_LEGAL = {"GBP": ("Ltd", "PLC"), "EUR": ("GmbH", "SARL", "BV", "AG"), "USD": ("Inc", "LLC", "Corp")}
_BANK_WIDTHS = (18, 27, 35)


def company_name(random: Random, currency: str, taken: set[str]) -> str:
    """A name that is not in `taken`, with a legal form of the currency's countries; it is added to `taken`."""
    while True:
        words = [random.choice(_FIRST), random.choice(_SECOND)]
        if random.random() < 0.3:
            words.insert(1, "& " + random.choice(_FIRST))
        stem = " ".join(words)
        if stem not in taken:
            taken.add(stem)
            return f"{stem} {random.choice(_LEGAL[currency])}"


def trading_name(random: Random, taken: set[str]) -> str:
    """A name under which a company trades that does not resemble its own."""
    while True:
        name = f"{random.choice(_FIRST)}{random.choice(('line', 'works', 'haus', 'direct', 'shop'))}"
        if name not in taken:
            taken.add(name)
            return name


def as_a_bank_shows_it(random: Random, name: str, noise: float) -> str:
    """The name as bank lines carry it: case, lost legal form, `&`, cut ends and, by `noise`, a slip."""
    shown = name.upper() if random.random() < 0.7 else name
    if random.random() < 0.4:
        shown = shown.rsplit(" ", 1)[0]
    shown = shown.replace("&", "AND" if random.random() < 0.5 else "+")
    if random.random() < noise:
        shown = shown[: random.choice(_BANK_WIDTHS)]
    if random.random() < noise and len(shown) > 6:
        at = random.randrange(1, len(shown) - 2)
        shown = shown[:at] + shown[at + 1] + shown[at] + shown[at + 2 :]
    return shown.strip()


def stranger(random: Random) -> str:
    """A person's name that no customer has."""
    initial = random.choice("ABCDEFGHJKLMNPRSTW")
    return f"{initial} {random.choice(('Moser', 'Okafor', 'Lindqvist', 'Baptiste', 'Ferrer', 'Quigley', 'Sato'))}"

"""Domains that look like another one and are not: what a payer or a collector reads past.

The shapes are those of invoice fraud: letters of another alphabet, letters that look alike, one letter changed, left
out or exchanged, a hyphen or a word added, another ending, a known domain put in front of a stranger's.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from core.domains import plain_domain

#: Shorter names are alike by chance: the same name under another ending, a like one, one with a letter changed.
_SHORTEST_NAME = 3
_SHORTEST_LIKE = 4
_SHORTEST_TYPED = 5
#: Letters that a name may have more when pairs of them are read as one.
_MOST_MORE = 4

#: Letters that are drawn like an ASCII one: Cyrillic, Greek, Latin with strokes, and signs of phonetics.
_DRAWN_ALIKE = {
    ord(pair[0]): pair[1]
    for pair in (
        "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw ьb вb кk мm нh тt гr пn ӏl ꙇi "
        "οo αa εe νv ιi κk ρp τt υu χx ωw ηn γy ɡg ɑa ɩi ıi łl øo đd ħh ŧt ʟl ɴn ʀr"
    ).split()
}
#: And those of ASCII that are read for one another.
_READ_ALIKE = str.maketrans("013457|", "oieastl")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
#: Behind these, the name of the company is one label further left.
_SECOND_LEVEL = frozenset(
    "co com net org gov edu ac or ne gob gouv asso nom ltd plc me sch in gen ind firm biz".split()
)
#: What stands beside a company's name in a domain made for fraud.
_ADDED = frozenset(
    """pay pays payment payments invoice invoices invoicing billing bill account accounts accounting ap ar finance
    financial group holding holdings online web net mail email secure portal support service services team office corp
    corporate company inc ltd llc gmbh ag sa srl spa bv nv ab plc co uk us eu de fr int intl international global
    the my app hq zahlung rechnung facture paiement factura pago fattura pagamento factuur betaling fatura
    faktura""".split()
)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """The known domain that is imitated, and how, in words that a collector understands."""

    known: str
    how: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A domain in parts: what is registered (`brightwater`), its ending (`co.uk`), and what stands in front."""

    domain: str
    name: str
    ending: str
    front: tuple[str, ...]
    drawn: str


def look_alike(domain: str, known: Collection[str]) -> LookAlike | None:
    """The first known domain, in alphabetical order, that `domain` looks like without being it or lying below it.

    `known` are plain domains (`core.domains.plain_domain`), tens of thousands of them in a second. None for a known
    domain and for what lies below or above one.
    """
    ours = plain_domain(domain)
    if not ours or _is_known(ours, known):
        return None
    read = _taken_apart(ours)
    for one in sorted(known):
        how = _likeness(read, _taken_apart(one))
        if how:
            return LookAlike(one, how)
    return None


def _is_known(domain: str, known: Collection[str]) -> bool:
    labels = domain.split(".")
    above = {".".join(labels[at:]) for at in range(len(labels) - 1)}
    return any(one in above or one.endswith(f".{domain}") for one in known)


def readable(domain: str) -> str:
    """The domain as a mail program shows it: punycode (`xn--`) as the letters that it stands for."""
    plain = plain_domain(domain)
    return plain if "xn--" not in plain else ".".join(_shown(label) for label in plain.split("."))


def _shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _taken_apart(domain: str) -> _Name:
    labels = readable(domain).split(".")
    ending = labels[-1:]
    if len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
        ending = labels[-2:]
    rest = labels[: -len(ending)] or labels[:1]
    return _Name(domain, rest[-1], ".".join(ending), tuple(rest[:-1]), _drawn(rest[-1]))


def _likeness(found: _Name, known: _Name) -> str:
    """How the one looks like the other, or nothing. The surest likeness first."""
    length = len(known.name)
    if length >= _SHORTEST_NAME and found.name == known.name:
        return f"it ends in .{found.ending}, not in .{known.ending}"
    if length < _SHORTEST_LIKE:
        return ""
    if found.drawn == known.drawn:
        return "it is written with letters of another alphabet"
    if found.name.replace("-", "") == known.name.replace("-", ""):
        return "it has a hyphen more or less"
    if abs(len(found.name) - length) <= _MOST_MORE and _skeleton(found.drawn) == _skeleton(known.drawn):
        return "it is written with letters that look alike"
    if length >= _SHORTEST_TYPED and OSA.distance(found.drawn, known.drawn, score_cutoff=1) <= 1:
        return "one letter is another one, is missing or was added"
    if known.drawn in found.drawn and _with_a_word(found.drawn, known.drawn):
        return "a word was added to the name"
    if f".{known.domain}." in f".{found.domain}" or known.name in found.front:
        return "the name only stands in front of another domain"
    return ""


def _with_a_word(name: str, known: str) -> bool:
    if "-" in name:
        parts = name.split("-")
        return known in parts or any(_with_a_word(part, known) for part in parts[:5])
    return any(rest != name and rest in _ADDED for rest in (name.removeprefix(known), name.removesuffix(known)))


def _drawn(name: str) -> str:
    """In ASCII where each letter is drawn like one: accents off, other alphabets' twins replaced."""
    if name.isascii():
        return name
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).translate(_DRAWN_ALIKE)


def _skeleton(drawn: str) -> str:
    """What is left when letters that are read for one another are one."""
    text = drawn.replace("-", "")
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text.translate(_READ_ALIKE).replace("l", "i")

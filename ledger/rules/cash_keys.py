"""What candidates for a payment are looked up by, so that only a few documents of a large ledger are read."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ledger.model.cash import NumberKeys
from ledger.model.match import IncomingPayment
from ledger.rules.matching.cues import WrittenAmount, read_cues
from ledger.rules.matching.document_numbers import TELLING_DIGITS, core_digits, structured_bodies
from ledger.rules.matching.party_names import account_key, name_key, name_key_words
from ledger.rules.matching.text_atoms import RANGE_GLUE, TextAtoms, read_atoms

#: A remittance list of a thousand invoices asks for fewer.
MOST_KEYS = 12_000
_LONGEST_KEY = 60
_LOOKALIKES = str.maketrans("OQILSBZ", "0011582")
_LETTER_O = str.maketrans("O", "0")
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
_RUN = re.compile(r"\d{4,20}", re.ASCII)
#: A structured creditor reference in groups, as it is printed.
_STRUCTURED = re.compile(r"(?<![A-Z0-9])RF\d\d(?: ?[A-Z0-9]{1,21}){1,6}", re.ASCII)
#: `F-3001/02/03`, `4213 und 14`: what stands between a number and the last digits of the next one.
_LIST_GAP = re.compile(r"\s{0,2}(?:[/,+&;-]|\u2013|(?<=\s)[A-Z/]{1,7}(?=\s))\s{0,2}")
_SHORT = 3
#: `4213-4290` names this many at most.
_LONGEST_RANGE = 200
_PLAIN = re.compile(r"[\W_]+")
#: Words of a payer's name and of its text among which the name of a customer is looked for.
_MOST_WORDS = 60
#: `name_key` reads this many letters.
_MOST_LETTERS = 140
_LONGEST_NAME = 6
_SHORTEST_NAME = 6


def number_keys(text: str) -> NumberKeys:
    """Every key under which matching would look up a document that `text` names; at most `MOST_KEYS` of each kind.

    A superset of what `find_references` asks its indexes for, damaged numbers and last digits aside: those count
    within the payer's own documents, which are read whole.
    """
    atoms = read_atoms(text)
    plain = atoms.plain
    whole = dict.fromkeys(run.key for run in atoms.runs)
    digits: dict[str, None] = {}
    short: dict[str, None] = {}
    padded: dict[str, None] = {}
    for run in atoms.runs:
        bare = run.digits.lstrip("0")
        if len(bare) >= TELLING_DIGITS:
            digits[bare] = None
        elif bare:
            short[bare] = None
            if len(run.digits) >= TELLING_DIGITS:
                padded[run.digits] = None
    for body in _structured(plain):
        whole[body.translate(_LOOKALIKES)] = None
        bare = core_digits(body)
        (digits if len(bare) >= TELLING_DIGITS else short)[bare] = None
    for written in _RUN.findall(plain.translate(_LETTER_O)):
        bare = written.lstrip("0")
        (digits if len(bare) >= TELLING_DIGITS else short)[bare] = None
    # The other numbers of a list are those of whoever has the first one, which may be told by all that is written.
    digits.update(dict.fromkeys(_listed(atoms, read_cues(text).amounts)))
    return NumberKeys(_bounded(whole), _bounded(digits), _bounded(short).difference(digits), _bounded(padded))


def _structured(plain: str) -> Iterator[str]:
    """Bodies of structured creditor references: with `RF` before them, or a check digit behind."""
    for found in _STRUCTURED.finditer(plain):
        groups = found[0].split(" ")
        for last in range(1, len(groups) + 1):
            yield from structured_bodies("".join(groups[:last]))
    for run in dict.fromkeys(_NUMBER.findall(plain)):
        for number in {run, run.lstrip("0")}:
            yield from structured_bodies(number)


def _bounded(keys: Iterable[str]) -> frozenset[str]:
    kept = [key for key in keys if key and len(key) <= _LONGEST_KEY]
    return frozenset(kept[:MOST_KEYS])


def _listed(atoms: TextAtoms, amounts: Sequence[WrittenAmount]) -> Iterator[str]:
    """Whole digits of the numbers in a shortened list, and of those within a range."""
    masked = {position for written in amounts for position in range(written.start, written.end)} | atoms.in_dates
    before, end = "", 0
    for found in _NUMBER.finditer(atoms.plain):
        digits, gap = found[0], atoms.plain[end : found.start()]
        shortened = len(digits) <= _SHORT < len(before) and found.start() not in masked
        if shortened and _LIST_GAP.fullmatch(gap):
            digits = before[: -len(digits)] + digits
            yield digits.lstrip("0")
        elif before and len(digits) == len(before) and RANGE_GLUE.fullmatch(gap):
            first, last = int(before), int(digits)
            if 1 < last - first <= _LONGEST_RANGE:
                yield from (str(number) for number in range(first + 1, last))
        before, end = (digits if len(digits) > _SHORT else ""), found.end()


def payer_keys(payment: IncomingPayment) -> tuple[str, ...]:
    """Keys of habits and of earlier payments: `account:` and `name:` with letters and digits alone."""
    account, name = account_key(payment.payer_account)[:140], _PLAIN.sub("", payment.payer_name).upper()[:140]
    keys = (f"account:{account}" if account else "", f"name:{name}" if name else "")
    return tuple(key for key in keys if key)


def names_within(payment: IncomingPayment) -> tuple[str, ...]:
    """Names that a customer may have among the words of the payer and of the text: somebody else may pay for it."""
    found: dict[str, None] = {}
    for text in (payment.payer_name, payment.reference):
        words = name_key(" ".join(name_key_words(text[:_MOST_LETTERS]))).split()[:_MOST_WORDS]
        for first in range(len(words)):
            for last in range(first + 1, min(first + _LONGEST_NAME, len(words)) + 1):
                name = " ".join(words[first:last])
                if len(name) >= _SHORTEST_NAME:
                    found[name] = None
    return tuple(found)

"""What candidates for a payment are looked up by, so that only a few documents of a large ledger are read."""

import re
from collections.abc import Iterable, Iterator

from ledger.model.cash import NumberKeys
from ledger.model.match import IncomingPayment
from ledger.rules.matching.cues import MAX_TEXT, plain_upper
from ledger.rules.matching.document_numbers import core_digits, holds_digit, structured_bodies
from ledger.rules.matching.payer import account_key, name_key, name_key_words

#: A remittance list of a thousand invoices asks for fewer.
MOST_KEYS = 12_000
_LONGEST_KEY = 60
_MOST_ATOMS = 4_000
#: As in `ledger.rules.matching.references`; a test holds the two together.
_MOST_JOINED = 5
_LONGEST_GAP = 3
_GLUE = frozenset(" \t\r\n\f\v-/._#:°")
_ATOM = re.compile(r"[^\W_]+")
_PREFIX = re.compile(r"^[^\W\d_]+")
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
    within the payer's own documents, which are read whole. Made apart from it because this runs before anything is
    known, and at a fraction of the cost.
    """
    plain = text[:MAX_TEXT].upper() if text.isascii() else plain_upper(text)
    whole: dict[str, None] = {}
    digits: dict[str, None] = {}
    folded = plain.translate(_LOOKALIKES)
    spans = [found.span() for found in _ATOM.finditer(plain)][:_MOST_ATOMS]
    words = [plain[start:end] for start, end in spans]
    looks_alike = [folded[start:end] for start, end in spans]
    numbered = [holds_digit(word) for word in words]
    for first, (_, end) in enumerate(spans):
        has_digit = False
        for last in range(first, min(first + _MOST_JOINED, len(spans))):
            if last > first and not _glued(plain, end, spans[last][0]):
                break
            end = spans[last][1]
            has_digit = has_digit or numbered[last]
            if has_digit:
                whole["".join(looks_alike[first : last + 1])] = None
                digits[_number_of(words[first : last + 1])] = None
        if len(whole) > MOST_KEYS or len(digits) > MOST_KEYS:
            break
    for body in _structured(plain):
        whole[body.translate(_LOOKALIKES)] = None
        digits[core_digits(body)] = None
    runs = (run.lstrip("0") for run in _RUN.findall(plain.translate(_LETTER_O)))
    digits.update(dict.fromkeys((*runs, *_listed(plain))))
    return NumberKeys(_bounded(whole), _bounded(digits))


def _glued(plain: str, end: int, start: int) -> bool:
    return start - end <= _LONGEST_GAP and all(char in _GLUE for char in plain[end:start])


def _number_of(words: list[str]) -> str:
    """Digits of a number with at most a word before it, without leading zeros; empty for anything else."""
    head = "" if words[0].isalpha() else _PREFIX.sub("", words[0])
    if not head[:1].isdigit() and (head or len(words) == 1):
        return ""
    number = (head.translate(_LOOKALIKES) + "".join(words[1:])).lstrip("0")
    return number if number.isdigit() and number.isascii() else ""


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


def _listed(plain: str) -> Iterator[str]:
    """Whole digits of the numbers in a shortened list, and of those within a range."""
    before, end = "", 0
    for found in _NUMBER.finditer(plain):
        digits = found[0]
        beside = bool(before) and _LIST_GAP.fullmatch(plain[end : found.start()]) is not None
        if beside and len(digits) <= _SHORT < len(before):
            digits = before[: -len(digits)] + digits
            yield digits.lstrip("0")
        if beside and len(digits) == len(before) and 1 < int(digits) - int(before) <= _LONGEST_RANGE:
            yield from (str(number) for number in range(int(before) + 1, int(digits)))
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

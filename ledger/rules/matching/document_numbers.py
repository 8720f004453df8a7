"""Normal forms of document numbers, and the index that finds documents by them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

#: What scanners, clerks and web forms mix up, folded on both sides before numbers are compared.
_LOOKALIKES = str.maketrans("OQILSBZ", "0011582")
_NOT_ALNUM = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_DIGITS = re.compile(r"[0-9]+")
#: Shorter ends of numbers say nothing.
SUFFIX_DIGITS = 3
#: ISO 11649: `RF`, two check digits, at most 21 characters.
RF_REFERENCE = re.compile(r"RF\d{2}[A-Z0-9]{1,21}", re.ASCII)
#: Digits that identify a document without knowing the payer.
TELLING_DIGITS = 5
_MAX_DAMAGED_DIGITS = 12
#: More of a customer's numbers than this are looked up form by form.
_COMPARED_ONE_BY_ONE = 300
#: A customer with more documents than this has its numbers filed by their ends and lengths.
_FILED_FROM = 100
#: For ASCII: without anything but letters and digits as well.
_FOLDED_ASCII = {code: None for code in range(128) if not chr(code).isalnum()} | _LOOKALIKES


def compact(text: str) -> str:
    """Upper case letters and digits only: `inv-004 213` is `INV004213`."""
    plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).upper()
    return plain if plain.isalnum() else _NOT_ALNUM.sub("", plain)


def folded(text: str) -> str:
    """`compact` with look-alike letters as digits, so that `INV-OO4213` and `INV-004213` agree."""
    if text.isascii():
        return text.upper().translate(_FOLDED_ASCII)
    return compact(text).translate(_LOOKALIKES)


def holds_digit(word: str) -> bool:
    """Whether a digit is among the word's characters."""
    return not word.isalpha() and any(map(str.isdigit, word))


def core_digits(text: str) -> str:
    """All digits of the number without leading zeros: `INV-004213` is `4213`; empty without digits."""
    return _NOT_DIGIT.sub("", text).lstrip("0")


def all_digits(text: str) -> str:
    """All digits of the number with its leading zeros."""
    return _NOT_DIGIT.sub("", text)


def last_group(number: str) -> str:
    """Last run of digits without leading zeros: `RE-2026/00417` is `417`."""
    groups = _DIGITS.findall(number)
    return groups[-1].lstrip("0") if groups else ""


def damaged_forms(digits: str) -> Iterator[str]:
    """Digit strings one slip away: neighbours transposed first, then a digit wrong, missing or doubled."""
    if not 4 <= len(digits) <= _MAX_DAMAGED_DIGITS:
        return
    for i in range(len(digits) - 1):
        if digits[i] != digits[i + 1]:
            yield digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
    for i in range(len(digits)):
        yield digits[:i] + digits[i + 1 :]
        for other in "0123456789":
            if other != digits[i]:
                yield digits[:i] + other + digits[i + 1 :]
            yield digits[:i] + other + digits[i:]


def structured_bodies(compact_text: str) -> Iterator[str]:
    """What a structured creditor reference carries: `RF` and two check digits before it, or a check digit behind.

    ISO 11649 (the whole is 1 modulo 97), the Luhn digit of the Nordic references, the Finnish 7-3-1, and the Belgian
    two digits.
    """
    if RF_REFERENCE.fullmatch(compact_text):
        turned = "".join(str(int(char, 36)) for char in compact_text[4:] + compact_text[:4])
        if int(turned) % 97 == 1:
            yield compact_text[4:]
    if compact_text.isdigit() and compact_text.isascii() and 5 <= len(compact_text) <= 27:
        if _luhn(compact_text) or _seven_three_one(compact_text):
            yield compact_text[:-1]
        if len(compact_text) == 12 and (int(compact_text[:-2]) % 97 or 97) == int(compact_text[-2:]):
            yield compact_text[:-2]


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if i % 2 else 1) for i, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _seven_three_one(digits: str) -> bool:
    weighed = sum(int(digit) * (7, 3, 1)[i % 3] for i, digit in enumerate(reversed(digits[:-1])))
    return (-weighed) % 10 == int(digits[-1])


class _Digits(NamedTuple):
    """A document and the digits of its number: all, without leading zeros, and the last run without them."""

    document: str
    written: str
    digits: str
    group: str


class NumberIndex:
    """Documents by their number: whole, by digits, and by last digits within one customer.

    Dictionary look-ups only, or a few comparisons, so that a search costs the same against a thousand documents as
    against a million.
    """

    def __init__(self) -> None:
        self._whole: dict[str, tuple[str, ...]] = {}
        self._digits: dict[str, tuple[str, ...]] = {}
        self._of_customer: dict[str, list[_Digits]] = {}
        #: Of customers with few: forms that are compared and the documents behind them, and of how many these are.
        self._forms_of: dict[str, tuple[list[str], list[str]]] = {}
        self._compared: dict[str, int] = {}
        #: Of customers with many documents: by the last digits, by the length of the digits, and how many are there.
        self._ends: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self._of_length: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {}
        self._filed: dict[str, int] = {}
        #: Numbers and documents by customer that are not looked at until `file`.
        self._later: dict[str, list[tuple[str, str, bool]]] = {}

    def add(self, number: str, *, document: str, customer_id: str) -> None:
        """Files `document` under `number`."""
        _file(self._whole, folded(number), document)
        self._add_digits(number, document, customer_id)

    def _add_digits(self, number: str, document: str, customer_id: str) -> None:
        one = _digits_of(number, document)
        if not one.digits:
            return
        _file(self._digits, one.digits, document)
        if one.group != one.digits and len(one.group) >= SUFFIX_DIGITS:
            _file(self._digits, one.group, document)
        self._of_customer.setdefault(customer_id, []).append(one)

    def add_later(self, number: str, *, document: str, customer_id: str, whole: bool = True) -> None:
        """Files `document` under `number` once `file` is called for its customer: most are never asked about.

        Without `whole` it is found by its digits, and not by the whole number.
        """
        self._later.setdefault(customer_id, []).append((number, document, whole))

    def file(self, customer_id: str) -> None:
        """What was left for later of this customer is found from now on."""
        for number, document, whole in self._later.pop(customer_id, ()):
            if whole:
                self.add(number, document=document, customer_id=customer_id)
            else:
                self._add_digits(number, document, customer_id)

    def whole(self, folded_number: str) -> tuple[str, ...]:
        """Documents whose whole number folds to this."""
        return self._whole.get(folded_number, ())

    def holding(self, folded_numbers: Set[str]) -> Set[str]:
        """Those of the numbers that some document has."""
        return self._whole.keys() & folded_numbers

    def by_digits(self, digits: str) -> tuple[str, ...]:
        """Documents with exactly these digits, leading zeros aside."""
        return self._digits.get(digits, ())

    def ending_in(self, digits: str, customer_id: str) -> tuple[str, ...]:
        """The customer's documents whose number ends in these digits, three or more."""
        if len(digits) < SUFFIX_DIGITS:
            return ()
        own = self._of_customer.get(customer_id, ())
        if len(own) > _FILED_FROM:
            self._file_parts_of(customer_id)
            held = self._ends.get((customer_id, digits[-SUFFIX_DIGITS:]), ())
            return tuple(document for whole, document in held if whole.endswith(digits))
        found = {(one.digits, one.document): None for one in own if one.digits.endswith(digits)}
        return tuple(document for _, document in found)

    def one_slip_from(self, digits: str, customer_id: str) -> tuple[str, ...]:
        """The customer's documents whose digits are one slip away from these, shorter ones first."""
        if len(digits) > _MAX_DAMAGED_DIGITS:
            return ()
        own = self._of_customer.get(customer_id, ())
        if len(own) > _FILED_FROM:
            return self._filed_one_slip_from(digits, customer_id)
        near: dict[str, list[str]] = {}
        forms, documents = self._forms_within(customer_id, own)
        for form, slips, at in extract_iter(digits, forms, scorer=OSA.distance, score_cutoff=1):
            if slips:
                near.setdefault(form, []).append(documents[at])
        return tuple(dict.fromkeys(document for form in sorted(near, key=len) for document in near[form]))

    def _forms_within(self, customer_id: str, own: Sequence[_Digits]) -> tuple[list[str], list[str]]:
        kept, compared = self._forms_of.setdefault(customer_id, ([], [])), self._compared.get(customer_id, 0)
        for one in own[compared:]:
            for form in _forms(one):
                kept[0].append(form)
                kept[1].append(one.document)
        self._compared[customer_id] = len(own)
        return kept

    def _filed_one_slip_from(self, digits: str, customer_id: str) -> tuple[str, ...]:
        self._file_parts_of(customer_id)
        near = [self._of_length.get((customer_id, len(digits) + more), {}) for more in (-1, 0, 1)]
        if sum(map(len, near)) > _COMPARED_ONE_BY_ONE:
            hits = (document for form in damaged_forms(digits) for one in near for document in one.get(form, ()))
        else:
            hits = (d for one in near for form, held in one.items() if OSA.distance(digits, form) == 1 for d in held)
        return tuple(dict.fromkeys(hits))

    def _file_parts_of(self, customer_id: str) -> None:
        own = self._of_customer[customer_id]
        for one in own[self._filed.get(customer_id, 0) :]:
            for form in _forms(one):
                _file(self._of_length.setdefault((customer_id, len(form)), {}), form, one.document)
            if len(one.digits) >= SUFFIX_DIGITS:
                key = (customer_id, one.digits[-SUFFIX_DIGITS:])
                held = self._ends.get(key, ())
                if (one.digits, one.document) not in held:
                    self._ends[key] = (*held, (one.digits, one.document))
        self._filed[customer_id] = len(own)


def _digits_of(number: str, document: str) -> _Digits:
    groups = _DIGITS.findall(number)
    if not groups:
        return _Digits(document, "", "", "")
    written = "".join(groups)
    return _Digits(document, written, written.lstrip("0"), groups[-1].lstrip("0"))


def _forms(one: _Digits) -> list[str]:
    """What a written number may be one slip away from. With leading zeros too: `00050` is `00005` transposed."""
    return [form for form in dict.fromkeys((one.digits, one.group, one.written)) if len(form) > SUFFIX_DIGITS]


def _file(shelf: dict[str, tuple[str, ...]], key: str, document: str) -> None:
    held = shelf.get(key)
    if held is None:
        if key:
            shelf[key] = (document,)
    elif document not in held:
        shelf[key] = (*held, document)

"""Normal forms of document numbers, and the index that finds documents by them."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TypeVar

#: What scanners, clerks and web forms mix up, folded on both sides before numbers are compared.
_LOOKALIKES = str.maketrans("OQILSBZ", "0011582")
_NOT_ALNUM = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")
#: Shorter ends of numbers say nothing.
SUFFIX_DIGITS = 3
_MAX_DAMAGED_DIGITS = 12
Key = TypeVar("Key", str, tuple[str, str])


def compact(text: str) -> str:
    """Upper case letters and digits only: `inv-004 213` is `INV004213`."""
    return _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", text).upper())


def folded(text: str) -> str:
    """`compact` with look-alike letters as digits, so that `INV-OO4213` and `INV-004213` agree."""
    return compact(text).translate(_LOOKALIKES)


def core_digits(text: str) -> str:
    """All digits of the number without leading zeros: `INV-004213` is `4213`; empty without digits."""
    return _NOT_DIGIT.sub("", text).lstrip("0")


def last_group(number: str) -> str:
    """Last run of digits without leading zeros: `RE-2026/00417` is `417`."""
    groups = _NOT_DIGIT.sub(" ", number).split()
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


class NumberIndex:
    """Documents by their number: whole, by digits, and by last digits within one customer.

    Dictionary look-ups only, so that a search costs the same against a thousand documents as against a million.
    """

    def __init__(self) -> None:
        self._whole: dict[str, tuple[str, ...]] = {}
        self._digits: dict[str, tuple[str, ...]] = {}
        self._ends: dict[tuple[str, str], tuple[str, ...]] = {}

    def add(self, number: str, *, document: str, customer_id: str) -> None:
        """Files `document` under `number`."""
        _file(self._whole, folded(number), document)
        digits = core_digits(number)
        if not digits:
            return
        _file(self._digits, digits, document)
        group = last_group(number)
        if group != digits and len(group) >= SUFFIX_DIGITS:
            _file(self._digits, group, document)
        if len(digits) >= SUFFIX_DIGITS:
            _file(self._ends, (customer_id, digits[-SUFFIX_DIGITS:]), document)

    def whole(self, folded_number: str) -> tuple[str, ...]:
        """Documents whose whole number folds to this."""
        return self._whole.get(folded_number, ())

    def by_digits(self, digits: str) -> tuple[str, ...]:
        """Documents with exactly these digits, leading zeros aside."""
        return self._digits.get(digits, ())

    def ending_in(self, digits: str, customer_id: str) -> tuple[str, ...]:
        """The customer's documents whose last three digits are those of `digits`; the caller compares the rest."""
        return self._ends.get((customer_id, digits[-SUFFIX_DIGITS:]), ())


def _file(shelf: dict[Key, tuple[str, ...]], key: Key, document: str) -> None:
    held: tuple[str, ...] = shelf.get(key, ())
    if key and document not in held:
        shelf[key] = (*held, document)

"""Invoice numbers: how sellers print them, how standards carry them, and how payers damage them."""

import re
from datetime import date
from random import Random

_INVOICES = ("INV-{n:06d}", "{yy}{n:05d}", "RE-{yyyy}-{n:05d}", "F{yyyy}{mm}-{n:04d}", "FV/{yyyy}/{mm}/{n:04d}",
             "SI{n:07d}", "10{n:07d}", "{yyyy}/{n:05d}", "A-{n:05d}", "VF{yy}-{n:05d}")  # fmt: skip
#: One of a seller's entities at least uses these, so that there is a prefix and there are zeros to lose.
_WITH_PREFIX = ("INV-{n:06d}", "SI{n:07d}", "A-{n:05d}")
_CREDITS = ("CN-{n:05d}", "GS-{yyyy}-{n:04d}", "CR{n:06d}", "AV{yy}{n:05d}", "KOR/{yyyy}/{n:04d}")
_DIGITS = re.compile(r"[0-9]+")


class Numbering:
    """Running numbers after one printed form, as one of the seller's entities uses it."""

    def __init__(self, form: str, start: int) -> None:
        self._form = form
        self._next = start

    def on(self, day: date) -> str:
        """The next number."""
        self._next += 1
        return self._form.format(n=self._next, yyyy=day.year, yy=f"{day.year % 100:02d}", mm=f"{day.month:02d}")


def invoice_numberings(rng: Random, entities: int, after: int) -> list[Numbering]:
    """One for each entity, each of another form; starts are far apart, so that two seldom share digits."""
    first = rng.choice(_WITH_PREFIX)
    forms = [first, *rng.sample([form for form in _INVOICES if form != first], entities - 1)]
    starts = [after + rng.randint(120, 2900) + 3000 * position for position in range(entities)]
    return [Numbering(form, start) for form, start in zip(forms, rng.sample(starts, entities), strict=True)]


def credit_numbering(rng: Random, after: int) -> Numbering:
    """Of credit notes."""
    return Numbering(rng.choice(_CREDITS), after + rng.randint(20, 900))


def compact(number: str) -> str:
    """Letters and digits alone, in capitals."""
    return "".join(char for char in number.upper() if char.isalnum())


def digits_of(number: str) -> str:
    """Digits alone."""
    return "".join(_DIGITS.findall(number))


def creditor_reference(number: str) -> str:
    """ISO 11649: `RF`, two check digits by modulus 97, the number."""
    body = compact(number)[:21]
    value = "".join(str(int(char, 36)) for char in f"{body}RF00")
    return f"RF{98 - int(value) % 97:02d}{body}"


def ocr_number(number: str) -> str:
    """A Swedish OCR number: the digits, a length digit, and a check digit by Luhn's rule."""
    body = digits_of(number)
    body += str((len(body) + 2) % 10)
    doubled = [sum(divmod(int(digit) * (2 - position % 2), 10)) for position, digit in enumerate(reversed(body))]
    return body + str(-sum(doubled) % 10)


# Damage. Each gives the number as a payer writes it, or nothing where that leaves it as it is.


def without_prefix(rng: Random, number: str) -> str:
    """INV-004213 becomes 004213."""
    del rng
    bare = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("-/ ")
    return bare if bare != number else ""


def without_zeros(rng: Random, number: str) -> str:
    """INV-004213 becomes INV-4213, or 4213."""
    shorter = re.sub(r"(?<![0-9])0+(?=[0-9]{3})", "", number)
    if shorter == number:
        return ""
    return shorter if rng.random() < 0.5 else shorter.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("-/ ")


def transposed(rng: Random, number: str) -> str:
    """Two neighbouring digits of the last five change places."""
    at = [i for i in range(len(number) - 5, len(number) - 1) if i >= 0 and number[i : i + 2].isdigit()]
    at = [i for i in at if number[i] != number[i + 1]]
    if not at:
        return ""
    i = rng.choice(at)
    return number[:i] + number[i + 1] + number[i] + number[i + 2 :]


def letter_o(rng: Random, number: str) -> str:
    """O for 0, everywhere or once."""
    if "0" not in number:
        return ""
    return number.replace("0", "O") if rng.random() < 0.5 else number.replace("0", "O", 1)


def last_digits(rng: Random, number: str) -> str:
    """The last four or five digits."""
    found = digits_of(number)
    count = rng.choice((4, 4, 5))
    return found[-count:] if len(found) > count else ""


def spaced(rng: Random, number: str) -> str:
    """Blanks within, as forms and line breaks put them."""
    bare = number.replace("-", " ").replace("/", " ")
    at = rng.randint(len(bare) - 4, len(bare) - 2)
    return f"{bare[:at]} {bare[at:]}"


def other_marks(rng: Random, number: str) -> str:
    """Other separators, or none."""
    changed = re.sub(r"[-/]", rng.choice(["", ".", "_", " "]), number)
    return changed if changed != number else ""


DAMAGES = {
    "ref_no_prefix": without_prefix,
    "ref_no_zeros": without_zeros,
    "ref_transposed": transposed,
    "ref_letter_o": letter_o,
    "ref_last_digits": last_digits,
    "ref_spaces": spaced,
    "ref_other_marks": other_marks,
}

"""How payers write what a payment is for: conventions of banks, languages, and damage to numbers."""

from collections.abc import Sequence
from random import Random

_ONE = (
    "INV {n}", "{n}", "Rechnung {n}", "facture {n}", "/ROC/{n}//", "SVWZ+RE {n} DANKE", "EREF+{x} SVWZ+{n}",
    "RMR*IV*{n}**{a}", "payment for invoice {n}", "pago factura {n}", "LOCKBOX {x} INVOICE {n}", "fakt. {n} ref {x}",
)  # fmt: skip
_WITHOUT = ("", "", "payment", "ACH CREDIT {x}", "SEPA UEBERWEISUNG", "SVWZ+ZAHLUNG", "PMT {x}", "Vielen Dank")
_SEPARATORS = (", ", " ", " + ", "; ", "/")


def naming(random: Random, number: str, amount: str) -> str:
    """Text that names one invoice in full."""
    return random.choice(_ONE).format(n=number, a=amount, x=_noise_digits(random))


def naming_list(random: Random, numbers: Sequence[str], amounts: Sequence[str]) -> str:
    """Text that names several invoices, with their amounts every third time."""
    if random.random() < 0.33:
        return "; ".join(f"{number} {amount}" for number, amount in zip(numbers, amounts, strict=True))
    written = random.choice(_SEPARATORS).join(numbers)
    return random.choice(("{n}", "invoices {n}", "Rechnungen {n}", "SVWZ+{n}", "factures {n}")).format(n=written)


def silent(random: Random) -> str:
    """Text that names nothing of ours."""
    return random.choice(_WITHOUT).format(x=_noise_digits(random))


def damaged(random: Random, number: str) -> str:
    """The number with one kind of damage: prefix or zeros lost, O for 0, digits swapped, only its end, blanks."""
    digits = "".join(char for char in number if char.isdigit())
    kind = random.choice(("prefix", "zeros", "letter_o", "swapped", "ending", "blanks"))
    if kind == "prefix":
        return digits
    if kind == "zeros":
        return digits.lstrip("0")
    if kind == "letter_o":
        return number.replace("0", "O")
    if kind == "swapped":
        return number[: -len(digits[-4:])] + _swapped(random, digits[-4:]) if number[-4:].isdigit() else digits
    if kind == "ending":
        return digits[-4:]
    return " ".join((number[:-3], number[-3:])).replace("-", " ")


def _swapped(random: Random, tail: str) -> str:
    places = [i for i in range(len(tail) - 1) if tail[i] != tail[i + 1]]
    if not places:
        return tail
    at = random.choice(places)
    return tail[:at] + tail[at + 1] + tail[at] + tail[at + 2 :]


def _noise_digits(random: Random) -> str:
    return str(random.randrange(10**7, 10**8))

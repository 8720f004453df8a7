"""What payers write about one document or a list of them."""

from collections.abc import Sequence
from random import Random

from core.money import Money
from evals.streams.bank_text import Line, figure
from evals.streams.languages import Language
from evals.streams.numbers import digits_of, without_prefix, without_zeros
from evals.streams.world import MadeInvoice


def naming(rng: Random, language: Language, number: str) -> str:
    """A word for invoice, and the number."""
    return f"{rng.choice(language.invoice)} {number}".strip()


def naming_with_more(rng: Random, language: Language, invoice: MadeInvoice) -> str:
    """The number, at times with the invoice's day or amount."""
    words = naming(rng, language, invoice.number)
    way = rng.random()
    if way < 0.12:
        return f"{words} {invoice.issued.strftime('%d.%m.%Y' if language.decimal_comma else '%m/%d/%y')}"
    if way < 0.22:
        return f"{words} {figure(invoice.left, language, grouped=rng.random() < 0.5)}"
    return words


def listing(rng: Random, language: Language, numbers: Sequence[str]) -> str:
    """Several numbers in one of the ways clerks shorten them."""
    joiner = rng.choice(language.joined)
    way = rng.random()
    written = list(numbers)
    if way < 0.2 and len(numbers) > 1:
        written = _with_tails(numbers)
    elif way < 0.35:
        written = [without_prefix(rng, number) or number for number in numbers]
    elif way < 0.45:
        written = [without_zeros(rng, number) or number for number in numbers]
    if joiner == "/" and any("/" in number for number in written):
        joiner = ", "
    return f"{rng.choice(language.invoice)} {joiner.join(written)}".strip()


def _with_tails(numbers: Sequence[str]) -> list[str]:
    """INV-004213, 4217: the first in full, the others by their last four digits."""
    first, *others = numbers
    tails = [digits_of(number)[-4:] for number in others]
    return list(numbers) if len(set(tails)) < len(tails) else [first, *tails]


def with_amounts(rng: Random, language: Language, lines: Sequence[Line]) -> str:
    """Numbers with what is paid on each; credit notes with a minus."""
    joiner = rng.choice([", ", "; ", " "])
    return joiner.join(
        f"{line.number} {'-' if line.paid.amount < 0 else ''}{figure(line.paid, language)}" for line in lines
    )


def line_in_full(invoice: MadeInvoice) -> Line:
    """A line that leaves nothing open."""
    return Line(invoice.number, invoice.left, invoice.left, Money.zero(invoice.left.currency))


def line_less(invoice: MadeInvoice, less: Money, reason: str) -> Line:
    """A line with a deduction and its reason."""
    return Line(invoice.number, invoice.left - less, invoice.left, less, reason)

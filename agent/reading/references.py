"""Which invoices a text is about: by number, part of a number, order, amount, month, or words like "both".

A number that looks like an invoice and that the ledger does not know is reported, never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.reading.amounts import FoundAmount
from agent.reading.folding import fold
from agent.reading.found_reference import FoundReference
from agent.reading.reference_marks import by_amount, by_bare_figure, by_day, by_month, compile_months
from agent.reading.reference_numbers import KnownNumbers, numbers_in
from agent.reading.reference_ranks import compile_ranks, picks_in
from agent.reading.reference_sets import Conversation, sets_in, without_overlaps
from agent.signals import InvoiceFact, ReplyToRead

MAX_CHARS = 40_000
#: "Unknown" is said of at most this many numbers.
MAX_UNKNOWN = 20


@dataclass(frozen=True, slots=True)
class References:
    """What a text points at, in reading order, and the numbers that look like invoices but are none of ours."""

    found: tuple[FoundReference, ...]
    unknown: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """All invoices pointed at, sorted."""
        return tuple(sorted({number for each in self.found for number in each.numbers}))


class ReferenceFinder:
    """Finds references to `invoices`, made ready once for several texts.

    `scope` are the invoices that the conversation is about, in the order of its list; "both", "the other one" and
    "the first two" are picked from these.
    """

    def __init__(self, invoices: Sequence[InvoiceFact], scope: Sequence[str] = ()) -> None:
        self._invoices = invoices
        self._known = KnownNumbers.of(invoices)
        self._conversation = Conversation.of(invoices, scope)

    def find(
        self, text: str, dates: Sequence[tuple[int, int]] = (), amounts: Sequence[FoundAmount] = ()
    ) -> References:
        """References in `text`; `dates` are places already read as dates."""
        text = text[:MAX_CHARS]
        folded = fold(text)
        found, unknown = numbers_in(text, folded, self._known, dates)
        starts = _line_starts(text)
        found += by_amount(folded, self._invoices, amounts)
        found += by_bare_figure(folded, self._invoices)
        found += by_month(folded, self._invoices, starts)
        found += by_day(folded, self._invoices)
        found = without_overlaps(found)
        picked = [
            each
            for each in picks_in(folded, starts, self._conversation.listed)
            # "On the 2nd" is a day.
            if not any(start < each.end and each.start < end for start, end in dates)
        ]
        found = sets_in(folded, without_overlaps([*found, *without_overlaps(picked)]), self._conversation)
        return References(tuple(found), tuple(dict.fromkeys(unknown))[:MAX_UNKNOWN])

    def written_in(self, text: str) -> tuple[str, ...]:
        """The invoices whose numbers stand in `text`, in its order."""
        found, _ = numbers_in(text, fold(text), self._known, ())
        return tuple(dict.fromkeys(n for each in sorted(found, key=lambda one: one.start) for n in each.numbers))


def find_references(
    text: str,
    invoices: Sequence[InvoiceFact],
    *,
    dates: Sequence[tuple[int, int]] = (),
    amounts: Sequence[FoundAmount] = (),
    scope: Sequence[str] = (),
) -> References:
    """`ReferenceFinder.find` for a single text."""
    return ReferenceFinder(invoices, scope).find(text, dates, amounts)


#: What may stand before the first word of a line: blanks, a bullet, a number of a list.
_BULLETS = " \t-*•–>"
_MOST_LINES = 2_000


def _line_starts(text: str) -> frozenset[int]:
    """Where the first word of each line begins, bullets left out."""
    starts = set()
    at = 0
    for line in text.split("\n")[:_MOST_LINES]:
        stripped = line.lstrip(_BULLETS)
        starts.add(at + len(line) - len(stripped))
        at += len(line) + 1
    return frozenset(starts)


# What the conversation is about


def conversation_scope(reply: ReplyToRead) -> tuple[str, ...]:
    """The invoices that the message answered is about, in its order: by our last mail's subject and text, or earlier.

    Falls back on the reply's own subject, then on the account's only open invoice; empty where it is about none
    in particular.
    """
    texts = [reply.subject]
    for message in reversed(reply.thread[-10:]):
        if message.outbound:
            texts += [f"{message.subject}\n{message.text[:4000]}"]
    best: tuple[str, ...] = ()
    finder = ReferenceFinder(reply.invoices)
    for text in texts:
        numbers = finder.written_in(text)
        if numbers and (not best or set(best) < set(numbers)) and len(numbers) > len(best):
            best = numbers
            if text is not texts[0]:
                break
    if best:
        return best
    open_ones = tuple(sorted(i.number for i in reply.invoices if i.open_balance.amount > 0))
    if len(open_ones) == 1:
        return open_ones
    return ()


def compile_references() -> None:
    """Compiles all patterns at once, so that no first mail waits for them (0.6 s)."""
    compile_ranks()
    compile_months()

"""Finds the invoices, credit notes and purchase orders that remittance text names, however they are written."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum, StrEnum
from itertools import islice, pairwise

from ledger.rules.matching.cues import Cues, WrittenAmount, plain_upper
from ledger.rules.matching.document_numbers import (
    SUFFIX_DIGITS,
    TELLING_DIGITS,
    NumberIndex,
    all_digits,
    core_digits,
    damaged_forms,
    folded,
    structured_bodies,
)
from ledger.rules.matching.text_atoms import RANGE_GLUE, Run, read_atoms

_PREFIX = re.compile(r"^[^\W\d_]+")
_INVOICE_WORDS = frozenset("INV INVOICE BILL RE RG RECHNUNG RNR FACTURE FACTURA FACT FAKTURA FATTURA LASKU".split())
_LIST_GLUE = re.compile(r"\s{0,2}(?:[/,+&;]|(?<=\s)(?:AND|UND|ET|Y|E|EN|OCH|OG|I|SOWIE)(?=\s))\s{0,2}")
#: A structured creditor reference, alone or in groups of four.
_STRUCTURED = re.compile(r"(?<![A-Z0-9])RF\d\d(?: ?[A-Z0-9]{1,21}| (?=[A-Z0-9])){1,6}", re.ASCII)
_DIGIT_RUN = re.compile(r"\d{4,20}", re.ASCII)
#: `4213-4290` names this many at most.
_MAX_RANGE = 200
_MAX_IN_RANGES = 2000
_LETTER_O = str.maketrans("O", "0")
#: The longest glue there is, and the most amounts beside one number: gross, deductions, net.
_LONGEST_GLUE = 12
_MAX_COLUMNS = 6
_MAX_NUMBER = 18
_MAX_RUNS = 200
_MAX_STRUCTURED = 500
_MAX_DOCUMENTS_PER_REFERENCE = 12


class Strength(IntEnum):
    """How surely the words name the document; higher is surer."""

    DAMAGED = 1
    ENDING = 2
    LISTED = 3
    DIGITS = 4
    WHOLE = 5


class DocumentType(StrEnum):
    """What was named."""

    INVOICE = "invoice"
    CREDIT = "credit"
    PO = "po"


@dataclass(frozen=True, slots=True)
class Reference:
    """One naming. Several `documents` mean that the words fit each of them; `quote` is what stood there."""

    kind: DocumentType
    documents: tuple[str, ...]
    strength: Strength
    quote: str
    start: int
    end: int
    #: Amount written right behind it, before the next reference.
    stated: Decimal | None = None
    #: All amounts behind it, before the next reference, in their order; and those before the first reference.
    figures: tuple[WrittenAmount, ...] = ()
    leading: tuple[WrittenAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberIndexes:
    """The three kinds of number a customer may name; purchase orders lead to their invoices."""

    invoices: NumberIndex
    credits: NumberIndex
    purchase_orders: NumberIndex

    def each(self) -> Iterator[tuple[DocumentType, NumberIndex]]:
        """In the order in which a number is taken for one kind or another."""
        yield DocumentType.INVOICE, self.invoices
        yield DocumentType.CREDIT, self.credits
        yield DocumentType.PO, self.purchase_orders


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose documents are meant: the identified payer's family, or nobody (empty) where it is unknown."""

    customer_ids: tuple[str, ...]
    #: Customer of a document.
    owner: Callable[[DocumentType, str], str]
    #: They are so many that a number one slip away says nothing.
    is_many: bool = False

    def holds(self, kind: DocumentType, document: str) -> bool:
        """Whether the document is of this family."""
        return self.owner(kind, document) in self.customer_ids


def find_references(text: str, indexes: NumberIndexes, scope: Scope, cues: Cues) -> tuple[Reference, ...]:
    """References in the order of the text, each document at most once, with the amounts stated beside them."""
    return _Reading(text, indexes, scope, cues).references()


class _Reading:
    """One pass over one text; whole numbers are taken first, so that their parts are not read as something else."""

    def __init__(self, text: str, indexes: NumberIndexes, scope: Scope, cues: Cues) -> None:
        self._read = read_atoms(text)
        self._text, self._atoms, self._runs = self._read.plain, self._read.spans, self._read.runs
        self._indexes = indexes
        self._each_index = tuple(indexes.each())
        self._scope = scope
        self._cues = cues
        self._taken = [False] * len(self._atoms)
        self._found: list[Reference] = []
        #: What was found, by where it ends.
        self._ending: dict[int, Reference] = {}

    def references(self) -> tuple[Reference, ...]:
        if not self._runs:
            return ()
        for _, index in self._each_index:
            for customer_id in self._scope.customer_ids:
                index.file(customer_id)
        self._take_structured()
        self._take_whole_numbers()
        self._mask(position for written in self._cues.amounts for position in range(written.start, written.end))
        self._mask(self._read.in_dates)
        free = [run for run in self._runs if self._free(run.first, run.last)]
        numbers = [run for run in free if run.digits]
        singles = [run for run in free if run.first == run.last]
        self._take_each(numbers, self._by_digits)
        self._take_each(singles, self._by_glued)
        self._take_each(singles, self._by_shorthand)
        if self._scope.customer_ids:
            self._take_each(numbers, self._by_ending)
            if not self._scope.is_many:
                self._take_each(numbers, self._by_damage)
        self._found.sort(key=lambda reference: reference.start)
        self._fill_ranges()
        return self._with_stated_amounts(_each_once(self._found))

    def _words(self, first: int, last: int) -> str:
        return self._text[self._atoms[first][0] : self._atoms[last][1]]

    def _free(self, first: int, last: int) -> bool:
        return True not in self._taken[first : last + 1]

    def _keep(self, kind: DocumentType, documents: Iterable[str], strength: Strength, first: int, last: int) -> None:
        for position in range(first, last + 1):
            self._taken[position] = True
        start, end = self._atoms[first][0], self._atoms[last][1]
        kept = tuple(documents)[:_MAX_DOCUMENTS_PER_REFERENCE]
        self._ending[end] = Reference(kind, kept, strength, self._text[start:end], start, end)
        self._found.append(self._ending[end])

    def _take_structured(self) -> None:
        """`RF18 INV0 0421 3`: the longest run of groups whose check digits hold and whose body is a number."""
        for found in islice(_STRUCTURED.finditer(self._text), _MAX_STRUCTURED):
            groups = [(first, last) for first, last in self._within(*found.span())]
            for first, last in reversed(groups):
                bodies = list(structured_bodies(self._words(first, last).replace(" ", "")))
                if bodies and self._free(first, last) and self._keep_number(bodies[0], first, last):
                    break

    def _within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        first = last = bisect_left(self._atoms, (start, start))
        while last < len(self._atoms) and self._atoms[last][1] <= end:
            yield first, last
            last += 1

    def _keep_number(self, number: str, first: int, last: int) -> bool:
        """Keeps the documents with this number, whole or by its digits; False where there are none."""
        for kind, index in self._each_index:
            documents = self._preferred(kind, index.whole(folded(number)))
            strength = Strength.WHOLE
            if not documents:
                digits = core_digits(number)
                documents = self._telling(kind, index.by_digits(digits), digits)
                strength = Strength.DIGITS
            if documents:
                self._keep(kind, documents, strength, first, last)
                return True
        return False

    def _telling(self, kind: DocumentType, documents: tuple[str, ...], digits: str) -> tuple[str, ...]:
        """The payer's own of these; anyone's where the digits are many enough to tell without knowing the payer."""
        own = tuple(document for document in documents if self._scope.holds(kind, document))
        return own or (documents if len(digits) >= TELLING_DIGITS else ())

    def _written_out(self, documents: tuple[str, ...], written: str) -> tuple[str, ...]:
        """Those with all digits written, leading zeros too: `0008558` tells `SI0008558` without knowing the payer."""
        if len(written) < TELLING_DIGITS or not written.startswith("0"):
            return ()
        return tuple(document for document in documents if all_digits(document) == written)

    def _take_whole_numbers(self) -> None:
        amounts = {written.start for written in self._cues.amounts}
        keys = {run.key for run in self._runs}
        held = [(kind, index, index.holding(keys)) for kind, index in self._each_index]
        if not any(found for _, _, found in held):
            return
        for run in self._runs:
            short = len(run.key) < SUFFIX_DIGITS and run.key.isdigit()
            if short or self._atoms[run.first][0] in amounts or not self._free(run.first, run.last):
                continue
            for kind, index, found in held:
                if run.key in found:
                    documents = self._preferred(kind, index.whole(run.key))
                    self._keep(kind, documents, Strength.WHOLE, run.first, run.last)
                    break

    def _preferred(self, kind: DocumentType, documents: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the payer's family where there are any: two entities may use the same number."""
        own = tuple(document for document in documents if self._scope.holds(kind, document))
        return own or documents

    def _mask(self, positions: Iterable[int]) -> None:
        masked = set(positions)
        for position, (start, _) in enumerate(self._atoms):
            if start in masked:
                self._taken[position] = True

    def _take_each(self, runs: Iterable[Run], find: Callable[[Run], None]) -> None:
        for run in runs:
            if self._free(run.first, run.last):
                find(run)

    def _called_an_invoice(self, first: int) -> bool:
        """`INV-24`, `Invoice #6`: the word makes even one digit a number of ours, within the payer's own."""
        prefix = _PREFIX.match(self._words(first, first))
        before = self._words(first - 1, first - 1) if first and self._read.glued(first) else ""
        return (prefix[0] if prefix else before) in _INVOICE_WORDS

    def _by_digits(self, run: Run) -> None:
        first, last, written = run.first, run.last, run.digits
        digits = written.lstrip("0")
        if not digits or (len(digits) < SUFFIX_DIGITS and not self._called_an_invoice(first)):
            return
        for kind, index in self._each_index:
            found = index.by_digits(digits)
            documents = self._telling(kind, found, digits) or self._written_out(found, written)
            if documents:
                self._keep(kind, documents, Strength.DIGITS, first, last)
                return
        plain_digits = first == last and written in self._words(first, last)
        for body in structured_bodies(digits) if plain_digits else ():
            if self._keep_number(body, first, last):
                return

    def _by_glued(self, run: Run) -> None:
        """`RECHNUNG004213VOM`: the digits of our number between letters that do not belong to it."""
        first, last = run.first, run.last
        words = self._words(first, last)
        if words.isdigit():
            return
        for written in _DIGIT_RUN.findall(words.translate(_LETTER_O)):
            digits = written.lstrip("0")
            for kind, index in self._each_index:
                documents = self._telling(kind, index.by_digits(digits), digits) if digits else ()
                if documents:
                    self._keep(kind, documents, Strength.DIGITS, first, last)
                    return

    def _by_shorthand(self, run: Run) -> None:
        """`F-3001/02/03`: a short number behind a found one stands for its last digits."""
        first, last = run.first, run.last
        words = self._words(first, last)
        if first == 0 or not (words.isdigit() and len(words) <= SUFFIX_DIGITS):
            return
        start = self._atoms[first][0]
        ends = (self._ending.get(end) for end in range(start, start - _LONGEST_GLUE - 1, -1))
        before = next((reference for reference in ends if reference is not None), None)
        if before is None or before.kind is DocumentType.PO:
            return
        gap = self._text[before.end : start]
        number = core_digits(before.documents[0])[: -len(words)] + words
        ends_range = RANGE_GLUE.fullmatch(gap) is not None and number > core_digits(before.documents[0])
        if not ends_range and not _LIST_GLUE.fullmatch(gap):
            return
        index = self._indexes.invoices if before.kind is DocumentType.INVOICE else self._indexes.credits
        owner = self._scope.owner(before.kind, before.documents[0])
        same = tuple(d for d in index.by_digits(number) if self._scope.owner(before.kind, d) == owner)
        if same:
            self._keep(before.kind, same, Strength.LISTED, first, last)

    def _fill_ranges(self) -> None:
        """`4213-4217`, `4213 bis 4217`: the numbers between two named ones of one customer."""
        added: list[Reference] = []
        seen: set[tuple[str, str]] = set()
        for low, high in pairwise(self._found):
            pair = (low.documents[0], high.documents[0])
            if pair in seen or len(added) > _MAX_IN_RANGES:
                continue
            seen.add(pair)
            if low.kind is not DocumentType.INVOICE or high.kind is not DocumentType.INVOICE:
                continue
            if not self._is_range(low, high):
                continue
            owner = self._scope.owner(low.kind, low.documents[0])
            for number in _between(low.documents[0], high.documents[0]):
                same = [
                    d for d in self._indexes.invoices.by_digits(number) if self._scope.owner(low.kind, d) == owner
                ]
                if same:
                    added.append(replace(low, documents=tuple(same), strength=Strength.LISTED, start=low.end - 1))
        self._found = sorted([*self._found, *added], key=lambda reference: reference.start)

    def _is_range(self, low: Reference, high: Reference) -> bool:
        """Whether a dash or a word such as `bis` stands between; the word may be read as the number's own."""
        digits = high.start + next((at for at, char in enumerate(high.quote) if char.isdigit()), 0)
        gaps = (self._text[low.end : high.start], self._text[low.end : digits])
        return any(len(gap) <= _LONGEST_GLUE and RANGE_GLUE.fullmatch(gap) for gap in gaps)

    def _by_ending(self, run: Run) -> None:
        digits = run.digits.lstrip("0")
        if len(digits) < SUFFIX_DIGITS:
            return
        for kind, index in self._each_index:
            documents = tuple(
                document
                for customer_id in self._scope.customer_ids
                for document in index.ending_in(digits, customer_id)
            )
            if documents:
                self._keep(kind, documents, Strength.ENDING, run.first, run.last)
                return

    def _by_damage(self, run: Run) -> None:
        digits = run.digits
        if len(digits) < SUFFIX_DIGITS + 1:
            return
        for kind, index in self._each_index:
            if kind is DocumentType.PO:
                continue
            documents = tuple(
                document
                for customer_id in self._scope.customer_ids
                for form in dict.fromkeys((digits, digits.lstrip("0")))
                for document in index.one_slip_from(form, customer_id)
            )
            if documents:
                self._keep(kind, dict.fromkeys(documents), Strength.DAMAGED, run.first, run.last)
                return

    def _with_stated_amounts(self, references: list[Reference]) -> tuple[Reference, ...]:
        """Gives each reference the amounts between it and the next one."""
        if not references:
            return ()
        ends = [reference.start for reference in references[1:]] + [len(self._text) + 1]
        amounts = self._cues.amounts
        leading = tuple(amount for amount in amounts if amount.end <= references[0].start)
        stated = []
        at = len(leading)
        for reference, until in zip(references, ends, strict=True):
            while at < len(amounts) and amounts[at].start < reference.end:
                at += 1
            beside = []
            while at < len(amounts) and amounts[at].start < until:
                beside.append(amounts[at])
                at += 1
            first = beside[0].amount if beside else None
            stated.append(replace(reference, stated=first, figures=tuple(beside[:_MAX_COLUMNS]), leading=leading))
        return tuple(stated)


def _between(low: str, high: str) -> Iterator[str]:
    first, last = core_digits(low), core_digits(high)
    if len(first) > _MAX_NUMBER or len(last) > _MAX_NUMBER:
        return
    if 1 < int(last) - int(first) <= _MAX_RANGE:
        yield from (str(number) for number in range(int(first) + 1, int(last)))


def has_unread_numbers(text: str, references: Iterable[Reference]) -> bool:
    """Whether the text writes a number of the length and beginning of a named one that is not recognised."""
    named = list(references)
    looks: set[tuple[int, str]] = set()
    for reference in named:
        runs = _DIGIT_RUN.findall(reference.quote)
        looks.update((len(run), run[:2]) for run in runs[-1:])
    named.sort(key=lambda reference: reference.start)
    starts = [reference.start for reference in named]
    for found in _DIGIT_RUN.finditer(plain_upper(text)) if looks else ():
        start, end = found.span()
        if (end - start, found[0][:2]) not in looks:
            continue
        nearest = named[max(bisect_right(starts, start) - 1, 0)]
        if not (nearest.start < end and start < nearest.end):
            return True
    return False


def nearly_names(text: str, number: str) -> Strength | None:
    """How the text names a document whose amount is known to agree: by its digits, their end, or one slip away."""
    core = core_digits(number)
    if len(core) < SUFFIX_DIGITS + 1:
        return None
    slips: frozenset[str] | None = None
    best: Strength | None = None
    for run in _DIGIT_RUN.findall(plain_upper(text).translate(_LETTER_O))[:_MAX_RUNS]:
        digits = run.lstrip("0")
        if core in digits:
            return Strength.DIGITS
        if len(digits) > SUFFIX_DIGITS and core.endswith(digits):
            best = Strength.ENDING
        if best is None and abs(len(digits) - len(core)) <= 1:
            slips = slips or frozenset(damaged_forms(core))
            best = Strength.DAMAGED if digits in slips else None
    return best


def _each_once(references: list[Reference]) -> list[Reference]:
    """The surest naming of each document; a number repeated in an e-mail's history counts once."""
    best: dict[tuple[DocumentType, tuple[str, ...]], Reference] = {}
    for reference in references:
        key = (reference.kind, reference.documents)
        if key not in best or reference.strength > best[key].strength:
            best[key] = reference
    return sorted(best.values(), key=lambda reference: reference.start)

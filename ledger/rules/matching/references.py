"""Finds the invoices, credit notes and purchase orders that remittance text names, however they are written."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum, StrEnum

from ledger.rules.matching.cues import Cues, plain_upper
from ledger.rules.matching.document_numbers import SUFFIX_DIGITS, NumberIndex, core_digits, damaged_forms, folded

_ATOM = re.compile(r"[^\W_]+")
_MAX_ATOMS = 4000
#: `RE 2026 / 00417 - 2` is the longest that a number is torn apart.
_MAX_JOINED = 5
_PREFIX = re.compile(r"^[^\W\d_]+")
_INVOICE_WORDS = frozenset("INV INVOICE BILL RE RG RECHNUNG RNR FACTURE FACTURA FACT FAKTURA FATTURA LASKU".split())
_GLUE = re.compile(r"[\s\-/._#:°]{0,3}")
_LIST_GLUE = re.compile(r"\s{0,2}[/,+&;]\s{0,2}")
_DATE = re.compile(r"(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})(?!\d)", re.ASCII)
#: Digits that identify a document without knowing the payer.
_TELLING_DIGITS = 5
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

    def holds(self, kind: DocumentType, document: str) -> bool:
        """Whether the document is of this family."""
        return self.owner(kind, document) in self.customer_ids


def find_references(text: str, indexes: NumberIndexes, scope: Scope, cues: Cues) -> tuple[Reference, ...]:
    """References in the order of the text, each document at most once, with the amounts stated beside them."""
    return _Reading(text, indexes, scope, cues).references()


class _Reading:
    """One pass over one text; whole numbers are taken first, so that their parts are not read as something else."""

    def __init__(self, text: str, indexes: NumberIndexes, scope: Scope, cues: Cues) -> None:
        self._text = plain_upper(text)
        self._indexes = indexes
        self._scope = scope
        self._cues = cues
        self._atoms = [found.span() for found in _ATOM.finditer(self._text)][:_MAX_ATOMS]
        self._taken = [False] * len(self._atoms)
        self._found: list[Reference] = []

    def references(self) -> tuple[Reference, ...]:
        self._take_whole_numbers()
        self._mask(written.start for written in self._cues.amounts)
        self._mask(position for day in _DATE.finditer(self._text) for position in range(*day.span()))
        for find in (self._by_digits, self._by_shorthand, self._by_ending, self._by_damage):
            self._take_each(find)
        self._found.sort(key=lambda reference: reference.start)
        return self._with_stated_amounts(_each_once(self._found))

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Runs of free neighbouring atoms, longest first at each place; first and last atom's position."""
        for first in range(len(self._atoms)):
            last = first
            runs = []
            while last < len(self._atoms) and not self._taken[last] and last - first < _MAX_JOINED:
                if last > first and not self._glued(last):
                    break
                runs.append((first, last))
                last += 1
            yield from reversed(runs)

    def _glued(self, position: int) -> bool:
        gap = self._text[self._atoms[position - 1][1] : self._atoms[position][0]]
        return _GLUE.fullmatch(gap) is not None

    def _words(self, first: int, last: int) -> str:
        return self._text[self._atoms[first][0] : self._atoms[last][1]]

    def _free(self, first: int, last: int) -> bool:
        return not any(self._taken[first : last + 1])

    def _keep(self, kind: DocumentType, documents: Iterable[str], strength: Strength, first: int, last: int) -> None:
        for position in range(first, last + 1):
            self._taken[position] = True
        start, end = self._atoms[first][0], self._atoms[last][1]
        kept = tuple(documents)[:_MAX_DOCUMENTS_PER_REFERENCE]
        self._found.append(Reference(kind, kept, strength, self._text[start:end], start, end))

    def _take_whole_numbers(self) -> None:
        amounts = {written.start for written in self._cues.amounts}
        for first, last in self._spans():
            words = self._words(first, last)
            if not self._free(first, last) or not any(char.isdigit() for char in words):
                continue
            if self._atoms[first][0] in amounts or (words.isdigit() and len(words) < SUFFIX_DIGITS):
                continue
            key = folded(words)
            for kind, index in self._indexes.each():
                documents = self._preferred(kind, index.whole(key))
                if documents:
                    self._keep(kind, documents, Strength.WHOLE, first, last)
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
        decimals = {written.end for written in self._cues.amounts}
        for position, (_, end) in enumerate(self._atoms):
            if end in decimals and end - self._atoms[position][0] <= 3:
                self._taken[position] = True

    def _take_each(self, find: Callable[[int, int], None]) -> None:
        for first, last in self._spans():
            if self._free(first, last):
                find(first, last)

    def _digits_of(self, first: int, last: int) -> str:
        """Digits of a run that is a number with at most a word before it; empty for anything else."""
        head = _PREFIX.sub("", self._words(first, first))
        tail = [self._words(position, position) for position in range(first + 1, last + 1)]
        if not all(words.isdigit() for words in tail) or not (head[:1].isdigit() or (tail and not head)):
            return ""
        digits = folded(head + "".join(tail))
        return digits.lstrip("0") if digits.isdigit() and digits.isascii() else ""

    def _called_an_invoice(self, first: int) -> bool:
        """`INV-24`, `Invoice #6`: the word makes even one digit a number of ours, within the payer's own."""
        prefix = _PREFIX.match(self._words(first, first))
        before = self._words(first - 1, first - 1) if first and self._glued(first) else ""
        return (prefix[0] if prefix else before) in _INVOICE_WORDS

    def _by_digits(self, first: int, last: int) -> None:
        digits = self._digits_of(first, last)
        if not digits or (len(digits) < SUFFIX_DIGITS and not self._called_an_invoice(first)):
            return
        for kind, index in self._indexes.each():
            documents = index.by_digits(digits)
            own = tuple(document for document in documents if self._scope.holds(kind, document))
            if own or (documents and len(digits) >= _TELLING_DIGITS):
                self._keep(kind, own or documents, Strength.DIGITS, first, last)
                return

    def _by_shorthand(self, first: int, last: int) -> None:
        """`F-3001/02/03`: a short number behind a found one stands for its last digits."""
        words = self._words(first, last)
        if first != last or first == 0 or not (words.isdigit() and len(words) <= SUFFIX_DIGITS):
            return
        gap = self._text[self._atoms[first - 1][1] : self._atoms[first][0]]
        before = next((r for r in reversed(self._found) if r.end == self._atoms[first - 1][1]), None)
        if before is None or not _LIST_GLUE.fullmatch(gap) or before.kind is DocumentType.PO:
            return
        index = self._indexes.invoices if before.kind is DocumentType.INVOICE else self._indexes.credits
        number = core_digits(before.documents[0])[: -len(words)] + words
        owner = self._scope.owner(before.kind, before.documents[0])
        same = tuple(d for d in index.by_digits(number) if self._scope.owner(before.kind, d) == owner)
        if same:
            self._keep(before.kind, same, Strength.LISTED, first, last)

    def _by_ending(self, first: int, last: int) -> None:
        digits = self._digits_of(first, last)
        if len(digits) < SUFFIX_DIGITS:
            return
        for kind, index in self._indexes.each():
            documents = tuple(
                document
                for customer_id in self._scope.customer_ids
                for document in index.ending_in(digits, customer_id)
                if kind is DocumentType.PO or core_digits(document).endswith(digits)
            )
            if documents:
                self._keep(kind, documents, Strength.ENDING, first, last)
                return

    def _by_damage(self, first: int, last: int) -> None:
        digits = self._digits_of(first, last)
        if len(digits) < SUFFIX_DIGITS + 1 or not self._scope.customer_ids:
            return
        for kind, index in self._indexes.each():
            if kind is DocumentType.PO:
                continue
            hits = (d for form in damaged_forms(digits) for d in index.by_digits(form) if self._scope.holds(kind, d))
            documents = tuple(dict.fromkeys(hits))
            if documents:
                self._keep(kind, documents, Strength.DAMAGED, first, last)
                return

    def _with_stated_amounts(self, references: list[Reference]) -> tuple[Reference, ...]:
        """Gives each reference the first amount between it and the next one."""
        if not references:
            return ()
        ends = [reference.start for reference in references[1:]] + [len(self._text) + 1]
        stated = []
        amounts = iter(self._cues.amounts)
        amount = next(amounts, None)
        for reference, until in zip(references, ends, strict=True):
            while amount is not None and amount.start < reference.end:
                amount = next(amounts, None)
            beside = amount.amount if amount is not None and amount.start < until else None
            stated.append(replace(reference, stated=beside))
        return tuple(stated)


def _each_once(references: list[Reference]) -> list[Reference]:
    """The surest naming of each document; a number repeated in an e-mail's history counts once."""
    best: dict[tuple[DocumentType, tuple[str, ...]], Reference] = {}
    for reference in references:
        key = (reference.kind, reference.documents)
        if key not in best or reference.strength > best[key].strength:
            best[key] = reference
    return sorted(best.values(), key=lambda reference: reference.start)

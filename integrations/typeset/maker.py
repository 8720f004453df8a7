"""`TypesetDocuments`: the `DocumentMaker` that sets PDFs from the ledger's snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import structlog

from integrations.typeset.compiler import CannotPrint, Typesetter
from integrations.typeset.copies import credit_note_copy, invoice_copy
from integrations.typeset.plain_text import file_name
from integrations.typeset.statement import statement
from integrations.typeset.wording import Wording, wording
from ledger.model.approval import AttachedDocument
from ledger.model.invoice import Invoice
from ledger.model.signal import DocumentKind
from ledger.model.snapshot import AccountSnapshot

MOST_DOCUMENTS = 20
_KINDS = frozenset({DocumentKind.INVOICE_COPY, DocumentKind.STATEMENT, DocumentKind.CREDIT_NOTE})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A document to set. `name` and `number` make its file name."""

    template: str
    name: str
    number: str
    content: dict[str, Any]


class TypesetDocuments:
    """Makes invoice copies, statements and credit-note copies; the same facts on the same day give the same bytes.

    Only of what the snapshot's entity issued, because a document carries that entity's name and bank accounts.
    A document with a text that the fonts have no letters for (a name in Chinese, say) is not made, and logged.
    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._typesetter = Typesetter()

    @property
    def kinds(self) -> frozenset[DocumentKind]:
        return _KINDS

    def make(
        self, kind: DocumentKind, snapshot: AccountSnapshot, invoice_numbers: tuple[str, ...], language: str
    ) -> tuple[AttachedDocument, ...]:
        """At most 20 documents, in the order of `invoice_numbers`; one statement, whatever the numbers.

        Empty where the snapshot holds none of them, and for other kinds.
        """
        planned = islice(_planned(kind, snapshot, invoice_numbers, wording(language)), MOST_DOCUMENTS)
        taken: set[str] = set()
        made = (self._set(kind, snapshot, document, taken) for document in planned)
        return tuple(document for document in made if document is not None)

    def _set(
        self, kind: DocumentKind, snapshot: AccountSnapshot, planned: _Planned, taken: set[str]
    ) -> AttachedDocument | None:
        try:
            content = self._typesetter.pdf(planned.template, planned.content, snapshot.today)
        except CannotPrint as error:
            _log.warning("document_not_made", kind=kind.value, characters=error.characters)
            return None
        name = file_name(planned.name, planned.number, taken)
        return AttachedDocument(kind=kind.value, name=name, content_type="application/pdf", content=content)


def _planned(
    kind: DocumentKind, snapshot: AccountSnapshot, numbers: tuple[str, ...], words: Wording
) -> Iterator[_Planned]:
    if kind is DocumentKind.INVOICE_COPY:
        for invoice in _own_invoices(snapshot, numbers):
            yield _Planned("copy", "invoice", invoice.number, invoice_copy(invoice, snapshot, words))
    elif kind is DocumentKind.CREDIT_NOTE:
        for number in dict.fromkeys(invoice.number for invoice in _own_invoices(snapshot, numbers)):
            for note in snapshot.credit_notes:
                if note.invoice_number == number:
                    yield _Planned("copy", "credit-note", note.number, credit_note_copy(note, snapshot, words))
    elif kind is DocumentKind.STATEMENT:
        yield _Planned("statement", "statement", snapshot.today.isoformat(), statement(snapshot, words))


def _own_invoices(snapshot: AccountSnapshot, numbers: tuple[str, ...]) -> list[Invoice]:
    """Those of the snapshot's entity with one of the numbers, each once."""
    own: dict[str, list[Invoice]] = {}
    for invoice in snapshot.invoices:
        if invoice.entity_id == snapshot.entity.entity_id:
            own.setdefault(invoice.number, []).append(invoice)
    return [invoice for number in dict.fromkeys(numbers) for invoice in own.get(number, ())]

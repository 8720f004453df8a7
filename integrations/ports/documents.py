"""`DocumentMaker`: invoice copies, statements and the like, from the ledger."""

from typing import Protocol

from ledger.model.approval import AttachedDocument
from ledger.model.signal import DocumentKind
from ledger.model.snapshot import AccountSnapshot


class DocumentMaker(Protocol):
    """Makes what it can; what it cannot make a person supplies."""

    @property
    def kinds(self) -> frozenset[DocumentKind]: ...

    def make(
        self, kind: DocumentKind, snapshot: AccountSnapshot, invoice_numbers: tuple[str, ...], language: str
    ) -> tuple[AttachedDocument, ...]:
        """The documents asked for, in `language` where it has one; empty where the ledger holds none."""
        ...

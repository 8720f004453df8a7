"""What a payment may be stated for: one customer's open invoices and credit notes, in the payment's currency."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, func, select

from core.ids import AccountId
from core.money import Money
from ledger.store.mapping import money
from ledger.store.tables.money import CreditNoteRow, InvoiceRow
from ledger.store.unit_of_work import UnitOfWork

_Row = TypeVar("_Row", bound=InvoiceRow | CreditNoteRow)


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An invoice (`day` is when it is due) or a credit note (`day` is when it was issued), with what is open on it.

    `document` is how a posted part names it: the number, with the entity behind it where two use the same.
    """

    document_id: UUID
    is_credit: bool
    number: str
    document: str
    day: date
    open_balance: Money


@dataclass(frozen=True, slots=True)
class OpenDocuments:
    """One page: credit notes, then invoices, each the oldest first. `more` follow, as far as `find` goes."""

    documents: tuple[OpenDocument, ...]
    more: bool
    #: Open documents in other currencies, which this payment cannot pay.
    in_other_currencies: int


@dataclass(frozen=True, slots=True)
class DocumentsWanted:
    """Which of a customer's documents: those whose number holds `find`, a page of them, and `kept` in any case."""

    account_id: AccountId
    currency: str
    #: Money that left pays no invoice.
    with_invoices: bool
    find: str = ""
    page: int = 0
    kept: Collection[UUID] = ()


async def open_documents(uow: UnitOfWork, wanted: DocumentsWanted, *, limit: int) -> OpenDocuments:
    """At most `limit` credit notes and as many invoices, and those that are kept."""
    credits, more_credits = await _page(uow, CreditNoteRow, CreditNoteRow.is_open, wanted, limit)
    invoices: list[InvoiceRow] = []
    more_invoices = False
    if wanted.with_invoices:
        invoices, more_invoices = await _page(uow, InvoiceRow, InvoiceRow.open_key.is_not(None), wanted, limit)
    shared = await _shared_numbers(uow, [row.number for row in invoices])
    return OpenDocuments(
        documents=(
            *(_credit(row) for row in credits),
            *(_invoice(row, tell_apart=row.number in shared) for row in invoices),
        ),
        more=more_credits or more_invoices,
        in_other_currencies=await _in_other_currencies(uow, wanted),
    )


async def _page(
    uow: UnitOfWork, row: type[_Row], is_open: SQLColumnExpression[bool], wanted: DocumentsWanted, limit: int
) -> tuple[list[_Row], bool]:
    day = InvoiceRow.due if row is InvoiceRow else CreditNoteRow.issued
    theirs: Select[_Row] = select(row).where(
        row.account_id == wanted.account_id, is_open, row.currency == wanted.currency
    )
    ordered = theirs.order_by(day, row.number, row.id)
    found = ordered.where(row.number.icontains(wanted.find, autoescape=True)) if wanted.find else ordered
    page: list[_Row] = list(await uow.session.scalars(found.offset(wanted.page * limit).limit(limit + 1)))
    kept: list[_Row] = list(await uow.session.scalars(ordered.where(row.id.in_(list(wanted.kept)))))
    shown = [*kept, *(one for one in page[:limit] if one.id not in wanted.kept)]
    shown.sort(key=_place)
    return shown, len(page) > limit


def _place(row: InvoiceRow | CreditNoteRow) -> tuple[date, str, UUID]:
    return (row.due if isinstance(row, InvoiceRow) else row.issued, row.number, row.id)


async def _shared_numbers(uow: UnitOfWork, numbers: Sequence[str]) -> set[str]:
    """Numbers that invoices of two entities carry."""
    if not numbers:
        return set()
    counted = select(InvoiceRow.number).where(InvoiceRow.number.in_(sorted(set(numbers))))
    return set(await uow.session.scalars(counted.group_by(InvoiceRow.number).having(func.count() > 1)))


async def _in_other_currencies(uow: UnitOfWork, wanted: DocumentsWanted) -> int:
    invoices = select(func.count()).where(
        InvoiceRow.account_id == wanted.account_id,
        InvoiceRow.open_key.is_not(None),
        InvoiceRow.currency != wanted.currency,
    )
    credits = select(func.count()).where(
        CreditNoteRow.account_id == wanted.account_id,
        CreditNoteRow.is_open,
        CreditNoteRow.currency != wanted.currency,
    )
    of_invoices = await uow.session.scalar(invoices) if wanted.with_invoices else 0
    return (of_invoices or 0) + (await uow.session.scalar(credits) or 0)


def _invoice(row: InvoiceRow, *, tell_apart: bool) -> OpenDocument:
    return OpenDocument(
        document_id=row.id,
        is_credit=False,
        number=row.number,
        document=f"{row.number} ({row.entity_id})" if tell_apart else row.number,
        day=row.due,
        open_balance=money(row.open_balance, row.currency),
    )


def _credit(row: CreditNoteRow) -> OpenDocument:
    return OpenDocument(
        document_id=row.id,
        is_credit=True,
        number=row.number,
        document=row.number,
        day=row.issued,
        open_balance=money(row.open_balance, row.currency),
    )

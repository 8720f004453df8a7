"""Reads what is stored of the rows that an import names, and turns its records into rows to write."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Table, func, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from core.errors import DomainError
from core.ids import new_id
from ledger.model.import_records import (
    AllocationRecord,
    ContactRecord,
    CreditRecord,
    CustomerRecord,
    EntityRecord,
    InvoiceRecord,
    PaymentRecord,
)
from ledger.model.import_report import ImportReport
from ledger.store.base import Base
from ledger.store.bulk_rows import Columns, Shelf, WantedRow
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.history import ImportRunRow
from ledger.store.tables.money import AllocationRow, CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.tables.people import EntityRow
from ledger.store.unit_of_work import UnitOfWork

#: Keys that one query looks up.
_KEYS = 50_000
#: Refused rows are kept as received up to this many characters; the report counts all of them.
_MOST_KEPT = 32_000_000


class ImportRunning(DomainError):
    """Another import of this organisation is under way; try again when it is done."""


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)
    return table


ENTITIES = Shelf(
    _table(EntityRow),
    ("name", "address", "country", "tax_id", "base_currency", "email", "phone", "bank_accounts"),
)
ACCOUNTS = Shelf(
    _table(AccountRow),
    (
        *("name", "aliases", "email_domains", "bank_accounts", "parent_external_id"),
        *("country", "currency", "language", "time_zone", "entity_id"),
    ),
    defaults={"country": "", "language": "", "time_zone": "", "entity_id": None, "hold_reason": ""},
)
CONTACTS = Shelf(
    _table(ContactRow),
    ("name", "role", "language", "time_zone", "status"),
    defaults={"status": "active", "source": "ledger"},
)
INVOICES = Shelf(
    _table(InvoiceRow),
    ("account_id", "issued", "due", "amount", "opening_balance", "po_number", "terms"),
    fixed=("currency",),
    # The trigger sets the balance; the column only has to be there.
    defaults={"open_balance": 0},
)
CREDITS = Shelf(
    _table(CreditNoteRow),
    ("account_id", "issued", "amount", "opening_balance", "invoice_number"),
    fixed=("currency",),
    defaults={"open_balance": 0},
)
PAYMENTS = Shelf(
    _table(PaymentRow),
    ("payer_name", "payer_account", "remittance", "method"),
    fixed=("currency", "amount", "received_on"),
    # A payer that a person or the matcher has named stays.
    filled_once=("account_id",),
    defaults={"account_id": None, "unapplied": 0},
)


async def claim_import(uow: UnitOfWork) -> None:
    """Keeps other imports of this organisation out until the transaction ends.

    Raises:
        ImportRunning: there is one.
    """
    key = literal(f"duly-import:{uow.org_id}")
    if not await uow.session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(key, 0)))):
        raise ImportRunning("another import of this organisation is running: try again when it is done")


async def stored_entities(uow: UnitOfWork) -> dict[Hashable, Columns]:
    """By code, the oldest first."""
    return {row["code"]: row for row in await _read(uow, EntityRow, ("code", *ENTITIES.read))}


async def stored_accounts(uow: UnitOfWork) -> dict[Hashable, Columns]:
    """All customers of the organisation, by the ERP's id."""
    return {row["external_id"]: row for row in await _read(uow, AccountRow, ("external_id", *ACCOUNTS.read))}


async def stored_contacts(uow: UnitOfWork, account_ids: Iterable[UUID]) -> dict[Hashable, Columns]:
    """By account and address."""
    columns = ("account_id", "email", *CONTACTS.read)
    rows = await _read_by(uow, ContactRow, columns, ContactRow.account_id, account_ids)
    return {(row["account_id"], row["email"]): row for row in rows}


async def stored_invoices(uow: UnitOfWork, numbers: Iterable[str]) -> list[Columns]:
    """Invoices with these numbers, of any entity, with id, entity, customer and balances."""
    columns = ("number", "entity_id", "open_balance", *INVOICES.read)
    return await _read_by(uow, InvoiceRow, columns, InvoiceRow.number, numbers)


async def stored_credits(uow: UnitOfWork, numbers: Iterable[str]) -> dict[Hashable, Columns]:
    """By number."""
    columns = ("number", "open_balance", *CREDITS.read)
    rows = await _read_by(uow, CreditNoteRow, columns, CreditNoteRow.number, numbers)
    return {row["number"]: row for row in rows}


async def stored_payments(uow: UnitOfWork, external_ids: Iterable[str]) -> dict[Hashable, Columns]:
    """By the ERP's id, with what is not applied yet."""
    columns = ("external_id", "unapplied", *PAYMENTS.read)
    rows = await _read_by(uow, PaymentRow, columns, PaymentRow.external_id, external_ids)
    return {row["external_id"]: row for row in rows}


async def stored_allocations(uow: UnitOfWork, cause_keys: Iterable[str]) -> dict[Hashable, Columns]:
    """By cause."""
    rows = await _read_by(uow, AllocationRow, ("id", "cause_key", "amount"), AllocationRow.cause_key, cause_keys)
    return {row["cause_key"]: row for row in rows}


def entity_row(record: EntityRecord) -> WantedRow:
    accounts = [
        {
            "holder": account.holder,
            "number": account.number,
            "routing": account.routing,
            "bank_name": account.bank_name,
            "currency": account.currency,
        }
        for account in record.bank_accounts
    ]
    values = {
        **{name: getattr(record, name) for name in ("code", *ENTITIES.changeable)},
        "bank_accounts": accounts,
    }
    return WantedRow(record.source, record.code, values)


def account_row(record: CustomerRecord, *, entity_id: UUID | None, currency: str) -> WantedRow:
    """`currency` is empty where the one that is kept stays."""
    values: dict[str, object] = {
        "external_id": record.customer_id,
        "name": record.name,
        "aliases": list(record.aliases),
        "email_domains": list(record.email_domains),
        "bank_accounts": list(record.bank_accounts),
        "parent_external_id": record.parent_id,
    }
    optional = {"country": record.country, "language": record.language, "time_zone": record.time_zone}
    values |= {column: value for column, value in optional.items() if value is not None}
    if record.entity is not None:
        values["entity_id"] = entity_id
    if currency:
        values["currency"] = currency
    return WantedRow(record.source, record.customer_id, values)


def contact_row(record: ContactRecord, account_id: UUID, stored: Columns | None) -> WantedRow:
    """A contact that waited for a person is active once the ledger names it; a suppressed one stays suppressed."""
    values: dict[str, object] = {
        "account_id": account_id,
        "email": record.email,
        "name": record.name,
        "role": record.role,
        "language": record.language,
        "time_zone": record.time_zone,
    }
    if stored is not None and stored["status"] == "proposed":
        values["status"] = "active"
    return WantedRow(record.source, (account_id, record.email), values)


def invoice_row(record: InvoiceRecord, account_id: UUID, entity_id: UUID) -> WantedRow:
    values = {
        "account_id": account_id,
        "entity_id": entity_id,
        "number": record.number,
        "issued": record.issued,
        "due": record.due,
        "currency": record.amount.currency,
        "amount": record.amount.amount,
        "opening_balance": record.open_amount.amount,
        "po_number": record.po_number,
        "terms": record.terms,
    }
    return WantedRow(record.source, (entity_id, record.number), values)


def credit_row(record: CreditRecord, account_id: UUID) -> WantedRow:
    values = {
        "account_id": account_id,
        "number": record.number,
        "issued": record.issued,
        "currency": record.amount.currency,
        "amount": record.amount.amount,
        "opening_balance": record.open_amount.amount,
        "invoice_number": record.invoice_number,
    }
    return WantedRow(record.source, record.number, values)


def payment_row(record: PaymentRecord, account_id: UUID | None) -> WantedRow:
    values = {
        "account_id": account_id,
        "external_id": record.payment_id,
        "received_on": record.received_on,
        "currency": record.amount.currency,
        "amount": record.amount.amount,
        "payer_name": record.payer_name,
        "payer_account": record.payer_account,
        "remittance": record.reference,
        "method": record.method,
    }
    return WantedRow(record.source, record.payment_id, values)


def allocation_shelf(*, actor: str, at: datetime) -> Shelf:
    """Allocations are only ever added, by whoever imports."""
    return Shelf(
        _table(AllocationRow), (), defaults={"reason": "applied in the ERP", "actor": actor, "created_at": at}
    )


def allocation_row(
    record: AllocationRecord, payment_id: UUID, invoice_id: UUID, currency: str, cause_key: str
) -> WantedRow:
    values = {
        "payment_id": payment_id,
        "invoice_id": invoice_id,
        "currency": currency,
        "amount": record.amount,
        "cause_key": cause_key,
    }
    return WantedRow(record.source, cause_key, values)


async def keep_run(uow: UnitOfWork, report: ImportReport, *, source: str, actor: str, at: datetime) -> UUID:
    """Appends the run with its report and the refused rows as received."""
    run_id = new_id()
    refused = report.refused_as_json(most_characters=_MOST_KEPT)
    await uow.session.execute(
        insert(_table(ImportRunRow)).values(
            id=run_id,
            org_id=uow.org_id,
            source=source,
            report={**report.as_json(), "refused_rows_kept": len(refused)},
            refused=refused,
            actor=actor,
            at=at,
        )
    )
    return run_id


async def _read(uow: UnitOfWork, row: type[Any], columns: Sequence[str], *only: ColumnElement[bool]) -> list[Columns]:
    """Rows of this organisation as columns, the oldest first."""
    names = tuple(dict.fromkeys(columns))
    statement = select(*(getattr(row, name) for name in names)).where(*only).order_by(row.id)
    found = (await uow.session.execute(statement)).mappings()
    return [{name: one[name] for name in names} for one in found]


async def _read_by(
    uow: UnitOfWork,
    row: type[Any],
    columns: Sequence[str],
    column: InstrumentedAttribute[Any],
    keys: Iterable[object],
) -> list[Columns]:
    wanted = list(dict.fromkeys(keys))
    kind = ARRAY(column.type)
    rows: list[Columns] = []
    await _plan_by_nested_loops(uow, "off")
    for start in range(0, len(wanted), _KEYS):
        some = select(func.unnest(literal(wanted[start : start + _KEYS], kind)))
        rows += await _read(uow, row, columns, column.in_(some))
    await _plan_by_nested_loops(uow, "on")
    return rows


async def _plan_by_nested_loops(uow: UnitOfWork, state: str) -> None:
    """Off for reads by many keys: just after much was imported the statistics are stale, and PostgreSQL takes an
    index on `org_id` alone once a key, which is every row of the organisation times every key."""
    await uow.session.execute(select(func.set_config("enable_nestloop", state, True)))

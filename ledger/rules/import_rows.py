"""Checks the rows of an import one by one: typed records, or the row refused with its line and the reason.

Whether rows fit one another and the ledger is asked in `import_references`.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import InvalidInput
from core.money import Money
from ledger.model.import_records import (
    AllocationRecord,
    ContactRecord,
    CreditRecord,
    CustomerRecord,
    InvoiceRecord,
    LedgerFiles,
    LedgerRecords,
    PaymentRecord,
)
from ledger.model.import_report import RefusedFile, RefusedRow
from ledger.rules.import_cells import MOST_IDENTIFIER, MOST_NAME, CellReader
from ledger.rules.import_entities import read_entities
from ledger.rules.import_tables import Layout, read_table

LAYOUTS = {
    "customers": Layout(
        ("customer_id", "name", "aliases", "email_domains", "bank_accounts", "parent_id"),
        ("country", "currency", "language", "time_zone", "entity"),
    ),
    "contacts": Layout(("customer_id", "email", "name", "role", "language", "time_zone")),
    "invoices": Layout(
        ("invoice_number", "customer_id", "issued", "due", "currency", "amount", "open_amount", "po_number", "terms"),
        ("entity",),
    ),
    "credits": Layout(
        ("credit_number", "customer_id", "issued", "currency", "amount", "open_amount", "invoice_number")
    ),
    "payments": Layout(
        ("payment_id", "received_on", "currency", "amount", "payer_name", "payer_account", "reference", "method")
    ),
    "allocations": Layout(("payment_id", "invoice_number", "amount")),
}
_ENTITIES = "entities"

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class _Checked(Generic[_Record]):
    records: tuple[_Record, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    refused_file: RefusedFile | None = None


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_Record]):
    """How rows of one file become records, and what makes two of them the same."""

    name: str
    read: Callable[[CellReader], _Record]
    key: Callable[[_Record], Hashable]
    #: The key as the message about a repeated row names it.
    called: str


def read_ledger(files: LedgerFiles) -> LedgerRecords:
    """All rows of all files, each sound by itself or refused. Files with other names are left alone, with a note.

    Raises:
        InvalidInput: no file of a ledger among them, or one both as CSV and as JSON.
    """
    names = _chosen(files)
    entities = read_entities(_ENTITIES + ".json", files[names[_ENTITIES]]) if _ENTITIES in names else None
    customers, contacts = _checked(files, names, _CUSTOMERS), _checked(files, names, _CONTACTS)
    invoices, credit_notes = _checked(files, names, _INVOICES), _checked(files, names, _CREDITS)
    payments, allocations = _checked(files, names, _PAYMENTS), _checked(files, names, _ALLOCATIONS)
    refused_files = [
        part.refused_file for part in (customers, contacts, invoices, credit_notes, payments, allocations)
    ]
    refused = (customers, contacts, invoices, credit_notes, payments, allocations)
    unknown = sorted(set(files) - set(names.values()))
    return LedgerRecords(
        entities=() if entities is None else entities.records,
        customers=customers.records,
        contacts=contacts.records,
        invoices=invoices.records,
        credits=credit_notes.records,
        payments=payments.records,
        allocations=allocations.records,
        refused=(*(() if entities is None else entities.refused), *(row for part in refused for row in part.refused)),
        refused_files=tuple(
            one for one in (None if entities is None else entities.refused_file, *refused_files) if one is not None
        ),
        files=tuple(names.values()),
        notes=tuple(f"{name} is no file of a ledger and was left alone" for name in unknown),
    )


def _chosen(files: LedgerFiles) -> dict[str, str]:
    """Kind to file name, in the order in which kinds rest on one another."""
    names: dict[str, str] = {}
    if "entities.json" in files:
        names[_ENTITIES] = "entities.json"
    for kind in LAYOUTS:
        found = [name for name in (f"{kind}.csv", f"{kind}.json") if name in files]
        if len(found) > 1:
            raise InvalidInput(f"{found[0]} and {found[1]} are both there: leave one")
        if found:
            names[kind] = found[0]
    if not names:
        wanted = ", ".join(f"{kind}.csv" for kind in LAYOUTS)
        raise InvalidInput(
            f"no file of a ledger is there; any of these, as .csv or .json: {wanted}; and entities.json"
        )
    return names


def _checked(files: LedgerFiles, names: dict[str, str], kind: _Kind[_Record]) -> _Checked[_Record]:
    if kind.name not in names:
        return _Checked()
    file = names[kind.name]
    table = read_table(file, files[file], LAYOUTS[kind.name])
    if isinstance(table, RefusedFile):
        return _Checked(refused_file=table)
    records: list[_Record] = []
    refused = list(table.refused)
    first_lines: dict[Hashable, int] = {}
    for row in table.rows:
        reader = CellReader(row)
        record = kind.read(reader)
        if reader.problems:
            refused.append(row.refused(reader.reason()))
            continue
        key = kind.key(record)
        if key in first_lines:
            refused.append(row.refused(f"{kind.called} is already in line {first_lines[key]}: leave one of the two"))
            continue
        first_lines[key] = row.line
        records.append(record)
    return _Checked(tuple(records), tuple(sorted(refused, key=lambda row: row.line)))


def _customer(cells: CellReader) -> CustomerRecord:
    customer_id, parent = cells.identifier("customer_id"), cells.identifier("parent_id", required=False)
    if parent and parent == customer_id:
        cells.wrong("parent_id names the customer itself: leave it empty")
    return CustomerRecord(
        source=cells.source,
        customer_id=customer_id,
        name=cells.text("name", most=MOST_NAME, required=True),
        aliases=cells.items("aliases"),
        email_domains=cells.domains("email_domains"),
        bank_accounts=cells.items("bank_accounts"),
        parent_id=parent,
        country=cells.country("country") if cells.given("country") else None,
        currency=cells.currency("currency", required=False),
        language=cells.language("language") if cells.given("language") else None,
        time_zone=cells.time_zone("time_zone") if cells.given("time_zone") else None,
        entity=cells.identifier("entity", required=False) if cells.given("entity") else None,
    )


def _contact(cells: CellReader) -> ContactRecord:
    return ContactRecord(
        source=cells.source,
        customer_id=cells.identifier("customer_id"),
        email=cells.email("email"),
        name=cells.text("name", most=MOST_NAME),
        role=cells.text("role", most=MOST_IDENTIFIER),
        language=cells.language("language"),
        time_zone=cells.time_zone("time_zone"),
    )


def _invoice(cells: CellReader) -> InvoiceRecord:
    amount, open_amount = _document_amounts(cells, "a negative invoice is a credit note: put it into credits.csv")
    return InvoiceRecord(
        source=cells.source,
        number=cells.identifier("invoice_number"),
        customer_id=cells.identifier("customer_id"),
        issued=cells.day("issued"),
        # Due before issued is taken: prepayment and cash with order are billed like that.
        due=cells.day("due"),
        amount=amount,
        open_amount=open_amount,
        po_number=cells.text("po_number", most=MOST_NAME),
        terms=cells.text("terms", most=MOST_NAME),
        entity=cells.identifier("entity", required=False),
    )


def _credit(cells: CellReader) -> CreditRecord:
    amount, open_amount = _document_amounts(cells, "a credit note's amounts are written without a minus sign")
    return CreditRecord(
        source=cells.source,
        number=cells.identifier("credit_number"),
        customer_id=cells.identifier("customer_id"),
        issued=cells.day("issued"),
        amount=amount,
        open_amount=open_amount,
        invoice_number=cells.identifier("invoice_number", required=False),
    )


def _document_amounts(cells: CellReader, about_negative: str) -> tuple[Money, Money]:
    """The amount and the open amount of an invoice or credit note."""
    before = len(cells.problems)
    currency = cells.currency("currency")
    amount, left = cells.amount("amount"), cells.amount("open_amount")
    if len(cells.problems) > before:
        return _NOTHING, _NOTHING
    if amount < 0 or left < 0:
        cells.wrong(f"amount {amount} and open_amount {left} may not be negative: {about_negative}")
    elif not amount:
        cells.wrong("amount is zero: a document over nothing is not needed here")
    elif left > amount:
        cells.wrong(f"open_amount {left} is more than amount {amount}: it is the part that is still open")
    return Money(amount, currency), Money(left, currency)


def _payment(cells: CellReader) -> PaymentRecord:
    before = len(cells.problems)
    currency, amount = cells.currency("currency"), cells.amount("amount")
    sound = len(cells.problems) == before
    if sound and not amount:
        cells.wrong("amount is zero: no money was received")
    return PaymentRecord(
        source=cells.source,
        payment_id=cells.identifier("payment_id"),
        received_on=cells.day("received_on"),
        amount=Money(amount, currency) if sound else _NOTHING,
        payer_name=cells.text("payer_name", most=MOST_NAME),
        payer_account=cells.text("payer_account", most=MOST_NAME),
        reference=cells.text("reference"),
        method=cells.text("method", most=MOST_IDENTIFIER),
    )


def _allocation(cells: CellReader) -> AllocationRecord:
    before = len(cells.problems)
    amount = cells.amount("amount")
    if len(cells.problems) == before and amount <= 0:
        cells.wrong(f"amount {amount} is not above zero: leave rows out that the ERP has undone")
    return AllocationRecord(
        source=cells.source,
        payment_id=cells.identifier("payment_id"),
        invoice_number=cells.identifier("invoice_number"),
        amount=amount,
    )


#: Stands in a record that is refused anyway.
_NOTHING = Money.zero("EUR")
_CUSTOMERS = _Kind("customers", _customer, lambda row: row.customer_id, "this customer_id")
_CONTACTS = _Kind("contacts", _contact, lambda row: (row.customer_id, row.email), "this contact of this customer")
_INVOICES = _Kind("invoices", _invoice, lambda row: (row.entity, row.number), "this invoice_number")
_CREDITS = _Kind("credits", _credit, lambda row: row.number, "this credit_number")
_PAYMENTS = _Kind("payments", _payment, lambda row: row.payment_id, "this payment_id")
_ALLOCATIONS = _Kind(
    "allocations", _allocation, lambda row: (row.payment_id, row.invoice_number), "this payment and invoice"
)

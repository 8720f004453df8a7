"""Imports a ledger from files: everything sound goes in at once, in one transaction, and a report says the rest."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.errors import InvalidInput
from core.ids import OrgId
from ledger.commands.match_waiting import ask_to_match_waiting
from ledger.model.import_records import (
    ContactRecord,
    CreditRecord,
    EntityRecord,
    InvoiceRecord,
    LedgerFiles,
    LedgerRecords,
    SourceRow,
)
from ledger.model.import_report import DuplicateCustomers, FileCount, ImportReport, RefusedRow
from ledger.rules.customer_duplicates import CustomerMarks, likely_duplicates
from ledger.rules.import_conflicts import column_words, constraint_words, less_than_allocated
from ledger.rules.import_entities import default_entity
from ledger.rules.import_references import (
    PayerMarks,
    Payers,
    Source,
    WhyMissing,
    billing_currencies,
    cause_key,
    check_allocations,
    main_currency,
    unknown_parents,
)
from ledger.rules.import_rows import read_ledger
from ledger.store import importing
from ledger.store.bulk_rows import Columns, Shelf, WantedRow, write_rows
from ledger.store.import_reviews import Disagreement, open_reviews
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

_MOST_PARENTS_NAMED = 10
_OfCustomer = ContactRecord | InvoiceRecord | CreditRecord


async def import_ledger(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    files: LedgerFiles,
    *,
    actor: str,
    now: datetime,
    dry_run: bool = False,
    default_entity_name: str | None = None,
) -> ImportReport:
    """Takes every sound row of `files` and reports every other; one transaction, so nothing is half-imported.

    Importing the same files again changes nothing. A file that cannot be read as what its name says keeps all files
    out (`imported` is false). A row against what the ledger holds is kept as received and opens a review item.
    `dry_run` does the same and takes it back. `default_entity_name` names the entity `main` of an organisation that
    has none and whose files bring none.

    Raises:
        InvalidInput: no ledger file, the same file as CSV and JSON, or no entity that issues the invoices.
        ImportRunning: another import of this organisation is under way.
    """
    records = read_ledger(files)
    async with uows(org_id) as uow:
        await importing.claim_import(uow)
        run = _Run(uow, records)
        if not records.refused_files:
            await run.take(default_entity_name, actor=actor, now=now)
        report = run.report(dry_run=dry_run)
        if dry_run:
            await uow.session.rollback()
            return report
        await _keep(uow, run, report, actor=actor, now=now)
    return report


async def _keep(uow: UnitOfWork, run: "_Run", report: ImportReport, *, actor: str, now: datetime) -> None:
    source = ", ".join(run.records.files)
    run_id = await importing.keep_run(uow, report, source=source, actor=actor, at=now)
    await open_reviews(uow, run.disagreements, run_id=run_id, at=now)
    if report.imported:
        await _look_for_money(uow, report, now)
        taken = sum(count.taken for count in report.files)
        await append_event(
            uow,
            kind="ledger_imported",
            words=f"The ledger was imported from {source}: {taken:,} rows taken, {len(report.refused):,} refused",
            cause_key=f"import:{run_id}",
            at=now,
            actor=actor,
            facts={"import_run_id": str(run_id)},
        )


async def _look_for_money(uow: UnitOfWork, report: ImportReport, now: datetime) -> None:
    """New documents may explain money that waits."""
    explains = ("invoices", "credits", "customers")
    if any(count.added + count.changed for count in report.files if count.file.startswith(explains)):
        await ask_to_match_waiting(uow, now=now)


@dataclass(slots=True)
class _Run:
    """One import under way: what was taken and refused so far, file by file."""

    uow: UnitOfWork
    records: LedgerRecords
    counts: dict[str, FileCount] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    duplicates: tuple[DuplicateCustomers, ...] = ()
    notes: list[str] = field(default_factory=list)
    why: WhyMissing = field(init=False)

    def __post_init__(self) -> None:
        self.refused += self.records.refused
        self.notes += self.records.notes
        self.why = WhyMissing(self.records.refused)

    async def take(self, default_entity_name: str | None, *, actor: str, now: datetime) -> None:
        """All files, in the order in which they rest on one another."""
        entities = await self._entities(default_entity_name)
        await self._customers(entities)
        accounts = await importing.stored_accounts(self.uow)
        self._doubts(accounts)
        await self._contacts(accounts)
        await self._invoices(accounts, entities)
        await self._credits(accounts)
        numbers = {record.invoice_number for record in self.records.allocations}
        invoices = _by_number(await importing.stored_invoices(self.uow, numbers))
        await self._payments(accounts, invoices)
        await self._allocations(invoices, actor=actor, now=now)

    def report(self, *, dry_run: bool) -> ImportReport:
        """What was done, refused rows in the order of files and lines."""
        order = {file: position for position, file in enumerate(self.records.files)}
        refused = sorted(self.refused, key=lambda row: (order[row.file], row.line))
        readable = not self.records.refused_files
        return ImportReport(
            imported=readable and not dry_run,
            dry_run=dry_run,
            files=tuple(self._count(file, refused) for file in self.records.files) if readable else (),
            refused_files=self.records.refused_files,
            refused=tuple(refused) if readable else (),
            duplicates=self.duplicates,
            notes=tuple(self.notes),
        )

    def _count(self, file: str, refused: Sequence[RefusedRow]) -> FileCount:
        taken = self.counts.get(file, FileCount(file, 0, 0, 0, 0))
        return FileCount(file, taken.added, taken.changed, taken.unchanged, sum(row.file == file for row in refused))

    def _refuse(self, source: SourceRow, reason: str) -> None:
        self._note_refusal(source.refused(reason))

    def _disagree(self, row: RefusedRow, account_id: object) -> None:
        self._note_refusal(row)
        self.disagreements.append(Disagreement(row, account_id if isinstance(account_id, UUID) else None))

    def _note_refusal(self, row: RefusedRow) -> None:
        self.refused.append(row)
        self.why.add(row)

    async def _write(self, shelf: Shelf, rows: Sequence[WantedRow], stored: dict[Hashable, Columns]) -> None:
        """Writes the rows of one file; a conflict is refused and goes before a person."""
        wanted = list(self._fitting(shelf, rows, stored))
        written = await write_rows(self.uow, shelf, wanted, stored)
        for conflict in written.conflicts:
            values = conflict.wanted.values
            reason = (
                column_words(conflict.column, conflict.stored, values[conflict.column])
                if conflict.column
                else constraint_words(conflict.constraint)
            )
            self._disagree(conflict.wanted.source.refused(reason, conflict=True), values.get("account_id"))
        if rows:
            file = rows[0].source.file
            self.counts[file] = FileCount(file, written.added, written.changed, written.unchanged, 0)

    def _fitting(
        self, shelf: Shelf, rows: Iterable[WantedRow], stored: dict[Hashable, Columns]
    ) -> Iterable[WantedRow]:
        """Leaves out rows that come twice under one key, and balances below what is allocated already."""
        seen: set[Hashable] = set()
        for row in rows:
            old = stored.get(row.key)
            if row.key in seen:
                self._refuse(row.source, "another row of this file names the same one: leave one of the two")
                continue
            seen.add(row.key)
            reason = less_than_allocated(row.values, old) if old is not None else ""
            if reason:
                self._disagree(row.source.refused(reason, conflict=True), row.values.get("account_id"))
            else:
                yield row

    async def _entities(self, default_name: str | None) -> dict[Hashable, Columns]:
        stored = await importing.stored_entities(self.uow)
        records = self.records.entities
        if not records and not stored:
            records = (self._default_entity(default_name),)
            entity = importing.entity_row(records[0])
            await write_rows(self.uow, importing.ENTITIES, [entity], stored)
        else:
            await self._write(importing.ENTITIES, [importing.entity_row(record) for record in records], stored)
        return await importing.stored_entities(self.uow)

    def _default_entity(self, name: str | None) -> EntityRecord:
        broken = [row.words() for row in self.records.refused if row.file == "entities.json"]
        currency = main_currency(self.records)
        if broken:
            raise InvalidInput(f"no entity of entities.json can be taken: {broken[0]}")
        if name is None or not currency:
            raise InvalidInput(
                "the organisation has no entity that issues its invoices: add entities.json, a list of objects with "
                "code, name and base_currency"
            )
        return default_entity(name, currency)

    async def _customers(self, entities: dict[Hashable, Columns]) -> None:
        stored = await importing.stored_accounts(self.uow)
        billed_in = billing_currencies(self.records)
        rows = []
        for record in self.records.customers:
            if record.entity and record.entity not in entities:
                self._refuse(record.source, self.why.words("entities", record.entity))
                continue
            entity = entities[record.entity] if record.entity else None
            currency = record.currency
            if not currency and record.customer_id not in stored:
                currency = billed_in.get(record.customer_id) or str((entity or _first(entities))["base_currency"])
            rows.append(
                importing.account_row(record, entity_id=None if entity is None else _id(entity), currency=currency)
            )
        await self._write(importing.ACCOUNTS, rows, stored)

    def _doubts(self, accounts: dict[Hashable, Columns]) -> None:
        """Likely duplicates and parents that nobody knows."""
        among = frozenset(record.customer_id for record in self.records.customers)
        if not among:
            return
        self.duplicates, pairs = likely_duplicates([_marks(row) for row in accounts.values()], among=among)
        if pairs > len(self.duplicates):
            self.notes.append(
                f"{pairs:,} pairs of customers look alike; the first {len(self.duplicates):,} are given"
            )
        parents = unknown_parents(self.records.customers, accounts)
        if parents:
            named = ", ".join(parents[:_MOST_PARENTS_NAMED])
            more = f" and {len(parents) - _MOST_PARENTS_NAMED:,} more" if len(parents) > _MOST_PARENTS_NAMED else ""
            self.notes.append(f"parent_id names customers that nobody knows: {named}{more}")

    async def _contacts(self, accounts: dict[Hashable, Columns]) -> None:
        known = [record for record in self.records.contacts if self._knows(record, accounts)]
        stored = await importing.stored_contacts(self.uow, (_id(accounts[one.customer_id]) for one in known))
        rows = []
        for record in known:
            account_id = _id(accounts[record.customer_id])
            rows.append(importing.contact_row(record, account_id, stored.get((account_id, record.email))))
        await self._write(importing.CONTACTS, rows, stored)

    async def _invoices(self, accounts: dict[Hashable, Columns], entities: dict[Hashable, Columns]) -> None:
        stored_rows = await importing.stored_invoices(self.uow, (one.number for one in self.records.invoices))
        by_number = _by_number(stored_rows)
        rows = []
        for record in self.records.invoices:
            if not self._knows(record, accounts):
                continue
            if record.entity and record.entity not in entities:
                self._refuse(record.source, self.why.words("entities", record.entity))
                continue
            account = accounts[record.customer_id]
            entity_id = _issuer(record, account, entities, by_number.get(record.number, ()))
            rows.append(importing.invoice_row(record, _id(account), entity_id))
        stored: dict[Hashable, Columns] = {(row["entity_id"], row["number"]): row for row in stored_rows}
        await self._write(importing.INVOICES, rows, stored)

    async def _credits(self, accounts: dict[Hashable, Columns]) -> None:
        known = [record for record in self.records.credits if self._knows(record, accounts)]
        stored = await importing.stored_credits(self.uow, (record.number for record in known))
        rows = [importing.credit_row(record, _id(accounts[record.customer_id])) for record in known]
        await self._write(importing.CREDITS, rows, stored)

    async def _payments(self, accounts: dict[Hashable, Columns], invoices: dict[str, list[Columns]]) -> None:
        stored = await importing.stored_payments(self.uow, (one.payment_id for one in self.records.payments))
        payers = Payers(_payer_marks(row) for row in accounts.values())
        applied: dict[str, set[UUID]] = {}
        for allocation in self.records.allocations:
            for invoice in invoices.get(allocation.invoice_number, ()):
                applied.setdefault(allocation.payment_id, set()).add(_uuid(invoice["account_id"]))
        rows = []
        for record in self.records.payments:
            payer = payers.payer_of(
                applied_to=applied.get(record.payment_id, ()),
                payer_account=record.payer_account,
                payer_name=record.payer_name,
            )
            rows.append(importing.payment_row(record, payer))
        await self._write(importing.PAYMENTS, rows, stored)

    async def _allocations(self, invoices: dict[str, list[Columns]], *, actor: str, now: datetime) -> None:
        records = self.records.allocations
        stored = await importing.stored_allocations(self.uow, map(cause_key, records))
        payments = await importing.stored_payments(self.uow, (record.payment_id for record in records))
        checked = check_allocations(
            records,
            {str(key): _source(row, row["unapplied"]) for key, row in payments.items()},
            {number: [_source(row, row["open_balance"]) for row in rows] for number, rows in invoices.items()},
            {key: _decimal(row["amount"]) for key, row in stored.items()},
            self.why,
        )
        for row, account_id in zip(checked.refused, checked.accounts, strict=True):
            if row.conflict:
                self._disagree(row, account_id)
            else:
                self._note_refusal(row)
        rows = [
            importing.allocation_row(record, payment.row_id, invoice.row_id, payment.currency, cause_key(record))
            for record, payment, invoice in checked.accepted
        ]
        await self._write(importing.allocation_shelf(actor=actor, at=now), rows, {})
        if records:
            file = records[0].source.file
            added = self.counts[file].added if rows else 0
            self.counts[file] = FileCount(file, added, 0, checked.unchanged, 0)

    def _knows(self, record: _OfCustomer, accounts: dict[Hashable, Columns]) -> bool:
        """Whether the record's customer is there; refuses the record where it is not."""
        if record.customer_id in accounts:
            return True
        self._refuse(record.source, self.why.words("customers", record.customer_id))
        return False


def _issuer(
    record: InvoiceRecord, account: Columns, entities: dict[Hashable, Columns], alike: Sequence[Columns]
) -> UUID:
    """The named entity; else the one of this customer's stored invoice of this number, the customer's, the first."""
    if record.entity:
        return _id(entities[record.entity])
    own = [invoice for invoice in alike if invoice["account_id"] == account["id"]]
    if len(own) == 1:
        return _uuid(own[0]["entity_id"])
    return _id(_first(entities)) if account["entity_id"] is None else _uuid(account["entity_id"])


def _first(entities: dict[Hashable, Columns]) -> Columns:
    return next(iter(entities.values()))


def _by_number(invoices: Iterable[Columns]) -> dict[str, list[Columns]]:
    found: dict[str, list[Columns]] = {}
    for invoice in invoices:
        found.setdefault(str(invoice["number"]), []).append(invoice)
    return found


def _source(row: Columns, left: object) -> Source:
    account_id = row["account_id"]
    return Source(_id(row), None if account_id is None else _uuid(account_id), str(row["currency"]), _decimal(left))


def _marks(row: Columns) -> CustomerMarks:
    return CustomerMarks(
        customer_id=str(row["external_id"]),
        name=str(row["name"]),
        bank_accounts=_texts(row["bank_accounts"]),
        email_domains=_texts(row["email_domains"]),
        parent_id=str(row["parent_external_id"]),
    )


def _payer_marks(row: Columns) -> PayerMarks:
    return PayerMarks(_id(row), (str(row["name"]), *_texts(row["aliases"])), _texts(row["bank_accounts"]))


def _id(row: Columns) -> UUID:
    return _uuid(row["id"])


def _uuid(value: object) -> UUID:
    assert isinstance(value, UUID)
    return value


def _decimal(value: object) -> Decimal:
    assert isinstance(value, Decimal)
    return value


def _texts(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(value)

"""Whether the rows of an import fit one another and the ledger: what they rest on, what is left to allocate."""

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from ledger.model.import_records import AllocationRecord, CustomerRecord, LedgerRecords
from ledger.model.import_report import RefusedRow
from ledger.rules.import_conflicts import plain_amount
from ledger.rules.matching.party_names import account_key, name_key

#: Column that names a row of a file, and what the row is called.
_NAMED_BY = {
    "entities": ("code", "entity"),
    "customers": ("customer_id", "customer"),
    "invoices": ("invoice_number", "invoice"),
    "payments": ("payment_id", "payment"),
}
_LONGEST_CAUSE = 200


class WhyMissing:
    """Says why something that a row rests on is not there: its own row was refused, or nobody ever named it."""

    def __init__(self, refused: Iterable[RefusedRow]) -> None:
        self._refused: dict[tuple[str, str], RefusedRow] = {}
        for row in refused:
            self.add(row)

    def add(self, row: RefusedRow) -> None:
        """One more refused row, the first one of a name counts."""
        kind = row.file.partition(".")[0]
        if kind in _NAMED_BY:
            name = row.received.get(_NAMED_BY[kind][0], "").strip()
            self._refused.setdefault((kind, name), row)

    def words(self, kind: str, name: str) -> str:
        """The reason for a row that rests on `name` of the file `kind` (`customers`, ...)."""
        called = _NAMED_BY[kind][1]
        row = self._refused.get((kind, name))
        if row is not None:
            return f"{called} {name} was refused ({row.file} line {row.line})"
        return f"{called} {name} is neither in {kind}{'.json' if kind == 'entities' else '.csv'} nor in the ledger"


def billing_currencies(records: LedgerRecords) -> dict[str, str]:
    """The currency that most invoices of each customer are in; of equals, the one that comes first in the file."""
    counts: dict[str, Counter[str]] = {}
    for invoice in records.invoices:
        counts.setdefault(invoice.customer_id, Counter())[invoice.amount.currency] += 1
    return {customer: found.most_common(1)[0][0] for customer, found in counts.items()}


def main_currency(records: LedgerRecords) -> str:
    """The currency of most documents and payments, else of most customers; empty where no row names one."""
    amounts = [
        *(row.amount for row in records.invoices),
        *(row.amount for row in records.credits),
        *(row.amount for row in records.payments),
    ]
    documents = Counter(amount.currency for amount in amounts)
    customers = Counter(row.currency for row in records.customers if row.currency)
    found = (documents or customers).most_common(1)
    return found[0][0] if found else ""


def unknown_parents(customers: Sequence[CustomerRecord], known: Iterable[Hashable]) -> list[str]:
    """Parents that no file and no ledger knows, in the order of the file."""
    there = {*known, *(customer.customer_id for customer in customers)}
    named = dict.fromkeys(customer.parent_id for customer in customers if customer.parent_id)
    return [parent for parent in named if parent not in there]


@dataclass(frozen=True, slots=True)
class PayerMarks:
    """What a customer is recognised by when it pays."""

    account_id: UUID
    names: tuple[str, ...]
    bank_accounts: tuple[str, ...]


class Payers:
    """Finds the customer behind a payment, only where one and no other fits."""

    def __init__(self, customers: Iterable[PayerMarks]) -> None:
        self._by_name: dict[str, set[UUID]] = {}
        self._by_account: dict[str, set[UUID]] = {}
        for customer in customers:
            for name in customer.names:
                self._by_name.setdefault(name_key(name), set()).add(customer.account_id)
            for account in customer.bank_accounts:
                self._by_account.setdefault(account_key(account), set()).add(customer.account_id)

    def payer_of(self, *, applied_to: Iterable[UUID], payer_account: str, payer_name: str) -> UUID | None:
        """By the customers whose invoices the ERP applied it to, then by bank account, then by name; else None."""
        account, name = account_key(payer_account), name_key(payer_name)
        candidates = (
            set(applied_to),
            self._by_account.get(account, set()) if account else set(),
            self._by_name.get(name, set()) if name else set(),
        )
        return next((next(iter(found)) for found in candidates if len(found) == 1), None)


def cause_key(record: AllocationRecord) -> str:
    """What makes an applied amount of the ERP the same row on the next import."""
    key = f"import:{record.payment_id}:{record.invoice_number}"
    return key if len(key) <= _LONGEST_CAUSE else f"import:{hashlib.sha256(key.encode()).hexdigest()}"


@dataclass(slots=True)
class Source:
    """A payment or an invoice, and how much of it is left to allocate; used up while allocations are checked."""

    row_id: UUID
    account_id: UUID | None
    currency: str
    left: Decimal


@dataclass(frozen=True, slots=True)
class CheckedAllocations:
    """Allocations that fit, with payment and invoice; how many are there already; those that do not fit."""

    accepted: tuple[tuple[AllocationRecord, Source, Source], ...]
    unchanged: int
    refused: tuple[RefusedRow, ...]
    #: By position in `refused`: the customer that a conflict is about.
    accounts: tuple[UUID | None, ...]


def check_allocations(
    records: Sequence[AllocationRecord],
    payments: Mapping[str, Source],
    invoices: Mapping[str, Sequence[Source]],
    stored: Mapping[Hashable, Decimal],
    why: WhyMissing,
) -> CheckedAllocations:
    """Each in turn against what the ones before it left. `stored` are the amounts of earlier imports by cause."""
    accepted: list[tuple[AllocationRecord, Source, Source]] = []
    refused: list[tuple[RefusedRow, UUID | None]] = []
    unchanged = 0
    for record in records:
        key = cause_key(record)
        if stored.get(key) == record.amount:
            unchanged += 1
            continue
        payment = payments.get(record.payment_id)
        invoice, problem = _invoice_for(record, payment, invoices.get(record.invoice_number, ()), why)
        if payment is None or invoice is None:
            refused.append((record.source.refused(problem), None))
            continue
        problem = _conflict(record, payment, invoice, stored.get(key))
        if problem:
            refused.append((record.source.refused(problem, conflict=True), invoice.account_id))
            continue
        payment.left -= record.amount
        invoice.left -= record.amount
        accepted.append((record, payment, invoice))
    rows, accounts = tuple(row for row, _ in refused), tuple(account for _, account in refused)
    return CheckedAllocations(tuple(accepted), unchanged, rows, accounts)


def _invoice_for(
    record: AllocationRecord, payment: Source | None, found: Sequence[Source], why: WhyMissing
) -> tuple[Source | None, str]:
    if payment is None:
        return None, why.words("payments", record.payment_id)
    if not found:
        return None, why.words("invoices", record.invoice_number)
    if len(found) == 1:
        return found[0], ""
    # Entities may number alike; the payer's own invoice, then the currency, tells which one is meant.
    own = [invoice for invoice in found if payment.account_id in (None, invoice.account_id)] or list(found)
    alike = [invoice for invoice in own if invoice.currency == payment.currency]
    if len(alike) == 1:
        return alike[0], ""
    return None, f"{len(found)} invoices of several entities have the number {record.invoice_number}"


def _conflict(record: AllocationRecord, payment: Source, invoice: Source, before: Decimal | None) -> str:
    """Why the ledger cannot take it, or empty."""
    if before is not None:
        return (
            f"{plain_amount(before)} was applied by an earlier import and is kept; {plain_amount(record.amount)} "
            "came now: reverse the earlier one first"
        )
    if payment.currency != invoice.currency:
        return f"the payment is in {payment.currency}, the invoice in {invoice.currency}: we never convert"
    if record.amount > max(payment.left, Decimal(0)):
        return f"only {plain_amount(max(payment.left, Decimal(0)))} of payment {record.payment_id} is left to apply"
    if record.amount > invoice.left:
        return (
            f"only {plain_amount(invoice.left)} of invoice {record.invoice_number} is open: its open_amount is "
            "what was open before the first payment"
        )
    return ""

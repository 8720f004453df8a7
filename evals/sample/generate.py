"""Writes the demo company to a folder: its ledger's export, the mails it sent and what came back."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.money import Money, plain
from evals.sample.company import SampleCompany, SampleEntity, iban, sample_company
from evals.sample.history import LedgerInvoice, SampleLedger, bank_account, sample_ledger
from evals.sample.letters import sample_mail


@dataclass(frozen=True, slots=True)
class SamplePaths:
    """Where everything was written. `mailbox` and `sent` list raw messages, oldest first."""

    folder: Path
    ledger: Path
    customers: Path
    contacts: Path
    invoices: Path
    credits: Path
    payments: Path
    allocations: Path
    entities: Path
    mailbox: tuple[Path, ...]
    sent: tuple[Path, ...]


def write_sample(folder: Path, today: date) -> SamplePaths:
    """Writes `ledger/`, `mailbox/` and `sent/` below `folder` as they stand on `today`; other files stay.

    The same day writes the same bytes. `today` is a calendar day of the demo company's office.

    Raises:
        OSError: the folder cannot be written.
    """
    company = sample_company()
    ledger = sample_ledger(company, today)
    files = _ledger_files(company, ledger)
    mails = sample_mail(company, ledger, today)
    for place in ("ledger", "mailbox", "sent"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / "ledger" / name).write_bytes(text.encode())
    for mail in mails:
        (folder / mail.name).write_bytes(mail.content)
    written = {name.partition(".")[0]: folder / "ledger" / name for name in files}
    return SamplePaths(
        folder=folder,
        ledger=folder / "ledger",
        mailbox=tuple(folder / mail.name for mail in mails if mail.name.startswith("mailbox/")),
        sent=tuple(folder / mail.name for mail in mails if mail.name.startswith("sent/")),
        **written,
    )


def _ledger_files(company: SampleCompany, ledger: SampleLedger) -> dict[str, str]:
    return {
        "customers.csv": _customers(company),
        "contacts.csv": _contacts(company),
        "invoices.csv": _invoices(ledger),
        "credits.csv": _credits(ledger),
        "payments.csv": _payments(ledger),
        "allocations.csv": _allocations(ledger),
        "entities.json": _entities(company),
    }


def _customers(company: SampleCompany) -> str:
    header = (
        "customer_id,name,aliases,email_domains,bank_accounts,parent_id,country,currency,language,time_zone,entity"
    )
    rows = (
        (
            *(one.id, one.name, ";".join(one.aliases), one.domain, bank_account(one), one.parent),
            *(one.country, one.billed_in, one.speaks, one.zone, one.entity),
        )
        for one in company.customers
    )
    return _table(header, rows)


def _contacts(company: SampleCompany) -> str:
    rows = (
        (customer.id, person.email, person.name, person.role, customer.speaks, customer.zone)
        for customer in company.customers
        for person in customer.people
    )
    return _table("customer_id,email,name,role,language,time_zone", rows)


def _invoices(ledger: SampleLedger) -> str:
    header = "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms,entity"
    return _table(header, (_invoice_row(invoice) for invoice in ledger.invoices))


def _invoice_row(invoice: LedgerInvoice) -> tuple[str, ...]:
    customer = invoice.customer
    days = (f"{invoice.issued}", f"{invoice.due}")
    money = (invoice.amount.currency, _decimal(invoice.amount), _decimal(invoice.open_first))
    return (invoice.number, customer.id, *days, *money, invoice.po_number, customer.terms, customer.entity)


def _credits(ledger: SampleLedger) -> str:
    header = "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number"
    rows = (
        (
            *(one.number, one.customer_id, f"{one.issued}", one.amount.currency),
            *(_decimal(one.amount), _decimal(one.open_first), one.invoice[1]),
        )
        for one in ledger.credit_notes
    )
    return _table(header, rows)


def _payments(ledger: SampleLedger) -> str:
    header = "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method"
    rows = (
        (
            *(one.payment_id, f"{one.received_on}", one.amount.currency, _decimal(one.amount)),
            *(one.payer_name, one.payer_account, one.reference, one.method),
        )
        for one in ledger.payments
    )
    return _table(header, rows)


def _allocations(ledger: SampleLedger) -> str:
    rows = (
        (payment.payment_id, number, _decimal(amount))
        for payment in ledger.payments
        for number, amount in payment.allocations
    )
    return _table("payment_id,invoice_number,amount", rows)


def _entities(company: SampleCompany) -> str:
    return json.dumps([_entity(entity) for entity in company.entities], ensure_ascii=False, indent=2) + "\n"


def _entity(entity: SampleEntity) -> dict[str, object]:
    names = ("code", "name", "address", "country", "tax_id", "base_currency", "email", "phone")
    accounts = [
        {
            "holder": account.holder,
            "number": iban(*account.bank.split(":", 1)),
            "routing": account.routing,
            "bank_name": account.bank_name,
            "currency": account.currency,
        }
        for account in entity.bank_accounts
    ]
    return {**{name: getattr(entity, name) for name in names}, "bank_accounts": accounts}


def _table(header: str, rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def _decimal(amount: Money) -> str:
    return plain(amount.amount, amount.currency)

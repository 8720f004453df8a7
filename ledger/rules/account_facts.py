"""What a reply's account looked like: `account` of `docs/formats/replies.md`."""

from typing import Any

from core.money import plain
from ledger.model.invoice import Invoice
from ledger.model.snapshot import AccountSnapshot

#: A reply is about a few invoices; of an account with more, those named and those due first are enough to read it by.
_MOST_INVOICES = 200
_MOST_CONTACTS = 50


def account_facts(snapshot: AccountSnapshot, named: frozenset[str]) -> dict[str, Any]:
    """Name, country, currency, contacts and invoices, JSON-ready; money as decimal strings in major units."""
    ordered = sorted(snapshot.invoices, key=lambda i: (i.number not in named, not i.open_balance, i.due, i.number))
    kept = sorted(ordered[:_MOST_INVOICES], key=lambda i: (i.due, i.number))
    return {
        "customer": snapshot.account.name,
        "country": snapshot.account.country,
        "currency": snapshot.account.currency,
        "contacts": [contact.email for contact in snapshot.contacts[:_MOST_CONTACTS]],
        "invoices": [_invoice(invoice) for invoice in kept],
    }


def _invoice(invoice: Invoice) -> dict[str, str]:
    facts = {
        "number": invoice.number,
        "issued": invoice.issued.isoformat(),
        "due": invoice.due.isoformat(),
        "amount": plain(invoice.amount.amount, invoice.amount.currency),
        "open": plain(invoice.open_balance.amount, invoice.open_balance.currency),
        "currency": invoice.amount.currency,
    }
    return {**facts, "po": invoice.po_number} if invoice.po_number else facts

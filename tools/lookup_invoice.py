"""Invoice by number or purchase order, within one account."""

from typing import Any

from pydantic import Field

from ledger.model.invoice import Invoice
from tools.scope import ToolScope
from tools.tool import Tool, ToolArguments, ToolKind, ToolResult

_MOST = 20


class LookupInvoice(ToolArguments):
    """A whole or partial invoice number, or a purchase order; empty lists the open invoices."""

    number_or_po: str = Field(default="", max_length=120)


async def lookup_invoice(scope: ToolScope, arguments: LookupInvoice) -> ToolResult:
    """At most twenty invoices of the account, those due first first; balances are the ledger's of now."""
    wanted = _plain(arguments.number_or_po)
    invoices = scope.snapshot.invoices if wanted else scope.snapshot.open_invoices
    found = [i for i in invoices if not wanted or wanted in _plain(i.number) or wanted == _plain(i.po_number)]
    return ToolResult(
        {"invoices": [invoice_facts(invoice) for invoice in found[:_MOST]], "more": max(0, len(found) - _MOST)},
        f"{len(found)} invoice(s): {', '.join(i.number for i in found[:_MOST])}",
    )


def invoice_facts(invoice: Invoice) -> dict[str, Any]:
    """The invoice as a model sees it; money as decimal strings with currency."""
    return {
        "number": invoice.number,
        "issued": invoice.issued.isoformat(),
        "due": invoice.due.isoformat(),
        "amount": str(invoice.amount),
        "open_balance": str(invoice.open_balance),
        "status": invoice.status.value,
        "po_number": invoice.po_number,
    }


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


TOOL = Tool(
    "lookup_invoice",
    "Finds invoices of this customer by number (whole or part) or purchase order; without one, lists the open ones.",
    ToolKind.READ,
    LookupInvoice,
    lookup_invoice,
)

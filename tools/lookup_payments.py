"""Payments and their allocations, within one account."""

from datetime import date

from tools.scope import ToolScope
from tools.tool import Tool, ToolArguments, ToolKind, ToolResult

_MOST = 20


class LookupPayments(ToolArguments):
    """Only payments received on or after this day, where one is given."""

    received_since: date | None = None


async def lookup_payments(scope: ToolScope, arguments: LookupPayments) -> ToolResult:
    """At most twenty payments of the account, newest first, with what is not applied yet."""
    since = arguments.received_since
    found = [p for p in scope.snapshot.payments if since is None or p.received_on >= since]
    return ToolResult(
        {
            "payments": [
                {
                    "payment": p.external_id,
                    "received_on": p.received_on.isoformat(),
                    "amount": str(p.amount),
                    "unapplied": str(p.unapplied),
                    "remittance": p.remittance[:200],
                    "invoices": list(p.invoice_numbers),
                }
                for p in found[:_MOST]
            ],
            "more": max(0, len(found) - _MOST),
        },
        f"{len(found)} payment(s)",
    )


TOOL = Tool(
    "lookup_payments",
    "Lists payments of this customer, newest first, with the invoices that they were applied to.",
    ToolKind.READ,
    LookupPayments,
    lookup_payments,
)

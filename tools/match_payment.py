"""Proposes which payment a customer's claim is about. A proposal: nothing is applied here."""

from datetime import date

from pydantic import Field

from core.money import Money
from ledger.model.signal import Evidence, Intent, Signal
from ledger.rules.find_claimed_payment import find_claimed_payment
from tools.scope import ToolScope
from tools.tool import Tool, ToolArguments, ToolKind, ToolResult


class MatchPayment(ToolArguments):
    """What the customer says about the payment; leave out what it does not say."""

    invoices: list[str] = Field(default_factory=list, max_length=50)
    paid_on: date | None = None
    amount: str | None = Field(default=None, max_length=30)
    currency: str | None = Field(default=None, max_length=3)
    reference: str | None = Field(default=None, max_length=200)


async def match_payment(scope: ToolScope, arguments: MatchPayment) -> ToolResult:
    """What the ledger holds that agrees with the claim, the best first, with the reason in words."""
    amount = None
    if arguments.amount and arguments.currency:
        amount = Money.of(arguments.amount, arguments.currency)
    claim = Signal(
        Intent.PAYMENT_SENT,
        Evidence(""),
        1.0,
        invoices=tuple(sorted(arguments.invoices)),
        day=arguments.paid_on,
        amount=amount,
        reference=arguments.reference,
    )
    found = find_claimed_payment(claim, scope.snapshot)
    return ToolResult(
        {
            "payment": None if found.payment is None else found.payment.external_id,
            "invoices_closed": found.closed,
            "found": list(found.words),
        },
        "; ".join(found.words) or ("the invoices stand at zero" if found.closed else "nothing agrees"),
    )


TOOL = Tool(
    "match_payment",
    "Proposes which payment of this customer a claim of payment is about. Changes nothing.",
    ToolKind.PROPOSE,
    MatchPayment,
    match_payment,
)

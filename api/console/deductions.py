"""What a payer may take off an invoice, as the form of an allocation offers it, and what each is posted as."""

from dataclasses import dataclass

from api.console.payment_words import leaves_words
from api.console.words import reason_words
from ledger.model.signal import DisputeReason

_SHORT_PAY = "short_pay"


@dataclass(frozen=True, slots=True)
class Deduction:
    """One choice: `kind` is the posted part's, `reason` only of what stays open as a dispute."""

    code: str
    words: str
    kind: str
    reason: DisputeReason | None = None

    @property
    def leaves(self) -> str:
        """What it leaves in the books, between its amount and the invoice."""
        return leaves_words(self.kind)


#: What lowers the invoice for good.
BOOKED = (
    Deduction("discount", "early-payment discount", "discount"),
    Deduction("fee", "bank or processor fee", "fee"),
    Deduction("withholding_tax", "tax withheld", "withholding_tax"),
)
#: What stays open on it.
LEFT_OPEN = tuple(
    Deduction(f"{_SHORT_PAY}.{one.value}", f"short pay: {reason_words(one.value)}", _SHORT_PAY, one)
    for one in DisputeReason
)
BY_CODE = {one.code: one for one in (*BOOKED, *LEFT_OPEN)}

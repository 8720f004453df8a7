"""Says in words why the ledger cannot take a row that is well formed."""

from collections.abc import Mapping
from decimal import Decimal

_CONSTRAINTS = {
    "open_balance_in_range": "the open amount would be below what is allocated here already",
    "opening_balance_in_amount": "open_amount is not between zero and amount",
    "unapplied_in_amount": "more would be applied than the payment holds",
    "amount_positive": "amount is not above zero",
    "amount_not_zero": "amount is zero",
}


def less_than_allocated(wanted: Mapping[str, object], stored: Mapping[str, object]) -> str:
    """Why a changed open amount of a document does not fit what was allocated since; empty where it fits.

    The mappings are columns of an invoice or a credit note; of anything else the answer is empty.
    """
    opening, kept, left = (
        wanted.get("opening_balance"),
        stored.get("opening_balance"),
        stored.get("open_balance"),
    )
    if not (isinstance(opening, Decimal) and isinstance(kept, Decimal) and isinstance(left, Decimal)):
        return ""
    allocated = kept - left
    if opening >= allocated or opening == kept:
        return ""
    return (
        f"open_amount {plain_amount(opening)} is below the {plain_amount(allocated)} allocated here already: is it "
        "the amount before the first payment?"
    )


def column_words(column: str, stored: object, wanted: object) -> str:
    """Why a column that never changes keeps its value."""
    kept, came = _shown(stored), _shown(wanted)
    return f"{column} is {kept} in the ledger and never changes; {came} came now"


def constraint_words(constraint: str) -> str:
    """What the database's constraint of this name stands for."""
    for name, words in _CONSTRAINTS.items():
        if constraint.endswith(name):
            return words
    return f"the ledger refuses it ({constraint})"


def plain_amount(amount: Decimal) -> str:
    """Two decimals, more where there are more."""
    normal = amount.normalize()
    return f"{normal:.2f}" if int(normal.as_tuple().exponent) > -2 else f"{normal:f}"


def _shown(value: object) -> str:
    return plain_amount(value) if isinstance(value, Decimal) else str(value)

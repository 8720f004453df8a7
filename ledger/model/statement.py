"""Bank statements as the ledger takes them in: lines, and the balances that tell one statement from another."""

import hashlib
from dataclasses import dataclass
from datetime import date

from core.money import Money
from ledger.model.cash import StatementLine


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """The lines of one statement of an account, in its order. Balances are None where it states none."""

    lines: tuple[StatementLine, ...]
    opening: Money | None = None
    closing: Money | None = None


@dataclass(frozen=True, slots=True)
class StatementSpan:
    """What a statement that states its balances is known by: one currency, first and last day of its booked lines."""

    opening: Money
    closing: Money
    first_on: date
    last_on: date


def numbered_key(content_key: str, place: int) -> str:
    """The key of the `place`-th line (from 1) of an account that says the same on the same day."""
    return hashlib.sha256(f"{content_key}\x1f{place}".encode("utf-8", "replace")).hexdigest()[:40]

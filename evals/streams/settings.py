"""What a stream is made of: its seed, its size and its knobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.errors import InvalidInput

#: More than a test of speed needs; each document is held in memory.
_MOST_INVOICES = 5_000_000


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """One seed gives one stream, byte for byte. Shares are of 0 to 1."""

    seed: int = 1
    invoices: int = 2000
    payments: int = 1500
    #: The first day on which something is invoiced.
    first_day: date = date(2026, 1, 5)
    #: Days in which everything happens; payments begin after the first third.
    days: int = 170
    #: How many payments show the payer's name damaged rather than only cut or in capitals.
    name_noise: float = 0.25
    #: How many references carry words and figures that belong to nobody.
    reference_noise: float = 0.35
    #: How many customers' bank accounts we know beforehand.
    known_accounts: float = 0.55
    #: How many customers are billed the same amount again and again.
    alike: float = 0.15
    #: Added to the numbers of documents and customers, so that several streams make one book.
    first_number: int = 0
    #: Multiplies the weight of a case by name; 0 leaves it out.
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.invoices <= _MOST_INVOICES or not 0 <= self.payments <= _MOST_INVOICES:
            raise InvalidInput(f"a stream has 1 to {_MOST_INVOICES} invoices and no more payments than that")
        if not 30 <= self.days <= 1000:
            raise InvalidInput("a stream takes 30 to 1000 days")
        for name in ("name_noise", "reference_noise", "known_accounts", "alike"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidInput(f"{name} is a share of 0 to 1")

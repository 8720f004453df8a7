"""What the ledger refuses."""

from core.errors import DomainError
from core.money import Money


class OverAllocation(DomainError):
    """More would be allocated than an invoice's open balance, or than its payment holds."""

    def __init__(self, document: str, available: Money | None, requested: Money) -> None:
        left = f"; {available} is open" if available is not None else ""
        super().__init__(f"{requested} cannot be allocated on {document}{left}")
        self.document = document
        self.available = available
        self.requested = requested


class StaleVersion(DomainError):
    """Somebody decided or changed it since it was read. `current_version` is today's."""

    def __init__(self, what: str, given: int, current_version: int) -> None:
        super().__init__(f"{what} is at version {current_version}, not {given}: read it again")
        self.current_version = current_version


class AlreadyDecided(DomainError):
    """The approval no longer waits for a decision."""

    def __init__(self, approval_id: object, status: str) -> None:
        super().__init__(f"approval {approval_id} is already {status}")
        self.status = status

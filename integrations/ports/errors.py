"""What adapters raise; each error says what to do next."""

from core.errors import ExternalError


class TemporarilyUnavailable(ExternalError):
    """Could not be reached or answered in time, and nothing was handed over. Try again later."""


class RateLimited(ExternalError):
    """Too many calls. Try again after `retry_after_seconds`."""

    def __init__(self, message: str, retry_after_seconds: float) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class AuthExpired(ExternalError):
    """The connection must be made anew by a person."""


class Rejected(ExternalError):
    """Refused for good: the same call will be refused again."""


class AlreadySent(ExternalError):
    """Found to have been sent before, at the preparation: proof of sending, and nothing more was sent now."""


class OutcomeUnknown(ExternalError):
    """Handed over, but no answer came: look before you repeat."""

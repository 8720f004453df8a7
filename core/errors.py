"""The families of errors: what a caller may answer with 409, with 404, or must look up outside."""


class DulyError(Exception):
    """Base of every error that Duly raises on purpose. The message says what happened and to which record."""


class DomainError(DulyError):
    """A rule of receivables refuses this; a normal answer (HTTP 409)."""


class NotFound(DulyError):
    """No such record in this organisation (HTTP 404)."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"no {kind} {key} in this organisation")
        self.kind = kind
        self.key = key


class InvalidInput(DulyError):
    """What came in cannot be understood; names the place and what would be right (HTTP 422, exit 2)."""


class ExternalError(DulyError):
    """Something outside Duly failed; each subclass says what to do next."""


class NotConfigured(DulyError):
    """A setting is missing or contradicts another; the message says which and how to mend it."""


class CurrencyMismatch(DomainError):
    """Two amounts differ in currency. We never convert."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"cannot combine {left} with {right}")
        self.left = left
        self.right = right

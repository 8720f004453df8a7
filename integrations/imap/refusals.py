"""What an IMAP server's refusal means for us. Pure."""

import re

from core.errors import ExternalError
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable

#: RFC 5530 codes and common words of a sign-in that fails for now and not for good.
_FOR_NOW = (
    "[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[CORRUPTION]", "TEMPORAR", "TRY AGAIN", "INTERNAL", "STATUS 5",
)  # fmt: skip
_TOO_MANY = (
    "[LIMIT]", "[THROTTLED]", "[OVERQUOTA]", "TOO MANY", "RATE LIMIT", "THROTTLED", "MAXIMUM NUMBER OF CONNECTIONS",
    "BANDWIDTH LIMIT",
)  # fmt: skip
#: Microsoft says how long; Google shuts a mailbox that moved too many bytes out for up to a day.
_BACKOFF = re.compile(r"BACKOFF TIME: (\d{1,9}) ?(?:MS|MILLISECONDS)")
_PAUSE_SECONDS = 60.0
_QUOTA_PAUSE_SECONDS = 600.0
_LONGEST_PAUSE_SECONDS = 3600.0


def command_error(server: str, words: str, *, shown: str | None = None) -> ExternalError:
    """The error for a refused command, or for a connection that the server ended with these words.

    `shown` stands in the error instead of them.
    """
    upper, message = words.upper(), f"IMAP {server}: {words if shown is None else shown}"
    if any(word in upper for word in _TOO_MANY):
        return RateLimited(message, _pause(upper))
    return TemporarilyUnavailable(message)


def sign_in_error(server: str, words: str, *, shown: str) -> ExternalError:
    """What a refused sign-in means: for good, unless the server says that it is for now."""
    error = command_error(server, words, shown=shown)
    if isinstance(error, RateLimited) or any(word in words.upper() for word in _FOR_NOW):
        return error
    return AuthExpired(f"IMAP {server} refused the sign-in: {shown}; connect this mailbox again")


def _pause(upper: str) -> float:
    backoff = _BACKOFF.search(upper)
    if backoff:
        return min(max(1.0, int(backoff[1]) / 1000), _LONGEST_PAUSE_SECONDS)
    return _QUOTA_PAUSE_SECONDS if "[OVERQUOTA]" in upper or "BANDWIDTH" in upper else _PAUSE_SECONDS

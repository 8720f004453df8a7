"""Graph's refusals to our errors. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.errors import ExternalError
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable

#: Where Graph names no time: its own advice is to back off, and a minute is what mailbox limits recover in.
_PAUSE_SECONDS = 60.0
#: No pause is taken to be longer than a day, whatever a header says.
_LONGEST_PAUSE = 86_400.0
#: The mailbox itself is gone, or was never there: only a person can mend the connection.
_NO_MAILBOX = frozenset(
    {
        "mailboxnotenabledforrestapi",
        "mailboxnothostedinexchangeonline",
        "errornonexistentmailbox",
        "errorinvaliduser",
        "request_resourcenotfound",
        "resourcenotfound",
        "mailboxinfostale",
    }
)
#: Refusals with 4xx that pass: the mailbox is being moved, or the item was changed under us.
_PASSING = frozenset({"errormailboxmoveinprogress", "errorirresolvableconflict", "errormailboxstoreunavailable"})
#: What the mailbox may send in a day or a minute is used up.
_SENDING_LIMITS = frozenset({"errorexceededmessagelimit", "errorsubmissionquotaexceeded", "errorquotaexceeded"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not a success: its status, Graph's code and words for it, and when to come back."""

    status: int
    code: str
    words: str
    retry_after_seconds: float | None

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.status), self.code, self.words) if part)


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Refusal:
    """What Graph answered, whatever its body is."""
    code, words = _error_in(body)
    return Refusal(status, code, words, retry_after(headers, now=now))


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """The pause that Retry-After asks for, in seconds or as a date; None where it asks for none."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_PAUSE)
    moment = http_date(value)
    return None if moment is None else max(0.0, min((moment - now).total_seconds(), _LONGEST_PAUSE))


def http_date(value: str) -> datetime | None:
    """A date in a header, in UTC."""
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def error_of(refused: Refusal, *, what: str, mailbox: str) -> ExternalError:
    """The error that says what to do after this refusal."""
    message = f"Outlook mailbox {mailbox}: {what}: {refused}"
    code = refused.code.lower()
    if refused.status == 401:
        return AuthExpired(f"{message}. Connect the mailbox again")
    if refused.status == 429 or code in _SENDING_LIMITS:
        return RateLimited(message, refused.retry_after_seconds or _PAUSE_SECONDS)
    if refused.status == 503 and refused.retry_after_seconds is not None:
        return RateLimited(message, refused.retry_after_seconds)
    if refused.status >= 500 or refused.status in (408, 409, 412, 423) or code in _PASSING:
        return TemporarilyUnavailable(message)
    if code in _NO_MAILBOX:
        return AuthExpired(f"{message}. There is no such mailbox to connect to; connect it again under its address")
    if refused.status == 403 and "sendas" not in code and "sendonbehalf" not in code:
        return AuthExpired(f"{message}. Connect it again with permission to read, write and send mail")
    return Rejected(message)


def printable(words: str, most: int = 300) -> str:
    """A server's words, short and on one line."""
    return "".join(letter if letter.isprintable() else " " for letter in words[:most]).strip()


def _error_in(body: bytes) -> tuple[str, str]:
    try:
        error = json.loads(body)["error"]
        if isinstance(error, str):
            return printable(error, 80), ""
        return printable(str(error.get("code", "")), 80), printable(str(error.get("message", "")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", ""

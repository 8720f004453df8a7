"""Google's refusals to our errors: what happened, to which mailbox, and what to do. Pure."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from core.errors import ExternalError
from integrations.gmail.transport import Answer
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable

_TOO_MANY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"})
_TOO_MANY_TODAY = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg"})
#: What a person can do about a 403, by Google's reason.
_ADVICE = {
    "insufficientPermissions": "the grant does not cover this; connect the mailbox again and allow all that is asked",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": "the grant does not cover this; connect the mailbox again and allow all",
    "accessNotConfigured": "the Gmail API is switched off in the Google Cloud project; switch it on",
    "SERVICE_DISABLED": "the Gmail API is switched off in the Google Cloud project; switch it on",
    "domainPolicy": "the administrator of this Google Workspace does not allow this application",
    "delegationDenied": "the service account may not act for this mailbox; allow it in the admin console",
    "failedPrecondition": "Gmail is not switched on for this account",
}
_PAUSE_SECONDS = 60.0
_DAILY_PAUSE_SECONDS = 3600.0
_LONGEST_PAUSE_SECONDS = 86_400.0
_RETRY_AFTER = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)Z")
_MOST_BYTES = 100_000


def refusal(answer: Answer, *, mailbox: str, what: str) -> ExternalError:
    """The error for an answer other than 2xx to a request that changed nothing."""
    reasons, words = _said(answer)
    message = f"Gmail {mailbox}: {what}: {answer.status} {words}".rstrip()
    if answer.status == 429 or reasons & (_TOO_MANY | _TOO_MANY_TODAY):
        usual = _DAILY_PAUSE_SECONDS if reasons & _TOO_MANY_TODAY else _PAUSE_SECONDS
        return RateLimited(message, stated_pause(answer) or usual)
    advice = next((_ADVICE[reason] for reason in sorted(reasons) if reason in _ADVICE), "")
    if answer.status == 401:
        return AuthExpired(f"{message}; Google refuses the grant: connect this mailbox again")
    if answer.status == 403 or advice:
        return AuthExpired(f"{message}; {advice or 'connect this mailbox again'}")
    if answer.status == 408 or not 400 <= answer.status <= 499:
        return TemporarilyUnavailable(message)
    return Rejected(message)


def stated_pause(answer: Answer) -> float | None:
    """The seconds after which Google asks us to come back, one at least; None where it does not say."""
    header = answer.headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return _within_reason(float(header[:9]))
    now = answer.sent_at_ms
    until = _instant(header) or _named_instant(answer)
    if now is None or until is None:
        return None
    return _within_reason(until.timestamp() - now / 1000)


def is_for_the_day(error: RateLimited) -> bool:
    """Whether the limit of the day is reached, so that a pause of seconds is of no use."""
    return error.retry_after_seconds >= _DAILY_PAUSE_SECONDS


def _within_reason(seconds: float) -> float:
    return min(max(seconds, 1.0), _LONGEST_PAUSE_SECONDS)


def _instant(http_date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(http_date)
    except (ValueError, TypeError):
        return None


def _named_instant(answer: Answer) -> datetime | None:
    """Gmail names the end of a sending limit in its words: `Retry after 2026-04-20T09:00:00.000Z`."""
    found = _RETRY_AFTER.search(_said(answer)[1])
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None


def _said(answer: Answer) -> tuple[frozenset[str], str]:
    """Google's reasons and words, of any shape of its errors; its HTML pages have none of either."""
    try:
        body: Any = json.loads(answer.content[:_MOST_BYTES])
    except (ValueError, RecursionError):
        return frozenset(), ""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return frozenset(), _short(error)
    entries = [*_entries(error.get("errors")), *_entries(error.get("details"))]
    reasons = {entry["reason"] for entry in entries if isinstance(entry.get("reason"), str)}
    named = " ".join(sorted(reasons)) or _short(error.get("status"))
    return frozenset(reasons), _short(f"{named}: {_short(error.get('message'))}")


def _entries(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value[:20] if isinstance(entry, dict)] if isinstance(value, list) else []


def _short(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(letter if letter.isprintable() else " " for letter in text[:300]).strip()

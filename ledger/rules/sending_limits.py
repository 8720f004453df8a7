"""How many mails may go out within a window of time, and when the next one may."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.errors import NotConfigured
from ledger.model.sending import MailboxLimits

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
#: The window of the contact cap.
WEEK = timedelta(days=7)
#: More a minute or a day is no limit that anybody means.
HIGHEST_LIMIT = 1_000_000


def free_again(sent: Iterable[datetime], *, most: int, window: timedelta, now: datetime) -> datetime | None:
    """When one more fits within `most` a `window`; None where it fits now.

    Never further off than one window: what lies in the future was written by a clock that has since been put right.
    """
    recent = sorted((at for at in sent if at > now - window), reverse=True)
    if len(recent) < most:
        return None
    return min(recent[most - 1], now) + window


def turn_of(first: datetime, *, place: int, most: int, window: timedelta) -> datetime:
    """When the mail at `place` of those that wait (0 is the first) has its turn, where `most` go a window."""
    return first + window * (place // most)


def limits_of(sender: Mapping[str, Any], address: str) -> MailboxLimits:
    """The limits in a mailbox's sender settings (`per_minute`, `per_day`), or the usual ones.

    Raises:
        NotConfigured: a limit is no whole number from one on.
    """
    usual = MailboxLimits()
    return MailboxLimits(
        _limit(sender, "per_minute", usual.per_minute, address), _limit(sender, "per_day", usual.per_day, address)
    )


def _limit(sender: Mapping[str, Any], name: str, usual: int, address: str) -> int:
    value = sender.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= HIGHEST_LIMIT:
        raise NotConfigured(
            f"mailbox {address}: its sender's {name} is no whole number between 1 and {HIGHEST_LIMIT:,}; "
            "to send nothing from it, switch the mailbox off"
        )
    return value

"""Until when a draft holds, besides the facts it is bound to."""

from collections.abc import Iterable
from datetime import date, datetime

from core.clock import end_of_day, zone_of
from ledger.model.decision import Topic, TopicKind
from ledger.model.snapshot import AccountSnapshot

_PROMISES = frozenset({TopicKind.PROMISE_NOTED, TopicKind.PROMISE_CONDITION_NOTED})


def expires_at(
    snapshot: AccountSnapshot, topics: Iterable[Topic], *, only_today: bool, attached: Iterable[str]
) -> datetime | None:
    """The first instant (UTC) at which the mail must be written again; None where only its facts bind it.

    A mail that states days past due or "tomorrow" ends with its sending day in the account's zone, and so does one
    that encloses a statement, which is dated. Thanks for a promise end with the promised day.
    """
    days: list[date] = [t.stated_day for t in topics if t.kind in _PROMISES and t.stated_day is not None]
    if only_today or "statement" in attached:
        days.append(snapshot.today)
    zone = zone_of(snapshot.account.time_zone)
    return min((end_of_day(day, zone) for day in days), default=None)

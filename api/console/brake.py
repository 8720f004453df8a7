"""Slows down guessing of passwords.

Counts failures in this process's memory only: with several processes each counts for itself, and a restart forgets.
Behind a proxy that hides its clients they share one count, which is why a client may fail more often than an
address. The table is bounded; somebody with very many addresses can push old counts out of it, but not faster than
the password hash allows.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
MOST_FAILURES_ADDRESS = 10
MOST_FAILURES_CLIENT = 50
_MOST_KEYS = 10_000


class SignInBrake:
    """Remembers failures by address and by client for a quarter of an hour after the first."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def is_on(self, *, address: str, client: str, now: datetime) -> bool:
        """Whether this sign-in is refused without looking at the password."""
        return (
            self._count(f"address:{address}", now) >= MOST_FAILURES_ADDRESS
            or self._count(f"client:{client}", now) >= MOST_FAILURES_CLIENT
        )

    def failed(self, *, address: str, client: str, now: datetime) -> None:
        """Counts a failure."""
        for key in (f"address:{address}", f"client:{client}"):
            since, count = self._failures.pop(key, (now, 0))
            if since + WINDOW <= now:
                since, count = now, 0
            self._failures[key] = since, count + 1
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, *, address: str, client: str) -> None:
        """Forgets the address's failures, and takes back one of the client's: all of them would let one known
        password free all guessing."""
        self._failures.pop(f"address:{address}", None)
        since, count = self._failures.get(f"client:{client}", (None, 0))
        if since is not None:
            self._failures[f"client:{client}"] = since, max(0, count - 1)

    def _count(self, key: str, now: datetime) -> int:
        since, count = self._failures.get(key, (now, 0))
        return count if since + WINDOW > now else 0

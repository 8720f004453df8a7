"""`Resting`: until when a server is left alone that said "not so often", or refused us."""

import time

from integrations.ports.errors import AuthExpired, RateLimited

#: After a refused sign-in the next is later, and later each time: servers lock out who tries too often.
_FIRST_SECONDS = 60.0
_LONGEST_SECONDS = 900.0
_MOST_DOUBLINGS = 10


class Resting:
    """What a server said last, repeated without asking it again too soon."""

    def __init__(self) -> None:
        self._until = 0.0
        self._refusals = 0
        self._error: AuthExpired | RateLimited | None = None
        self._credential: str | None = None

    def after_limit(self, error: RateLimited) -> None:
        """The server is left alone for as long as it said."""
        self._error, self._until = error, time.monotonic() + error.retry_after_seconds

    def after_refusal(self, error: AuthExpired, credential: str | None) -> None:
        """The server is left alone twice as long as after the last refusal, but for another credential."""
        seconds = min(_FIRST_SECONDS * 2**self._refusals, _LONGEST_SECONDS)
        self._refusals = min(self._refusals + 1, _MOST_DOUBLINGS)
        self._error, self._credential, self._until = error, credential, time.monotonic() + seconds

    def end(self) -> None:
        """The server took us."""
        self._error, self._credential, self._refusals = None, None, 0

    def check(self, credential: str | None) -> None:
        """Returns where the server may be asked.

        Raises:
            RateLimited, AuthExpired: what it said last.
        """
        left = self._until - time.monotonic()
        if self._error is None or left <= 0:
            return
        if isinstance(self._error, RateLimited):
            raise RateLimited(str(self._error), left)
        if credential == self._credential:
            raise AuthExpired(str(self._error))

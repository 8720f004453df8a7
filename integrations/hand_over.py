"""`HandOverLimit`: a mail that was prepared too long ago is not handed over any more."""

import time
from collections.abc import Callable, Sequence

from integrations.ports.errors import TemporarilyUnavailable

SecondsOf = Callable[[], float]


def _with_sleep() -> float:
    """Seconds that go on while the machine sleeps, where it has such a clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


#: By the wall clock as well: it is put right after a virtual machine was paused, and no other clock tells of that.
CLOCKS: Sequence[SecondsOf] = (_with_sleep, time.time)


class HandOverLimit:
    """At most `seconds` lie between making this and handing over, by whichever clock counted most.

    A worker that stands still (a stopped process, a machine asleep) is taken for dead. Others then look for its mail,
    and may send it or let a person say so; when it wakes up, it must not send what it had prepared. `way_out` names
    the server and the mailbox.
    """

    def __init__(self, way_out: str, seconds: float, *, clocks: Sequence[SecondsOf] = CLOCKS) -> None:
        self._way_out = way_out
        self._seconds = seconds
        self._started = [(clock, clock()) for clock in clocks]

    def check(self, *, more_seconds: float = 0.0) -> None:
        """Does nothing while there is time, `more_seconds` longer than for the beginning of a hand-over.

        Raises:
            TemporarilyUnavailable: too late; nothing was handed over.
        """
        passed = max(clock() - started for clock, started in self._started)
        if passed > self._seconds + more_seconds:
            raise TemporarilyUnavailable(
                f"{self._way_out}: {passed:,.1f} s lay between preparing this mail and handing it over, "
                "as if this worker had stood still; it was not sent"
            )

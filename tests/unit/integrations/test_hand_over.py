"""A mail that was prepared too long ago is not handed over, by whichever clock tells."""

import pytest

from integrations.hand_over import CLOCKS, HandOverLimit
from integrations.ports.errors import TemporarilyUnavailable


class Moved:
    """Two clocks that stand until they are moved."""

    def __init__(self) -> None:
        self.since_start, self.wall = 5_000.0, 1_700_000_000.0

    def limit(self, seconds: float = 30.0) -> HandOverLimit:
        return HandOverLimit("SMTP mail.example", seconds, clocks=(lambda: self.since_start, lambda: self.wall))


def test_in_time_nothing_is_said() -> None:
    clocks = Moved()
    limit = clocks.limit()
    clocks.since_start += 30.0
    limit.check()


@pytest.mark.parametrize("which", ["since_start", "wall"])
def test_a_clock_that_went_on_tells_that_it_is_too_late(which: str) -> None:
    """The machine slept, or a virtual machine was paused and its wall clock put right."""
    clocks = Moved()
    limit = clocks.limit()
    setattr(clocks, which, getattr(clocks, which) + 30.1)
    with pytest.raises(TemporarilyUnavailable, match=r"SMTP mail\.example: 30\.1 s"):
        limit.check()


def test_a_wall_clock_that_was_put_back_hides_nothing() -> None:
    clocks = Moved()
    limit = clocks.limit()
    clocks.since_start, clocks.wall = clocks.since_start + 31.0, clocks.wall - 3_600.0
    with pytest.raises(TemporarilyUnavailable):
        limit.check()


def test_what_began_in_time_has_longer() -> None:
    clocks = Moved()
    limit = clocks.limit()
    clocks.wall += 80.0
    limit.check(more_seconds=60.0)
    clocks.wall += 11.0
    with pytest.raises(TemporarilyUnavailable):
        limit.check(more_seconds=60.0)


def test_the_clocks_go_on() -> None:
    assert all(clock() <= clock() for clock in CLOCKS)

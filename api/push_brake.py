"""Holds back a flood of pushes before anything is read or looked up for them."""

from collections import OrderedDict

#: Posts that a client may send at once, and a second for good. A provider that is held back sends again later.
BURST = 300.0
PER_SECOND = 20.0
_MOST_CLIENTS = 10_000


class PushBrake:
    """Counts posts by client, in this process. Whoever was not heard of for longest is forgotten first."""

    def __init__(self, burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def holds_back(self, client: str, now_seconds: float) -> bool:
        """Counts one post at `now_seconds` of a clock that never jumps; whether it is one too many."""
        at, left = self._left.pop(client, (now_seconds, self._burst))
        left = min(self._burst, left + max(0.0, now_seconds - at) * self._per_second)
        is_too_many = left < 1.0
        self._left[client] = now_seconds, left if is_too_many else left - 1.0
        while len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return is_too_many

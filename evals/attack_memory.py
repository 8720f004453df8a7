"""How much memory this process took at most while one mail was handled."""

import gc
import resource
import sys
from pathlib import Path
from types import TracebackType

import psutil

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_MIB = 1024 * 1024


class PeakMemory:
    """`added_mib` after the block: the highest resident size within it over the size before it.

    On Linux the system's own high-water mark is set back first, so that what an earlier mail took hides nothing.
    Elsewhere only a new peak of the whole process shows.
    """

    def __init__(self) -> None:
        self.added_mib = 0.0
        self._before = 0.0
        self._old_peak = 0.0
        self._set_back = False

    def __enter__(self) -> "PeakMemory":
        gc.collect()
        self._before = psutil.Process().memory_info().rss / _MIB
        self._set_back = _set_back_peak()
        self._old_peak = _process_peak()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._set_back:
            self.added_mib = max(0.0, _high_water() - self._before)
        else:
            self.added_mib = max(0.0, _process_peak() - max(self._before, self._old_peak))


def _set_back_peak() -> bool:
    try:
        _CLEAR.write_text("5")
    except OSError:
        return False
    return True


def _high_water() -> float:
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _process_peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MIB if sys.platform == "darwin" else 1024)

"""Messages built to be costly stay within 10 s of processor time and 512 MiB, and go before a person or are read."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fuzz.hostile_shapes import SHAPES
from fuzz.reading_path import MOST_SECONDS

REPOSITORY = Path(__file__).parents[2]
#: Issue 3, "Bad input": more than before the message came.
MOST_ADDED_MIB = 512
SMALL, LARGE, LARGEST = 2_000, 10_000_000, 60_000_000
#: Of ten megabytes also in the short run.
LARGE_ALWAYS = ("one line of words", "levels of quotation")


def measured(kind: str, sizes: Sequence[tuple[str, int]], *, seconds: float) -> list[dict[str, Any]]:
    """What each shape took in a process of its own, which ends after so many seconds by the clock.

    `kind`: `encoder` reads as the house does, `words` more quickly.
    """
    search = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.measured_child", kind, *(f"{name}={size}" for name, size in sizes)],
        env={**os.environ, "PYTHONPATH": search, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        timeout=seconds,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in told] == [name for name, _ in sizes], done.stderr.decode(errors="replace")[-2000:]
    return told


def broken(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        one
        for one in told
        if one["problem"] or one["cpu_seconds"] > MOST_SECONDS or one["added_mib"] > MOST_ADDED_MIB
    ]


def test_every_shape_holds_small_and_some_at_ten_megabytes() -> None:
    sizes = [*((name, SMALL) for name in SHAPES), *((name, LARGE) for name in LARGE_ALWAYS)]
    # By the clock: other work on the machine must not fail it. Each has its limit in processor time.
    assert broken(measured("words", sizes, seconds=600)) == []


@pytest.mark.soak
@pytest.mark.parametrize("size", [200_000, LARGE, LARGEST])
@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_holds_at_every_size(name: str, size: int) -> None:
    assert broken(measured("encoder", [(name, size)], seconds=300)) == []

"""Reads hostile shapes in a process of its own and tells what each took: a line of JSON each.

`python -m fuzz.measured_child words|encoder NAME=SIZE...` with `tests` in the path. Memory is the most that the
process and its children held at once, over what it held before; looked at every 5 ms, for the kernel's own mark
cannot be set back everywhere.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from fuzz.hostile_shapes import SHAPES
from fuzz.reading_path import TooSlow, check, read_bytes

from agent.reading.local.reader import LocalReader
from agent.reading.local.trained import TrainedScorer
from jobs.readers import ENCODER, make_attachment_reader


def main(kind: str, asked: list[str]) -> None:
    """Reads with the encoder or by words alone; prints name, bytes, cpu_seconds, added_mib and problem of each."""
    reader = LocalReader(TrainedScorer(ENCODER if kind == "encoder" else None))
    attachments = make_attachment_reader()
    for one in asked:
        name, _, size = one.rpartition("=")
        raw = SHAPES[name](int(size))
        problem, started = "", time.process_time()
        with _most_memory() as added:
            try:
                check(read_bytes(raw, reader, attachments))
            except (TooSlow, Exception) as error:
                problem = f"{type(error).__name__}: {error}"[:500]
        seconds = time.process_time() - started
        told = {"name": name, "bytes": len(raw), "cpu_seconds": round(seconds, 3), "added_mib": round(added[0], 1)}
        print(json.dumps(told | {"problem": problem}), flush=True)
        del raw


@contextmanager
def _most_memory() -> Iterator[list[float]]:
    process, done = psutil.Process(), threading.Event()
    before = process.memory_info().rss
    most = [0.0]

    def look() -> None:
        while not done.wait(0.005):
            held = process.memory_info().rss
            for child in process.children(recursive=True):
                try:
                    held += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            most[0] = max(most[0], (held - before) / 2**20)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

"""Runs the real `duly` command as its own process, with an environment that holds nothing but what it needs."""

import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forked

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
#: A database that is not there: whoever asks for it fails.
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        """Stdout, which must be one JSON value and nothing else."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line on stderr of a command that refused."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert (self.code, len(lines), self.out) == (2, 1, ""), (self.code, self.err, self.out)
        return lines[0]


def environment(home: Path, **more: str) -> dict[str, str]:
    """A person's empty shell: no LANG, no DATABASE_URL, a HOME of its own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "DULY_HOME": str(home / "duly"),
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "200",
        **more,
    }


def duly(home: Path, *arguments: str | Path, **more: str) -> Ran:
    """Runs `duly ARGUMENTS` in `home` to its end."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="duly-ran-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        words = ["-m", "cli.main", *map(str, arguments)]
        process = forked.start(words, env=environment(home, **more), cwd=home, out=out, err=err)
        try:
            code = process.wait(timeout=100)
        finally:
            process.kill()
        return Ran(code, out.read_text(), err.read_text(), time.monotonic() - started)


def all_at_once(home: Path, *commands: tuple[str | Path, ...], **more: str) -> list[Ran]:
    """Runs the commands side by side; their results in order."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(lambda arguments: duly(home, *arguments, **more), commands))


def held_by(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

"""Our commands as processes of their own that need not import everything anew.

A start of `duly` costs seconds, nearly all of it imports, and the tests start it some hundred times. Here a process
that has imported it once (Python's own fork server) is forked for each start: another process, with an environment,
a folder and standard streams of its own, that takes signals and dies like any other. That the command starts by
itself, and what it imports, is shown by `cli/test_cli_lazy.py` and `e2e/test_demo.py`.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

#: What `duly` and its commands import when they are called.
_LOADED_BEFORE = (
    "cli.serve", "cli.connect", "cli.connect_oauth", "cli.doctor", "cli.evaluate", "cli.export",
    "cli.import_command", "cli.link", "cli.read", "cli.reseal", "cli.sending", "cli.user", "evals.attacks",
    "evals.forecast", "evals.matching", "evals.replies",
)  # fmt: skip
#: Read when a library is imported: these hold for every process, whatever its environment says.
_FIXED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200"}

_context = multiprocessing.get_context("forkserver")


class Forked:
    """A process that was started; the calls of `subprocess.Popen` that tests need."""

    def __init__(self, process: ForkServerProcess, words: Sequence[str]) -> None:
        self._process = process
        self._words = words

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(list(self._words), timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: Path = Path(os.devnull),
    out: Path | None = None,
    err: Path | None = None,
) -> Forked:
    """Starts `python WORDS`, where the words begin with `-m MODULE` or a script's path.

    It reads `stdin`, which may be a FIFO, and writes into the files `out` and `err`, or where the tests write.
    """
    files = [None if file is None else str(file) for file in (stdin, out, err)]
    target = (list(words), dict(env), str(cwd or Path.cwd()), *files)
    process = _context.Process(target=_run, args=target, daemon=True)
    before = {name: os.environ.get(name) for name in _FIXED}
    os.environ.update(_FIXED)
    try:
        _context.set_forkserver_preload(list(_LOADED_BEFORE))
        process.start()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return Forked(process, words)


def _run(words: list[str], env: dict[str, str], cwd: str, *streams: str | None) -> None:
    """The life of the child."""
    # It may start processes itself.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    for number, file in enumerate(streams):
        if file is not None:
            handle = os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(handle, number)
            os.close(handle)
    # What multiprocessing puts in its place is closed to reading.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the standard stream itself
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")

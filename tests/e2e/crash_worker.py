"""Starts workers that are killed: `python crash_worker.py`, then one order a line on stdin, one answer a line.

The process loads everything once and forks a worker for each `start`, so that hundreds of lives cost seconds and not
hours; each child then is `duly worker`, with connections of its own. It is ended from outside, by SIGKILL out of
another process and so at any instruction, or ends itself at a named point. Nothing in the product knows of this.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from cli.running import running
from core.settings import Settings
from integrations.gmail.proof import SentProof
from integrations.gmail.sender import GmailSender
from jobs import mail_adapters, sending
from jobs.wiring import database_urls
from jobs.worker import run_worker

#: Exactly when the server has taken the mail, and nothing says so yet.
ANSWERED = "answered"
#: Some time after its first look at a mail to send.
ANY_MOMENT = "any_moment"

_Async = Callable[..., Awaitable[Any]]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_before(function: _Async, *, skip: int) -> _Async:
    """`function`, but the call after `skip` others is never made."""
    left = skip

    async def wrapped(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        if not left:
            die()
        left -= 1
        return await function(*arguments, **options)

    return wrapped


def telling(function: _Async, pipe: int) -> _Async:
    """`function`, and a word into the pipe as soon as it is called for the first time."""
    told = False

    async def wrapped(*arguments: Any, **options: Any) -> Any:
        nonlocal told
        if not told:
            told = True
            os.write(pipe, b".")
        return await function(*arguments, **options)

    return wrapped


def arm(order: dict[str, Any], pipe: int) -> None:
    """Sees to it that this process is ended as the order says."""
    steps: Any = sending.send_draft
    if order["point"] == ANSWERED:
        steps.confirm_sent = dying_before(steps.confirm_sent, skip=int(order["skip"]))
    steps.claim_send = telling(steps.claim_send, pipe)


def execute(order: dict[str, Any], child: int, pipe: int) -> None:
    """Ends the child, in a process of its own: so many seconds after its word. It may have to stand still before."""
    if not os.read(pipe, 1):
        return
    time.sleep(order["delay"])
    if order["still_seconds"]:
        os.kill(child, signal.SIGSTOP)
        time.sleep(order["still_seconds"])
        os.kill(child, signal.SIGCONT)
        time.sleep(order["delay_after"])
    os.kill(child, signal.SIGKILL)


def unprotect() -> None:
    """Takes the protection away: what was being handed over is never found, and sent again."""

    async def never(*_arguments: object, **_options: object) -> bool:
        return False

    SentProof.was_sent = never  # type: ignore[method-assign, assignment]
    mail_adapters.SmtpSender.was_sent = never  # type: ignore[method-assign, assignment]


def _live(order: dict[str, Any], pipe: int) -> None:
    """A worker's life, in the child."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["unprotected"]:
        unprotect()
    if order["settle_seconds"]:
        gmail = partial(GmailSender, settle_seconds=order["settle_seconds"], pause_seconds=0.05)
        mail_adapters.GmailSender = gmail  # type: ignore[misc, assignment]
    arm(order, pipe)
    asyncio.run(_work(Settings()))


async def _work(settings: Settings) -> None:
    """What `duly worker --no-fetch` does on a database that is up to date."""
    async with running(settings, database_urls(settings)[0]) as duly:
        await run_worker(duly, fetch=False)


def _fork(work: Callable[[], None]) -> int:
    """A process of its own that does this and ends."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(0)
            os.dup2(2, 1)
            work()
            status = 0
        finally:
            os._exit(status)
    return child


class Children:
    """The workers that live, and the process that will end each."""

    def __init__(self) -> None:
        self._executioners: dict[int, int | None] = {}

    def start(self, order: dict[str, Any]) -> int:
        """A worker; and where it dies at some moment, who sees to that."""
        told, tell = os.pipe()
        child = _fork(lambda: _live(order, tell))
        os.close(tell)
        self._executioners[child] = None
        if order["point"] == ANY_MOMENT:
            self._executioners[child] = _fork(lambda: execute(order, child, told))
        os.close(told)
        return child

    def exit_code(self, child: int) -> int | None:
        """None while it lives; negative: the signal that ended it."""
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended != child:
            return None
        self._forget(child)
        return os.waitstatus_to_exitcode(status)

    def kill(self, child: int) -> None:
        """Ends it now."""
        if child in self._executioners:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self._forget(child)

    def kill_all(self) -> None:
        """Ends all that was started."""
        for child in list(self._executioners):
            self.kill(child)

    def _forget(self, child: int) -> None:
        """Its executioner must end with it: the number may soon be another process's."""
        executioner = self._executioners.pop(child)
        if executioner is not None:
            os.kill(executioner, signal.SIGKILL)
            os.waitpid(executioner, 0)


def obey() -> None:
    """Takes orders until stdin ends; then nothing of what was started is left."""
    children = Children()
    try:
        for line in sys.stdin:
            order = json.loads(line)
            answer: object = None
            if order["do"] == "start":
                answer = children.start(order)
            elif order["do"] == "exit_code":
                answer = children.exit_code(order["child"])
            elif order["do"] == "kill":
                children.kill(order["child"])
            print(json.dumps(answer), flush=True)
    finally:
        children.kill_all()


if __name__ == "__main__":
    obey()

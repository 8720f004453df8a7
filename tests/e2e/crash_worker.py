"""Starts workers that kill themselves: `python crash_worker.py`, then one order a line on stdin, one answer a line.

The process loads everything once and forks a worker for each `start`, so that hundreds of lives cost seconds and not
hours; each child then is `duly worker`, with connections of its own, and ends by SIGKILL where its order says.
Nothing in the product knows of this.
"""

import asyncio
import json
import os
import signal
import sys
import threading
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

#: What the points are in the course of a send; `during` is while the mail is handed over.
BEFORE = {"claim": "claim_send", "prepared": "begin_handover", "answered": "confirm_sent"}
AFTER = {"claimed": "claim_send", "handover_begun": "begin_handover", "confirmed": "confirm_sent"}
ANY_MOMENT, DURING = "any_moment", "during"

_Async = Callable[..., Awaitable[Any]]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_in(seconds: float) -> None:
    timer = threading.Timer(seconds, die)
    timer.daemon = True
    timer.start()


class _Countdown:
    """Says when it is the turn of the call that shall be the last."""

    def __init__(self, skip: int) -> None:
        self._left = skip

    def is_over(self) -> bool:
        self._left -= 1
        return self._left < 0


def arm(order: dict[str, Any]) -> None:
    """Sees to it that this process dies at `point`, the `skip`-th time it comes by, `delay` seconds later."""
    point, delay, countdown = order["point"], float(order["delay"]), _Countdown(int(order["skip"]))
    steps: Any = sending.send_draft

    def before(function: _Async) -> _Async:
        async def wrapped(*arguments: Any, **options: Any) -> Any:
            if countdown.is_over():
                die()
            return await function(*arguments, **options)

        return wrapped

    def after(function: _Async, end: Callable[[], None]) -> _Async:
        async def wrapped(*arguments: Any, **options: Any) -> Any:
            answer = await function(*arguments, **options)
            if countdown.is_over():
                end()
            return answer

        return wrapped

    if point in BEFORE:
        setattr(steps, BEFORE[point], before(getattr(steps, BEFORE[point])))
    elif point in AFTER:
        setattr(steps, AFTER[point], after(getattr(steps, AFTER[point]), die))
    elif point == DURING:
        steps.begin_handover = after(steps.begin_handover, lambda: _die_in(delay))
    elif point == ANY_MOMENT:
        steps.claim_send = after(steps.claim_send, lambda: _die_in(delay))
    elif point:
        raise SystemExit(f"no such point: {point}")


def unprotect() -> None:
    """Takes the protection away: what was being handed over is never found, and sent again."""

    async def never(*_arguments: object, **_options: object) -> bool:
        return False

    SentProof.was_sent = never  # type: ignore[method-assign, assignment]
    mail_adapters.SmtpSender.was_sent = never  # type: ignore[method-assign, assignment]


def _live(order: dict[str, Any]) -> None:
    """A worker's life, in the child."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["unprotected"]:
        unprotect()
    if order["settle_seconds"]:
        gmail = partial(GmailSender, settle_seconds=order["settle_seconds"], pause_seconds=0.05)
        mail_adapters.GmailSender = gmail  # type: ignore[misc, assignment]
    arm(order)
    asyncio.run(_work(Settings()))


async def _work(settings: Settings) -> None:
    """What `duly worker --no-fetch` does on a database that is up to date."""
    async with running(settings, database_urls(settings)[0]) as duly:
        await run_worker(duly, fetch=False)


def _start(order: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(0)
            os.dup2(2, 1)
            _live(order)
            status = 0
        finally:
            os._exit(status)
    return child


def _exit_code(child: int, children: set[int]) -> int | None:
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended != child:
        return None
    children.discard(child)
    return os.waitstatus_to_exitcode(status)


def _kill(child: int, children: set[int]) -> None:
    if child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        children.discard(child)


def obey() -> None:
    """Takes orders until stdin ends; then nothing of what was started is left."""
    children: set[int] = set()
    try:
        for line in sys.stdin:
            order = json.loads(line)
            answer: object = None
            if order["do"] == "start":
                child = _start(order)
                children.add(child)
                answer = child
            elif order["do"] == "exit_code":
                answer = _exit_code(order["child"], children)
            elif order["do"] == "kill":
                _kill(order["child"], children)
            print(json.dumps(answer), flush=True)
    finally:
        for child in list(children):
            _kill(child, children)


if __name__ == "__main__":
    obey()

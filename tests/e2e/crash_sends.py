"""Workers that are killed while they send, again and again, until the outbox is empty all the same."""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from e2e.crash_outbox import Outbox, fates, left_to_send, seconds_to_send
from e2e.crash_worker import ANY_MOMENT

from jobs.duly import Duly

_PROGRAM = Path(__file__).with_name("crash_worker.py")
#: Workers at the same time.
_FLEET = 2
#: A life that has not come to its end by then is ended from outside.
_LONGEST_LIFE = 90.0
_LOOK_SECONDS = 0.05
#: Loading everything takes a while on a machine that is busy.
_ANSWER_SECONDS = 300.0
_KILLED = -9
#: Sends whose lives tell how long one takes on this machine now; the workers that send them die as well.
_MEASURED = 8
#: Lives end up to so many lives of a send after their first look at one: into its first mails and the next ones.
_SPAN_IN_LIVES = 1.2
_SHORTEST_SPAN = 0.5


@dataclass(frozen=True)
class Death:
    """How a worker dies: by itself at `point`, the one after `skip` others; or at any moment, from outside.

    `moment` and `after` are parts of a span of time (0 to 1) from its first look at a mail to send. One that
    `stands_still` is stopped at `moment`, for longer than it takes until the others take it for dead, then goes on,
    and is killed when as much as `after` has passed besides.
    """

    point: str = ""
    skip: int = 0
    moment: float = 0.0
    stands_still: bool = False
    after: float = 0.0


@dataclass(frozen=True)
class Course:
    """How a run goes. `settle_seconds` and `proof_wait_seconds` as in the product."""

    deaths: Sequence[Death]
    proof_wait_seconds: float
    settle_seconds: float = 0.0
    unprotected: bool = False
    still_seconds: float = 8.0
    longest_seconds: float = 850.0


def deaths(seed: int, count: int) -> list[Death]:
    """So many deaths at random, the same for the same seed.

    Each moment is drawn evenly from a life and a fifth of a send (from its claim to its being on record as sent, as
    measured on the machine before the first death), counted from the worker's first look at a mail. A worker has four
    sends under way at once, at different steps, and all of them are struck: before and within the claim, while the
    mail is prepared, between the committed hand-over and the end of the message, while the answer is awaited, while
    it is recorded, while the copy is filed, while the job is ended. The signal comes from another process, so it
    strikes between any two instructions. One worker in eight first stands still.
    """
    chance = random.Random(seed)
    return [
        Death(ANY_MOMENT, moment=chance.random(), stands_still=number % 8 == 3, after=chance.random())
        for number in range(count)
    ]


class Workers:
    """The process that forks workers, and what it knows of them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def start(self, course: Course, death: Death, *, span_seconds: float = 0.0) -> int:
        order = {
            "do": "start",
            "point": death.point,
            "skip": death.skip,
            "delay": death.moment * span_seconds,
            "still_seconds": course.still_seconds if death.stands_still else 0.0,
            "delay_after": death.after * span_seconds,
            "unprotected": course.unprotected,
            "settle_seconds": course.settle_seconds,
        }
        return int(await self._ask(order))

    async def exit_code(self, child: int) -> int | None:
        """None while it lives; negative: the signal that ended it."""
        code: int | None = await self._ask({"do": "exit_code", "child": child})
        return code

    async def kill(self, child: int) -> None:
        await self._ask({"do": "kill", "child": child})

    async def _ask(self, order: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        answer = await asyncio.wait_for(self._process.stdout.readline(), _ANSWER_SECONDS)
        assert answer, "the process that starts workers has ended"
        return json.loads(answer)


@asynccontextmanager
async def workers(environment: Mapping[str, str]) -> AsyncIterator[Workers]:
    """Starts them where `environment` says; nothing of them is left afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(_PROGRAM), env=dict(environment),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Workers(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()


@dataclass(frozen=True)
class Figures:
    """What a run came to. `stood_still`: so many of the killed had stood still before. `before_person` counts mails,
    of which one kill may strike several."""

    side: str
    sends: int
    kills: int
    stood_still: int
    span_seconds: float
    before_person: int
    reasons: Mapping[str, int]
    lost: int
    doubled: int
    untrue: int
    minutes: float

    @property
    def before_person_percent(self) -> float:
        """Of the kills."""
        return round(100 * self.before_person / max(1, self.kills), 2)

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps({**vars(self), "before_person_percent_of_kills": self.before_person_percent})


async def crash_and_send(
    duly: Duly, outbox: Outbox, course: Course, environment: Mapping[str, str], *, side: str
) -> Figures:
    """Lets workers send the outbox and die as `course` has it, then living ones send the rest; what came of it.

    Raises:
        AssertionError: a worker ended by itself, or the outbox is not empty after the longest time.
    """
    began = time.monotonic()
    wanted = {**environment, "DULY_SEND_PROOF_WAIT_SECONDS": str(course.proof_wait_seconds)}
    async with workers(wanted) as fleet:
        measured = any(death.point == ANY_MOMENT for death in course.deaths)
        span = await _measured_span(duly, outbox, course, fleet) if measured else 0.0
        died = await _die_in_turn(duly, outbox, course, fleet, span)
        for _ in range(_FLEET):
            await fleet.start(course, Death())
        await _until_empty(duly, outbox, began + course.longest_seconds)
    found = await fates(duly, outbox)
    return Figures(
        side=side,
        sends=found.sends,
        kills=len(died),
        stood_still=sum(death.stands_still for death in died),
        span_seconds=round(span, 2),
        before_person=found.before_person,
        reasons=found.reasons,
        lost=len(found.lost),
        doubled=len(found.doubled),
        untrue=len(found.untrue),
        minutes=round((time.monotonic() - began) / 60, 2),
    )


async def _measured_span(duly: Duly, outbox: Outbox, course: Course, fleet: Workers) -> float:
    """Seconds within which workers shall die: by the sends of a fleet that is killed after its first ones."""
    living = [await fleet.start(course, Death()) for _ in range(_FLEET)]
    until = time.monotonic() + course.longest_seconds
    while len(lives := await seconds_to_send(duly, outbox.org_id)) < min(_MEASURED, len(outbox.customers)):
        assert time.monotonic() < until, f"only {len(lives)} mails were sent"
        await asyncio.sleep(_LOOK_SECONDS)
    for child in living:
        await fleet.kill(child)
    return max(_SHORTEST_SPAN, _SPAN_IN_LIVES * median(lives))


async def _die_in_turn(duly: Duly, outbox: Outbox, course: Course, fleet: Workers, span: float) -> list[Death]:
    """Keeps the fleet complete until all deaths are died, or nothing is left to send; the deaths that were died."""
    died: list[Death] = []
    to_come = list(reversed(course.deaths))
    alive: dict[int, tuple[Death, float]] = {}
    while (to_come or alive) and await left_to_send(duly, outbox.org_id):
        while to_come and len(alive) < _FLEET:
            death = to_come.pop()
            alive[await fleet.start(course, death, span_seconds=span)] = (death, time.monotonic())
        await asyncio.sleep(_LOOK_SECONDS)
        for child, (death, since) in list(alive.items()):
            if await _is_over(fleet, child, since):
                died.append(death)
                del alive[child]
    for child in alive:
        await fleet.kill(child)
    return died


async def _is_over(fleet: Workers, child: int, since: float) -> bool:
    code = await fleet.exit_code(child)
    assert code in (None, _KILLED), f"a worker ended by itself, with {code}"
    if code is None and time.monotonic() - since > _LONGEST_LIFE:
        await fleet.kill(child)
        return True
    return code is not None


async def _until_empty(duly: Duly, outbox: Outbox, until: float) -> None:
    while left := await left_to_send(duly, outbox.org_id):
        assert time.monotonic() < until, f"{left} mails are still to be sent"
        await asyncio.sleep(4 * _LOOK_SECONDS)

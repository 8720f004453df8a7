"""Workers that are killed while they send, again and again, until the outbox is empty all the same."""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.crash_outbox import Outbox, fates, left_to_send
from e2e.crash_worker import AFTER, ANY_MOMENT, BEFORE, DURING

from jobs.duly import Duly

_PROGRAM = Path(__file__).with_name("crash_worker.py")
#: Workers at the same time.
_FLEET = 2
#: A life that has not come to its end by then is ended from outside.
_LONGEST_LIFE = 60.0
_LOOK_SECONDS = 0.05
#: Loading everything takes a while on a machine that is busy.
_ANSWER_SECONDS = 300.0
_KILLED = -9


@dataclass(frozen=True)
class Death:
    """Where a worker dies: at a point of a send, the one after `skip` others, `delay` seconds after that point."""

    point: str
    skip: int = 0
    delay: float = 0.0


@dataclass(frozen=True)
class Course:
    """How a run goes. `settle_seconds` and `proof_wait_seconds` as in the product, and much shorter."""

    deaths: Sequence[Death]
    proof_wait_seconds: float
    settle_seconds: float = 0.0
    unprotected: bool = False
    longest_seconds: float = 1200.0


def deaths(seed: int, count: int, *, skipped: tuple[int, int], points: Sequence[str]) -> list[Death]:
    """The same list for the same seed: three of five at any moment from a claim on, one while the mail is handed
    over, one exactly at one of `points`."""
    chance = random.Random(seed)
    return [_death(chance, skipped, points) for _ in range(count)]


#: All exact points. At `handover_begun` nothing has left, and over SMTP nobody can prove it: there each such death
#: ends before a person, as it must, and it is not one of those that are drawn.
GMAIL_POINTS = (*BEFORE, *AFTER)
SMTP_POINTS = tuple(point for point in GMAIL_POINTS if point != "handover_begun")


def _death(chance: random.Random, skipped: tuple[int, int], points: Sequence[str]) -> Death:
    kind, skip = chance.randrange(5), chance.randint(*skipped)
    if kind == 0:
        return Death(chance.choice(points), skip)
    if kind == 1:
        return Death(DURING, skip, chance.uniform(0.0, 0.08))
    return Death(ANY_MOMENT, skip, chance.uniform(0.0, 0.5))


class Workers:
    """The process that forks workers, and what it knows of them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def start(self, course: Course, death: Death) -> int:
        order = {"do": "start", "point": death.point, "skip": death.skip, "delay": death.delay}
        settings = {"unprotected": course.unprotected, "settle_seconds": course.settle_seconds}
        return int(await self._ask({**order, **settings}))

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
    """What a run came to; `kills` by the point where they struck."""

    side: str
    sends: int
    kills: int
    points: Mapping[str, int]
    before_person: int
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
        struck = await _die_in_turn(duly, outbox, course, fleet)
        for _ in range(_FLEET):
            await fleet.start(course, Death(""))
        await _until_empty(duly, outbox, began + course.longest_seconds)
    found = await fates(duly, outbox)
    return Figures(
        side=side,
        sends=found.sends,
        kills=struck.total(),
        points=dict(sorted(struck.items())),
        before_person=found.before_person,
        lost=len(found.lost),
        doubled=len(found.doubled),
        untrue=len(found.untrue),
        minutes=round((time.monotonic() - began) / 60, 2),
    )


async def _die_in_turn(duly: Duly, outbox: Outbox, course: Course, fleet: Workers) -> Counter[str]:
    """Keeps the fleet complete until all deaths are died, or nothing is left to send; counts the deaths."""
    struck: Counter[str] = Counter()
    to_come = list(reversed(course.deaths))
    alive: dict[int, tuple[Death, float]] = {}
    while (to_come or alive) and await left_to_send(duly, outbox.org_id):
        while to_come and len(alive) < _FLEET:
            death = to_come.pop()
            alive[await fleet.start(course, death)] = (death, time.monotonic())
        await asyncio.sleep(_LOOK_SECONDS)
        for child, (death, since) in list(alive.items()):
            if await _is_over(fleet, child, since):
                struck[death.point] += 1
                del alive[child]
    for child in alive:
        await fleet.kill(child)
    return struck


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

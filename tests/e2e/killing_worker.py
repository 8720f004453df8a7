"""A worker that is killed with SIGKILL at one named point of its work: `python killing_worker.py POINT`.

The points lie between each pair of steps. Nothing in the product knows of them.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from agent import graph
from cli.serve import worker
from integrations.smtp.message import BegunMessage
from jobs import sending, taking
from jobs.runs import CaseRunner

NODES = (
    "load_context", "understand_reply", "ground_signals", "record_signals", "decide_action", "draft_reply",
    "verify_draft", "request_approval", "await_decision",
)  # fmt: skip
#: Of the sending: where nothing was handed over yet, or its proof lies in our mailbox.
SENDING = ("claim", "claimed", "prepared", "handover_begun", "handed_over", "confirmed", "finish")
STORING = ("fetched", "stored")
#: Dead where its last act may have been to end the message: nobody can tell from outside.
IN_DOUBT = "ending"

_Async = Callable[..., Awaitable[Any]]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_before(function: _Async) -> _Async:
    async def wrapped(*arguments: Any, **options: Any) -> Any:
        die()
        return await function(*arguments, **options)

    return wrapped


def dying_after(function: _Async) -> _Async:
    async def wrapped(*arguments: Any, **options: Any) -> Any:
        await function(*arguments, **options)
        die()

    return wrapped


def arm(point: str) -> None:
    steps = sending.send_draft
    if point in NODES:
        graph._NODES[point] = dying_before(graph._NODES[point])
    elif point == "fetched":
        taking.record_inbound_messages = dying_before(taking.record_inbound_messages)  # type: ignore[assignment]
    elif point == "stored":
        taking.record_inbound_messages = dying_after(taking.record_inbound_messages)  # type: ignore[assignment]
    elif point == "claim":
        steps.claim_send = dying_before(steps.claim_send)  # type: ignore[assignment]
    elif point == "claimed":
        steps.claim_send = dying_after(steps.claim_send)  # type: ignore[assignment]
    elif point == "prepared":
        steps.begin_handover = dying_before(steps.begin_handover)  # type: ignore[assignment]
    elif point == "handover_begun":
        steps.begin_handover = dying_after(steps.begin_handover)  # type: ignore[assignment]
    elif point == IN_DOUBT:
        BegunMessage.end = dying_before(BegunMessage.end)  # type: ignore[method-assign]
    elif point == "handed_over":
        steps.confirm_sent = dying_before(steps.confirm_sent)  # type: ignore[assignment]
    elif point == "confirmed":
        steps.confirm_sent = dying_after(steps.confirm_sent)  # type: ignore[assignment]
    elif point == "finish":
        CaseRunner.finish = dying_before(CaseRunner.finish)  # type: ignore[method-assign]
    else:
        raise SystemExit(f"no such point: {point}")


if __name__ == "__main__":
    arm(sys.argv[1])
    worker(fetch=True, drain=False)

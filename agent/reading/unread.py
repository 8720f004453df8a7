"""What no reader could read: the reading of the rest stands, and a person sees the mail all the same."""

from collections.abc import Sequence
from dataclasses import replace

from agent.signals import ReplySignals


def with_unread(read: ReplySignals, for_person: Sequence[str]) -> ReplySignals:
    """`read` with these reasons before its own; as it is where there are none."""
    if not for_person:
        return read
    return replace(read, needs_human=True, reasons=(*for_person, *read.reasons))

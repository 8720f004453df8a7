"""Statements that name no invoice: those of the conversation are assumed, until the reply says better."""

from collections.abc import Set
from dataclasses import replace

from agent.reading.local.neighbours import Said
from ledger.model.signal import Intent, Signal


def narrowed(said: list[Said], assumed: Set[int]) -> list[Said]:
    """`said` with the statements of the clauses `assumed` narrowed by what other clauses say of named invoices.

    "We are paying. 1041 goes out on Friday" is about 1041; "We pay on Friday. 1042 on Monday" begins with the others.
    """
    named: dict[Intent, list[tuple[int, Signal]]] = {}
    for index, each in enumerate(said):
        for signal in each.signals:
            if index not in assumed and signal.invoices:
                named.setdefault(signal.intent, []).append((index, signal))
    return [
        Said(each.clause, tuple(_narrowed(signal, index, named.get(signal.intent, [])) for signal in each.signals))
        if index in assumed
        else each
        for index, each in enumerate(said)
    ]


def _narrowed(signal: Signal, index: int, named: list[tuple[int, Signal]]) -> Signal:
    if len(signal.invoices) < 2 or not named:
        return signal
    fitting = [(abs(at - index), at < index, each) for at, each in named if _may_be_one(signal, each)]
    if fitting:
        _, _, nearest = min(fitting, key=lambda each: each[:2])
        return replace(signal, invoices=nearest.invoices)
    said = {number for _, each in named for number in each.invoices}
    rest = tuple(number for number in signal.invoices if number not in said)
    return replace(signal, invoices=rest) if rest else signal


def _may_be_one(assumed: Signal, named: Signal) -> bool:
    """Whether both may be one statement: no two days."""
    return assumed.day is None or named.day is None or assumed.day == named.day

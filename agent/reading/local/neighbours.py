"""Figures that stand beside a statement, in words that state nothing by themselves."""
# ruff: noqa: E501 - phrase lists are not wrapped

from dataclasses import dataclass, replace
from datetime import date

from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import Clause
from agent.reading.references import identifies
from core.money import Money
from ledger.model.signal import Intent, Signal

#: Before an amount these say that it is the contested part.
_DIFFERENCE = phrase_pattern(
    r"""
    differen(?:ce|t|z)|overcharged?|knock off|take off|deduct(?:ed|ing)?|liability|contested|disputed|part of|short by|overbilled|too much
    differenz(?:betrag)?|zu viel|zuviel|abweichung|bestrittene?n?
    diff[eé]rence|écart|trop facturé|soit
    diferencia|de más|sobrecosto
    differenza|in più|eccedenza
    verschil|te veel|teveel
    diferença|a mais
    różnic\w+|nadwyżk\w+
    skillnad\w*|mellanskillnad\w*|för mycket
    """
)
_CLAUSES_ON = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A clause and what it says by itself."""

    clause: Clause
    signals: tuple[Signal, ...]


def with_neighbouring_figures(said: list[Said], today: date) -> list[Signal]:
    """All signals in reading order, completed by figures from clauses beside them that say nothing themselves."""
    result: list[Signal] = []
    for index, each in enumerate(said):
        for signal in each.signals:
            result.append(_completed(signal, index, said, today))
    return result


def _completed(signal: Signal, index: int, said: list[Said], today: date) -> Signal:
    if signal.intent is Intent.PROMISE_TO_PAY and signal.amount is None:
        beside = [
            other.clause
            for other in said
            if not other.signals and other.clause.sentence == said[index].clause.sentence
        ]
        return replace(signal, amount=_only_amount(beside))
    following = [other.clause for other in _following(index, said)]
    if signal.intent is Intent.DISPUTE and signal.amount is None:
        around = [said[index].clause, *following]
        stated = [clause for clause in around if _DIFFERENCE.search(clause.folded)]
        return replace(signal, amount=_last_amount(stated))
    if signal.intent is Intent.PAYMENT_SENT and signal.day is None and following:
        behind = following[0].behind(today)
        if behind:
            return replace(signal, day=behind[0].back, amount=signal.amount or _only_amount(following[:1]))
    return signal


def _following(index: int, said: list[Said]) -> list[Said]:
    """The next clauses of the paragraph up to one that says something itself."""
    result = []
    for other in said[index + 1 : index + 1 + _CLAUSES_ON]:
        if other.signals or other.clause.paragraph != said[index].clause.paragraph:
            break
        result.append(other)
    return result


def _amounts(clauses: list[Clause]) -> list[Money]:
    found = []
    for clause in clauses:
        for each in clause.amounts:
            shifted = replace(each, start=each.start - clause.start, end=each.end - clause.start)
            if each.marked and not each.rough and each.money.amount > 0 and not identifies(clause.folded, shifted):
                found.append(each.money)
    return found


def _only_amount(clauses: list[Clause]) -> Money | None:
    amounts = _amounts(clauses)
    return amounts[0] if len(amounts) == 1 else None


def _last_amount(clauses: list[Clause]) -> Money | None:
    amounts = _amounts(clauses)
    return amounts[-1] if amounts else None

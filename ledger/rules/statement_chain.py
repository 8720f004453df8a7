"""Whether a bank statement shows other lines than the statements before it: their balances say so."""

from collections.abc import Collection

from ledger.model.statement import StatementSpan


def stands_apart(span: StatementSpan, others: Collection[StatementSpan]) -> bool:
    """Whether none of `others`, which share days with it, can show a line of it: each leads up to its opening
    balance, or goes on from its closing one, through the others without a gap.

    False where there is no other, and where one opens or closes as it does: that one may be a part of it, or it a
    part of that.
    """
    if not others or any(touches(span, other) for other in others):
        return False
    before = {one for one in others if one.last_on <= span.first_on}
    behind = {one for one in others if one.first_on >= span.last_on}
    return len(_leading_to(span, before) | _going_on(span, behind)) == len(set(others))


def touches(span: StatementSpan, other: StatementSpan) -> bool:
    """Whether both begin or both end at one balance: they then show the same lines, in whole or in part."""
    return span.opening == other.opening or span.closing == other.closing


def _leading_to(span: StatementSpan, others: set[StatementSpan]) -> set[StatementSpan]:
    found: set[StatementSpan] = set()
    balances = [span.opening]
    while balances:
        balance = balances.pop()
        reached = {one for one in others - found if one.closing == balance}
        found |= reached
        balances += [one.opening for one in reached]
    return found


def _going_on(span: StatementSpan, others: set[StatementSpan]) -> set[StatementSpan]:
    found: set[StatementSpan] = set()
    balances = [span.closing]
    while balances:
        balance = balances.pop()
        reached = {one for one in others - found if one.opening == balance}
        found |= reached
        balances += [one.closing for one in reached]
    return found

"""How likely each story is: log odds from what explains the amount, what was named and who paid.

The weights are set by hand on our own streams and checked on others; `evals/matching.py` measures them.
"""

import math
from collections.abc import Sequence

from ledger.rules.matching.hypothesis import Fit, Hypothesis
from ledger.rules.matching.payer import PayerMark
from ledger.rules.matching.references import Strength

#: Log odds of the amount's explanation alone.
_FIT = {
    Fit.EXACT: 3.5,
    Fit.STATED_LINES: 3.5,
    Fit.CREDIT_TAKEN: 3.5,
    Fit.DISCOUNT: 3.0,
    Fit.LATE_DISCOUNT: 1.5,
    Fit.FEE: 0.5,
    Fit.SHORT_PAY: 0.5,
    Fit.PART_PAYMENT: 0.0,
    Fit.SOME_OF_NAMED: 0.5,
    Fit.NAMED_AND_ONE_MORE: 0.5,
    Fit.OVERPAID: -0.5,
    Fit.SUBSET: 1.5,
    Fit.ALL_OPEN: 3.0,
    Fit.INSTALMENT_AGAIN: 0.5,
    Fit.ON_ACCOUNT: -3.0,
    Fit.DUPLICATE: 1.5,
    Fit.REVERSAL: 2.0,
    Fit.REFUND: 1.0,
    Fit.UNIDENTIFIED: 0.0,
}
_NAMED = {
    Strength.WHOLE: 4.5,
    Strength.DIGITS: 3.5,
    Strength.LISTED: 3.5,
    Strength.ENDING: 2.0,
    Strength.DAMAGED: 1.5,
}
_PAYER = {
    PayerMark.NOBODY: -1.0,
    PayerMark.SIMILAR_NAME: 1.0,
    PayerMark.TRUNCATED_NAME: 1.5,
    PayerMark.LEARNED: 1.5,
    PayerMark.NAME: 2.5,
    PayerMark.ALIAS: 2.5,
    PayerMark.ACCOUNT: 3.0,
}
_STRANGER = -0.5
#: The amount does not vouch for the reference in these.
_LOOSE = frozenset({Fit.PART_PAYMENT, Fit.SHORT_PAY, Fit.OVERPAID, Fit.FEE, Fit.SOME_OF_NAMED, Fit.ON_ACCOUNT})
_WEAKLY_NAMED_AND_LOOSE = -2.5


def log_odds(hypothesis: Hypothesis) -> float:
    """How much more likely the story is than that something else happened, as a natural logarithm."""
    odds = _FIT[hypothesis.fit] + _PAYER[hypothesis.mark] + hypothesis.nudge
    if hypothesis.stranger:
        odds += _STRANGER
    if hypothesis.strength is not None:
        odds += _NAMED[hypothesis.strength]
        if hypothesis.strength <= Strength.ENDING and hypothesis.fit in _LOOSE:
            odds += _WEAKLY_NAMED_AND_LOOSE
    return odds


def confidences(hypotheses: Sequence[Hypothesis]) -> list[float]:
    """Probability of each against all others and against "something else"; alike stories share what they have."""
    odds = [math.exp(min(log_odds(hypothesis), 40.0)) for hypothesis in hypotheses]
    whole = 1.0 + sum(odds)
    return [odd / whole for odd in odds]

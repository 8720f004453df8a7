"""How likely each story is: log odds from what explains the amount, what was named and who paid.

The weights are fitted on streams apart from those that are measured (`evals/fit_matching.py`).
"""

import math
from collections.abc import Sequence

from ledger.rules.matching.hypothesis import Fit, Hypothesis
from ledger.rules.matching.references import Strength
from ledger.rules.matching.weights import WEIGHTS

#: The amount does not vouch for the reference in these.
_LOOSE = frozenset({Fit.PART_PAYMENT, Fit.SHORT_PAY, Fit.OVERPAID, Fit.FEE, Fit.SOME_OF_NAMED, Fit.ON_ACCOUNT})
_HIGHEST = 40.0


def features(hypothesis: Hypothesis) -> tuple[str, ...]:
    """Names of the weights that a story has."""
    found = [f"fit:{hypothesis.fit.value}", f"payer:{hypothesis.mark.name.lower()}"]
    if hypothesis.stranger:
        found.append("stranger")
    if hypothesis.strength is not None:
        found.append(f"named:{hypothesis.strength.name.lower()}")
        if hypothesis.strength <= Strength.ENDING and hypothesis.fit in _LOOSE:
            found.append("weakly_named_and_loose")
    found.extend(f"sign:{sign.value}" for sign in hypothesis.signs)
    return tuple(found)


def log_odds(hypothesis: Hypothesis) -> float:
    """How much more likely the story is than that something else happened, as a natural logarithm."""
    return sum(WEIGHTS[name] for name in features(hypothesis))


def confidences(hypotheses: Sequence[Hypothesis]) -> list[float]:
    """Probability of each against all others and against "something else"; alike stories share what they have."""
    odds = [math.exp(min(log_odds(hypothesis), _HIGHEST)) for hypothesis in hypotheses]
    whole = 1.0 + sum(odds)
    return [odd / whole for odd in odds]
